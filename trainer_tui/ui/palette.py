"""The command palette: every action that applies on the screen, by its words."""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.command import (
    CommandInput,
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import LoadingIndicator

from trainer_tui.ui.actions import Action, in_context, key_name
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import Part, assemble
from trainer_tui.ui.widgets.line_input import LineInput


class PaletteInput(CommandInput, LineInput):
    """Textual's input would hand on what a paste hides."""


class Palette(CommandPalette):
    """Textual's palette with a line of ours to type in."""

    def compose(self) -> ComposeResult:
        """As its parent, which would make its own line."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield PaletteInput(placeholder="Search for commands…", select_on_focus=False)
            with Vertical(id="--results"):
                yield CommandList()
                yield LoadingIndicator()


class Actions(Provider):
    """Offers the actions of the screen below the palette."""

    def _offered(self) -> list[tuple[Action, Page[object]]]:
        screen = self.screen
        if not isinstance(screen, Page):
            return []
        contexts = dict.fromkeys((*screen.contexts(), screen.CONTEXT, "app"))
        return [
            (action, screen)
            for context in contexts
            for action in in_context(context)
            if action.id != "app.palette"
        ]

    def _line(self, title: Part, action: Action, screen: Page[object]) -> Content:
        """The title above the keys; the palette would read a help text of its own as markup."""
        keys = key_name(screen.trainer_app.keys_of(action), all_keys=True)
        about = f"{keys}  {screen.why_not(action.verb) or ''}".rstrip()
        return assemble(title, "\n", (about, "$text-muted"))

    def _run(self, action: Action, screen: Page[object]) -> "partial[Coroutine[Any, Any, bool]]":
        target = screen.app if action.context == "app" else screen
        return partial(screen.app.run_action, screen.action_name(action), target)

    async def discover(self) -> Hits:
        """List everything before anything is typed."""
        for action, screen in self._offered():
            line = self._line(action.description, action, screen)
            yield DiscoveryHit(line, self._run(action, screen), text=action.description)

    async def search(self, query: str) -> Hits:
        """List what matches."""
        matcher = self.matcher(query)
        for action, screen in self._offered():
            title = action.description
            if (score := matcher.match(title)) > 0:
                line = self._line(matcher.highlight(title), action, screen)
                yield Hit(score, line, self._run(action, screen), text=title)
