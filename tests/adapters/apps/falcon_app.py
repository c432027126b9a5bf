"""Falcon."""

import time
from collections.abc import Iterator

import falcon
from settings import PAUSE, PROTECTION

from crossguard.wsgi import Crossguard

written: list[str] = []


class Items:
    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        response.media = {"written": len(written)}
        response.set_header("X-Total", "1")

    def on_post(self, _request: falcon.Request, response: falcon.Response) -> None:
        written.append("item")
        response.media = {"written": len(written)}
        response.status = falcon.HTTP_201


class Hook:
    def on_post(self, _request: falcon.Request, response: falcon.Response) -> None:
        response.media = {"hooked": True}


class Stream:
    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        def parts() -> Iterator[bytes]:
            yield b"one\n"
            time.sleep(PAUSE)
            yield b"two\n"

        response.content_type = "text/plain"
        response.stream = parts()


class Late:
    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        def parts() -> Iterator[bytes]:
            raise RuntimeError("boom")
            yield b""

        response.stream = parts()


class Boom:
    def on_get(self, _request: falcon.Request, _response: falcon.Response) -> None:
        raise RuntimeError("boom")


api = falcon.App()
api.add_route("/items", Items())
api.add_route("/hook", Hook())
api.add_route("/stream", Stream())
api.add_route("/late", Late())
api.add_route("/boom", Boom())

app = Crossguard(api, **PROTECTION)
