"""Nothing crosses teams or members, whoever asks with whatever ids (R2, R3, P9)."""

import ast
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

import trainer_tui.hub
from tests.hub import stage
from trainer_tui.domain.membership import Role
from trainer_tui.hub import feed, schema
from trainer_tui.hub.feed import CursorGone, NewChange, have, page
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import HaveRequest, Pair, Status

TEAMS = ("north", "south", "west")
NAMES = ("ada", "bo", "cy", "di", "ed")
TASKS = 6


class World:
    """Members of some teams, with the same task ids in each, whose texts say whose they are."""

    def __init__(self, hub: Hub, chance: random.Random) -> None:
        self.hub = hub
        self.chance = chance
        self.sent: dict[str, tuple[Caller, str, bytes]] = {}
        self.cursors: list[str] = []
        stage.add_teams(hub, *TEAMS, tasks=TASKS)
        self.members = []
        for name in NAMES:
            teams = chance.sample(TEAMS, chance.randint(1, len(TEAMS)))
            role = chance.choice([Role.TRAINER, Role.TRAINER, Role.LEAD, Role.CLIENT])
            ended = [team for team in teams if chance.random() < 0.3]
            member = stage.add_member(hub, name, *teams, role=role, ended=ended)
            self.members.append(member)
            if role is Role.TRAINER:
                for team in teams:
                    stage.claim(hub, member, team, chance.sample(range(TASKS), 3))
        for team in TEAMS:
            body = msgspec.json.encode({"secret": f"batch-of-{team}"})
            news = [NewChange("batch", None, body=body)]
            hub.database.write(lambda c, team=team, news=news: feed.append(c, team, news, 0.0))

    def act(self) -> None:
        """Push something of a random member, with ids that may be anybody's."""
        member = self.chance.choice(self.members)
        team = self.chance.choice(TEAMS)
        known = list(self.sent) or [self.hub.new_id()]
        id = self.chance.choice([self.hub.new_id(), self.hub.new_id(), self.chance.choice(known)])
        number = self.chance.randrange(TASKS)
        record: Any = self.chance.choice(
            [
                stage.submission(id, number, f"secret of {member.name} in {team}"),
                stage.submission(
                    id, number, f"secret of {member.name} in {team}", revision=2,
                    replaces=self.chance.choice(known),
                ),
                stage.withdrawal(id, self.chance.choice(known), number),
                stage.skip(id, number, note=f"secret of {member.name} in {team}"),
            ]
        )  # fmt: skip
        raw = stage.operation(team, record)
        (result,) = push(self.hub, member, [raw])
        assert "secret" not in result.message
        if result.status in (Status.ACCEPTED, Status.CONFLICT):
            assert id not in self.sent
            self.sent[id] = (member, team, stage.body(record))
        elif result.status is Status.DUPLICATE:
            assert self.sent[id] == (member, team, stage.body(record))
        else:
            assert result.seq == 0 and not result.late

    def look(self, member: Caller) -> bytes:
        """Return all that a member is ever shown, with every cursor there is."""
        shown = []
        for cursor in (None, *self.cursors):
            try:
                while True:
                    read = page(self.hub, member, cursor, self.chance.randint(1, 30))
                    shown.append(msgspec.json.encode(read.changes))
                    cursor = read.cursor
                    if not read.more:
                        break
            except CursorGone:
                assert cursor is not None
                continue
            self.cursors.append(read.cursor)
        asked = tuple(Pair(op_id=id, digest="") for id in self.sent)
        answer = have(self.hub, member, HaveRequest(operations=asked))
        assert set(answer.different) == {
            id for id, (sender, *_) in self.sent.items() if sender is member
        }
        return b"\n".join(shown)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_shown_what_is_not_theirs(hub: Hub, seed: int) -> None:
    world = World(hub, random.Random(seed))
    for _ in range(60):
        world.act()
    assert world.sent, "nothing was taken: the test shows nothing"
    for _ in range(2):
        for member in world.members:
            shown = world.look(member)
            allowed = {
                team.team.encode()
                for team in member.memberships
                if not team.ended and team.role is not Role.CLIENT
            }
            assert set(re.findall(rb"batch-of-(\w+)", shown)) == allowed
            assert set(re.findall(rb"secret of (\w+)", shown)) <= {member.name.encode()}
            for sender, _, body in world.sent.values():
                assert (body in shown) is (sender is member)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_is_under_the_sender(hub: Hub, seed: int) -> None:
    world = World(hub, random.Random(seed))
    for _ in range(60):
        world.act()
    rows = hub.database.read(lambda c: c.execute(sa.select(schema.operations)).all())
    assert {row.op_id: (row.member_id, row.team_id, row.body) for row in rows} == {
        id: (member.member_id, team, body) for id, (member, team, body) in world.sent.items()
    }


def test_a_record_sets_nothing_that_is_the_hubs(hub: Hub) -> None:
    stage.add_teams(hub, "north", "south")
    ada, bo = (stage.add_member(hub, name, "north") for name in ("ada", "bo"))
    stage.claim(hub, ada, "north", [0])
    id = hub.new_id()
    op = json.loads(stage.operation("north", stage.submission(id)))
    theirs = {
        "seq": 77, "member_id": "bo", "member": "bo", "team_id": "south", "late": True,
        "conflict": True, "received_at": 0, "session_id": "x", "digest": "x", "role": "lead",
    }  # fmt: skip
    op |= theirs
    op["body"] |= theirs | {"team": "south"}
    (result,) = push(hub, ada, [json.dumps(op).encode()])
    assert (result.status, result.seq, result.late) == (Status.ACCEPTED, 1, False)
    (row,) = hub.database.read(lambda c: c.execute(sa.select(schema.operations)).all())
    assert (row.member_id, row.team_id, row.session_id) == ("ada", "north", "session-of-ada")
    assert (row.late, row.conflict, row.received_at) == (False, False, hub.now())
    assert page(hub, bo, None, 100).changes == ()


def test_statements_name_the_team_or_the_member(hub: Hub) -> None:
    """All that a member can cause is scoped in SQL, not only by what Python passes on."""
    statements: list[str] = []
    engine = hub.database.engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    world = World(hub, random.Random(1))
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(40):
            world.act()
        for member in world.members:
            world.look(member)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    reading = [s for s in statements if re.match(r"\s*(SELECT|UPDATE|DELETE)", s)]
    assert len(reading) > 100
    tables = "operations|changes|counters|tasks|slots|batches|memberships"
    for statement in set(reading):
        if not re.search(rf"(FROM|UPDATE|JOIN) ({tables})\b", statement):
            continue
        where = statement.partition("WHERE")[2]
        scoped = re.search(r"\b(team_id|member_id) (=|IN)", where)
        # An id of an operation is taken or free for all: that look-up is compared in Python.
        by_id = re.search(r"operations\.op_id (=|IN) ", where) and "body" not in statement
        assert scoped or by_id, statement


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_sql_is_put_together_from_text() -> None:
    names = {"text", "exec_driver_sql", "execute", "literal_column"}
    for path in Path(trainer_tui.hub.__file__).parent.rglob("*.py"):
        for call in _calls(ast.parse(path.read_text())):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in names or not call.args:
                continue
            bad = isinstance(call.args[0], ast.JoinedStr) or (
                isinstance(call.args[0], ast.BinOp)
                and isinstance(call.args[0].op, ast.Mod | ast.Add)
            )
            assert not bad, f"{path.name}:{call.lineno}"
