"""An application whose customers' origins are in a database; each answer says which worker gave it."""

import os

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from crossguard.flask import CORS
from crossguard.sql import ListedOrigin, SqlOrigins

# The tables are there already, as they are where migrations make them: a worker starts without a database.
engine = create_engine(os.environ["CUSTOMERS_DATABASE"], pool_size=2)

app = Flask(__name__)
CORS(
    app,
    origins=["https://app.example.com", SqlOrigins(engine, keep=os.environ.get("CUSTOMERS_KEEP"))],
    supports_credentials=True,
    public_origins=["https://api.example.com"],
)


@app.route("/items", methods=["GET", "POST"])
def items():
    return jsonify(worker=os.getpid())


@app.post("/customers")
def add():
    with Session(engine) as session:
        for origin in request.get_json():
            session.add(ListedOrigin(origin=origin))
        session.commit()
    return jsonify(worker=os.getpid())


@app.post("/customers/remove")
def remove():
    with Session(engine) as session:
        session.execute(delete(ListedOrigin).where(ListedOrigin.origin.in_(request.get_json())))
        session.commit()
        left = session.scalars(select(ListedOrigin.origin)).all()
    return jsonify(worker=os.getpid(), left=left)
