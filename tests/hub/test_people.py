import msgspec
import pytest
import sqlalchemy as sa

from tests.hub.conftest import Time
from tests.hub.firm import LEAD, Firm, names, task
from trainer_tui.domain.errors import BadInput, NotAllowed, NotFound
from trainer_tui.domain.membership import Membership, Role
from trainer_tui.hub import dispatch, people, schema, standing
from trainer_tui.hub.state import Caller, Hub


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    firm.team("south")
    return firm


def _told(firm: Firm, team: str, who: Caller) -> list[Membership]:
    return [
        msgspec.json.decode(row.body, type=Membership)
        for row in firm.feed(team)
        if row.kind == "membership" and row.member_id == who.member_id
    ]


def _session(firm: Firm, who: Caller, used_at: float) -> None:
    row = {
        "id": f"s-{who.member_id}", "member_id": who.member_id, "digest": who.member_id,
        "device": "", "created_at": 0.0, "used_at": used_at, "expires_at": 9e9,
    }  # fmt: skip
    firm.hub.database.write(lambda c: c.execute(sa.insert(schema.sessions).values(**row)))


def test_a_membership_is_told_to_the_member_and_to_nobody_else(firm: Firm) -> None:
    ana = firm.trainer("Ana")
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, certified=False)
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, certified=False)  # no change
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, role=Role.REVIEWER)
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, ended=True)
    north = Membership(team="north", title="North", certified=True)
    change = msgspec.structs.replace
    assert _told(firm, "north", ana) == [
        north,
        change(north, certified=False),
        change(north, certified=False, role=Role.REVIEWER),
        change(north, certified=False, role=Role.REVIEWER, ended=True),
    ]
    assert {row.member_id for row in firm.feed()} == {ana.member_id}
    assert firm.caller(ana.member_id).memberships == (_told(firm, "north", ana)[-1],)


