"""How much anybody may ask of the hub: rates, and the bytes of a body before it is read."""

import asyncio
import contextlib
import time
import zlib
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import zstandard

from trainer_tui.hub.problems import Refused
from trainer_tui.hub.throttling import retry_after
from trainer_tui.sync.protocol import MAX_BODY, MAX_PLAIN

MAX_HEADER = 16 * 2**10
"""Bytes of the header of a request; the server in front of the program closes beyond it."""
RATIO, RATIO_FROM = 200, 256 * 2**10
"""A body that unpacks to more than this many bytes and this many times its size is no text."""
WINDOW = 2 * 2**20
"""Bytes of memory that a zstd frame may ask for."""
ENCODINGS = "gzip, zstd, identity"

Receive = Callable[[], Awaitable[Any]]


class Buckets:
    """A rate for each key: `burst` at once, then `rate` a second (token bucket).

    In the memory of one process; several processes give each their own share, so the rate
    is a protection of the process and no accounting. Keys beyond `most` push out the oldest.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        *,
        most: int = 20_000,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._most, self._now = rate, burst, most, now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def _level(self, key: str) -> float:
        level, at = self._levels.get(key, (float(self._burst), 0.0))
        return min(self._burst, level + (self._now() - at) * self._rate)

    def require(self, key: str) -> None:
        """Raise `Refused` with 429 if nothing is left; takes nothing."""
        level = self._level(key)
        if level < 1:
            raise Refused(
                429,
                "too many requests",
                "Ask again a little later.",
                headers=retry_after((1 - level) / self._rate),
            )

    def take(self, key: str) -> None:
        """Take one, or raise `Refused` with 429."""
        self.require(key)
        self._levels[key] = (self._level(key) - 1, self._now())
        self._levels.move_to_end(key)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)


class Places:
    """How many requests with a body are under way: of all, and of each who asks.

    Whoever sends slowly holds a place and the memory of a body for as long as that takes.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._held: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, key: str, wanted: bool) -> Iterator[None]:
        """Hold a place while the request lasts, if it is `wanted`.

        Raises `Refused`: 429 for who holds too many, 503 if all are taken.
        """
        if not wanted:
            yield
            return
        if self._held[key] >= self._each:
            raise Refused(429, "too many requests at once", headers=retry_after(1))
        if self._held.total() >= self._most:
            raise Refused(503, "the hub is busy", "Try again.", headers=retry_after(2))
        self._held[key] += 1
        try:
            yield
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]


def encoding_of(headers: Mapping[str, str]) -> str:
    """Return `gzip`, `zstd` or `identity`; raises `Refused` with 415 for anything else."""
    named = headers.get("content-encoding", "").strip().lower() or "identity"
    if named == "x-gzip":
        named = "gzip"
    if named not in ("gzip", "zstd", "identity"):
        raise Refused(
            415,
            "the body is encoded in a way that the hub does not read",
            f"One of {ENCODINGS}, and only once.",
            headers={"Accept-Encoding": ENCODINGS},
        )
    return named


async def read(
    receive: Receive, headers: Mapping[str, str], *, most: int = MAX_BODY, seconds: float = 30
) -> bytes:
    """Return the body of a request as it travels.

    Raises `Refused`: 411 without a length, 413 beyond `most` bytes (before they are read,
    if the request tells how many there are), 408 if it is not there after `seconds`, 400 if
    the line breaks off. A body in chunks is not taken: that length and chunks cannot
    contradict each other leaves nothing to smuggle.
    """
    told = headers.get("content-length", "")
    if "transfer-encoding" in headers or not told:
        raise Refused(411, "the request does not tell how long its body is")
    if not (told.isascii() and told.isdigit()) or len(told) > 15:
        raise Refused(400, "the length of the body is no number")
    if int(told) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "the body broke off")
                part: bytes = message.get("body", b"")
                size += len(part)
                if size > most:
                    raise _too_large(most)
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Refused(408, "the body took too long") from None


async def drain(receive: Receive, seconds: float) -> None:
    """Read what is left of a refused body and forget it, as far as a fair client may have sent.

    A server that closes on unread bytes makes the client's system throw the answer away.
    """
    left = 2 * MAX_BODY
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(min(seconds, 5)):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def unpack(body: bytes, encoding: str, *, most: int = MAX_PLAIN) -> bytes:
    """Return a body as plain bytes, never holding more than `most` of them.

    Raises `Refused`: 413 for more than `most` bytes or a ratio that no text has, 400 for
    what is not in the encoding that it claims.
    """
    if encoding == "identity":
        plain = body
    elif encoding == "gzip":
        plain = _gunzip(body, most)
    else:
        plain = _unzstd(body, most)
    if len(plain) > most:
        raise _too_large(most)
    if len(plain) > RATIO_FROM and len(plain) > RATIO * len(body):
        raise Refused(413, "the body unpacks to far more than a text can")
    return plain


def _gunzip(body: bytes, most: int) -> bytes:
    """Unpack all members of a gzip body, but at most one byte more than `most`."""
    parts: list[bytes] = []
    size = 0
    view = memoryview(body)
    try:
        while view:
            member = zlib.decompressobj(wbits=31)
            part = member.decompress(view, most + 1 - size)
            parts.append(part)
            size += len(part)
            if size > most:
                break
            if not member.eof:
                raise _broken()
            if len(parts) > 16:
                raise Refused(413, "the body is in too many pieces")
            view = view[len(view) - len(member.unused_data) :]
    except zlib.error:
        raise _broken() from None
    return b"".join(parts)


def _unzstd(body: bytes, most: int) -> bytes:
    """Unpack all frames of a zstd body, but at most one byte more than `most`."""
    try:
        decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        with decompressor.stream_reader(BytesIO(body), read_across_frames=True) as reader:
            plain: bytes = reader.read(most + 1)
    except zstandard.ZstdError:
        raise _broken() from None
    return plain


def _broken() -> Refused:
    return Refused(400, "the body is not in the encoding that it claims")


def _too_large(most: int) -> Refused:
    return Refused(413, f"the body is larger than {most} bytes", "Send less at once.")


_SMALL = 1024
"""Bytes of an answer below which packing it is not worth it."""


def pack(body: bytes, accepted: str) -> tuple[bytes, str]:
    """Return an answer in the best encoding that is accepted, and its name ("" if plain)."""
    if len(body) < _SMALL:
        return body, ""
    names = {
        name.strip()
        for name, _, weight in (part.partition(";") for part in accepted.lower().split(","))
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    }
    if "zstd" in names:
        return zstandard.ZstdCompressor(level=3).compress(body), "zstd"
    if "gzip" in names:
        packer = zlib.compressobj(5, wbits=31)
        return packer.compress(body) + packer.flush(), "gzip"
    return body, ""
