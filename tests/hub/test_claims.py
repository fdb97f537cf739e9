import msgspec
import pytest

from tests.hub.conftest import Time
from tests.hub.firm import LEAD, Firm, ids, names, task
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import Kind
from trainer_tui.hub import dispatch, people
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import MAX_CLAIMS, ClaimedTask, ClaimEnded, ClaimIds


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    return firm


def test_tasks_come_by_priority_and_then_by_age(firm: Firm) -> None:
    firm.batch([task("b"), task("a", priority=-1), task("c", priority=5)], name="one")
    firm.batch([task("d", priority=5), task("e")], name="two")
    ana = firm.trainer("Ana")
    assert firm.given(ana, 2) == ["c", "d"]
    assert firm.given(ana, 20) == ["b", "e", "a"]


def test_what_was_claimed_is_told_in_full_and_in_the_feed_to_this_member_only(
    firm: Firm, now: Time
) -> None:
    firm.batch([task("a"), task("b")], hours=2)
    ana = firm.trainer("Ana")
    claimed = firm.claim(ana, 1)
    (one,) = claimed.tasks
    assert (one.task, one.claim.team, one.claim.batch_id) == (task("a"), "north", "letters")
    assert (one.claim.seconds, one.claim.granted_at.timestamp()) == (7200, now.at)
    assert [(head.id, head.team, head.hub) for head in claimed.batches] == [
        ("letters", "north", firm.hub.id)
    ]
    last = firm.feed()[-1]
    assert (last.kind, last.member_id) == ("claim", ana.member_id)
    assert msgspec.json.decode(last.body, type=ClaimedTask) == one


