"""Findings about who is listed."""

from collections.abc import Iterator

from crossguard.core.config import CorsConfig
from crossguard.core.expressions import escaped_dots
from crossguard.core.options import DEVELOPMENT_ORIGINS
from crossguard.core.origins import DEFAULT_PORTS, Origin
from crossguard.core.patterns import ANY_ORIGIN, OriginExpression, OriginPattern, OriginRule, parse_rule
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.subject import Subject, enumerated, place_of_policy
from crossguard.flask.audit.texts import Noted, finding

# A list of ten thousand customers has few kinds of origins.
_MOST = 200

# Their identifiers are made when the extension is installed, against fingerprinting.
_VARYING_EXTENSIONS = frozenset({"moz-extension", "safari-web-extension"})

_RISKS = {
    "dangerously_allow_insecure_origins": "anyone on the network in between can act as the user",
    "dangerously_allow_public_suffixes": "anybody can register a name there and act as the user",
}


def check_origins(subject: Subject) -> Iterator[Noted]:
    """Any origin, no origin, development origins, subdomains, expressions, dangerous options."""
    for policy in subject.policies:
        config, where = policy.config, place_of_policy(policy)
        if ANY_ORIGIN in {*config.origins[:1], *config.readers[:1]}:
            yield finding(FindingCode.EVERYBODY_READS, where)
        for option, risk in _RISKS.items():
            if getattr(config, option):
                yield finding(FindingCode.DANGEROUS_OPTION, where, option=option, risk=risk)
        for rule in rules_of(config):
            if isinstance(rule, OriginExpression) and (escaped := escaped_dots(rule.expression.pattern)):
                yield finding(
                    FindingCode.EXPRESSION_DOT, where, expression=str(rule), escaped=f"r{escaped!r}"
                )
            if isinstance(rule, Origin):
                yield from _of_app(rule, where)
        if config.supports_credentials:
            yield from _of_credentials(config, where, debug=subject.app.debug)


def _of_app(origin: Origin, where: str) -> Iterator[Noted]:
    if origin.scheme in _VARYING_EXTENSIONS:
        yield finding(FindingCode.EXTENSION_ID_VARIES, where, origin=str(origin))
    elif origin.scheme not in DEFAULT_PORTS and origin.is_loopback:
        yield finding(FindingCode.APP_NOT_NAMED, where, origin=str(origin))


def rules_of(config: CorsConfig) -> list[OriginRule]:
    """Return the rules of *config*, as far as they are looked at one by one."""
    return [parse_rule(entry) for entry in (*config.origins[:_MOST], *config.readers[:_MOST])]


def _of_credentials(config: CorsConfig, where: str, *, debug: bool) -> Iterator[Noted]:
    if not config.origins or config.origins == DEVELOPMENT_ORIGINS:
        yield finding(FindingCode.ORIGINS_NOT_NAMED, where)
        return
    rules = [parse_rule(entry) for entry in config.origins[:_MOST]]
    pages = [
        rule for rule in rules if isinstance(rule, Origin | OriginPattern) and rule.scheme in DEFAULT_PORTS
    ]
    loopback = [str(rule) for rule in pages if rule.is_loopback]
    private = [str(rule) for rule in pages if rule.is_private]
    if private and not debug:
        yield finding(FindingCode.PRIVATE_ADDRESS, where, origins=enumerated(private))
    # Loopback front ends of a loopback API are the usual development setup, in debug or not.
    remote = [
        origin for origin in config.own_examples if "//localhost" not in origin and "//127." not in origin
    ]
    if loopback and not debug and (remote or len(loopback) < len(rules)):
        yield finding(FindingCode.DEVELOPMENT_ORIGIN, where, origins=enumerated(loopback))
    for rule in rules:
        if isinstance(rule, OriginPattern) and rule.subdomains and not rule.is_loopback:
            yield finding(FindingCode.SUBDOMAINS_TRUSTED, where, pattern=str(rule))
