"""A reader posts a GraphQL query without cookies: the fix gives it credentials.

Seen in: strawberry-graphql/strawberry PR #3278
"""

from common import LINES, cors, expect, run


def main():
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.debug = True
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    app.post("/graphql", endpoint="graphql")(lambda: {"data": {}})
    CORS(
        app,
        origins=["http://localhost:3000"],
        readers=["https://studio.example"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    app.test_client().post(
        "/graphql",
        json={"query": "{a}"},
        headers={"Origin": "https://studio.example", "Sec-Fetch-Site": "cross-site"},
    )
    said = " ".join(LINES)
    expect(
        "public=" in said,
        f"no cookie came along; public=['graphql'] is the narrow answer and is not named: {said}",
    )
    expect(
        "'https://studio.example']" not in said.partition("Fix:")[2],
        "the pasteable fix turns a reader into a front end with the user's cookies",
    )
    said = cors(
        app,
        "explain",
        "/graphql",
        "--origin",
        "https://studio.example",
        "-X",
        "POST",
        "-H",
        "content-type: application/json",
        "-d",
        "{}",
    )
    expect(
        "credentials: 'include'" not in said,
        "explain adds that the page should send cookies: the gate refused, not sign-in",
    )


run(main)
