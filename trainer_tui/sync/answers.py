"""What a hub answers, read in pieces, bounded before it is unpacked, trusted with nothing."""

import contextlib
import importlib
import time
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from trainer_tui.domain.text import visible
from trainer_tui.sync.protocol import Problem
from trainer_tui.sync.trouble import (
    AnswerTooLarge,
    CursorGone,
    Declined,
    NoHub,
    SignedOut,
    TooLarge,
    TooOld,
    Unreachable,
)

if TYPE_CHECKING:
    import httpx

MAX_TRAVELS = 4 * 2**20
"""Bytes of an answer as it travels."""
MAX_ANSWER = 16 * 2**20
"""Bytes of an answer when unpacked; a page has about one MiB."""
CONNECT, READ, WHOLE = 10.0, 30.0, 120.0
"""Seconds to connect, for the next piece, and for an answer as a whole."""
LONGEST_PAUSE = 3600.0
"""Seconds; a hub cannot ask for more."""
_SAID = 300


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Any
    body: bytes


def zstandard() -> Any:
    """Return the package `zstandard` if it is installed, else None."""
    try:
        return importlib.import_module("zstandard")
    except ImportError:
        return None


def read(response: "httpx.Response") -> bytes:
    """Return the body of an answer, unpacked; raises as soon as it is too large or too slow."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    parts: list[bytes] = []
    size = 0
    for part in _unpacked(_travelled(response), encoding):
        size += len(part)
        if size > MAX_ANSWER:
            raise AnswerTooLarge("the hub's answer is larger than this program takes")
        parts.append(part)
    return b"".join(parts)


def _travelled(response: "httpx.Response") -> Iterator[bytes]:
    end = time.monotonic() + WHOLE
    size = 0
    for part in response.iter_raw(chunk_size=65536):
        size += len(part)
        if size > MAX_TRAVELS:
            raise AnswerTooLarge("the hub's answer is larger than this program takes")
        if time.monotonic() > end:
            raise Unreachable("the hub took too long")
        yield part


def _unpacked(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "identity":
        yield from parts
    elif encoding == "gzip":
        yield from _gunzipped(parts)
    elif encoding == "zstd" and (unpacker := zstandard()):
        yield from _unzstd(parts, unpacker)
    else:
        raise NoHub("the answer is packed in a way that nobody asked for")


def _gunzipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(31)
    try:
        for part in parts:
            while part:
                yield unpack.decompress(part, 2**20)
                part = unpack.unconsumed_tail
            if unpack.unused_data:
                raise NoHub("more follows the end of the answer")
    except zlib.error:
        raise NoHub("the answer cannot be unpacked") from None
    if not unpack.eof:
        raise Unreachable("the answer broke off")


def _unzstd(parts: Iterator[bytes], package: Any) -> Iterator[bytes]:
    """Unpack a small piece at a time, since its output cannot be bounded; the window is."""
    unpack = package.ZstdDecompressor(max_window_size=8 * 2**20).decompressobj()
    try:
        for part in parts:
            for start in range(0, len(part), 64):
                yield unpack.decompress(part[start : start + 64])
                if unpack.unused_data:
                    raise NoHub("more follows the end of the answer")
    except package.ZstdError:
        raise NoHub("the answer cannot be unpacked") from None
    if not unpack.eof:
        raise Unreachable("the answer broke off")


def require_success(answer: Answer, url: str) -> None:
    """Raise what a status other than success means."""
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NoHub(
            "the address leads on to another one, which is not followed with a login",
            "Log in with the hub's final address.",
        )
    said = _problem(answer)
    message = _line(said.message) or f"the hub answers {status}"
    hint = _line(said.hint)
    match status:
        case 401:
            raise SignedOut()
        case 408 | 425 | 429:
            raise Unreachable(message, hint, seconds=_pause(answer))
        case 410:
            raise CursorGone(message, hint)
        case 413:
            raise TooLarge(message, hint)
        case 426:
            raise TooOld(message, hint or "Update the program; until then it works offline.")
        case _ if status >= 500:
            raise Unreachable(message, hint, seconds=_pause(answer))
        case _ if not said.code:
            raise NoHub(f"{url} answers {status}, and not as a hub does")
    raise Declined(message, hint, status=status, code=_line(said.code))


def _problem(answer: Answer) -> Problem:
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(answer.body[:65536], type=Problem)
    return Problem(code="", title="", message="")


def _line(text: str) -> str:
    """Return words of the hub as one short line that a terminal can take."""
    return visible(" ".join(text.split()))[:_SAID]


def _pause(answer: Answer) -> float | None:
    told = answer.headers.get("retry-after", "")
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        return None
    return min(float(told), LONGEST_PAUSE)


def reason(error: Exception) -> str:
    """Say what went wrong below HTTP, without a word that the other side has chosen."""
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "the hub's certificate is not valid for this address"
        if isinstance(cause, ssl.SSLError):
            return "the line to the hub cannot be encrypted"
        if isinstance(cause, ConnectionRefusedError):
            return "nobody listens at the hub's address"
        cause = cause.__cause__ or cause.__context__
    return "the hub cannot be reached"
