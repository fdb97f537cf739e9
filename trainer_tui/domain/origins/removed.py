"""What was taken out of a draft, with its origins."""

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

    def take(self, text: str, *, whole: bool = False) -> Marks | None:
        """Return the origins of a text that was taken out, and forget it: it is back.

        With `whole` only a passage that is exactly this text counts.
        """
        for number in reversed(range(len(self._pieces))):
            piece = self._pieces[number]
            at = piece.text.find(text) if not whole else -(piece.text != text)
            if at < 0:
                continue
            end = at + len(text)
            left = [
                piece._replace(text=piece.text[a:b], marks=piece.marks[a:b], version=-1)
                for a, b in ((0, at), (end, len(piece.text)))
                if a < b
            ]
            self._pieces[number : number + 1] = left
            self._characters -= len(text)
            return piece.marks[at:end]
        return None
