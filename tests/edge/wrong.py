"""Configurations as people write them, each wrong in one way, and what `verify` has to call it."""

from typing import NamedTuple

from crossguard.edge.differences import EdgeCode

#: A configuration by hand that is right for the policy of :func:`tests.edge.test_verify.small`.
RIGHT_MAPS = r"""
map $http_origin $listed {
  "~^https://app\.example\.com$" $http_origin;
  "~^https://([a-z0-9_-]+\.)+tenants\.example\.org$" $http_origin;
  default "";
}
map $listed $cred { "" ""; default true; }
map "$request_method$http_access_control_request_method" $asks { "~^OPTIONS." 1; default ""; }
map "$asks:$http_origin" $pre { "~^1:." 1; default ""; }
map $uri $scope { "~^/api(/|$)" 1; default ""; }
map "$scope$pre" $answer { "11" 1; default ""; }
map "$scope:$listed" $acao { "~^1:(.+)$" $1; default ""; }
map "$scope:$cred" $acac { "1:true" true; default ""; }
map "$answer:$listed" $acam { "~^1:." "GET, POST, PUT, DELETE"; default ""; }
map "$answer:$listed" $acah { "~^1:." "Content-Type, X-Token"; default ""; }
map "$answer:$listed" $acma { "~^1:." "600"; default ""; }
map "$scope:$listed" $aceh { "~^1:." "X-Total"; default ""; }
map $scope $vary { 1 Origin; default ""; }
"""
RIGHT_SERVER = """
add_header Access-Control-Allow-Origin $acao always;
add_header Access-Control-Allow-Credentials $acac always;
add_header Access-Control-Allow-Methods $acam always;
add_header Access-Control-Allow-Headers $acah always;
add_header Access-Control-Max-Age $acma always;
add_header Access-Control-Expose-Headers $aceh always;
add_header Vary $vary always;
if ($answer) { return 204; }
"""


class Wrong(NamedTuple):
    """One change to the right configuration.

    Attributes:
        old: what is replaced in it; empty to append.
        new: what stands there instead.
        code: what `verify` has to find.
        text: a part of the words, which says where it comes from.
        decorated: whether the application behind it sets headers of its own.
    """

    old: str
    new: str
    code: EdgeCode
    text: str = ""
    decorated: bool = False


