"""The file of what reviewers sent back: written elsewhere, read line by line, never trusted.

`returns.jsonl` in the data folder has a `domain.hints.Return` a line. A line that is not one is
left out and told as a trouble; the others count.
"""

from pathlib import Path

import msgspec

from trainer_tui.domain import strict
from trainer_tui.domain.hints import Return
from trainer_tui.store import files

LARGEST = 16 * 2**20
"""Bytes of the file; a longer one is none that a review loop has written."""

_FIELDS = frozenset(Return.__struct_fields__)


def read_returns(path: Path) -> tuple[tuple[Return, ...], str]:
    """Return what can be read of the file, and a sentence about what cannot, or nothing.

    A file that is not there holds nothing. Never raises.
    """
    try:
        if path.lstat().st_size > LARGEST:
            return (), f"It is larger than {LARGEST >> 20} MiB. No hints come from it."
        data = files.read_file(path)
    except FileNotFoundError:
        return (), ""
    except OSError as error:
        return (), f"It cannot be read: {error.strerror or error}. No hints come from it."
    found: list[Return] = []
    wrong: list[str] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            try:
                found.append(_read(line))
            except (strict.BadJSON, ValueError) as error:
                wrong.append(f"line {number}: {_said(error)}")
    if not wrong:
        return tuple(found), ""
    lines = "One line" if len(wrong) == 1 else f"{len(wrong):,} lines"
    return tuple(found), f"{lines} cannot be read; the first is {wrong[0]}."


def _read(line: bytes) -> Return:
    value = strict.decode(line)
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    for key in value:
        if key not in _FIELDS:
            raise ValueError(f"no field is named {key[:60]!r}")
    one = msgspec.convert(value, Return)
    if one.at.tzinfo is None:
        raise ValueError("at: expected a time with its zone")
    if not one.reason.strip():
        raise ValueError("reason: expected a text")
    return one


def _said(error: Exception) -> str:
    if isinstance(error, strict.BadJSON):
        return f"expected {error.expected}, got {error.got}"
    return str(error)
