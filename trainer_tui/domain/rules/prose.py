"""Which part of a text is prose: code and quotations are blanked, so that places stay true.

All functions take one pass over the text, whatever it holds, and keep its length.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Place

_FENCE_LINE = Expression(r"^([ \t>]*)(`{3,}(?=[^`\n]*$)|~{3,})[ \t]*([^\n]*)$", re.MULTILINE)
_BACKTICKS = Expression(r"`+|\n[ \t]*\n")
_NOT_NEWLINE = Expression(r"[^\n]")
_QUOTED = Expression(
    "“[^“”\n]*(?:\n(?![ \t]*\n)[^“”\n]*)*”"
    "|„[^„“”\n]*(?:\n(?![ \t]*\n)[^„“”\n]*)*[“”]"
    "|«[^«»\n]*(?:\n(?![ \t]*\n)[^«»\n]*)*»"
    "|»[^«»\n]*«"
    '|"[^"\n]*(?:\n(?![ \t]*\n)[^"\n]*)*"'
    "|^[ \t]*(?:>|—)[^\n]*$",
    re.MULTILINE,
)
_APOSTROPHES = "’ʼ‘`´"
_SPACES = "\t\n\x0b\x0c\r\x85\xa0\u2007\u2009\u200a\u2028\u2029\u202f"


class Fence(NamedTuple):
    """A fenced code block: where it stands, what it says it holds, and what it holds."""

    start: int
    """Where the line of the opening fence begins."""
    end: int
    """Behind the closing fence, or the end of the text."""
    opening: Place
    """The opening fence with its info string."""
    language: str
    """First word of the info string in lower case; empty if there is none."""
    code: Place
    indent: str
    """What stands before the opening fence, and so before each line of the code."""
    closed: bool


@lru_cache(8)
def fences(text: str) -> tuple[Fence, ...]:
    """Return the fenced code blocks of a Markdown text in order.

    A block opens with a line of three or more backticks or tildes, however far it is
    indented (as in a list), and ends at a line of at least as many of the same, or with the
    text.
    """
    if "```" not in text and "~~~" not in text:
        return ()
    found: list[Fence] = []
    opened: re.Match[str] | None = None
    for line in _FENCE_LINE.finditer(text):
        if opened is None:
            opened = line
        elif line[2][0] == opened[2][0] and len(line[2]) >= len(opened[2]) and not line[3].strip():
            found.append(_fence(opened, line.start(), line.end(), True))
            opened = None
    if opened is not None:
        found.append(_fence(opened, len(text), len(text), False))
    return tuple(found)


def _fence(opened: re.Match[str], code_end: int, end: int, closed: bool) -> Fence:
    words = opened[3].split(None, 1)
    language = words[0].strip("{}.,:").lower() if words else ""
    code = Place(min(opened.end() + 1, code_end), code_end)
    opening = Place(opened.start(2), max(opened.end(), opened.end(2)))
    return Fence(opened.start(), end, opening, language, code, opened[1], closed)


class Spans(NamedTuple):
    """Inline code of a text, and the backticks that open none."""

    code: tuple[Place, ...]
    loose: tuple[Place, ...]


@lru_cache(8)
def spans(text: str) -> Spans:
    """Return inline code outside of fenced blocks: as many backticks behind as before it.

    It ends within its paragraph; backticks with no counterpart there are loose.
    """
    if "`" not in text:
        return Spans((), ())
    runs = [found.span() for found in _BACKTICKS.finditer(without_fences(text))]
    partner = [-1] * len(runs)
    latest: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        start, end = runs[number]
        if text[start] == "`":
            partner[number] = latest.get(end - start, -1)
            latest[end - start] = number
        else:
            latest = {}
    code, loose = [], []
    number = 0
    while number < len(runs):
        start, end = runs[number]
        if text[start] != "`" or text[start - 1 : start] == "\\":
            pass
        elif partner[number] < 0:
            loose.append(Place(start, end))
        else:
            number = partner[number]
            code.append(Place(start, runs[number][1]))
        number += 1
    return Spans(tuple(code), tuple(loose))


@lru_cache(8)
def without_fences(text: str) -> str:
    """Blank the fenced code blocks of a text."""
    return blanked(text, [Place(fence.start, fence.end) for fence in fences(text)])


@lru_cache(8)
def prose(text: str) -> str:
    """Blank the fenced code blocks and the inline code of a text."""
    return blanked(without_fences(text), spans(text).code)


@lru_cache(8)
def own_words(text: str) -> str:
    """Blank code and what somebody else says.

    That is what stands in double quotation marks of any style within a paragraph, and lines
    that begin with `>` (a block quotation) or `—` (direct speech).
    """
    return _QUOTED.sub(_blank, prose(text))


@lru_cache(8)
def flat(text: str) -> str:
    """Make a text easy to search: lower case, plain apostrophes, any white space a space."""
    lowered = text.lower()
    if len(lowered) != len(text):  # İ becomes two characters
        lowered = "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
    for mark in _APOSTROPHES:  # one search each is much faster than a translation
        lowered = lowered.replace(mark, "'")
    for space in _SPACES:
        lowered = lowered.replace(space, " ")
    return lowered


def blanked(text: str, places: list[Place] | tuple[Place, ...]) -> str:
    """Replace places, which are in order and do not overlap, by spaces; newlines stay."""
    if not places:
        return text
    parts = [text[: places[0].start]]
    for place, after in pairwise((*places, Place(len(text), len(text)))):
        parts.append(_NOT_NEWLINE.sub(" ", text[place.start : place.end]))
        parts.append(text[place.end : after.start])
    return "".join(parts)


def _blank(found: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", found[0])
