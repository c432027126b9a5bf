"""What asks for a sign-in in front of an application."""

from typing import Final

from crossguard.explain.answered.sign import Row, Sign, leads_to, with_body, with_header

_NO_COOKIES: Final = "It asks for a sign-in, and preflights never carry cookies."

#: In this order: the first that fits tells.
SIGN_IN: Final = (
    # https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
    Row(
        "Cloudflare Access",
        (*leads_to(".cloudflareaccess.com", "/cdn-cgi/access/login"), with_body("cloudflareaccess.com", 403)),
        _NO_COOKIES,
        "turn on 'Bypass OPTIONS requests to origin' in the CORS settings of the Access application.",
    ),
    # https://cloud.google.com/iap/docs/customizing#allowing_http_options_requests_cors_preflight
    Row(
        "Google's Identity-Aware Proxy",
        (with_header("x-goog-iap-generated-response"), with_body("invalid iap credentials", 401)),
        _NO_COOKIES,
        "set accessSettings.corsSettings.allowHttpOptions: true with `gcloud iap settings set`.",
    ),
    # https://cloud.google.com/run/docs/authenticating/public: the page of its own 403.
    Row(
        "Google Cloud Run",
        (with_body("your client does not have permission to get url", 401, 403),),
        "It lets signed requests in only, and preflights carry no token.",
        "allow unauthenticated requests to this service, and check who is signed in within the API.",
    ),
    # https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview: skip_auth_preflight
    Row(
        "OAuth2 Proxy",
        (
            with_header("set-cookie", "_oauth2_proxy"),
            *leads_to("/oauth2/start", "/oauth2/sign_in"),
            with_body("oauth2 proxy", 401, 403),
        ),
        _NO_COOKIES,
        "start it with --skip-auth-preflight.",
    ),
    # https://www.authelia.com/configuration/security/access-control/#methods
    Row(
        "Authelia",
        (
            with_header("set-cookie", "authelia_session"),
            Sign(query="&rm="),
            *leads_to("//authelia.", "/authelia"),
        ),
        _NO_COOKIES,
        "add a rule with policy: 'bypass' and methods: ['OPTIONS'] for the API's host to its access_control.",
    ),
    # https://docs.goauthentik.io/add-secure-apps/providers/proxy/
    Row(
        "authentik",
        (*leads_to("/outpost.goauthentik.io/"), with_header("x-powered-by", "authentik")),
        _NO_COOKIES,
        "let the proxy in front of the outpost pass OPTIONS to the API without asking it.",
    ),
    # https://www.pomerium.com/docs/reference/routes/cors-allow-preflight
    Row(
        "Pomerium",
        (*leads_to("/.pomerium/"), with_header("x-pomerium-intercepted-response")),
        _NO_COOKIES,
        "set cors_allow_preflight: true on the route.",
    ),
    # https://learn.microsoft.com/azure/app-service/overview-authentication-authorization
    Row(
        "Azure App Service's authentication",
        (
            Sign(
                headers=(("x-ms-middleware-request-id", ""),),
                statuses=frozenset({401, 403}),
                lacks=("content-type", "vary"),
            ),
            Sign(headers=(("x-ms-middleware-request-id", ""),), location="login.microsoftonline.com"),
            Sign(location="/.auth/login/"),
        ),
        _NO_COOKIES,
        "exclude the API's path from it (globalValidation.excludedPaths), and check who is signed in within "
        "the API.",
    ),
    # https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection/options-allowlist
    Row(
        "Vercel's Deployment Protection",
        (
            *leads_to("vercel.com/sso-api"),
            with_header("set-cookie", "_vercel_sso_nonce"),
            Sign(headers=(("server", "vercel"),), body="authentication required", statuses=frozenset({401})),
        ),
        _NO_COOKIES,
        "add the API's path to the OPTIONS Allowlist of the project's Deployment Protection.",
    ),
    # The AWS load balancer answers so for an action of type authenticate-oidc or authenticate-cognito.
    Row(
        "An AWS load balancer",
        (with_header("server", "awselb/", 302, 401),),
        _NO_COOKIES,
        "put a listener rule for the method OPTIONS, which forwards, before the one that signs in.",
    ),
    Row(
        "A sign-in proxy",
        tuple(
            Sign(location=part, of_preflight=True)
            for part in (
                "login.microsoftonline.com",
                "accounts.google.com",
                ".okta.com",
                ".auth0.com",
                ".amazoncognito.com",
                "github.com/login",
                "/protocol/openid-connect/auth",
                "idp.ngrok.com",
            )
        ),
        _NO_COOKIES,
        "let it pass preflights (OPTIONS) on to the API without a sign-in.",
    ),
)
