"""Shift bundles at the hub: what came by mail or on a stick is pushed, and answered by a file.

A bundle says who it is from, so whoever lets it in needs no session; its seal is the proof.
Receiving one twice, late or after a newer one has the effect of once. An answer begins where
the bundles that it answers stand, so whoever applies it has the whole feed up to its end.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Row

from trainer_tui.domain.errors import NotAllowed, NotFound
from trainer_tui.hub import audit, cursors, dispatch, feed, people, pushing, schema
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync import bundle
from trainer_tui.sync.bundle import BadBundle, Direction, Head, InFacts, OutFacts
from trainer_tui.sync.bundle_key import KEY_BYTES, BundleKey
from trainer_tui.sync.protocol import (
    MAX_CLAIMS,
    MAX_OPERATIONS,
    MAX_PLAIN,
    ClaimRequest,
    Page,
    Places,
    Pushed,
    Result,
)

CHANGES = 100
"""Changes on one page of a bundle."""
OPERATOR = "operator"


class Received(NamedTuple):
    """What a bundle came to."""

    member_id: str
    name: str
    bundle_id: str
    results: tuple[Result, ...]
    tasks: int
    """How many tasks the member would like; the next answer claims them."""
    other_epoch: bool
    """Whether it was made before the hub was restored: its work counts, its position does not."""


class Made(NamedTuple):
    """An answer, as the bytes of its file."""

    data: bytes
    name: str
    results: int
    changes: int
    more: bool
    """Whether there was more than one bundle holds; what is left comes with the next."""


def receive(hub: Hub, data: bytes, *, actor: str = OPERATOR) -> Received:
    """Take in a bundle from a workstation and return what became of its operations.

    Raises `BadBundle`, and then nothing of it was taken, or `Unavailable`: then some of it
    may have been, and the same bundle again completes it.
    """
    head = bundle.peek(data)
    member = hub.database.read(lambda c: _member(c, head.member))
    if member is None:
        raise BadBundle("this hub does not know whom it is from")
    opened = bundle.unseal(data, member.bundle_key, Direction.OUT, hub=hub.id, member=member.id)
    facts = bundle.decoded(opened.last, OutFacts)
    if facts.operations != opened.parts or facts.tasks < 0:
        raise BadBundle("it does not hold what it says")
    caller = _caller(hub, head.member, head.id)
    results: list[Result] = []
    for piece in _pieces(opened.frames()):
        results += pushing.push(hub, caller, piece)
    # A push takes nothing from who was revoked meanwhile; that is said and not answered.
    _caller(hub, head.member, head.id)
    told = tuple(results)

    def keep(connection: Connection) -> None:
        _keep(connection, hub.now(), head, facts, told)
        _note(connection, hub, actor, "bundle.in", head, operations=len(told))

    hub.database.write(keep)
    restored = head.epoch not in ("", hub.epoch)
    return Received(head.member, member.name, head.id, told, facts.tasks, restored)


def make(
    hub: Hub,
    member_id: str,
    count: int | None = None,
    *,
    whole: bool = False,
    actor: str = OPERATOR,
) -> Made:
    """Make the answer to what came in from a member: results, and the feed from there on.

    It claims as many tasks as the member would like, or `count`. Made again before another
    bundle came in, it answers the same ones, with the same tasks. With `whole` it begins with
    the feed's first change, for a workstation that has nothing yet. Raises `NotFound`,
    `NotAllowed` for who is revoked, and `Unavailable`.
    """
    id = hub.new_id()
    rows = hub.database.read(lambda c: _to_answer(c, member_id))
    caller = _caller(hub, member_id, id)
    asked = [(row.id, msgspec.json.decode(row.facts, type=OutFacts)) for row in rows]
    for request in _wishes(id, asked, count):
        dispatch.claim(hub, caller, request)
    start = {} if whole else _start(hub, member_id, [facts.cursor for _, facts in asked])
    contents = _Contents(hub, caller, start, rows)
    head = Head(
        direction=Direction.IN,
        hub=hub.id,
        member=member_id,
        id=id,
        epoch=hub.epoch,
        made_at=datetime.fromtimestamp(hub.now(), UTC),
    )
    known = hub.database.read(lambda c: _member(c, member_id))
    assert known is not None  # members are never removed
    data = bundle.pack(known.bundle_key, head, contents.frames(), contents.facts)

    def keep(connection: Connection) -> None:
        _answered(connection, hub.now(), member_id, contents.answers)
        _note(connection, hub, actor, "bundle.out", head, changes=contents.changes)

    hub.database.write(keep)
    return Made(data, caller.name, contents.results, contents.changes, contents.more)


def key(hub: Hub, member_id: str, *, new: bool = False, actor: str = OPERATOR) -> BundleKey:
    """Return what a member's workstation needs to seal bundles; that it was told is noted.

    With `new` it is another key from now on, and what was sealed with the old one is refused.
    Raises `NotFound`, and `NotAllowed` for who is revoked.
    """
    _caller(hub, member_id, "")
    fresh = secrets.token_bytes(KEY_BYTES)

    def tell(connection: Connection) -> bytes:
        members = schema.members
        if new:
            connection.execute(
                sa.update(members).where(members.c.id == member_id).values(bundle_key=fresh)
            )
        audit.record(
            connection,
            hub,
            actor=actor,
            action="bundle.new_key" if new else "bundle.key",
            team_id=None,
            subject=member_id,
            details={},
        )
        found = sa.select(members.c.bundle_key).where(members.c.id == member_id)
        known: bytes = connection.execute(found).scalar_one()
        return known

    return BundleKey(hub.id, member_id, hub.database.write(tell))


def _member(connection: Connection, member_id: str) -> "Row[tuple[object, ...]] | None":
    members = schema.members
    return connection.execute(sa.select(members).where(members.c.id == member_id)).first()


def _caller(hub: Hub, member_id: str, bundle_id: str) -> Caller:
    """Return the member as one who calls; the bundle stands for the session."""

    def look(connection: Connection) -> Caller:
        member = _member(connection, member_id)
        if member is None:
            raise NotFound(f"no member {member_id!r}", "'trainer-tui hub members' lists them.")
        if member.disabled_at is not None:
            raise NotAllowed(f"{member.name} has been revoked: no bundles go in or out.")
        return Caller(
            member_id, member.name, bundle_id, people.memberships_of(connection, member_id)
        )

    return hub.database.read(look)


def _pieces(operations: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Put operations together as a workstation with a line would push them."""
    piece: list[bytes] = []
    size = 0
    for operation in operations:
        if piece and (len(piece) == MAX_OPERATIONS or size + len(operation) > MAX_PLAIN):
            yield piece
            piece, size = [], 0
        piece.append(operation)
        size += len(operation)
    if piece:
        yield piece


