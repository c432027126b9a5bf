"""A WSGI application behind the middleware, in debug."""

from crossguard.wsgi import Crossguard


def inner(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"items"]


app = Crossguard(inner, origins=["https://app.example.com"], supports_credentials=True, debug=True)
