"""The configuration: every mistake is reported, all at once, and its neighbour builds."""

import dataclasses
import json
import re
from datetime import timedelta

import pytest

from crossguard import ConfigError, CorsConfig, IssueCode, load_config
from crossguard.core.options import GATE_OPTIONS, OPTION_NAMES, OPTIONS
from tests.cases.build import SUFFIXES, config
from tests.cases.config import MISTAKES
from tests.golden.write import MISTAKEN, reported

APP = "https://app.example.com"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_reports_the_mistake_and_nothing_else(mistake):
    with pytest.raises(ConfigError) as caught:
        config(**mistake.options)

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (mistake.code, mistake.where)
    assert mistake.fix in issue.fix
    assert str(issue) in str(caught.value)
    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert issue.reason.endswith((".", "?")), issue.reason
    assert issue.fix.endswith("."), issue.fix


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_the_neighbour_of_the_mistake_builds(mistake):
    assert isinstance(config(**mistake.right), CorsConfig)


GOLDEN = json.loads(MISTAKEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_the_words_about_the_mistake_are_the_reviewed_ones(mistake):
    assert reported(mistake) == GOLDEN[mistake.id]


def test_ids_of_mistakes_are_unique():
    assert set(GOLDEN) == {mistake.id for mistake in MISTAKES}
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES)


def test_every_mistake_is_reported_at_once_in_the_order_of_the_options():
    with pytest.raises(ConfigError) as caught:
        load_config(
            {
                "orgins": 1,
                "origins": ["http://app.example.com", "x", "*", APP + "/"],
                "supports_credentials": True,
                "methods": ["TRACE", "GE T"],
                "allow_headers": ["Cookie"],
                "expose_headers": "*",
                "max_age": -1,
                "allow_private_network": "no",
            },
            is_public_suffix=SUFFIXES.__contains__,
            source="app.py:7",
        )

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        (IssueCode.UNKNOWN_OPTION, "'orgins'"),
        (IssueCode.MISLEADING_STRING, "allow_private_network"),
        (IssueCode.SCHEME_REQUIRED, "origins[1]"),
        (IssueCode.NOT_AN_ORIGIN, "origins[3]"),
        (IssueCode.WILDCARD_AMONG_OTHERS, "origins"),
        (IssueCode.INSECURE_ORIGIN, "origins[0]"),
        (IssueCode.WILDCARD_WITH_CREDENTIALS, "origins[2]"),
        (IssueCode.FORBIDDEN_METHOD, "methods[0]"),
        (IssueCode.NOT_A_TOKEN, "methods[1]"),
        (IssueCode.FORBIDDEN_HEADER, "allow_headers[0]"),
        (IssueCode.WILDCARD_WITH_CREDENTIALS, "expose_headers"),
        (IssueCode.OUT_OF_RANGE, "max_age"),
    ]
    assert str(caught.value).startswith("12 mistakes in the CORS configuration at app.py:7:\n")


def test_one_pattern_can_be_wrong_in_two_ways():
    with pytest.raises(ConfigError) as caught:
        config(origins=["http://*.github.io"], supports_credentials=True)

    assert [issue.code for issue in caught.value.issues] == [
        IssueCode.PUBLIC_SUFFIX_WILDCARD,
        IssueCode.INSECURE_ORIGIN,
    ]


def test_what_a_dangerous_option_allows_builds_and_the_other_danger_does_not():
    public = {"origins": ["https://*.github.io"], "supports_credentials": True}
    insecure = {"origins": ["http://app.example.com"], "supports_credentials": True}

    config(**public, dangerously_allow_public_suffixes=True)
    config(**insecure, dangerously_allow_insecure_origins=True)
    with pytest.raises(ConfigError):
        config(**public, dangerously_allow_insecure_origins=True)
    with pytest.raises(ConfigError):
        config(**insecure, dangerously_allow_public_suffixes=True)


DANGEROUS = {"dangerously_allow_insecure_origins": True, "dangerously_allow_public_suffixes": True}


@pytest.mark.parametrize("origins", ["*", re.compile(".*"), "null"], ids=str)
def test_no_dangerous_option_gives_everybody_credentials(origins):
    with pytest.raises(ConfigError):
        config(origins=origins, supports_credentials=True, **DANGEROUS)


@pytest.mark.parametrize(
    "origins",
    ["http://*.github.io", "http://app.example.com", "https://*.com", re.compile(".*"), "*"],
    ids=str,
)
def test_without_credentials_these_are_the_business_of_whoever_writes_them(origins):
    assert config(origins=origins).supports_credentials is False


@pytest.mark.parametrize("readers", ["*", "http://app.example.com", "https://*.github.io"])
def test_readers_beside_credentials_need_no_check_of_credentials(readers):
    assert config(origins=[APP], supports_credentials=True, readers=readers).readers == (readers,)