def _keep(
    connection: Connection, now: float, head: Head, facts: OutFacts, results: tuple[Result, ...]
) -> None:
    """Remember what is to be answered; a bundle that came before is to be answered again."""
    bundles = schema.bundles
    connection.execute(
        sa.delete(bundles).where(bundles.c.member_id == head.member, bundles.c.id == head.id)
    )
    connection.execute(
        sa.insert(bundles).values(
            member_id=head.member,
            id=head.id,
            received_at=now,
            facts=msgspec.json.encode(facts),
            results=msgspec.json.encode(results),
        )
    )


def _to_answer(connection: Connection, member_id: str) -> "list[Row[tuple[object, ...]]]":
    """Return what came in and was not answered; if nothing, what the last answer was about."""
    bundles = schema.bundles
    known = sa.select(bundles).where(bundles.c.member_id == member_id).order_by(bundles.c.id)
    rows = list(connection.execute(known))
    return [row for row in rows if row.answered_at is None] or rows


def _answered(connection: Connection, now: float, member_id: str, answers: tuple[str, ...]) -> None:
    """Note what was answered, and forget what earlier answers were about."""
    bundles = schema.bundles
    own = bundles.c.member_id == member_id
    connection.execute(
        sa.delete(bundles).where(
            own, bundles.c.answered_at.is_not(None), bundles.c.id.not_in(answers)
        )
    )
    connection.execute(
        sa.update(bundles).where(own, bundles.c.id.in_(answers)).values(answered_at=now)
    )


