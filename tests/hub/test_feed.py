import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import structs

from tests.hub import stage
from tests.hub.stage import add_member, add_teams, claim, operation, submission
from trainer_tui.domain.membership import Role
from trainer_tui.hub import feed, schema
from trainer_tui.hub.feed import CursorGone, NewChange, have, page
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Change, HaveRequest, Page, Pair


def tell(hub: Hub, team_id: str, *members: str | None, size: int = 2) -> None:
    news = [NewChange("batch", m, body=b'"' + b"x" * (size - 2) + b'"') for m in members]
    hub.database.write(lambda c: feed.append(c, team_id, news, 0.0))


def places(page: Page) -> list[tuple[str, int]]:
    return [(change.team, change.seq) for change in page.changes]


def walk(hub: Hub, caller: Caller, limit: int = 100, cursor: str | None = None) -> list[Change]:
    found: list[Change] = []
    while True:
        read = page(hub, caller, cursor, limit)
        found += read.changes
        assert read.cursor != cursor or not read.changes
        cursor = read.cursor
        if not read.more:
            return found
        assert read.changes


@pytest.fixture
def ada(hub: Hub) -> Caller:
    add_teams(hub, "north", "south", "west")
    return add_member(hub, "ada", "south", "north")


def test_a_member_sees_what_is_addressed_to_them_or_to_all(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "ada", "bo", None)
    tell(hub, "south", "bo", "ada")
    tell(hub, "west", None, "ada")
    first = page(hub, ada, None, 100)
    assert places(first) == [("north", 1), ("north", 2), ("north", 4), ("south", 2)]
    assert not first.more
    after = page(hub, ada, first.cursor, 100)
    assert (after.changes, after.more) == ((), False)
    tell(hub, "north", "bo", "ada")
    assert places(page(hub, ada, after.cursor, 100)) == [("north", 6)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_leave_nothing_out(hub: Hub, ada: Caller, limit: int) -> None:
    for team in ("north", "south"):
        tell(hub, team, *[None, "ada", "bo"] * 4)
    wanted = [(team, seq) for team in ("north", "south") for seq in range(1, 13) if seq % 3]
    assert [(c.team, c.seq) for c in walk(hub, ada, limit)] == wanted


def test_pages_have_a_size(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", *["ada"] * 5, size=feed.MAX_PAGE // 2)
    tell(hub, "south", "ada", size=feed.MAX_PAGE * 2)
    sizes = []
    cursor, more = None, True
    while more:
        read = page(hub, ada, cursor, 100)
        sizes.append(len(read.changes))
        cursor, more = read.cursor, read.more
    assert sizes == [2, 2, 1, 1]


def test_a_page_shorter_than_asked_at_the_bounds(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", *["ada"] * 3)
    assert len(page(hub, ada, None, 0).changes) == 1
    assert len(page(hub, ada, None, -5).changes) == 1
    assert len(page(hub, ada, None, 10**9).changes) == 3
    assert page(hub, ada, None, 3).more is False
    assert page(hub, ada, None, 2).more is True


def left(caller: Caller, team: str, ended: bool = True) -> Caller:
    return caller._replace(
        memberships=tuple(
            structs.replace(m, ended=ended) if m.team == team else m for m in caller.memberships
        )
    )


def test_what_is_for_all_ends_with_the_membership_and_is_caught_up(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "ada")
    cursor = page(hub, ada, None, 100).cursor
    tell(hub, "north", None, "ada", None)
    away = left(ada, "north")
    read = page(hub, away, cursor, 100)
    assert places(read) == [("north", 4)]
    tell(hub, "north", "ada", None)
    back = page(hub, ada, read.cursor, 100)
    assert places(back) == [("north", 3), ("north", 5), ("north", 6), ("north", 7)]
    assert [seq for _, seq in places(page(hub, away, None, 100))] == [2, 4, 6]


def test_who_left_sees_what_was_for_all_until_then(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "ada", None)
    gone = NewChange("membership", "ada", body=b"{}")
    hub.database.write(lambda c: feed.append(c, "north", [gone], 0.0))
    tell(hub, "north", None, "ada", None)
    away = left(ada, "north")
    wanted = [("north", seq) for seq in (1, 2, 3, 4, 6)]
    assert places(page(hub, away, None, 100)) == wanted
    assert [(c.team, c.seq) for c in walk(hub, away, 1)] == wanted
    read = page(hub, away, None, 100)
    assert read.reached["north"] == (6, 4)
    back = page(hub, ada, read.cursor, 100)
    assert places(back) == [("north", 5), ("north", 7)]


def test_a_client_sees_no_batches(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "client")
    client = add_member(hub, "client", "north", role=Role.CLIENT)
    assert places(page(hub, client, None, 100)) == [("north", 2)]


def test_records_come_back_as_they_went(hub: Hub, ada: Caller) -> None:
    claim(hub, ada, "north", [0])
    record = submission(hub.new_id(), text="“Maui” 👩‍👩‍👧 \n\t")
    push(hub, ada, [operation("north", record)])
    record_change, ended = page(hub, ada, None, 10).changes
    assert (record_change.kind, ended.kind) == ("record", "claim_ended")
    said = json.loads(bytes(record_change.body))
    assert (said["op_id"], said["kind"]) == (record.id, "submission")
    assert stage.body(record) in bytes(record_change.body)


def test_a_page_can_be_sent(hub: Hub, ada: Caller) -> None:
    claim(hub, ada, "north", [0])
    push(hub, ada, [operation("north", submission(hub.new_id()))])
    read = page(hub, ada, None, 10)
    assert msgspec.json.decode(msgspec.json.encode(read), type=Page).cursor == read.cursor


def changed(text: str) -> list[str]:
    other = ["A" if c != "A" else "B" for c in text]
    return [text[:n] + other[n] + text[n + 1 :] for n in range(len(text) - 3)]


def test_a_cursor_holds_for_one_member_of_one_hub(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "ada")
    cursor = page(hub, ada, None, 100).cursor
    bo = add_member(hub, "bo", "north")
    bad: Sequence[tuple[Hub, Caller, str]] = [
        (hub, bo, cursor),
        (hub._replace(epoch="another"), ada, cursor),
        (hub._replace(cursor_key=b"another"), ada, cursor),
        *((hub, ada, text) for text in (*changed(cursor), cursor[:-4], "", "x", "é", "A" * 99999)),
    ]
    for at, caller, text in bad:
        if text == "":
            continue
        with pytest.raises(CursorGone):
            page(at, caller, text, 100)


def test_a_cursor_of_a_future_that_was_undone(hub: Hub, ada: Caller) -> None:
    tell(hub, "north", None, "ada")
    cursor = page(hub, ada, None, 100).cursor
    hub.database.write(lambda c: c.execute(sa.delete(schema.changes)))
    hub.database.write(lambda c: c.execute(sa.update(schema.counters).values(seq=1)))
    with pytest.raises(CursorGone):
        page(hub, ada, cursor, 100)


def test_what_the_hub_has(hub: Hub, ada: Caller) -> None:
    bo = add_member(hub, "bo", "north")
    claim(hub, ada, "north", [0])
    claim(hub, bo, "north", [1])
    mine, theirs, absent = hub.new_id(), hub.new_id(), hub.new_id()
    push(hub, ada, [operation("north", submission(mine, 0))])
    push(hub, bo, [operation("north", submission(theirs, 1))])
    digests = {
        row.op_id: row.digest
        for row in hub.database.read(lambda c: c.execute(sa.select(schema.operations)).all())
    }

    def ask(**pairs: str) -> Any:
        pairs_asked = tuple(Pair(op_id=id, digest=digest) for id, digest in pairs.items())
        return have(hub, ada, HaveRequest(operations=pairs_asked))

    answer = ask(**{mine: digests[mine], theirs: digests[theirs], absent: "", "a\x00b": ""})
    assert (answer.missing, answer.different) == ((theirs, absent, "a\x00b"), ())
    assert ask(**{mine: "0" * 64}).different == (mine,)
