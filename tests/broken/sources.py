"""What the broken applications and their pages are put together from."""

HEAD = """\
import re
from flask import Blueprint, Flask, jsonify, redirect, request, session
from crossguard.flask import CORS, cross_origin

app = Flask(__name__)
app.secret_key = "secret"
"""
ITEMS = """

@app.route("/items", methods=["GET", "POST", "PUT"])
def items():
    return {"items": []}
"""
SIGN_IN = """

@app.post("/sign-in")
def sign_in():
    session["user"] = "ada"
    return ""

@app.get("/me")
def me():
    return ({"user": session["user"]}, 200) if "user" in session else ({}, 401)
"""
READ = "return (await fetch('<API>/items')).ok"
READ_WITH_COOKIES = "return (await fetch('<API>/items', {credentials: 'include'})).ok"
PUT = "return (await fetch('<API>/items', {method: 'PUT'})).ok"
SIGNED_IN = """
await fetch('<API>/sign-in', {method: 'POST', credentials: 'include'});
return (await fetch('<API>/me', {credentials: 'include'})).ok
"""
PUT_TWICE = """
await fetch('<API>/items', {method: 'PUT'});
await fetch('<API>/items', {method: 'PUT'});
return await (await fetch('<API>/__preflights')).json() === 1
"""
