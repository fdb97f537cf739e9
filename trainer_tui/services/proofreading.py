"""Reads a draft as a reviewer would: its rules, its spelling, what it repeats, where it is from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.hints import Hint
from trainer_tui.domain.message import Pair
from trainer_tui.domain.provenance import Provenance
from trainer_tui.domain.verdicts import Checked, Checker, Spot, Waiver
from trainer_tui.services.similar import Near

if TYPE_CHECKING:
    from trainer_tui.services.spelling import Spelling


class Misspelling(NamedTuple):
    """A word that is in no dictionary, and where it stands."""

    spot: Spot
    word: str


class Reading(NamedTuple):
    """What is to be said of a draft as it stands."""

    checked: tuple[Checked, ...] = ()
    """Every rule of the task, in its order."""
    misspelled: tuple[Misspelling, ...] = ()
    blank: bool = False
    """Whether nothing is written yet, so that nothing is wrong either."""


class LastLook(NamedTuple):
    """What is to be seen of a draft before it is sent."""

    reading: Reading
    near: tuple[Near, ...]
    """What was written before and is much the same, best first."""
    hints: tuple[Hint, ...]
    """Why work like this came back."""
    provenance: Provenance
    explain: bool
    """Whether the author is asked where pasted text comes from."""


class Proofreader:
    """Reads the texts of one task again and again; may run beside the screen, one at a time."""

    def __init__(self, checker: Checker, spelling: "Spelling | None" = None) -> None:
        """Make one that goes by the rules of a task, and looks at the spelling if it may."""
        self._checker, self._spelling = checker, spelling

    def read(self, pairs: tuple[Pair, ...], waivers: tuple[Waiver, ...] = ()) -> Reading:
        """Return what is to be said of the texts.

        Raises `TrainerError` once if a dictionary cannot be read; from then on spelling is
        left out.
        """
        blank = not any(text.strip() for _, _, text in self._checker.written(pairs))
        checked = self._checker.check(pairs, waivers)
        return Reading(checked, tuple(self._misspelled(pairs)), blank)

    def _misspelled(self, pairs: tuple[Pair, ...]) -> Iterator[Misspelling]:
        if self._spelling is None:
            return
        try:
            for turn, part, text in self._checker.written(pairs):
                for place in self._spelling.misspelled(text, self._checker.language):
                    yield Misspelling(Spot(turn, part, *place), text[place.start : place.end])
        except TrainerError:
            self._spelling = None
            raise
