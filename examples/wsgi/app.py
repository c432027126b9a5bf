"""A shop in Falcon: a front end with cookies, everybody's price list, and a hook of the payment service.

gunicorn --chdir examples/wsgi app:app
"""

import os

import falcon

from crossguard.wsgi import Crossguard

FRONTEND = os.environ.get("FRONTEND", "http://localhost:8080")

orders: list[str] = []


class Orders:
    def on_get(self, _request, response):
        response.media = {"orders": orders}
        response.set_header("X-Total-Count", str(len(orders)))

    def on_post(self, request, response):
        orders.append(request.get_media(default_when_empty="something"))
        response.media = {"orders": orders}
        response.status = falcon.HTTP_201


class Prices:
    def on_get(self, _request, response):
        response.media = {"bread": 3}


class Paid:
    def on_post(self, _request, response):
        # The body is signed; checking the signature is left out here.
        response.status = falcon.HTTP_204


shop = falcon.App()
shop.add_route("/api/orders", Orders())
shop.add_route("/api/hooks/paid", Paid())
shop.add_route("/prices", Prices())

app = Crossguard(
    shop,
    resources={
        "/api/*": {
            "origins": [FRONTEND],
            "supports_credentials": True,
            "expose_headers": ["X-Total-Count"],
            "public_origins": ["http://localhost:8000"],
            "auth_cookies": ["session"],
            "exempt": {"/api/hooks/paid": "the body is signed by the payment service"},
        },
        # Whoever asks without cookies may read.
        "/prices": {"origins": "*", "methods": ["GET"]},
    },
)
