"""A workstation and the real hub: what is claimed is there, what is written leaves, once."""

import httpx
import msgspec
import pytest

from tests.hub.firm import LEAD
from tests.sync.laptops import PASSWORD, URL, Laptop, World, unreachable
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.membership import Role
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import Batch, Guidelines, Kind, Task
from trainer_tui.hub import dispatch, people, publishing
from trainer_tui.hub.state import Caller
from trainer_tui.services import exchanging
from trainer_tui.services.syncing import Phase
from trainer_tui.sync.protocol import ClaimIds, ClaimRequest


def test_tasks_come_and_work_leaves(laptop: Laptop, world: World) -> None:
    assert laptop.syncing.status().phase is Phase.IDLE
    outcome = laptop.synced()
    assert outcome.claimed == 4
    assert len(laptop.open_tasks()) == 4
    [batch] = laptop.station.batches()
    assert (batch.hub, batch.team, batch.title) == (world.hub.id, "north", "Letters")
    first, second, third, _ = laptop.open_tasks()
    laptop.send(first)
    laptop.station.writing.skip(second, "Other")
    laptop.station.writing.flag(third, "Other")
    assert laptop.syncing.status().waiting == 3
    outcome = laptop.synced()
    assert (outcome.sent, outcome.refused, outcome.late) == (3, 0, 0)
    assert laptop.syncing.status().waiting == 0
    assert sorted(one["kind"] for one in world.operations().values()) == [
        "flag", "skip", "submission",
    ]  # fmt: skip
    assert all(r.sync is SyncState.ACKED and r.hub_seq for r in laptop.records())
    assert laptop.syncing.status().teams == ("North",)
    before = laptop.records()
    laptop.crash().synced()
    assert laptop.records() == before
    assert laptop.station.tasks.state(first).value == "done"


def test_a_team_that_certifies_nobody_gives_no_tasks(world: World) -> None:
    member = world.member()
    people.set_membership(world.hub, LEAD, "north", member, certified=False)
    laptop = world.laptop()
    laptop.synced()
    assert laptop.open_tasks() == []
    assert "POST /v1/claims" not in world.line.asked
    people.set_membership(world.hub, LEAD, "north", member, certified=True)
    assert laptop.synced().claimed == 4


def test_more_tasks_are_asked_for_when_few_are_left(laptop: Laptop, world: World) -> None:
    laptop.synced()
    for task_id in laptop.open_tasks()[:2]:
        laptop.send(task_id)
    assert laptop.synced().claimed == 0  # two are left, more than a quarter of four
    laptop.send(laptop.open_tasks()[0])
    assert laptop.synced().claimed == 2  # all that the batch has
    assert len(laptop.open_tasks()) == 3


def test_nobody_asks_for_tasks_who_does_not_want_any(world: World) -> None:
    world.member()
    laptop = world.laptop(wanted=0)
    laptop.synced()
    assert "POST /v1/claims" not in world.line.asked


def test_all_machines_show_the_same_work_in_the_hubs_order(world: World) -> None:
    world.member()
    one, two = world.laptop("one"), world.laptop("two", skew=-90_000)
    one.synced()
    two.synced()
    task_id = one.open_tasks()[0]
    one.send(task_id, "Written first, by a clock that is right, and sent second.")
    two.send(task_id, "Written second, by a clock of yesterday, and sent first.")
    two.synced()
    one.synced()
    two.synced()
    assert one.head(task_id) == two.head(task_id)
    assert "sent second" in one.head(task_id)[1][0].response
    assert len(one.station.tasks.submissions()) == len(two.station.tasks.submissions()) == 2
    two.station.writing.withdraw(task_id)
    two.synced()
    one.synced()
    assert one.head(task_id) == two.head(task_id)
    assert "sent first" in one.head(task_id)[1][0].response
    heads = one.head(task_id), one.crash().head(task_id)
    assert heads[0] == heads[1]
    third = world.laptop("three")
    third.synced()
    assert third.head(task_id) == heads[0]
    assert third.station.tasks.state(task_id) is one.station.tasks.state(task_id)


