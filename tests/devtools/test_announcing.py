"""The address as it is printed before the first request."""

import pytest
from flask import Flask

from crossguard.flask import CORS


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({"port": 5001}, "http://127.0.0.1:5001"),
        ({}, "http://127.0.0.1:5000"),
        ({"host": "0.0.0.0", "port": 80}, "http://127.0.0.1:80"),
        ({"host": "localhost"}, "http://127.0.0.1:5000"),
        ({"host": "192.168.1.4"}, "http://192.168.1.4:5000"),
        ({"host": "::1"}, "http://[::1]:5000"),
        ({"ssl_context": "adhoc"}, "https://127.0.0.1:5000"),
        ({"port": 0}, None),
        ({"host": "unix:///run/app.sock"}, None),
        ({"debug": False}, None),
    ],
    ids=str,
)
def test_app_run_prints_where_it_will_listen(monkeypatch, capsys, options, address):
    monkeypatch.setattr(Flask, "run", lambda self, *_, **__: None)
    monkeypatch.delenv("CROSSGUARD_DEVTOOLS_TOKEN", raising=False)
    app = Flask("announced")
    CORS(app, origins=["https://app.example.com"])
    app.run(**{"debug": True, "use_reloader": False} | options)

    printed = capsys.readouterr().err
    if address is None:
        assert "token=" not in printed
    else:
        assert f"why: {address}/_crossguard/?token=" in printed


def test_the_port_of_the_servers_name_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(Flask, "run", lambda self, *_, **__: None)
    app = Flask("announced")
    app.config["SERVER_NAME"] = "api.test:8000"
    CORS(app, origins=["https://app.example.com"])
    app.run(debug=True, use_reloader=False)  # noqa: S201 - nothing runs

    assert "http://127.0.0.1:8000/_crossguard/?token=" in capsys.readouterr().err


def test_an_application_that_flasks_command_has_loaded_prints_nothing_by_itself(monkeypatch, capsys):
    monkeypatch.setattr(Flask, "run", lambda self, *_, **__: None)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    app = Flask("announced")
    CORS(app, origins=["https://app.example.com"])
    app.run("localhost", 5003, True)

    assert "token=" not in capsys.readouterr().err


def test_other_commands_print_nothing_and_write_nothing(token_file, monkeypatch, capsys):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = Flask("announced")
    CORS(app, origins=["https://app.example.com"])
    app.test_cli_runner().invoke(args=["routes"])

    assert app.debug
    assert "token=" not in capsys.readouterr().err
    assert not token_file.exists()
