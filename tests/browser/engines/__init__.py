"""Real browsers, as far as they are installed, and the servers that they are pointed at."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser.engines import chromium, firefox, webkit
from tests.browser.engines.engine import Engine
from tests.browser.engines.servers import Servers, servers


class Installed(NamedTuple):
    """An engine: why it is missing, empty if it is not, and what starts it."""

    missing: Callable[[], str]
    start: Callable[[Path, dict[int, int], int], AbstractContextManager[Engine[Any]]]


#: By the profile that each is recorded for.
ENGINES = {
    "chromium": Installed(chromium.missing, chromium.chromium),
    "firefox": Installed(firefox.missing, firefox.firefox),
    "webkit": Installed(webkit.missing, webkit.webkit),
    "webkit-allow-third-party": Installed(webkit.missing, partial(webkit.webkit, allow=True)),
}


@contextmanager
def started(name: str, directory: Path) -> Iterator[tuple[Engine[Any], Servers]]:
    """Start the servers and an engine that reaches them; https only where a certificate can be made."""
    with (
        servers(directory, with_tls=shutil.which("openssl") is not None) as (answering, ports, proxy),
        ENGINES[name].start(directory, ports, proxy) as engine,
    ):
        yield engine, answering
