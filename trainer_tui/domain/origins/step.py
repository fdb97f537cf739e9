"""One text from a version to the next: what it keeps, what is new, what was pasted."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trainer_tui.domain.alignment import Effort, kept
from trainer_tui.domain.draft import Paste, PasteSource


class Piece(NamedTuple):
    """A part of the newer text."""

    text: str
    old: int | None = None
    """Where it stands in the older text, if it is kept."""
    source: PasteSource | None = None
    """How it came in, if it was pasted."""


class Step:
    """Compares two versions of a text. What was pasted is known, so only the rest is compared."""

    def __init__(self, old: str, new: str, pastes: Sequence[Paste], effort: Effort) -> None:
        self._old, self._new = old, new
        self.from_file = any(paste.source is PasteSource.FILE for paste in pastes)
        """Whether what is new came from a file, which may hold much of the older text."""
        self._cuts = _apart(pastes, len(new))
        self._rest = _without(new, self._cuts)
        self._blocks = kept(old, self._rest, effort)

    @property
    def pasted(self) -> bool:
        """Whether something was pasted."""
        return bool(self._cuts)

    @property
    def added(self) -> int:
        """How many code points are new and were not pasted."""
        return len(self._rest) - sum(block.length for block in self._blocks)

    def gone(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of what the newer text has no longer."""
        at = 0
        for block in self._blocks:
            if at < block.old:
                yield at, block.old
            at = block.old + block.length
        if at < len(self._old):
            yield at, len(self._old)

    def pieces(self) -> Iterator[Piece]:
        """Yield the parts of the newer text, from its start to its end."""
        spans = list(self._spans())
        at = cut_out = 0
        for start, end, source in self._cuts:
            yield from self._within(spans, at - cut_out, start - cut_out)
            yield Piece(self._new[start:end], source=source)
            at, cut_out = end, cut_out + end - start
        yield from self._within(spans, at - cut_out, len(self._rest))

    def _spans(self) -> Iterator[tuple[int, int, int | None]]:
        at = 0
        for block in self._blocks:
            if at < block.new:
                yield at, block.new, None
            at = block.new + block.length
            yield block.new, at, block.old
        if at < len(self._rest):
            yield at, len(self._rest), None

    def _within(
        self, spans: list[tuple[int, int, int | None]], first: int, behind: int
    ) -> Iterator[Piece]:
        for start, end, old in spans:
            low, high = max(start, first), min(end, behind)
            if low < high:
                where = None if old is None else old + low - start
                yield Piece(self._rest[low:high], where)


def _apart(pastes: Sequence[Paste], length: int) -> list[tuple[int, int, PasteSource]]:
    """Return the pasted passages in order, none over another or beyond the end."""
    found: list[tuple[int, int, PasteSource]] = []
    at = 0
    for paste in sorted(pastes, key=lambda paste: paste.start):
        start, end = max(at, paste.start), min(length, paste.start + paste.length)
        if paste.source is not PasteSource.FILE and start < end:
            found.append((start, end, paste.source))
            at = end
    return found


def _without(text: str, cuts: list[tuple[int, int, PasteSource]]) -> str:
    if not cuts:
        return text
    parts, at = [], 0
    for start, end, _ in cuts:
        parts.append(text[at:start])
        at = end
    return "".join((*parts, text[at:]))
