"""A table of paths: whole segments, and the longest path that covers a URL decides.

flask --app examples/resources.py run --port 5000
"""

from flask import Flask

from crossguard.flask import CORS

app = Flask(__name__)
CORS(
    app,
    resources={
        # /api, /api/ and everything below; not /apiary.
        "/api/*": {"origins": ["https://app.example.com"], "supports_credentials": True},
        # Longer, so it decides below /api/public.
        "/api/public/*": {"origins": "*"},
        # This one path.
        "/health": {"origins": "*"},
    },
)


@app.get("/health")
@app.get("/api/orders")
@app.get("/api/public/prices")
@app.get("/apiary")
def answer():
    return {"ok": True}
