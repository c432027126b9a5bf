"""The same customers behind the middleware, which reads the list before a server can fork."""

import os

from customers import engine
from flask import Flask, jsonify

from crossguard.sql import SqlOrigins
from crossguard.wsgi import Crossguard

api = Flask(__name__)


@api.get("/items")
def items():
    return jsonify(worker=os.getpid())


app = Crossguard(
    api,
    origins=["https://app.example.com", SqlOrigins(engine)],
    supports_credentials=True,
    public_origins=["https://api.example.com"],
    auth_cookies=["session"],
)
