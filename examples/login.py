"""Flask-Login, a blueprint for administrators, and a front end on another origin.

flask --app examples/login.py run --port 5000
"""

from flask import Blueprint, Flask, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user

from crossguard.flask import CORS, install_unauthorized_handler, problem_response


class User(UserMixin):
    def __init__(self, name, *, is_admin=False):
        self.id = name
        self.is_admin = is_admin


# Passwords are left out; docs/tutorial.md has them.
USERS = {"ada": User("ada", is_admin=True), "ben": User("ben")}

app = Flask(__name__)
app.config.update(
    SECRET_KEY="only for this example",
    SESSION_COOKIE_SAMESITE="Lax",
    REMEMBER_COOKIE_SAMESITE="Lax",
)
CORS(app, origins=["http://localhost:8080"], supports_credentials=True)

login_manager = LoginManager(app)
login_manager.login_view = "sign_in_page"
# A script that is signed out gets a 401; a person gets the redirect to the sign-in page.
install_unauthorized_handler(login_manager)


@login_manager.user_loader
def load_user(name):
    return USERS.get(name)


@app.get("/sign-in")
def sign_in_page():
    return "<form method=post><input name=name><button>Sign in</button></form>"


@app.post("/sign-in")
def sign_in():
    user = USERS.get(request.form.get("name", ""))
    if user is None:
        return problem_response(401, "invalid-credentials", "Not signed in", "There is no such user.")
    login_user(user)
    return {"name": user.id}


@app.get("/me")
@login_required
def me():
    return {"name": current_user.id}


admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.before_request
@login_required
def administrators_only():
    if not current_user.is_admin:
        return problem_response(403, "admin-required", "Administrators only", "Ask one of them.")
    return None


@admin.get("/users")
def users():
    return {"users": list(USERS)}


app.register_blueprint(admin)
