"""A restored hub has lost claims together with the work that was done on them."""

from pathlib import Path

from tests.hub.firm import LEAD
from tests.sync.laptops import PASSWORD, URL, Laptop, World
from trainer_tui.hub import backup, people
from trainer_tui.hub.database import Database
from trainer_tui.sync.trouble import NoHub


def test_work_on_what_was_claimed_after_the_backup_is_taken_again(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    backup.back_up(world.database, tmp_path / "backup")
    laptop.synced()
    laptop.send(laptop.open_tasks()[0])
    laptop.synced()
    [record] = laptop.records()
    assert record.id in world.operations()
    world.database.close()
    world.database_file = tmp_path / "restored.db"
    database = Database(f"sqlite:///{world.database_file}")
    backup.restore(tmp_path / "backup", database)
    database.close()
    world.serve()
    laptop.syncing.log_in(URL, "ada", PASSWORD)
    laptop.synced()
    assert record.id in world.operations()


def test_a_hub_made_anew_under_the_same_name_gets_nothing_and_costs_nothing(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.synced()
    sent, waiting = laptop.open_tasks()[:2]
    laptop.send(sent)
    laptop.synced()
    laptop.send(waiting)
    before = laptop.records()
    world.database.close()
    world.database_file = tmp_path / "anew.db"
    world.serve()
    people.create_team(world.hub, LEAD, "north", "North")
    world.publish("letters", 6)
    world.member()
    trouble = laptop.sync().trouble
    assert isinstance(trouble, NoHub) and "another hub" in trouble.message
    laptop.syncing.log_in(URL, "ada", PASSWORD)
    laptop.sync()
    assert world.operations() == {}
    assert laptop.records() == before
    assert laptop.head(sent) and laptop.head(waiting)
    assert laptop.syncing.status().set_aside
