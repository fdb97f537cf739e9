"""Markdown that will not be shown as it was meant."""

import re
from collections.abc import Iterator
from itertools import pairwise

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, rule
from trainer_tui.domain.rules.phrases import outermost
from trainer_tui.domain.rules.prose import fences, prose, spans

_HEADING = Expression(r"^ {0,3}(#{1,6})(?=[ \t]|$)[^\n]*$", re.MULTILINE)
_GLUED_HEADING = Expression(r"^ {0,3}#{2,6}[^#\s!][^\n]*$", re.MULTILINE)
_BLOCK = Expression(r"\n[ \t]*(?=\n|[-+>#|]|\*[ \t]|\d{1,9}[.)])")
_STRONG = Expression(r"(?<![*\\])\*\*\*?(?!\*)")
_LINK = Expression(r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_TARGET = Expression(
    r"\]\(\s*(?:<[^<>\n]*>|[^\s<>]+)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?\s*\)"
)
_PARTED = Expression(r"\][ \t]+\((?:https?://|www\.)[^()\s]*\)")

_OPENING = "([{“„«¿¡_$€"
_CLOSING = ")]}”».,;:!?…_%"
_SHOWN = 60
"""Characters of a link that are marked when its end is not there."""


@rule("valid_markdown", Arguments, "valid Markdown")
def valid_markdown(text: str, arguments: Arguments, language: str) -> Finding:
    """Looks for what would not be shown as it was meant: a code fence that is not closed;
    backticks with no counterpart in their paragraph; a ** or *** at a word that has none
    there; links without a target or whose target does not end, holds spaces or stands apart
    from its text; headings that skip a level or have no space behind ##; table rows with more
    or fewer cells than their header. Code is left out, and single * and _, which prose uses
    for other things.
    """
    faults: list[tuple[Place, str]] = [
        (fence.opening, "code fence not closed") for fence in fences(text) if not fence.closed
    ]
    faults += (
        (place, "unpaired backticks")
        for place in spans(text).loose
        if place.end - place.start < 3 or _touches_a_word(text, place)
    )
    plain = prose(text)
    if "**" in plain:
        faults += ((place, "unpaired **") for place in _unpaired_strong(plain))
    if "](" in plain or "] (" in plain:
        faults += ((place, "broken link") for place in _broken_links(plain))
    if "#" in plain:
        faults += _headings(plain)
    if "|" in plain:
        faults += ((place, "uneven table") for place in _uneven_rows(plain))
    if not faults:
        return Finding(True, "none")
    faults.sort()
    (start, _), said = faults[0]
    figure = f"{said} at line {text.count(chr(10), 0, start) + 1}"
    if len(faults) > 1:
        figure += f", {len(faults) - 1} more"
    return Finding(False, figure, outermost(place for place, _ in faults))


def _touches_a_word(text: str, place: Place) -> bool:
    """Whether a mark was meant for something, and is not shown as itself, as in "```"."""
    return any(c.isalnum() for c in text[max(0, place.start - 1) : place.end + 1])


def _unpaired_strong(text: str) -> Iterator[Place]:
    """Pair the delimiters of each block, as CommonMark tells what may open and what may close."""
    ends = [found.start() for found in _BLOCK.finditer(text)]
    ends.append(len(text))
    block = 0
    opened: list[Place] = []
    for found in _STRONG.finditer(text):
        start, end = found.span()
        while start >= ends[block]:
            yield from opened
            opened.clear()
            block += 1
        before, after = text[start - 1 : start] if start else " ", text[end : end + 1] or " "
        inside = before.isalnum() and after.isalnum()
        if opened and not before.isspace():
            opened.pop()
        elif inside:
            continue  # a power, as in 2**3
        elif after.isalnum() or after in _OPENING:
            opened.append(Place(start, end))
        elif before.isalnum() or before in _CLOSING:
            yield Place(start, end)
    yield from opened


def _broken_links(text: str) -> Iterator[Place]:
    at = text.find("](")
    while at >= 0:
        whole = _LINK.match(text, at)
        if whole is None:
            end = text.find("\n", at, at + _SHOWN)
            yield Place(at, end if end >= 0 else min(at + _SHOWN, len(text)))
        elif not _TARGET.fullmatch(whole[0]):
            yield Place(*whole.span())
        at = text.find("](", at + 2 if whole is None else whole.end())
    for found in _PARTED.finditer(text):
        yield Place(*found.span())


def _headings(text: str) -> Iterator[tuple[Place, str]]:
    found = [(one, len(one[1])) for one in _HEADING.finditer(text)]
    for (_, above), (heading, level) in pairwise(found):
        if level > above + 1:
            yield Place(*heading.span()), "heading skips a level"
    for heading in _GLUED_HEADING.finditer(text):
        yield Place(*heading.span()), "heading without a space"


def _uneven_rows(text: str) -> Iterator[Place]:
    """Yield the rows of each table that differ from its header; a table goes on until a blank."""
    before = ""
    columns = at = 0
    for line in text.split("\n"):
        row = line.strip()
        if columns:
            if not row or ("|" not in row and row[:1] in "#>-*`"):
                columns = 0
            elif _cells(row) != columns:
                yield Place(at, at + len(line))
        elif "-" in row and "|" in before and not row.strip("|:- \t") and _separates(row):
            columns = _cells(before)
            if _cells(row) != columns:
                yield Place(at, at + len(line))
        before = row
        at += len(line) + 1


def _separates(row: str) -> bool:
    cells = row.strip("|").split("|")
    return "|" in row and all(
        cell.strip().strip(":").strip("-") == "" and "-" in cell for cell in cells
    )


def _cells(row: str) -> int:
    row = row.replace("\\|", "  ")
    return row.count("|") + 1 - row.startswith("|") - (row.endswith("|") and len(row) > 1)
