"""Short forms of the faults of the line, on real hub processes: `python -m tests.sync` is long."""

from pathlib import Path

import pytest

from tests.sync import lost_answers, mutants, replicas
from tests.sync.proxy import Fate
from tests.sync.restored_hub import FILE_AND_OTHERS, Restored, folder_of_yesterday
from tests.sync.site import Site


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/hub.db"


def test_three_workstations_agree_after_a_bad_day(url: str, tmp_path: Path) -> None:
    """F10 and F29, and F13: the hub is killed when it has committed a push and told nobody."""
    site = Site(url, seed=5)
    site.process.fail = "after_commit:/v1/push:6"
    with site:
        found = replicas.Round(site, tmp_path / "firm", "5/0").run(40, kills=0)
        assert found.words() == []
        assert site.process.fail == "", "it did not come to the failpoint"


def test_a_lost_answer_changes_nothing(url: str, tmp_path: Path) -> None:
    """F11 with the worst fate for each kind of request; F18; and two safeguards taken out."""
    with Site(url, seed=1) as site:
        for request in lost_answers.REQUESTS:
            cell = lost_answers.cell(site, tmp_path, request, Fate.LOST_ANSWER)
            assert cell.faults.words() == [] and cell.tries == 2, request
        with mutants.fresh_id_for_each_try():
            mutated = lost_answers.cell(site, tmp_path, "push", Fate.LOST_ANSWER)
        assert mutated.faults.doubled
        with mutants.acknowledged_before_the_answer():
            mutated = lost_answers.cell(site, tmp_path, "push", Fate.DROPPED)
        assert mutated.faults.lost
        assert folder_of_yesterday(site, tmp_path, "1").words() == []


def test_a_hub_whose_past_comes_back_gets_the_work_again(tmp_path: Path) -> None:
    """F17, the worst way: nobody tells the hub, and it works on."""
    assert Restored(tmp_path / "hub", "1").run(FILE_AND_OTHERS).words() == []
