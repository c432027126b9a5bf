"""Answers of those that stand before or beside an API.

Each is written as it is on the wire: the status line, the headers that tell something, a blank line, the body or
its beginning. They follow the vendors' documentation and what users reported, with identifiers made up; few were
taken from a running system. Where the text stands, or should stand, is named above it.
"""

from typing import Final, NamedTuple

from crossguard.browser import HttpRequest, HttpResponse, parse_url


class Told(NamedTuple):
    """One answer.

    Attributes:
        by: who sent it, as the table calls it.
        url: what was asked.
        raw: the answer.
        method: of the request; OPTIONS is a preflight.
    """

    by: str
    raw: str
    url: str = "https://api.example.com/items"
    method: str = "GET"

    @property
    def request(self) -> HttpRequest:
        headers = (("Origin", "https://app.example.com"),)
        if self.method == "OPTIONS":
            headers += (("Access-Control-Request-Method", "POST"),)
        return HttpRequest(self.method, parse_url(self.url), headers)

    @property
    def response(self) -> HttpResponse:
        head, _, body = self.raw.partition("\n\n")
        status, *lines = head.splitlines()
        pairs = (line.partition(": ") for line in lines)
        headers = tuple((name, value) for name, _, value in pairs)
        return HttpResponse(int(status.split()[1]), headers, body.encode())