def test_who_leaves_gives_back_and_may_still_send(firm: Firm) -> None:
    firm.batch([task("a"), task("b")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    firm.settle(ana, "a")
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, ended=True)
    assert firm.given(ana) == []
    assert firm.given(ben) == ["b"]
    assert firm.hub.database.read(
        lambda c: dispatch.held(c, "north", ["a", "b"], ana.member_id)
    ) == {"a", "b"}
    assert not firm.settle(ana, "b")
    (both,) = standing.status(firm.hub, "north").contested or (None,)
    assert both is None  # Ben has not answered yet
    firm.settle(ben, "b")
    (both,) = standing.status(firm.hub, "north").contested
    assert (both.task, set(both.members)) == ("b", {ana.member_id, ben.member_id})


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.CLIENT])
def test_who_is_no_trainer_any_more_gives_back(firm: Firm, role: Role) -> None:
    firm.batch([task("a")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    people.set_membership(firm.hub, LEAD, "north", ana.member_id, role=role)
    assert firm.given(ben) == ["a"]


def test_who_is_moved_goes_on_in_the_other_team(firm: Firm) -> None:
    firm.batch([task("a")])
    firm.batch([task("z")], team="south")
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    left, joined = people.move(firm.hub, LEAD, ana.member_id, "north", "south", certified=True)
    assert (left.team, left.ended, joined.team, joined.ended) == ("north", True, "south", False)
    assert _told(firm, "north", ana)[-1] == left
    assert _told(firm, "south", ana) == [joined]
    assert [row.kind for row in firm.feed()][-2:] == ["claim_ended", "membership"]
    assert firm.given(ana) == ["z"]
    assert firm.given(ben) == ["a"]
    with pytest.raises(NotFound, match="the member is not in the team north"):
        people.move(firm.hub, LEAD, ana.member_id, "north", "south")
    people.move(firm.hub, LEAD, ana.member_id, "south", "north")
    assert not firm.caller(ana.member_id).memberships[0].certified


def test_who_is_in_the_other_team_already_stays_what_they_are_there(firm: Firm) -> None:
    ana = firm.trainer("Ana", "north", "south")
    people.set_membership(firm.hub, LEAD, "south", ana.member_id, role=Role.LEAD)
    _, joined = people.move(firm.hub, LEAD, ana.member_id, "north", "south")
    assert (joined.role, joined.certified) == (Role.LEAD, True)
    with pytest.raises(NotFound):
        people.move(firm.hub, LEAD, ana.member_id, "north", "south")
    with pytest.raises(BadInput):
        people.move(firm.hub, LEAD, ana.member_id, "south", "south")


def test_who_is_revoked_is_given_nothing_and_others_get_the_tasks(firm: Firm) -> None:
    firm.batch([task(name) for name in names(3)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    _session(firm, ana, 1.0)
    firm.given(ana, 2)
    firm.settle(ana, names(1)[0])
    people.revoke(firm.hub, LEAD, ana.member_id)
    sessions = schema.sessions
    query = sa.select(sessions.c.ended_at)
    assert firm.hub.database.read(lambda c: c.execute(query).scalar()) == firm.hub.now()
    assert people.member_by_name(firm.hub, "Ana").disabled
    assert firm.given(ana) == []
    assert firm.given(ben) == names(3)[1:]
    before = len(firm.feed())
    people.revoke(firm.hub, LEAD, ana.member_id)
    assert len(firm.feed()) == before
    with pytest.raises(NotFound):
        people.revoke(firm.hub, LEAD, "nobody")


def test_a_request_that_comes_again_after_the_revocation_is_given_nothing(firm: Firm) -> None:
    firm.batch([task("a")])
    ana = firm.trainer("Ana")
    firm.claim(ana, request_id="r")
    people.revoke(firm.hub, LEAD, ana.member_id)
    assert firm.claim(ana, request_id="r").tasks == ()


def test_names_are_unique_lines(firm: Firm) -> None:
    first = people.create_member(firm.hub, LEAD, " Jose\u0301 ", "hash")
    with pytest.raises(NotAllowed):
        people.create_member(firm.hub, LEAD, "Jos\u00e9", None)
    found = people.member_by_name(firm.hub, "Jose\u0301")
    assert found is not None
    assert (found.id, found.name, found.password, found.disabled) == (
        first, "Jos\u00e9", "hash", False,
    )  # fmt: skip
    assert len(found.bundle_key) == 32
    for bad in ("", "  ", "a\nb", "a\x00", "a\u202eb", "x" * 201):
        with pytest.raises(BadInput):
            people.create_member(firm.hub, LEAD, bad, None)
        assert people.member_by_name(firm.hub, bad) is None
    with pytest.raises(NotAllowed):
        people.create_team(firm.hub, LEAD, "north", "Again")
    for bad in ("../north", "North", "", "x" * 121):
        with pytest.raises(BadInput):
            people.create_team(firm.hub, LEAD, bad, "A team")


def test_members_and_teams_are_listed(firm: Firm) -> None:
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben", "north", "south")
    _session(firm, ana, 1000.0)
    people.set_membership(firm.hub, LEAD, "north", ben.member_id, ended=True)
    first, second = people.members(firm.hub, "north")
    assert (first.name, first.role, first.certified) == ("Ana", Role.TRAINER, True)
    assert first.last_seen is not None
    assert first.last_seen.timestamp() == 1000.0
    assert second.ended_at is not None
    firm.batch([task("a")])
    assert [(one.id, one.members, one.open_batches) for one in people.teams(firm.hub)] == [
        ("north", 1, 1),
        ("south", 1, 0),
    ]
    for call in (people.members, standing.status):
        with pytest.raises(NotFound):
            call(firm.hub, "nowhere")
    with pytest.raises(NotFound):
        people.set_membership(firm.hub, LEAD, "nowhere", ana.member_id)
    with pytest.raises(NotFound):
        people.set_membership(firm.hub, LEAD, "north", "nobody")


def test_a_lead_sees_who_works_on_what(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(10)], hours=2)
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    _session(firm, ana, now.at)
    now.at -= now.at % 86400 + 3600  # an hour before midnight
    firm.given(ana, 5)
    firm.settle(ana, names(10)[0])
    now.at += 3700
    firm.settle(ana, names(10)[1])
    firm.settle(ana, names(10)[2], "flagged")
    firm.settle(ana, names(10)[3], "skipped")
    now.at += 100
    status = standing.status(firm.hub, "north")
    mine, other = status.members
    assert (mine.name, mine.claimed, mine.oldest_seconds, mine.left_seconds) == (
        "Ana", 1, 3800, 3400,
    )  # fmt: skip
    assert (mine.answered, mine.answered_today, mine.skipped, mine.flagged) == (2, 1, 1, 1)
    assert mine.last_seen is not None
    assert (other.name, other.claimed, other.answered) == ("Ben", 0, 0)
    (batch,) = status.batches
    assert (batch.tasks, batch.open, batch.taken, batch.answered) == (10, 7, 1, 2)
    assert (batch.skipped, batch.flagged, batch.claim_hours) == (1, 1, 2.0)
    assert batch.oldest_seconds is not None
    assert [(one.task, one.members) for one in status.flagged] == [(names(10)[2], (ana.member_id,))]
    now.at += 7200
    (batch,) = standing.status(firm.hub, "north").batches
    assert (batch.open, batch.taken) == (8, 0)
    assert ben.member_id == other.id
    with_all = firm.given(ben)
    assert names(10)[4] in with_all
