"""Builds policies for tests; the public suffix list is a handful of names, so that cases are readable."""

from crossguard import CorsConfig, Policy, compile_policy, load_config

SUFFIXES = frozenset({"com", "net", "example", "co.uk", "github.io"})


def config(**options: object) -> CorsConfig:
    return load_config(options, is_public_suffix=SUFFIXES.__contains__)


def policy(**options: object) -> Policy:
    return compile_policy(config(**options), place="app.py:12", name="app")
