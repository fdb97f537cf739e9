"""A bad line between a workstation and a hub: an HTTP proxy that goes wrong by a seeded plan.

    with BadLine(hub.port, seed=7) as line:
        connect(f"http://127.0.0.1:{line.port}")
        line.heal()

What can happen to a request is a `Fate`. The one that matters most is `LOST_ANSWER`: the hub
has done what it was asked, and nobody was told.
"""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Any

LONGEST_DELAY = 0.05
"""Seconds that a delayed request waits: long enough to be overtaken by others."""
HANGS = 0.4
"""Seconds until a line that has gone silent is cut; longer than the client of a test waits."""


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
    """The answer comes byte by byte in small pieces."""


class BadLine:
    """Listens on a free port of the loopback address until it is closed."""

    def __init__(self, port: int, *, seed: int, fates: Sequence[Fate] = tuple(Fate)) -> None:
        self._target, self._fates = port, fates
        self._random = random.Random(seed)
        self._healed = False
        self.seen: Counter[Fate] = Counter()
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
        """From now on everything arrives."""
        self._healed = True

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

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _message(reader):
                fate = Fate.WELL if self._healed else self._random.choice(self._fates)
                self.seen[fate] += 1
                if not await self._meet(fate, request, writer):
                    return
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            with suppress(Exception):
                writer.transport.abort()

    async def _meet(self, fate: Fate, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Let a request meet its fate; returns whether the connection goes on."""
        match fate:
            case Fate.DROPPED:
                return False
            case Fate.SILENT:
                await asyncio.sleep(HANGS)
                return False
            case Fate.CUT_REQUEST:
                await self._ask(request[: len(request) // 2], whole=False)
                return False
            case Fate.DELAYED:
                await asyncio.sleep(self._random.uniform(0, LONGEST_DELAY))
            case Fate.TWICE:
                await self._ask(request)
        answer = await self._ask(request)
        if fate is Fate.LOST_ANSWER or not answer:
            return False
        if fate is Fate.CUT_ANSWER:
            writer.write(answer[: self._random.randrange(len(answer))])
            with suppress(OSError):
                await writer.drain()
            return False
        if fate is Fate.DRIBBLED:
            for start in range(0, len(answer), 97):
                writer.write(answer[start : start + 97])
                await writer.drain()
                await asyncio.sleep(0)
        else:
            writer.write(answer)
            await writer.drain()
        if fate is Fate.AGAIN_LATER:
            await asyncio.sleep(self._random.uniform(0, LONGEST_DELAY))
            await self._ask(request)
        return True

    async def _ask(self, request: bytes, *, whole: bool = True) -> bytes:
        """Bring a request to the hub over a line of its own; empty if there is no answer."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return b""
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader) if whole else b""
        except (OSError, asyncio.IncompleteReadError):
            return b""
        finally:
            writer.transport.abort()


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
