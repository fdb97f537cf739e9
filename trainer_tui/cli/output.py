"""What the command line prints: data on stdout, narration on stderr, nothing a terminal obeys."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TextIO

from trainer_tui.domain.errors import TrainerError


class CannotPrint(TrainerError):
    """Nothing more can be said: the disk behind a redirection is full."""

    title = "Cannot print"


_FIRST_TAG = "\U000e0000"
_UNSEEN = frozenset("\u17b4\u17b5\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Printable, says Python, though nobody sees them."""
_SPACES = "\n\t\xa0\u202f\u3000"
"""Harmless, though Python does not call them printable; French and Japanese need the last ones."""


def shown(text: str) -> str:
    """`domain.text.visible`, which is loaded only for a text that it could change."""
    plain = text
    for space in _SPACES:
        plain = plain.replace(space, "")
    if plain.isprintable() and (
        plain.isascii() or (max(plain) < _FIRST_TAG and _UNSEEN.isdisjoint(plain))
    ):
        return text
    from trainer_tui.domain.text import visible

    return visible(text)


def say(text: str = "") -> None:
    """Print a line of the answer, for a person to read."""
    _write(sys.stdout, text)


def narrate(text: str) -> None:
    """Tell what is going on, on stderr."""
    with _printing():
        sys.stdout.flush()
    _write(sys.stderr, text)
    sys.stderr.flush()


def narrate_anyway(text: str) -> None:
    """Tell it if that is still possible; the exit code tells in any case."""
    with suppress(CannotPrint, BrokenPipeError):
        narrate(text)


def _write(stream: TextIO, text: str) -> None:
    text = shown(text) + "\n"
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding.lower() not in ("utf-8", "utf8"):
        text = text.encode(encoding, "replace").decode(encoding)
    with _printing():
        stream.write(text)


def put(data: bytes) -> None:
    """Print data as it is, whatever the encoding of the terminal."""
    with _printing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


@contextmanager
def _printing() -> Iterator[None]:
    """Tell a full disk behind a redirection from a fault of the program."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotPrint(error.strerror or str(error)) from None


def put_json(value: Any) -> None:
    """Print a value as indented JSON in UTF-8.

    What a terminal would obey is escaped, also C1 and bidi controls, which JSON
    would allow: a script reads the same value.
    """
    import msgspec

    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_whole(msgspec.to_builtins(value)))
    text = msgspec.json.format(data, indent=2).decode()
    put((escaped(text) + "\n").encode())


def _whole(value: Any) -> Any:
    """Put replacement signs for half characters, as a file name that is not UTF-8 has them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return [*map(_whole, value)] if isinstance(value, list | tuple) else value


def fields(record: Any) -> dict[str, Any]:
    """Return the fields of a record with those at their defaults, which the store leaves out."""
    return {name: getattr(record, name) for name in record.__struct_fields__}


def escaped(json_text: str) -> str:
    """Write every character of a JSON text that a terminal would obey as `\\uXXXX`."""
    visible = shown(json_text)
    if visible == json_text:
        return json_text
    # It keeps the length, so the places that differ are the characters to escape.
    return "".join(
        new if old == new else _escape(old) for old, new in zip(json_text, visible, strict=True)
    )


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def one_line(text: str) -> str:
    """A text on one line: newlines and tabs become spaces."""
    return " ".join(text.split())


def moment(at: datetime) -> str:
    """A point in time as the person's own clock shows it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def cells(text: str) -> int:
    """Columns that a text takes on a terminal, near enough to align a table."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns; the last one is cut at the edge of a terminal, never in a pipe."""
    lines = [[shown(one_line(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    from trainer_tui.cli.parsing import screen_width

    room = screen_width() - sum(widths[:-1]) - 2 * (len(widths) - 1) if _on_screen() else None
    for line in lines:
        *first, last = line
        padded = [
            cell + " " * (width - cells(cell)) for cell, width in zip(first, widths, strict=False)
        ]
        say("  ".join([*padded, last if room is None else _cut(last, max(room, 20))]).rstrip())


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    while cells(text) > width - 1:
        text = text[: max(0, len(text) - max(1, (cells(text) - width + 1) // 2))]
    return text.rstrip() + "…"


def _on_screen() -> bool:
    return sys.stdout.isatty()
