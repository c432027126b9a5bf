"""A WSGI server that does what PEP 3333 asks, and notes what it is told."""

from crossguard.wsgi import Crossguard
from tests.adapters.wire import Request, environ_of
from tests.cases.cors import APP

LISTED = (("Origin", APP),)
OK = [("Content-Type", "text/plain")]


class Server:
    """A server that notes what it is told, in order, and replaces headers as PEP 3333 asks."""

    def __init__(self, app, **options):
        self.app = Crossguard(app, **{"origins": [APP]} | options)
        self.events = []
        self.sent = False
        self.raised = None

    def start_response(self, status, headers, exc_info=None):
        if exc_info and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        self.events.append(("start", status, dict(headers), bool(exc_info)))
        return self.write

    def write(self, data):
        self.sent = self.sent or bool(data)
        self.events.append(("write", data))

    def run(self, request=None):
        body = self.app(environ_of(request or Request("GET", "/items", LISTED)), self.start_response)
        try:
            for chunk in body:
                self.write(chunk)
        except Exception as error:
            # What is raised behind a whole answer; anything else is the server's.
            if not self.starts or not self.starts[-1][1].startswith("500"):
                raise
            self.raised = error
        finally:
            if hasattr(body, "close"):
                body.close()
        return self

    @property
    def kinds(self):
        return [event[0] for event in self.events]

    @property
    def starts(self):
        return [event for event in self.events if event[0] == "start"]

    @property
    def body(self):
        return b"".join(event[1] for event in self.events if event[0] == "write")
