"""Stores that a released version has written open for ever: `golden/format-1` and what it holds."""

import shutil
from pathlib import Path

import pytest
import store_samples as samples

from trainer_tui.domain.draft import Cause
from trainer_tui.domain.submission import Flag, Skip, Submission, Withdrawal
from trainer_tui.services.ports import Profile
from trainer_tui.store import envelope, migrations
from trainer_tui.store.paths import HOME_VARIABLE, default_home
from trainer_tui.store.workspace import Workspace

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(params=range(1, migrations.CURRENT + 1))
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN / f"format-{request.param}", tmp_path / "data"))


def test_a_store_of_each_released_format_opens(home: Path) -> None:
    for read_only in (True, False):
        store = Workspace.open(home, read_only=read_only)
        assert store.troubles() == ()
        assert store.profile() == Profile(trainer="ann", team="red", closed_batches=("old",))
        [batch] = store.batches()
        assert [task.id for task in batch.tasks] == ["b.0", "b.1", "b.2"]
        assert batch.tasks[0].instructions == samples.ODD_TEXT
        assert batch.tasks[0].extra == {"source": [1, 2.5, None, True]}
        [shift] = store.shifts()
        assert (shift.id, shift.started_at) == ("s1", samples.NOW)
        records = store.records()
        assert [type(record) for record in records] == [Submission, Skip, Withdrawal, Flag]
        assert records[0].pairs[0].response == samples.ODD_TEXT  # type: ignore[union-attr]
        assert [entry.seconds for entry in store.ledger("s1")] == [1.5, 2.5, 3.5]
        assert store.drafts() == {"b.1": "d2"}
        assert [version.number for version in store.versions("b.1")] == [1, 2, 3, 4, 5, 6]
        assert store.versions("b.1")[3].draft == samples.draft(
            samples.LONG_TEXT + samples.ODD_TEXT,
            note="n",
            active_seconds=1.5,
            focus=samples.Focus(row=3),
        )
        if not read_only:
            store.put_profile(Profile(trainer="bo"))
            store.add_record(samples.submission("r9"))
            assert store.save_draft(samples.draft("x", draft_id="d2"), Cause.TYPING, samples.NOW)
        store.close()


def test_an_older_format_is_led_through_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = envelope.seal("shift", b'{"a":{"1":{"n":1}}}')
    monkeypatch.setattr(migrations, "CURRENT", 3)
    steps = {
        1: lambda kind, tables: {"b": tables["a"]},
        2: lambda kind, tables: {kind: tables["b"]},
    }
    monkeypatch.setattr(migrations, "STEPS", steps)
    assert envelope.unseal("shift", sealed) == b'{"shift":{"1":{"n":1}}}'


def test_the_data_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.setenv(HOME_VARIABLE, "")
    assert "trainer-tui" in str(default_home())
