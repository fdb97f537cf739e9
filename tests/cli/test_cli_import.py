import json
import os
import sys
import threading
from pathlib import Path

import pytest

from trainer_tui.domain.errors import StoreError
from trainer_tui.store.workspace import Workspace


def rows(*prompts):
    return "".join(json.dumps({"prompt": prompt}) + "\n" for prompt in prompts)


def test_what_was_found_out_is_shown(cli, text):
    result = cli("import", text(rows("a b", "c d"), "p.jsonl"))
    assert result.code == 0
    assert "respond tasks, 2 rows" in result.out
    assert "batch p: P (en)" in result.out
    assert "2 added" in result.out


def test_json(cli, text):
    text("question,answer\nWhy?,because\n", "q.csv")
    argv = ("import", "q.csv", "--map", "prompt=question", "--json", "--id", "why", "--team", "T")
    (outcome,) = cli(*argv).json
    assert outcome["imported"] is True
    assert outcome["format"] == "csv"
    assert outcome["kind"] == "respond"
    assert outcome["mapping"]["prompt"] == "question"
    assert (outcome["batch"], outcome["rows"], outcome["added"]) == ("why", 1, 1)
    assert cli("status", "--json").json["team"] == "T"


def test_twice_changes_nothing(desk):
    result = desk("import", "garden.json")
    assert result.code == 0
    assert "nothing has changed" in result.out
    (outcome,) = desk("import", "garden.json", "--json").json
    assert (outcome["added"], outcome["changed"], outcome["unchanged"]) == (0, 0, 4)


def test_a_changed_file_tells_what_is_new(desk, text):
    batch = json.loads(Path("garden.json").read_text())
    batch["tasks"][0]["title"] = "A poem about a rake"
    del batch["tasks"][3]
    batch["tasks"].append({"id": "new", "kind": "write", "title": "New", "instructions": "x"})
    text(json.dumps(batch), "garden.json")
    desk("draft", "order", "--response-file", text("x"))
    result = desk("import", "garden.json")
    assert "1 added, 1 changed, 1 removed, 2 unchanged" in result.out


def test_work_on_a_task_that_is_gone_is_kept(desk, text):
    desk("skip", "order", "--reason", "1")
    desk("draft", "poem", "--response-file", text("x"))
    batch = json.loads(Path("garden.json").read_text())
    del batch["tasks"][0]
    text(json.dumps(batch), "garden.json")
    result = desk("import", "garden.json")
    assert "1 task no longer in the file but worked on: kept" in result.out
    assert "x" in desk("draft", "poem").out


def test_dry_run_writes_nothing(cli, home, text):
    result = cli("import", text(rows("a"), "p.jsonl"), "--dry-run")
    assert result.code == 0
    assert "1 would be added" in result.out
    assert not (home / "batches").exists()


def test_bad_rows_are_named_and_stop_everything(cli, text):
    content = rows("fine") + '{"prompt": 7}\n{"prompt": \n'
    result = cli("import", text(content, "p.jsonl"))
    assert result.code == 2
    assert "p.jsonl, line 2, field prompt: expected text, got 7" in result.err
    assert "p.jsonl, line 3" in result.err
    assert "--skip-bad" in result.err
    assert cli("batches", "--json").json == []
    assert not Path("p.jsonl.bad.jsonl").exists()


def test_skip_bad_keeps_them_for_repair(cli, text):
    content = rows("fine") + '{"prompt": 7}\n'
    (outcome,) = cli("import", text(content, "p.jsonl"), "--skip-bad", "--json").json
    assert (outcome["added"], outcome["bad_file"]) == (1, "p.jsonl.bad.jsonl")
    assert outcome["bad"][0]["line"] == 2
    (kept,) = map(json.loads, Path("p.jsonl.bad.jsonl").read_text().splitlines())
    assert (kept["line"], kept["field"], kept["row"]) == (2, "prompt", '{"prompt": 7}')


def test_a_file_of_bad_rows_only_is_refused_with_skip_bad_too(cli, text):
    result = cli("import", text('{"prompt": 7}\n{"prompt": 8}\n', "p.jsonl"), "--skip-bad")
    assert result.code == 2
    assert cli("batches", "--json").json == []


def test_many_bad_rows_are_counted(cli, text):
    result = cli("import", text(rows("fine") + '{"prompt": 7}\n' * 50, "p.jsonl"))
    assert result.err.count("expected text, got 7") == 20
    assert "30 more rows" in result.err


def test_several_files_are_reported_one_by_one(cli, text):
    good, bad = text(rows("a"), "good.jsonl"), text('{"prompt": 7}\n', "bad.jsonl")
    other = text(rows("b"), "other.jsonl")
    result = cli("import", good, bad, other)
    assert result.code == 2
    assert {batch["id"] for batch in cli("batches", "--json").json} == {"good", "other"}
    outcomes = cli("import", good, bad, "--json").json
    assert [outcome["imported"] for outcome in outcomes] == [True, False]
    assert "error" in outcomes[1]


