"""Safeguards taken out of the workstation, in the process of the test: each has to be missed."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from tests.sync.machines import Machine
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.sync import SyncState
from trainer_tui.services import sending
from trainer_tui.services.claiming import Claiming
from trainer_tui.services.exchanging import Exchange
from trainer_tui.services.receiving import Receiving
from trainer_tui.services.sending import Sending
from trainer_tui.sync.outbox import Outgoing
from trainer_tui.sync.protocol import Result


@contextmanager
def instead(owner: Any, name: str, made: Callable[[Any], Any]) -> Iterator[None]:
    """Replace an attribute by what `made` makes of it."""
    kept = getattr(owner, name)
    setattr(owner, name, made(kept))
    try:
        yield
    finally:
        setattr(owner, name, kept)


def acknowledged_before_the_answer() -> Any:
    """The workstation takes for acknowledged what it is about to send."""

    def early(push: Any) -> Any:
        def pushing(self: Sending) -> Any:
            line = self._line

            class Early:
                def push(_, portion: Sequence[Outgoing]) -> list[Result]:
                    self._mark(one.mark(SyncState.ACKED, hub_seq=1) for one in portion)
                    return line.push(portion)

            self._line = Early()
            try:
                return push(self)
            finally:
                self._line = line

        return pushing

    return instead(Sending, "push", early)


def cursor_before_the_page() -> Any:
    """The workstation stores where to read on before it has applied the page."""

    def early(take: Any) -> Any:
        def taking(self: Receiving, changes: Any, cursor: Any, *rest: Any) -> Any:
            self._memory.put(cursor=cursor)
            return take(self, changes, cursor, *rest)

        return taking

    return instead(Receiving, "take", early)


def results_by_position() -> Any:
    """The workstation takes the first result for that of the first operation, and so on."""

    def by_position(settle: Any) -> Any:
        def settling(
            self: Sending, portion: Sequence[Outgoing], results: Iterable[Result], settled: Any
        ) -> Any:
            pairs = zip(portion, results, strict=False)
            moved = [msgspec.structs.replace(r, op_id=one.op_id) for one, r in pairs]
            return settle(self, portion, moved, settled)

        return settling

    return instead(Sending, "_settle", by_position)


def hole_on_a_full_disk() -> Any:
    """A page of which some could not be written counts as read: cursor = the last number."""

    def careless(put: Any) -> Any:
        def putting(self: Receiving, news: Any) -> Any:
            with suppress(StoreError):
                return put(self, news)
            return set()

        return putting

    return instead(Receiving, "_put_records", careless)


def have_is_skipped() -> Any:
    """The workstation never asks what the hub has lost."""
    return instead(Sending, "compare", lambda compare: lambda self, since, lacking=None: None)


def numbers_are_trusted() -> Any:
    """A hub that lacks something is read on from where its lost feed had ended."""
    return instead(Exchange, "_read_again", lambda read_again: lambda self: None)


def fresh_id_for_each_try() -> Any:
    """The workstation gives an operation another id each time it is sent."""

    def fresh(outgoing: Any) -> Any:
        def making(record: Any, team: str) -> Outgoing:
            if record.sync is not SyncState.PENDING:
                one: Outgoing = outgoing(record, team)
                return one
            tail = f"{threading.get_ident() * time.time_ns() % 16**12:012x}"
            sent = msgspec.structs.replace(record, id=f"{record.id[:24]}{tail}")
            return outgoing(sent, team)._replace(record_id=record.id)

        return making

    return instead(sending, "outgoing", fresh)


def claims_without_a_memory() -> Any:
    """The workstation asks for tasks before it has read which ones it was given."""

    def forgetful(claim: Any) -> Any:
        def claiming(self: Claiming) -> Any:
            held, self._memory._state = (
                self._memory.state.held,
                msgspec.structs.replace(self._memory.state, held=()),
            )
            try:
                return claim(self)
            finally:
                self._memory._state = msgspec.structs.replace(self._memory._state, held=held)

        return claiming

    return instead(Claiming, "_claim", forgetful)


def ids_that_count() -> Any:
    """The next id follows from the one before, so two copies of a folder make the same."""

    def counting(open: Any) -> Any:
        def opening(self: Machine) -> Any:
            self.new_ids = _counting
            return open(self)

        return opening

    return instead(Machine, "open", counting)


def _counting(known: Callable[[], Iterable[str]]) -> Callable[[], str]:
    def new_id() -> str:
        nonlocal last
        last += 1
        text = f"{last:012x}"
        return f"01900000-0000-7000-8000-{text}"

    last = max((int(id[-12:], 16) for id in known()), default=0)
    return new_id
