"""A preview page reads and gets 403 for its write: explain knows less than the log.

Seen in: HeroTools/pager-backend PR #51, Couchers-org/couchers PR #2264
"""

from common import cors, expect, run


def main():
    import re

    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.secret_key = "x"
    app.post("/orders")(lambda: {})
    CORS(
        app,
        origins=[re.compile(r"https://shop-[a-z0-9-]+-ourteam\.example\.com")],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="cross-site",
    )
    said = cors(
        app,
        "explain",
        "/orders",
        "--origin",
        "https://shop-git-x-ourteam.example.com",
        "-X",
        "POST",
        "--credentials",
        "include",
    )
    expect(
        "wildcard_writes" in said,
        f"the log names wildcard_writes=True, explain says: {said[said.find('READABLE') :][:260]}",
    )
    expect(
        "origins=[…]" not in said,
        "the fix is to list the page 'with credentials', which it is; no origin is named",
    )


run(main)
