"""The rules of a task as chips with their figures, in as few rows as there is room for."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from trainer_tui.domain.text import quoted
from trainer_tui.domain.verdicts import Checked
from trainer_tui.services.similar import Near
from trainer_tui.ui.text import Part, assemble, shown_line

LONGEST = 44
"""Cells of the wording of a rule in a chip."""
GAP = 3


class Chip(NamedTuple):
    """One condition: a glyph, words, and the style of both."""

    glyph: str
    words: str
    style: str

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return cell_len(self.glyph) + 1 + cell_len(self.words)


def chip(checked: Checked, *, blank: bool = False) -> Chip:
    """Make the chip of a rule: its state as a glyph, its words, its figure.

    As long as the text is blank it only says what is asked for.
    """
    verdict = checked.verdict
    words = shown_line(checked.wording, LONGEST)
    if blank:
        return Chip("·", words, "$text-muted")
    if any(map(str.isdecimal, verdict.figure)) or not verdict.met:
        words += f": {shown_line(verdict.figure, LONGEST)}"
    if verdict.met is None:
        return Chip("?", f"{words} (not checked)", "$text-muted")
    if verdict.met:
        return Chip("✓", words, "$success")
    if verdict.waived:
        return Chip("~", f"{words}, waived", "$warning")
    return Chip("✗", words, "bold $error")


def likeness_chip(near: Near, keys: str) -> Chip:
    """Make the chip that tells of a text much like this one, and the key that shows it."""
    title = shown_line(quoted(near.title), 30)
    return Chip("≈", f"{100 * near.score:.0f} % like {title} · {keys} shows it", "bold $warning")


def spelling_chip(words: Sequence[str]) -> Chip:
    """Make the chip that tells of misspelled words."""
    listed = shown_line(", ".join([*dict.fromkeys(words)][:5]), LONGEST)
    return Chip("~", f"{len(words)} misspelled: {listed}", "$warning")


class RuleChips(Widget):
    """Chips in the order of the task; those that are met give way when rows are few."""

    DEFAULT_CSS = """
    RuleChips { height: auto; padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chips: tuple[Chip, ...] = ()
        self._rows: tuple[tuple[Chip, ...], ...] = ()
        self.most_rows = 3
        self.display = False

    def show(self, chips: Iterable[Chip]) -> None:
        """Show other chips; nothing is painted if they look the same."""
        chips = tuple(chips)
        if chips != self._chips:
            self._chips = chips
            self._lay_out()

    def on_resize(self) -> None:
        """Fill the rows anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = (self.size.width or self.app.size.width - 2) if self.is_mounted else 0
        rows = packed(self._chips, width, self.most_rows) if width else ()
        if rows != self._rows:
            # Rows that were needed once stay, so that the text above does not jump.
            grown = len(rows) > len(self._rows) or not self.display
            self._rows = rows
            self.display = bool(self._chips)
            if grown:
                self.styles.height = len(rows)
            self.refresh()

    def render(self) -> Content:
        """Write the rows."""
        parts: list[Part] = []
        for row in self._rows:
            for number, one in enumerate(row):
                parts += [" " * GAP * (number > 0), (f"{one.glyph} {one.words}", one.style)]
            parts.append("\n")
        return assemble(*parts[:-1])


def packed(chips: Sequence[Chip], width: int, most: int) -> tuple[tuple[Chip, ...], ...]:
    """Lay chips out in rows of a width; beyond `most` rows the met ones become one number."""
    rows = _rows(chips, width)
    if len(rows) <= most:
        return rows
    met = [one for one in chips if one.glyph == "✓"]
    rest = [one for one in chips if one.glyph != "✓"]
    shown = [*rest, Chip("✓", f"{len(met)} met", "$success")] if met else rest
    rows = _rows(shown, width)
    dropped = 0
    while len(rows) > most and rest:
        rest.pop()
        dropped += 1
        more = Chip("…", f"{dropped} more", "bold $error")
        summary = [Chip("✓", f"{len(met)} met", "$success")] if met else []
        rows = _rows([*rest, more, *summary], width)
    return rows[:most]


def _rows(chips: Sequence[Chip], width: int) -> tuple[tuple[Chip, ...], ...]:
    rows: list[list[Chip]] = []
    room = 0
    for one in chips:
        if one.width > width:
            words = shown_line(one.words, max(width - cell_len(one.glyph) - 1, 1))
            one = one._replace(words=words)
        if rows and one.width + GAP <= room:
            rows[-1].append(one)
            room -= one.width + GAP
        else:
            rows.append([one])
            room = width - one.width
    return tuple(map(tuple, rows))
