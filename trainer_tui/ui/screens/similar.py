"""The text that is written and one that it nearly repeats, side by side."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.text import quoted
from trainer_tui.services.similar import Near
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.differences import differences
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import Part, assemble, plain, plain_line
from trainer_tui.ui.words import counted, day_and_time

SAME = "bold $warning"


class SimilarScreen(Page[None]):
    """Shows one near text at a time; what both have is marked in both."""

    CONTEXT = "similar"
    CSS_PATH = "similar.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("similar")
    TITLE_WORDS = "Nearly the same"

    def __init__(self, draft: Draft, near: tuple[Near, ...], number: int = 0) -> None:
        super().__init__()
        self._draft, self._near, self._number = draft, near, number

    def content(self) -> ComposeResult:
        """Both texts."""
        yield Static(id="about", markup=False)
        with Horizontal():
            for id in ("own", "other"):
                with VerticalScroll(id=id, can_focus=False):
                    yield Static(markup=False)

    def on_mount(self) -> None:
        """Begin with the nearest."""
        self._show()

    def _show(self) -> None:
        near = self._near[self._number]
        pair = self._draft.pairs[near.turn]
        own = pair.prompt if near.part == "prompt" else pair.response
        when = f"submitted {day_and_time(near.at)}" if near.at else "a draft"
        place = f" · {self._number + 1} of {len(self._near)}" if len(self._near) > 1 else ""
        self.query_one("#about", Static).update(
            assemble(
                (f"{100 * near.score:.0f} % the same", SAME),
                f"{place} · what both texts have is marked. Sending it all the same is up to you.",
            )
        )
        for id, title, text, side in (
            ("own", f"Your {near.part} now", own, "removed"),
            ("other", f"{quoted(near.title)}, {when}", near.text, "added"),
        ):
            pane = self.query_one(f"#{id}", VerticalScroll)
            pane.border_title = plain_line(title)
            pane.border_subtitle = plain(counted(len(text), "character"))
            pane.query_one(Static).update(assemble(*_marked(own, near.text, side)))
            pane.scroll_home(animate=False)

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now."""
        return "This is the only one." if verb == "next" and len(self._near) == 1 else None

    def action_next(self) -> None:
        """Show the next one, around to the first."""
        self._number = (self._number + 1) % len(self._near)
        self._show()

    def action_back(self) -> None:
        """Back to the text."""
        self.dismiss(None)

    def _panes(self) -> Iterator[VerticalScroll]:
        yield from self.query(VerticalScroll)

    def action_down(self) -> None:
        """Scroll both down."""
        for pane in self._panes():
            pane.scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """Scroll both up."""
        for pane in self._panes():
            pane.scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        """Scroll both a page down."""
        for pane in self._panes():
            pane.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll both a page up."""
        for pane in self._panes():
            pane.scroll_page_up(animate=False)

    def action_first(self) -> None:
        """Scroll both to the top."""
        for pane in self._panes():
            pane.scroll_home(animate=False)

    def action_last(self) -> None:
        """Scroll both to the end."""
        for pane in self._panes():
            pane.scroll_end(animate=False)


def _marked(own: str, other: str, side: str) -> Iterator[Part]:
    """Yield one of the two texts, with what is in both marked."""
    for number, block in enumerate(differences(own, other)):
        pieces = [piece for piece in block.pieces if piece.kind in ("same", side)]
        if pieces and number:
            yield "\n"
        for piece in pieces:
            yield (piece.text, SAME) if piece.kind == "same" else piece.text
