"""Three request headers are missing, the fix names one: explain has to be run three times.

Seen in: PostHog/posthog PR #14641, getsentry/sentry-javascript #6077, vote/turnout PR #716, dust-tt/dust PR #21377
"""

from common import cors, expect, run


def main():
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    app.get("/items")(lambda: {})
    CORS(
        app,
        origins=["http://localhost:3000"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    said = cors(
        app,
        "explain",
        "/items",
        "--origin",
        "http://localhost:3000",
        "-H",
        "sentry-trace: 1",
        "-H",
        "baggage: a=b",
        "-H",
        "traceparent: 00-1-1-00",
    )
    fix = said.partition("Fix:")[2].partition("(Fetch")[0]
    for name in ("sentry-trace", "baggage", "traceparent"):
        expect(name in fix, f"{name} is missing in: {fix.strip()}")


run(main)
