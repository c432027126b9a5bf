"""A provider of OpenID Connect on loopback, which signs everybody in as Ann."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, jsonify, redirect, request

from tests.gate.serving import served


@contextmanager
def serving() -> Iterator[tuple[Flask, int]]:
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    app = Flask("provider")
    nonces: dict[str, str] = {}

    @app.get("/.well-known/openid-configuration")
    def metadata():
        here = request.host_url.rstrip("/")
        return jsonify(
            issuer=here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            jwks_uri=f"{here}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/keys")
    def keys():
        return jsonify(keys=[key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize():
        code = secrets.token_hex(8)
        nonces[code] = request.args["nonce"]
        return redirect(f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}")

    @app.post("/token")
    def token():
        now = int(time.time())
        claims = {
            "iss": request.host_url.rstrip("/"),
            "sub": "1",
            "aud": "shop",
            "iat": now,
            "exp": now + 600,
            "nonce": nonces.pop(request.form["code"]),
            "email": "ann@example.com",
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return jsonify(access_token="one", token_type="Bearer", expires_in=600, id_token=signed)

    with served(app) as port:
        yield app, port
