"""What is remembered of the hub: in memory for asking, on disk by one write for each change."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from trainer_tui.domain.link import Held, HubState
from trainer_tui.domain.membership import Claim
from trainer_tui.services.ports import Clock, Store


class Memory:
    """The state of the line to the hub, and how long claims last.

    The hub tells how many seconds a claim lasts. They are counted on the clock that never
    jumps from the moment it was told; after a restart the wall clock says how long ago that
    was, which is good enough for a figure on the screen: the hub alone decides.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._turn = threading.RLock()
        self._state = store.hub()
        self._heard: dict[tuple[str, object], float] = {}
        self._follow()

    @property
    def state(self) -> HubState:
        """What is on the disk."""
        return self._state

    def change(self, to: Callable[[HubState], HubState]) -> HubState:
        """Replace the state by what `to` makes of it; raises `StoreError` with nothing changed."""
        with self._turn:
            changed = to(self._state)
            self._store.put_hub(changed)
            self._state = changed
            self._follow()
            return changed

    def put(self, **fields: Any) -> HubState:
        """Change some fields."""
        return self.change(lambda state: msgspec.structs.replace(state, **fields))

    def held(self, task_id: str) -> Held | None:
        """Return the claim on a task."""
        return next((one for one in self._state.held if one.claim.task_id == task_id), None)

    def seconds_left(self, held: Held) -> float:
        """Return how long a claim lasts, negative when it is over."""
        heard = self._heard.get((held.claim.id, held.told_at), self._clock.monotonic())
        return held.claim.seconds - (self._clock.monotonic() - heard)

    def told(self, claim: Claim, ago: float = 0.0) -> Held:
        """Return a claim as held from now on, or since so many seconds."""
        from datetime import timedelta

        ago = min(max(ago, 0.0), float(claim.seconds))
        return Held(claim=claim, told_at=self._clock.now() - timedelta(seconds=ago))

    def _follow(self) -> None:
        now, wall = self._clock.monotonic(), self._clock.now()
        before, self._heard = self._heard, {}
        for held in self._state.held:
            key = (held.claim.id, held.told_at)
            ago = max((wall - held.told_at).total_seconds(), 0.0)
            self._heard[key] = before.get(key, now - ago)
