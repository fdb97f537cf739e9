"""Rows that cannot be imported: what was expected, what came, and the bytes to repair."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

_SHOWN = 60


class BadRow(msgspec.Struct, frozen=True):
    """One row that was refused, with everything needed to find and repair it."""

    file: str
    line: int
    """Where the row begins, from 1."""
    field: str
    """Path of the field, such as `rules[0].rule`; empty for the row as a whole."""
    expected: str
    got: str
    """Short, with control and bidi characters escaped."""
    raw: bytes
    """The row as it came, in UTF-8."""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" + (f", field {self.field}" if self.field else "")
        return f"{place}: expected {self.expected}, got {self.got}"


class Mismatch(Exception):
    """A value is not what its field needs; the reader turns it into a `BadRow`."""

    def __init__(self, field: str, expected: str, got: str) -> None:
        super().__init__(f"{field}: expected {expected}, got {got}")
        self.field = field
        self.expected = expected
        self.got = got


def bad_rows_file(bad: Iterable[BadRow]) -> bytes:
    """Lay refused rows out as JSON lines of `file, line, field, expected, got, row`.

    Bytes of a row that are not UTF-8 are written as `\\xNN`.
    """
    return msgspec.json.Encoder().encode_lines(
        [
            {
                "file": row.file.encode(errors="replace").decode(),
                "line": row.line,
                "field": row.field,
                "expected": row.expected,
                "got": row.got,
                "row": row.raw.decode(errors="backslashreplace"),
            }
            for row in bad
        ]
    )


def shown(value: Any) -> str:
    """Show a value in a message: short, on one line, nothing that a terminal would obey."""
    if isinstance(value, dict):
        return f"an object with {', '.join(map(shown, list(value)[:6]))}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | bytes):
        cut = value[:_SHOWN]
        return repr(cut) + ("…" if len(value) > _SHOWN else "")
    return repr(value)[:_SHOWN]


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'x'?`, or nothing if no known word is near."""
    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
