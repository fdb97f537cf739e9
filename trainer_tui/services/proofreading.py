"""Reads a draft as a reviewer would: its rules, its spelling."""

from typing import NamedTuple

from trainer_tui.domain.message import Pair
from trainer_tui.domain.verdicts import Checked, Checker, Spot, Waiver


class Reading(NamedTuple):
    """What is to be said of a draft as it stands."""

    checked: tuple[Checked, ...] = ()
    """Every rule of the task, in its order."""
    misspelled: tuple[Spot, ...] = ()


class Proofreader:
    """Reads the texts of one task again and again; may run beside the screen, one at a time."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def read(self, pairs: tuple[Pair, ...], waivers: tuple[Waiver, ...] = ()) -> Reading:
        """Return what is to be said of the texts."""
        return Reading(self._checker.check(pairs, waivers))