def test_a_task_is_given_to_one_only(firm: Firm) -> None:
    firm.batch([task(name) for name in names(30)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    assert firm.given(ana) == names(30)[:20]
    assert firm.given(ben) == names(30)[20:]
    assert firm.given(ben) == []


def test_overlap_gives_a_task_to_as_many_as_it_says_and_to_nobody_twice(firm: Firm) -> None:
    firm.batch([task(name) for name in names(3)], overlap=2)
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    assert firm.given(ana) == names(3)
    assert firm.given(ana) == []
    assert firm.given(ben, 2) == names(3)[:2]
    assert firm.given(cid) == names(3)[2:]


@pytest.mark.parametrize("why", ["answered", "skipped", "flagged"])
def test_what_a_member_is_done_with_does_not_come_again(firm: Firm, why: str) -> None:
    firm.batch([task("a")], overlap=2)
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    assert firm.settle(ana, "a", why)
    assert firm.given(ana) == []
    assert firm.given(ben) == ["a"]


@pytest.mark.parametrize(
    ("why", "left"), [("answered", []), ("skipped", ["a"]), ("flagged", ["a"])]
)
def test_only_an_answer_fills_the_place(firm: Firm, why: str, left: list[str]) -> None:
    firm.batch([task("a")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    firm.settle(ana, "a", why)
    assert firm.given(ben) == left
    end = next(row for row in firm.feed() if row.kind == "claim_ended")
    assert end.member_id == ana.member_id
    assert msgspec.json.decode(end.body, type=ClaimEnded).why == why


def test_opt_outs_are_respected(firm: Firm) -> None:
    firm.batch(
        [
            task("a", warnings=["violence", "self-harm"]),
            task("b", warnings=["slurs"]),
            task("c"),
            task("d", warnings=["violence"]),
            task("e"),
        ]
    )
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    assert firm.given(ana, without=["violence"]) == ["b", "c", "e"]
    assert firm.given(ben) == ["a", "d"]


def test_what_a_workstation_cannot_open_is_left_out(firm: Firm) -> None:
    firm.batch([task("a", kind=Kind.RANK), task("b"), task("c", kind=Kind.LABEL)])
    assert firm.given(firm.trainer("Ana")) == ["b"]


def test_only_certified_trainers_are_given_tasks(firm: Firm) -> None:
    firm.batch([task("a")])
    novice = firm.trainer("Ana", certified=False)
    assert firm.given(novice) == []
    for role in (Role.REVIEWER, Role.LEAD, Role.CLIENT):
        people.set_membership(firm.hub, LEAD, "north", novice.member_id, role=role, certified=True)
        assert firm.given(firm.caller(novice.member_id)) == []
    people.set_membership(firm.hub, LEAD, "north", novice.member_id, role=Role.TRAINER)
    assert firm.given(novice) == ["a"]  # as it is now, not as the session's start had it


def test_another_team_s_tasks_are_not_given(firm: Firm) -> None:
    firm.team("south")
    firm.batch([task("a")], team="south")
    assert firm.given(firm.trainer("Ana")) == []
    assert firm.given(firm.trainer("Ben", "south")) == ["a"]


def test_several_teams_are_served_by_priority_and_share_evenly(firm: Firm) -> None:
    firm.team("south")
    firm.batch([task("n1"), task("n2", priority=3), *(task(f"n{i}") for i in range(3, 8))])
    firm.batch(
        [task("s1"), task("s2", priority=2), *(task(f"s{i}") for i in range(3, 5))], team="south"
    )
    ana = firm.trainer("Ana", "north", "south")
    assert firm.given(ana, 4) == ["n2", "s2", "n1", "s1"]
    assert firm.given(ana, 20) == ["n3", "n4", "n5", "n6", "n7", "s3", "s4"]


def test_one_batch_can_be_asked_for(firm: Firm) -> None:
    firm.batch([task("a")], name="one")
    firm.batch([task("b")], name="two")
    ana = firm.trainer("Ana")
    assert firm.given(ana, batch="two") == ["b"]
    assert firm.given(ana, batch="two") == []
    assert firm.given(ana, batch="three") == []


def test_nobody_holds_more_than_the_limit(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(MAX_CLAIMS + 50)])
    ana = firm.trainer("Ana")
    first = firm.claim(ana, MAX_CLAIMS - 5)
    assert len(first.tasks) == MAX_CLAIMS - 5
    assert len(firm.given(ana, 50)) == 5
    assert firm.given(ana) == []
    firm.settle(ana, names(1)[0])
    assert len(firm.given(ana, 50)) == 1
    now.at += 4000  # all have expired: they count no more, until they are renewed
    assert len(firm.given(ana, 50)) == 50
    assert len(firm.renew(ana, first).claims) == MAX_CLAIMS - 5 - 1 - 50
    assert len(firm.given(ana, 50)) == 6


def test_a_renewal_passes_no_limit(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(3)])
    firm.batch([task(name) for name in names(MAX_CLAIMS, "u")], name="two")
    ana = firm.trainer("Ana")
    expired = firm.claim(ana, 3)
    now.at += 4000
    assert len(firm.given(ana, MAX_CLAIMS - 1, batch="two")) == MAX_CLAIMS - 1
    assert len(firm.renew(ana, expired).claims) == 1


def test_a_request_that_comes_twice_is_given_the_same(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(50)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    first = firm.claim(ana, 5, request_id="r1")
    now.at += 60
    again = firm.claim(ana, 5, request_id="r1")
    assert [one.claim.id for one in again.tasks] == [one.claim.id for one in first.tasks]
    assert {one.claim.seconds for one in again.tasks} == {3540}
    assert len([row for row in firm.feed() if row.kind == "claim"]) == 5
    firm.settle(ana, ids(first)[0])
    assert ids(firm.claim(ana, 5, request_id="r1")) == ids(first)[1:]
    assert firm.given(ben, 1, request_id="r1") == [names(6)[5]]
    assert firm.given(ana, 1, request_id="r2") == [names(7)[6]]


@pytest.mark.parametrize("bad", ["../x", "A B", "x" * 121, "a\x00b", "con"])
def test_ids_that_are_none_are_refused(firm: Firm, bad: str) -> None:
    ana = firm.trainer("Ana")
    with pytest.raises(BadInput):
        firm.claim(ana, request_id=bad)
    with pytest.raises(BadInput):
        firm.claim(ana, batch=bad)
    with pytest.raises(BadInput):
        dispatch.release(firm.hub, ana, ClaimIds(claims=(bad,)))


def test_a_release_gives_the_task_to_others(firm: Firm) -> None:
    firm.batch([task("a"), task("b")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    claimed = firm.claim(ana)
    assert firm.release(ben, claimed).claims == ()
    assert len(firm.release(ana, claimed).claims) == 2
    assert firm.release(ana, claimed).claims == ()
    assert firm.given(ben) == ["a", "b"]
    held = firm.hub.database.read(lambda c: dispatch.held(c, "north", ["a", "x"], ana.member_id))
    assert held == {"a"}


def test_a_renewal_lasts_the_full_time_from_now(firm: Firm, now: Time) -> None:
    firm.batch([task("a")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    claimed = firm.claim(ana)
    now.at += 3000
    assert [one.seconds for one in firm.renew(ana, claimed).claims] == [3600]
    assert firm.renew(ben, claimed).claims == ()
    now.at += 3000
    assert firm.given(ben) == []
    now.at += 1000
    assert [one.seconds for one in firm.renew(ana, claimed).claims] == [3600]  # nobody had it
    now.at += 3601
    assert firm.given(ben) == ["a"]
    assert firm.renew(ana, claimed).claims == ()


def test_work_that_is_taken_back_can_be_sent_again(firm: Firm, now: Time) -> None:
    firm.batch([task("a"), task("b"), task("c")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    firm.settle(ana, "a")
    firm.settle(ana, "b", "skipped")
    firm.take_back(ana, "a")
    firm.take_back(ana, "b")
    assert firm.given(ben) == ["b"]
    assert firm.settle(ana, "a")
    firm.take_back(ana, "a")
    now.at += 3601
    assert firm.given(ben) == ["a", "b", "c"]
    assert not firm.settle(ana, "a")
