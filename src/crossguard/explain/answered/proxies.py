"""Proxies that people run themselves, by the pages of errors that they come with."""

from typing import Final

from crossguard.explain.answered.sign import Row, Sign, with_body, with_header, with_whole

_NOT_THERE: Final = "It did not get an answer of the API."
_LET_THROUGH: Final = (
    "let it pass every method of the API's paths on, OPTIONS too, without a sign-in of its own"
)

PROXIES: Final = (
    # src/http/ngx_http_special_response.c
    Row(
        "nginx",
        (with_body("<center>nginx", 502, 503, 504), with_body("<center>openresty", 502, 503, 504)),
        _NOT_THERE,
        "start the API, and compare its address with proxy_pass; the error log of nginx names the reason.",
    ),
    Row(
        "nginx",
        (with_body("<center>nginx", 413), with_body("<center>openresty", 413)),
        "The body is larger than it takes.",
        "raise client_max_body_size in nginx.",
    ),
    Row(
        "nginx",
        (with_body("<center>nginx", 301, 302, 307, 308), with_body("<center>openresty", 301, 302, 307, 308)),
        "It redirects before the API is asked.",
        "call the target in the front end: https, the canonical host, the last slash as it is there.",
    ),
    Row(
        "nginx",
        (with_body("<center>nginx"), with_body("<center>openresty")),
        "It does not pass this request on, as for files, or asks for a sign-in of its own.",
        f"{_LET_THROUGH}.",
    ),
    Row(
        "Apache",
        (
            with_body("<address>apache"),
            Sign(headers=(("server", "apache"),), body='<!doctype html public "-//ietf//dtd html 2.0'),
        ),
        "It does not pass this request on.",
        f"{_LET_THROUGH}: compare ProxyPass with the API's address.",
    ),
    # reg-tests and doc/configuration.txt, "errorfile"
    Row(
        "HAProxy",
        (
            with_body("</h1>\nno server is available to handle this request.", 503),
            with_body("\nthe server didn't respond in time.", 504),
            with_body("\nthe server returned an invalid or incomplete response.", 502),
            with_body("\nrequest forbidden by administrative rules.", 403),
            with_body("\nyour browser didn't send a complete request in time.", 408),
            with_body("\nyour browser sent an invalid request.", 400),
        ),
        "No server took the request, or a rule of its own refused it.",
        "look at the health of its backend, and at its http-request rules.",
    ),
    # source/common/http, "local reply"; Istio is the same program.
    Row(
        "Envoy",
        (
            with_body("upstream connect error or disconnect/reset before"),
            with_whole("no healthy upstream", 503),
            with_whole("upstream request timeout", 504),
        ),
        _NOT_THERE,
        "start the API, and compare its address with the cluster or the service.",
    ),
    Row(
        "Envoy",
        (
            with_whole("rbac: access denied", 403),
            with_whole("jwt is missing", 401),
            with_whole("jwt verification fails", 401),
        ),
        "A rule of the mesh wants a token, and preflights carry none.",
        "let OPTIONS through in the AuthorizationPolicy and the JWT filter, before they look for a token.",
    ),
    # https://docs.konghq.com/gateway/latest/: only what Kong answers itself has this header.
    Row(
        "Kong",
        (with_header("x-kong-response-latency"), with_body("no route matched with those values", 404)),
        "It has no route for this request, or a plugin refused it.",
        "add OPTIONS to the methods of the route, and let its authentication plugin pass preflights "
        "(config.run_on_preflight: false).",
    ),
    # modules/caddyhttp/reverseproxy
    Row(
        "Caddy",
        (Sign(headers=(("server", "caddy"), ("content-length", "0")), statuses=frozenset({502, 503, 504})),),
        _NOT_THERE,
        "start the API, and compare its address with reverse_proxy.",
    ),
    # pkg/proxy/httputil and Go's http.NotFound
    Row(
        "Traefik",
        (
            Sign(
                headers=(("content-type", "text/plain"), ("x-content-type-options", "nosniff")),
                whole="404 page not found",
                statuses=frozenset({404}),
                lacks=("server",),
            ),
        ),
        "It, or another program in Go, has no route for this host and path.",
        "compare the rule of the router with the host and the path of the URL.",
    ),
    Row(
        "Kubernetes' ingress",
        (with_whole("default backend - 404", 404),),
        "No rule fits this host and path.",
        "compare the host and the path of the Ingress with the URL.",
    ),
    Row(
        "Varnish",
        (with_body("guru meditation"), with_header("server", "varnish", 500, 503)),
        _NOT_THERE,
        "start the API, and compare its address with the backend.",
    ),
    Row(
        "Squid",
        (with_header("x-squid-error"),),
        "It stands between this machine and the API, and did not get an answer.",
        "leave the API's host out of the proxy (NO_PROXY).",
    ),
)
