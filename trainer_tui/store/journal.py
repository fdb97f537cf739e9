"""Append-only journals: one checksummed line a save, so that saving never grows with history.

A line is `{"sum":"<16 hex>","data":<JSON>}` and a line feed. The first half of the sum
covers the data, so that a line can be proved by itself when one before it is damaged;
the second half covers the data and the sum of the line before, so that a line that was
moved or taken out is seen.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from trainer_tui.domain.errors import StoreError
from trainer_tui.store import files

_BEFORE_SUM = b'{"sum":"'
_BEFORE_DATA = b'","data":'
_DATA_AT = len(_BEFORE_SUM) + 16 + len(_BEFORE_DATA)
FIRST = b"0" * 16
"""What stands for the sum before the first line."""


def checksum(before: bytes, data: bytes) -> bytes:
    """Return the sum of a line: twice 32 bits of SHA-256, as hex."""
    own = hashlib.sha256(data).hexdigest()[:8]
    return (own + hashlib.sha256(before + data).hexdigest()[:8]).encode()


def lay_out(lines: Sequence[bytes], before: bytes = FIRST) -> tuple[bytes, bytes]:
    """Return lines of data as the bytes of a journal, and the sum of the last one."""
    laid = bytearray()
    for data in lines:
        before = checksum(before, data)
        laid += _BEFORE_SUM + before + _BEFORE_DATA + data + b"}\n"
    return bytes(laid), before


class Scan(msgspec.Struct, frozen=True):
    """What the bytes of a journal say."""

    lines: tuple[bytes, ...]
    """The data of the lines before the first damage."""
    length: int
    """How many bytes those lines take."""
    sum: bytes
    """The sum of the last of them."""
    tail: bytes
    """All that comes after them; empty if the journal is sound."""
    later: tuple[bytes | None, ...] = ()
    """The lines after the first damage: their data where it can be proved, and None where
    something is damaged or missing."""
    torn: bool = False
    """Whether only an append that never finished is wrong, which nobody was told is saved."""

    @property
    def sound(self) -> bool:
        """Whether every byte is as it was written."""
        return not self.tail


def scan(content: bytes) -> Scan:
    """Check the bytes of a journal line by line."""
    lines: list[bytes] = []
    length, before = 0, FIRST
    while (end := content.find(b"\n", length)) >= 0:
        data, stated = _split(content[length:end])
        if data is None or stated != checksum(before, data):
            break
        lines.append(data)
        length, before = end + 1, stated
    tail = content[length:]
    if tail and b"\n" not in tail:
        # Only the line feed may be missing or wrong: then the line itself is proved.
        for last in (tail, tail[:-1]):
            data, stated = _split(last)
            if data is not None and stated == checksum(before, data):
                return Scan((*lines, data), length, before, tail, torn=False)
        return Scan(tuple(lines), length, before, tail, torn=True)
    return Scan(tuple(lines), length, before, tail, _provable(tail))


def _split(line: bytes) -> tuple[bytes | None, bytes]:
    """Return the data of a line, None if it does not have the shape of one, and its sum."""
    stated = line[len(_BEFORE_SUM) : len(_BEFORE_SUM) + 16]
    shaped = (
        line.startswith(_BEFORE_SUM)
        and line[_DATA_AT - len(_BEFORE_DATA) : _DATA_AT] == _BEFORE_DATA
        and line.endswith(b"}")
        and len(line) > _DATA_AT
    )
    return (line[_DATA_AT:-1] if shaped else None), stated


def _provable(tail: bytes) -> tuple[bytes | None, ...]:
    found: list[bytes | None] = []
    before = b""
    for line in tail.removesuffix(b"\n").split(b"\n"):
        data, stated = _split(line)
        if data is None or stated[:8] != checksum(before, data)[:8]:
            found.append(None)
            before = b""
            continue
        if found and found[-1] is not None and stated != checksum(before, data):
            found.append(None)
        found.append(data)
        before = stated
    return tuple(found)


class Journal:
    """A journal that is appended to; it holds one open file until `close`."""

    def __init__(self, path: Path, place: str, length: int, last: bytes) -> None:
        self.path = path
        self.place = place
        """What the file is called towards people."""
        self._length = length
        self._sum = last
        self._fd: int | None = None
        self._suspect = False

    @classmethod
    def create(cls, path: Path, place: str, lines: Sequence[bytes]) -> "Journal":
        """Write a new journal with its first lines, wholly or not at all; raises `StoreError`."""
        content, last = lay_out(lines)
        with files.explained(place):
            files.replace_file(path, content)
        return cls(path, place, len(content), last)

    def append(self, data: bytes) -> None:
        """Add a line; on return it is on the disk.

        Raises `StoreError`, and then the journal is as it was and the next append
        starts from there.
        """
        line, last = lay_out([data], self._sum)
        with files.explained(self.place):
            fd = self._open()
            try:
                files.write_all(fd, line)
            except BaseException:
                self._take_back()
                raise
            try:
                files.sync(fd)
            except BaseException:
                self._take_back()
                self._suspect = True
                raise
        self._length += len(line)
        self._sum = last

    def close(self) -> None:
        """Close the file; the next append opens it again."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            with suppress(OSError):
                os.close(fd)

    def _open(self) -> int:
        """Return the open file, which ends exactly where the last acknowledged line ends."""
        if self._suspect:
            self._rebuild()
        if self._fd is not None and not self._in_place(self._fd):
            self._put_back(self._fd)
        if self._fd is None:
            self._fd = files.open_file(self.path, os.O_RDWR | os.O_APPEND)
        size = os.fstat(self._fd).st_size
        if size < self._length:
            self.close()
            raise StoreError(
                f"{self.place} was shortened by something else.",
                "Copy your text, then start the program again.",
            )
        if size > self._length:
            os.ftruncate(self._fd, self._length)
        return self._fd

    def _in_place(self, fd: int) -> bool:
        """Whether the open file is still the one under its name."""
        try:
            return os.path.samestat(os.fstat(fd), self.path.lstat())
        except FileNotFoundError:
            return False

    def _put_back(self, fd: int) -> None:
        """Give a journal that was removed under our hands its name again.

        An append to the open file would succeed and be seen by nobody.
        """
        with open(os.dup(fd), "rb") as file:
            file.seek(0)
            content = file.read(self._length)
        self.close()
        if os.path.lexists(self.path) or scan(content).sum != self._sum:
            raise self._changed()
        files.replace_file(self.path, content)

    def _changed(self) -> StoreError:
        return StoreError(
            f"{self.place} was changed by something else.",
            "Copy your text, then start the program again.",
        )

    def _take_back(self) -> None:
        if self._fd is not None:
            with suppress(OSError):
                os.ftruncate(self._fd, self._length)
        self.close()

    def _rebuild(self) -> None:
        """Copy the acknowledged lines into a fresh file.

        After a failed fsync the system may count pages as written that are not, and a
        second fsync would say so; only new pages can be trusted.
        """
        content = files.read_file(self.path)[: self._length]
        if scan(content).sum != self._sum:
            raise self._changed()
        files.replace_file(self.path, content)
        self._suspect = False
