"""Shift bundles: what a workstation and a hub say to each other in files, where there is no line.

A file is `trainer-bundle/1 <seal>\\n<head>\\n<payload>`. The seal is the HMAC-SHA256 of all
that follows it under the member's bundle key; the head says in the clear which way the
bundle goes and between whom; the payload is a zlib stream of frames, each four bytes of
length and a JSON value, the last of which tells what those before it are.
Nothing that a bundle says becomes the name of a file.
"""

import hashlib
import hmac
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

import msgspec

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import is_safe
from trainer_tui.domain.strict import BadJSON, refuse_depth
from trainer_tui.sync.protocol import Places, Wire

T = TypeVar("T")

MAGIC = b"trainer-bundle/"
_MARK = MAGIC + b"1"
_SEAL = 64
"""Hexadecimal digits."""
_START = len(_MARK) + 1 + _SEAL + 1
"""Where the head begins."""
_MAX_HEAD = 2048
_LENGTH = 4
"""Bytes before each frame that say how long it is."""
_STEP = 2**16
"""Bytes unpacked at a time."""


class Caps(NamedTuple):
    """How much a bundle may hold; both sides read, and write, no more."""

    file: int = 64 * 2**20
    """Bytes of the file."""
    plain: int = 512 * 2**20
    """Bytes unpacked."""
    frame: int = 32 * 2**20
    """Bytes of one frame."""
    frames: int = 1_000_000
    free: int = 64 * 2**20
    """Bytes unpacked that are fine however small the file; beyond them `ratio` counts."""
    ratio: int = 200
    """Bytes unpacked for each byte of the file."""

    def allow(self, plain: int, packed: int) -> bool:
        """Whether so many bytes may come out of so many."""
        return plain <= self.plain and plain <= self.free + self.ratio * packed


CAPS = Caps()
_SLACK = 2**18
"""Bytes that the compressor may still hold back, and those of the head and the facts."""


class Direction(StrEnum):
    """Which way a bundle goes, from where the trainer sits."""

    OUT = "out"
    """From the workstation to the hub."""
    IN = "in"
    """From the hub to the workstation."""


_WAYS = {
    Direction.OUT: "from a workstation to the hub",
    Direction.IN: "from the hub to a workstation",
}
AGAIN = "Copy or send it once more, or ask for a new one; nothing was changed."


class Head(Wire, frozen=True, kw_only=True):
    """Between whom a bundle goes; covered by the seal."""

    direction: Direction
    hub: str
    member: str
    id: str
    """A UUIDv7 made by whoever made the bundle."""
    epoch: str
    """The hub's when it was made, as far as its maker knew; empty: it never heard of one."""
    made_at: datetime


class OutFacts(Wire, frozen=True, kw_only=True):
    """The last frame of a bundle to the hub; before it stand the operations, each a frame."""

    operations: int
    cursor: str | None = None
    """Where the workstation stands in the feed, as the hub last put it."""
    tasks: int = 0
    """How many tasks it would like."""
    without: tuple[str, ...] = ()
    """Content warnings that the trainer has opted out of."""


class InFacts(Wire, frozen=True, kw_only=True):
    """The last frame of a bundle from the hub; before it stand results and pages, each a frame."""

    results: int
    """Frames with a `Pushed` each."""
    pages: int
    """Frames with a `Page` each."""
    after: Places = {}
    """How far the workstation must have read already, for the pages to leave no hole."""
    name: str = ""
    """The member's."""
    answers: tuple[str, ...] = ()
    """Ids of the bundles whose operations the results are about."""


class BadBundle(BadInput):
    """A bundle that is not taken; nothing of it was."""

    title = "This bundle cannot be taken"


class Bundle(NamedTuple):
    """A bundle whose seal fits and whose frames were all counted and measured."""

    head: Head
    last: bytes
    """The facts, see `decoded`."""
    parts: int
    """How many frames stand before them."""
    frames: Callable[[], Iterator[bytes]]
    """Unpacks the frames before the facts, one by one as they are asked for."""


def decoded(frame: bytes, kind: type[T]) -> T:
    """Read a frame as a record; raises `BadBundle`."""
    try:
        refuse_depth(frame)
        return msgspec.json.decode(frame, type=kind)
    except (msgspec.MsgspecError, BadJSON, UnicodeDecodeError, RecursionError) as error:
        raise BadBundle(f"a part of it is not what it should be ({error})") from None


def pack(
    key: bytes,
    head: Head,
    frames: Iterable[bytes],
    facts: Callable[[int], Wire],
    caps: Caps = CAPS,
) -> bytes:
    """Return a sealed bundle of as many of the frames as fit into one.

    `facts` is asked for the last frame with their number; what is left over waits for the
    next bundle.
    """
    packer = _Packer(caps)
    count = 0
    for frame in frames:
        if not packer.add(frame):
            break
        count += 1
    packer.put(msgspec.json.encode(facts(count)))
    rest = msgspec.json.encode(head) + b"\n" + packer.finish()
    return b"%b %b\n%b" % (_MARK, _seal(key, rest), rest)


