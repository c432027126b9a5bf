"""A policy that is asked in bytes and answers in bytes."""

from collections.abc import Mapping
from typing import Final

from crossguard.asgi.byte_edits import ByteEdits, encode_edits
from crossguard.core.compiled import MEMO_SIZE, CompiledPolicy
from crossguard.core.edits import REFUSED_EDITS, HeaderEdits
from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.core.policy import Policy

_REFUSED: Final = encode_edits(REFUSED_EDITS)


class BytePolicy:
    """Wraps one policy for ASGI. Remembers how its answers look in bytes, until they are replaced.

    They are looked up by the origin's bytes: looked up by the edits, a preflight would cost a third more.

    Attributes:
        policy: the policy.
    """

    __slots__ = ("_encoded", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._encoded = _Encoded(policy.compiled)

    def actual_edits(self, origin: bytes | None) -> ByteEdits:
        """Return what happens to the response of an ordinary request."""
        encoded = self._encoded
        now = self.policy.compiled
        if encoded.compiled is not now:
            encoded = self._encoded = _Encoded(now)
        if not origin or now.static:
            return encoded.without_origin
        known = encoded.actual.get(origin) if len(origin) <= MAX_ORIGIN_LENGTH else None
        if known is not None:
            return known
        text = origin.decode("latin-1")
        edits = now.actual_edits(text)
        return _REFUSED if edits.refused else encoded.keep(encoded.actual, origin, text, edits)

    def preflight_edits(self, origin: bytes, headers: Mapping[bytes, bytes]) -> ByteEdits:
        """Return all headers of the answer to a genuine preflight.

        Args:
            origin: its ``Origin``.
            headers: all its headers, read only where the answer depends on more than the origin.
        """
        encoded = self._encoded
        now = self.policy.compiled
        if encoded.compiled is not now:
            encoded = self._encoded = _Encoded(now)
        if not now.tabular:
            return encoded.preflight_edits(origin, headers)
        known = encoded.preflight.get(origin) if len(origin) <= MAX_ORIGIN_LENGTH else None
        if known is not None:
            return known
        text = origin.decode("latin-1")
        edits = now.preflight_edits(text)
        if edits.refused:
            return encoded.preflight_refused
        return encoded.keep(encoded.preflight, origin, text, edits)


class _Encoded:
    """The answers of one compiled policy as bytes."""

    __slots__ = ("actual", "compiled", "preflight", "preflight_refused", "without_origin")

    def __init__(self, now: CompiledPolicy) -> None:
        self.compiled = now
        self.without_origin = encode_edits(now.actual_edits(None))
        self.preflight_refused = encode_edits(now.preflight_refused)
        self.actual: dict[bytes, ByteEdits] = {}
        self.preflight: dict[bytes, ByteEdits] = {}

    def preflight_edits(self, origin: bytes, headers: Mapping[bytes, bytes]) -> ByteEdits:
        # Not remembered: the caller chooses the names, and could fill the memory with them.
        names = headers.get(b"access-control-request-headers")
        edits = self.compiled.preflight_edits(
            origin.decode("latin-1"),
            names.decode("latin-1") if names else None,
            private_network=headers.get(b"access-control-request-private-network") == b"true",
        )
        return self.preflight_refused if edits.refused else encode_edits(edits)

    def keep(self, memo: dict[bytes, ByteEdits], origin: bytes, text: str, edits: HeaderEdits) -> ByteEdits:
        found = encode_edits(edits)
        # As many as the policy remembers itself, and the same ones.
        if len(memo) < MEMO_SIZE and self.compiled.remembers(text):
            memo[origin] = found
        return found
