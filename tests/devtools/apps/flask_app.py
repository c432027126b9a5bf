"""A Flask application as developers write one."""

import os

from flask import Flask

from crossguard.flask import CORS

app = Flask(__name__)
app.secret_key = "k"
CORS(app, origins=["https://app.example.com"], supports_credentials=True)


@app.get("/items")
def items():
    return "items"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), debug=True)  # noqa: S201 - what is tested
