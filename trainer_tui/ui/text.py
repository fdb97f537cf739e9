"""The only way for text that comes from data to reach a widget: as it reads, never as it acts.

`notify()` takes a string: give it `shown()` and always `markup=False`.
"""

import unicodedata

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from trainer_tui.domain.text import visible


def shown(text: str) -> str:
    """A text with everything a terminal would obey or hide made visible, as a string."""
    return visible(text)


def plain(text: str) -> Content:
    """A text for a widget: no markup is parsed, nothing in it reaches the terminal as a command."""
    return Content(visible(text))


def shown_line(text: str, width: int | None = None) -> str:
    """A text on one line, newlines as symbols, cut with an ellipsis to a width in cells."""
    line = visible(text if width is None else text[: 4 * width + 4])
    line = line.replace("\n", "␤").replace("\t", " ")
    if width is None or cell_len(line) <= width:
        return line
    return set_cell_size(line, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


def plain_line(text: str, width: int | None = None) -> Content:
    """A text for a title, a cell or a label: one line, see `shown_line`."""
    return Content(shown_line(text, width))


def is_text(character: str | None) -> bool:
    """Whether the character of a key is text: any but a control character.

    More than what Python calls printable: also joiners, no-break spaces, separators and
    emoji that are newer than its tables.
    """
    return (
        character is not None
        and len(character) == 1
        and unicodedata.category(character) not in ("Cc", "Cs")
    )
