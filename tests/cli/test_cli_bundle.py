"""Shift bundles on the command line, the trainer's and the operator's, on a hub in a file."""

import os
import stat
import time

import pytest

from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.domain.uuid7 import id_maker


@pytest.fixture
def ada(cli, home, tmp_path, monkeypatch):
    """A hub with one trainer and a batch, and the line of her key."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "hub"))
    assert cli("hub", "init").code == 0
    assert cli("hub", "teams", "add", "atlas", "Atlas").code == 0
    assert cli("hub", "members", "add", "ada", "--team", "atlas").code == 0
    assert cli("hub", "members", "certify", "ada", "--team", "atlas").code == 0
    _publish(tmp_path / "hub" / "hub.db")
    made = cli("hub", "bundle", "key", "ada")
    assert made.code == 0 and "in this name" in made.err
    return made.out


def _publish(file):
    from trainer_tui.hub import publishing
    from trainer_tui.hub.database import Database
    from trainer_tui.hub.installing import open_hub

    database = Database(f"sqlite:///{file}")
    hub = open_hub(database, now=time.time, new_id=id_maker())
    publishing.put_batch(hub, "lead", "atlas", BatchHead(id="letters", title="Letters"))
    tasks = [
        Task(id=f"letters.{n}", kind=Kind.WRITE, title="A letter", instructions="Write.")
        for n in range(5)
    ]
    publishing.add_tasks(hub, "lead", "atlas", "letters", tasks)
    publishing.open_batch(hub, "lead", "atlas", "letters")
    database.close()


def test_a_whole_round(cli, ada, home):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    asked = cli("bundle", "out", "first.bundle", "--tasks", "2")
    assert asked.code == 0 and "0 records, and asks for 2 tasks" in asked.err
    if os.name == "posix":
        assert stat.S_IMODE(os.stat("first.bundle").st_mode) == 0o600
    came = cli("hub", "bundle", "in", "first.bundle")
    assert came.code == 0 and "hub bundle out ada FILE" in came.err and "2 tasks" in came.err
    made = cli("hub", "bundle", "out", "ada", "answer.bundle")
    assert made.code == 0 and "answer.bundle is for ada" in made.err
    taken = cli("bundle", "in", "answer.bundle")
    assert taken.code == 0 and "At the hub now: 0 records" in taken.out
    assert [task["id"] for task in cli("tasks", "--json").json] == ["letters.0", "letters.1"]
    (home.parent / "work" / "a.md").write_text("An answer.")
    texts = ("--prompt-file", "-", "--response-file", "a.md")
    sent = cli("submit", "letters.0", *texts, stdin=b"A prompt")
    assert sent.code == 0
    assert "1 record" in cli("bundle", "out", "second.bundle", "--tasks", "0").err
    came = cli("hub", "bundle", "in", "second.bundle", "--json").json
    assert [result["status"] for result in came["results"]] == ["accepted"]
    assert (came["name"], came["late"], came["tasks"]) == ("ada", 0, 0)
    assert "1 known before" in cli("hub", "bundle", "in", "second.bundle").out
    assert cli("hub", "bundle", "out", "ada", "answer2.bundle").code == 0
    taken = cli("bundle", "in", "answer2.bundle", "--json").json
    assert (taken["sent"], taken["waiting"], taken["refused"]) == (1, 0, 0)
    again = cli("bundle", "in", "answer.bundle")
    assert again.code == 0 and "known here already" in again.out
    assert "Hub: by shift bundles, as ada" in cli("status").out
    actions = [row["action"] for row in cli("hub", "audit", "--json").json]
    assert actions.count("bundle.in") == 3 and actions.count("bundle.out") == 2


def test_a_first_bundle_of_the_operator(cli, ada):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    assert cli("hub", "bundle", "out", "ada", "f.bundle", "--tasks", "3", "--whole").code == 0
    assert cli("bundle", "in", "f.bundle").code == 0
    assert len(cli("tasks", "--json").json) == 3


def test_no_file_is_written_over(cli, ada, home):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    there = home.parent / "work" / "there"
    for line in (("bundle", "out", "there"), ("hub", "bundle", "out", "ada", "there")):
        there.write_text("precious")
        refused = cli(*line)
        assert refused.code == 2 and "--replace" in refused.err
        assert there.read_text() == "precious"
        assert cli(*line, "--replace").code == 0
        assert there.read_bytes().startswith(b"trainer-bundle/1 ")


def test_a_key_is_never_an_argument_and_never_printed(cli, ada):
    line = ada.strip()
    refused = cli("bundle", "key", line)
    assert refused.code == 2
    broken = line[:-3] + "AAA"
    refused = cli("bundle", "key", stdin=broken.encode())
    assert refused.code == 2 and line[4:30] not in refused.err + refused.out
    kept = cli("bundle", "key", stdin=ada.encode())
    assert kept.code == 0 and line[4:30] not in kept.err + kept.out


def test_without_a_key(cli, ada):
    assert cli("bundle", "in", "x").code == 2
    assert "no key for bundles" in cli("bundle", "out", "x").err
    assert not os.path.exists("x")


def test_a_line_by_file_is_none_by_network(cli, ada):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    refused = cli("sync")
    assert refused.code == 2 and "no line to a hub" in refused.err


def test_what_is_no_bundle(cli, ada, home):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    (home.parent / "work" / "text").write_text("not a bundle")
    for line in (("bundle", "in"), ("hub", "bundle", "in")):
        for name in ("text", "missing", "."):
            assert cli(*line, name).code == 2
    assert cli("bundle", "out", "own.bundle").code == 0
    assert "from a workstation to the hub" in cli("bundle", "in", "own.bundle").err
    assert cli("hub", "bundle", "out", "ada", "a.bundle").code == 0
    assert "from the hub to a workstation" in cli("hub", "bundle", "in", "a.bundle").err


def test_who_is_revoked(cli, ada):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    assert cli("bundle", "out", "own.bundle").code == 0
    assert cli("hub", "members", "revoke", "ada").code == 0
    for line in (("in", "own.bundle"), ("out", "ada", "x"), ("key", "ada")):
        refused = cli("hub", "bundle", *line)
        assert refused.code == 2 and "revoked" in refused.err
    assert "no member 'eve'" in cli("hub", "bundle", "key", "eve").err


def test_another_key(cli, ada):
    assert cli("bundle", "key", stdin=ada.encode()).code == 0
    assert cli("bundle", "out", "own.bundle").code == 0
    assert cli("hub", "bundle", "key", "ada", "--new").out != ada
    refused = cli("hub", "bundle", "in", "own.bundle")
    assert refused.code == 2 and "seal does not fit" in refused.err


def test_help(cli):
    for line in (("bundle",), ("bundle", "out"), ("hub", "bundle"), ("hub", "bundle", "in")):
        told = cli(*line, "--help")
        assert told.code == 0 and "Example" in told.out
    assert cli("bundle").code == 2
    assert cli("hub", "bundle").code == 2
