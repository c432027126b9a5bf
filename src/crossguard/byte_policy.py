"""A policy that is asked in bytes and answers in bytes."""

from typing import Final

from crossguard.byte_edits import ByteEdits, encode_edits
from crossguard.core.edits import HeaderEdits
from crossguard.core.policy import Policy

# As many as the policy remembers itself; strangers are not remembered by either.
_MEMO_SIZE: Final = 256

_Known = dict[bytes, tuple[str, HeaderEdits, ByteEdits]]


class BytePolicy:
    """Wraps one policy for ASGI.

    The policy is asked every time; what is remembered is how its answer looks in bytes, as long as it
    gives the same answer.

    Attributes:
        policy: the policy.
        refused: what every refused request gets, the same object each time.
    """

    __slots__ = (
        "_actual",
        "_ask",
        "_preflight",
        "_preflight_refused",
        "_reads_names",
        "_without_origin",
        "policy",
        "refused",
    )

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._ask = policy.actual_edits
        # A policy that names what it allows does not read what is asked for.
        self._reads_names = policy.config.allow_headers == ("*",)
        self.refused = encode_edits(policy.refused_edits)
        self._without_origin = encode_edits(policy.actual_edits(None))
        self._actual: _Known = {}
        self._preflight: _Known = {}
        self._preflight_refused = (HeaderEdits(), ByteEdits())

    def actual_edits(self, origin: bytes | None) -> ByteEdits:
        """Return what happens to the response of an ordinary request."""
        if not origin:
            return self._without_origin
        known = self._actual.get(origin)
        if known is not None and self._ask(known[0]) is known[1]:
            return known[2]
        text = origin.decode("latin-1")
        edits = self.policy.actual_edits(text)
        if edits is self.policy.refused_edits:
            return self.refused
        encoded = encode_edits(edits)
        if self.policy.actual_edits(text) is edits:
            _remember(self._actual, origin, (text, edits, encoded))
        return encoded

    def preflight_edits(
        self, origin: bytes, requested_headers: bytes | None, *, private_network: bool
    ) -> ByteEdits:
        """Return all headers of the answer to a genuine preflight."""
        names = requested_headers.decode("latin-1") if self._reads_names and requested_headers else None
        known = self._preflight.get(origin)
        text = origin.decode("latin-1") if known is None else known[0]
        edits = self.policy.preflight_edits(text, names, private_network=private_network)
        if known is not None and edits is known[1]:
            return known[2]
        refused = self._preflight_refused
        if edits is refused[0]:
            return refused[1]
        encoded = encode_edits(edits)
        if self.policy.preflight_edits(text, names, private_network=private_network) is edits:
            if encoded.fields[0][0] == b"vary":
                self._preflight_refused = (edits, encoded)
            else:
                _remember(self._preflight, origin, (text, edits, encoded))
        return encoded


def _remember(memo: _Known, origin: bytes, entry: tuple[str, HeaderEdits, ByteEdits]) -> None:
    if len(memo) < _MEMO_SIZE or origin in memo:
        memo[origin] = entry
