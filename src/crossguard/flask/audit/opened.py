"""Findings about what other code opens to pages of other origins."""

from collections.abc import Iterator, Mapping

from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.openings import EVERY, FLASK_CORS, SOCKET_IO, Opened, covering
from crossguard.flask.audit.subject import Subject, enumerated
from crossguard.flask.audit.texts import Noted, finding

_ORIGINS = "origins=['https://app.example.com']"
_FIXES = {
    FLASK_CORS: "flask cors migrate",
    SOCKET_IO: "SocketIO(app, cors_allowed_origins=[]) before CORS(app, …)",
}


def check_openings(
    subject: Subject, opened: Mapping[Opened, list[str]], *, hooks_run: bool
) -> Iterator[Noted]:
    """Say what is open to whom, and what is unknown."""
    known = [row.rule for row in subject.rows]
    for one, found in opened.items():
        rules = enumerated(covering(found, known))
        options = f"{_ORIGINS}, supports_credentials=True" if one.cookies else _ORIGINS
        fix = _FIXES.get(
            one.kind, f"take the headers out there, and name the front ends: CORS(app, {options})"
        )
        common = {"rules": rules, "through": one.through, "fix": fix}
        if one.unknown:
            fix = (
                "read it"
                if hooks_run or not one.of_hook
                else "flask cors audit --run-hooks runs it; or read it"
            )
            common["fix"] = f"{fix}, and let CORS(app, origins=[…]) answer in its place."
            yield finding(FindingCode.OPENING_UNKNOWN, _place(one), reason=one.unknown, **common)
        elif one.origins == EVERY:
            code = FindingCode.OPEN_WITH_COOKIES if one.cookies else FindingCode.OPEN_TO_EVERYBODY
            yield finding(code, _place(one), **common)
        elif one.is_hole:
            found_in = " or ".join(entry for entry in one.origins if entry.startswith("r'"))
            expressions = f", with {found_in}" if found_in else ""
            words = common | {"stranger": one.stranger, "expressions": expressions}
            yield finding(FindingCode.OPEN_TO_LOOK_ALIKES, _place(one), **words)
        else:
            cookies = "with the user's cookies" if one.cookies else "without cookies"
            who = enumerated([*one.origins])
            yield finding(FindingCode.OPEN_TO_LISTED, _place(one), who=who, cookies=cookies, **common)


def _place(one: Opened) -> str:
    return one.through.rpartition(" at ")[2] or one.through
