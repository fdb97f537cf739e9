"""A workstation and the real hub: what is claimed is there, what is written leaves, once."""

from tests.sync.laptops import Laptop, World
from trainer_tui.domain.sync import SyncState
from trainer_tui.services.syncing import Phase


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
