"""Tasks that are this trainer's for a time: asked for, held on to, given back."""

from collections.abc import Sequence

import msgspec

from trainer_tui.domain.link import Held, HubState
from trainer_tui.domain.membership import Claim, Role, Wish
from trainer_tui.domain.progress import State
from trainer_tui.services.ports import NewId
from trainer_tui.services.reading_changes import LONGEST_CLAIM
from trainer_tui.services.receiving import Receiving
from trainer_tui.services.remembering import Memory
from trainer_tui.services.tally import Tally
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.protocol import MAX_CLAIMS, ClaimRequest, Limits


class Claiming:
    """Cares for claims, in one exchange."""

    def __init__(
        self,
        line: HubLine,
        station: Workstation,
        memory: Memory,
        receiving: Receiving,
        new_id: NewId,
        limits: Limits,
        tally: Tally,
        wanted: Wish,
    ) -> None:
        """Prepare it; `wanted` is what to claim."""
        self._line, self._station, self._memory = line, station, memory
        self._receiving, self._new_id = receiving, new_id
        self._limits, self._tally, self._wanted = limits, tally, wanted
        self.renew_all = False
        """Whether the hub is to be asked about every claim: it may have lost some."""

    def care(self) -> bool:
        """Renew, give back or let go of what is claimed, and ask for more if little is left.

        Returns whether there is something new to pull.
        """
        self._give_back_closed()
        self._renew()
        return self._claim()

    def _give_back_closed(self) -> None:
        """Give back what nobody has begun in batches that their lead has closed."""
        closed = self._memory.state.closed
        back = {
            held.claim.id: held.claim.task_id
            for held in self._memory.state.held
            if held.claim.batch_id in closed and not self._receiving.kept(held.claim.task_id)
        }
        ids = list(back)
        for start in range(0, len(ids), MAX_CLAIMS):
            self._line.release(ids[start : start + MAX_CLAIMS])
        if back:
            self._let_go(set(back.values()))
            self._memory.change(
                lambda state: msgspec.structs.replace(
                    state, held=tuple(held for held in state.held if held.claim.id not in back)
                )
            )

    def _renew(self) -> None:
        """Ask for more time where somebody writes, and which claims that seem over are not.

        The hub alone decides: a clock that jumped ends no claim, and what the hub does not
        renew is over, whatever this machine thought.
        """
        tasks, writing = self._station.tasks, self._station.writing
        asked: dict[str, str] = {}
        for held in self._memory.state.held:
            claim, left = held.claim, self._memory.seconds_left(held)
            in_hand = tasks.has_draft(claim.task_id) or writing.opened(claim.task_id)
            if self.renew_all or left <= 0 or (in_hand and left < claim.seconds / 2):
                asked[claim.id] = claim.task_id
        self.renew_all = False
        ids = list(asked)
        for start in range(0, len(ids), MAX_CLAIMS):
            chunk = ids[start : start + MAX_CLAIMS]
            renewed: dict[str, Claim] = {c.id: c for c in self._line.renew(chunk).claims}
            told = {
                id: self._memory.told(renewed[id])
                for id in chunk
                if id in renewed and _same(renewed[id], asked[id])
            }
            self._let_go({asked[id] for id in chunk if id not in told})

            def now(
                state: HubState, chunk: Sequence[str] = tuple(chunk), told: dict[str, Held] = told
            ) -> HubState:
                kept = [h for h in state.held if h.claim.id not in chunk or h.claim.id in told]
                held = tuple(told.get(h.claim.id, h) for h in kept)
                return msgspec.structs.replace(state, held=held)

            self._memory.change(now)

    def _let_go(self, task_ids: set[str]) -> None:
        """Take tasks off the list whose claims are over, but for those with work on them."""
        self._tally.tasks |= self._receiving.let_go(task_ids)

    def _claim(self) -> bool:
        state = self._memory.state
        if self._wanted.tasks <= 0 or not any(
            one.role is Role.TRAINER and one.certified and not one.ended
            for one in state.memberships
        ):
            return False
        tasks = self._station.tasks
        held = [one.claim.task_id for one in state.held if one.claim.task_id in tasks]
        open_ones = sum(tasks.state(task_id) is State.OPEN for task_id in held)
        if open_ones > self._wanted.tasks // 4 or len(state.held) >= self._limits.claims:
            return False
        count = min(self._wanted.tasks - open_ones, self._limits.claims - len(state.held))
        claimed = self._line.claim(
            ClaimRequest(count=count, without=self._wanted.without, request_id=self._new_id())
        )
        self._tally.claimed += len(claimed.tasks)
        return bool(claimed.tasks)


def _same(claim: Claim, task_id: str) -> bool:
    """Whether a renewed claim is the one that was asked about, and makes sense."""
    return claim.task_id == task_id and 0 < claim.seconds <= LONGEST_CLAIM
