"""Tunnels and forwarded ports, and what listens on a developer's machine besides the API."""

from typing import Final

from crossguard.explain.answered.sign import Row, Sign, leads_to, with_body, with_header, with_whole

#: What every answer of an application has, and none of a gateway that says no.
_NOT_BARE: Final = ("content-type", "server", "vary")
_CALL_THE_API: Final = "call the API's own port in the front end, or let the dev server pass its paths on"

TUNNELS: Final = (
    # https://ngrok.com/docs/errors/err_ngrok_6024
    Row(
        "ngrok",
        (with_header("ngrok-error-code", "err_ngrok_6024"),),
        "This is its warning page, which every browser gets first.",
        "send the request header 'ngrok-skip-browser-warning: 1' from the front end, and list it in "
        "allow_headers; or open the tunnel to the front end's dev server, and let that pass the API's paths "
        "on.",
    ),
    # https://ngrok.com/docs/errors: 3200 the endpoint is offline, 8012 nothing listens behind it
    Row(
        "ngrok",
        (with_header("ngrok-error-code"), with_body("err_ngrok_")),
        "The request did not come through its tunnel.",
        "start the API and ngrok with the API's port; https://ngrok.com/docs/errors explains the code in "
        "ngrok-error-code.",
    ),
    # https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1033/
    Row(
        "Cloudflare Tunnel",
        (with_body("error code: 1033", 530), with_body("error code: 1016", 530)),
        "No cloudflared is connected behind this name.",
        "start cloudflared with the API's port; a quick tunnel gets a new name with every start.",
    ),
    # https://docs.github.com/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace
    Row(
        "GitHub Codespaces",
        (
            with_header("www-authenticate", "tunnel", 401),
            *leads_to("github.dev/pf-signin", "github.com/codespaces/auth", "/auth/postback/tunnel"),
            Sign(asked=".app.github.dev", statuses=frozenset({401, 404, 502}), lacks=_NOT_BARE),
            Sign(asked=".githubpreview.dev", location=".githubpreview.dev/signin"),
        ),
        "A forwarded port that is private wants a sign-in of GitHub, and preflights carry none.",
        "make the port public (gh codespace ports visibility 5000:public), or forward the front end's port "
        "only, and let its dev server pass the API's paths on.",
    ),
    # https://learn.microsoft.com/azure/developer/dev-tunnels/; VS Code forwards ports with it.
    Row(
        "A dev tunnel of VS Code",
        (
            *leads_to("tunnels.api.visualstudio.com", ".devtunnels.ms/auth"),
            Sign(asked=".devtunnels.ms", statuses=frozenset({401, 403, 404, 502}), lacks=_NOT_BARE),
        ),
        "A forwarded port that is private wants a sign-in, and preflights carry none.",
        "make the port public (Port Visibility in the Ports view, or devtunnel host --allow-anonymous).",
    ),
    # https://github.com/gitpod-io/gitpod/issues/14576: 401, and nothing else.
    Row(
        "Gitpod",
        (Sign(asked=".gitpod.io", statuses=frozenset({401}), lacks=_NOT_BARE),),
        "A port that is private wants a sign-in, and preflights carry none.",
        "make the port public (visibility: public under ports in .gitpod.yml).",
    ),
    # https://github.com/localtunnel/localtunnel
    Row(
        "localtunnel",
        (
            with_header("x-localtunnel-status"),
            with_body("loca.lt/mytunnelpassword", 200, 401, 511),
            Sign(asked=".loca.lt", statuses=frozenset({408, 502, 503, 504, 511})),
        ),
        "The request did not come through its tunnel.",
        "start lt again with the API's port, and send the request header 'bypass-tunnel-reminder: 1' from "
        "the front end, listed in allow_headers.",
    ),
    # https://pinggy.io/docs/; https://docs.zrok.io/docs/guides/self-hosting/interstitial-page/
    Row(
        "Pinggy",
        (
            with_body("x-pinggy-no-screen", 200, 401, 403),
            Sign(asked=".pinggy.link", statuses=frozenset({502, 503})),
        ),
        "This is its page of caution.",
        "send the request header 'x-pinggy-no-screen: 1' from the front end, listed in allow_headers.",
    ),
    Row(
        "zrok",
        (with_body("skip_zrok_interstitial", 200, 401, 403),),
        "This is its interstitial page.",
        "send the request header 'skip_zrok_interstitial: 1' from the front end, listed in allow_headers.",
    ),
    # https://tailscale.com/kb/1223/funnel: the name is of the tailnet, and the API is behind it.
    Row(
        "Tailscale",
        (Sign(asked=".ts.net", statuses=frozenset({502, 503, 504})),),
        "Nothing answers behind its name.",
        "start the API, and compare its port with `tailscale serve status`.",
    ),
)

#: What no API sends: it tells them also where they name an origin that may read, as dev servers do.
DEV_SERVERS: Final = (
    # https://developer.apple.com/forums/thread/682332
    Row(
        "AirPlay Receiver",
        (with_header("server", "airtunes"),),
        "On macOS it owns ports 5000 and 7000.",
        "switch AirPlay Receiver off, or let the API listen on another port.",
    ),
    # https://vite.dev/config/server-options#server-allowedhosts
    Row(
        "Vite's dev server",
        (with_body("blocked request. this host ("),),
        "It does not know the name under which it was asked.",
        "add the name to server.allowedHosts in vite.config.js.",
    ),
    Row(
        "Vite's dev server",
        (with_body('src="/@vite/client"', 200, 404),),
        "This is the front end's own page.",
        f"{_CALL_THE_API} (server.proxy in vite.config.js).",
    ),
    # webpack-dev-server, lib/Server.js
    Row(
        "webpack's dev server",
        (with_whole("invalid host header", 200, 403),),
        "It does not pass this path on.",
        f"{_CALL_THE_API} (devServer.proxy); devServer.allowedHosts names the hosts that it knows.",
    ),
    # http-proxy-middleware, which Create React App, Vue CLI and Angular use.
    Row(
        "The front end's dev server",
        (
            with_body("error occurred while trying to proxy"),
            with_body("proxy error: could not proxy request"),
        ),
        "Nothing answered at the address that it passes requests on to.",
        "start the API, and compare its address with the one in the dev server's proxy setting; write "
        "127.0.0.1 there where the API listens on that alone.",
    ),
)

MACHINE: Final = (
    Row(
        "Next.js",
        (
            with_header("x-powered-by", "next.js", 404, 405),
            Sign(
                headers=(("content-type", "text/html"),),
                body="/_next/static/",
                statuses=frozenset({200, 404}),
            ),
        ),
        "It does not pass this path on.",
        "call the API's own address in the front end, or add a rewrite for its paths to next.config.js.",
    ),
    # Lib/http/server.py
    Row(
        "Python's http.server",
        (with_header("server", "simplehttp/"),),
        "It serves files, and knows neither OPTIONS nor POST.",
        "call the port of the API; this is another program.",
    ),
    Row(
        "An Express application",
        (
            Sign(headers=(("x-powered-by", "express"),), body="<pre>cannot ", statuses=frozenset({404})),
            Sign(body="<pre>cannot options ", statuses=frozenset({404})),
        ),
        "It has no such route.",
        "call the port of the API; this is another program, such as a dev server without a proxy setting.",
    ),
)
