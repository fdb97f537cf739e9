"""An exchange while somebody types and submits: nothing waits for the network, nothing is lost."""

import threading
import time
from typing import Any

import httpx
import pytest

from tests.sync.laptops import Laptop, World
from tests.sync.test_sync_faults import answer
from trainer_tui.services.pacing import LONGEST_DELAY, next_delay
from trainer_tui.services.syncing import Outcome, Phase
from trainer_tui.store.workspace import Workspace
from trainer_tui.sync.trouble import BrokenOff


def test_work_goes_on_while_the_hub_is_slow(laptop: Laptop, world: World) -> None:
    laptop.synced()
    first, second, third, _ = laptop.open_tasks()
    laptop.send(first)
    asked, go_on = threading.Event(), threading.Event()

    def slow(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/push":
            asked.set()
            assert go_on.wait(20)
        return None

    world.line.before = slow
    outcomes: list[Any] = []
    worker = threading.Thread(target=lambda: outcomes.append(laptop.sync()))
    worker.start()
    assert asked.wait(20)
    assert laptop.syncing.status().phase is Phase.SYNCING
    laptop.save(second, "Typed meanwhile.")
    laptop.send(third, "Sent meanwhile.")
    laptop.station.figures()
    assert worker.is_alive()
    assert laptop.sync().sent == 0  # the one that runs goes round once more
    go_on.set()
    worker.join(20)
    assert outcomes[0].sent == 2
    assert laptop.syncing.status().waiting == 0
    assert laptop.station.tasks.has_draft(second)
    assert len(world.operations()) == 2


def test_many_submissions_beside_many_exchanges_arrive_once_each(world: World) -> None:
    world.publish("many", 30)
    world.member()
    laptop = world.laptop(wanted=40)
    laptop.synced()
    tasks = laptop.open_tasks()
    over = threading.Event()
    troubles: list[Any] = []

    def exchange() -> None:
        while not over.is_set():
            troubles.append(laptop.sync().trouble)

    workers = [threading.Thread(target=exchange) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number, task_id in enumerate(tasks):
        laptop.save(task_id, f"Draft {number}")
        laptop.send(task_id, f"Text {number}")
        if number % 3 == 0:
            laptop.station.writing.withdraw(task_id)
    over.set()
    for worker in workers:
        worker.join(30)
    laptop.synced()
    assert set(troubles) == {None}
    assert set(world.operations()) == {record.id for record in laptop.records()}
    assert laptop.syncing.status().waiting == 0
    before = {id: laptop.head(id) for id in tasks}
    laptop.crash()
    assert {id: laptop.head(id) for id in tasks} == before


def test_only_the_writer_exchanges(laptop: Laptop, world: World) -> None:
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.services.workstation import Workstation
    from trainer_tui.store.token_file import TokenFile

    store = Workspace.open(laptop.home, read_only=True)
    reader = Syncing(
        store,
        Workstation(store, laptop.clock, laptop.new_id),
        laptop.clock,
        laptop.new_id,
        TokenFile(laptop.home),
        connect=laptop.connect,
    )
    asked = len(world.line.asked)
    outcome = reader.sync()
    assert outcome.trouble is not None and outcome.trouble.title == "Opened read-only"
    assert len(world.line.asked) == asked


def test_leaving_the_program_breaks_an_exchange_off(laptop: Laptop, world: World) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    asked = threading.Event()

    def hang(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/push":
            asked.set()
            while not laptop.syncing._closing:
                time.sleep(0.01)
            raise httpx.ReadError("closed")
        return None

    world.line.before = hang
    outcomes: list[Any] = []
    worker = threading.Thread(target=lambda: outcomes.append(laptop.sync()))
    worker.start()
    assert asked.wait(20)
    laptop.syncing.close()
    worker.join(20)
    assert isinstance(outcomes[0].trouble, BrokenOff)
    assert isinstance(laptop.sync().trouble, BrokenOff)
    assert laptop.station.tasks.waiting == 1


def test_a_fault_of_the_program_does_not_leave_it_exchanging(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(laptop.syncing, "_once", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            laptop.sync()
    assert laptop.syncing.status().phase is Phase.IDLE
    laptop.synced()


def test_tries_come_further_apart_and_not_all_at_once() -> None:
    assert [next_delay(n, 1.0) for n in range(4)] == [2.0, 4.0, 8.0, 16.0]
    assert next_delay(4, 0.5) == 16.0
    assert next_delay(10_000, 1.0) == LONGEST_DELAY
    assert 0 < next_delay(3, 0.0) < 1
    assert next_delay(0, 0.5, 30.0) == 31.0


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
def test_a_hub_that_cannot_now_is_asked_later(laptop: Laptop, world: World, status: int) -> None:
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    world.line.before = lambda request: answer({}, status, **{"retry-after": "40"})
    waits = []
    for _ in range(4):
        laptop.sync()
        waits.append(laptop.syncing.status().next_in)
    assert laptop.syncing.status().phase is Phase.OFFLINE
    assert waits == [41.0, 42.0, 44.0, 48.0]
    world.clock.advance(30)
    assert laptop.syncing.status().next_in == 18.0
    world.line.before = lambda request: None
    laptop.synced()
    next_in = laptop.syncing.status().next_in
    assert next_in is not None and 60 <= next_in <= 120


def test_what_the_hub_puts_off_is_tried_when_it_says(laptop: Laptop, world: World) -> None:
    laptop.synced()
    first, second, *_ = laptop.open_tasks()
    laptop.send(first)
    put_off = laptop.records()[0].id
    laptop.send(second)

    def later(request: httpx.Request) -> httpx.Response | None:
        import gzip

        import msgspec

        if request.url.path != "/v1/push":
            return None
        asked = msgspec.json.decode(gzip.decompress(request.read()))["operations"]
        results = [
            {"op_id": one["op_id"], "status": "retry", "seconds": 10**9}
            if one["op_id"] == put_off
            else {"op_id": one["op_id"], "status": "accepted", "seq": 77}
            for one in asked
        ]
        return answer({"results": results})

    world.line.before = later
    outcome = laptop.sync()
    assert outcome.sent == 1 and outcome.trouble is not None
    status = laptop.syncing.status()
    assert (status.waiting, status.phase) == (1, Phase.OFFLINE)
    assert status.next_in is not None and 3600 <= status.next_in <= 3601


def test_the_end_of_an_exchange_does_not_let_in_a_third_beside_the_next_one(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing = laptop.syncing
    inside, go_on = threading.Event(), threading.Event()
    runs: list[threading.Thread] = []

    def once() -> Outcome:
        runs.append(threading.current_thread())
        if len(runs) == 2:
            inside.set()
            assert go_on.wait(20)
        return Outcome()

    second = threading.Thread(target=syncing.sync)

    class Gate:
        """Lets the second exchange begin in the very moment in which the first gives way."""

        lock = threading.Lock()

        def __enter__(self) -> None:
            self.lock.acquire()

        def __exit__(self, *error: object) -> None:
            self.lock.release()
            if runs and second.ident is None:
                second.start()
                assert inside.wait(20)

    monkeypatch.setattr(syncing, "_once", once)
    monkeypatch.setattr(syncing, "_gate", Gate())
    syncing.sync()
    syncing.sync()
    assert len(runs) == 2
    go_on.set()
    second.join(20)
    assert runs[1:] == [second, second]  # it goes round once more for the third
