"""The command palette: every action that applies on the screen, by its words."""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from trainer_tui.ui.actions import Action, in_context, key_name
from trainer_tui.ui.page import Page


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

    def _words(self, action: Action, screen: Page[object]) -> tuple[str, str]:
        keys = key_name(screen.trainer_app.keys_of(action), all_keys=True)
        return action.description, f"{keys}  {screen.why_not(action.verb) or ''}".rstrip()

    def _run(self, action: Action, screen: Page[object]) -> "partial[Coroutine[Any, Any, bool]]":
        target = screen.app if action.context == "app" else screen
        return partial(screen.app.run_action, screen.action_name(action), target)

    async def discover(self) -> Hits:
        """List everything before anything is typed."""
        for action, screen in self._offered():
            title, help_text = self._words(action, screen)
            yield DiscoveryHit(title, self._run(action, screen), help=help_text)

    async def search(self, query: str) -> Hits:
        """List what matches."""
        matcher = self.matcher(query)
        for action, screen in self._offered():
            title, help_text = self._words(action, screen)
            if (score := matcher.match(title)) > 0:
                yield Hit(
                    score, matcher.highlight(title), self._run(action, screen), help=help_text
                )
