import msgspec
import pytest
import sqlalchemy as sa

from tests.hub.conftest import Time
from tests.hub.firm import LEAD, Firm, names, task
from trainer_tui.domain.errors import BadInput, NotFound
from trainer_tui.domain.task import Batch, BatchHead, Guidelines, Kind
from trainer_tui.hub import dispatch, publishing, schema
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import BatchChange


@pytest.fixture
def firm(hub: Hub) -> Firm:
    firm = Firm(hub)
    firm.team()
    return firm


def _heads(firm: Firm) -> list[BatchChange]:
    rows = (row for row in firm.feed() if row.kind == "batch")
    assert all(row.member_id is None for row in firm.feed() if row.kind == "batch")
    return [msgspec.json.decode(row.body, type=BatchChange) for row in rows]


def _audited(hub: Hub) -> list[tuple[str, str, str]]:
    audit = schema.audit
    query = sa.select(audit.c.actor, audit.c.action, audit.c.subject).order_by(audit.c.number)
    return [tuple(row) for row in hub.database.read(lambda c: c.execute(query).all())]


def test_nothing_of_a_batch_is_given_out_before_it_is_open(firm: Firm) -> None:
    firm.batch([task("a")], opened=False)
    ana = firm.trainer("Ana")
    assert firm.given(ana) == []
    assert _heads(firm) == []
    assert publishing.open_batch(firm.hub, LEAD, "north", "letters").state == "open"
    (change,) = _heads(firm)
    assert (change.head.id, change.head.team, change.head.hub) == ("letters", "north", firm.hub.id)
    assert not change.closed
    assert firm.given(ana) == ["a"]
    publishing.open_batch(firm.hub, LEAD, "north", "letters")
    assert len(_heads(firm)) == 1


def test_what_an_importer_knows_stays_behind(firm: Firm) -> None:
    sent = Batch(id="letters", title="Letters", sample=True, hub="elsewhere", tasks=(task("x"),))
    publishing.put_batch(firm.hub, LEAD, "north", sent, overlap=1, claim_hours=1)
    publishing.open_batch(firm.hub, LEAD, "north", "letters")
    (change,) = _heads(firm)
    assert change.head == BatchHead(id="letters", title="Letters", team="north", hub=firm.hub.id)


def test_guidelines_follow_each_other(firm: Firm) -> None:
    def put(text: str) -> str:
        head = BatchHead(id="letters", title="Letters", guidelines=Guidelines("1", text))
        return publishing.put_batch(
            firm.hub, LEAD, "north", head, overlap=1, claim_hours=1
        ).guidelines

    assert put("Be kind.") == "1"
    publishing.open_batch(firm.hub, LEAD, "north", "letters")
    assert put("Be kind.") == "1"
    assert len(_heads(firm)) == 1
    assert put("Be brief.") == "1, revised 2"
    assert _heads(firm)[-1].head.earlier_guidelines == (Guidelines("1", "Be kind."),)
    assert put("Be kind.") == "1"
    assert len(_heads(firm)) == 3


def test_sending_tasks_again_does_nothing(firm: Firm) -> None:
    firm.batch([task(name) for name in names(3)])
    sent = publishing.add_tasks(
        firm.hub, LEAD, "north", "letters", [task(name) for name in names(4)]
    )
    assert (sent.added, sent.unchanged, sent.changed, sent.kept, sent.tasks) == (1, 3, 0, 0, 4)
    assert firm.given(firm.trainer("Ana")) == names(4)


def test_a_task_stays_as_it_is_also_when_its_claim_has_expired(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(2)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana, 2)
    now.at += 4000
    assert firm.given(ben, 1) == names(2)[:1]  # the other one is free again
    changed = [msgspec.structs.replace(task(name), title="New") for name in names(2)]
    sent = publishing.add_tasks(firm.hub, LEAD, "north", "letters", changed)
    assert (sent.changed, sent.kept) == (0, 2)
    assert not firm.settle(ana, names(2)[1])


def test_open_tasks_change_and_claimed_ones_stay(firm: Firm) -> None:
    firm.batch([task(name) for name in names(4)], overlap=2)
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    first = firm.claim(ana, 2)
    firm.settle(ana, names(4)[0])
    changed = [msgspec.structs.replace(task(name), title="New") for name in names(4)]
    sent = publishing.add_tasks(firm.hub, LEAD, "north", "letters", changed)
    assert (sent.changed, sent.kept) == (2, 2)
    titles = [one.task.title for one in firm.claim(ben).tasks]
    assert titles == [first.tasks[0].task.title, first.tasks[1].task.title, "New", "New"]


def test_an_open_task_can_get_another_priority_kind_and_warnings(firm: Firm) -> None:
    firm.batch([task("a"), task("b"), task("c"), task("d", kind=Kind.RANK)])
    changed = [
        task("a", warnings=["slurs"]), task("b", kind=Kind.RATE), task("c", priority=2), task("d"),
    ]  # fmt: skip
    publishing.add_tasks(firm.hub, LEAD, "north", "letters", changed)
    assert firm.given(firm.trainer("Ana"), without=["slurs"]) == ["c", "d"]
    assert firm.given(firm.trainer("Ben")) == ["a"]


