"""Work that is taken back makes its claim run on, at the hub and on every machine."""

from tests.sync.laptops import Laptop, World


def test_the_claim_of_work_that_is_taken_back_runs_on(laptop: Laptop, world: World) -> None:
    laptop.synced()
    task_id = laptop.open_tasks()[0]
    laptop.send(task_id)
    laptop.synced()
    assert laptop.syncing.time_left(task_id) is None
    world.clock.advance(3_600)
    other = world.laptop("two", wanted=0)
    laptop.station.writing.withdraw(task_id)
    laptop.synced()
    other.synced()
    for machine in (laptop, other):
        left = machine.syncing.time_left(task_id)
        assert left is not None and abs(left - 23 * 3_600) < 5
        assert machine.station.tasks.task(task_id)
    laptop.syncing.give_back(task_id)
    other.synced()
    assert laptop.syncing.time_left(task_id) is other.syncing.time_left(task_id) is None
