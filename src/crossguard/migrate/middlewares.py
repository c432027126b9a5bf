"""``CORSMiddleware`` of Starlette and ``cors`` of Quart-CORS, as ``crossguard.asgi.Crossguard``."""

import ast
import re
from typing import Any, Final

from crossguard.migrate.arguments import Arguments, additions, item_spans, option_edits
from crossguard.migrate.changes import Change, change_of, show_after
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.libraries import Kind
from crossguard.migrate.names import Names
from crossguard.migrate.option_values import convert_expose_headers, convert_flag, convert_max_age
from crossguard.migrate.origin_values import exact_origins
from crossguard.migrate.policies import ConvertedPolicy, complete_policy
from crossguard.migrate.project import Project
from crossguard.migrate.source import Edit
from crossguard.migrate.uses import Use
from crossguard.migrate.values import Unknown, is_known, shown

#: Options by their name here.
RENAMED: Final = {
    Kind.STARLETTE: {
        "allow_origins": "origins",
        "allow_methods": "methods",
        "allow_credentials": "supports_credentials",
    },
    Kind.QUART: {
        "allow_origin": "origins",
        "allow_methods": "methods",
        "allow_credentials": "supports_credentials",
    },
}
#: What holds in the other library where nothing is given.
_MISSING: Final[dict[Kind, dict[str, Any]]] = {
    Kind.STARLETTE: {"origins": [], "methods": ["GET"], "allow_headers": ["Content-Type"]},
    Kind.QUART: {"allow_headers": "*", "max_age": 5},
}
_REGEX: Final = "allow_origin_regex"


def convert_middleware(project: Project, names: Names, use: Use) -> Change:
    """Convert one middleware, or one ``cors(app, …)``."""
    arguments = Arguments(project, names, use.call)
    renamed = RENAMED[use.kind]
    policy = ConvertedPolicy()
    regex = arguments.named.get(_REGEX) if use.kind is Kind.STARLETTE else None
    values = {
        renamed.get(name, name): entry.value for name, entry in arguments.named.items() if name != _REGEX
    }
    credentials = is_known(values.get("supports_credentials")) and bool(values.get("supports_credentials"))
    for name, value in values.items():
        policy.options[name] = _convert(name, value, use.kind, credentials=credentials)
    _of_missing(policy, values, use.kind)
    if regex is not None:
        _of_expression(policy, regex.value)
    for made in policy.options.values():
        policy.differences += made.differences
        policy.doubts += made.doubts
    settled = {name: made.value for name, made in policy.options.items() if not made.dropped}
    complete_policy({**policy.added, **settled}, policy, credentials=credentials)
    located = {renamed.get(name, name): entry for name, entry in arguments.named.items() if name != _REGEX}
    items = item_spans(names, use.call)
    edits = _names_edits(arguments, renamed, policy)
    if regex is not None:
        edits += _place_expression(names, arguments, policy)
        located[_REGEX] = regex
        policy.options[_REGEX] = Converted(regex.value, dropped="origins" in values)
        if "origins" not in values:
            policy.options[_REGEX] = Converted(policy.added.pop("origins"), changed=True)
            edits.append(Edit(regex.start, regex.start + len(_REGEX), "origins"))
    edits += option_edits(arguments, items, located, policy)
    edits += additions(names, use.call, policy)
    # What is in a table keeps the names of the other library, so accepting it would not start.
    doubts = [Doubt(DoubtCode.ARGUMENTS, str(doubt)) for doubt in arguments.doubts] + policy.doubts
    made_change = change_of(names.source, use.call, edits)
    if use.kind is Kind.STARLETTE:
        made_change.edits += _starlette_frame(names, use, doubts)
        show_after(names.source, *names.source.span(use.call), made_change)
    else:
        _quart_frame(project, names, use, made_change, doubts)
    found = [difference(DifferenceCode.MIDDLEWARE), *policy.differences]
    made_change.differences = list(dict.fromkeys(found))
    made_change.doubts = list(dict.fromkeys(doubts))
    made_change.meant = policy.meant
    return made_change


def _convert(name: str, value: Any, kind: Kind, *, credentials: bool) -> Converted:  # noqa: PLR0911 - one for each option
    if name == "origins":
        return exact_origins(value, expressions_begin=kind is Kind.QUART)
    if name in {"supports_credentials", "allow_private_network"}:
        return convert_flag(value)
    if name == "expose_headers":
        made = convert_expose_headers(value, credentials=credentials)
        made.differences = [entry for entry in made.differences if entry.code is not DifferenceCode.EXPOSED]
        return made
    if name == "max_age":
        return convert_max_age(value)
    if name in {"methods", "allow_headers"}:
        return _names(name, value, kind)
    made = Converted(value, dropped=True)
    if name == "send_origin_wildcard":
        made.note(DifferenceCode.IGNORED_OPTION, option=name, reason="'*' is sent as '*' already")
        return made
    made.doubt(DoubtCode.UNKNOWN_OPTION, f"{name} is no option of {kind.value}.")
    return made


def _names(name: str, value: Any, kind: Kind) -> Converted:
    if not is_known(value):
        made = Converted(value)
        made.doubt(DoubtCode.RUN_TIME, f"{name}={shown(value)} is only known when the application runs.")
        return made
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        made = Converted(value)
        made.doubt(DoubtCode.NO_NAMES, f"{name}={shown(value)} is no list of names.")
        return made
    if "*" in listed:
        return (
            Converted("*", changed=value != "*") if name == "allow_headers" else Converted(None, dropped=True)
        )
    made = Converted(listed)
    if (
        name == "allow_headers"
        and kind is Kind.STARLETTE
        and not any(entry.lower() == "content-type" for entry in listed)
    ):
        made.value = [*listed, "Content-Type"]
    made.changed = made.value != value
    return made


