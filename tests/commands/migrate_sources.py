"""Applications in the style of those that are public, each with what migrate has to say about it."""

from typing import NamedTuple

from crossguard.migrate import DoubtCode as Doubt


class Case(NamedTuple):
    """One application.

    Attributes:
        name: what is peculiar about it.
        files: its files.
        doubts: the kinds of doubts; none if everything is sure.
        front_ends: origins that have to go on reading as they do.
        gains: origins that matched nothing, and read what they were listed for.
    """

    name: str
    files: dict[str, str]
    doubts: frozenset[Doubt] = frozenset()
    front_ends: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()


HEAD = (
    "from flask import Flask, jsonify\nfrom flask_cors import CORS, cross_origin\n\napp = Flask(__name__)\n"
)
VIEW = '\n\n@app.route("/api/items", methods=["GET", "POST"])\ndef items():\n    return jsonify([])\n'
A, B = "https://a.example", "https://b.example"
LOCAL = "http://localhost:3000"


def one(name: str, text: str, *doubts: Doubt, front_ends=(), gains=(), **files: str) -> Case:
    """Return the case of one file; *text* stands between the application and a view."""
    return Case(name, {"app.py": f"{HEAD}{text}{VIEW}", **files}, frozenset(doubts), front_ends, gains)


FACTORY = """from flask import Flask

from .extensions import cors
from .api import bp


def create_app(config="settings.Config"):
    app = Flask(__name__)
    app.config.from_object(config)
    cors.init_app(app)
    app.register_blueprint(bp, url_prefix="/api")
    return app
"""
API = 'from flask import Blueprint\n\nbp = Blueprint("api", __name__)\n\n\n@bp.route("/items")\ndef items():\n    return "[]"\n'
FAST = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n"
FAST_VIEW = '\n\n@app.get("/api/items")\ndef items():\n    return []\n'


def fast(name: str, text: str, *doubts: Doubt, front_ends=(), gains=()) -> Case:
    """Return the case of a FastAPI application."""
    return Case(name, {"app.py": f"{FAST}{text}{FAST_VIEW}"}, frozenset(doubts), front_ends, gains)


