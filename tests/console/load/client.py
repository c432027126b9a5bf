"""A bounded load client: asyncio, kept connections, every answer counted."""

import asyncio
import json
import statistics
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Report:
    """What came of a run.

    Attributes:
        seconds: how long each answer took.
        statuses: how many there were of each; 0 is a connection that broke or a client that gave up.
        lasted: how long the run took.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) if self.seconds else 0.0

    @property
    def p99(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else 0.0

    def bad(self) -> dict[int, int]:
        """Return the statuses that no client should see."""
        return {status: count for status, count in self.statuses.items() if status == 0 or status >= 500}

    def line(self) -> str:
        counted = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.rate:6.0f} requests/s, median {self.median * 1000:6.0f} ms, "
            f"p99 {self.p99 * 1000:6.0f} ms; {counted}"
        )


class Connection:
    """One connection that is kept, and opened anew when it breaks."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port = port
        self._headers = headers
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, method: str = "GET", body: bytes = b"", wait: float = 60) -> int:
        """Send one request and read its answer; 0 if there was none within *wait* seconds."""
        try:
            return await asyncio.wait_for(self._ask(path, method, body), wait)
        except (OSError, EOFError, TimeoutError, ValueError):
            await self.close()
            return 0

    async def _ask(self, path: str, method: str, body: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self._port}"]
        lines += [f"{name}: {value}" for name, value in self._headers.items()]
        if body or method != "GET":
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head[9:12])
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if fields.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        else:
            await reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection") == "close":
            await self.close()
        return status

    async def close(self) -> None:
        if self._streams is not None:
            await _close(self._streams[1])
            self._streams = None


async def closed_loop(
    port: int, headers: dict[str, str], path: str, *, clients: int, seconds: float
) -> Report:
    """Let so many clients ask, each again as soon as it is answered."""
    report = Report()
    started = time.monotonic()
    end = started + seconds

    async def client() -> None:
        connection = Connection(port, headers)
        while (begun := time.monotonic()) < end:
            report.statuses[await connection.ask(path)] += 1
            report.seconds.append(time.monotonic() - begun)
        await connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    report.lasted = time.monotonic() - started
    return report


async def open_loop(port: int, headers: dict[str, str], path: str, *, rate: float, seconds: float) -> Report:
    """Send *rate* requests a second, however long the answers take."""
    report = Report()
    idle: list[Connection] = []
    started = time.monotonic()

    async def one(due: float) -> None:
        connection = idle.pop() if idle else Connection(port, headers)
        report.statuses[await connection.ask(path)] += 1
        report.seconds.append(time.monotonic() - due)
        idle.append(connection)

    tasks = []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    report.lasted = time.monotonic() - started
    for connection in idle:
        await connection.close()
    return report


async def lone(port: int, headers: dict[str, str], path: str) -> float:
    """Return how long one request of a new client takes, in seconds; infinite if it is not answered well."""
    begun = time.monotonic()
    connection = Connection(port, headers)
    status = await connection.ask(path)
    seconds = time.monotonic() - begun
    await connection.close()
    return seconds if status == 200 else float("inf")


async def cookie_of(port: int, origin: str, username: str, password: str) -> dict[str, str]:
    """Sign in, and return the headers of the next requests."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"username": username, "password": password}).encode()
    writer.write(
        f"POST /auth/sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    await _close(writer)
    line = next(line for line in head.split("\r\n") if line.lower().startswith("set-cookie: "))
    return {"Origin": origin, "Cookie": line.split(": ", 1)[1].partition(";")[0]}


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