ANSWERS: Final = (
    # curl of port 5000 on macOS 12 and later.
    Told(
        "AirPlay Receiver",
        "HTTP/1.1 403 Forbidden\nContent-Length: 0\nServer: AirTunes/595.13.1\nX-Apple-ProcessingTime: 0",
        "http://localhost:5000/items",
    ),
    # https://ngrok.com/docs/errors/err_ngrok_6024: a 200 for a browser's GET.
    Told(
        "ngrok",
        "HTTP/2 200\ncontent-type: text/html\nngrok-error-code: ERR_NGROK_6024\nreferrer-policy: no-referrer\n\n"
        '<!DOCTYPE html>\n<html class="h-full" lang="en-US" dir="ltr">',
        "https://ann.ngrok-free.app/items",
    ),
    # https://ngrok.com/docs/errors/err_ngrok_3200
    Told(
        "ngrok",
        "HTTP/2 404\ncontent-type: text/html\nngrok-error-code: ERR_NGROK_3200\n\n"
        "The endpoint ann.ngrok-free.app is offline.\r\n\r\nERR_NGROK_3200\r\n",
        "https://ann.ngrok-free.app/items",
        "OPTIONS",
    ),
    # cloudflared without a connection: the page of 1033.
    Told(
        "Cloudflare Tunnel",
        "HTTP/2 530\nserver: cloudflare\ncf-ray: 99f85b0ef9c5d67f-FRA\ncontent-type: text/plain; charset=UTF-8\n\n"
        "error code: 1033",
        "https://two-words.trycloudflare.com/items",
    ),
    # A private port of a codespace.
    Told(
        "GitHub Codespaces",
        "HTTP/2 401\ncontent-length: 0\nwww-authenticate: tunnel\nx-content-type-options: nosniff\n"
        "ratelimit-limit: HttpRequestRatePerPort:1500/m\nx-served-by: tunnels-prod-rel-uks1-v3-cluster",
        "https://name-5000.app.github.dev/items",
        "OPTIONS",
    ),
    # https://github.com/microsoft/vscode/issues/130921
    Told(
        "GitHub Codespaces",
        "HTTP/2 302\nlocation: https://neekey-8081.githubpreview.dev/signin?cid=1&rd=https://neekey-8081",
        "https://neekey-8081.githubpreview.dev/functions/user_getCurrentUser",
        "OPTIONS",
    ),
    Told(
        "A dev tunnel of VS Code",
        "HTTP/2 302\nlocation: https://tunnels.api.visualstudio.com/auth/github?tunnel=1",
        "https://abc-5000.use.devtunnels.ms/items",
        "OPTIONS",
    ),
    # https://github.com/gitpod-io/gitpod/issues/14576
    Told(
        "Gitpod",
        "HTTP/2 401 Unauthorized\ncontent-length: 0\ndate: Wed, 09 Nov 2022 20:05:01 GMT",
        "https://8080-cleodoraforeca-cleodora-cnqioetp8sl.ws-eu74.gitpod.io/query",
        "OPTIONS",
    ),
    Told(
        "localtunnel",
        "HTTP/1.1 503 Service Unavailable\nx-localtunnel-status: Tunnel Unavailable\n\n503 - Tunnel Unavailable",
        "https://ann.loca.lt/items",
    ),
    Told(
        "Pinggy",
        'HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><p>Send the header "X-Pinggy-No-Screen" with any value',
        "https://rnabc-1-2-3-4.a.free.pinggy.link/items",
    ),
    Told(
        "zrok",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html>set the header skip_zrok_interstitial to any value",
        "https://abc.share.zrok.io/items",
    ),
    Told("Tailscale", "HTTP/2 502\ncontent-length: 0", "https://desk.tail1234.ts.net/items", "OPTIONS"),
    # https://github.com/vitejs/vite, packages/vite/src/node/server/middlewares/hostCheck.ts
    Told(
        "Vite's dev server",
        "HTTP/1.1 403 Forbidden\nContent-Type: text/plain\n\n"
        'Blocked request. This host ("ann.trycloudflare.com") is not allowed.\n'
        'To allow this host, add "ann.trycloudflare.com" to `server.allowedHosts` in vite.config.js.',
    ),
    # index.html of a Vite application, for any path that is no file.
    Told(
        "Vite's dev server",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html>\n<html>\n  <head>\n"
        '    <script type="module" src="/@vite/client"></script>\n',
        "http://localhost:5173/api/items",
    ),
    # webpack-dev-server 3 and 4, setupHostHeaderCheck
    Told("webpack's dev server", "HTTP/1.1 200 OK\nX-Powered-By: Express\n\nInvalid Host header"),
    # Create React App, react-dev-utils/WebpackDevServerUtils.js
    Told(
        "The front end's dev server",
        "HTTP/1.1 500 Internal Server Error\n\nProxy error: Could not proxy request /api/items from "
        "localhost:3000 to http://localhost:5000 (ECONNREFUSED).",
        "http://localhost:3000/api/items",
    ),
    # http-proxy-middleware, plugins/default/error-response-plugin
    Told(
        "The front end's dev server",
        "HTTP/1.1 504 Gateway Timeout\nX-Powered-By: Express\n\nError occurred while trying to proxy: "
        "localhost:3000/api/items",
        "http://localhost:3000/api/items",
    ),
    Told(
        "Next.js",
        "HTTP/1.1 404 Not Found\nX-Powered-By: Next.js\nContent-Type: text/html; charset=utf-8\n\n<!DOCTYPE html>",
        "http://localhost:3000/api/items",
    ),
    # python -m http.server
    Told(
        "Python's http.server",
        "HTTP/1.0 501 Unsupported method ('OPTIONS')\nServer: SimpleHTTP/0.6 Python/3.11.2\n"
        "Content-Type: text/html;charset=utf-8\n\n<!DOCTYPE HTML>",
        "http://localhost:8000/items",
        "OPTIONS",
    ),
    # Express, finalhandler
    Told(
        "An Express application",
        "HTTP/1.1 404 Not Found\nX-Powered-By: Express\nContent-Security-Policy: default-src 'none'\n"
        "Content-Type: text/html; charset=utf-8\n\n<!DOCTYPE html>\n<body>\n<pre>Cannot GET /items</pre>",
        "http://localhost:3000/items",
    ),
    # https://github.com/actualbudget/actual/pull/3286
    Told(
        "Cloudflare Access",
        "HTTP/2 302\nserver: cloudflare\ncf-ray: 1-FRA\n"
        "location: https://team.cloudflareaccess.com/cdn-cgi/access/login/api.example.com?kid=1",
        method="OPTIONS",
    ),
    # https://cloud.google.com/iap/docs/external-identity-sessions
    Told(
        "Google's Identity-Aware Proxy",
        "HTTP/2 302\nx-goog-iap-generated-response: true\n"
        "location: https://accounts.google.com/o/oauth2/v2/auth?client_id=1",
        method="OPTIONS",
    ),
    # https://github.com/spinnaker/spinnaker/issues/4081
    Told(
        "Google's Identity-Aware Proxy",
        "HTTP/2 401\ncontent-type: text/html\n\nInvalid IAP credentials: empty token",
        method="OPTIONS",
    ),
    # https://cloud.google.com/run/docs/troubleshooting#unauthorized-client
    Told(
        "Google Cloud Run",
        'HTTP/2 403\nwww-authenticate: Bearer error="insufficient_scope"\nserver: Google Frontend\n'
        "content-type: text/html; charset=UTF-8\n\n<html><head>\n<title>403 Forbidden</title>\n"
        "<h2>Your client does not have permission to get URL <code>/items</code> from this server.</h2>",
        method="OPTIONS",
    ),
    # https://oauth2-proxy.github.io/oauth2-proxy/, the cookie of its flow
    Told(
        "OAuth2 Proxy",
        "HTTP/1.1 302 Found\nLocation: https://idp.example.com/authorize?client_id=1\n"
        "Set-Cookie: _oauth2_proxy_csrf=LPruATED; Path=/; HttpOnly; Secure",
        method="OPTIONS",
    ),
    # https://www.authelia.com/integration/proxies/nginx/
    Told(
        "Authelia",
        "HTTP/2 302\nserver: nginx\nlocation: https://auth.example.com/?rd=https%3A%2F%2Fapi.example.com%2F&rm=OPTIONS"
        "\n\n<html>\n<head><title>302 Found</title></head>\n<center>nginx</center>",
        method="OPTIONS",
    ),
    Told(
        "authentik",
        "HTTP/2 302\nlocation: https://api.example.com/outpost.goauthentik.io/start?rd=https%3A%2F%2Fapi",
        method="OPTIONS",
    ),
    Told(
        "Pomerium",
        "HTTP/2 302\nlocation: https://authenticate.example.com/.pomerium/sign_in?pomerium_redirect_uri=1",
        method="OPTIONS",
    ),
    # https://learn.microsoft.com/azure/container-apps/authentication
    Told(
        "Azure App Service's authentication",
        'HTTP/2 401\nwww-authenticate: Bearer realm="api.azurecontainerapps.io"\n'
        "x-ms-middleware-request-id: a2e2bf7d-458b-4197-a9ce-fae82666d986",
        method="OPTIONS",
    ),
    # https://vercel.com/docs/deployment-protection
    Told(
        "Vercel's Deployment Protection",
        "HTTP/2 401\nserver: Vercel\nset-cookie: _vercel_sso_nonce=abc; Path=/; Secure; HttpOnly\n"
        "content-type: text/html; charset=utf-8\n\n<title>Authentication Required</title>",
        "https://shop-git-main-team.vercel.app/api/items",
        "OPTIONS",
    ),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    Told(
        "An AWS load balancer",
        "HTTP/2 302\nserver: awselb/2.0\nlocation: https://team.auth.eu-west-1.amazoncognito.com/oauth2/authorize?1",
        method="OPTIONS",
    ),
    Told(
        "A sign-in proxy",
        "HTTP/1.1 302 Found\nLocation: https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1",
        method="OPTIONS",
    ),
    # https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
    Told(
        "Cloudflare",
        "HTTP/2 403\nserver: cloudflare\ncf-ray: 99f85b0ef9c5d67f-FRA\ncf-mitigated: challenge\n"
        "content-type: text/html; charset=UTF-8\n\n<!DOCTYPE html><title>Just a moment...</title>",
        method="OPTIONS",
    ),
    Told(
        "Cloudflare",
        "HTTP/2 521\nserver: cloudflare\ncf-ray: 99f85b0ef9c5d67f-FRA\n\nerror code: 521",
    ),
    Told(
        "Cloudflare",
        "HTTP/2 403\nserver: cloudflare\ncf-ray: 99f85b0ef9c5d67f-FRA\ncontent-type: text/html; charset=UTF-8\n\n"
        '<title>Attention Required</title><h1 data-translate="block_headline">Sorry, you have been blocked</h1>',
    ),
    # https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
    Told(
        "AWS WAF",
        "HTTP/2 202\nserver: awselb/2.0\nx-amzn-waf-action: challenge\ncontent-length: 0",
        method="OPTIONS",
    ),
    # https://github.com/danielireson/formplug/issues/16
    Told(
        "AWS API Gateway",
        "HTTP/2 403\ncontent-type: application/json\nx-amzn-requestid: 3aa6efbe-6824-436d-8433-a0af57435fcf\n"
        "x-amzn-errortype: MissingAuthenticationTokenException\nx-amz-apigw-id: Rtv0-HmFoAMEm8g=\n\n"
        '{"message":"Missing Authentication Token"}',
        "https://abc.execute-api.eu-west-1.amazonaws.com/prod/items",
        "OPTIONS",
    ),
    Told(
        "AWS API Gateway",
        'HTTP/2 404\ncontent-type: application/json\napigw-requestid: bXhdMjQ6DoEEMGQ=\n\n{"message":"Not Found"}',
        "https://abc.execute-api.eu-west-1.amazonaws.com/items",
        "OPTIONS",
    ),
    # The answer of a load balancer without healthy targets.
    Told(
        "An AWS load balancer",
        "HTTP/1.1 503 Service Temporarily Unavailable\nServer: awselb/2.0\nContent-Type: text/html\n\n"
        "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>",
    ),
    # https://repost.aws/knowledge-center/resolve-cloudfront-bad-request-error
    Told(
        "CloudFront",
        "HTTP/2 403\nserver: CloudFront\nx-cache: Error from cloudfront\nx-amz-cf-id: MiZeGJuX\n\n"
        "<H1>403 ERROR</H1>\n<H2>The request could not be satisfied.</H2>\n"
        "This distribution is not configured to allow the HTTP request method that was used for this request.",
        method="OPTIONS",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html
    Told(
        "Amazon S3",
        "HTTP/1.1 403 Forbidden\nServer: AmazonS3\nContent-Type: application/xml\n\n"
        "<Error><Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket.</Message>",
        "https://bucket.s3.amazonaws.com/key",
        "OPTIONS",
    ),
    Told(
        "Google Cloud Storage",
        "HTTP/2 200\nx-guploader-uploadid: ABgVH8\nserver: UploadServer\ncontent-type: image/png",
        "https://storage.googleapis.com/bucket/key",
    ),
    Told(
        "Azure Storage",
        "HTTP/1.1 403 CORS not enabled or no matching rule found for this request.\n"
        "Server: Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0\n\n<Error><Code>CorsPreflightFailure</Code>",
        "https://account.blob.core.windows.net/container/key",
        "OPTIONS",
    ),
    # https://vercel.com/docs/errors/DEPLOYMENT_NOT_FOUND
    Told(
        "Vercel",
        "HTTP/2 404\nserver: Vercel\nx-vercel-error: DEPLOYMENT_NOT_FOUND\nx-vercel-id: fra1::abc\n\n"
        "The deployment could not be found on Vercel.",
        "https://shop.vercel.app/api/items",
    ),
    Told(
        "Netlify",
        "HTTP/2 404\nserver: Netlify\nx-nf-request-id: 01K36D2HZ9\ncontent-type: text/html; charset=utf-8\n\n"
        "<title>Page not found</title>",
        "https://shop.netlify.app/api/items",
    ),
    # https://devcenter.heroku.com/articles/error-pages
    Told(
        "Heroku",
        "HTTP/1.1 503 Service Unavailable\nServer: Cowboy\nContent-Type: text/html; charset=utf-8\n\n"
        '<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>',
        "https://shop.herokuapp.com/items",
    ),
    Told(
        "Render",
        "HTTP/1.1 404 Not Found\nx-render-routing: no-server\nServer: cloudflare\n\nNot Found",
        "https://shop.onrender.com/items",
    ),
    Told(
        "Railway",
        "HTTP/2 502\nserver: railway-edge\nx-railway-fallback: true\n\n"
        '{"status":"error","code":502,"message":"Application failed to respond"}',
        "https://shop.up.railway.app/items",
    ),
    Told(
        "Azure App Service",
        "HTTP/1.1 403 Site Disabled\nContent-Type: text/html\n\n<title>Web App - Unavailable</title>",
        "https://shop.azurewebsites.net/items",
    ),
    # https://learn.microsoft.com/azure/frontdoor/troubleshoot-issues
    Told(
        "Azure Front Door",
        "HTTP/2 504\nx-azure-ref: 0t1X+XwAAAADC3uM\n\n<h2>Our services aren't available right now</h2>",
    ),
    Told(
        "Azure API Management",
        "HTTP/1.1 401 Access Denied\n\n"
        '{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include" }',
        method="OPTIONS",
    ),
    Told(
        "Azure Application Gateway",
        "HTTP/1.1 502 Bad Gateway\nServer: Microsoft-Azure-Application-Gateway/v2\n\n<h1>502 Bad Gateway</h1>",
    ),
    Told("Fastly", "HTTP/1.1 500 Domain Not Found\nServer: Varnish\n\nFastly error: unknown domain: api"),
    Told("Akamai", "HTTP/1.1 403 Forbidden\nServer: AkamaiGHost\n\n<H1>Access Denied</H1> Reference #18.1"),
    Told("Imperva", "HTTP/1.1 403 Forbidden\nX-Iinfo: 1\n\nRequest unsuccessful. Incapsula incident ID: 1"),
    # nginx 1.22 on loopback, without a server behind it
    Told(
        "nginx",
        "HTTP/1.1 502 Bad Gateway\nServer: nginx/1.22.1\nContent-Type: text/html\n\n"
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<center>nginx/1.22.1</center>",
    ),
    Told(
        "nginx",
        "HTTP/1.1 413 Request Entity Too Large\nServer: nginx\n\n<center><h1>413 Request Entity Too Large</h1>"
        "</center>\r\n<hr><center>nginx</center>",
    ),
    Told(
        "nginx",
        "HTTP/1.1 301 Moved Permanently\nServer: nginx\nLocation: https://api.example.com/items/\n\n"
        "<hr><center>nginx</center>",
        method="OPTIONS",
    ),
    Told(
        "nginx",
        "HTTP/1.1 405 Not Allowed\nServer: nginx\n\n<center>nginx/1.18.0 (Ubuntu)</center>",
        method="OPTIONS",
    ),
    Told(
        "Apache",
        "HTTP/1.1 404 Not Found\nServer: Apache/2.4.57 (Debian)\n\n"
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<address>Apache/2.4.57 (Debian) Server at api</address>',
    ),
    # HAProxy 2.6, errors/503.http
    Told(
        "HAProxy",
        "HTTP/1.0 503 Service Unavailable\nContent-Type: text/html\n\n<html><body><h1>503 Service Unavailable</h1>\n"
        "No server is available to handle this request.\n</body></html>",
    ),
    Told(
        "HAProxy",
        "HTTP/1.0 403 Forbidden\nContent-Type: text/html\n\n<html><body><h1>403 Forbidden</h1>\n"
        "Request forbidden by administrative rules.\n</body></html>",
        method="OPTIONS",
    ),
    Told(
        "Envoy",
        "HTTP/1.1 503 Service Unavailable\nserver: envoy\n\nupstream connect error or disconnect/reset before "
        "headers. reset reason: connection failure",
    ),
    # Istio with a RequestAuthentication and an AuthorizationPolicy
    Told("Envoy", "HTTP/1.1 403 Forbidden\nserver: istio-envoy\n\nRBAC: access denied", method="OPTIONS"),
    Told(
        "Kong",
        'HTTP/1.1 401 Unauthorized\nServer: kong/3.4.0\nX-Kong-Response-Latency: 1\n\n{"message":"Unauthorized"}',
        method="OPTIONS",
    ),
    Told("Caddy", "HTTP/1.1 502 Bad Gateway\nServer: Caddy\nContent-Length: 0"),
    Told(
        "Traefik",
        "HTTP/1.1 404 Not Found\nContent-Type: text/plain; charset=utf-8\nX-Content-Type-Options: nosniff\n\n"
        "404 page not found\n",
        method="OPTIONS",
    ),
    Told("Kubernetes' ingress", "HTTP/1.1 404 Not Found\nContent-Type: text/plain\n\ndefault backend - 404"),
    Told("Varnish", "HTTP/1.1 503 Backend fetch failed\nServer: Varnish\n\n<h3>Guru Meditation:</h3>"),
    Told("Squid", "HTTP/1.1 503 Service Unavailable\nX-Squid-Error: ERR_CONNECT_FAIL 111\n\n<html>"),
)

#: Answers that show only what they came through.
PASSED: Final = (
    Told("Cloudflare", "HTTP/2 403\nserver: cloudflare\ncf-ray: 1-FRA\n\nno", method="OPTIONS"),
    Told(
        "Heroku's router",
        "HTTP/1.1 401 Unauthorized\nVia: 1.1 vegur\nServer: gunicorn\n\nno",
        method="OPTIONS",
    ),
    Told("Fly.io's proxy", "HTTP/2 502\nserver: Fly/da35c1382 (2025-08-20)\nfly-request-id: 01K36D2HZ9"),
    Told("Google's front end", "HTTP/2 503\nserver: Google Frontend\n\nService Unavailable"),
    Told("nginx", "HTTP/1.1 401 Unauthorized\nServer: nginx\n\nno", method="OPTIONS"),
    Told("nginx", "HTTP/1.1 413 Request Entity Too Large\nServer: nginx\n\ntoo large", method="POST"),
    Told(
        "A sign-in proxy",
        "HTTP/1.1 302 Found\nLocation: https://id.example.net/login?next=1",
        method="OPTIONS",
    ),
)

#: Answers of applications, some through one of the others: they are attributed to none.
ITS_OWN: Final = tuple(
    Told("", raw, method=method)
    for method, raw in (
        (
            "GET",
            "HTTP/1.1 200 OK\nServer: Werkzeug/3.1.3 Python/3.11.2\nContent-Type: application/json\n\n{}",
        ),
        ("GET", "HTTP/1.1 404 Not Found\nServer: gunicorn\nContent-Type: text/html\n\n<h1>Not Found</h1>"),
        ("GET", "HTTP/1.1 401 Unauthorized\nServer: nginx\nVary: Origin, Cookie\n\n{}"),
        (
            "GET",
            "HTTP/1.1 302 Found\nServer: nginx\nLocation: https://accounts.google.com/o/oauth2/v2/auth?x",
        ),
        ("GET", "HTTP/1.1 302 Found\nLocation: https://team.eu.auth0.com/authorize?x\nVary: Origin"),
        (
            "GET",
            'HTTP/2 403\nserver: cloudflare\ncf-ray: 1\ncontent-type: application/json\n\n{"error":"no"}',
        ),
        ("GET", 'HTTP/1.1 403 Forbidden\nVia: 1.1 vegur\n\n{"message":"Missing Authentication Token"}'),
        ("GET", 'HTTP/1.1 401 Unauthorized\nserver: istio-envoy\n\n{"error":"jwt is missing"}'),
        ("GET", 'HTTP/1.1 404 Not Found\n\n{"error":"No such app"}'),
        ("GET", "HTTP/1.1 200 OK\n\nIf ngrok says ERR_NGROK_6024, or nginx <center>nginx</center>, then …"),
        (
            "GET",
            "HTTP/1.1 503 Service Unavailable\nServer: nginx\nVary: Origin\nRetry-After: 60\n\nmaintenance",
        ),
        ("GET", "HTTP/1.1 200 OK\nx-ms-middleware-request-id: 1\nserver: uvicorn\n\n{}"),
        (
            "GET",
            "HTTP/1.1 403 Forbidden\nx-ms-middleware-request-id: 1\nContent-Type: application/json\n\n{}",
        ),
        (
            "GET",
            'HTTP/2 404\napigw-requestid: 1\nContent-Type: application/json\n\n{"message":"no such item"}',
        ),
        ("GET", 'HTTP/2 401\nx-amz-apigw-id: 1\nContent-Type: application/json\n\n{"message":"sign in"}'),
        ("GET", 'HTTP/2 404\nserver: Netlify\nContent-Type: application/json\n\n{"error":"no such item"}'),
        ("GET", "HTTP/1.1 502 Bad Gateway\nVary: Origin\nServer: nginx\n\n<center>nginx</center>"),
        ("OPTIONS", "HTTP/1.1 204 No Content\nServer: nginx\nVary: Origin\nCF-Ray: 1"),
        ("OPTIONS", "HTTP/1.1 200 OK\nAllow: GET, HEAD, OPTIONS\nServer: Werkzeug/3.1.3\nVia: 1.1 vegur"),
        ("OPTIONS", "HTTP/1.1 302 Found\nLocation: /login?next=/items\nServer: Werkzeug/3.1.3"),
        (
            "GET",
            "HTTP/1.1 502 Bad Gateway\nAccess-Control-Allow-Origin: https://app.example.com\n\n<center>nginx</center>",
        ),
        (
            "POST",
            'HTTP/1.1 403 Forbidden\nContent-Type: application/problem+json\n\n{"code":"cross-site"}',
        ),
    )
)

ITS_OWN_ON_TUNNELS: Final = tuple(
    Told("", f"HTTP/2 {status}\ncontent-type: application/json\nserver: gunicorn\n\n{{}}", url=url)
    for status in (401, 403, 404, 500)
    for url in (
        "https://name-5000.app.github.dev/items",
        "https://abc-5000.use.devtunnels.ms/items",
        "https://5000-name.ws-eu74.gitpod.io/items",
        "https://ann.loca.lt/items",
        "https://desk.tail1234.ts.net/items",
    )
)
