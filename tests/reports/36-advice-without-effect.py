"""Flask-Security answers signed-out requests itself: the audit's advice changes nothing and silences the audit.

Seen in: pallets-eco/flask-security-3.0 #769, #876
Needs: flask-security-too, flask-sqlalchemy
"""

from common import audit, expect, run


def main():
    import flask_security
    from flask import Flask
    from flask_security.models import fsqla_v3
    from flask_sqlalchemy import SQLAlchemy

    from crossguard.flask import CORS, install_unauthorized_handler

    app = Flask("a")
    app.config.update(
        SECRET_KEY="x" * 32,
        SECURITY_PASSWORD_SALT="1",
        SQLALCHEMY_DATABASE_URI="sqlite://",
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SAMESITE="Lax",
        WTF_CSRF_ENABLED=False,
    )
    database = SQLAlchemy(app)
    fsqla_v3.FsModels.set_db_info(database)

    class Role(database.Model, fsqla_v3.FsRoleMixin):
        pass

    class User(database.Model, fsqla_v3.FsUserMixin):
        pass

    flask_security.Security(app, flask_security.SQLAlchemyUserDatastore(database, User, Role))
    app.get("/me", endpoint="me")(flask_security.auth_required("session")(lambda: {}))
    CORS(
        app,
        origins=["http://localhost:3000"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    advised = "install_unauthorized_handler" in audit(app)
    install_unauthorized_handler(app.login_manager)
    answer = app.test_client().get(
        "/me",
        headers={
            "Origin": "http://localhost:3000",
            "Sec-Fetch-Site": "same-site",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
        },
        base_url="http://localhost:5000",
    )
    expect(
        not advised or answer.status_code == 401,
        f"audit's advice was followed, and a signed-out fetch still gets {answer.status_code} to"
        f" {answer.headers.get('Location')}",
    )


run(main)