WRONG = {
    "no Vary": Wrong("add_header Vary $vary always;", "", EdgeCode.VARY_MISSING),
    "Vary for listed origins only": Wrong(
        "map $scope $vary { 1 Origin;", 'map "$scope$cred" $vary { 1true Origin;', EdgeCode.VARY_MISSING
    ),
    "doubled": Wrong("", "", EdgeCode.DUPLICATE_HEADER, "Access-Control-Allow-Origin", decorated=True),
    "no end": Wrong(
        r"example\.org$", r"example\.org", EdgeCode.STRANGER_READS_WITH_COOKIES, "without an end"
    ),
    "no end of an exact one": Wrong(
        r"app\.example\.com$", r"app\.example\.com", EdgeCode.STRANGER_READS_WITH_COOKIES, "without an end"
    ),
    "no start": Wrong(
        r"~^https://([a-z0-9_-]+\.)+tenants",
        "~^https://.*tenants",
        EdgeCode.STRANGER_READS_WITH_COOKIES,
        "before the host",
    ),
    "dots not escaped": Wrong(
        r"tenants\.example\.org$", "tenants.example.org$", EdgeCode.STRANGER_READS_WITH_COOKIES, "not escaped"
    ),
    "dot of an exact one": Wrong(
        r"app\.example\.com$", "app.example.com$", EdgeCode.STRANGER_READS_WITH_COOKIES, "not escaped"
    ),
    "any scheme": Wrong("~^https://app", "~^https?://app", EdgeCode.STRANGER_READS_WITH_COOKIES, "scheme"),
    "any port": Wrong(
        r"app\.example\.com$", r"app\.example\.com(:\d+)?$", EdgeCode.STRANGER_READS_WITH_COOKIES, "port"
    ),
    "the apex": Wrong(
        r"_-]+\.)+tenants", r"_-]+\.)*tenants", EdgeCode.STRANGER_READS_WITH_COOKIES, "domain of a pattern"
    ),
    "subdomains of an exact one": Wrong(
        r"~^https://app", r"~^https://(.+\.)?app", EdgeCode.STRANGER_READS_WITH_COOKIES, "Subdomains"
    ),
    "everybody reflected with cookies": Wrong(
        'default "";\n}\nmap $listed',
        "default $http_origin;\n}\nmap $listed",
        EdgeCode.STRANGER_READS_WITH_COOKIES,
        "reflected",
    ),
    "everybody without cookies": Wrong(
        '$acao { "~^1:(.+)$" $1; default "";',
        '$acao { "~^1:(.+)$" $1; "1:" "*"; default "";',
        EdgeCode.STRANGER_READS,
    ),
    "null": Wrong(
        r'"~^https://app', r'"null" "null"; "~^https://app', EdgeCode.STRANGER_READS_WITH_COOKIES, "null"
    ),
    "headers lost on errors": Wrong(" always", "", EdgeCode.ERROR_WITHOUT_HEADERS, "404"),
    "headers lost where a location adds its own": Wrong(
        "LOCATION",
        "location /api/items { add_header X-Frame-Options DENY; proxy_pass http://127.0.0.1:{upstream}; }",
        EdgeCode.ORIGIN_REFUSED,
        "nginx",
    ),
    "plain OPTIONS swallowed": Wrong('"~^OPTIONS." 1', '"~^OPTIONS" 1', EdgeCode.PLAIN_OPTIONS_ANSWERED),
    "every OPTIONS swallowed": Wrong(
        "if ($answer)", "if ($request_method = OPTIONS)", EdgeCode.PLAIN_OPTIONS_ANSWERED
    ),
    "prefix without a segment": Wrong('"~^/api(/|$)"', '"~^/api"', EdgeCode.PATH_TOO_WIDE),
    "prefix in any letter case": Wrong('"~^/api(/|$)"', '"~*^/api(/|$)"', EdgeCode.PATH_TOO_WIDE),
    "prefix too narrow": Wrong('"~^/api(/|$)"', '"~^/api/."', EdgeCode.PATH_TOO_NARROW),
    "one origin for everybody": Wrong(
        '"~^1:(.+)$" $1', '"~^1:" "https://app.example.com"', EdgeCode.ORIGIN_REFUSED
    ),
    "star with credentials": Wrong('"~^1:(.+)$" $1', '"~^1:(.+)$" "*"', EdgeCode.COOKIES_REFUSED),
    "no credentials": Wrong(
        "add_header Access-Control-Allow-Credentials $acac always;", "", EdgeCode.COOKIES_REFUSED
    ),
    "an origin missing": Wrong(r'"~^https://app\.example\.com$" $http_origin;', "", EdgeCode.ORIGIN_REFUSED),
    "a method missing": Wrong(
        "GET, POST, PUT, DELETE", "GET, POST, PUT", EdgeCode.PREFLIGHT_TOO_NARROW, "DELETE"
    ),
    "a header missing": Wrong(
        "Content-Type, X-Token", "Content-Type", EdgeCode.PREFLIGHT_TOO_NARROW, "x-token"
    ),
    "methods reflected": Wrong(
        '"GET, POST, PUT, DELETE"',
        "$http_access_control_request_method",
        EdgeCode.PREFLIGHT_TOO_WIDE,
        "PATCH",
    ),
    "headers reflected": Wrong(
        '"Content-Type, X-Token"',
        "$http_access_control_request_headers",
        EdgeCode.PREFLIGHT_TOO_WIDE,
        "unlisted",
    ),
    "headers as a star": Wrong('"Content-Type, X-Token"', '"*"', EdgeCode.PREFLIGHT_TOO_NARROW),
    "preflight redirected": Wrong(
        "if ($answer) { return 204; }",
        "if ($answer) { return 301 https://www.example.com/; }",
        EdgeCode.PREFLIGHT_REDIRECTED,
    ),
    "sign-in before preflights": Wrong(
        "if ($answer) { return 204; }", "if ($answer) { return 401; }", EdgeCode.PREFLIGHT_STATUS, "401"
    ),
    "no max-age": Wrong("add_header Access-Control-Max-Age $acma always;", "", EdgeCode.MAX_AGE),
    "nothing exposed": Wrong(
        "add_header Access-Control-Expose-Headers $aceh always;", "", EdgeCode.EXPOSED_TOO_LITTLE
    ),
    "more exposed": Wrong('"X-Total"', '"X-Total, X-Secret"', EdgeCode.EXPOSED_TOO_MUCH),
}

HAPROXY = """
    acl listed hdr_end(origin) .tenants.example.org
    acl listed hdr(origin) https://app.example.com
    acl api path_beg /api
    http-request set-var(txn.origin) req.hdr(origin) if listed api
    http-request return status 204 hdr Access-Control-Allow-Origin "%[req.hdr(origin)]" hdr Access-Control-Allow-Credentials true hdr Access-Control-Allow-Methods "GET, POST, PUT, DELETE" hdr Access-Control-Allow-Headers "Content-Type, X-Token" hdr Access-Control-Max-Age 600 if METH_OPTIONS listed api
    http-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if { var(txn.origin) -m found }
    http-response set-header Access-Control-Allow-Credentials true if { var(txn.origin) -m found }
    http-response set-header Access-Control-Expose-Headers X-Total if { var(txn.origin) -m found }
"""
CADDY = r"""
		@api path /api/*
		@listed header_regexp origin Origin ^https://(app.example.com|([a-z0-9_-]+\.)+tenants\.example\.org)
		@preflight method OPTIONS
		header @api Vary Origin
		header @listed Access-Control-Allow-Origin {http.request.header.Origin}
		header @listed Access-Control-Allow-Credentials true
		header @listed Access-Control-Allow-Methods "GET, POST, PUT, DELETE"
		header @listed Access-Control-Allow-Headers "Content-Type, X-Token"
		header @listed Access-Control-Max-Age 600
		header @listed Access-Control-Expose-Headers X-Total
		respond @preflight 204
"""
#: As the documentation of the filter has it: one policy, on the route of the API.
ENVOY_POLICY = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
    "allow_origin_string_match": [
        {"exact": "https://app.example.com"},
        {"safe_regex": {"regex": r"https://([a-z0-9_-]+\.)+tenants\.example\.org"}},
    ],
    "allow_methods": "GET, POST, PUT, DELETE",
    "allow_headers": "Content-Type, X-Token",
    "expose_headers": "X-Total",
    "max_age": "600",
    "allow_credentials": True,
}
