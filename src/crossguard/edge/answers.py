"""One policy as a table of answers, by asking it; what no table can say is refused."""

import re
from collections.abc import Iterable
from typing import Final

from crossguard.core.issues import shown
from crossguard.core.names import is_token
from crossguard.core.origins import parse_serialized
from crossguard.core.patterns import ANY_ORIGIN, OriginEntry, shown_entry
from crossguard.core.policy import Policy
from crossguard.edge.origin_patterns import example_of, expression_of
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Grant, OriginList

_ALLOW_ORIGIN: Final = CORS_HEADERS[0]
# RFC 2606 section 2: no page has it.
_STRANGER: Final = "https://crossguard-stranger.invalid"
_LIST: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+(, [!#$%&'*+\-.^_`|~0-9A-Za-z]+)*")
_NUMBERS: Final = ("Access-Control-Max-Age",)
_SECONDS: Final = re.compile(r"-?[0-9]{1,10}", re.ASCII)


def answers_of(policy: Policy, *, watched: bool) -> Answers:
    """Return what *policy* answers, by asking it.

    Args:
        policy: the policy.
        watched: whether its lists are written again when they change.

    Raises:
        ExportRefusedError: no proxy can hold it.
    """
    config = policy.config
    title = f"{policy.name or 'policy'}{f' ({policy.place})' if policy.place else ''}"
    obstacles = [*_untabular(policy, title)]
    if policy.origins_from and not watched:
        obstacles.append(
            Obstacle(
                title,
                f"its list is kept in {policy.origins_from} and changes; a file would stay as it is.",
                "add --watch, which writes the files again whenever the list changes.",
            )
        )
    trusted = _list_of(config.origins, title, obstacles)
    known = {entry for entry in config.origins if isinstance(entry, str)}
    readers = _list_of([entry for entry in config.readers if entry not in known], title, obstacles)
    if obstacles:
        raise ExportRefusedError(obstacles)
    constant = ANY_ORIGIN in config.origins
    grants = []
    # By asking the policy itself, so that what it answers is what is written.
    if constant:
        grants.append(_grant(policy, None, _STRANGER))
    else:
        grants += [_grant(policy, trusted, example) for example in _examples(trusted)[:1]]
        if ANY_ORIGIN in config.readers:
            grants.append(_grant(policy, None, _STRANGER))
        else:
            grants += [
                _grant(policy, readers, example)
                for example in _examples(readers)
                if not policy.trusts(example) or not config.supports_credentials
            ][:1]
    grants = _merged(grants)
    refused = dict(policy.preflight_edits("null" if not constant else _STRANGER).fields)
    return _valid(Answers(title, tuple(grants), refused["Vary"], constant))


def _merged(grants: list[Grant]) -> list[Grant]:
    """Make one of two lists that get the same answer."""
    if len(grants) < 2:  # noqa: PLR2004 - two lists
        return grants
    first, second = grants
    if first.origins is None or second.origins is None:
        return grants
    if (first.preflight, first.actual) != (second.preflight, second.actual):
        return grants
    exact = sorted({*first.origins.exact, *second.origins.exact})
    patterns = dict.fromkeys((*first.origins.patterns, *second.origins.patterns))
    return [Grant(OriginList(tuple(exact), tuple(patterns)), first.preflight, first.actual)]


def _untabular(policy: Policy, title: str) -> Iterable[Obstacle]:
    config = policy.config
    if config.allow_private_network:
        yield Obstacle(
            title,
            "allow_private_network depends on a request header that proxies do not look at.",
            "leave it out: Chrome asks the user now (Local Network Access).",
        )
    if config.supports_credentials and config.allow_headers == (ANY_ORIGIN,):
        yield Obstacle(
            title,
            'allow_headers="*" with credentials answers the names that are asked for, which needs a parser.',
            "list the request headers that the front end sends.",
        )


def _list_of(entries: Iterable[OriginEntry], title: str, obstacles: list[Obstacle]) -> OriginList:
    exact, patterns = [], []
    for entry in entries:
        if entry == ANY_ORIGIN:
            continue
        if not isinstance(entry, str):
            kind = "a callable" if callable(entry) else "an expression"
            obstacles.append(
                Obstacle(
                    title,
                    f"{shown(shown_entry(entry))[:200]} is {kind}, which only Python can ask.",
                    "list the origins, or write a pattern such as https://*.example.com.",
                )
            )
        elif "*" in entry:
            try:
                expression_of(entry)
            except ValueError as error:
                obstacles.append(Obstacle(title, f"{error}.", "list the origins one by one."))
            patterns.append(entry)
        else:
            exact.append(entry)
    return OriginList(tuple(sorted(exact)), tuple(patterns))


def _examples(origins: OriginList) -> list[str]:
    return [*origins.exact, *map(example_of, origins.patterns)]


def _grant(policy: Policy, origins: OriginList | None, origin: str) -> Grant:
    hidden = {_ALLOW_ORIGIN, "Vary"}
    preflight = {name: value for name, value in policy.preflight_edits(origin).fields if name not in hidden}
    actual = {name: value for name, value in policy.actual_edits(origin).fields if name not in hidden}
    return Grant(origins, preflight, actual)


def _valid(answers: Answers) -> Answers:
    """Refuse values that their grammar does not allow, also of a policy that was made without validation.

    Raises:
        ExportRefusedError: a value could mean something else in a configuration file.
    """
    obstacles = []
    for grant in answers.grants:
        origins = grant.origins.exact if grant.origins else ()
        obstacles += [
            Obstacle(answers.title, f"{shown(origin)} is not an origin.", "correct it.")
            for origin in origins
            if parse_serialized(origin) is None
        ]
        fields = [*grant.preflight.items(), *grant.actual.items(), ("Vary", answers.vary)]
        obstacles += [
            Obstacle(answers.title, f"{shown(value)} cannot be a value of {name}.", "correct it.")
            for name, value in fields
            if not (is_token(name) and (_SECONDS if name in _NUMBERS else _LIST).fullmatch(value))
        ]
    if obstacles:
        raise ExportRefusedError(obstacles)
    return answers