def test_what_leaves_is_only_what_the_hub_is_to_get(laptop: Laptop, world: World) -> None:
    laptop.synced()
    own = Task(id="own.1", kind=Kind.WRITE, title="Own", instructions="Write.")
    laptop.station.add_batch(Batch(id="own", title="Own", tasks=(own,)))
    laptop.send("own.1", "This stays here.")
    task_id = next(id for id in laptop.open_tasks() if id.startswith("letters"))
    laptop.send(task_id)
    laptop.station.shifts.report_time("own.1", 100)
    laptop.station.shifts.report_time(task_id, 60)
    laptop.station.shifts.report_time(None, 5)
    laptop.station.shifts.end()
    status = laptop.syncing.status()
    assert (status.waiting, status.staying) == (1, 1)
    laptop.synced()
    status = laptop.syncing.status()
    assert (status.waiting, status.staying) == (0, 1)
    sent = {one["kind"]: one for one in world.operations().values()}
    assert set(sent) == {"submission", "shift"}
    assert sent["shift"]["tasks"] == {task_id: 60.0}
    assert sent["shift"]["active"] == 65.0
    assert "provenance" not in sent["submission"]
    [shift] = laptop.sound.shifts()
    assert shift.sync is SyncState.ACKED
    stays = laptop.station.tasks.history("own.1").last
    assert stays is not None and stays.sync is SyncState.PENDING


def test_provenance_leaves_where_the_batch_asks_for_it(world: World) -> None:
    world.member()
    world.publish("open", 4, provenance=True)
    laptop = world.laptop(wanted=10)
    laptop.synced()
    laptop.send(next(id for id in laptop.open_tasks() if id.startswith("open")))
    laptop.synced()
    [sent] = world.operations().values()
    assert sent["provenance"] and sent["shares_provenance"] is True


def test_tasks_that_the_trainer_has_opted_out_of_do_not_come(world: World) -> None:
    world.member()
    world.publish("dark", 3, warnings=("violence", "self-harm"))
    laptop = world.laptop(wanted=50, without=("self-harm",))
    laptop.synced()
    assert laptop.open_tasks()
    assert not [id for id in laptop.open_tasks() if id.startswith("dark")]


def test_tasks_of_a_closed_batch_leave_unless_they_were_begun(world: World) -> None:
    world.member()
    world.publish("short", 3)
    laptop = world.laptop(wanted=50)
    laptop.synced()
    begun, *others = [id for id in laptop.open_tasks() if id.startswith("short")]
    laptop.save(begun)
    publishing.close_batch(world.hub, LEAD, "north", "short")
    laptop.synced()
    assert begun in laptop.station.tasks
    assert not [id for id in others if id in laptop.station.tasks]
    laptop.send(begun)
    assert laptop.synced().refused == 0
    publishing.open_batch(world.hub, LEAD, "north", "short")
    world.member("bo")
    other = world.laptop("other", log_in="bo", wanted=50)
    other.synced()
    assert set(others) <= set(other.open_tasks())


def test_a_draft_keeps_its_claim_and_late_work_is_taken(world: World) -> None:
    world.member()
    world.publish("short", 2, claim_hours=1.0)
    laptop = world.laptop(wanted=10)
    laptop.synced()
    kept, late = [id for id in laptop.open_tasks() if id.startswith("short")]
    laptop.save(kept)
    left = laptop.syncing.time_left(kept)
    assert left is not None and 3500 < left <= 3600
    world.clock.advance(2400)
    laptop.synced()
    renewed = laptop.syncing.time_left(kept)
    assert renewed is not None and renewed > 3500
    assert laptop.syncing.time_left(late) == pytest.approx(1200, abs=5)
    laptop.save(late)
    world.clock.advance(7 * 24 * 3600)  # a week in the mountains
    world.member("bo")
    other = world.laptop("other", log_in="bo", wanted=50)
    other.synced()
    assert late in other.open_tasks()
    laptop.send(late)
    outcome = laptop.synced()
    assert (outcome.sent, outcome.late) == (1, 1)
    assert laptop.station.tasks.has_draft(kept)
    other.send(late, "An answer of somebody else.")
    assert other.synced().refused == 0


