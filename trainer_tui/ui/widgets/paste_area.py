"""A row area that knows which of its text was pasted since it was last asked to forget."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from textual.document._document import EditResult
from textual.document._edit import Edit

from trainer_tui.domain.draft import PasteSource
from trainer_tui.ui.widgets.row_area import RowArea

Location = tuple[int, int]
_numbers = count(1)


class Stretch(NamedTuple):
    """A passage of a document that one paste brought in."""

    start: Location
    end: Location
    source: PasteSource
    number: int
    """Pastes are numbered as they come, over all texts; parts of one have the same."""


class PasteArea(RowArea):
    """Follows pasted text through whatever is edited after it, until it is saved.

    While there is none, which is nearly always, an edit costs a look at an empty tuple. What
    was pasted in a state of the document is kept with the edits that lead there and back,
    so that undo and redo bring that back too.
    """

    _stretches: tuple[Stretch, ...] = ()
    _incoming: PasteSource | None = None

    def pasted(self) -> Iterator[tuple[int, int, PasteSource]]:
        """Yield start, length and source of the passages that were pasted, in code points."""
        if not self._stretches:
            return
        starts = [0]
        for line in self.document.lines:
            starts.append(starts[-1] + len(line) + 1)
        for (row, column), (last, behind), source, _ in self._stretches:
            start = starts[row] + column
            yield start, starts[last] + behind - start, source

    @property
    def newest_paste(self) -> int:
        """The number of the newest of them; 0 if there is none."""
        return max((stretch.number for stretch in self._stretches), default=0)

    def forget_pastes(self, newest: int) -> None:
        """Forget pastes up to a number: they are on the disk."""
        self._stretches = tuple(s for s in self._stretches if s.number > newest)

    def insert_pasted(self, text: str) -> tuple[Location, PasteSource]:
        """Put a pasted text in place of the selection; returns where it begins, and its source.

        A terminal pastes by itself what was copied here as well.
        """
        inside = text == self.app.clipboard
        source = PasteSource.PROGRAM if inside else PasteSource.TERMINAL
        start = min(self.selection)
        self._incoming = source
        try:
            self._replace_via_keyboard(text, *self.selection)
        finally:
            self._incoming = None
        return start, source

    def edit(self, edit: Edit) -> EditResult:
        """Perform an edit."""
        result = super().edit(edit)
        before = self._stretches
        if before or self._incoming is not None:
            end = result.end_location
            after = list(_edited(before, edit.top, edit.bottom, end))
            if self._incoming is not None and edit.text:
                after.append(Stretch(edit.top, end, self._incoming, next(_numbers)))
            self._stretches = tuple(after)
            vars(edit)["stretches"] = before, self._stretches
        return result

    def _undo_batch(self, edits: list[Edit]) -> None:  # type: ignore[override]
        super()._undo_batch(edits)
        if edits:
            self._stretches = _kept_with(edits[0])[0]

    def _redo_batch(self, edits: list[Edit]) -> None:  # type: ignore[override]
        super()._redo_batch(edits)
        if edits:
            self._stretches = _kept_with(edits[-1])[1]

    def _set_document(self, text: str, language: str | None) -> None:
        self._stretches = ()
        super()._set_document(text, language)


def _kept_with(edit: Edit) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Return what was pasted in the document before and after an edit."""
    kept: tuple[tuple[Stretch, ...], tuple[Stretch, ...]] = vars(edit).get("stretches", ((), ()))
    return kept


def _edited(
    stretches: tuple[Stretch, ...], top: Location, bottom: Location, end: Location
) -> Iterator[Stretch]:
    """Yield where stretches are when the text from top to bottom was replaced, now up to `end`."""

    def moved(place: Location) -> Location:
        row, column = place
        if row == bottom[0]:
            return end[0], end[1] + column - bottom[1]
        return row + end[0] - bottom[0], column

    for stretch in stretches:
        if stretch.end <= top:
            yield stretch
        elif stretch.start >= bottom:
            yield stretch._replace(start=moved(stretch.start), end=moved(stretch.end))
        elif stretch.start < top == end and stretch.end > bottom:
            yield stretch._replace(end=moved(stretch.end))
        else:
            if stretch.start < top:
                yield stretch._replace(end=top)
            if stretch.end > bottom:
                yield stretch._replace(start=end, end=moved(stretch.end))
