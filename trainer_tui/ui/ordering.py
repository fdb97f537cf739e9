"""Keys act in the order in which they were typed, however fast they come.

Textual sends a key to the focused widget and runs a binding only when the key has
traveled back up, so that letters typed right behind it are inserted first; and a
second press of a key reaches the old screen while the first still opens the next.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar, cast
from weakref import WeakSet

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

Result = TypeVar("Result")
Node = TypeVar("Node", bound=DOMNode)

_PATIENCE = 1.0
"""Seconds to wait for a widget to act on the keys before this one; it takes far less."""


class KeysInOrder(App[int]):
    """Lets each key act on what the keys before it have left."""

    def __init__(self) -> None:
        super().__init__()
        self._flow_running = False
        self._replaying = False
        self._asked: Screen[Any] | None = None
        self._readable: WeakSet[Screen[Any]] = WeakSet()
        """Questions that have been painted."""
        self._held: list[events.Key | events.Paste] = []

    async def on_event(self, event: events.Event) -> None:
        """Hold, drop or act on input; anything else goes its usual way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._asked is not None and self._asked in self.screen_stack:
            # Typed before the question could be seen, it is no answer to it.
            if self._asked in self._readable:
                await self._act(event)
        elif self._flow_running or self._replaying:
            self._held.append(event)
        else:
            await self._act(event)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Note when a question that is all there is painted."""
        super()._display(screen, renderable)
        if renderable is not None and screen is self._asked and screen.is_mounted:
            self._readable.add(screen)

    async def _act(self, event: events.Key | events.Paste) -> None:
        if not (isinstance(event, events.Key) and await self._act_in_order(event)):
            await super().on_event(event)

    async def _act_in_order(self, event: events.Key) -> bool:
        """Run the binding of a key, after the keys before it; return whether there was one."""
        focused = self.focused
        if focused is not None and focused.check_consume_key(event.key, event.character):
            return False
        done = asyncio.Event()
        (focused or self.screen).call_later(done.set)
        try:
            await asyncio.wait_for(done.wait(), _PATIENCE)
        except TimeoutError:
            return False
        return await self._check_bindings(event.key, priority=True) or await self._check_bindings(
            event.key
        )

    async def ask(self, question: Screen[Result]) -> Result | None:
        """Show a screen from within a flow and wait for its answer."""
        before, self._asked = self._asked, question
        self._held.clear()  # no answer to it either, and meant for what was there before
        try:
            return await self.push_screen_wait(question)
        finally:
            self._asked = before

    def start_flow(self, steps: Coroutine[Any, Any, None], name: str) -> None:
        """Do several steps as one: keys typed meanwhile wait for what comes after.

        A flow that is started while one runs is a key taken twice, and is left out, unless
        the one that runs has asked a question and it is that page which starts it.
        """
        if self._flow_running and (self._asked is None or self._asked is not self.screen):
            steps.close()
            return
        self.clear_notifications()
        page, self._asked = self._asked, None
        run = self._run_within(steps, page) if page else self._run(steps)
        self._flow_running = True
        self.run_worker(run, name=name, group="flow", exit_on_error=False)

    async def _run(self, steps: Coroutine[Any, Any, None]) -> None:
        try:
            await steps
        finally:
            self._flow_running = False
            await self._replay()

    async def _run_within(self, steps: Coroutine[Any, Any, None], page: Screen[Any]) -> None:
        try:
            await steps
        finally:
            self._asked = page
            await self._replay(page)

    async def _replay(self, page: Screen[Any] | None = None) -> None:
        """Act on what was held, in order; what comes meanwhile queues up behind it.

        Within a flow only as long as a page of it waits for keys.
        """
        self._replaying = True
        try:
            while self._held and (self._asked is page if page else not self._flow_running):
                await self._act(self._held.pop(0))
        finally:
            self._replaying = False


def flow(method: Callable[[Node], Coroutine[Any, Any, None]]) -> Callable[[Node], None]:
    """Make an action of several steps, with questions and work off the screen's thread."""

    @wraps(method)
    def start(self: Node) -> None:
        cast(KeysInOrder, self.app).start_flow(method(self), method.__name__)

    return start
