"""The document under the editor and its wrapped rows: text in is text out, and a key is cheap."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len
from textual._wrap import compute_wrap_offsets
from textual.document._document import Document, EditResult, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Offset, clamp

from trainer_tui.domain.text import grapheme_end, grapheme_start, visible

_CHUNK = re.compile(r"\S+\s*|\s+")
_GRAPHEME_REACH = 16
"""Code points before an edit whose graphemes, and so whose wrapping, it may still change."""


class ExactDocument(Document):
    """A document whose lines end at newlines only, so that every other character is kept."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._lines = text.split("\n")

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace a range; unlike its parent it takes no other character for a line end."""
        top, bottom = sorted((start, end))
        lines = self._lines
        replaced = self.get_text_range(top, bottom)
        before = lines[top[0]][: top[1]] if top[0] < len(lines) else ""
        after = lines[bottom[0]][bottom[1] :] if bottom[0] < len(lines) else ""
        inserted = text.split("\n")
        inserted[0] = before + inserted[0]
        column = len(inserted[-1])
        inserted[-1] += after
        lines[top[0] : bottom[0] + 1] = inserted
        return EditResult((top[0] + len(inserted) - 1, column), replaced)

    def get_text_range(self, start: Location, end: Location) -> str:
        """Get the text between two locations, joining lines once."""
        top, bottom = sorted((start, end))
        taken = self._lines[top[0] : bottom[0] + 1]
        if not taken:
            return ""
        if bottom[0] < len(self._lines):
            taken[-1] = taken[-1][: bottom[1]]
        taken[0] = taken[0][top[1] :]
        return "\n".join(taken)


class Wrapping(WrappedDocument):
    """The rows of a document at a width.

    Breaks where Textual's own breaks, but never inside a grapheme. Works on the text as it is
    shown (one symbol for each hidden code point, so columns agree with the document), and
    after an edit wraps only from the row before it to where the old breaks fit again.
    """

    def __init__(self, document: Document, width: int = 0, tab_width: int = 4) -> None:
        self._shown: list[str] = []
        self._first_rows: list[int] = [0]
        super().__init__(document, width, tab_width)

    @property
    def height(self) -> int:
        """The number of rows."""
        return self._first_rows[-1]

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap all lines anew."""
        self._width = width
        self._tab_width = tab_width or self._tab_width
        self._shown = [visible(line) for line in self.document.lines]
        self._wrap_offsets = [self.breaks(line, width) for line in self._shown]
        self._count_rows()

    def breaks(self, line: str, width: int) -> list[int]:
        """The columns at which a line as shown breaks at a width; none at width 0."""
        if width <= 0:
            return []
        if "\t" in line:
            return compute_wrap_offsets(line, width, self._tab_width)
        if len(line) <= width and line.isascii():
            return []
        return list(_breaks(line, width))

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap the lines that an edit touched, given its start and its old and new end."""
        document, shown = self.document, self._shown
        last = len(shown) - 1
        top = clamp(min(start, old_end)[0], 0, min(last, document.line_count - 1))
        old_bottom = clamp(max(start, old_end)[0], top, last)
        new_bottom = clamp(max(start[0], new_end[0]), top, document.line_count - 1)
        width = self._width
        if top == old_bottom == new_bottom:
            before, line = shown[top], visible(document.get_line(top))
            old_breaks = self._wrap_offsets[top]
            if old_breaks and "\t" not in before and "\t" not in line:
                new_breaks = _rewrap(before, old_breaks, line, width)
            else:
                new_breaks = self.breaks(line, width)
            shown[top] = line
            self._wrap_offsets[top] = new_breaks
            if len(new_breaks) == len(old_breaks):
                return
        else:
            fresh = [visible(line) for line in document[top : new_bottom + 1]]
            shown[top : old_bottom + 1] = fresh
            self._wrap_offsets[top : old_bottom + 1] = [self.breaks(line, width) for line in fresh]
        self._count_rows()

    def _count_rows(self) -> None:
        rows = (len(breaks) + 1 for breaks in self._wrap_offsets)
        self._first_rows = list(accumulate(rows, initial=0))

    def line_at(self, row: int) -> tuple[int, int, int]:
        """The line that a row shows, and the columns where the row starts and ends."""
        line = bisect_right(self._first_rows, row, hi=len(self._shown)) - 1
        section = row - self._first_rows[line]
        breaks = self._wrap_offsets[line]
        start = breaks[section - 1] if section else 0
        end = breaks[section] if section < len(breaks) else len(self._shown[line])
        return line, start, end

    def rows_of(self, line: int) -> range:
        """The rows that a line takes."""
        return range(self._first_rows[line], self._first_rows[line + 1])

    def shown(self, line: int) -> str:
        """A line as it is shown, tabs not expanded."""
        return self._shown[line]

    def get_tab_widths(self, line_index: int) -> list[int]:
        """The widths of the tabs of a line, reckoned from the start of the line."""
        return [width for _, width in get_tab_widths(self._shown[line_index], self._tab_width)]

    def cells(self, line: int, start: int, end: int) -> int:
        """The width of a part of a line in cells."""
        part = self._shown[line][start:end]
        if "\t" not in part:
            return cell_len(part)
        before = self._shown[line].count("\t", 0, start)
        tabs = self.get_tab_widths(line)[before : before + part.count("\t")]
        return cell_len(part.replace("\t", "")) + sum(tabs)

    def get_sections(self, line_index: int) -> list[str]:
        """The rows of a line as strings."""
        line, breaks = self._shown[line_index], self._wrap_offsets[line_index]
        return [
            line[start:end] for start, end in zip([0, *breaks], [*breaks, len(line)], strict=True)
        ]

    def location_to_offset(self, location: Location) -> Offset:
        """The cell at which a location is shown."""
        row, column = location
        line = clamp(row, 0, len(self._shown) - 1)
        breaks = self._wrap_offsets[line]
        section = bisect_right(breaks, column)
        start = breaks[section - 1] if section else 0
        return Offset(self.cells(line, start, column), self._first_rows[line] + section)

    def offset_to_location(self, offset: Offset) -> Location:
        """The location shown at a cell, or the nearest."""
        row = clamp(offset.y, 0, self.height - 1)
        line, _, _ = self.line_at(row)
        return line, self.get_target_document_column(line, offset.x, row - self._first_rows[line])

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        """The column shown at a cell of a line, where a grapheme begins; row -1 is the last."""
        rows = self.rows_of(line_index)
        _, start, end = self.line_at(rows[y_offset])
        line = self._shown[line_index]
        x = max(0, x_offset)
        if line.isascii() and "\t" not in line:
            column = min(start + x, end)
        else:
            column, width = start, 0
            while column < end:
                after = grapheme_end(line, column + 1)
                width += self.cells(line_index, column, after)
                if width > x:
                    break
                column = after
        if column == end and rows[y_offset] != rows[-1]:
            # The end of a row that goes on below is shown as the start of the next.
            return grapheme_start(line, end - 1)
        return column


def _breaks(line: str, width: int, origin: int = 0) -> Iterator[int]:
    """Break a line without tabs: whole words with the space after them, longer ones folded."""
    filled = 0
    for chunk in _CHUNK.finditer(line, origin):
        text = chunk[0]
        start, end = chunk.span()
        simple = text.isascii()
        size = end - start if simple else cell_len(text)
        if filled + size <= width:
            filled += size
            continue
        if start > origin:
            yield start
        if size <= width:
            filled = size
        elif simple:
            yield from range(start + width, end, width)
            filled = (end - start) % width or width
        else:
            filled, column = 0, start
            while column < end:
                after = grapheme_end(line, column + 1)
                size = cell_len(line[column:after])
                if filled and filled + size > width:
                    yield column
                    filled = 0
                filled += size
                column = after


def _rewrap(old: str, old_breaks: list[int], new: str, width: int) -> list[int]:
    """Break an edited line again, keeping the breaks before and after the edit that still hold.

    A break depends only on the text from the row's start to the end of the word at the
    break. So those before the word that the edit touches hold, and once a new break after
    the edit falls on an old one, all that follow fall with it.
    """
    head = _common(old, new, min(len(old), len(new)))
    tail = _common(old[::-1], new[::-1], min(len(old), len(new)) - head)
    shift = len(new) - len(old)
    before = new[:head].rstrip()
    word = len(before) - len(before.rsplit(None, 1)[-1]) if before else 0
    fence = word
    reach = head - _GRAPHEME_REACH
    if reach > word and cell_len(new[word : min(reach, word + 4 * width)]) > width:
        # The word is longer than a row whatever the edit did: its earlier folds hold too.
        fence = reach
    kept = old_breaks[: bisect_left(old_breaks, fence)]
    origin = kept[-1] if kept else 0
    for column in _breaks(new, width, origin):
        if column > len(new) - tail + _GRAPHEME_REACH:
            place = bisect_left(old_breaks, column - shift)
            if place < len(old_breaks) and old_breaks[place] == column - shift:
                return kept + [old_break + shift for old_break in old_breaks[place:]]
        kept.append(column)
    return kept


def _common(one: str, other: str, most: int) -> int:
    """The length of the prefix that two strings share, by halving, at most a given length."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
