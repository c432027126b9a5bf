"""The proof: the same requests to both libraries, and what a browser makes of the answers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from crossguard.core.issues import ConfigError
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.examples import EXPRESSION_CHARACTERS, origins_to_ask, paths_to_ask
from crossguard.migrate.stubs import BLUEPRINT, VIEW, Ask, Stub, built, installed
from crossguard.migrate.verdicts import SAFE_METHODS, fields, passes, reads

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
#: Request headers that most front ends send.
_HEADERS: Final = ("authorization", "content-type", "x-requested-with")
_PATHS: Final = 12
_ASKED: Final = 6
_SAID: Final = 3
_RANK: Final = {"": 0, "public": 1, "cookies": 2}
_LIBRARY: Final = {
    "flask": ("flask_cors", "Flask-CORS"),
    "starlette": ("starlette", "Starlette"),
    "quart": ("quart_cors", "Quart-CORS"),
}


class Claim(NamedTuple):
    """What is to be proved: that two stubs mean the same.

    Attributes:
        before: the policies as they are.
        after: the policies as they would be.
        meant: origins and headers that matched nothing, and match what they say afterwards.
        compare: whether the answers are compared, or only what builds.
    """

    before: Stub
    after: Stub
    meant: tuple[str, ...] = ()
    compare: bool = True


def check(claim: Claim) -> list[Doubt]:
    """Return why *claim* does not hold; nothing if it was proved."""
    name, title = _LIBRARY[claim.before.framework]
    words = f"{title} is not installed here, so nothing could be proved. Install both."
    unproved = [] if installed(name) else [Doubt(DoubtCode.NO_PROOF, words)]
    if unproved and claim.before.framework == "quart":
        return unproved  # Without Quart there is no application to build.
    try:
        with built(claim.after, today=False) as new:
            return unproved if unproved or not claim.compare else _compared(claim, new, title)
    except ConfigError as error:
        return [
            Doubt(
                DoubtCode.UNBUILDABLE,
                f"{issue.where}={issue.value} does not build: {issue.reason} {issue.fix}",
            )
            for issue in error.issues
        ]
    except Exception as error:  # noqa: BLE001 - options of every kind; what they raise is the finding
        return [Doubt(DoubtCode.UNBUILDABLE, f"it does not build: {_words(error)}")]


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _compared(claim: Claim, new: Ask, title: str) -> list[Doubt]:
    try:
        with built(claim.before, today=True) as old:
            return _Comparison(claim, old, new).doubts()
    except Exception as error:  # noqa: BLE001 - as above
        return [Doubt(DoubtCode.BEFORE_FAILS, f"{title} fails with this today: {_words(error)}")]


class _Comparison:
    """Both stubs, asked alike."""

    def __init__(self, claim: Claim, old: Ask, new: Ask) -> None:
        self._claim = claim
        self._old = old
        self._new = new
        before, after = (_entries(stub) for stub in (claim.before, claim.after))
        # What an entry that was meant as a pattern matched as an expression, was not meant.
        self._named = [entry for entry in before if entry not in claim.meant or "*" not in str(entry)]
        self._meant = [_covering(entry) for entry in claim.meant]
        self._headers = {name.casefold() for name in _names(claim.before, "allow_headers")}
        asked = [
            *self._headers,
            *(name.casefold() for name in _names(claim.after, "allow_headers")),
            *_HEADERS,
        ]
        self._asked_headers = [name for name in dict.fromkeys(asked) if _is_token(name)][:20]
        self._named += _everybody(claim.before)
        self._origins = origins_to_ask([*before, *after])
        self._roots = {key.removesuffix("/*") or "/" for key in _keys(claim.after) if key.endswith("/*")} - {
            "/"
        }
        self._gains: list[str] = []
        self._losses: list[str] = []

    def doubts(self) -> list[Doubt]:
        """Ask, and return what differs and is not said to."""
        covered, others = _paths(self._claim)
        for path in [*covered, *others][: 2 * _PATHS]:
            whole = [origin for origin in self._origins if self._read(path, origin, core=path in covered)]
            for origin in [*whole[:_ASKED], *[one for one in whole[_ASKED:] if one in self._named][:_ASKED]]:
                self._preflight(path, origin)
                self._write(path, origin)
        return [*_said(DoubtCode.GAIN, self._gains), *_said(DoubtCode.LOSS, self._losses)]

    def _read(self, path: str, origin: str, *, core: bool) -> bool:
        """Compare who reads; tell whether both let *origin* read."""
        headers = {"Origin": origin}
        before, after = (reads(ask("GET", path, headers), origin) for ask in (self._old, self._new))
        if _RANK[after] > _RANK[before] and not self._is_meant(path, origin):
            self._gains.append(f"{origin} reads {_place(path)} {_how(after)} afterwards; today it does not")
        elif _RANK[after] < _RANK[before] and core and self._is_named(origin):
            self._losses.append(
                f"{origin} reads {_place(path)} {_how(before)} today; afterwards it would not"
            )
        return bool(before and after)

    def _is_meant(self, path: str, origin: str) -> bool:
        # "/api/*" covers "/api" too, which the difference "paths" says.
        return path in self._roots or any(covering.fullmatch(origin) for covering in self._meant)

    def _is_named(self, origin: str) -> bool:
        return any(_matches_whole(entry, origin) for entry in self._named) or "*" in self._named

    def _preflight(self, path: str, origin: str) -> None:  # noqa: C901 - each answer is compared with its like
        methods = []
        for method in _METHODS:
            before, after = (passes(ask, path, origin, method, "") for ask in (self._old, self._new))
            if before and after and (method not in SAFE_METHODS or self._grants(path, origin, method)):
                methods.append(method)
            # Without a header that has to be asked for, these are sent without asking.
            if after and not before and method not in SAFE_METHODS:
                self._gains.append(
                    f"{origin} may send {method} to {_place(path)} afterwards; today it may not"
                )
            if before and not after:
                self._losses.append(
                    f"{origin} may send {method} to {_place(path)} today; afterwards it may not"
                )
        for method in methods[:1]:
            for name in self._asked_headers:
                before, after = (passes(ask, path, origin, method, name) for ask in (self._old, self._new))
                if after and not before and name not in {entry.casefold() for entry in self._claim.meant}:
                    self._gains.append(
                        f"{origin} may send the header {name} to {_place(path)} afterwards; today it may not"
                    )
                if before and not after and name in self._headers:
                    self._losses.append(
                        f"{origin} may send the header {name} to {_place(path)} today; afterwards it may not"
                    )
        exposed = [self._exposed(ask, path, origin) for ask in (self._old, self._new)]
        if exposed[0] - exposed[1]:
            names = ", ".join(sorted(exposed[0] - exposed[1]))
            self._losses.append(f"{origin} sees {names} of {_place(path)} today; afterwards it would not")
        if exposed[1] - exposed[0]:
            names = ", ".join(sorted(exposed[1] - exposed[0]))
            self._gains.append(f"{origin} sees {names} of {_place(path)} afterwards; today it does not")

    def _exposed(self, ask: Ask, path: str, origin: str) -> set[str]:
        answer = ask("GET", path, {"Origin": origin})
        # With credentials "*" is the name of a header (Fetch Standard, 2.2.6).
        nothing = {"*"} if reads(answer, origin) == "cookies" else set()
        return fields(answer, "expose-headers") - nothing

    def _grants(self, path: str, origin: str, method: str) -> bool:
        """Tell whether the library of today names the method, and so grants headers with it."""
        answer = self._old("OPTIONS", path, {"Origin": origin, "Access-Control-Request-Method": method})
        return method.casefold() in fields(answer, "allow-methods")

    def _write(self, path: str, origin: str) -> None:
        headers = {"Origin": origin, "Cookie": "session=x", "Content-Type": "application/json"}
        before, after = (ask("POST", path, headers).status for ask in (self._old, self._new))
        with_cookies = reads(self._old("GET", path, {"Origin": origin}), origin) == "cookies"
        if before < 300 <= after and with_cookies:  # noqa: PLR2004 - a status that is no success
            self._losses.append(
                f"{origin} writes to {_place(path)} with cookies today; afterwards it would get {after}"
            )


def _covering(entry: str) -> re.Pattern[str]:
    """Return an expression for what an origin, or a pattern over subdomains or ports, lets in."""
    text = re.escape(entry).replace(r"://\*\.", r"://(?:[a-z0-9-]+\.)+")
    return re.compile(re.sub(r":\\\*\Z", r"(?::[0-9]+)?", text))


def _keys(stub: Stub) -> list[str]:
    keys: list[Any] = []
    for options in stub.calls:
        resources = options.get("resources")
        if resources is not None:
            keys += [resources] if isinstance(resources, str) else list(resources)
    return [key for key in keys if isinstance(key, str)]


def _matches_whole(entry: Any, origin: str) -> bool:
    if isinstance(entry, re.Pattern):
        return isinstance(entry.pattern, str) and entry.fullmatch(origin) is not None
    if not isinstance(entry, str):
        return False
    if set(entry) & EXPRESSION_CHARACTERS and entry != "*":
        try:
            return re.fullmatch(entry, origin, re.IGNORECASE) is not None
        except (re.error, RecursionError, OverflowError):
            return False
    return entry.casefold() == origin.casefold()


def _policies(stub: Stub) -> Iterable[Mapping[str, Any]]:
    for options in [*stub.calls, *stub.blueprints, *(entry for view in stub.views for entry in view)]:
        yield options
        resources = options.get("resources")
        if isinstance(resources, dict):
            yield from (entry for entry in resources.values() if isinstance(entry, dict))
    yield {name.removeprefix("CORS_").lower(): value for name, value in stub.config.items()}


def _entries(stub: Stub) -> list[Any]:
    found: list[Any] = []
    for options in _policies(stub):
        for name in ("origins", "allow_origins", "allow_origin"):
            value = options.get(name)
            found += value if isinstance(value, list | tuple) else [] if value is None else [value]
        if isinstance(options.get("allow_origin_regex"), str):
            found.append(_compiled(options["allow_origin_regex"]))
    open_to_all = stub.framework != "starlette" and not found
    return found or (["*"] if open_to_all else [])


def _everybody(stub: Stub) -> list[Any]:
    """Return "*" if a policy that names no origins is for every site, as to Flask-CORS and Quart-CORS."""
    if stub.framework == "starlette":
        return []
    policies = [*stub.calls, *(entry for view in stub.views for entry in view)]
    configured = "CORS_ORIGINS" in stub.config
    names = {"origins", "resources", "allow_origin"}
    open_ones = [entry for entry in policies if not names & entry.keys() and not configured]
    open_ones += [entry for entry in stub.blueprints if not names & entry.keys()]
    return ["*"] if open_ones else []


def _compiled(text: str) -> Any:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return text


def _names(stub: Stub, option: str) -> list[str]:
    found: list[str] = []
    for options in _policies(stub):
        value = options.get(option)
        found += (
            [value]
            if isinstance(value, str)
            else [one for one in value or () if isinstance(one, str)]
            if isinstance(value, list | tuple)
            else []
        )
    return [name for name in found if name != "*"]


def _is_token(name: str) -> bool:
    return re.fullmatch(r"[!#$%&'+\-.^_`|~0-9a-z]+", name) is not None


def _paths(claim: Claim) -> tuple[list[str], list[str]]:
    covered = [f"{BLUEPRINT}{index}/x" for index in range(len(claim.after.blueprints))]
    covered += [f"{VIEW}{index}" for index in range(len(claim.after.views))]
    covered += ["/x" for options in claim.after.calls if options.get("resources") is None]
    inside, others = paths_to_ask(_keys(claim.after))
    covered += inside
    return covered[:_PATHS], others[:_PATHS]


def _place(path: str) -> str:
    if path.startswith(VIEW):
        return "the view"
    if path.startswith(BLUEPRINT):
        return "the blueprint"
    return "everything" if path == "/x" else path


def _how(reading: str) -> str:
    return "with cookies" if reading == "cookies" else "without cookies"


def _said(code: DoubtCode, sentences: list[str]) -> list[Doubt]:
    once = list(dict.fromkeys(sentences))
    rest = len(once) - _SAID
    made = [Doubt(code, f"{sentence}.") for sentence in once[:_SAID]]
    return [*made, Doubt(code, f"and {rest} more answers like these differ.")] if rest > 0 else made
