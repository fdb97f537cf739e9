"""A bad line between a workstation and a hub: an HTTP proxy that goes wrong by a seeded plan.

    with BadLine(hub.port, seed=7) as line:
        connect(f"http://127.0.0.1:{line.port}")
        line.plan("POST /v1/push", Fate.LOST_ANSWER)
        line.heal()

What can happen to a request is a `Fate`. The one that matters most is `LOST_ANSWER`: the hub
has done what it was asked, and nobody was told.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter, defaultdict
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Any

LONGEST_DELAY = 0.05
"""Seconds that a delayed request waits: long enough to be overtaken by others."""
HANGS = 0.4
"""Seconds until a line that has gone silent is cut, if nobody gives up before."""
PIECE = 97
"""Bytes at a time of what is dribbled."""


class Fate(StrEnum):
    """What happens to one request."""

    WELL = "well"
    DROPPED = "dropped"
    """The connection is reset before the hub hears of it."""
    LOST_ANSWER = "lost answer"
    """The hub hears it and answers, and the answer is lost."""
    CUT_ANSWER = "cut answer"
    """The answer breaks off in the middle."""
    CUT_REQUEST = "cut request"
    """The hub gets half of it."""
    TWICE = "twice"
    """The hub gets it twice; the second answer comes back."""
    DELAYED = "delayed"
    """It is overtaken by others."""
    SILENT = "silent"
    """Neither side hears anything until the client gives up."""
    AGAIN_LATER = "again later"
    """It is answered, and comes to the hub once more some time after."""
    DRIBBLED = "dribbled"
    """The request goes, and the answer comes, in small pieces."""


class BadLine:
    """Listens on a free port of the loopback address until it is closed."""

    def __init__(
        self, port: int, *, seed: int, fates: Sequence[Fate] = tuple(Fate), hangs: float = HANGS
    ) -> None:
        """Lead to a port; `fates` are drawn from, `hangs` seconds a silent line is silent."""
        self._target, self._fates, self._hangs = port, fates, hangs
        self._random = random.Random(seed)
        self._healed = False
        self._plans: defaultdict[str, list[Fate]] = defaultdict(list)
        self._stragglers: set[asyncio.Task[bytes]] = set()
        self.seen: Counter[Fate] = Counter()
        self.asked: Counter[str] = Counter()
        """How often each method and path came from the clients, without the query."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> "BadLine":
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._loop.call_soon_threadsafe(self._server.close)
        self._do(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def heal(self) -> None:
        """From now on everything arrives, after all that is still under way has arrived."""
        self._healed = True
        self._plans.clear()
        self._do(self._wait_for_stragglers())

    def plan(self, asked: str, *fates: Fate) -> None:
        """Let the next requests of a method and path meet these fates, healed or not."""
        self._plans[asked] += fates

    def spoil(self) -> None:
        """Go wrong again."""
        self._healed = False

    def point_at(self, port: int) -> None:
        """Lead to another hub from now on."""
        self._target = port

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _settle(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _wait_for_stragglers(self) -> None:
        await asyncio.gather(*self._stragglers, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _message(reader):
                if not await self._meet(self._fate(request), request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            with suppress(Exception):
                writer.transport.abort()

    def _fate(self, request: bytes) -> Fate:
        asked = request.split(b" HTTP/", 1)[0].split(b"?", 1)[0].decode("latin-1")
        self.asked[asked] += 1
        if self._plans[asked]:
            fate = self._plans[asked].pop(0)
        else:
            fate = Fate.WELL if self._healed else self._random.choice(self._fates)
        self.seen[fate] += 1
        return fate

    async def _meet(self, fate: Fate, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Let a request meet its fate; returns whether the connection goes on."""
        match fate:
            case Fate.DROPPED:
                _reset(writer)
                return False
            case Fate.SILENT:
                await asyncio.sleep(self._hangs)
                return False
            case Fate.CUT_REQUEST:
                await self._ask(request[: len(request) // 2], whole=False)
                return False
            case Fate.DELAYED:
                await asyncio.sleep(self._random.uniform(0, LONGEST_DELAY))
            case Fate.TWICE:
                await self._ask(request)
            case Fate.AGAIN_LATER:
                self._later(request)
        answer = await self._ask(request, piece=PIECE if fate is Fate.DRIBBLED else 0)
        if not answer:
            return False
        if fate is Fate.LOST_ANSWER:
            _reset(writer)
            return False
        if fate is Fate.CUT_ANSWER:
            await _write(writer, answer[: self._random.randrange(1, len(answer))])
            return False
        await _write(writer, answer, PIECE if fate is Fate.DRIBBLED else 0)
        return True

    def _later(self, request: bytes) -> None:
        """Bring a request to the hub in a while, when the client may be far ahead."""

        async def wait_and_ask() -> bytes:
            await asyncio.sleep(self._random.uniform(0, 4 * LONGEST_DELAY))
            return await self._ask(request)

        straggler = asyncio.ensure_future(wait_and_ask())
        self._stragglers.add(straggler)
        straggler.add_done_callback(self._stragglers.discard)

    async def _ask(self, request: bytes, *, whole: bool = True, piece: int = 0) -> bytes:
        """Bring a request to the hub over a line of its own; empty if there is no answer."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return b""
        try:
            await _write(writer, request, piece)
            return await _message(reader) if whole else b""
        except (OSError, asyncio.IncompleteReadError):
            return b""
        finally:
            writer.transport.abort()


async def _write(writer: asyncio.StreamWriter, message: bytes, piece: int = 0) -> None:
    """Send a message until the system has all of it, in pieces of a size if one is given."""
    writer.transport.set_write_buffer_limits(0)
    for start in range(0, len(message), piece or len(message)):
        writer.write(message[start : start + (piece or len(message))])
        await writer.drain()
        if piece:
            await asyncio.sleep(0.001)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Let the connection end with a reset instead of an orderly close."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one HTTP message with its body; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    fields = head.lower().split(b"\r\n")[1:]
    if any(field.startswith(b"transfer-encoding:") and b"chunked" in field for field in fields):
        body = b""
        while True:
            size = await reader.readuntil(b"\r\n")
            body += size + await reader.readexactly(int(size.split(b";")[0], 16) + 2)
            if int(size.split(b";")[0], 16) == 0:
                return head + body
    length = next(
        (int(field.split(b":")[1]) for field in fields if field.startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)
