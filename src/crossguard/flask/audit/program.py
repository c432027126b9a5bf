"""Findings about views, hooks and middleware."""

from collections.abc import Iterator
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.flask_cors import is_of_flask_cors
from crossguard.flask.audit.headers import headers_of
from crossguard.flask.audit.sources import may_end_request
from crossguard.flask.audit.subject import Subject, enumerated, layers_of_view
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.guard import Guard
from crossguard.flask.layers import is_socket_server, layers_of
from crossguard.flask.places import place_of

# It answers nothing of the application.
_HARMLESS = frozenset({"ProxyFix"})


def check_program(subject: Subject) -> Iterator[Noted]:
    """Headers that the application sets itself, who answers OPTIONS, who redirects, who stands outside."""
    governed = {row.endpoint for row in subject.rows if row.policy is not None}
    yield from _of_headers(subject, governed)
    for rule in subject.app.url_map.iter_rules():
        if (
            rule.endpoint in governed
            and getattr(rule, "provide_automatic_options", None) is False
            and "OPTIONS" in (rule.methods or ())
        ):
            functions = subject.functions_of(rule.endpoint)
            # Flask-CORS's decorator takes OPTIONS for itself.
            if functions and not any(
                map(is_of_flask_cors, layers_of_view(subject.app.view_functions[rule.endpoint]))
            ):
                yield finding(FindingCode.VIEW_ANSWERS_OPTIONS, place_of(functions[0]), rule=rule.rule)
    for when, hook in subject.hooks():
        if when == "before" and may_end_request(hook):
            yield finding(FindingCode.HOOK_ANSWERS_PREFLIGHT, place_of(hook))
    slashed = [
        row.rule
        for row in subject.rows
        if row.policy is not None
        and row.rule.endswith("/")
        and row.rule != "/"
        and _redirects(subject, row.rule)
    ]
    if slashed:
        yield finding(FindingCode.SLASH_REDIRECT, subject.app.import_name, rules=enumerated(slashed))
    yield from _of_middleware(subject)


def _of_headers(subject: Subject, governed: set[str]) -> Iterator[Noted]:
    """Yield what sets headers that a policy replaces; elsewhere they are what opens."""
    config = subject.app.config
    functions = [function for name in governed for function in subject.functions_of(name)]
    if governed:
        functions += [hook for _, hook in subject.hooks()]
    for function in sorted(dict.fromkeys(functions), key=_position):
        if names := headers_of(function, config).names:
            yield finding(FindingCode.OWN_CORS_HEADERS, place_of(function), headers=enumerated(names))


def _position(function: Any) -> tuple[str, int]:
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else (str(function), 0)


def _redirects(subject: Subject, text: str) -> bool:
    default = subject.app.url_map.strict_slashes
    return any(
        default if rule.strict_slashes is None else rule.strict_slashes
        for rule in subject.app.url_map.iter_rules()
        if rule.rule == text
    )


def _of_middleware(subject: Subject) -> Iterator[Noted]:
    layers = [*layers_of(subject.app)]
    # An application of marks alone gets its guard with the first request, around all that there is by then.
    if subject.is_guarded:
        for layer in layers:
            if isinstance(layer, Guard):
                break
            if type(layer).__name__ not in _HARMLESS and not is_socket_server(layer):
                name = getattr(layer, "__qualname__", type(layer).__qualname__)
                yield finding(FindingCode.MIDDLEWARE_OUTSIDE, place_of(layer), name=name)
    https = any(origin.startswith("https://") for origin in subject.public_origins)
    trusted = any(isinstance(layer, ProxyFix) for layer in layers)
    if https and not trusted:
        yield finding(FindingCode.PROXY_NOT_TRUSTED, subject.app.import_name)
    for functions in subject.app.before_request_funcs.values():
        for function in functions:
            owner = getattr(function, "__self__", None)
            if type(owner).__name__ == "Talisman" and getattr(owner, "force_https", False) and not trusted:
                yield finding(FindingCode.HTTPS_REDIRECT, "Talisman(app)")