def _note(
    connection: Connection, hub: Hub, actor: str, action: str, head: Head, **counts: int
) -> None:
    audit.record(
        connection,
        hub,
        actor=actor,
        action=action,
        team_id=None,
        subject=head.member,
        details={"bundle": head.id, **counts},
    )


def _wishes(
    id: str, asked: list[tuple[str, OutFacts]], count: int | None
) -> Iterator[ClaimRequest]:
    """Yield what to claim; the same bundles always ask with the same ids."""
    if count is not None:
        last, facts = asked[-1] if asked else (id, OutFacts(operations=0))
        asked = [(f"{last}.{count}", msgspec.structs.replace(facts, tasks=count))]
    for request_id, facts in asked:
        if facts.tasks:
            yield ClaimRequest(
                count=min(facts.tasks, MAX_CLAIMS), without=facts.without, request_id=request_id
            )


def _start(hub: Hub, member_id: str, stands: Iterable[str | None]) -> Places:
    """Return the place from which workstations that stand at these miss nothing.

    Two copies of a workstation may each be ahead of the other in some team.
    """
    lowest: Places | None = None
    for cursor in stands:
        try:
            places = cursors.read(hub, member_id, cursor) if cursor else {}
        except cursors.CursorGone:  # of a feed that a restore has taken away
            return {}
        lowest = places if lowest is None else _both(lowest, places)
    return lowest or {}


def _both(one: Places, other: Places) -> Places:
    """Return how far both have read."""
    return {
        team: (min(one[team][0], other[team][0]), min(one[team][1], other[team][1]))
        for team in one.keys() & other.keys()
    }


class _Contents:
    """The frames of an answer, and what they come to as far as they found room."""

    def __init__(
        self, hub: Hub, caller: Caller, start: Places, rows: "list[Row[tuple[object, ...]]]"
    ) -> None:
        self._hub, self._caller, self._start, self._rows = hub, caller, start, rows
        self._pages: list[Page] = []
        self._told: list[int] = []
        self.answers = tuple(row.id for row in rows)
        self.results = self.changes = 0
        self.more = False

    def frames(self) -> Iterator[bytes]:
        """Yield the results in pieces, then the pages of the feed."""
        for row in self._rows:
            results = msgspec.json.decode(row.results, type=tuple[Result, ...])
            for at in range(0, len(results), MAX_OPERATIONS):
                piece = results[at : at + MAX_OPERATIONS]
                self._told.append(len(piece))
                yield msgspec.json.encode(Pushed(results=piece))
        page = self._first()
        while True:
            self._pages.append(page)
            yield msgspec.json.encode(page)
            if not page.more:
                return
            page = feed.page(self._hub, self._caller, page.cursor, CHANGES)

    def _first(self) -> Page:
        try:
            return feed.page(self._hub, self._caller, self._cursor(), CHANGES)
        except cursors.CursorGone:  # it stood in a future that a restore has undone
            self._start = {}
            return feed.page(self._hub, self._caller, None, CHANGES)

    def _cursor(self) -> str | None:
        if not self._start:
            return None
        return cursors.written(self._hub, self._caller.member_id, self._start)

    def facts(self, count: int) -> InFacts:
        """Return what the first `count` frames are, the others having found no room."""
        told = self._told[:count]
        pages = self._pages[: count - len(told)]
        self.results = sum(told)
        self.changes = sum(len(page.changes) for page in pages)
        self.more = not pages or pages[-1].more
        return InFacts(
            name=self._caller.name,
            results=len(told),
            pages=len(pages),
            after=self._start,
            answers=self.answers,
        )
