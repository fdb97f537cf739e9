"""Claims that expire, work that is late, and a clock that is not to be trusted (F19, F20)."""

import pytest

from tests.hub.conftest import Time
from tests.hub.firm import Firm, names, task
from trainer_tui.hub import dispatch, standing
from trainer_tui.hub.state import Hub

YEAR = 365 * 86400.0


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    return firm


def test_what_has_expired_goes_to_others_in_its_old_place(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(6)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana, 2)
    now.at += 3599
    assert firm.given(ben, 1) == [names(6)[2]]
    now.at += 1
    assert firm.given(ben, 3) == [names(6)[0], names(6)[1], names(6)[3]]


def test_late_work_of_an_expired_claim_counts_if_nobody_else_has_the_task(
    firm: Firm, now: Time
) -> None:
    firm.batch([task("a"), task("b")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana)
    now.at += 7 * 86400
    assert not firm.settle(ana, "a")
    assert firm.given(ben) == ["b"]
    assert not firm.settle(ana, "b")  # no place is left, but it stands
    assert firm.settle(ben, "b")
    status = standing.status(firm.hub, "north")
    (both,) = status.contested
    assert (both.task, both.wanted) == ("b", 1)
    assert set(both.members) == {ana.member_id, ben.member_id}
    assert (status.batches[0].answered, status.batches[0].open) == (2, 0)
    assert [one.answered for one in status.members] == [2, 1]


def test_late_work_takes_the_place_that_is_free_again(firm: Firm, now: Time) -> None:
    firm.batch([task("a")])
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    firm.given(ana)
    now.at += 4000
    claimed = firm.claim(ben)
    firm.release(ben, claimed)
    assert not firm.settle(ana, "a")
    assert firm.given(cid) == []


def test_late_work_ends_a_claim_that_has_expired_as_well(firm: Firm, now: Time) -> None:
    firm.batch([task("a")])
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    firm.given(ana)
    now.at += 4000
    firm.given(ben)
    now.at += 4000
    assert not firm.settle(ana, "a")
    assert firm.given(cid) == []
    assert not firm.settle(ben, "a")


def test_a_correction_is_as_timely_as_what_it_corrects(firm: Firm, now: Time) -> None:
    firm.batch([task("a"), task("b")])
    ana = firm.trainer("Ana")
    firm.given(ana)
    assert firm.settle(ana, "a")
    now.at += 4000
    assert not firm.settle(ana, "b")
    now.at += 86400
    assert firm.settle(ana, "a")
    assert not firm.settle(ana, "b")
    assert len([row for row in firm.feed() if row.kind == "claim_ended"]) == 2


def test_work_without_any_claim_is_known_as_such(firm: Firm) -> None:
    firm.batch([task("a")])
    ana = firm.trainer("Ana")
    held = firm.hub.database.read(lambda c: dispatch.held(c, "north", ["a"], ana.member_id))
    assert held == set()
    assert not firm.settle(ana, "a")
    assert firm.given(ana) == ["a"]


def test_more_than_one_transaction_frees_come_all(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(500)])
    for number in range(5):
        assert len(firm.given(firm.trainer(f"Old {number}"), 100)) == 100
    now.at += 4000
    fresh = [firm.trainer(f"New {number}") for number in range(5)]
    given = [firm.given(one, 100) for one in fresh]
    assert sorted(name for one in given for name in one) == names(500)


@pytest.mark.parametrize("skew", [YEAR, -YEAR])
def test_a_clock_that_is_wrong_changes_no_order_and_loses_nothing(
    firm: Firm, now: Time, skew: float
) -> None:
    firm.batch([task(name) for name in names(8)], hours=24)
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    right = now.at
    assert firm.given(ana, 2) == names(8)[:2]
    now.at = right + skew
    firm.batch([task(name) for name in names(3, "late")], name="second", hours=24)
    in_skew = firm.given(ben, 2)
    assert firm.settle(ben, in_skew[0])
    now.at = right + 60
    rest = firm.given(cid, 20)
    order = [*names(8), *names(3, "late")]
    assert in_skew == sorted(in_skew, key=order.index)
    assert rest == sorted(rest, key=order.index)
    everything = set(in_skew) | set(rest) | set(names(8)[:2])
    assert everything == set(order)
    # Whatever the clock says, what was written is taken, and every task gets its answer.
    for who, some in ((ana, names(8)[:2]), (ben, in_skew[1:]), (cid, rest)):
        for name in some:
            firm.settle(who, name)
    (first, second) = sorted(standing.status(firm.hub, "north").batches, key=lambda one: one.tasks)
    assert (first.answered, second.answered) == (3, 8)
    assert [row.seq for row in firm.feed()] == list(range(1, len(firm.feed()) + 1))


def test_what_was_claimed_by_a_clock_set_back_since_is_not_held_for_years(
    firm: Firm, now: Time
) -> None:
    firm.batch([task("a")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    now.at += YEAR
    firm.given(ana)
    now.at -= YEAR
    assert firm.given(ben) == ["a"]
