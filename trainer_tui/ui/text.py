"""The only gate between text and the terminal: as it reads, never as it acts.

Whatever a widget shows is made here: each function makes visible what a terminal would obey or
hide, and none parses markup. Nothing else in `ui` makes a `Content`, a `Text` or a `Segment`.
"""

import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.content import Content

from trainer_tui.domain.text import visible

if TYPE_CHECKING:
    from rich.markdown import Markdown

Part = str | tuple[str, str] | Content
"""A text, a text with its style, or what was made here before."""


def shown(text: str) -> str:
    """A text with everything a terminal would obey or hide made visible, as a string."""
    return visible(text)


def plain(text: str) -> Content:
    """A text for a widget: no markup is parsed, nothing in it reaches the terminal as a command."""
    return Content(visible(text))


def assemble(*parts: Part) -> Content:
    """Several texts, some with a style, as one."""
    return Content.assemble(*map(_safe, parts))


def _safe(part: Part) -> Part:
    if isinstance(part, str):
        return visible(part)
    return part if isinstance(part, Content) else (visible(part[0]), part[1])


def shown_line(text: str, width: int | None = None) -> str:
    """A text on one line, newlines as symbols, cut with an ellipsis to a width in cells."""
    line = visible(text if width is None else text[: 4 * width + 4])
    line = line.replace("\n", "␤").replace("\t", " ")
    if width is None or cell_len(line) <= width:
        return line
    # Cutting may leave a joiner without what it joins.
    return visible(set_cell_size(line, max(width - 1, 0)).rstrip() + "…") if width > 0 else ""


def plain_line(text: str, width: int | None = None) -> Content:
    """A text for a title, a cell or a label: one line, see `shown_line`."""
    return Content(shown_line(text, width))


def segment(text: str, style: Style) -> Segment:
    """A piece of a line that a widget draws by itself."""
    return Segment(shown_line(text), style)


def typed_line(text: str) -> Text:
    """What stands in a line of input."""
    return Text(shown_line(text), no_wrap=True, overflow="ignore", end="")


def last_words(text: str) -> Text:
    """What is printed after the screen is closed."""
    return Text(shown(text), overflow="fold")


def markdown(text: str, code_theme: str) -> "Markdown":
    """A text that is rendered as Markdown, without links that a terminal would follow.

    Markdown has its own ways to write a character, `&#x202e;` and `%1b` in an address, so that
    what is to be shown is looked at after it was read, too.
    """
    from rich.markdown import Markdown

    rendered = Markdown(shown(text), hyperlinks=False, code_theme=code_theme)
    tokens = list(rendered.parsed)
    while tokens:
        token = tokens.pop()
        token.content = shown(token.content)
        token.attrs = {
            name: shown(value) if isinstance(value, str) else value
            for name, value in token.attrs.items()
        }
        tokens += token.children or []
    return rendered


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
