"""The line on top and the line at the bottom of every screen."""

from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from trainer_tui.ui.actions import Action, key_name
from trainer_tui.ui.text import Part, assemble, shown_line


class Figure(NamedTuple):
    """One figure of the title bar."""

    words: str
    weight: int = 0
    """Where there is no room for all, the lightest are left out first."""
    style: str = ""


_GAP = "   "


class TitleBar(Widget):
    """Where one is on the left, the shift's figures on the right."""

    DEFAULT_CSS = """
    TitleBar { height: 1; dock: top; background: $panel; color: $text; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._place = ""
        self._figures: tuple[Figure, ...] = ()

    def show(self, place: str, figures: tuple[Figure, ...]) -> None:
        """Change what is shown."""
        place = shown_line(place)
        if (place, figures) != (self._place, self._figures):
            self._place, self._figures = place, figures
            self.refresh()

    def render(self) -> Content:
        """Lay the two sides out over the width."""
        width = self.size.width
        figures = list(self._figures)
        while figures and _length_of(figures) > width // 2:
            figures.remove(min(figures, key=lambda figure: figure.weight))
        length = _length_of(figures)
        left = shown_line(self._place, max(width - length - 15, 0))
        gap = " " * max(width - 13 - cell_len(left) - length, 1)
        parts: list[Part] = [("trainer_tui", "bold"), "  ", left, gap]
        for figure in figures:
            parts += [(figure.words, figure.style), _GAP]
        return assemble(*(parts[:-1] if figures else parts))


def _length_of(figures: list[Figure]) -> int:
    return sum(cell_len(figure.words) for figure in figures) + len(_GAP) * max(len(figures) - 1, 0)


Hint = tuple[Action, str, bool]
"""An action, its keys, and whether it is possible now."""


def _length(hint: Hint) -> int:
    """Return the cells of a hint with the gap behind it."""
    return cell_len(key_name(hint[1])) + cell_len(hint[0].label) + 3


class HintBar(Widget):
    """The keys that help here; what is not possible now is dim, and says why when pressed."""

    DEFAULT_CSS = """
    HintBar { height: 1; dock: bottom; background: $panel; color: $text-muted; padding: 0 1; }
    """

    class HintClicked(Message):
        """A hint was clicked: do what its key does."""

        def __init__(self, action: Action) -> None:
            self.action = action
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._places: list[tuple[int, int, Action]] = []

    def show(self, hints: tuple[Hint, ...]) -> None:
        """Show actions with their keys and whether each is possible now."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render(self) -> Content:
        """Write as many hints as fit, in their order; the way to the others is always there."""
        column = 0
        parts: list[Part] = []
        self._places = []
        wide = self.size.width >= 30
        kept = sum(_length(hint) for hint in self._hints if wide and hint[0].id == "app.help")
        for hint in self._hints:
            action, keys, possible = hint
            key, length = key_name(keys), _length(hint) - 2
            kept = 0 if action.id == "app.help" else kept
            if column + length + kept > self.size.width:
                continue
            if possible:
                parts += [(key, "bold $accent"), (f" {action.label}", "$text")]
            else:
                parts.append((f"{key} {action.label}", "$text-disabled"))
            parts.append("  ")
            self._places.append((column, column + length, action))
            column += length + 2
        return assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Act on the hint under the mouse."""
        for start, end, action in self._places:
            if start <= event.x - 1 < end:
                self.post_message(self.HintClicked(action))
