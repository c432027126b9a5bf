"""The policy from the environment: one program, and a list for each place where it runs.

FLASK_CORS_ORIGINS='["https://app.example.com"]' flask --app examples/environment.py run --port 5000

Values are JSON. A variable that is misspelt or cannot be read stops the application at the start.
"""

from flask import Flask

from crossguard.flask import CORS


def create_app():
    app = Flask(__name__)
    # Reads every FLASK_<KEY>; those of CORS are FLASK_CORS_<OPTION>.
    app.config.from_prefixed_env()
    # Without the variable nobody may use cookies, in debug this machine's own origins.
    CORS(app, supports_credentials=True)

    @app.get("/me")
    def me():
        return {"name": "ada"}

    return app
