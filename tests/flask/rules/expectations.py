"""The kinds of expectation of cors-rules.json. Each returns what is wrong; nothing is right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.flask.rules.browser import breaches_of_grammar, combined, cors_check, preflight_passes, readable
from tests.flask.wire import Answer

Wrong = str | None


@dataclass
class Step:
    """One exchange: what was sent, what came back, how long it took, and what the server raised."""

    headers: list[tuple[str, str]]
    answer: Answer
    seconds: float
    raised: BaseException | None
    earlier: list["Step"]

    @property
    def origin(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "origin"), "")


def _items(answer: Answer, name: str) -> list[str]:
    return [item.strip().lower() for value in answer.all(name) for item in value.split(",") if item.strip()]


def _says(what: str, got: object, wanted: object) -> Wrong:
    return None if got == wanted else f"{what} is {got!r}, not {wanted!r}"


def _cors_check(step: Step, value: dict[str, Any]) -> Wrong:
    passes = cors_check(step.answer, value["origin"], value["credentials"])
    return _says("the CORS check", "allow" if passes else "deny", value["is"])


def _preflight(step: Step, value: dict[str, Any]) -> Wrong:
    passes = preflight_passes(
        step.answer, value["origin"], value["credentials"], value["method"], value["headers"]
    )
    return _says("the preflight", "allow" if passes else "deny", value["is"])


def _readable(step: Step, value: dict[str, Any]) -> Wrong:
    return _says(
        value["header"],
        readable(step.answer, value["header"], step.origin, value["credentials"]),
        value["is"],
    )


def _grammar(step: Step, value: bool) -> Wrong:
    breaches = breaches_of_grammar(step.answer)
    return f"outside of the grammar: {breaches}" if breaches else None


def _single(step: Step, value: list[str]) -> Wrong:
    many = [
        name for name in value if len(step.answer.all(name)) > 1 or "," in (combined(step.answer, name) or "")
    ]
    return f"more than one value: {many}" if many else None


def _absent(step: Step, value: list[str]) -> Wrong:
    there = [name for name in value if step.answer.all(name)]
    return f"present: {there}" if there else None


def _present(step: Step, value: list[str]) -> Wrong:
    missing = [name for name in value if not step.answer.all(name)]
    return f"missing: {missing}" if missing else None


def _equals(step: Step, value: dict[str, str]) -> Wrong:
    wrong = {name: step.answer.all(name) for name, text in value.items() if step.answer.all(name) != [text]}
    return f"not as wanted: {wrong}" if wrong else None


def _contains(step: Step, value: dict[str, list[str]]) -> Wrong:
    missing = {
        name: [item for item in items if item.lower() not in _items(step.answer, name)]
        for name, items in value.items()
    }
    return f"missing items: {missing}" if any(missing.values()) else None


def _lacks(step: Step, value: dict[str, list[str]]) -> Wrong:
    there = {
        name: [item for item in items if item.lower() in _items(step.answer, name)]
        for name, items in value.items()
    }
    return f"items that must not be there: {there}" if any(there.values()) else None


def _vary(step: Step, value: dict[str, Any]) -> Wrong:
    assert set(value) <= {"has", "lacks", "no_repeat"}
    items = _items(step.answer, "Vary")
    missing = [name for name in value.get("has", []) if name.lower() not in items and "*" not in items]
    there = [name for name in value.get("lacks", []) if name.lower() in items]
    if missing or there or (value.get("no_repeat") and len(items) != len(set(items))):
        return f"Vary is {items}"
    return None


def _status(step: Step, value: list[int]) -> Wrong:
    return None if step.answer.status in value else f"status {step.answer.status}"


def _ok_status(step: Step, value: bool) -> Wrong:
    return None if 200 <= step.answer.status <= 299 else f"status {step.answer.status}"


def _no_crash(step: Step, value: bool) -> Wrong:
    return (
        f"raised {step.raised!r}, status {step.answer.status}"
        if step.raised or step.answer.status >= 500
        else None
    )


def _handler(step: Step, value: bool | str) -> Wrong:
    names = step.answer.all("X-Handler")
    if isinstance(value, str):
        return _says("the handler", names, [value])
    return _says("that a handler ran", bool(names), value)


def _path(step: Step, value: str) -> Wrong:
    return _says("the path", step.answer.all("X-Path"), [value])


def _lines(step: Step, value: dict[str, int]) -> Wrong:
    wrong = {name: len(step.answer.all(name)) for name, n in value.items() if len(step.answer.all(name)) != n}
    return f"lines: {wrong}" if wrong else None


def _no_body_if_204(step: Step, value: bool) -> Wrong:
    if step.answer.status == 204 and (step.answer.body or step.answer.all("Content-Length")):
        return "a 204 with a body or a length"
    return None


def _seconds(step: Step, value: float) -> Wrong:
    return f"took {step.seconds} s" if step.seconds > value else None


def _not_larger(step: Step, value: int) -> Wrong:
    size = sum(len(text) for name, text in step.answer.headers if name.lower().startswith("access-control-"))
    return f"{size} bytes" if size > value else None


def _same_as(step: Step, value: dict[str, Any]) -> Wrong:
    before = step.earlier[value["step"]].answer
    other = [name for name in value["headers"] if before.all(name) != step.answer.all(name)]
    return f"differ from step {value['step']}: {other}" if other else None


KINDS: dict[str, Callable[[Step, Any], Wrong]] = {
    "cors_check": _cors_check,
    "preflight": _preflight,
    "readable": _readable,
    "grammar": _grammar,
    "single": _single,
    "absent": _absent,
    "present": _present,
    "equals": _equals,
    "contains": _contains,
    "lacks": _lacks,
    "vary": _vary,
    "status": _status,
    "ok_status": _ok_status,
    "no_crash": _no_crash,
    "handler": _handler,
    "path": _path,
    "lines": _lines,
    "no_body_if_204": _no_body_if_204,
    "seconds": _seconds,
    "not_larger": _not_larger,
    "same_as": _same_as,
}


def wrong_with(step: Step, expectation: dict[str, Any]) -> Wrong:
    """Return what is wrong with *step*; an unknown kind of expectation is a KeyError."""
    ((kind, value),) = expectation.items()
    return KINDS[kind](step, value)