SOURCES = [
    one("the blog post", "CORS(app)\n", front_ends=(A, "null")),
    one("with a resource", 'cors = CORS(app, resources={r"/api/*": {"origins": "*"}})\n', front_ends=(A,)),
    one("with a regex resource", 'CORS(app, resources=r"/api/.*", origins=["https://a.example"])\n', front_ends=(A,)),
    one("two resources", 'CORS(app, resources={r"/api/*": {"origins": "https://a.example"}, r"/*": {"origins": "*"}})\n', Doubt.GAIN),
    one("the localhost of a tutorial", 'CORS(app, origins=["http://localhost:3000"], supports_credentials=True)\n', front_ends=(LOCAL,)),
    one("credentials for everybody", "CORS(app, supports_credentials=True)\n", Doubt.NAME_FRONT_ENDS),
    one("credentials for everybody, written", 'CORS(app, origins="*", supports_credentials=True)\n', Doubt.NAME_FRONT_ENDS),
    one("credentials below a path", 'CORS(app, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)\n', Doubt.NAME_FRONT_ENDS),
    one("an address in the office", 'CORS(app, origins="http://192.168.1.20:8080", supports_credentials=True)\n', Doubt.UNBUILDABLE),
    one("a constant above", 'ORIGINS = ["https://a.example", "https://b.example"]\nCORS(app, origins=ORIGINS, supports_credentials=True)\n', front_ends=(A, B)),
    one("a constant with a slash", 'ORIGINS = [\n    "https://a.example/",  # the shop\n]\nCORS(app, origins=ORIGINS)\n', gains=(A,)),
    one("a constant that is used twice", 'ORIGINS = ["https://a.example/"]\nCORS(app, origins=ORIGINS)\nprint(len(ORIGINS))\n', gains=(A,)),
    one("constants added up", 'DEV = ["http://localhost:3000"]\nCORS(app, origins=DEV + ["https://a.example"])\n', front_ends=(A, LOCAL)),
    one("a constant that grows", 'ORIGINS = ["https://a.example"]\nORIGINS.append("https://b.example")\nCORS(app, origins=ORIGINS)\n', Doubt.RUN_TIME),
    one("a formatted text", 'PORT = 3000\nCORS(app, origins=[f"http://localhost:{PORT}"])\n', front_ends=(LOCAL,)),
    one("a split text", 'CORS(app, origins="https://a.example,https://b.example".split(","))\n', front_ends=(A, B)),
    one("the environment", 'import os\nCORS(app, origins=os.environ.get("ORIGINS", "*").split(","))\n', Doubt.RUN_TIME),
    one("the environment among others", 'import os\nCORS(app, origins=[os.environ["FRONT"], r"https://.*\\.example\\.com"])\n', Doubt.RUN_TIME),
    one("an expression without re", 'CORS(app, origins=[r"https://pr-\\d+\\.example\\.com"])\n', front_ends=("https://pr-1.example.com",)),
    one("an expression and a re of its own", 'import re\nCORS(app, origins=[re.compile(r"https://pr-\\d+\\.example\\.com")])\n', front_ends=("https://pr-1.example.com",)),
    one("an expression, re imported too late", 'CORS(app, origins=[r"https://pr-\\d+\\.example\\.com"])\nimport re\n', front_ends=("https://pr-1.example.com",)),
    one("re is another module", 'import json as re\nCORS(app, origins=[r"https://pr-\\d+\\.example\\.com"])\n', Doubt.NOT_TOGETHER),
    one("subdomains with credentials", 'CORS(app, origins=[r"https://.*\\.example\\.com"], supports_credentials=True)\n', front_ends=("https://x.example.com",)),
    one("a glob with credentials", 'CORS(app, origins=["https://*.example.com"], supports_credentials=True)\n', Doubt.SUBDOMAINS_WITH_CREDENTIALS),
    one("a glob over a shared suffix", 'CORS(app, origins=[r"https://.*\\.vercel\\.app"], supports_credentials=True)\n', Doubt.UNBUILDABLE),
    one("every port of this machine", 'CORS(app, origins=r"http://localhost:\\d+", supports_credentials=True)\n', front_ends=(LOCAL,), gains=("http://localhost",)),
    one("a decorator", '@app.get("/x")\n@cross_origin(origins="https://a.example")\ndef x():\n    return ""\n', front_ends=(A,)),
    one("stacked, alike", '@app.get("/x")\n@cross_origin()\n@cross_origin()\ndef x():\n    return ""\n', front_ends=(A,)),
    one("stacked, the inner one narrow", '@app.get("/x")\n@cross_origin(origins="*")\n@cross_origin(origins="https://a.example")\ndef x():\n    return ""\n', front_ends=(A,)),
    one("stacked, the inner one wide", '@app.get("/x")\n@cross_origin(origins="https://a.example")\n@cross_origin()\ndef x():\n    return ""\n', Doubt.GAIN),
    one("above the route", '@cross_origin()\n@app.get("/x")\ndef x():\n    return ""\n', Doubt.ABOVE_ROUTE),
    one("decorators of a class", 'from flask.views import MethodView\nclass V(MethodView):\n    decorators = [cross_origin(origins="https://a.example")]\n    def get(self):\n        return ""\napp.add_url_rule("/v", view_func=V.as_view("v"))\n', front_ends=(A,)),
    one("applied to a function", 'def x():\n    return ""\napp.add_url_rule("/x", view_func=cross_origin(origins="https://a.example")(x))\n', front_ends=(A,)),
    one("a decorator with a name", 'open_to_a = cross_origin(origins="https://a.example")\n@app.get("/x")\n@open_to_a\ndef x():\n    return ""\n', front_ends=(A,)),
    one("decorators of methods", "class V:\n    method_decorators = [cross_origin()]\n", Doubt.AS_VALUE),
    one("without parentheses", '@app.get("/x")\n@cross_origin\ndef x():\n    return ""\n', Doubt.NO_COUNTERPART),
    one("as a value", "from functools import partial\nmake = partial(CORS, origins='*')\nmake(app)\n", Doubt.NO_COUNTERPART),
    one("an old option", 'CORS(app, headers=["Content-Type"])\n', front_ends=(A,)),
    one("options that do nothing", "CORS(app, origins='https://a.example', send_wildcard=True, always_send=True, vary_header=False)\n", front_ends=(A,)),
    one("a misspelt option", 'CORS(app, origin="https://a.example")\n', Doubt.UNKNOWN_OPTION),
    one("a misspelt switch", "CORS(app, origins='https://a.example', support_credentials=True)\n", Doubt.UNKNOWN_OPTION),
    one("an old key", 'app.config["CORS_HEADERS"] = "Content-Type"\nCORS(app)\n', front_ends=(A,)),
    one("a key of another library", 'app.config["CORS_ENABLED"] = True\nCORS(app)\n', front_ends=(A,)),
    one("a key that the code reads", 'app.config["CORS_ENABLED"] = True\nif app.config["CORS_ENABLED"]:\n    CORS(app)\n', Doubt.UNKNOWN_KEY),
    one("a key with a name of one's own, read once", 'app.config["CORS_WHITELIST"] = ["https://a.example"]\nCORS(app, origins=app.config["CORS_WHITELIST"])\n', Doubt.UNKNOWN_KEY),
    one("a key that is an argument", 'app.config["CORS_ORIGINS"] = ["https://a.example/"]\nCORS(app, origins=app.config["CORS_ORIGINS"])\n', gains=(A,)),
    one("keys in an update", 'app.config.update(CORS_ORIGINS=["https://a.example"], CORS_SUPPORTS_CREDENTIALS=True)\nCORS(app)\n', front_ends=(A,)),
    one("a key that comes too late", 'CORS(app)\napp.config["CORS_ORIGINS"] = "https://a.example"\n', Doubt.LOSS),
    one("an old key that comes too late", 'cors = CORS(app)\napp.config["CORS_HEADERS"] = "Content-Type"\n', front_ends=(A,)),
    one("a table for origins", 'CORS(app, origins={r"/*": {"origins": ["https://a.example"]}})\n', Doubt.NO_ORIGIN),
    one("misspelt and harmless", '@app.get("/x")\n@cross_origin(origin="*", headers=["Content-Type"])\ndef x():\n    return ""\n', front_ends=(A,)),
    one("classes for each stage", 'class Base:\n    CORS_SUPPORTS_CREDENTIALS = True\nclass Dev(Base):\n    CORS_ORIGINS = "*"\nclass Prod(Base):\n    CORS_ORIGINS = ["https://a.example"]\napp.config.from_object(Prod)\nCORS(app)\n', Doubt.UNBUILDABLE),
    one("classes for each stage, all narrow", 'class Dev:\n    CORS_ORIGINS = ["http://localhost:3000"]\nclass Prod:\n    CORS_ORIGINS = ["https://a.example/"]\napp.config.from_object(Dev)\nCORS(app, supports_credentials=True)\n', front_ends=(LOCAL,), gains=(A,)),
    one("a name for each stage", 'import os\nif os.environ.get("STAGE"):\n    origins = ["https://a.example"]\nelse:\n    origins = ["http://localhost:3000/"]\nCORS(app, origins=origins, supports_credentials=True)\n', gains=(LOCAL,)),
    one("a name for each stage, one of them wide", 'import os\norigins = "*"\nif os.environ.get("STAGE"):\n    origins = ["https://a.example"]\nCORS(app, origins=origins, supports_credentials=True)\n', Doubt.NAME_FRONT_ENDS),
    one("a name that is made step by step", 'origins = "https://a.example"\norigins = origins.split(",")\nCORS(app, origins=origins)\n', Doubt.RUN_TIME),
    one("either or", 'if app.debug:\n    CORS(app, origins="*")\nelse:\n    CORS(app, origins=["https://a.example"])\n', front_ends=(A,)),
    one("twice", "CORS(app)\nCORS(app, origins='https://a.example')\n", Doubt.TWICE),
    one("two calls for paths apart", "CORS(app, resources={r'/api/*': {'origins': 'https://a.example'}})\nCORS(app, resources={r'/b/*': {'origins': 'https://b.example'}})\n", front_ends=(A,)),
    one("two calls for paths, one inside the other", "CORS(app, resources={r'/api/*': {'origins': 'https://a.example'}})\nCORS(app, resources={r'/*': {'origins': 'https://b.example'}})\n", Doubt.LOSS),
    one("a blueprint", 'from flask import Blueprint\nbp = Blueprint("b", __name__)\nCORS(bp, origins=["https://a.example"])\n@bp.get("/y")\ndef y():\n    return ""\napp.register_blueprint(bp, url_prefix="/b")\n', front_ends=(A,)),
    one("a blueprint beside keys", 'from flask import Blueprint\napp.config["CORS_SUPPORTS_CREDENTIALS"] = True\nbp = Blueprint("b", __name__)\nCORS(bp)\n@bp.get("/y")\ndef y():\n    return ""\napp.register_blueprint(bp, url_prefix="/b")\n', front_ends=(A,)),
    one("a blueprint of an application", 'from flask import Blueprint\nbp = Blueprint("b", __name__)\nCORS(app)\nCORS(bp, origins=["https://a.example"])\n', Doubt.LOSS),
    one("paths of a blueprint", 'from flask import Blueprint\nbp = Blueprint("b", __name__)\nCORS(bp, resources={r"/b/x": {"origins": "*"}})\n', Doubt.RESOURCES),
    one("everything of a blueprint", 'from flask import Blueprint\nbp = Blueprint("b", __name__)\nCORS(bp, resources={r"/*": {"origins": "https://a.example"}})\n@bp.get("/y")\ndef y():\n    return ""\napp.register_blueprint(bp, url_prefix="/b")\n', front_ends=(A,)),
    one("the log", 'import logging\nlogging.getLogger("flask_cors").level = logging.DEBUG\nCORS(app)\n', front_ends=(A,)),
    one("no scheme", 'CORS(app, origins=["a.example"])\n', Doubt.NO_ORIGIN),
    one("null", 'CORS(app, origins=["null"])\n', Doubt.NO_ORIGIN),
    one("a path expression", 'CORS(app, resources={r"/api/v[0-9]+/.*": {"origins": "*"}})\n', Doubt.PATH_EXPRESSION),
    one("false in a text", "CORS(app, origins='https://a.example', supports_credentials='False')\n", Doubt.TRUTH_OF_TEXT),
    one("a function", "CORS(app, origins=lambda origin: True)\n", Doubt.FUNCTION),
    Case("flask.ext", {"app.py": HEAD.replace("flask_cors", "flask.ext.cors") + "CORS(app)\n" + VIEW}),
    Case("a star", {"app.py": "from flask import Flask, jsonify\nfrom flask_cors import *\n\napp = Flask(__name__)\nCORS(app)\n" + VIEW}, front_ends=(A,)),
    Case("the module", {"app.py": "import flask_cors\nfrom flask import Flask, jsonify\napp = Flask(__name__)\nflask_cors.CORS(app)\n" + VIEW}, front_ends=(A,)),
    Case("two factories", {"app.py": "from flask import Flask\nfrom flask_cors import CORS\n\n\ndef create_app():\n    app = Flask(__name__)\n    CORS(app, origins='https://a.example')\n    return app\n\n\ndef create_admin():\n    app = Flask(__name__)\n    CORS(app)\n    return app\n"}, front_ends=(A,)),
    Case("a package", {"shop/__init__.py": FACTORY, "shop/extensions.py": "from flask_cors import CORS\n\ncors = CORS(supports_credentials=True)\n", "shop/api.py": API, "settings.py": "class Config:\n    CORS_ORIGINS = ['https://a.example']\n    CORS_HEADERS = 'Content-Type'\n    DEBUG = False\n", "app.py": "from shop import create_app\n\napp = create_app()\n"}, front_ends=(A,)),
    Case("a second call in another file", {"app.py": HEAD + "from ext import register\nregister(app)\nCORS(app, origins='https://a.example')\n" + VIEW, "ext.py": "from flask_cors import CORS\n\n\ndef register(app):\n    CORS(app)\n"}, frozenset({Doubt.MAYBE_TWICE})),
    Case("resources of an imported blueprint", {"api.py": API, "app.py": HEAD + "from api import bp\nCORS(bp, resources={r'/api/items': {'origins': '*'}})\napp.register_blueprint(bp, url_prefix='/api')\n"}, frozenset({Doubt.RESOURCES})),
    Case("a constant of another file", {"config.py": "ORIGINS = ['https://a.example']\n", "app.py": HEAD + "from config import ORIGINS\nCORS(app, origins=ORIGINS)\n" + VIEW}, front_ends=(A,)),
    Case("a name that another file hands on", {"ext.py": "from flask_cors import CORS\n", "app.py": "from flask import Flask, jsonify\nfrom ext import CORS\napp = Flask(__name__)\nCORS(app, origins='https://a.example/')\n" + VIEW}, gains=(A,)),
    Case("two projects in one repository", {"a/app.py": HEAD + "CORS(app)\n" + VIEW, "b/app.py": "from flask import Flask\n\napp = Flask(__name__)\napp.config.from_object('config')\n", "b/config.py": "CORS_ENABLED = True\nCORS_ORIGINS = 'nothing'\n"}),
    fast("FastAPI's documentation", 'origins = [\n    "http://localhost:3000",\n    "https://a.example",\n]\napp.add_middleware(\n    CORSMiddleware,\n    allow_origins=origins,\n    allow_credentials=True,\n    allow_methods=["*"],\n    allow_headers=["*"],\n)\n', front_ends=(A, LOCAL)),
    fast("FastAPI for everybody", 'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])\n', front_ends=(A,)),
    fast("FastAPI for everybody with credentials", 'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n', Doubt.NAME_FRONT_ENDS),
    fast("FastAPI with an expression", 'app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://.*\\.example\\.com", allow_methods=["GET", "PUT"])\n', front_ends=("https://x.example.com",)),
    fast("FastAPI with a list and an expression", 'app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_origin_regex=r"https://.*\\.example\\.com")\n', front_ends=(A, "https://x.example.com")),
    fast("FastAPI with settings", "from os import environ\napp.add_middleware(CORSMiddleware, allow_origins=[str(o) for o in environ.get('O', '').split()], allow_credentials=True)\n", Doubt.RUN_TIME),
    fast("FastAPI with nothing", "app.add_middleware(CORSMiddleware)\n"),
    fast("FastAPI with a table", 'OPTIONS = {"allow_origins": ["*"]}\napp.add_middleware(CORSMiddleware, **OPTIONS)\n', Doubt.ARGUMENTS),
    Case("FastAPI, the module", {"app.py": 'from fastapi import FastAPI\nfrom fastapi.middleware import cors\napp = FastAPI()\napp.add_middleware(cors.CORSMiddleware, allow_origins=["*"])\n'}, frozenset({Doubt.NO_COUNTERPART})),
    Case("Starlette", {"app.py": 'from starlette.applications import Starlette\nfrom starlette.middleware import Middleware\nfrom starlette.middleware.cors import CORSMiddleware as Cors\napp = Starlette(middleware=[Middleware(Cors, allow_origins=["https://a.example"])])\n'}, front_ends=(A,)),
    Case("around an application", {"app.py": 'from starlette.applications import Starlette\nfrom starlette.middleware.cors import CORSMiddleware\napp = CORSMiddleware(app=Starlette(), allow_origins=["https://a.example"], expose_headers=["X-A"])\n'}, front_ends=(A,)),
    Case("Quart", {"app.py": 'from quart import Quart\nfrom quart_cors import cors\n\napp = Quart(__name__)\napp = cors(app, allow_origin="https://a.example")\n\n\n@app.get("/api/items")\nasync def items():\n    return "[]"\n'}, front_ends=(A,)),
    Case("Quart, routes", {"app.py": 'from quart import Quart\nfrom quart_cors import route_cors\n\napp = Quart(__name__)\n\n\n@app.get("/x")\n@route_cors(allow_origin="https://a.example")\nasync def x():\n    return ""\n'}, frozenset({Doubt.NO_COUNTERPART})),
]  # fmt: skip
