"""What a claim costs must not grow with what others hold or with what the member is done with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.hub.conftest import Time
from tests.hub.firm import Firm, ids, names, task
from trainer_tui.hub import passing, picking, schema
from trainer_tui.hub.passing import Stretch
from trainer_tui.hub.state import Caller, Hub

MANY = 2000


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    return firm


def _fill(hub: Hub, table: sa.Table, rows: list[dict[str, object]]) -> None:
    hub.database.write(lambda c: c.execute(sa.insert(table), rows))


def _done(hub: Hub, who: Caller, numbers: range, why: str | None = "answered") -> None:
    """Let a member have done tasks, or hold them, as if it had happened by claims."""
    _fill(
        hub,
        schema.claims,
        [
            {
                "id": f"{who.member_id[-12:]}-{number}",
                "team_id": "north",
                "task_id": f"t{number:06d}",
                "number": 1,
                "batch_id": "letters",
                "member_id": who.member_id,
                "request_id": f"before-{number // 20}",
                "rank": 0,
                "position": number + 1,
                "granted_at": hub.now() - 60,
                "until": hub.now() + 3600,
                "ended_at": hub.now() if why else None,
                "why": why,
            }
            for number in numbers
        ],
    )


def _slots(hub: Hub, numbers: range, state: int, *places: int) -> None:
    slots = schema.slots
    hub.database.write(
        lambda c: c.execute(
            sa.update(slots)
            .where(
                slots.c.position.between(numbers.start + 1, numbers.stop),
                slots.c.number.in_(places),
            )
            .values(state=state, until=hub.now() + 3600)
        )
    )


@contextmanager
def _counted(hub: Hub) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def note(*words: object) -> None:
        sent.append(str(words[2]))

    event.listen(hub.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(hub.database.engine, "before_cursor_execute", note)


def test_a_member_who_is_done_with_thousands_passes_them_at_one_step(firm: Firm) -> None:
    firm.batch([task(name) for name in names(MANY)], overlap=3)
    ana = firm.trainer("Ana")
    _done(firm.hub, ana, range(MANY - 100))
    _slots(firm.hub, range(MANY - 100), schema.ANSWERED, 1)
    assert firm.given(ana, 5) == names(MANY)[-100:-95]
    known = firm.hub.database.read(lambda c: passing.known(c, ana.member_id, "north"))
    assert known == [Stretch(0, 1, MANY - 100)]
    with _counted(firm.hub) as second:
        assert firm.given(ana, 5) == names(MANY)[-95:-90]
    fresh = firm.trainer("Ben")
    with _counted(firm.hub) as plain:
        assert firm.given(fresh, 5) == names(5)
    assert len(second) <= len(plain) + 4


def test_a_stretch_ends_where_the_member_is_not_done(firm: Firm) -> None:
    firm.batch([task(name) for name in names(1000)], overlap=2)
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    _done(firm.hub, ana, range(300))
    _done(firm.hub, ana, range(301, 900))
    _slots(firm.hub, range(300), schema.ANSWERED, 1)
    _slots(firm.hub, range(300, 301), schema.TAKEN, 1, 2)
    _slots(firm.hub, range(301, 900), schema.ANSWERED, 1)
    assert firm.given(ana, 1) == [names(1000)[900]]
    _slots(firm.hub, range(300, 301), schema.FREE, 1, 2)  # it comes back
    assert firm.given(ana, 2) == [names(1000)[300], names(1000)[901]]
    assert firm.given(ben, 1) == names(1)


def test_what_is_taken_back_leaves_its_stretch(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(900)], overlap=2)
    ana = firm.trainer("Ana")
    _done(firm.hub, ana, range(800), "skipped")
    assert firm.given(ana, 1) == [names(900)[800]]
    firm.take_back(ana, names(900)[400])
    assert firm.given(ana, 2) == [names(900)[400], names(900)[801]]


def test_a_member_with_nothing_left_finds_it_out_in_a_few_statements(firm: Firm) -> None:
    firm.batch([task(name) for name in names(MANY)], overlap=2)
    ana = firm.trainer("Ana")
    _done(firm.hub, ana, range(MANY))
    assert firm.given(ana) == []
    with _counted(firm.hub) as sent:
        assert firm.given(ana) == []
    assert len(sent) < 18


def test_with_opt_outs_a_long_beginning_that_is_barred_is_passed(firm: Firm) -> None:
    firm.batch(
        [task(name, warnings=["violence"]) for name in names(MANY)] + [task("z1"), task("z2")]
    )
    ana = firm.trainer("Ana")
    with _counted(firm.hub) as sent:
        assert firm.given(ana, 2, without=["violence"]) == ["z1", "z2"]
    assert len(sent) < 20


def _plan(hub: Hub, who: Caller) -> dict[str, object]:
    search = picking.Search(who.member_id, "north", None, frozenset(), hub.now())
    words = picking._words(search, picking.START, None) | {"lane": 0, "count": 20}
    query = picking._query(False, False, False, False, True)

    def explain(connection: sa.Connection) -> object:
        compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
        return connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled}", {**compiled.params, **words}
        ).scalar()

    found = hub.database.write(explain)
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    assert isinstance(plan, dict)
    return plan


def _nodes(plan: dict[str, object]) -> Iterator[dict[str, object]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


@pytest.mark.parametrize("counted", [False, True], ids=["new tables", "after a vacuum"])
@pytest.mark.parametrize("hub", ["postgresql"], indirect=True)
def test_the_plan_reads_what_it_gives_out_and_little_more(firm: Firm, counted: bool) -> None:
    firm.batch([task(name) for name in names(MANY)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    _done(firm.hub, ben, range(MANY // 2), None)
    _slots(firm.hub, range(MANY // 2), schema.TAKEN, 1)
    if counted:
        engine = firm.hub.database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    else:
        assert len(firm.given(ana)) == 20  # marks what is dead in the index
    _done(firm.hub, ana, range(MANY // 2))  # of which the database has no statistics yet
    plan = _plan(firm.hub, ana)
    assert {node["Node Type"] for node in _nodes(plan)} <= {
        "Limit", "LockRows", "Nested Loop", "Subquery Scan", "Index Scan", "Aggregate",
    }  # fmt: skip
    assert all(float(str(node["Actual Rows"])) <= picking.PIECE for node in _nodes(plan))
    removed = [node.get("Rows Removed by Filter", 0) for node in _nodes(plan)]
    assert all(float(str(rows)) <= picking.PIECE for rows in removed)
    assert float(str(plan["Shared Hit Blocks"])) < 20 * 15


def _read_from_end_to_end(hub: Hub) -> dict[str, int]:
    """Return how many rows of each table were read without an index so far."""
    query = sa.text("SELECT relname, seq_tup_read FROM pg_stat_user_tables")
    hub.database.write(lambda c: c.execute(sa.text("SELECT pg_stat_force_next_flush()")))
    found = hub.database.write(lambda c: c.execute(query).all())
    return {name: int(rows) for name, rows in found if name in ("slots", "tasks", "claims")}


@pytest.mark.parametrize("hub", ["postgresql"], indirect=True)
def test_no_statement_of_a_claim_reads_a_table_from_end_to_end(firm: Firm) -> None:
    firm.batch([task(name) for name in names(MANY)], overlap=3)
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    _done(firm.hub, ben, range(MANY // 2))
    for number in range(4):  # a small table may well be read as a whole
        _done(firm.hub, firm.trainer(f"Other {number}"), range(MANY))
    _slots(firm.hub, range(MANY // 5), schema.TAKEN, 1, 2, 3)
    engine = firm.hub.database.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    before = _read_from_end_to_end(firm.hub)
    for who in (ana, ben, cid):
        for number in range(3):
            claimed = firm.claim(who, 20, request_id=f"r{number}")
            firm.renew(who, claimed)
            firm.settle_all(who, ids(claimed))
    assert _read_from_end_to_end(firm.hub) == before
