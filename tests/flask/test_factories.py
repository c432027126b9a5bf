"""Application factories that run more than once, as they do in tests."""

import pytest
from flask import Blueprint, Flask

from crossguard.flask import CORS
from tests.flask.wire import send

APP = "https://app.example.com"


@pytest.mark.parametrize("mounted_first", [True, False])
def test_a_factory_may_declare_the_policy_of_a_shared_blueprint_each_time(mounted_first):
    api = Blueprint("api", __name__, url_prefix="/api")
    api.get("/x")(lambda: "x")

    def create_app():
        app = Flask("shop")
        if mounted_first:
            app.register_blueprint(api)
        CORS(api, origins=[APP])
        if not mounted_first:
            app.register_blueprint(api)
        return app

    for _ in range(3):
        app = create_app()
        answer = send(app, "GET", "/api/x", origin=APP)
        assert answer.cors == {"Access-Control-Allow-Origin": APP, "Vary": "Origin"}


def test_a_factory_may_not_change_its_mind():
    api = Blueprint("api", __name__, url_prefix="/api")

    def declare(origin):
        CORS(api, origins=[origin])

    declare(APP)
    with pytest.raises(RuntimeError, match="has a policy already"):
        declare("https://other.example.com")
