"""Comma, semicolon or tab separated text as rows of cells, with the lines that they came from."""

import csv
import io
from collections.abc import Iterator

from trainer_tui.formats.fields import detect, tells_work

_DELIMITERS = (",", ";", "\t")
_LONGEST_CELL = 16 * 2**20


class Table:
    """A table with a header row; raises `csv.Error` where its quoting is broken."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.delimiter = self._find_delimiter()
        self.columns = self._header(self.delimiter)

    def rows(self) -> Iterator[tuple[int, str, list[str]]]:
        """Yield `(first line, raw text, cells)` of each row below the header."""
        return _records(self._text, self.delimiter, skip=1)

    def _find_delimiter(self) -> str:
        def worth(delimiter: str) -> tuple[bool, int]:
            columns = self._header(delimiter)
            return tells_work(detect(columns, {})), len(columns)

        return max(_DELIMITERS, key=worth)

    def _header(self, delimiter: str) -> tuple[str, ...]:
        first = next(_records(self._text, delimiter, skip=0), None)
        return tuple(first[2]) if first else ()


def _records(text: str, delimiter: str, skip: int) -> Iterator[tuple[int, str, list[str]]]:
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        line = 1
        for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
            raw, first = "".join(taken), line
            line += len(taken)
            taken.clear()
            if not cells:
                continue
            if skip:
                skip -= 1
                continue
            yield first, raw.rstrip("\r\n"), cells
    finally:
        csv.field_size_limit(before)
