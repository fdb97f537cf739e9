import io
import sys
from datetime import UTC, datetime

import pytest

from trainer_tui.cli import app, progress
from trainer_tui.domain.link import HubState, Link
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def screen(cli, monkeypatch):
    """Run the program as if on a terminal, with a screen that only looks around."""
    seen = []

    def look(workstation, settings, settings_file):
        seen.append((workstation.read_only, len(workstation.batches()), workstation.profile))
        return 0

    monkeypatch.setattr(app, "open_app", look)

    def run(*argv):
        terminal = io.TextIOWrapper(io.BytesIO())
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        from trainer_tui.cli.main import main

        return main(list(argv)), seen

    return run


def test_the_first_start_brings_the_samples(screen, cli):
    code, seen = screen()
    assert code == 0
    read_only, batches, profile = seen[0]
    assert not read_only
    assert batches >= 5
    assert profile.trainer == "ada"
    assert all(batch["sample"] for batch in cli("batches", "--json").json)


def test_who_has_a_hub_is_given_no_samples(screen, cli, home):
    link = Link(url="", hub="h", epoch="", member="m", name="ada", since=datetime.now(UTC))
    store = Workspace.open(home)
    store.put_hub(HubState(link=link))
    store.close()
    assert "'trainer-tui bundle out FILE'" in cli("tasks").out
    code, seen = screen()
    assert (code, seen[0][1]) == (0, 0)


def test_a_later_start_brings_nothing(screen, desk):
    assert screen()[1][0][1] == 1


def test_beside_a_writer_it_opens_read_only_when_asked(screen, desk, home, capsys):
    store = Workspace.open(home)
    try:
        code, seen = screen()
        assert (code, seen) == (3, [])
        assert "trainer-tui --read-only" in capsys.readouterr().err
        assert screen("--read-only") == (0, seen)
        assert seen[0][0] is True
    finally:
        store.close()


def test_the_store_is_given_back_whatever_happens(screen, desk, home, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(app, "open_app", fail)
    assert screen()[0] == 3
    Workspace.open(home).close()


def test_a_sample_that_cannot_be_read_keeps_nobody_out(screen, tmp_path, monkeypatch, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    monkeypatch.setattr(app, "sample_files", lambda: [bad])
    code, seen = screen()
    assert (code, seen[0][1]) == (0, 0)
    assert "bad.json" in capsys.readouterr().err


def test_no_bar_before_a_second_or_without_a_terminal(capsys):
    with progress.Bar("Reading") as bar:
        bar(1, 2)
    assert capsys.readouterr().err == ""


def test_a_bar_for_long_work(capsys, monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress.Bar("Reading [/x] \x1b]0;t\x07.jsonl") as bar:
        for done in range(3):
            bar(done, 2)
    err = capsys.readouterr().err
    assert "Reading [/x] ␛]0;t␇.jsonl" in err
    assert "\x1b]0" not in err
