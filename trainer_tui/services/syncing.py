"""Work leaves for the hub, and what is new there comes in, whenever a line exists."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from trainer_tui.domain.errors import NotAllowed, NotFound, StoreReadOnly, TrainerError
from trainer_tui.domain.link import HubState, Mark
from trainer_tui.domain.membership import Membership, Role, Wish
from trainer_tui.domain.sync import SyncState
from trainer_tui.services.changes import Change
from trainer_tui.services.pacing import EVERY, LONGEST_DELAY, WORTH_A_WORD, next_delay
from trainer_tui.services.ports import Clock, NewId, Store
from trainer_tui.services.remembering import Memory
from trainer_tui.services.sync_status import Outcome, Phase, Refused, SetAside, SyncStatus
from trainer_tui.services.tally import Tally
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync.address import hub_address
from trainer_tui.sync.credentials import Safe, Secrets, Token
from trainer_tui.sync.trouble import BrokenOff, SignedOut, TooOld, Unreachable

if TYPE_CHECKING:
    from trainer_tui.services.bundling import Bundling
    from trainer_tui.sync.client import HubLine

__all__ = ["Outcome", "Phase", "Refused", "SetAside", "SyncStatus", "Syncing", "next_delay"]


class Syncing:
    """The line to the hub. Every method may be called by any thread.

    `status` and `time_left` answer from memory. All that is marked *network* takes as long
    as the network does and belongs into a worker; none of these holds the workstation's
    lock meanwhile. Expected trouble of `sync` is in its outcome and in the status; the
    other methods raise a `TrainerError`.
    """

    def __init__(
        self,
        store: Store,
        station: Workstation,
        clock: Clock,
        new_id: NewId,
        safe: Safe,
        *,
        wanted: Wish = Wish(),  # noqa: B008  # it is immutable
        program: str = "",
        connect: "Callable[[str, Token | None], HubLine] | None" = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Prepare it; nothing is sent.

        `wanted` is what to claim; `safe` keeps the token; `chance` returns
        numbers from 0 to 1.
        """
        self._store, self._station, self._clock = store, station, clock
        self._new_id, self._safe, self._chance = new_id, safe, chance
        self._wanted, self._program = wanted, program
        self._connect = connect or _connect
        self._memory = Memory(store, clock)
        self._gate = threading.Lock()
        self._running = self._again = self._closing = False
        self._line: HubLine | None = None
        self._phase = Phase.IDLE if self._memory.state.line else Phase.NO_HUB
        self._trouble: TrainerError | None = None
        self._failures = 0
        self._due: float | None = clock.monotonic() if self._memory.state.line else None
        self._turned_away: Token | None = None
        self._skew = 0.0
        self._no_hours: set[str] = set()
        self._refused: tuple[Refused, ...] = ()
        self._look()

    def status(self) -> SyncStatus:
        """Return how things stand."""
        state, tasks = self._memory.state, self._station.tasks
        link, due = state.link, self._due
        return SyncStatus(
            phase=Phase.SYNCING if self._running and link else self._phase,
            hub=link.url if link else "",
            member=link.name if link else "",
            teams=tuple(_team(one) for one in state.memberships if not one.ended),
            waiting=tasks.waiting,
            staying=tasks.staying,
            refused=self._refused,
            set_aside=tuple(
                SetAside(one.id, one.what, one.reason, one.place)
                for one in state.unread
                if not one.confirmed
            ),
            last_at=state.exchanged_at,
            next_in=None if due is None else max(due - self._clock.monotonic(), 0.0),
            trouble=self._trouble,
            skew=self._skew if abs(self._skew) >= WORTH_A_WORD else 0.0,
        )

    def sync(self) -> Outcome:
        """Exchange everything, once (*network*); never raises a `TrainerError`.

        Call it at the start, after a submission, when the trainer asks, and when
        `SyncStatus.next_in` has passed. A call while another one runs lets that one go
        round once more and returns at once.
        """
        with self._gate:
            if self._running:
                self._again = True
                return Outcome()
            self._running = True
        outcome = Outcome()
        try:
            while True:
                self._again = False
                outcome = _joined(outcome, self._once())
                with self._gate:
                    if not self._again or outcome.trouble is not None:
                        self._running = False
                        return outcome
        except BaseException:
            self._running = False
            raise
        finally:
            # Another one may run by now, whose turn is not ours to end.
            self._look()

    def greet(self, url: str) -> None:
        """Ask a hub whether it is one, before anybody types a password (*network*)."""
        line = self._connect(hub_address(url), None)
        try:
            line.hello()
        finally:
            line.close()

    def log_in(self, url: str, name: str, password: str, device: str = "") -> SyncStatus:
        """Open a session at a hub and remember it (*network*).

        A data folder belongs to one member of a hub for good, so that nobody's work leaves
        under the name of somebody else. A reader beside an open workstation can renew the
        login that is there.
        """
        from trainer_tui.services.signing_in import linked, sign_in

        link, secrets = sign_in(
            self._connect, self._memory, self._clock, url, name, password, device
        )
        before = self._safe.get()
        if not self._station.read_only:
            self._memory.change(lambda state: linked(state, link))
        self._safe.put(secrets)
        self._turned_away, self._trouble = None, None
        self._phase, self._failures, self._due = Phase.IDLE, 0, self._clock.monotonic()
        if before is not None and before.url == link.url:
            self._end(before)
        return self.status()

    def log_out(self) -> SyncStatus:
        """End the session, at the hub too if it answers (*network*); all work stays here."""
        secrets = self._safe.get()
        if secrets is None or self._memory.state.link is None:
            raise NotAllowed("nobody is logged in", "'trainer-tui login' does that.")
        self._safe.remove()
        self._phase, self._due, self._trouble = Phase.SIGNED_OUT, None, None
        self._end(secrets)
        return self.status()

    def send_again(self, record_id: str) -> Change:
        """Let a refused record leave again with the next exchange."""
        refused = self._require_refused(record_id)
        mark = Mark(record_id=record_id, shift_id=refused.shift_id, sync=SyncState.PENDING)
        changed = self._store.mark([mark])
        tasks = self._station.tasks.put_records(changed)
        self._look()
        return Change("It leaves again with the next exchange.", tasks, record_id)

    def keep_here(self, record_id: str) -> Change:
        """Let a refused record be: it stays on this machine and is not shown as refused."""
        self._require_refused(record_id)
        self._memory.change(
            lambda state: msgspec.structs.replace(state, kept=(*state.kept, record_id))
        )
        self._look()
        return Change("It stays on this machine.", frozenset(), record_id)

    def confirm(self, id: str) -> Change:
        """The trainer has read about something that was set aside; its bytes stay."""

        def read(state: HubState) -> HubState:
            unread = tuple(
                msgspec.structs.replace(one, confirmed=True) if one.id == id else one
                for one in state.unread
            )
            return msgspec.structs.replace(state, unread=unread)

        self._memory.change(read)
        return Change("Its bytes stay in the quarantine.")

    def give_back(self, task_id: str) -> Change:
        """Give a claimed task back to the hub (*network*); text that exists stays here."""
        from trainer_tui.services.receiving import Receiving

        held, secrets = self._memory.held(task_id), self._secrets()
        if held is None:
            raise NotAllowed("this task is not claimed from a hub")
        if secrets is None:
            raise SignedOut("nobody is logged in")
        line = self._connect(secrets.url, secrets.token)
        try:
            line.release([held.claim.id])
        finally:
            line.close()
        self._memory.change(
            lambda state: msgspec.structs.replace(
                state, held=tuple(h for h in state.held if h.claim.id != held.claim.id)
            )
        )
        receiving = Receiving(self._store, self._station, self._memory, self._clock)
        receiving.let_go({task_id})
        return Change("Given back to the hub.", frozenset({task_id}))

    def time_left(self, task_id: str) -> float | None:
        """Return the seconds for which a task is still this member's, negative when over.

        None: it is not claimed.
        """
        held = self._memory.held(task_id)
        return None if held is None else self._memory.seconds_left(held)

    def bundling(self) -> "Bundling":
        """Return what packs and takes in shift bundles; not to be used while `sync` runs."""
        from trainer_tui.services.bundling import Bundling

        return Bundling(
            self._store, self._station, self._memory, self._clock, self._new_id, self._safe,
            wanted=self._wanted, no_hours=self._no_hours, then=self._look,
        )  # fmt: skip

    def close(self) -> None:
        """Break off what is going on, so that the program can end."""
        self._closing = True
        if (line := self._line) is not None:
            line.close()

    # One exchange

    def _once(self) -> Outcome:
        if self._station.read_only:
            return Outcome(trouble=StoreReadOnly("Another window syncs.", "It does so by itself."))
        if self._memory.state.line is None:
            return Outcome()
        tally = Tally()
        trouble: TrainerError | None = None
        try:
            self._exchange(tally)
        except TrainerError as error:
            trouble = error
        self._after(trouble)
        return Outcome(
            sent=tally.sent,
            late=tally.late,
            refused=tally.refused,
            received=tally.received,
            claimed=tally.claimed,
            tasks=tally.tasks,
            trouble=trouble,
        )

    def _exchange(self, tally: Tally) -> None:
        secrets = self._secrets()
        if secrets is None:
            raise SignedOut("nobody is logged in")
        if secrets.token == self._turned_away:
            raise SignedOut()
        try:
            self._talk(secrets, tally)
        except SignedOut:
            # Somebody may have logged in in another window meanwhile.
            again = self._secrets()
            if again is None or again.token == secrets.token:
                self._turned_away = secrets.token
                raise
            self._talk(again, tally)

    def _talk(self, secrets: Secrets, tally: Tally) -> None:
        from trainer_tui.services.exchanging import Exchange

        line = self._line = self._connect(secrets.url, secrets.token)
        try:
            if self._closing:
                raise BrokenOff("the program is about to end")
            exchange = Exchange(
                line, self._store, self._station, self._memory, self._clock, self._new_id, tally,
                wanted=self._wanted, program=self._program, no_hours=self._no_hours,
            )  # fmt: skip
            try:
                exchange.run()
            finally:
                self._skew = exchange.skew
        finally:
            self._line = None
            line.close()

    def _after(self, trouble: TrainerError | None) -> None:
        """Note how it ended and when to try again."""
        self._trouble = trouble
        now = self._clock.monotonic()
        match trouble:
            case None:
                self._phase, self._failures = Phase.IDLE, 0
                self._due = now + EVERY * (0.5 + self._chance() / 2)
            case SignedOut():
                # Only to see whether somebody has logged in in another window.
                self._phase, self._due = Phase.SIGNED_OUT, now + EVERY
            case TooOld():
                self._phase, self._due = Phase.TOO_OLD, now + LONGEST_DELAY
            case _:
                self._phase = Phase.OFFLINE
                told = trouble.seconds if isinstance(trouble, Unreachable) else None
                self._due = now + next_delay(self._failures, self._chance(), told)
                self._failures += 1

    def _secrets(self) -> Secrets | None:
        """Return the secrets that belong to the hub that is linked, if there are any."""
        link, secrets = self._memory.state.link, self._safe.get()
        if not link or not secrets or secrets.url != link.url or not secrets.token.reveal():
            return None
        return secrets

    def _end(self, secrets: Secrets) -> None:
        line = self._connect(secrets.url, secrets.token)
        with suppress(TrainerError):
            line.log_out(secrets.session)
        line.close()

    # What was refused

    def _require_refused(self, record_id: str) -> Mark:
        record = self._station.tasks.own(record_id)
        if record is not None and record.sync is SyncState.REFUSED:
            return Mark(record_id=record.id, shift_id=record.shift_id, sync=record.sync)
        for shift in self._store.shifts():
            if shift.id == record_id and shift.sync is SyncState.REFUSED:
                return Mark(record_id=shift.id, shift_id=shift.id, sync=shift.sync)
        raise NotFound("there is no such refused record")

    def _look(self) -> None:
        """Gather what was refused, so that asking for it costs nothing."""
        tasks, kept = self._station.tasks, set(self._memory.state.kept)
        found = []
        for record in tasks.own_records():
            if record.sync is SyncState.REFUSED and record.id not in kept:
                known = record.task_id in tasks
                title = tasks.task(record.task_id).title if known else record.task_id
                what = type(record).__name__.lower()
                found.append(_refused(record.id, record.task_id, title, what, record.refusal))
        for shift in self._store.shifts():
            if shift.sync is SyncState.REFUSED and shift.id not in kept:
                title = f"{shift.started_at:%Y-%m-%d %H:%M} UTC"
                found.append(_refused(shift.id, "", title, "shift", shift.refusal))
        self._refused = tuple(found)


def _connect(url: str, token: Token | None) -> "HubLine":
    from trainer_tui.sync.client import connect

    return connect(url, token)


def _team(membership: Membership) -> str:
    title = membership.title or membership.team
    if membership.role is not Role.TRAINER:
        return f"{title} ({membership.role.value})"
    return title if membership.certified else f"{title} (not certified yet: no tasks come)"


def _refused(record_id: str, task_id: str, title: str, what: str, code: str | None) -> Refused:
    from trainer_tui.services.refusals import meaning

    said = meaning(code or "")
    return Refused(record_id, task_id, title, what, code or "", said.reason, said.way_out)


def _joined(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(
        sent=one.sent + other.sent,
        late=one.late + other.late,
        refused=one.refused + other.refused,
        received=one.received + other.received,
        claimed=one.claimed + other.claimed,
        tasks=one.tasks | other.tasks,
        trouble=other.trouble,
    )
