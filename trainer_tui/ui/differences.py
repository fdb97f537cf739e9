"""What changed between two texts: by lines first, by words within the lines that changed."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

MOST_PAIRS = 4_000_000
"""Above this product of two lengths a comparison would keep the trainer waiting."""

LEAST_WORDS = 2
"""Fewer words in common between two changes only make them hard to read."""

_TOKENS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)

Kind = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """A stretch of text that is in both, in the old one only, or in the new one only."""

    kind: Kind
    text: str


class Block(NamedTuple):
    """Whole lines: unchanged, removed, added, or `changed` within."""

    kind: Literal["same", "removed", "added", "changed"]
    pieces: tuple[Piece, ...]

    @property
    def lines(self) -> int:
        """How many lines it takes when written out."""
        return sum(piece.text.count("\n") for piece in self.pieces) + 1


def differences(old: str, new: str) -> list[Block]:
    """Return blocks of lines which, read in order, lead from the old text to the new one."""
    before, after = old.split("\n"), new.split("\n")
    blocks: list[Block] = []
    for tag, a, b in _opcodes(before, after):
        gone, come = "\n".join(a), "\n".join(b)
        if tag == "equal":
            blocks.append(Block("same", (Piece("same", gone),)))
        elif tag == "delete":
            blocks.append(Block("removed", (Piece("removed", gone),)))
        elif tag == "insert":
            blocks.append(Block("added", (Piece("added", come),)))
        else:
            blocks.append(Block("changed", tuple(_words(gone, come))))
    return blocks


def _words(old: str, new: str) -> list[Piece]:
    """Compare within lines; a lone word that two changes have between them belongs to both."""
    runs = [
        (tag == "equal", "".join(a), "".join(b))
        for tag, a, b in _opcodes(_TOKENS.findall(old), _TOKENS.findall(new))
    ]
    pieces: list[Piece] = []
    gone = come = ""
    for place, (same, a, b) in enumerate(runs):
        if same and not (0 < place < len(runs) - 1 and len(a.split()) < LEAST_WORDS):
            pieces += [*_changed(gone, come), Piece("same", a)]
            gone = come = ""
        else:
            gone, come = gone + a, come + b
    return [*pieces, *_changed(gone, come)]


def _changed(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("removed", gone)
    if come:
        yield Piece("added", come)


def _opcodes(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Compare what is between the common start and the common end, if it is not too much."""
    limit = min(len(old), len(new))
    start = next((i for i in range(limit) if old[i] != new[i]), limit)
    limit -= start
    end = next((i for i in range(limit) if old[-1 - i] != new[-1 - i]), limit)
    if start:
        yield "equal", old[:start], new[:start]
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if a and b and len(a) * len(b) <= MOST_PAIRS:
        matcher = difflib.SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > MOST_PAIRS // 16)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes():
            yield tag, a[a1:a2], b[b1:b2]
    elif a or b:
        yield "replace" if a and b else "delete" if a else "insert", a, b
    if end:
        yield "equal", old[len(old) - end :], new[len(new) - end :]
