"""What the audit says of other libraries: there, and gone when its advice is followed, which then works."""

import pytest
from flask import Flask, jsonify

from crossguard.browser.transports import wsgi
from crossguard.flask import CORS
from crossguard.flask.audit import FindingCode, audit
from crossguard.pytest_plugin import AppBrowser
from tests.recipes.pages import run

jwt = pytest.importorskip("flask_jwt_extended", reason="of the recipes, which make test-all installs")

API, CROSS = "https://api.example.com", "https://front.example.net"


def found(app, code):
    return [finding for finding in audit(app) if finding.code == code]


def followed(app, code):
    """Follow the advice as it is printed, up to the sentence behind the line."""
    (finding,) = found(app, code)
    line = finding.fix.partition(". ")[0]
    exec(line, {"app": app})  # noqa: S102 - the printed line is what is tested


def test_flask_security_answers_scripts_with_401_and_people_with_a_page():
    app = run("flask-security").namespace["app"]

    def ask(**headers):
        return app.test_client().get("/me", headers=headers, base_url=API).status_code

    script = {"Origin": "https://app.example.com", "Accept": "*/*", "Sec-Fetch-Mode": "cors"}
    person = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
    assert (ask(**script), ask(**person)) == (302, 302)
    assert not found(app, FindingCode.LOGIN_REDIRECTS)
    followed(app, FindingCode.SECURITY_REDIRECTS)
    assert (ask(**script), ask(**person)) == (401, 302)
    assert not found(app, FindingCode.SECURITY_REDIRECTS)


def jwt_app():
    app = Flask("shop")
    app.config.update(
        SECRET_KEY="x" * 32,
        JWT_SECRET_KEY="y" * 40,
        JWT_TOKEN_LOCATION=["cookies"],
        JWT_COOKIE_CSRF_PROTECT=False,
    )
    jwt.JWTManager(app)

    @app.post("/sign-in")
    def sign_in():
        answer = jsonify()
        jwt.set_access_cookies(answer, jwt.create_access_token("ann"))
        return answer

    @app.get("/me")
    @jwt.jwt_required()
    def me():
        return jsonify(jwt.get_jwt_identity())

    names = ["access_token_cookie", "refresh_token_cookie"]
    options = {"origins": [CROSS], "public_origins": [API], "auth_cookies": names}
    CORS(app, supports_credentials=True, cookies="cross-site", **options)
    return app


def signs_in(app):
    page = AppBrowser(wsgi(app), api=API).open(CROSS)
    assert page.fetch(f"{API}/sign-in", method="POST", credentials="include").ok
    return page.fetch(f"{API}/me", credentials="include").status == 200


def test_the_settings_of_flask_jwt_extended_are_named_and_work():
    app = jwt_app()
    with pytest.raises(AssertionError):
        assert signs_in(app)
    app = jwt_app()
    texts = [
        finding for finding in found(app, FindingCode.COOKIE_SOME_BROWSERS) if "token_cookie" in finding.text
    ]
    assert texts
    assert all("JWT_COOKIE_SAMESITE='None'" in finding.fix for finding in texts)
    exec(texts[0].fix.partition(". ")[0], {"app": app})  # noqa: S102 - as above
    assert signs_in(app)


def test_the_start_names_them_too(caplog):
    app = jwt_app()
    app.test_client().get("/me", base_url=API)
    assert any("JWT_COOKIE_SAMESITE" in record.getMessage() for record in caplog.records)