def test_a_claim_that_is_over_takes_only_what_nobody_has_begun(world: World) -> None:
    world.member()
    world.member("bo")
    laptop = world.laptop(wanted=4)
    laptop.synced()
    begun, opened, untouched, _ = laptop.open_tasks()
    laptop.save(begun)
    laptop.write(opened)
    world.clock.advance(30 * 3600)
    other = world.laptop("other", log_in="bo", wanted=50)
    other.synced()
    assert {begun, opened, untouched} <= set(other.open_tasks())
    outcome = laptop.synced()
    assert untouched in outcome.tasks
    assert untouched not in laptop.station.tasks
    assert begun in laptop.station.tasks and opened in laptop.station.tasks
    assert laptop.syncing.time_left(begun) is None


def test_a_clock_that_jumps_costs_no_claim(laptop: Laptop, world: World) -> None:
    laptop.synced()
    tasks = laptop.open_tasks()
    laptop.clock.wrong = laptop.clock.wrong.__class__(days=365)
    laptop.crash().synced()
    assert laptop.open_tasks() == tasks
    assert laptop.syncing.status().skew == pytest.approx(365 * 86400, abs=60)
    assert all((laptop.syncing.time_left(id) or 0) > 80_000 for id in tasks)


def test_a_task_is_given_back(laptop: Laptop, world: World) -> None:
    laptop.synced()
    task_id = laptop.open_tasks()[0]
    laptop.syncing.give_back(task_id)
    assert task_id not in laptop.station.tasks
    with pytest.raises(NotAllowed):
        laptop.syncing.give_back(laptop.open_tasks()[0] + "x")
    world.member("bo")
    other = world.laptop("other", log_in="bo", wanted=50)
    other.synced()
    assert task_id in other.open_tasks()


def test_new_guidelines_come_and_old_ones_do_not_come_back(laptop: Laptop, world: World) -> None:
    laptop.synced()
    world.publish("letters", 6, guidelines=Guidelines("2", "Be brief."))
    laptop.synced()
    [batch] = laptop.station.batches()
    assert batch.guidelines.text == "Be brief."
    assert len(batch.earlier_guidelines) == 1
    laptop.syncing._memory.put(cursor=None)
    laptop.synced()
    assert laptop.station.batches() == (batch,)


def test_a_batch_of_ones_own_is_not_taken_over_when_it_holds_work(world: World) -> None:
    world.member()
    laptop = world.laptop(log_in="")
    for name in ("letters", "notes"):
        task = Task(id=f"{name}.0", kind=Kind.WRITE, title="Mine", instructions="Write.")
        laptop.station.add_batch(Batch(id=name, title="Mine", tasks=(task,), sample=True))
    world.publish("notes", 2)
    laptop.send("letters.0", "My own.")
    laptop.syncing.log_in(URL, "ada", PASSWORD)
    laptop.sync()
    batches = laptop.station.tasks.batches
    assert (batches["letters"].hub, batches["letters"].title) == ("", "Mine")
    assert (batches["notes"].hub, batches["notes"].sample) == (world.hub.id, False)
    assert all("from elsewhere" in one.reason for one in laptop.syncing.status().set_aside)
    assert laptop.syncing.status().set_aside
    assert world.operations() == {}


def test_another_person_needs_another_folder(laptop: Laptop, world: World) -> None:
    world.member("bo")
    with pytest.raises(NotAllowed, match="ada's"):
        laptop.syncing.log_in(URL, "bo", PASSWORD)
    laptop.synced()
    assert laptop.syncing.status().member == "ada"