NORMALISED = (
    ("https://APP.Example.COM", APP),
    ("HTTPS://app.example.com", APP),
    ("https://app.example.com:443", APP),
    ("http://app.example.com:80", "http://app.example.com"),
    ("http://app.example.com:443", "http://app.example.com:443"),
    ("https://bücher.example", "https://xn--bcher-kva.example"),
    ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
    ("https://\uff45xample\u3002com", "https://example.com"),
    ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
    ("http://[::FFFF:127.0.0.1]", "http://[::ffff:7f00:1]"),
    ("http://[1:0:0:2:0:0:0:3]", "http://[1:0:0:2::3]"),
    ("https://*.BÜCHER.example:443", "https://*.xn--bcher-kva.example"),
    ("Capacitor://LocalHost", "capacitor://LocalHost"),
    ("capacitor://localhost:80", "capacitor://localhost:80"),
    ("https://app.example.com.", "https://app.example.com."),
    ("https://a_b.example", "https://a_b.example"),
)


@pytest.mark.parametrize(("written", "stored"), NORMALISED)
def test_letter_case_international_names_and_default_ports_are_normalised(written, stored):
    assert config(origins=[written]).origins == (stored,)
    assert config(origins=written).origins == (stored,)


def test_repetitions_are_dropped_and_the_order_is_kept():
    loaded = config(
        origins=["https://b.example", APP, "https://B.example:443", APP],
        methods=["put", "PUT", "GET"],
        allow_headers=["X-A", "x-a", "X-B"],
        expose_headers=["X-B", "x-b"],
    )

    assert loaded.origins == ("https://b.example", APP)
    assert loaded.methods == ("PUT", "GET")
    assert loaded.allow_headers == ("X-A", "X-B")
    assert loaded.expose_headers == ("X-B",)


@pytest.mark.parametrize(
    "value",
    [[APP, "https://b.example"], (APP, "https://b.example"), {APP: 1, "https://b.example": 2}.keys()],
    ids=lambda value: type(value).__name__,
)
def test_any_list_will_do(value):
    assert config(origins=value).origins == (APP, "https://b.example")


def test_a_set_has_an_order_all_the_same():
    origins = {f"https://{letter}.example" for letter in "fbdaec"}

    assert config(origins=origins).origins == tuple(sorted(origins))
    assert config(origins=frozenset(origins)).origins == tuple(sorted(origins))


def test_the_place_of_a_mistake_in_a_set_is_its_place_in_order():
    with pytest.raises(ConfigError) as caught:
        config(origins={"https://b.example", "https://a.example/", "https://c.example"})

    assert [issue.where for issue in caught.value.issues] == ["origins[0]"]


@pytest.mark.parametrize(
    ("written", "seconds"), [(0, 0), (600, 600), (timedelta(minutes=10), 600), (timedelta(seconds=1.9), 1)]
)
def test_max_age_is_whole_seconds(written, seconds):
    assert config(max_age=written).max_age == seconds


def test_the_defaults_are_those_of_the_table():
    loaded = config()

    assert loaded.origins == ("*",)
    assert loaded.readers == ()
    assert loaded.supports_credentials is False
    assert loaded.methods == ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
    assert loaded.allow_headers == ("Authorization", "Content-Type", "X-Requested-With")
    assert loaded.expose_headers == ()
    assert loaded.max_age == 600
    assert loaded.allow_private_network is False


def test_the_table_of_options_names_the_fields_of_the_configuration():
    fields = tuple(field.name for field in dataclasses.fields(CorsConfig) if field.compare)

    assert set(OPTION_NAMES) == set(fields)
    assert len(OPTION_NAMES) == len(fields)
    assert tuple(option.name for option in (*OPTIONS, *GATE_OPTIONS)) == OPTION_NAMES


def test_the_defaults_in_the_table_of_options_are_the_defaults():
    loaded = config()

    for option in OPTIONS:
        value = getattr(loaded, option.name)
        words = option.default
        if option.name in {"methods", "allow_headers"}:
            assert words == ", ".join(value)
        elif option.name == "origins":
            assert words == '"*"'
            assert value == ("*",)
        elif isinstance(value, tuple):
            assert (words, value) == ("[]", ())
        else:
            assert words == repr(value)


def test_a_configuration_cannot_be_changed():
    loaded = config()

    with pytest.raises(dataclasses.FrozenInstanceError):
        loaded.origins = ("*",)


def test_a_configuration_cannot_be_built_by_position():
    with pytest.raises(TypeError):
        CorsConfig(("*",))


def test_configurations_are_compared_by_value():
    assert config(origins=["https://A.example"]) == config(origins=("https://a.example:443",))
    assert config(origins=[re.compile("https://a")]) == config(origins=[re.compile("https://a")])
    assert config(origins=[re.compile("https://a")]) != config(
        origins=[re.compile("https://a", re.IGNORECASE)]
    )
    assert config() != config(max_age=1)


def test_the_public_suffix_list_is_asked_for_patterns_with_credentials_only():
    asked = []

    def spy(host):
        asked.append(host)
        return False

    origins = [
        "https://*.Example.com",
        "https://app.example.com",
        "https://*.localhost:*",
        "http://localhost:*",
    ]
    load_config({"origins": origins}, is_public_suffix=spy)
    assert asked == []
    load_config({"origins": origins, "supports_credentials": True}, is_public_suffix=spy)
    assert asked == ["example.com"]


def test_ten_thousand_origins_load_without_being_parsed_twice():
    origins = [f"https://customer-{number}.example.com" for number in range(10_000)]

    assert config(origins=origins, supports_credentials=True).origins == tuple(origins)
