"""The bytes of a file as rows, whatever its encoding and layout."""

import csv
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from trainer_tui.domain import strict
from trainer_tui.domain.errors import BadInput
from trainer_tui.formats.rows import Mismatch

MAX_ROW = 16 * 2**20
"""Bytes of one row; a longer one is no task that a person can work on."""

Layout = Literal["json", "jsonl", "table"]
Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

_SNIFFED = 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Row(msgspec.Struct, frozen=True):
    """One row of a file: its decoded value, or the fault that keeps it from being decoded."""

    line: int
    raw: bytes
    value: Any = None
    fault: Mismatch | None = None


class Look(msgspec.Struct, frozen=True):
    """A first look at a file, for telling formats apart."""

    layout: Layout
    rows: tuple[Any, ...]
    """The first values that decode; for a table, none."""
    columns: tuple[str, ...] = ()
    """Keys of those values that are objects, or the header of the table."""
    mapped: bool = False
    """Whether the caller has told where the fields are."""

    def share(self, fits: Callable[[dict[str, Any]], bool]) -> bool:
        """Whether at least half of the rows are objects that fit."""
        fitting = sum(1 for row in self.rows if isinstance(row, dict) and fits(row))
        return fitting > 0 and 2 * fitting >= len(self.rows)


class Source:
    """A file's text as UTF-8 bytes without a BOM, read as JSON, JSON lines or a table."""

    def __init__(self, name: str, data: bytes, progress: Progress | None = None) -> None:
        self.name = name
        self.data = _as_utf8(name, data)
        self.progress = progress
        self.layout: Layout = _layout(self.data)
        self._elements: list[Row] | None = None
        self._looking = False

    def advance(self, done: int) -> None:
        """Report progress, if anybody asked for it."""
        if self.progress is not None and not self._looking:
            self.progress(min(done, len(self.data)), len(self.data))

    def text(self) -> str:
        """The whole file as text; raise `BadInput` naming the first byte that is not."""
        try:
            text = strict.utf8(self.data)
        except strict.BadJSON as error:
            raise self.unreadable(error, "Save the file as UTF-8.") from None
        nul = text.find("\0")
        if nul >= 0:
            line = text.count("\n", 0, nul) + 1
            raise BadInput(
                f"{self.name}, line {line}: expected text, got a NUL byte at character {nul}",
                "The file is not text, or its encoding is neither UTF-8 nor marked UTF-16.",
            )
        return text

    def unreadable(self, error: strict.BadJSON, hint: str = "") -> BadInput:
        """The error for a fault that leaves nothing of the file readable."""
        return BadInput(
            f"{self.name}, line {error.line}, column {error.column} (byte {error.offset}): "
            f"expected {error.expected}, got {error.got}",
            hint or "Nothing of it was taken. Repair the file, then do it again.",
        )

    def rows(self) -> Iterator[Row]:
        """Yield the values of a JSON list or of JSON lines; a lone JSON object is one row."""
        if self.layout == "jsonl":
            yield from self._lines()
            return
        if self._elements is None:
            self._elements = self._document()
        total = len(self._elements)
        for number, row in enumerate(self._elements, 1):
            if number % 1000 == 0 or number == total:
                self.advance(len(self.data) * number // total)
            yield row

    def look(self, mapped: bool) -> Look:
        """Decode the first rows, to tell the format."""
        if self.layout == "table":
            return Look("table", (), self._columns(), mapped)
        values: list[Any] = []
        self._looking = True
        for row in self.rows():
            if row.fault is None:
                values.append(row.value)
            if len(values) == _SNIFFED:
                break
        self._looking = False
        columns = {key: None for value in values if isinstance(value, dict) for key in value}
        return Look(self.layout, tuple(values), tuple(columns), mapped)

    def _columns(self) -> tuple[str, ...]:
        from trainer_tui.formats.table import Table

        try:
            return Table(self.text()).columns
        except csv.Error:
            return ()

    def raw_lines(self, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
        """Yield `(line number, offset, bytes)` of each line that is not blank."""
        at, number, data = start, self.data.count(b"\n", 0, start), self.data
        while at < len(data):
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            number += 1
            raw = data[at:end].rstrip(b"\r")
            if raw.strip():
                yield number, at, raw
            at = end + 1

    def decode_line(self, number: int, offset: int, raw: bytes) -> Row:
        """Decode one line strictly; what is wrong with it becomes the row's fault."""
        try:
            require_size(raw)
            value = strict.decode(raw)
            refuse_nul(raw, value)
        except strict.BadJSON as error:
            place = f"column {error.column} (byte {offset + error.offset} of the file)"
            return Row(number, raw, fault=Mismatch("", error.expected, f"{error.got} at {place}"))
        except Mismatch as fault:
            return Row(number, raw, fault=fault)
        return Row(number, raw, value)

    def _lines(self) -> Iterator[Row]:
        for count, (number, offset, raw) in enumerate(self.raw_lines()):
            if count % 1000 == 0:
                self.advance(offset)
            yield self.decode_line(number, offset, raw)
        self.advance(len(self.data))

    def _document(self) -> list[Row]:
        text = self.text()
        try:
            strict.refuse_depth(self.data)
            start = len(text) - len(text.lstrip())
            if text[start] != "[":
                return [Row(1, self.data, strict.decode(self.data))]
            found, end = strict.elements(text, start)
            strict.refuse_rest(text, end)
        except strict.BadJSON as error:
            raise self.unreadable(error) from None
        return list(place_rows(text, found))


def place_rows(text: str, found: list[strict.Element]) -> Iterator[Row]:
    """Turn the elements of a JSON list into rows with their lines and bytes."""
    line, counted = 1, 0
    for element in found:
        line += text.count("\n", counted, element.start)
        counted = element.start
        raw = text[element.start : element.end].encode()
        fault = None
        try:
            require_size(raw)
            refuse_nul(raw, element.value)
        except Mismatch as error:
            fault = error
        yield Row(line, raw, element.value, fault)


def require_size(raw: bytes) -> None:
    """Raise `Mismatch` for a row beyond `MAX_ROW`."""
    if len(raw) > MAX_ROW:
        raise Mismatch("", f"a row of at most {MAX_ROW >> 20} MiB", f"{len(raw):,} bytes")


def refuse_nul(raw: bytes, value: Any) -> None:
    """Raise `Mismatch` if any text holds NUL, which neither SQL nor a file name can keep."""
    if b"\\u0000" in raw and _has_nul(value):
        raise Mismatch("", "text without NUL characters", r"'\x00'")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _as_utf8(name: str, data: bytes) -> bytes:
    if data.startswith(_UTF16):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise BadInput(
                f"{name}: expected UTF-16 text after its byte order mark, got {error}",
                "Save the file as UTF-8.",
            ) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data or data.isspace():
        raise BadInput(f"{name} is empty", "Export it again from where it came.")
    if b"\0" in data[:4]:
        raise BadInput(
            f"{name}, line 1: expected text, got a NUL byte at the beginning",
            "It looks like UTF-16 or UTF-32 without a byte order mark. Save it as UTF-8.",
        )
    return data


def _layout(data: bytes) -> Layout:
    start = 0
    while data[start : start + 1].isspace():
        start += 1
    first = data[start : start + 1]
    if first not in b'{["':
        return "table"
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    following = data[end : end + 2**20]
    if _decodes(data[start:end]):
        return "json" if first != b'"' and not following.strip() else "jsonl"
    if first == b'"':
        return "table"
    lines = following.split(b"\n")[1:6]
    if first == b"{" and any(line.startswith(b"{") and _decodes(line) for line in lines):
        return "jsonl"
    return "json"


def _decodes(line: bytes) -> bool:
    try:
        strict.decode(line)
    except strict.BadJSON:
        return False
    return True
