"""Broken applications that use Flask-CORS, or headers of their own."""

from tests.broken import repairs
from tests.broken.case import Broken

HEAD = """\
from flask import Flask, request
from flask_cors import CORS, cross_origin

app = Flask(__name__)
"""
ITEMS = """

@app.route("/items", methods=["GET", "PUT"])
def items():
    return {"items": []}
"""
MIGRATE = {"audited": "flask-cors-installed", "fixed_by": "audit", "repair": repairs.migrated}

CASES = [
    Broken(
        name="the answer to an error is hidden",
        pains=(1,),
        source=HEAD
        + 'from flask import abort\n\n@app.get("/items")\n@cross_origin(origins="<PAGE>")\ndef items():\n    abort(401)',
        script="return (await fetch('<API>/items')).status === 401",
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="allow-origin-missing",
        **MIGRATE,
    ),
    Broken(
        name="a sign-in check answers the preflight",
        pains=(2,),
        source=HEAD
        + 'CORS(app, origins="<PAGE>")\n\n@app.before_request\ndef check():\n'
        + '    if "Authorization" not in request.headers:\n        return "", 401\n'
        + ITEMS,
        script="return (await fetch('<API>/items', {headers: {Authorization: 'Bearer 1'}})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "-H", "Authorization: Bearer 1"),
        explained="preflight-status",
        **MIGRATE,
    ),
    Broken(
        name="an expression that a stranger's host begins with",
        pains=(5,),
        source=HEAD + r'CORS(app, origins=r"http://evil\.te")' + ITEMS,
        script="return await fetch('<API>/items').then(() => false, () => true)",
        page="<EVIL>",
        explain=("<API>/items", "--origin", "<EVIL>"),
        explained="readable",
        **MIGRATE,
    ),
    Broken(
        name="a redirect to the URL with the slash",
        pains=(6,),
        source=HEAD + 'CORS(app, origins="<PAGE>")' + ITEMS.replace('"/items"', '"/items/"'),
        script="return (await fetch('<API>/items', {method: 'PUT'})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="preflight-redirected",
        repair=repairs.called_url,
    ),
    Broken(
        name="a redirect to the URL with the slash, which the front end keeps",
        pains=(6,),
        source=HEAD + 'CORS(app, origins="<PAGE>")' + ITEMS.replace('"/items"', '"/items/"'),
        script="return (await fetch('<API>/items', {method: 'PUT'})).ok",
        **MIGRATE,
    ),
    Broken(
        name="a cache keeps the answer for another page",
        pains=(11,),
        source="""\
from flask import Flask, request

app = Flask(__name__)

@app.get("/items")
def items():
    return {"items": []}, 200, {"Cache-Control": "max-age=600"}

@app.after_request
def allow(response):
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "")
    return response
""",
        script="return (await fetch('<API>/items')).ok",
        page="<OTHER>",
        before=("<PAGE>", "return (await fetch('<API>/items')).ok"),
        explain=("<API>/items", "--origin", "<OTHER>"),
        explained="vary-missing",
        audited="open-to-everybody",
        fixed_by="audit",
        repair=repairs.without_own_headers,
    ),
    Broken(
        name="another view of the URL answers the preflight",
        pains=(21,),
        source=HEAD
        + '@app.get("/items")\ndef items():\n    return {}\n\n'
        + '@app.put("/items")\n@cross_origin(origins="<PAGE>")\ndef change():\n    return {}',
        script="return (await fetch('<API>/items', {method: 'PUT'})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="allow-origin-missing",
        **MIGRATE,
    ),
    Broken(
        name="a path that covers what begins like it",
        pains=(23,),
        source=HEAD + 'CORS(app, resources={r"/item/*": {"origins": "*"}})' + ITEMS,
        script="return await fetch('<API>/items').then(() => false, () => true)",
        page="<EVIL>",
        explain=("<API>/items", "--origin", "<EVIL>"),
        explained="readable",
        **MIGRATE,
    ),
    Broken(
        name="a view's own header switches the extension off",
        pains=(29,),
        source=HEAD
        + 'CORS(app, origins="<PAGE>", supports_credentials=True)\n\n@app.get("/items")\ndef items():\n'
        + '    return {}, 200, {"Access-Control-Allow-Origin": "<PAGE>"}',
        script="return (await fetch('<API>/items', {credentials: 'include'})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
        explained="allow-credentials-missing",
        **MIGRATE,
    ),
]