def peek(data: bytes) -> Head:
    """Return the head of a bundle whose seal nobody has looked at; raises `BadBundle`."""
    if not data.startswith(_MARK + b" "):
        if data.startswith(MAGIC):
            raise BadBundle(
                "it is of another version of the format", "Update the older of the two programs."
            )
        raise BadBundle("it is no shift bundle, or its beginning is damaged", AGAIN)
    end = data.find(b"\n", _START, _START + _MAX_HEAD)
    if end < 0 or data[_START - 1 : _START] != b"\n":
        raise BadBundle("its beginning is damaged", AGAIN)
    return decoded(data[_START:end], Head)


def unseal(
    data: bytes, key: bytes, direction: Direction, *, hub: str, member: str, caps: Caps = CAPS
) -> Bundle:
    """Read a bundle that goes this way between these two; raises `BadBundle` and says why.

    All of it is unpacked and measured here, though not kept: what is wrong anywhere in it
    shows before anything of it is used.
    """
    if len(data) > caps.file:
        raise BadBundle(f"it is larger than {caps.file} bytes")
    head = peek(data)
    if head.direction is not direction:
        raise BadBundle(f"it goes {_WAYS[head.direction]}, so it is not for this side")
    if head.hub != hub:
        raise BadBundle("it belongs to another hub")
    if head.member != member:
        raise BadBundle("it belongs to another member")
    if not hmac.compare_digest(_seal(key, data[_START:]), data[_START - _SEAL - 1 : _START - 1]):
        raise BadBundle(
            "its seal does not fit: it was changed on its way, or sealed with another key",
            AGAIN,
        )
    if not is_safe(head.id):
        raise BadBundle("its own id is none")
    payload = memoryview(data)[data.index(b"\n", _START) + 1 :]
    last, count = b"", -1
    for count, frame in enumerate(_unpacked(payload, caps)):  # noqa: B007
        last = frame
    if count < 0:
        raise BadBundle("it is empty")

    def frames() -> Iterator[bytes]:
        held: bytes | None = None
        for frame in _unpacked(payload, caps):
            if held is not None:
                yield held
            held = frame

    return Bundle(head, last, count, frames)


def _seal(key: bytes, rest: bytes) -> bytes:
    return hmac.new(key, _MARK + b"\0" + rest, hashlib.sha256).hexdigest().encode()


class _Packer:
    """Compresses frames as long as the bundle stays within its caps."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._compressor = zlib.compressobj()
        self._packed: list[bytes] = []
        self._bytes = self._plain = self._frames = 0

    def add(self, frame: bytes) -> bool:
        """Add a frame, or return False if there is no room for it and the facts."""
        caps = self._caps
        plain = self._plain + _LENGTH + len(frame)
        # As if it could not be made smaller at all.
        file = self._bytes + len(frame) + _SLACK
        if (
            len(frame) > caps.frame
            or self._frames + 2 > caps.frames
            or file > caps.file
            or not caps.allow(plain + _SLACK, self._bytes)
        ):
            return False
        self.put(frame)
        return True

    def put(self, frame: bytes) -> None:
        """Add a frame for which room was kept."""
        self._frames += 1
        for part in (len(frame).to_bytes(_LENGTH, "big"), frame):
            self._plain += len(part)
            self._keep(self._compressor.compress(part))

    def finish(self) -> bytes:
        """Return the payload."""
        self._keep(self._compressor.flush())
        return b"".join(self._packed)

    def _keep(self, packed: bytes) -> None:
        self._packed.append(packed)
        self._bytes += len(packed)


def _unpacked(payload: memoryview, caps: Caps) -> Iterator[bytes]:
    """Yield the frames of a payload; raises `BadBundle` at the first thing that is wrong."""
    held = bytearray()
    count = 0
    for piece in _plain(payload, caps):
        held += piece
        at = 0
        while len(held) - at >= _LENGTH:
            end = at + _LENGTH + int.from_bytes(held[at : at + _LENGTH], "big")
            if end - at - _LENGTH > caps.frame:
                raise BadBundle("a part of it is larger than a bundle may hold")
            if end > len(held):
                break
            count += 1
            if count > caps.frames:
                raise BadBundle("it has more parts than a bundle may hold")
            yield bytes(held[at + _LENGTH : end])
            at = end
        del held[:at]
    if held:
        raise BadBundle("its end is missing")


def _plain(payload: memoryview, caps: Caps) -> Iterator[bytes]:
    """Unpack a payload in small pieces, so that a bomb costs no memory."""
    unpack = zlib.decompressobj()
    plain = 0
    for at in range(0, len(payload), _STEP):
        packed: bytes | memoryview = payload[at : at + _STEP]
        # Output may be held back when the input is used up, so at least once more.
        while True:
            try:
                piece = unpack.decompress(packed, _STEP)
            except zlib.error:
                raise BadBundle("it cannot be unpacked") from None
            plain += len(piece)
            if not caps.allow(plain, len(payload)):
                raise BadBundle("it unpacks to more than a bundle may hold")
            if piece:
                yield piece
            packed = unpack.unconsumed_tail
            if not packed and len(piece) < _STEP:
                break
    if not unpack.eof or unpack.unused_data:
        raise BadBundle("it cannot be unpacked to its end")
