"""A policy that is asked in bytes and answers in bytes."""

from crossguard.asgi.byte_edits import ByteEdits, encode_edits
from crossguard.core.compiled import MEMO_SIZE, CompiledPolicy
from crossguard.core.edits import REFUSED_EDITS
from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.core.policy import Policy


class BytePolicy:
    """Wraps one policy for ASGI. Remembers how its answers look in bytes, until they are replaced.

    Attributes:
        policy: the policy.
        refused: what every refused request gets, the same object each time.
    """

    __slots__ = ("_encoded", "policy", "refused")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.refused = encode_edits(REFUSED_EDITS)
        self._encoded = _Encoded(policy.compiled)

    def actual_edits(self, origin: bytes | None) -> ByteEdits:
        """Return what happens to the response of an ordinary request."""
        encoded = self._encoded
        now = self.policy.compiled
        if encoded.compiled is not now:
            encoded = self._encoded = _Encoded(now)
        if not origin:
            return encoded.without_origin
        known = encoded.actual.get(origin) if len(origin) <= MAX_ORIGIN_LENGTH else None
        if known is not None:
            return known
        text = origin.decode("latin-1")
        edits = now.actual_edits(text)
        if edits.refused:
            return self.refused
        found = encode_edits(edits)
        if now.actual_edits(text) is edits:
            _remember(encoded.actual, origin, found)
        return found

    def ready_preflight(self, origin: bytes) -> ByteEdits | None:
        """Return the answer to a preflight from *origin* that is ready; None if there is none."""
        encoded = self._encoded
        now = self.policy.compiled
        if encoded.compiled is now and now.tabular and len(origin) <= MAX_ORIGIN_LENGTH:
            return encoded.preflight.get(origin)
        return None

    def preflight_edits(
        self, origin: bytes, requested_headers: bytes | None, *, private_network: bool
    ) -> ByteEdits:
        """Return all headers of the answer to a genuine preflight."""
        encoded = self._encoded
        now = self.policy.compiled
        if encoded.compiled is not now:
            encoded = self._encoded = _Encoded(now)
        ready = self.ready_preflight(origin)
        if ready is not None:
            return ready
        text = origin.decode("latin-1")
        # A table does not depend on them.
        names = requested_headers.decode("latin-1") if requested_headers and not now.tabular else None
        edits = now.preflight_edits(text, names, private_network=private_network)
        if edits is now.preflight_refused:
            return encoded.preflight_refused
        found = encode_edits(edits)
        if now.preflight_edits(text, names, private_network=private_network) is edits:
            _remember(encoded.preflight, origin, found)
        return found


class _Encoded:
    """The answers of one compiled policy as bytes."""

    __slots__ = ("actual", "compiled", "preflight", "preflight_refused", "without_origin")

    def __init__(self, now: CompiledPolicy) -> None:
        self.compiled = now
        self.without_origin = encode_edits(now.actual_edits(None))
        self.preflight_refused = encode_edits(now.preflight_refused)
        self.actual: dict[bytes, ByteEdits] = {}
        self.preflight: dict[bytes, ByteEdits] = {}


def _remember(memo: dict[bytes, ByteEdits], origin: bytes, edits: ByteEdits) -> None:
    # As many as the policy remembers itself; strangers are not remembered by either.
    if len(memo) < MEMO_SIZE:
        memo[origin] = edits
