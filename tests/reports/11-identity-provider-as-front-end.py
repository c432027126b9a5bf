"""A sign-in provider posts the assertion: the fix must not make it a trusted front end.

Seen in: PowerDNS-AuthAdmin/powerdns-authadmin #108, spatiumddi/spatiumddi PR #874, IdentityPython/djangosaml2 #203
"""

from common import LINES, expect, run


def main():
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.debug = True
    app.secret_key = "x"
    app.post("/saml/acs", endpoint="acs")(lambda: "")
    CORS(
        app,
        origins=["https://app.example.com"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="auto",
    )
    answer = app.test_client().post(
        "/saml/acs",
        data={"SAMLResponse": "…"},
        headers={
            "Origin": "https://login.provider.example",
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        },
        base_url="https://api.example.com",
    )
    expect(answer.status_code == 403, "the gate does not hold")
    said = " ".join(LINES)
    expect(
        "'https://login.provider.example']" not in said,
        "the pasteable fix gives the provider's pages reading and writing with the user's cookies",
    )
    expect(
        "exempt" in said,
        f"a form that replaces the page is not recognised; exempt is not named: {said[:240]}",
    )


run(main)
