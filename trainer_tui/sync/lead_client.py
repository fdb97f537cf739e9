"""What a lead asks of the hub, over a line on which somebody is logged in."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

import msgspec

from trainer_tui.domain import strict
from trainer_tui.domain.errors import BadInput, NotFound
from trainer_tui.domain.task import Batch, BatchHead, Task
from trainer_tui.sync.administration import (
    MAX_TASKS,
    BatchStatus,
    MemberLine,
    Members,
    MembershipChange,
    Move,
    Published,
    PublishRequest,
    TeamLine,
    Teams,
    TeamStatus,
)
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.protocol import MAX_BODY, MAX_TEXT
from trainer_tui.sync.trouble import Unreachable

T = TypeVar("T")

_ROOM = MAX_BODY * 9 // 10
"""Bytes of tasks in one request, uncompressed: it fits however it travels."""


_TRIES = 5
_LONGEST_PAUSE = 60.0
"""Seconds; whoever publishes waits at the terminal."""


class Counts(NamedTuple):
    """What became of the tasks of a batch that was published."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    """There before, as they are: from an earlier publication, or from one that broke off."""
    kept: int = 0
    """Sent with another content, but somebody works on them or has answered them."""
    unworkable: int = 0
    """Of a kind that no workstation can open yet."""

    def plus(self, said: Published) -> "Counts":
        """Add what one request did."""
        return Counts(*(mine + getattr(said, name) for name, mine in self._asdict().items()))


class LeadClient(HubLine):
    """The line on which somebody leads; words are resolved to ids before anything is done."""

    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def teams(self) -> tuple[TeamLine, ...]:
        """Return the teams that the caller leads."""
        return self._call("GET", "/v1/teams", Teams).teams

    def team(self, word: str | None) -> str:
        """Return the id of the team of this id or title; None: of the only one.

        Raises `NotFound` with the teams that there are.
        """
        teams = self.teams()
        if not teams:
            raise NotFound(
                "you lead no team", "Whoever runs the hub makes somebody a lead; log in as one."
            )
        ids = [team.id for team in teams]
        if word is None:
            if len(ids) == 1:
                return ids[0]
            raise NotFound("which team is meant?", f"--team takes one of {', '.join(ids)}.")
        if word in ids:
            return word
        named = [team.id for team in teams if team.title.casefold() == word.casefold()]
        if len(named) == 1:
            return named[0]
        raise NotFound(
            f"you lead no team {word!r}{_guess(word, ids)}", f"You lead {', '.join(ids)}."
        )

    def members(self, team: str) -> tuple[MemberLine, ...]:
        """Return who is or was in a team."""
        return self._call("GET", f"/v1/teams/{team}/members", Members).members

    def member(self, team: str, word: str) -> MemberLine:
        """Return the member of a team by name or id; raises `NotFound` with a guess."""
        members = self.members(team)
        for member in members:
            if word in (member.name, member.id):
                return member
        raise NotFound(
            f"no member {word!r} in {team}{_guess(word, [m.name for m in members])}",
            f"'trainer-tui lead members --team {team}' lists them.",
        )

    def status(self, team: str) -> TeamStatus:
        """Return who works on what."""
        return self._call("GET", f"/v1/teams/{team}/status", TeamStatus)

    def batch(self, team: str, word: str) -> BatchStatus:
        """Return a batch of a team by id or title; raises `NotFound` with a guess."""
        batches = self.status(team).batches
        named = [batch for batch in batches if batch.title.casefold() == word.casefold()]
        for batch in batches:
            if batch.id == word or named == [batch]:
                return batch
        raise NotFound(
            f"no batch {word!r} in {team}{_guess(word, [batch.id for batch in batches])}",
            f"'trainer-tui lead batches --team {team}' lists them.",
        )

    def certify(self, team: str, member: str, certified: bool) -> None:
        """Let a member have the team's tasks, or no longer."""
        change = MembershipChange(certified=certified)
        self._do("PUT", f"/v1/teams/{team}/members/{member}", change)

    def move(self, member: str, old: str, new: str, *, certified: bool) -> None:
        """Move a member to another team of the caller's."""
        move = Move(member=member, to=new, certified=certified)
        self._do("POST", f"/v1/teams/{old}/moves", move)

    def revoke(self, team: str, member: str) -> None:
        """Shut a member out of the hub."""
        self._do("POST", f"/v1/teams/{team}/members/{member}/revoke")

    def close_batch(self, team: str, batch: str) -> Published:
        """Give nothing of a batch out any more; who has tasks of it may finish and send them."""
        return self._call("POST", f"/v1/teams/{team}/batches/{batch}/close", Published)

    def open_batch(self, team: str, batch: str) -> Published:
        """Put a batch on the list of everybody who may have it."""
        return self._call("POST", f"/v1/teams/{team}/batches/{batch}/open", Published)

    def publish(
        self,
        team: str,
        batch: Batch,
        *,
        overlap: int | None = None,
        claim_hours: float | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Counts:
        """Send a batch: its head, its tasks in pieces, and then the word to open it.

        Nobody sees it before all of it is there. Doing it again, after a break or with a
        changed file, has the same end as doing it once with the last one; so a request that
        fails is repeated some times, after the pause that the hub asks for. What is None
        stays as it was, or is 1 answer a task and 24 hours a claim. Raises `BadInput` before
        anything is sent for a task that the hub would not take.
        """

        def call(method: str, path: str, body: Any = None) -> Published:
            for tried in range(_TRIES):
                try:
                    return self._call(method, path, Published, body)
                except Unreachable as error:
                    pause = 2.0**tried if error.seconds is None else error.seconds
                    if tried == _TRIES - 1 or pause > _LONGEST_PAUSE:
                        raise
                    self.sleep(pause)
            raise AssertionError("unreachable")

        pieces = list(_pieces(batch.tasks))
        place = f"/v1/teams/{team}/batches/{batch.id}"
        fields = {name: getattr(batch, name) for name in BatchHead.__struct_fields__}
        head = BatchHead(**fields | {"team": team})
        known = [old for old in self.status(team).batches if old.id == batch.id]
        before = known[0] if known else PublishRequest(head=head)
        asked = PublishRequest(
            head=head,
            overlap=before.overlap if overlap is None else overlap,
            claim_hours=before.claim_hours if claim_hours is None else claim_hours,
        )
        call("PUT", place, asked)
        counts, sent = Counts(), 0
        for number, piece in pieces:
            said = call("POST", f"{place}/tasks", piece)
            counts, sent = counts.plus(said), sent + number
            progress(sent, len(batch.tasks))
        call("POST", f"{place}/open")
        return counts

    def _call(self, method: str, path: str, answer: type[T], body: Any = None) -> T:
        with _told():
            return self._ask(method, path, answer, msgspec.json.encode(body) if body else None)

    def _do(self, method: str, path: str, body: Any = None) -> None:
        """Ask for something of which the answer tells nothing more than that it is done."""
        with _told():
            self._send(method, path, msgspec.json.encode(body) if body else None)


@contextmanager
def _told() -> Iterator[None]:
    """Say of a line that broke what it means for a lead."""
    try:
        yield
    except Unreachable as error:
        hint = "Do it again later; what was done so far is no harm."
        raise Unreachable(error.message, hint, seconds=error.seconds) from None


def _pieces(tasks: Sequence[Task]) -> Iterator[tuple[int, msgspec.Raw]]:
    """Cut tasks into bodies of requests, each with the number of its tasks.

    Raises `BadInput` for a task that no request can hold, or that the hub would not read.
    """
    piece: list[bytes] = []
    size = 0
    for task in tasks:
        data = msgspec.json.encode(task)
        if len(data) > _ROOM:
            raise BadInput(
                f"the task {task.id} has {len(data):,} bytes",
                f"A task has at most {_ROOM:,}. Shorten it; nothing was published.",
            )
        if len(data) > MAX_TEXT and _longest(msgspec.to_builtins(task)) > MAX_TEXT:
            raise BadInput(
                f"the task {task.id} has a text of more than {MAX_TEXT:,} characters",
                "Shorten it; nothing was published.",
            )
        try:
            strict.refuse_depth(bytes(_body([data])))
        except strict.BadJSON:
            raise BadInput(
                f"the fields of the task {task.id} are lists in lists in lists",
                "Make it flatter; nothing was published.",
            ) from None
        if piece and (len(piece) == MAX_TASKS or size + len(data) > _ROOM):
            yield len(piece), _body(piece)
            piece, size = [], 0
        piece.append(data)
        size += len(data) + 1
    if piece:
        yield len(piece), _body(piece)


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return max((max(len(key), _longest(inner)) for key, inner in value.items()), default=0)
    return max(map(_longest, value), default=0) if isinstance(value, list | tuple) else 0


def _body(piece: list[bytes]) -> msgspec.Raw:
    return msgspec.Raw(b'{"tasks":[' + b",".join(piece) + b"]}")


def _guess(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
