"""What the model raises: on a refusal of the browser, and on wrong use of the model."""

from crossguard.browser.codes import Code
from crossguard.browser.verdict import Failure, Verdict


class UsageError(ValueError):
    """The model was asked something that no browser can be asked."""


class FetchError(Exception):
    """A promise that did not resolve; script sees a TypeError, or waits.

    Attributes:
        failure: code, step of the standard, evidence.
        verdict: everything that happened.
    """

    def __init__(self, failure: Failure, verdict: Verdict) -> None:
        evidence = ", ".join(f"{name}: {value!r}" for name, value in failure.evidence.items())
        super().__init__(f"{failure.code} ({failure.step}){f': {evidence}' if evidence else ''}")
        self.failure = failure
        self.verdict = verdict

    @property
    def code(self) -> Code:
        """The identifier of the cause."""
        return self.failure.code


class InvalidRequest(FetchError):  # noqa: N818 - it is the caller's request, not an error of the model
    """The Request constructor threw; nothing was sent."""


class FetchBlocked(FetchError):  # noqa: N818 - what a developer's console calls it
    """The browser refused, before sending or after the server answered."""
