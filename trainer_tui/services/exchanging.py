"""One exchange with the hub, from hello to the last page; everything on the way is repeatable."""

from datetime import datetime, timedelta

import msgspec

from trainer_tui.domain.link import Link
from trainer_tui.domain.membership import Wish
from trainer_tui.services.claiming import Claiming
from trainer_tui.services.ports import Clock, NewId, Store
from trainer_tui.services.receiving import Receiving
from trainer_tui.services.remembering import Memory
from trainer_tui.services.sending import Sending
from trainer_tui.services.tally import Tally
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync.client import HubLine, LoosePage
from trainer_tui.sync.protocol import VERSION, Hello, Limits
from trainer_tui.sync.trouble import AnswerTooLarge, CursorGone, NoHub, TooOld, Unreachable

PAGE = 200
"""Changes asked for at once; fewer if an answer was too large."""
MAX_PAGES = 1000
"""Pages in one exchange; a feed that has no end within them is read on later."""
COMPARE_EVERY = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
"""What was acknowledged longer ago is compared only after a restore of the hub."""


class Exchange:
    """Talks with the hub once; never holds a lock of the workstation while it waits.

    Raises what the line raises, and `StoreError`. What was done until then is done, and
    what was not is done by the next one.
    """

    def __init__(
        self,
        line: HubLine,
        store: Store,
        station: Workstation,
        memory: Memory,
        clock: Clock,
        new_id: NewId,
        tally: Tally,
        *,
        wanted: Wish,
        program: str,
        no_hours: set[str],
    ) -> None:
        """Prepare it; `wanted` is what to claim, `no_hours` shifts are of no team."""
        self._line, self._store, self._station = line, store, station
        self._memory, self._clock, self._new_id = memory, clock, new_id
        self._wanted, self._program, self._no_hours = wanted, program, no_hours
        self._receiving = Receiving(store, station, memory, clock)
        self._ahead = timedelta()
        self._renew_all = self._lost_place = False
        self.tally = tally
        self.skew = 0.0
        """Seconds by which this machine's clock is ahead of the hub's."""

    def run(self) -> None:
        """Greet, compare if need be, push, pull, care for claims."""
        link, hello = self._greet()
        limits = _bounded(hello.limits)
        sending = Sending(
            self._line, self._store, self._station, link, limits, self.tally, self._no_hours
        )
        self._compare(sending, link, hello.epoch)
        put_off = sending.push()
        state = self._memory.state
        if state.unread and state.program != self._program:
            self._memory.put(cursor=None)  # what an older version could not read
        self._pull(limits)
        if self._lost_place:
            # A hub that does not know its own cursors may have been restored unnoticed.
            sending.compare(None)
            put_off = _longer(put_off, sending.push())
        claiming = Claiming(
            self._line,
            self._station,
            self._memory,
            self._receiving,
            self._new_id,
            limits,
            self.tally,
            self._wanted,
        )
        claiming.renew_all = self._renew_all
        if claiming.care():
            self._pull(limits)
        if put_off is not None and sending.waiting():
            raise Unreachable("the hub takes some of your work only later", seconds=put_off)
        self._memory.put(exchanged_at=self._clock.now(), program=self._program)

    def _compare(self, sending: Sending, link: Link, epoch: str) -> None:
        """Find what the hub has lost: after a restore, and once a day in any case."""
        compared, now = self._memory.state.compared_at, self._clock.now()
        if epoch != link.epoch:
            sending.compare(None)
            # Only now: had it broken off, the next exchange would have to compare again.
            restored = msgspec.structs.replace(link, epoch=epoch)
            self._memory.put(link=restored, cursor=None, heads={}, compared_at=now)
            self._renew_all = True
        elif compared is None or not compared <= now < compared + COMPARE_EVERY:
            sending.compare(now - KEPT_FOR, self._read_again)
            self._memory.put(compared_at=now)

    def _read_again(self) -> None:
        """Trust no number that was read: a hub that lacks something was restored unnoticed.

        It may have given numbers up to the one that was read last to other changes since.
        """
        self._memory.put(cursor=None, heads={})
        self._renew_all = True

    # Greeting

    def _greet(self) -> tuple[Link, Hello]:
        before = self._clock.now()
        hello = self._line.hello()
        link = self._memory.state.link
        assert link is not None
        if hello.hub != link.hub:
            raise NoHub(
                "another hub answers at this address than the one you logged in to",
                "Nothing was sent. Ask your operator, or log in again.",
            )
        if not hello.lowest <= VERSION <= hello.highest:
            raise TooOld(
                f"the hub speaks versions {hello.lowest} to {hello.highest} of the protocol, "
                f"this program version {VERSION}",
                "Update the program." if hello.lowest > VERSION else "The hub wants an update.",
            )
        now = self._clock.now()
        if hello.now.tzinfo is not None:
            self._ahead = before + (now - before) / 2 - hello.now
            self.skew = self._ahead.total_seconds()
        return link, hello

    def _now_there(self) -> datetime:
        return self._clock.now() - self._ahead

    # Pull

    def _pull(self, limits: Limits) -> None:
        cursor = self._memory.state.cursor
        seen = {cursor}
        limit, again = min(PAGE, limits.changes), False
        for _ in range(MAX_PAGES):
            try:
                page = self._line.changes(cursor, limit)
            except CursorGone:
                if again or cursor is None:
                    raise NoHub("the hub takes none of its own cursors") from None
                cursor, again, seen = None, True, {None}
                self._memory.put(cursor=None)
                self._renew_all = self._lost_place = True
                continue
            except AnswerTooLarge:
                if limit == 1:
                    raise
                limit = max(limit // 4, 1)
                continue
            if page.more and (page.cursor in seen or not page.changes):
                raise NoHub("the hub's list of changes goes round in circles")
            self._take(page)
            cursor = page.cursor
            seen.add(cursor)
            if not page.more:
                return
        raise Unreachable("the hub has more to say than fits into one exchange", seconds=60)

    def _take(self, page: LoosePage) -> None:
        if not page.changes and page.cursor == self._memory.state.cursor:
            return
        raws = (bytes(raw) for raw in page.changes)
        taken = self._receiving.take(raws, page.cursor, self._now_there(), page.reached)
        self.tally.received += taken.changes
        self.tally.tasks |= taken.tasks


def _longer(one: float | None, other: float | None) -> float | None:
    known = [seconds for seconds in (one, other) if seconds is not None]
    return max(known, default=None)


def _bounded(limits: Limits) -> Limits:
    """Return the hub's limits where they make sense: never above the protocol's own."""
    own = Limits()
    return Limits(
        **{
            name: min(max(getattr(limits, name), 1), getattr(own, name))
            for name in Limits.__struct_fields__
        }
    )
