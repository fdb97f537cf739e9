"""Many trainers at once: no task to two of them, nobody short of what is there."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from tests.hub.conftest import Time
from tests.hub.firm import Firm, ids, names, task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import dispatch, picking, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import open_hub
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import ClaimRequest

AT_ONCE = 64


def _together(works: Sequence[Callable[[], list[str]]]) -> list[list[str]]:
    """Run all at once, begun at the same moment, and return what each gave."""
    gate = threading.Barrier(len(works))
    given: list[list[str]] = [[] for _ in works]
    errors: list[BaseException] = []

    def run(at: int) -> None:
        gate.wait()
        try:
            given[at] = works[at]()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return given


def _claims(firm: Firm, trainers: Sequence[Caller], count: int) -> list[list[str]]:
    return _together([lambda one=one: firm.given(one, count) for one in trainers])


def _stored(hub: Hub) -> Counter[str]:
    """Count who holds each task now, as the claims say."""
    claims = schema.claims
    query = sa.select(claims.c.task_id).where(claims.c.ended_at.is_(None))
    return Counter(hub.database.read(lambda c: list(c.execute(query).scalars())))


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    return firm


def test_as_many_as_there_are_each_get_their_full_count(firm: Firm) -> None:
    firm.batch([task(name) for name in names(AT_ONCE * 5)])
    trainers = [firm.trainer(f"Trainer {number}") for number in range(AT_ONCE)]
    given = _claims(firm, trainers, 5)
    assert {len(one) for one in given} == {5}
    assert sorted(name for one in given for name in one) == names(AT_ONCE * 5)
    assert set(_stored(firm.hub).values()) == {1}


def test_with_overlap_all_slots_go_out_and_nobody_gets_a_task_twice(firm: Firm) -> None:
    firm.batch([task(name) for name in names(60)], overlap=3)
    trainers = [firm.trainer(f"Trainer {number}") for number in range(12)]
    given = _claims(firm, trainers, 15)  # 12 times 15 is just what is there
    assert all(len(set(one)) == len(one) for one in given)
    counts = Counter(name for one in given for name in one)
    assert max(counts.values()) <= 3
    # The last to come may find only second slots of what they have.
    assert sum(counts.values()) >= 180 - 15
    assert _stored(firm.hub) == counts


def test_few_tasks_for_many(firm: Firm) -> None:
    firm.batch([task(name) for name in names(30)], overlap=2)
    trainers = [firm.trainer(f"Trainer {number}") for number in range(AT_ONCE)]
    given = _claims(firm, trainers, 20)
    assert Counter(name for one in given for name in one) == dict.fromkeys(names(30), 2)


def test_expired_tasks_go_to_one_each(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(160)])
    old = [firm.trainer(f"Old {number}") for number in range(2)]
    for one in old:
        firm.given(one, 80)
    now.at += 4000
    trainers = [firm.trainer(f"Trainer {number}") for number in range(16)]
    given = _claims(firm, trainers, 10)
    assert sorted(name for one in given for name in one) == names(160)
    assert _stored(firm.hub) == dict.fromkeys(names(160), 1)


def test_one_request_sent_many_times_at_once_is_answered_once(firm: Firm) -> None:
    firm.batch([task(name) for name in names(100)])
    ana = firm.trainer("Ana")
    given = _together([lambda: ids(firm.claim(ana, 10, request_id="r")) for _ in range(8)])
    assert given == [names(10)] * 8
    assert len(_stored(firm.hub)) == 10


def test_the_limit_holds_for_many_requests_of_one_member(firm: Firm) -> None:
    firm.batch([task(name) for name in names(300)])
    ana = firm.trainer("Ana")
    given = _together([lambda: firm.given(ana, 30) for _ in range(8)])
    assert sum(map(len, given)) == 100


def _claim_in_a_process(url: str, members: Sequence[str]) -> list[list[str]]:
    database = Database(url, statement_seconds=60)
    hub = open_hub(database, now=Time(), new_id=id_maker())

    def work(member_id: str) -> list[str]:
        caller = Caller(member_id, "", "", ())
        return ids(dispatch.claim(hub, caller, ClaimRequest(count=7)))

    try:
        return _together([lambda one=one: work(one) for one in members])
    finally:
        database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_share_a_database_give_a_task_to_one_only(
    kind: str, new_hub_url: Callable[[str], str], now: Time
) -> None:
    url = new_hub_url(kind)
    database = Database(url)
    firm = Firm(open_hub(database, now=now, new_id=id_maker()))
    firm.team()
    firm.batch([task(name) for name in names(400)])
    members = [firm.trainer(f"Trainer {number}").member_id for number in range(AT_ONCE)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        given = pool.starmap(_claim_in_a_process, [(url, members[at::2]) for at in range(2)])
    counts = Counter(name for one in given for some in one for name in some)
    stored = _stored(firm.hub)
    database.close()
    assert counts == stored
    assert set(counts.values()) == {1}
    assert len(counts) == 400  # 64 trainers with 7 each would be 448: all is given out


@pytest.mark.parametrize("hub", ["postgresql"], indirect=True)
def test_without_locks_tasks_would_go_to_two(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant that the tests above are made for; SQLite has one writer, whatever is locked."""
    query = picking._query
    monkeypatch.setattr(picking, "_query", lambda *words: query(*words[:-1], False))
    firm.batch([task(name) for name in names(AT_ONCE * 5)])
    trainers = [firm.trainer(f"Trainer {number}") for number in range(AT_ONCE)]
    for _ in range(5):
        _claims(firm, trainers, 5)
        if max(_stored(firm.hub).values()) > 1:
            return
    raise AssertionError("no task went to two, so the tests above prove nothing")
