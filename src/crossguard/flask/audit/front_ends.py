"""Findings about front ends and the API: schemes, sites, networks."""

from collections.abc import Iterator

from crossguard.browser.posture import Relation, relation
from crossguard.browser.site import AddressSpace, address_space
from crossguard.browser.urls import parse_url
from crossguard.core.config import CorsConfig
from crossguard.core.origins import Origin, parse_origin
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.origins import rules_of
from crossguard.flask.audit.subject import Subject, place_of_policy
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.cookies import frontends_of


def check_front_ends(subject: Subject) -> Iterator[Noted]:
    """Compare every front end with every origin of the API."""
    for policy in subject.policies:
        config, where = policy.config, place_of_policy(policy)
        for api in config.own_examples:
            for frontend in _listed(config):
                yield from _of_pair(frontend, parse_origin(api), where)
            for trusted in frontends_of(config):
                yield from _of_sites(trusted.origin, api, where)
        if config.allow_private_network:
            yield finding(FindingCode.PRIVATE_NETWORK, where)


def _listed(config: CorsConfig) -> list[Origin]:
    return [rule for rule in rules_of(config) if isinstance(rule, Origin)]


def _of_pair(frontend: Origin, api: Origin, where: str) -> Iterator[Noted]:
    names = {"frontend": str(frontend), "api": str(api)}
    schemes = (frontend.scheme, api.scheme)
    if schemes == ("http", "https") and not frontend.is_loopback:
        yield finding(FindingCode.INSECURE_FRONT_END, where, **names)
    if schemes == ("https", "http") and not api.is_loopback:
        yield finding(FindingCode.MIXED_CONTENT, where, **names)
    if (
        frontend.scheme == "https"
        and _space(frontend) is AddressSpace.PUBLIC
        and _space(api) is not AddressSpace.PUBLIC
    ):
        yield finding(FindingCode.LOCAL_NETWORK, where, **names)


def _space(origin: Origin) -> AddressSpace:
    return address_space(parse_url(str(origin)))


def _of_sites(frontend: str, api: str, where: str) -> Iterator[Noted]:
    if relation(frontend, api) is not Relation.CROSS_SITE:
        return
    page, server = parse_origin(frontend), parse_origin(api)
    if page.is_loopback and server.is_loopback:
        if page.host != server.host:
            same = str(Origin(page.scheme, server.host, page.port))
            yield finding(FindingCode.LOOPBACK_NAMES_DIFFER, where, frontend=frontend, api=api, same=same)
    elif not page.is_loopback:
        yield finding(FindingCode.FRONT_END_CROSS_SITE, where, frontend=frontend, api=api)
