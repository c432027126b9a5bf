"""Options for both middlewares, and what is wrong with some of them."""

import pytest

from crossguard import ConfigError, Policy, compile_policy, load_config
from crossguard.suffixes import is_public_suffix
from tests.cases.cors import APP, OWN

CREDENTIALED = {
    "origins": [APP],
    "supports_credentials": True,
    "public_origins": [OWN],
    "auth_cookies": ["session"],
}


def mistakes(kind, **options):
    with pytest.raises(ConfigError) as caught:
        kind.make(**options)
    return {(issue.where, issue.code.value) for issue in caught.value.issues}, caught.value


def ready(**options: object) -> Policy:
    return compile_policy(load_config(options, is_public_suffix=is_public_suffix), name="ready")
