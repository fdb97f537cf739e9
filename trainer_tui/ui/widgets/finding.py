"""Where a query occurs in the lines of a document."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

Location = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """The outcome of a search: which match is the current one, from 1, and how many there are."""

    position: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.position} of {self.total:,}" if self.total else "no match"


@dataclass(frozen=True)
class Matches:
    """All matches of a query, in order, and by line for drawing."""

    query: str = ""
    all: tuple[tuple[int, int, int], ...] = ()
    """Line, start and end column of each."""
    by_line: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, query: str, lines: Iterable[str]) -> "Matches":
        """Search for a literal text; a capital letter in it makes the search mind case."""
        if not query:
            return cls()
        sensitive = any(letter.isupper() for letter in query)
        pattern = re.compile(re.escape(query), 0 if sensitive else re.IGNORECASE)
        found = tuple(
            (number, *match.span())
            for number, line in enumerate(lines)
            for match in pattern.finditer(line)
        )
        by_line: dict[int, list[tuple[int, int]]] = {}
        for number, start, end in found:
            by_line.setdefault(number, []).append((start, end))
        return cls(query, found, by_line)

    def at_or_after(self, location: Location) -> int:
        """The index of the first match at or after a place, around to the first."""
        index = bisect_left(self.all, (*location, 0))
        return index if index < len(self.all) else 0

    def before(self, location: Location) -> int:
        """The index of the last match before a place, around to the last."""
        return (bisect_left(self.all, (*location, 0)) - 1) % len(self.all)
