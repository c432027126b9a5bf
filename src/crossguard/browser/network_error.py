"""How a step of fetching ends a fetch (Fetch, "network error")."""

from crossguard.browser.verdict import Failure


class NetworkError(Exception):
    """A network error, with the step that returned it. Internal: it becomes a verdict."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure
