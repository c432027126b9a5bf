"""Verdicts: what a browser makes of an answer, as far as two libraries are compared by it."""

from typing import Final

from crossguard.migrate.stubs import Answer, Ask

#: Methods that need no permission (Fetch Standard, 2.2.1, "CORS-safelisted method").
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "POST"})


def reads(answer: Answer, origin: str) -> str:
    """Return "cookies", "public" or "": how a page of *origin* reads the answer."""
    allowed = answer.headers.get("access-control-allow-origin")
    if allowed == origin:
        return "cookies" if answer.headers.get("access-control-allow-credentials") == "true" else "public"
    return "public" if allowed == "*" else ""


def passes(ask: Ask, path: str, origin: str, method: str, header: str) -> bool:
    """Tell whether a browser goes on after a preflight for *method* and, if it is not empty, *header*."""
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if header:
        headers["Access-Control-Request-Headers"] = header
    answer = ask("OPTIONS", path, headers)
    reading = reads(answer, origin)
    if not reading or not 200 <= answer.status < 300:  # noqa: PLR2004 - the "ok status" of the Fetch Standard
        return False
    methods, names = fields(answer, "allow-methods"), fields(answer, "allow-headers")
    wild = reading != "cookies"
    method_passes = method in SAFE_METHODS or method.casefold() in methods or (wild and "*" in methods)
    header_passes = not header or header in names or (wild and "*" in names and header != "authorization")
    return method_passes and header_passes


def fields(answer: Answer, name: str) -> set[str]:
    """Return the names in a header ``Access-Control-…`` of an answer, in lower case."""
    text = answer.headers.get(f"access-control-{name}", "")
    return {part.strip().casefold() for part in text.split(",") if part.strip(' "')}
