"""Places in a text that are marked, kept where they belong while the text changes around them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

Location = tuple[int, int]


class Mark(NamedTuple):
    """A part of a text, in code points, and the name of the style that it is drawn in."""

    start: int
    end: int
    style: str


class Marks:
    """Marks by line, for drawing."""

    def __init__(self) -> None:
        self.by_line: dict[int, list[Mark]] = {}

    @classmethod
    def of(cls, marks: Iterable[Mark], lines: Sequence[str]) -> "Marks":
        """Lay marks of a text out over its lines; one that spans lines is cut at their ends."""
        laid = cls()
        marks = tuple(marks)
        if not marks:
            return laid
        starts = line_starts(lines)
        for start, end, style in marks:
            line = bisect_right(starts, start) - 1
            while start < end and line < len(lines):
                here = starts[line]
                to = min(end - here, len(lines[line]))
                if start - here < to:
                    laid.by_line.setdefault(line, []).append(Mark(start - here, to, style))
                line += 1
                start = starts[line] if line < len(lines) else end
        return laid

    def edited(self, top: Location, bottom: Location, text: str) -> None:
        """Follow an edit that puts a text in place of what stood between two locations."""
        if not self.by_line:
            return
        (first, column), (last, behind) = top, bottom
        grown = text.count("\n")
        before = [m for m in self.by_line.get(first, ()) if m.end <= column]
        after = [m for m in self.by_line.get(last, ()) if m.start >= behind]
        moved = len(text) - text.rfind("\n") - 1 - behind + (0 if grown else column)
        after = [Mark(m.start + moved, m.end + moved, m.style) for m in after]
        if grown != last - first:
            by = grown - (last - first)
            self.by_line = {
                line + (by if line > last else 0): marks
                for line, marks in self.by_line.items()
                if not first <= line <= last
            }
        else:
            for line in range(first, last + 1):
                self.by_line.pop(line, None)
        for line, marks in ((first, before), (first + grown, after)):
            if marks:
                self.by_line[line] = self.by_line.get(line, []) + marks


def line_starts(lines: Sequence[str]) -> list[int]:
    """Return the offset in the text at which each line begins."""
    return [0, *accumulate(len(line) + 1 for line in lines[:-1])]
