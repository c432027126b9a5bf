"""What ``flask cors migrate`` makes of a file: before, after, the differences, and whether it is sure."""

from typing import NamedTuple

from crossguard.migrate import DifferenceCode as Code


class Case(NamedTuple):
    """One file; *after* is None where a person has to look."""

    name: str
    before: str
    after: str | None
    codes: frozenset[Code]


HEAD = (
    "from flask import Blueprint, Flask\nfrom flask_cors import CORS, cross_origin\n\napp = Flask(__name__)\n"
)
NEW_HEAD = HEAD.replace("flask_cors", "crossguard.flask")

#: What holds for every call that says nothing of headers and of how long.
DEFAULTS = {Code.HEADERS_DEFAULT, Code.MAX_AGE_DEFAULT}
LISTED = {Code.VARY, *DEFAULTS}


def call(name: str, before: str, after: str | None, *codes: Code, listed: bool = True) -> Case:
    """Return the case of one call; *after* is what becomes of it."""
    expected = frozenset({*codes, *(LISTED if listed else DEFAULTS)})
    return Case(
        name, f"{HEAD}CORS({before})\n", None if after is None else f"{NEW_HEAD}CORS({after})\n", expected
    )


ONE = 'app, origins="https://app.example.com"'

CASES = [
    call("everybody", "app", "app", Code.ANY_ORIGIN, listed=False),
    call("everybody, written", 'app, origins="*"', 'app, origins="*"', Code.ANY_ORIGIN, listed=False),
    call("everybody, as an expression", 'app, origins=".*"', 'app, origins="*"', Code.ANY_ORIGIN, listed=False),
    call("everybody among others", 'app, origins=["*", "https://a.example"]', 'app, origins=["*"]', Code.ANY_ORIGIN, listed=False),
    call("one", ONE, ONE),
    call("one in single quotes", "app, origins='https://a.example/'", "app, origins='https://a.example'", Code.NEVER_MATCHED),
    call("default port", 'app, origins=["https://a.example:443"]', 'app, origins=["https://a.example:443"]', Code.NEVER_MATCHED),
    call("a list in a text", 'app, origins="https://a.example,https://b.example"', 'app, origins=["https://a.example", "https://b.example"]', Code.NEVER_MATCHED),
    call("no scheme", 'app, origins="app.example.com"', None, Code.NEVER_MATCHED),
    call("null", 'app, origins="null"', None, Code.NEVER_MATCHED),
    call("a function", "app, origins=lambda origin: True", None, Code.NEVER_CALLED, listed=False),
    call("a variable", "app, origins=ORIGINS", None, listed=False),
    call("nobody", "app, origins=None", "app, origins=[]", Code.NO_ORIGINS),
    call("a number", "app, origins=5", None),
    call("a glob", 'app, origins="https://*.example.com"', 'app, origins="https://*.example.com"', Code.GLOB),
    call("all ports", 'app, origins=["http://localhost:*"]', 'app, origins=["http://localhost:*"]', Code.GLOB),
    call("IPv6", 'app, origins=["http://[::1]:3000"]', 'app, origins=["http://[::1]:3000"]', Code.GLOB),
    call("subdomains", r'app, origins=r"https://.*\.example\.com"', 'app, origins="https://*.example.com"', Code.EXPRESSION_BEGINNING),
    call("subdomains and a port", r'app, origins=r"^https://(.+)\.example\.com:8443$"', 'app, origins="https://*.example.com:8443"', Code.EXPRESSION_BEGINNING),
    call("both schemes", r'app, origins=[r"https?://.+\.example\.com"]', 'app, origins=["https://*.example.com", "http://*.example.com"]', Code.EXPRESSION_BEGINNING),
    call("a part of a label, and no dot", r'app, origins=r"^https://shop-[a-z0-9-]+-team\.example\.com$"', 'app, origins="https://shop-*-team.example.com"', Code.EXPRESSION_BEGINNING),
    call("a glob inside a label", 'app, origins="https://pr-*.example.com"', 'app, origins="https://pr-*.example.com"', Code.GLOB),
    call("any port", r'app, origins=r"http://localhost:\d+"', 'app, origins="http://localhost:*"', Code.EXPRESSION_BEGINNING, Code.DEFAULT_PORT),
    call("maybe a port", r'app, origins=r"http://localhost(:\d+)?"', 'app, origins="http://localhost:*"', Code.EXPRESSION_BEGINNING),
    call("a broken expression", 'app, origins="https://("', None),
    call("credentials for everybody", "app, supports_credentials=True", None, Code.CREDENTIALS_FOR_EVERYBODY, Code.WRITE_GATE, listed=False),
    call("credentials for one", f"{ONE}, supports_credentials=True", f"{ONE}, supports_credentials=True", Code.WRITE_GATE),
    call("insecure with credentials", 'app, origins="http://a.example", supports_credentials=True', None, Code.WRITE_GATE),
    call("true as a number", f"{ONE}, supports_credentials=1", f"{ONE}, supports_credentials=True", Code.WRITE_GATE),
    call("true as a text", f'{ONE}, supports_credentials="True"', f"{ONE}, supports_credentials=True", Code.TRUTH_OF_TEXT, Code.WRITE_GATE),
    call("false as a text", f'{ONE}, supports_credentials="False"', None, Code.TRUTH_OF_TEXT, Code.WRITE_GATE),
    call("methods", f'{ONE}, methods=["GET", "PUT"]', f'{ONE}, methods=["GET", "PUT"]'),
    call("lower case", f'{ONE}, methods=["get"]', f'{ONE}, methods=["GET"]', Code.METHODS),
    call("methods in a text", f'{ONE}, methods="GET, PUT"', f'{ONE}, methods=["GET", "PUT"]'),
    call("every method", f'{ONE}, methods="*"', None),
    call("no methods", f"{ONE}, methods=None", f"{ONE}, methods=[]"),
    Case("headers", f'{HEAD}CORS({ONE}, allow_headers=["X-A"])\n', f'{NEW_HEAD}CORS({ONE}, allow_headers=["X-A"])\n', frozenset({Code.VARY, Code.MAX_AGE_DEFAULT})),
    Case("every header", f'{HEAD}CORS({ONE}, allow_headers="*")\n', f'{NEW_HEAD}CORS({ONE}, allow_headers="*")\n', frozenset({Code.VARY, Code.MAX_AGE_DEFAULT, Code.HEADERS_ANY})),
    Case("headers in a text", f'{HEAD}CORS({ONE}, allow_headers="A, B")\n', f'{NEW_HEAD}CORS({ONE}, allow_headers=["A", "B"])\n', frozenset({Code.VARY, Code.MAX_AGE_DEFAULT, Code.LIST_IN_TEXT})),
    Case("header expressions", f'{HEAD}CORS({ONE}, allow_headers=[r"X-\\w+"])\n', None, frozenset({Code.VARY, Code.MAX_AGE_DEFAULT})),
    call("exposed", f'{ONE}, expose_headers="A, B"', f'{ONE}, expose_headers=["A", "B"]', Code.EXPOSED),
    call("everything exposed", f'{ONE}, expose_headers="*", supports_credentials=True', None, Code.EXPOSED, Code.EXPOSE_ANY, Code.WRITE_GATE),
    Case("kept", f"{HEAD}CORS({ONE}, max_age=60)\n", f"{NEW_HEAD}CORS({ONE}, max_age=60)\n", frozenset({Code.VARY, Code.HEADERS_DEFAULT})),
    Case("kept, as a text", f'{HEAD}CORS({ONE}, max_age="60")\n', f"{NEW_HEAD}CORS({ONE}, max_age=60)\n", frozenset({Code.VARY, Code.HEADERS_DEFAULT})),
    Case("not kept", f"{HEAD}CORS({ONE}, max_age=0)\n", f"{NEW_HEAD}CORS({ONE}, max_age=0)\n", frozenset({Code.VARY, Code.HEADERS_DEFAULT, Code.MAX_AGE_ZERO})),
    Case("kept for words", f'{HEAD}CORS({ONE}, max_age="an hour")\n', None, frozenset({Code.VARY, Code.HEADERS_DEFAULT, Code.MAX_AGE_TEXT})),
    Case("no age", f"{HEAD}CORS({ONE}, max_age=None)\n", f"{NEW_HEAD}CORS({ONE})\n", frozenset({Code.VARY, Code.HEADERS_DEFAULT, Code.MAX_AGE_DEFAULT})),
    call("does nothing", f"{ONE}, vary_header=False, send_wildcard=True", ONE, Code.IGNORED_OPTION),
    call("misspelt", 'app, origin="https://app.example.com"', None, Code.UNKNOWN_OPTION, Code.ANY_ORIGIN, listed=False),
    call("a table of options", "app, **OPTIONS", None, Code.ANY_ORIGIN, listed=False),
    call("paths", 'app, resources={r"/api/*": {"origins": "*"}}', 'app, resources={"/api/*": {"origins": "*"}}', Code.PATHS, Code.ANY_ORIGIN, listed=False)._replace(after=f'{NEW_HEAD}CORS(app, resources={{r"/api/*": {{"origins": "*"}}}})\n'),
    call("paths with dots", 'app, resources={r"/api/.*": {"origins": "https://a.example", "vary_header": True}}', 'app, resources={"/api/*": {"origins": "https://a.example"}}', Code.PATHS, Code.IGNORED_OPTION),
    call("paths in a list", f'{ONE}, resources=[r"^/api/.*$", "/health"]', f'{ONE}, resources=["/api/*", "/health"]', Code.PATHS),
    call("one path", f'{ONE}, resources=r"/*"', f'{ONE}, resources=r"/*"', Code.PATHS),
    call("path expressions", 'app, resources={r"/(a|b)/.*": {}}', None, Code.ANY_ORIGIN, listed=False),
    call("paths that fall together", 'app, resources={r"/api/*": {}, r"/api/.*": {}}', None, Code.PATHS, Code.ANY_ORIGIN, listed=False),
    call("unknown paths", "app, resources=PATHS", None, listed=False)._replace(codes=frozenset()),
    Case("compiled", f'{HEAD}import re\nCORS(app, origins=re.compile("https://a.*"))\n', f'{NEW_HEAD}import re\nCORS(app, origins=re.compile("https://a.*"))\n', frozenset({Code.EXPRESSION_BEGINNING, *LISTED})),
    Case("an expression of another kind", f'{HEAD}CORS(app, origins=r"https://pr-[0-9]+\\.example\\.com")\n', "from flask import Blueprint, Flask\nimport re\nfrom crossguard.flask import CORS, cross_origin\n\napp = Flask(__name__)\n" + 'CORS(app, origins=re.compile(r"https://pr-[0-9]+\\.example\\.com"))\n', frozenset({Code.EXPRESSION_BEGINNING, *LISTED})),
    Case("a blueprint", f'{HEAD}api = Blueprint("api", __name__)\nCORS(api, origins="https://a.example")\n', f'{NEW_HEAD}api = Blueprint("api", __name__)\nCORS(api, origins="https://a.example")\n', frozenset({Code.BLUEPRINT, *LISTED})),
    Case("paths of a blueprint", f'{HEAD}api = Blueprint("api", __name__)\nCORS(api, resources="/api/*")\n', None, frozenset({Code.BLUEPRINT, Code.PATHS, Code.ANY_ORIGIN, *DEFAULTS})),
    Case("twice", f"{HEAD}CORS({ONE})\nCORS({ONE})\n", None, frozenset({Code.DECLARED_TWICE, *LISTED})),
    Case("later", f"{HEAD}cors = CORS()\ncors.init_app({ONE}, send_wildcard=True)\n", f"{NEW_HEAD}cors = CORS()\ncors.init_app({ONE})\n", frozenset({Code.IGNORED_OPTION, *LISTED})),
    Case("a decorator", f'{HEAD}CORS(app)\n\n\n@app.route("/")\n@cross_origin(origins="https://a.example/")\ndef view(): return ""\n', f'{NEW_HEAD}CORS(app)\n\n\n@app.route("/")\n@cross_origin(origins="https://a.example")\ndef view(): return ""\n', frozenset({Code.ANY_ORIGIN, Code.DECORATOR, Code.NEVER_MATCHED, *LISTED})),
    Case("a decorator alone", f'{HEAD}\n\n@app.route("/")\n@cross_origin()\ndef view(): return ""\n', f'{NEW_HEAD}\n\n@app.route("/")\n@cross_origin()\ndef view(): return ""\n', frozenset({Code.ANY_ORIGIN, Code.DECORATOR, *DEFAULTS})),
    Case("a decorator above the route", f'{HEAD}CORS(app)\n\n\n@cross_origin()\n@app.route("/")\ndef view(): return ""\n', None, frozenset({Code.ANY_ORIGIN, Code.DECORATOR, Code.DECORATOR_ABOVE_ROUTE, *DEFAULTS})),
    Case("a key", f'{HEAD}app.config["CORS_ORIGINS"] = "https://a.example/"\nCORS(app)\n', f'{NEW_HEAD}app.config["CORS_ORIGINS"] = "https://a.example"\nCORS(app)\n', frozenset({Code.CONFIGURATION, Code.NEVER_MATCHED, *LISTED})),
    Case("keys by name", f'{HEAD}app.config.update(CORS_MAX_AGE="5", CORS_VARY_HEADER=True)\nCORS({ONE})\n', f"{NEW_HEAD}app.config.update(CORS_MAX_AGE=5, CORS_VARY_HEADER=True)\nCORS({ONE})\n", frozenset({Code.CONFIGURATION, Code.IGNORED_OPTION, Code.VARY, Code.HEADERS_DEFAULT})),
    Case("a key that is None", f'{HEAD}app.config["CORS_ORIGINS"] = None\nCORS(app)\n', None, frozenset({Code.CONFIGURATION, Code.NO_ORIGINS, Code.ANY_ORIGIN, *DEFAULTS})),
    Case("a key of the environment", f'import os\n{HEAD}app.config["CORS_ORIGINS"] = os.environ.get("X")\nCORS(app)\n', None, frozenset({Code.CONFIGURATION, *DEFAULTS})),
    Case("an old key", f'{HEAD}app.config["CORS_HEADERS"] = "Content-Type"\nCORS({ONE})\n', f"{NEW_HEAD}CORS({ONE})\n", frozenset({Code.CONFIGURATION, Code.DEAD_KEY, *LISTED})),
    Case("the module", "import flask_cors\nfrom flask import Flask\n\napp = Flask(__name__)\nflask_cors.CORS(app)\n", "import crossguard.flask as flask_cors\nfrom flask import Flask\n\napp = Flask(__name__)\nflask_cors.CORS(app)\n", frozenset({Code.ANY_ORIGIN, *DEFAULTS})),
    Case("the module by another name", "import os, flask_cors as fc\nfrom flask import Flask\n\napp = Flask(__name__)\nfc.CORS(app)\n", "import os, crossguard.flask as fc\nfrom flask import Flask\n\napp = Flask(__name__)\nfc.CORS(app)\n", frozenset({Code.ANY_ORIGIN, *DEFAULTS})),
    Case("by another name", "from flask import Flask\nfrom flask_cors.extension import CORS as Cors\n\napp = Flask(__name__)\nCors(app)\n", "from flask import Flask\nfrom crossguard.flask import CORS as Cors\n\napp = Flask(__name__)\nCors(app)\n", frozenset({Code.ANY_ORIGIN, *DEFAULTS})),
    Case("something inside", "from flask_cors.core import get_cors_options\n", None, frozenset()),
    Case("a part of it", "import flask_cors.core\n", None, frozenset()),
    Case("the log", f'{HEAD}import logging\nlogging.getLogger("flask_cors").setLevel(10)\nCORS({ONE})\n', f'{NEW_HEAD}import logging\nlogging.getLogger("crossguard").setLevel(10)\nCORS({ONE})\n', frozenset({Code.LOG, *LISTED})),
    call("an option of long ago", f'{ONE}, headers=["X-A"]', ONE, Code.DEAD_OPTION),
    call("subdomains with credentials", r'app, origins=r"https://.*\.example\.com", supports_credentials=True', 'app, origins="https://*.example.com", supports_credentials=True, wildcard_writes=True', Code.EXPRESSION_BEGINNING, Code.WRITE_GATE, Code.WILDCARD_WRITES),
    Case("stacked", f'{HEAD}\n\n@app.route("/")\n@cross_origin()\n@cross_origin()\ndef view(): return ""\n', f'{NEW_HEAD}\n\n@app.route("/")\n@cross_origin()\ndef view(): return ""\n', frozenset({Code.ANY_ORIGIN, Code.DECORATOR, Code.STACKED, *DEFAULTS})),
    Case("flask.ext", f'{HEAD.replace("flask_cors", "flask.ext.cors")}CORS({ONE})\n', f"{NEW_HEAD}CORS({ONE})\n", frozenset({Code.FLASK_EXT, *LISTED})),
    Case("a middleware", 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napi = FastAPI()\napi.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_headers=["*"])\n', 'from fastapi import FastAPI\nfrom crossguard.asgi import Crossguard\n\napi = FastAPI()\napi.add_middleware(Crossguard, origins=["https://a.example"], allow_headers="*", methods=["GET"])\n', frozenset({Code.MIDDLEWARE, Code.VARY})),
]  # fmt: skip

#: Said once for everything.
EVERYWHERE = frozenset({Code.PREFLIGHT_FIRST, Code.ERRORS})
