"""What was taken out of a draft, with its origins."""

from collections.abc import Iterator
from typing import NamedTuple

Marks = str
"""The origins of a text: as many characters, each of them standing for an origin.

A string, because slices and joins of it are as fast as those of the text itself.
"""


class _Piece(NamedTuple):
    place: tuple[object, int]
    """The text that it was taken from, and where."""
    version: int
    text: str
    marks: Marks


class Removed:
    """What was taken out of a draft: text that is pasted or brought back by undo is found here."""

    MOST_CHARACTERS = 4_000_000
    MOST_PIECES = 2_000
    LAST = 20

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._characters = 0

    def add(self, text_id: object, at: int, text: str, marks: Marks, version: int) -> None:
        """Keep a passage; one that is deleted bit by bit becomes one passage again."""
        self._characters += len(text)
        place = (text_id, at)
        last = self._pieces[-1] if self._pieces else None
        if last and last.version == version - 1 and last.place[0] == text_id:
            if last.place[1] == at + len(text):
                self._pieces.pop()
                text, marks = text + last.text, marks + last.marks
            elif last.place[1] == at:
                self._pieces.pop()
                text, marks = last.text + text, last.marks + marks
        if text:
            self._pieces.append(_Piece(place, version, text, marks))
        while self._characters > self.MOST_CHARACTERS or len(self._pieces) > self.MOST_PIECES:
            self._characters -= len(self._pieces.pop(0).text)

    def take(self, text: str, *, at_an_end: bool = False) -> Marks | None:
        """Return the origins of a text that was taken out, and forget it: it is back.

        With `at_an_end` only what a passage begins or ends with counts.
        """
        for number in reversed(range(len(self._pieces))):
            piece = self._pieces[number]
            if not at_an_end:
                at = piece.text.find(text)
            elif piece.text.startswith(text):
                at = 0
            else:
                at = len(piece.text) - len(text) if piece.text.endswith(text) else -1
            if at >= 0:
                return self._split(number, at, at + len(text))
        return None

    def take_within(self, text: str, least: int) -> Iterator[tuple[int, Marks]]:
        """Yield where a text holds passages that were taken out last, and their origins."""
        for number in reversed(range(len(self._pieces))[-self.LAST :]):
            piece = self._pieces[number]
            at = text.find(piece.text) if len(piece.text) >= least else -1
            if at >= 0:
                text = text[:at] + "\0" * len(piece.text) + text[at + len(piece.text) :]
                yield at, self._split(number, 0, len(piece.text))

    def _split(self, number: int, start: int, end: int) -> Marks:
        piece = self._pieces[number]
        self._pieces[number : number + 1] = [
            piece._replace(text=piece.text[a:b], marks=piece.marks[a:b], version=-1)
            for a, b in ((0, start), (end, len(piece.text)))
            if a < b
        ]
        self._characters -= end - start
        return piece.marks[start:end]
