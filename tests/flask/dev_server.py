"""An application as the tutorial has it, run by Flask's development server with the debugger on."""

from flask import Flask, abort

from crossguard.flask import CORS


def make_app() -> Flask:
    app = Flask("dev")
    # The line of the blog post; debug is switched on afterwards, by app.run.
    CORS(app, supports_credentials=True)

    @app.get("/crash")
    def crash():
        raise RuntimeError("the view crashed")

    @app.get("/ok")
    def ok():
        return "ok"

    @app.get("/forbidden")
    def forbidden():
        abort(403)

    return app


if __name__ == "__main__":
    make_app().run(host="127.0.0.1", port=0, debug=True, use_reloader=False)
