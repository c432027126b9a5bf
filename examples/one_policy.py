"""One policy for the whole application.

flask --app examples/one_policy.py run --port 5000
"""

from flask import Flask, jsonify

from crossguard.flask import CORS

app = Flask(__name__)
CORS(
    app,
    # Who may use the API with the user's cookies, and who may read without them.
    origins=["https://app.example.com", "https://*.preview.example.com"],
    readers=["https://partner.example"],
    supports_credentials=True,
    # The script of the page may read this header of an answer.
    expose_headers=["X-Total-Count"],
)


@app.get("/orders")
def orders():
    response = jsonify(orders=[])
    response.headers["X-Total-Count"] = "0"
    return response
