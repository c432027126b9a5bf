"""What has to leave, put together from the core alone: the model that the adapters are compared with."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from crossguard import Policy, RequestFacts, apply_edits, compile_policy, decide, load_config
from crossguard.core.content import decide_content
from crossguard.core.decision import Reason
from crossguard.core.edits import VARY_STRICT, VARY_WRITE, HeaderEdits
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import PathTable
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.request import RouteMarks, WriteFacts
from crossguard.suffixes import is_public_suffix
from tests.adapters.cases import BODY, Case
from tests.adapters.inner import Called, answer_to
from tests.adapters.wire import Answer, Request


def header(request: Request, name: str) -> str | None:
    lines = [value for key, value in request.headers if key.lower() == name.lower()]
    return ",".join(lines) if lines else None


def facts_of(request: Request) -> RequestFacts:
    return RequestFacts(
        method=request.method,
        url=request.base + request.path,
        path=unquote(request.path),
        origin=header(request, "Origin"),
        requested_method=header(request, "Access-Control-Request-Method"),
        requested_headers=header(request, "Access-Control-Request-Headers"),
        requests_private_network=header(request, "Access-Control-Request-Private-Network") == "true",
        fetch_mode=header(request, "Sec-Fetch-Mode"),
        accept=header(request, "Accept"),
        own_origin=request.base,
    )


def write_facts_of(request: Request) -> WriteFacts:
    base = urlsplit(request.base)
    return WriteFacts(
        request.method,
        base.scheme,
        base.netloc,
        header(request, "Origin"),
        header(request, "Sec-Fetch-Site"),
        header(request, "Referer"),
        header(request, "Authorization"),
        header(request, "Cookie"),
        content_type=header(request, "Content-Type"),
        content_length=str(len(request.body)) if request.body else None,
    )


def policies_of(options: Mapping[str, object]) -> dict[str, Policy]:
    """Compile options; one gate anywhere is a gate everywhere."""
    shared = {name: value for name, value in options.items() if name != "resources"}
    written = {"": shared}
    if isinstance(resources := options.get("resources"), dict):
        written = {path: shared | own for path, own in resources.items()}
    gated = any(own.get("write_gate", own.get("supports_credentials")) for own in written.values())
    return {
        path: compile_policy(
            load_config({"write_gate": gated} | own, is_public_suffix=is_public_suffix), name=path
        )
        for path, own in written.items()
    }


def refusal_of(policy: Policy, case: Case) -> Reason | None:
    """Return why a request may not go on; None if it may."""
    path, options, gate = unquote(case.request.path), case.options, policy.gate
    if gate is None:
        return None
    marks = RouteMarks(*(path in options.get(name, ()) for name in ("exempt", "public", "strict_get")))
    if case.request.method in SAFE_METHODS and not marks.strict_get:
        return None
    facts = write_facts_of(case.request)
    verdict = gate.decide(facts, marks)
    if verdict.allowed and gate.json_only and not marks.exempt:
        verdict = decide_content(facts)
    return None if verdict.allowed or gate.report_only else verdict.reason


def via_core(case: Case, called: Called) -> Answer:
    policies, request = policies_of(case.options), case.request
    path = unquote(request.path)
    policy = policies.get("") or PathTable(policies).find("/" + path.lstrip("/"))
    asked = facts_of(request)
    edits = decide(policy, asked).edits if policy else None
    if edits is not None and asked.is_preflight:
        return Answer(204, lowered(edits.fields))
    reason = refusal_of(policy, case) if policy else None
    if reason is not None:
        status = 415 if reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
        body = problem_body(problem(status=status, code=reason.value, title="", detail=""))
        headers = [
            ("Content-Type", PROBLEM_JSON),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Vary", ", ".join(VARY_STRICT if request.method in SAFE_METHODS else VARY_WRITE)),
        ]
    else:
        called.append(path)
        body = BODY
        status, headers = answer_to(path)
    if edits is not None:
        strict = request.method in SAFE_METHODS and path in case.options.get("strict_get", ())
        if strict and policy.gate is not None:
            edits = HeaderEdits(edits.fields, VARY_STRICT)
        headers, _ = apply_edits(edits, headers)
    return Answer(status, lowered(headers), b"" if request.method == "HEAD" else body)


def lowered(headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]