def test_a_path_that_is_not_there_is_found_before_anything_is_imported(cli, text):
    good = text(rows("a"), "good.jsonl")
    result = cli("import", good, "nowhere.jsonl", ".")
    assert result.code == 2
    assert "There is no file nowhere.jsonl" in result.err
    assert ". is a folder" in result.err
    assert "Nothing was imported." in result.err
    assert cli("batches", "--json").json == []
    outcomes = cli("import", good, "nowhere.jsonl", "--json").json
    assert [("error" in one, one["imported"]) for one in outcomes] == [
        (False, False),
        (True, False),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_pipe_is_read_once(cli, tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(rows("a"),), daemon=True)
    writer.start()
    assert cli("import", str(pipe)).code == 0
    writer.join(10)
    assert not writer.is_alive()


def test_the_kinds_that_are_there_are_told(cli, text):
    text("prompt,kind\na,write\nb,respond\nc,write\n", "q.csv")
    assert "2 write and 1 respond tasks, 3 rows" in cli("import", "q.csv", "--dry-run").out
    (outcome,) = cli("import", "q.csv", "--json").json
    assert (outcome["kind"], outcome["kinds"]) == ("write", {"write": 2, "respond": 1})


@pytest.mark.parametrize("kind", ["writ", ""])
def test_no_kind_is_told_of_a_file_without_a_task(cli, text, kind):
    batch = {"format": "trainer-tui/batch", "version": 1, "id": "b", "title": "B"}
    task = {"id": "a", "kind": kind, "title": "A", "instructions": "x"}
    text(json.dumps(batch | {"tasks": [task]}), "b.json")
    result = cli("import", "b.json")
    assert result.code == 2
    assert " tasks, " not in result.out
    (outcome,) = cli("import", "b.json", "--json").json
    assert (outcome["kind"], outcome["kinds"]) == (None, {})


def test_the_list_of_bad_rows_names_the_way_out(cli, text):
    text(rows("fine") + '{"prompt": 7}\n', "p.jsonl")
    told = cli("import", "p.jsonl", "--skip-bad").err
    assert "1 row left out, listed with what is wrong in p.jsonl.bad.jsonl" in told
    assert "import p.jsonl again" in told
    result = cli("import", "p.jsonl.bad.jsonl")
    assert result.code == 2
    assert "a list of rows that an import left out" in result.err
    assert "Repair these rows in 'p.jsonl' and import that again." in result.err
    text(rows("fine", "seven"), "p.jsonl")
    assert "1 added, 1 unchanged" in cli("import", "p.jsonl").out


@pytest.mark.parametrize(
    "argv, title",
    [
        (["--id", "a b/c"], "Usage: argument --id: 'a b/c' is not an id"),
        (["--language", "?"], "Usage: argument --language: expected a BCP 47 tag"),
        (["--map", "foo=prompt"], "Wrong mapping: there is no field 'foo'"),
        (["--title", "a\x1bb"], "Cannot take this: the title, line 1"),
    ],
)
def test_what_is_not_about_reading_is_not_called_so(cli, text, argv, title):
    result = cli("import", text(rows("a"), "p.jsonl"), *argv)
    assert result.code == 2
    assert result.err.startswith(title)


def test_a_column_that_is_not_there_is_a_wrong_mapping(cli, text):
    result = cli("import", text("question\nWhy?\n", "q.csv"), "--map", "prompt=qestion")
    assert result.err.startswith("Wrong mapping: q.csv, line 1, field prompt: no column")


@pytest.mark.parametrize("name, content", [("n.csv", "a,b\n1,2\n"), ("n.jsonl", '{"a": 1}\n')])
def test_a_file_without_a_known_prompt_names_the_option(cli, text, name, content):
    assert "--map prompt=COLUMN" in cli("import", text(content, name)).err
    fmt = "csv" if name == "n.csv" else "prompts"
    assert "--map prompt=COLUMN" in cli("import", name, "--format", fmt).err


def test_another_file_of_the_same_name_pushes_nothing_away(cli, text):
    cli("import", text(rows("a"), "p.jsonl"))
    Path("sub").mkdir()
    other = text(rows("b"), "sub/p.jsonl")
    result = cli("import", other)
    assert result.code == 2
    assert "--id" in result.err
    assert cli("import", other, "--id", "q").code == 0
    assert "1 added, 1 removed" in cli("import", other, "--replace").out


def test_samples(cli):
    assert cli("import", "--samples").code == 0
    batches = cli("batches", "--json").json
    assert len(batches) >= 5
    assert all(batch["sample"] for batch in batches)
    assert cli("status", "--json").json["team"] == ""


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["a", "b", "--id", "x"],
        ["a", "--map", "prompt"],
        ["a", "--map", "=x"],
        ["a", "--kind", "poem"],
        ["p.jsonl", "--id", "../up"],
        ["p.jsonl", "--id", ""],
        ["p.jsonl", "--language", "?"],
        ["p.jsonl", "--title", "a\x1bb"],
        ["."],
    ],
)
def test_what_is_refused(cli, text, argv):
    text(rows("a"), "p.jsonl")
    result = cli("import", *argv)
    assert result.code == 2
    assert result.err
    assert cli("batches", "--json").json == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are Unicode")
def test_a_file_name_that_is_not_utf8(cli):
    name = b"caf\xe9.jsonl".decode(errors="surrogateescape")
    Path(name).write_text(rows("a"))
    (outcome,) = cli("import", name, "--json").json
    assert outcome["imported"]
    assert cli("import", name).code == 0
    assert cli("import", "x" + name, "--json").code == 2


def test_a_batch_is_told_of_before_the_profile_fails(cli, text, monkeypatch):
    put_profile = Workspace.put_profile

    def full(self, profile):
        if profile.team:
            raise StoreError("workspace.json could not be saved: the disk is full.")
        put_profile(self, profile)

    monkeypatch.setattr(Workspace, "put_profile", full)
    result = cli("import", text(rows("a b", "c d"), "p.jsonl"), "--team", "T")
    assert result.code == 3
    assert "the disk is full" in result.err
    assert "2 added" in result.out
    (outcome,) = cli("import", "p.jsonl", "--team", "T", "--json").json
    assert outcome["imported"] and "the disk is full" in outcome["error"]
    assert len(cli("tasks", "--json").json) == 2