def test_who_logs_out_works_on(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    laptop.syncing.log_out()
    outcome = laptop.sync()
    assert outcome.trouble is not None and outcome.trouble.title == "Not logged in"
    assert laptop.syncing.status().phase is Phase.SIGNED_OUT
    assert world.operations() == {}
    laptop.syncing.log_in(URL, "ada", PASSWORD)
    assert laptop.synced().sent == 1


def test_a_login_in_another_window_is_found(laptop: Laptop, world: World) -> None:
    laptop.synced()
    from trainer_tui.hub import sessions

    secrets = laptop.syncing._safe.get()
    assert secrets is not None
    caller = sessions.identify(world.hub, secrets.token.reveal())
    assert caller is not None
    sessions.end(world.hub, caller, caller.session_id)
    assert laptop.sync().trouble is not None
    assert laptop.syncing.status().phase is Phase.SIGNED_OUT
    asked = len(world.line.asked)
    assert laptop.sync().trouble is not None
    assert len(world.line.asked) == asked  # the same token is not tried again
    window = Laptop.__new__(Laptop)
    window.__dict__.update(laptop.__dict__)
    window.sound = type(laptop.sound).open(laptop.home, read_only=True)
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.services.workstation import Workstation
    from trainer_tui.store.token_file import TokenFile

    station = Workstation(window.sound, laptop.clock, laptop.new_id)
    other = Syncing(
        window.sound, station, laptop.clock, laptop.new_id, TokenFile(laptop.home),
        connect=laptop.connect,
    )  # fmt: skip
    assert other.sync().trouble is not None
    other.log_in(URL, "ada", PASSWORD)
    laptop.synced()
    assert laptop.syncing.status().phase is Phase.IDLE


def test_a_reviewer_is_named_as_one_and_given_no_tasks(world: World) -> None:
    member = world.member()
    people.set_membership(world.hub, LEAD, "north", member, role=Role.REVIEWER)
    laptop = world.laptop()
    laptop.synced()
    assert laptop.syncing.status().teams == ("North (reviewer)",)
    assert laptop.open_tasks() == []


def test_who_is_not_certified_is_told_why_no_tasks_come(world: World) -> None:
    member = world.member()
    people.set_membership(world.hub, LEAD, "north", member, certified=False)
    laptop = world.laptop()
    laptop.synced()
    [team] = laptop.syncing.status().teams
    assert team.startswith("North (not certified yet")
    people.set_membership(world.hub, LEAD, "north", member, certified=True)
    laptop.synced()
    assert laptop.syncing.status().teams == ("North",)


def test_a_batch_that_two_teams_have_is_named_when_it_is_set_aside(world: World) -> None:
    member = world.member()
    laptop = world.laptop()
    laptop.synced()
    people.create_team(world.hub, LEAD, "east", "East")
    for number in range(6):
        world.publish(f"notes{number}", 1, team="east")
    world.publish("letters", 2, team="east")
    people.set_membership(world.hub, LEAD, "east", member, role=Role.TRAINER, certified=True)
    laptop.sync()
    [aside] = laptop.syncing.status().set_aside
    assert "'letters'" in aside.reason and "another id" in aside.reason


def test_hours_of_several_teams_are_told_apart(world: World) -> None:
    people.create_team(world.hub, LEAD, "south", "South")
    world.publish("notes", 3, team="south")
    world.member("ada", "north", "south")
    laptop = world.laptop(wanted=9)
    laptop.synced()
    laptop.station.shifts.ensure(laptop.station.profile)
    laptop.station.shifts.report_time("letters.0", 10)
    laptop.station.shifts.report_time("notes.0", 30)
    laptop.station.shifts.report_time(None, 4)
    laptop.station.shifts.end()
    laptop.synced()
    sent = sorted(world.operations().values(), key=lambda one: one["active"])
    assert [(one["active"], one["tasks"]) for one in sent] == [
        (10.0, {"letters.0": 10.0}),
        (34.0, {"notes.0": 30.0}),
    ]
    [shift] = laptop.sound.shifts()
    assert (shift.id, shift.sync) == (sent[1]["id"], SyncState.ACKED)
    laptop.sound.put_shift(msgspec.structs.replace(shift, sync=SyncState.PENDING))
    assert laptop.synced().sent == 2  # duplicates, the same bytes
    assert len(world.operations()) == 2


def test_a_new_machine_of_somebody_who_left_a_team(world: World) -> None:
    member = world.member()
    first = world.laptop("one")
    first.synced()
    task = first.open_tasks()[0]
    first.send(task)
    first.synced()
    people.set_membership(world.hub, LEAD, "north", member, ended=True)
    first.synced()
    assert first.syncing.status().set_aside == ()
    second = world.laptop("two")
    second.synced()
    assert second.syncing.status().set_aside == ()
    assert second.head(task) == first.head(task)
    assert second.head(task) is not None


def test_somebody_in_many_teams_reads_on(world: World) -> None:
    names = [f"team-of-a-client-{number}" for number in range(40)]
    for name in names:
        people.create_team(world.hub, LEAD, name, name)
    world.member("ada", *names)
    laptop = world.laptop()
    laptop.synced()
    cursor = laptop.store.hub().cursor
    assert cursor is not None and len(cursor) > 1000
    world.publish("more", 1, team=names[-1])
    assert laptop.synced().received


def test_hours_stay_known_when_one_of_their_tasks_has_left_the_list(world: World) -> None:
    world.publish("short", 3, claim_hours=1.0)
    world.member()
    laptop = world.laptop(wanted=20)
    laptop.synced()
    written, *_, looked_at = laptop.open_tasks()
    laptop.send(written)
    laptop.station.shifts.report_time(written, 60)
    laptop.station.shifts.report_time(looked_at, 100)
    laptop.station.shifts.end()
    laptop.synced()
    world.clock.advance(2 * 3600)
    world.member("ben")
    world.laptop("two", log_in="ben", wanted=20).synced()
    laptop.synced()
    assert looked_at not in laptop.station.tasks
    world.clock.advance(26 * 3600)  # and the hub is asked what it has
    laptop.synced()
    assert laptop.syncing.status().refused == ()
    [shift] = laptop.sound.shifts()
    assert shift.sync is SyncState.ACKED


def test_an_old_head_that_is_read_again_does_not_come_back(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.synced()
    world.publish("letters", 6, guidelines=Guidelines("2", "Be brief."))
    laptop.synced()
    assert laptop.station.tasks.batches["letters"].guidelines.label == "2"
    laptop.store.put_hub(msgspec.structs.replace(laptop.store.hub(), cursor=None))
    laptop.crash()
    monkeypatch.setattr(exchanging, "PAGE", 1)
    asked: list[httpx.Request] = []

    def once(request: httpx.Request) -> None:
        if request.url.path == "/v1/changes":
            asked.append(request)
            if len(asked) > 3:  # the membership, the first head, and a task
                unreachable(request)

    world.line.before = once
    assert laptop.sync().trouble is not None
    assert len(asked) == 4
    assert laptop.station.tasks.batches["letters"].guidelines.label == "2"


def test_what_was_given_back_and_claimed_again_is_there(world: World) -> None:
    member = world.member()
    laptop = world.laptop()
    laptop.synced()
    before = laptop.store.hub().held[0].claim
    memberships = world.database.read(lambda c: people.memberships_of(c, member))
    elsewhere = Caller(member, "ada", "elsewhere", memberships)
    dispatch.release(world.hub, elsewhere, ClaimIds(claims=(before.id,)))
    dispatch.claim(world.hub, elsewhere, ClaimRequest())
    laptop.synced()
    assert before.task_id in laptop.open_tasks()
    assert before.id not in [held.claim.id for held in laptop.store.hub().held]