def _of_missing(policy: ConvertedPolicy, values: dict[str, Any], kind: Kind) -> None:
    for name, value in _MISSING[kind].items():
        if name not in values:
            policy.added[name] = value


def _of_expression(policy: ConvertedPolicy, value: Any) -> None:
    """Put the expression among the origins; it matched the whole origin, as here."""
    if value is None:
        policy.added.setdefault("origins", [])
        return
    made = policy.options.get("origins") or Converted([])
    before = made.value if isinstance(made.value, list) else [made.value]
    if not isinstance(value, str):
        made.doubt(DoubtCode.RUN_TIME, f"{_REGEX}={shown(value)} is only known when the application runs.")
        entry: Any = Unknown(f"re.compile({shown(value, 1000)})")
    else:
        try:
            entry = re.compile(value)
        except (re.error, RecursionError, OverflowError) as error:
            made.doubt(DoubtCode.NO_ORIGIN, f"{shown(value)} is no expression: {error}.")
            return
    if before == ["*"]:
        return
    made.value = [*before, entry]
    made.changed = True
    if "origins" in policy.options:
        policy.added.pop("origins", None)
    else:
        policy.added["origins"] = entry
        policy.doubts += made.doubts


def _place_expression(names: Names, arguments: Arguments, policy: ConvertedPolicy) -> list[Edit]:
    """Write the whole list where only a run would tell what stands in it."""
    made = policy.options.get("origins")
    entry = arguments.named.get("allow_origins")
    if made is None or entry is None or not isinstance(made.value, list):
        return []
    first = made.value[0] if made.value else None
    if isinstance(first, Unknown) and not isinstance(entry.value, list):
        made.value = [Unknown(f"*({names.source.segment(entry.node)} or [])"), *made.value[1:]]
    return []


def _names_edits(arguments: Arguments, renamed: dict[str, str], policy: ConvertedPolicy) -> list[Edit]:
    return [
        Edit(entry.start, entry.start + len(name), renamed[name])
        for name, entry in arguments.named.items()
        if name in renamed and not policy.options[renamed[name]].dropped
    ]


def _starlette_frame(names: Names, use: Use, doubts: list[Doubt]) -> list[Edit]:
    """Return what names the other class, and gives it the application as it takes it."""
    source = names.source
    wrapped = use.target is not None and not isinstance(use.target, ast.Constant) and _is_class(use)
    holder = use.target if wrapped else use.call.func
    edits = []
    match holder:
        case ast.Name(id="CORSMiddleware"):
            edits.append(Edit(*source.span(holder), "Crossguard"))
        case ast.Name():
            pass
        case _:
            doubts.append(Doubt(DoubtCode.NO_COUNTERPART, "import CORSMiddleware by its name."))
    if len(use.call.args) > 1:
        doubts.append(Doubt(DoubtCode.ARGUMENTS, "every option has a name."))
    for position, word in enumerate(use.call.keywords):
        if word.arg == "app" and not wrapped:
            if position or use.call.args:
                doubts.append(Doubt(DoubtCode.ARGUMENTS, "the application stands first, without a name."))
            else:
                edits.append(Edit(source.span(word)[0], source.span(word.value)[0], ""))
    return edits


def _is_class(use: Use) -> bool:
    called = use.call.func
    last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return last in {"add_middleware", "Middleware"}


def _quart_frame(project: Project, names: Names, use: Use, change: Change, doubts: list[Doubt]) -> None:
    """Put the middleware around ``app.asgi_app``, where ``app = cors(app)`` stood."""
    source = names.source
    parent = names.parents.get(use.call)
    target = use.target
    text = source.segment(target) if target is not None else ""
    start, end = source.span(use.call)
    if target is not None and _is_blueprint(project, names, target):
        words = "a blueprint has no policy of its own: resources={'/path/*': {…}} around the application."
        doubts.append(Doubt(DoubtCode.RESOURCES, words))
    elif not use.call.args or target is None or not isinstance(use.call.func, ast.Name):
        doubts.append(Doubt(DoubtCode.ARGUMENTS, "the application stands first, without a name."))
    elif isinstance(parent, ast.Assign | ast.Expr):
        same = isinstance(parent, ast.Expr) or [source.segment(one) for one in parent.targets] == [text]
        if not same:
            doubts.append(
                Doubt(DoubtCode.AS_VALUE, f"write {text}.asgi_app = Crossguard({text}.asgi_app, …).")
            )
            return
        prefix = f"{text}.asgi_app = " if isinstance(parent, ast.Expr) else ""
        if isinstance(parent, ast.Assign):
            change.edits.append(Edit(*source.span(parent.targets[0]), f"{text}.asgi_app"))
        name = "Crossguard" if use.call.func.id == "cors" else use.call.func.id
        change.edits.append(Edit(*source.span(use.call.func), prefix + name))
        change.edits.append(Edit(*source.span(target), f"{text}.asgi_app"))
        start, end = source.span(parent)
    else:
        doubts.append(
            Doubt(DoubtCode.NOT_TOGETHER, f"write {text}.asgi_app = Crossguard({text}.asgi_app, …).")
        )
    change.before = source.text[start:end]
    show_after(source, start, end, change)


def _is_blueprint(project: Project, names: Names, target: ast.expr) -> bool:
    owner, node = project.follow(names, target)
    del owner
    return (
        isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Blueprint"
    )
