"""Origins that are nearly listed: random edits of those that the shop lists."""

import random
from collections.abc import Iterator

from tests.edge.shop import APP, HANDS, LOCAL, PORTED, READER, SCHEME

SEEDS = (
    APP,
    PORTED,
    LOCAL,
    READER,
    HANDS,
    SCHEME,
    "https://a.tenants.example.org",
    "https://a.b-c.tenants.example.org",
    "https://shop-a1-team.preview.example.org",
    "https://shop---team.preview.example.org",
    "http://127.0.0.1:8080",
    "http://127.0.0.1",
)
PIECES = (
    ".", "..", "-", "_", ":", "/", "//", "@", "%2e", "\\", "x", "X", "0", "9", ":443", ":80", ":8443", ":65536", "*",
    "$", "^", "evil.com", ".evil.com", "tenants.example.org", "https://", "http://", "null", ",", ", ", "?", "#", "'",
    '"', "{}", ";", "(", "[", "]", "~", "\xe9",
)  # fmt: skip


def mutated(count: int, seed: int) -> Iterator[str]:
    """Yield *count* origins; the same for the same *seed*."""
    chance = random.Random(seed)  # noqa: S311 - the same edits each time are wanted
    for _ in range(count):
        text = chance.choice(SEEDS)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
            at = chance.randrange(len(text) + 1)
            kind = chance.randrange(5)
            if kind == 0:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            elif kind == 1:
                text = text[:at] + text[at + 1 :]
            elif kind == 2:
                text = text[:at] + chance.choice(PIECES) + text[at + 1 :]
            elif kind == 3:
                text = text[:at] + text[at:].swapcase()
            else:
                text += chance.choice(PIECES)
        text = text.strip()
        if text:
            yield text
