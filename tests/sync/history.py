"""F29: what all clients saw, against what is there in the end: nothing lost, made up or reordered.

Every client tells the log what it did: `wrote` a record, had it `acked` under a number, `read`
pages of the feed. `faults` then compares with the final feeds. The set of operations is checked
as Jepsen's set test does it, the revisions of each task as its list-append test does: whatever
a client ever read of a list is the beginning of the final list.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """One change of a feed, as a client read it or as it is there in the end."""

    team: str
    seq: int
    kind: str
    op_id: str
    """Of a record; empty for other changes."""


class Final(NamedTuple):
    """What is there in the end."""

    feed: Sequence[Entry]
    meant_for: Mapping[tuple[str, int], str | None]
    """The member for whom each change is; None: all of the team."""
    owner: Mapping[str, str]
    """The member of each operation."""
    digests: Mapping[str, str]
    """Of the body of each operation."""
    tasks: Mapping[str, str]
    """The task of each operation on one."""


class _Ack(NamedTuple):
    at: int
    client: str
    op_id: str
    seq: int
    digest: str


class _Page(NamedTuple):
    began: int
    client: str
    member: str
    cursor: str | None
    entries: Sequence[Entry]
    next: str
    more: bool


class Log:
    """Takes what clients tell, from any thread, in the order in which it happened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._time = 0
        self.written: dict[str, str] = {}
        """By op id the client that wrote it."""
        self.acks: list[_Ack] = []
        self.pages: list[_Page] = []

    def tick(self) -> int:
        """Return a moment; a later one is greater."""
        with self._lock:
            self._time += 1
            return self._time

    def wrote(self, client: str, op_id: str) -> None:
        """A client is about to send a record for the first time."""
        self.written.setdefault(op_id, client)

    def acked(self, client: str, op_id: str, seq: int, digest: str) -> None:
        """A client was told that the hub has a record."""
        self.acks.append(_Ack(self.tick(), client, op_id, seq, digest))

    def read(
        self,
        began: int,
        client: str,
        member: str,
        cursor: str | None,
        entries: Sequence[Entry],
        next: str,
        more: bool,
    ) -> None:
        """A client got the page after a cursor, for which it had asked at the moment `began`."""
        self.pages.append(_Page(began, client, member, cursor, tuple(entries), next, more))

    @property
    def acknowledged(self) -> set[str]:
        """All that any client was told is there."""
        return {ack.op_id for ack in self.acks}


class Faults(NamedTuple):
    """What is wrong, in words."""

    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    wrong: Sequence[str] = ()

    @property
    def clean(self) -> bool:
        return not any(self)

    def __add__(self, other: "Faults") -> "Faults":
        return Faults(*([*one, *two] for one, two in zip(self, other, strict=True)))

    def words(self) -> list[str]:
        """Return all of it."""
        return [*self.lost, *self.doubled, *self.wrong]


def faults(log: Log, final: Final, *, renumbered: bool = False) -> Faults:
    """Compare. A hub that was restored has `renumbered`: then only the set is compared."""
    places = defaultdict(list)
    for entry in final.feed:
        if entry.op_id:
            places[entry.op_id].append(entry.seq)
    lost, doubled, wrong = [], [], []
    for ack in log.acks:
        if ack.op_id not in final.digests:
            lost.append(f"{ack.op_id} was acknowledged to {ack.client} and is not there")
        elif final.digests[ack.op_id] != ack.digest:
            lost.append(f"{ack.op_id} was acknowledged to {ack.client} and says something else")
        elif ack.seq not in places[ack.op_id] and not renumbered:
            wrong.append(f"{ack.op_id} was acknowledged as {ack.seq}, is {places[ack.op_id]}")
    doubled += [f"{op_id} is told of at {seqs}" for op_id, seqs in places.items() if len(seqs) > 1]
    made_up = final.digests.keys() - log.written.keys()
    doubled += [f"{op_id} is there, and nobody wrote it" for op_id in made_up]
    if not renumbered:
        wrong += _misread(log, final)
        wrong += _stale(log, final)
        wrong += _reordered(log, final)
    return Faults(sorted(set(lost)), sorted(set(doubled)), sorted(set(wrong)))


def _misread(log: Log, final: Final) -> Iterator[str]:
    """Yield pages that are not the next stretch of what the member may see.

    Each page is compared with the final feed between the place where the page before it
    ended and its own last entry: neither a hole nor anything else.
    """
    scope: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    members = {page.member for page in log.pages}
    for entry in final.feed:
        whose = final.meant_for[entry.team, entry.seq]
        for member in members if whose is None else {whose} & members:
            scope[member, entry.team].append(entry)
    reached: dict[str | None, dict[str, int]] = {None: {}}
    for page in log.pages:
        places = dict(reached.get(page.cursor, {}))
        for team in sorted({entry.team for entry in page.entries}):
            got = [entry for entry in page.entries if entry.team == team]
            start, end = places.get(team, 0), got[-1].seq
            there = [entry for entry in scope[page.member, team] if start < entry.seq <= end]
            if got != there:
                hole = sorted({e.seq for e in there} - {e.seq for e in got})
                made_up = sorted({e.seq for e in got} - {e.seq for e in there})
                yield f"{page.client} read {team} from {start} to {end}: not {hole}, but {made_up}"
            places[team] = max(start, end)
        reached[page.next] = places


def _stale(log: Log, final: Final) -> Iterator[str]:
    """Yield reads to the end of the feed that lack what was acknowledged before they began."""
    seen: dict[str | None, set[str]] = {None: set()}
    for page in log.pages:
        now = seen.get(page.cursor, set()) | {entry.op_id for entry in page.entries}
        seen[page.next] = now | seen.get(page.next, set())
        if page.more:
            continue
        for ack in log.acks:
            mine = final.owner.get(ack.op_id) == page.member
            if mine and ack.at < page.began and ack.op_id not in now:
                yield f"{page.client} read to the end without {ack.op_id}"


def _reordered(log: Log, final: Final) -> Iterator[str]:
    """Yield what a client read of a task's records that is no beginning of the final list."""
    lists: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in sorted(final.feed):
        if entry.op_id in final.tasks:
            lists[final.owner[entry.op_id], final.tasks[entry.op_id]].append(entry.op_id)
    read: dict[str | None, dict[str, list[str]]] = {None: {}}
    for page in log.pages:
        so_far = {task: list(ids) for task, ids in read.get(page.cursor, {}).items()}
        for entry in page.entries:
            if entry.op_id in final.tasks:
                so_far.setdefault(final.tasks[entry.op_id], []).append(entry.op_id)
        read[page.next] = so_far
        for task, ids in so_far.items():
            there = lists[page.member, task]
            if ids != there[: len(ids)]:
                yield f"{page.client} read the records of {task} as {ids}, in the end {there}"
