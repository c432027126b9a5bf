"""The environment, and what follows from it."""

from pathlib import Path

import pytest

from crossguard.console import Settings
from crossguard.console.environment import read_settings
from crossguard.console.stops import CannotStart


def test_nothing_set_means_the_two_well_known_origins():
    settings = read_settings({})
    assert settings == Settings()
    assert (settings.api_origin, settings.web_origin) == ("http://localhost:5000", "http://localhost:8080")
    assert settings.allowed_origins == ("http://localhost:8080",)
    assert settings.instance_path == Path.cwd() / "instance"
    assert not settings.is_https


def test_everything_can_be_set(tmp_path):
    settings = read_settings(
        {
            "API_PORT": "5001",
            "WEB_PORT": "8081",
            "CROSSGUARD_API_ORIGIN": "https://api.example.com",
            "CROSSGUARD_WEB_ORIGIN": "https://app.example.com:8443",
            "CROSSGUARD_ORIGINS": '["https://a.example", "https://*.b.example"]',
            "CROSSGUARD_ADMIN_PASSWORD": "long enough to pass",
            "DATABASE_URL": "postgres://u:p@db/crossguard",
            "CROSSGUARD_INSTANCE": str(tmp_path),
            "CROSSGUARD_SIGN_IN_LIMIT": "5 per hour",
            "CROSSGUARD_PROXIES": "2",
            "UNRELATED": "ignored",
        }
    )
    assert settings == Settings(
        api_port=5001,
        web_port=8081,
        api_origin="https://api.example.com",
        web_origin="https://app.example.com:8443",
        origins=("https://a.example", "https://*.b.example"),
        admin_password="long enough to pass",
        database_url="postgresql+psycopg://u:p@db/crossguard",
        instance_path=tmp_path,
        sign_in_limit="5 per hour",
        trusted_proxies=2,
    )
    assert settings.allowed_origins == ("https://a.example", "https://*.b.example")
    assert settings.is_https


def test_another_port_moves_the_origin():
    settings = read_settings({"API_PORT": "6000", "WEB_PORT": "6001"})
    assert (settings.api_origin, settings.web_origin) == ("http://localhost:6000", "http://localhost:6001")
    assert settings.allowed_origins == ("http://localhost:6001",)


def test_a_variable_that_is_empty_is_not_set():
    assert read_settings({"API_PORT": "", "CROSSGUARD_ORIGINS": " ", "DATABASE_URL": ""}) == Settings()


def test_an_empty_list_of_origins_is_nobody_not_everybody():
    assert read_settings({"CROSSGUARD_ORIGINS": "[]"}).allowed_origins == ()


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("API_PORT", "http", "'http' is not a port"),
        ("API_PORT", "0", "from 1 to 65535"),
        ("API_PORT", "65536", "is not a port"),
        ("API_PORT", "99999999999999999999", "is not a port"),
        ("WEB_PORT", "-1", "is not a port"),
        ("WEB_PORT", "\N{FULLWIDTH DIGIT EIGHT}\N{FULLWIDTH DIGIT ZERO}", "is not a port"),
        ("CROSSGUARD_API_ORIGIN", "api.example.com", "is not an origin"),
        ("CROSSGUARD_API_ORIGIN", "https://api.example.com/", "is not an origin"),
        ("CROSSGUARD_API_ORIGIN", "https://a; script-src *", "is not an origin"),
        ("CROSSGUARD_WEB_ORIGIN", "ftp://x", "is not an origin"),
        ("CROSSGUARD_ORIGINS", "https://a.example", "is not a JSON list"),
        ("CROSSGUARD_ORIGINS", '"https://a.example"', "is not a JSON list"),
        ("CROSSGUARD_ORIGINS", "[1]", "is not a JSON list"),
        ("CROSSGUARD_ADMIN_PASSWORD", "short", "it has 5 characters"),
        ("CROSSGUARD_ADMIN_PASSWORD", "a" * 257, "it has 257 characters"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "'mysql' is not supported"),
        ("DATABASE_URL", "u:secret@nowhere", "is not a database URL"),
        ("DATABASE_URL", "postgresql://u:secret@h:port/d", "is not a database URL"),
        ("DATABASE_URL", "postgres://u:secret@h", "names no database"),
        ("DATABASE_URL", "sqlite://", "lost at every start"),
        ("DATABASE_URL", "sqlite:///:memory:", "lost at every start"),
        ("CROSSGUARD_SIGN_IN_LIMIT", "often", "is not a rate"),
        ("CROSSGUARD_PROXIES", "many", "is not a number of proxies"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_that_names_it_and_says_what_to_do(variable, text, expected):
    with pytest.raises(CannotStart) as caught:
        read_settings({variable: text})
    [reason] = caught.value.reasons
    assert reason.startswith(f"{variable}: ")
    assert expected in reason
    assert "\n" not in reason
    assert "secret" not in reason


def test_every_mistake_is_reported_at_once():
    with pytest.raises(CannotStart) as caught:
        read_settings({"API_PORT": "x", "WEB_PORT": "y", "DATABASE_URL": "z"})
    assert [reason.partition(":")[0] for reason in caught.value.reasons] == [
        "API_PORT",
        "WEB_PORT",
        "DATABASE_URL",
    ]
    assert caught.value.exit_code == 2


def test_both_servers_on_one_port_is_a_mistake():
    with pytest.raises(CannotStart, match="both 8080"):
        read_settings({"API_PORT": "8080"})


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (
            "postgres://u:p%40x@h:5433/d?sslmode=require",
            "postgresql+psycopg://u:p%40x@h:5433/d?sslmode=require",
        ),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////var/lib/app.db", "sqlite:////var/lib/app.db"),
        ("sqlite:///app.db", "sqlite:///app.db"),
    ],
)
def test_a_database_url_gets_the_driver_that_is_used_here(text, url):
    assert read_settings({"DATABASE_URL": text}).database_url == url


def test_secrets_are_not_shown():
    shown = repr(Settings(admin_password="hidden-password", database_url="postgresql://u:hidden@h/d"))
    assert "hidden" not in shown
