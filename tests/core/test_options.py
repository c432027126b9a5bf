"""The table of options, and the guess at what was meant."""

import pytest

from crossguard.core.config import unknown_option_text
from crossguard.core.options import OPTION_NAMES, OPTIONS, nearest_option


def test_names_are_unique():
    assert len(set(OPTION_NAMES)) == len(OPTION_NAMES)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_is_documented(option):
    assert option.accepts
    assert option.default
    assert option.meaning.endswith(".")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("orgins", "origins"),
        ("origin", "origins"),
        ("ORIGINS", "origins"),
        ("allow_origins", "origins"),
        ("allowed_origins", "origins"),
        ("allow_methods", "methods"),
        ("allowed_methods", "methods"),
        ("method", "methods"),
        ("allow_credentials", "supports_credentials"),
        ("credentials", "supports_credentials"),
        ("support_credentials", "supports_credentials"),
        ("headers", "allow_headers"),
        ("allowed_headers", "allow_headers"),
        ("expose", "expose_headers"),
        ("exposed_headers", "expose_headers"),
        ("maxage", "max_age"),
        ("max-age", "max_age"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_nearest_option_is_named(name, nearest):
    assert nearest_option(name) == nearest


def test_only_known_options_are_suggested():
    assert nearest_option("allow_origins", ("methods",)) is None
    assert nearest_option("resource", (*OPTION_NAMES, "resources")) == "resources"
    assert nearest_option("resource") is None


def test_an_option_like_no_other_is_answered_with_the_list():
    text = unknown_option_text("zzz", ("origins", "methods"))

    assert text == "unknown option 'zzz'; the options are origins, methods."