def test_a_closed_batch_gives_nothing_out_and_takes_what_is_claimed(firm: Firm, now: Time) -> None:
    firm.batch([task(name) for name in names(4)])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    claimed = firm.claim(ana, 3)
    assert publishing.close_batch(firm.hub, LEAD, "north", "letters").state == "closed"
    assert _heads(firm)[-1].closed
    assert firm.given(ben) == []
    assert firm.settle(ana, names(4)[0])
    assert [one.seconds for one in firm.renew(ana, claimed).claims] == [3600, 3600]
    firm.settle(ana, names(4)[1], "skipped")
    now.at += 4000
    assert firm.given(ben) == []
    publishing.open_batch(firm.hub, LEAD, "north", "letters")
    assert firm.given(ben) == names(4)[1:]
    assert not firm.settle(ana, names(4)[2])


def test_what_still_runs_when_a_batch_opens_again_stays_claimed(firm: Firm) -> None:
    firm.batch([task("a"), task("b")])
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben")
    firm.given(ana, 1)
    publishing.close_batch(firm.hub, LEAD, "north", "letters")
    publishing.open_batch(firm.hub, LEAD, "north", "letters")
    assert firm.given(ben) == ["b"]


def test_another_overlap_adds_answers_or_takes_free_ones_away(firm: Firm) -> None:
    firm.batch([task("a"), task("b")])
    ana, ben, cid = firm.trainer("Ana"), firm.trainer("Ben"), firm.trainer("Cid")
    assert firm.given(ana, 1) == ["a"]
    head = BatchHead(id="letters", title="Letters")
    publishing.put_batch(firm.hub, LEAD, "north", head, overlap=3, claim_hours=1)
    assert firm.given(ben) == ["a", "b"]
    publishing.put_batch(firm.hub, LEAD, "north", head, overlap=1, claim_hours=1)
    assert firm.given(cid) == []
    publishing.put_batch(firm.hub, LEAD, "north", head, overlap=2, claim_hours=1)
    assert firm.given(cid) == ["b"]


def test_bad_figures_and_ids_are_refused(firm: Firm) -> None:
    head = BatchHead(id="letters", title="Letters")

    def put(**changes: object) -> None:
        words = {"overlap": 1, "claim_hours": 1.0} | changes
        publishing.put_batch(firm.hub, LEAD, "north", head, **words)

    for bad in ({"overlap": 0}, {"overlap": 101}, {"claim_hours": 0}, {"claim_hours": 1e6}):
        with pytest.raises(BadInput):
            put(**bad)
    with pytest.raises(BadInput):
        put(claim_hours=float("nan"))
    with pytest.raises(NotFound):
        publishing.put_batch(firm.hub, LEAD, "nowhere", head, overlap=1, claim_hours=1)
    with pytest.raises(NotFound):
        publishing.add_tasks(firm.hub, LEAD, "north", "letters", [task("a")])
    put()
    with pytest.raises(BadInput):
        publishing.add_tasks(firm.hub, LEAD, "north", "letters", [task("../a")])
    with pytest.raises(BadInput, match="twice"):
        publishing.add_tasks(firm.hub, LEAD, "north", "letters", [task("a"), task("a")])
    with pytest.raises(BadInput, match="501"):
        publishing.add_tasks(
            firm.hub, LEAD, "north", "letters", [task(name) for name in names(501)]
        )
    firm.batch([task("a")], name="other")
    with pytest.raises(BadInput, match="other"):
        publishing.add_tasks(firm.hub, LEAD, "north", "letters", [task("b"), task("a")])
    for call in (publishing.open_batch, publishing.close_batch):
        with pytest.raises(NotFound):
            call(firm.hub, LEAD, "north", "nothing")


def test_two_teams_may_use_the_same_ids(firm: Firm) -> None:
    firm.team("south")
    firm.batch([task("a")])
    firm.batch([task("a", priority=1)], team="south")
    ana, ben = firm.trainer("Ana"), firm.trainer("Ben", "south")
    assert firm.given(ana) == ["a"]
    publishing.close_batch(firm.hub, LEAD, "north", "letters")
    assert firm.given(ben) == ["a"]
    assert firm.settle(ben, "a", team="south")
    assert firm.settle(ana, "a")
    held = firm.hub.database.read(lambda c: dispatch.held(c, "south", ["a"], ana.member_id))
    assert held == set()


def test_priorities_beyond_the_database_are_no_trouble(firm: Firm) -> None:
    firm.batch([task("a", priority=-(10**12)), task("b"), task("c", priority=10**12)])
    assert firm.given(firm.trainer("Ana")) == ["c", "b", "a"]


def test_what_a_lead_did_to_batches_is_in_the_audit_trail(firm: Firm) -> None:
    firm.batch([task("a")])
    publishing.close_batch(firm.hub, LEAD, "north", "letters")
    assert _audited(firm.hub) == [
        (LEAD, "team.create", "north"),
        (LEAD, "batch.put", "letters"),
        (LEAD, "batch.tasks", "letters"),
        (LEAD, "batch.open", "letters"),
        (LEAD, "batch.close", "letters"),
    ]
