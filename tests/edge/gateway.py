"""What the rules of an HTTPRoute become in Envoy, as the implementations on Envoy compile them.

Read from the translators of Envoy Gateway and Istio: the wildcard becomes any text, the modifier becomes
headers of the route, refused preflights are answered. No Kubernetes runs here.
"""

import re
from typing import Any

TYPE = "type.googleapis.com/envoy.extensions.filters.http.cors.v3"
FILTER = {"name": "envoy.filters.http.cors", "typed_config": {"@type": f"{TYPE}.Cors"}}


def compiled(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [route_of(rule) for rule in sorted(rules, key=precedence)]


def precedence(rule: dict[str, Any]) -> tuple[bool, int]:
    """Exact paths first, then the longest prefix (HTTPRoute, "matches")."""
    path = rule["matches"][0]["path"]
    return path["type"] != "Exact", -len(path["value"])


def route_of(rule: dict[str, Any]) -> dict[str, Any]:
    path = rule["matches"][0]["path"]
    if path["type"] == "Exact":
        match: dict[str, Any] = {"path": path["value"]}
    else:
        match = {"prefix": "/"} if path["value"] == "/" else {"path_separated_prefix": path["value"]}
    route: dict[str, Any] = {"match": match, "route": {"cluster": "app"}}
    for found in rule.get("filters", ()):
        if found["type"] == "CORS":
            route["typed_per_filter_config"] = {FILTER["name"]: policy_of(found["cors"])}
        else:
            modifier = found["responseHeaderModifier"]
            route["response_headers_to_remove"] = modifier["remove"]
            route["response_headers_to_add"] = [
                {
                    "header": {"key": field["name"], "value": field["value"]},
                    "append_action": "APPEND_IF_EXISTS_OR_ADD",
                }
                for field in modifier.get("add", ())
            ]
    return route


def policy_of(cors: dict[str, Any]) -> dict[str, Any]:
    policy = {
        "@type": f"{TYPE}.CorsPolicy",
        "allow_origin_string_match": [matcher(text) for text in cors["allowOrigins"]],
        "allow_methods": ", ".join(cors.get("allowMethods", ())),
        "allow_headers": ", ".join(cors.get("allowHeaders", ())),
        "expose_headers": ", ".join(cors.get("exposeHeaders", ())),
        "max_age": str(cors["maxAge"]),
        "forward_not_matching_preflights": False,
    }
    return policy | ({"allow_credentials": True} if cors.get("allowCredentials") else {})


def matcher(text: str) -> dict[str, Any]:
    if "*" in text:
        return {"safe_regex": {"regex": re.escape(text).replace(r"\*", ".*").replace("\\-", "-")}}
    return {"exact": text}
