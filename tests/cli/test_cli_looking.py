import json

import pytest


def test_an_empty_store_says_what_to_do(cli, home):
    assert "import" in cli("status").out
    assert "import" in cli("tasks").out
    assert "import" in cli("batches").out
    assert cli("tasks", "--json").json == []
    assert "no shift" in cli("shift", "list").out
    assert cli("shift", "report").code == 2
    assert not home.exists()


def test_status(desk, text):
    assert "Shift: none open" in desk("status").out
    desk("submit", "frost", "--response-file", text("No."), "--minutes", "90")
    out = desk("status").out
    assert "1 h 30 min active" in out
    assert "Done in this shift: 1 task" in out
    assert "4 (2 open, 1 not yet workable, 1 done)" in out
    assert "Stays on this machine: 1 record of batches without a hub" in out
    facts = desk("status", "--json").json
    assert facts["active_seconds"] == 5400
    assert facts["states"]["done"] == facts["done_in_shift"] == facts["staying_here"] == 1
    assert facts["waiting_for_hub"] == 0


def test_tasks(desk):
    out = desk("tasks").out
    assert "○ open" in out
    assert "garden.poem" in out
    assert "! plant death: Frost in May" in out
    assert [task["id"] for task in desk("tasks", "--json").json][-1] == "garden.order"


@pytest.mark.parametrize(
    "argv, found",
    [
        (["--state", "unworkable"], ["order"]),
        (["--state", "open", "--state", "unworkable"], ["poem", "frost", "talk", "order"]),
        (["--category", "chat"], ["talk"]),
        (["--search", "FROST may"], ["frost"]),
        (["--search", "beans"], ["frost"]),
        (["--batch", "gard"], ["poem", "frost", "talk", "order"]),
        (["--limit", "2"], ["poem", "frost"]),
        (["--search", "nothing such"], []),
    ],
)
def test_tasks_that_are_asked_for(desk, argv, found):
    ids = [task["id"] for task in desk("tasks", "--json", *argv).json]
    assert ids == [f"garden.{name}" for name in found]
    assert desk("tasks", *argv).code == 0


def test_the_rest_of_a_limited_list_is_counted(desk):
    assert desk("tasks", "--limit", "1").err == "3 more.\n"


def test_tasks_refuses(desk):
    assert desk("tasks", "--batch", "gadren").code == 2
    assert "garden" in desk("tasks", "--batch", "gadren").err
    assert desk("tasks", "--limit", "0").code == 2


def test_show(desk):
    out = desk("show", "garden.poem").out
    for part in (
        "A poem about a spade",
        "Write a poem.",
        "at most 200 words",
        "Be kind.",
        "15 min",
    ):
        assert part in out


def test_show_covers_what_has_a_warning(desk):
    out = desk("show", "frost").out
    assert "plant death" in out
    assert "beans" not in out
    assert "beans" in desk("show", "frost", "--reveal").out


def test_show_tells_what_was_done(desk, text):
    desk("submit", "frost", "--response-file", text("No."), "--note", "short")
    desk("submit", "frost", "--response-file", text("No, sorry."))
    desk("draft", "frost", "--response-file", text("Perhaps."))
    out = desk("show", "frost").out
    assert "revision 1, replaced" in out
    assert "revision 2, standing" in out
    assert "assistant: Perhaps." in out
    assert "short" in out
    facts = desk("show", "frost", "--json").json
    assert [sent["status"] for sent in facts["submissions"]] == ["replaced", "standing"]
    assert [sent["revision"] for sent in facts["submissions"]] == [1, 2]
    assert facts["draft"]["pairs"][0]["response"] == "Perhaps."
    assert facts["task"]["prompts"] == ["Will my beans survive?"]
    assert facts["versions"] == 1
    desk("skip", "talk", "--reason", "5", "--note", "later")
    assert "later" in desk("show", "talk").out
    desk("flag", "poem", "--reason", "1")
    assert "Flagged as broken" in desk("show", "poem").out


@pytest.mark.parametrize("word", ["garden.poem", "poem", "GARDEN.POEM", "oem", "garden.po", "po"])
def test_a_task_is_named_by_what_only_it_has(desk, word):
    assert "A poem about a spade" in desk("show", word).out


def test_an_ambiguous_task_names_the_candidates(desk):
    result = desk("show", "garden")
    assert result.code == 2
    assert "garden.poem" in result.err
    assert "garden.talk" in result.err


def test_many_candidates_are_cut(cli, text):
    cli("import", text("".join(f'{{"prompt": "{n}"}}\n' for n in range(20)), "p.jsonl"))
    assert "and 12 more" in cli("show", "p.").err


def test_an_unknown_task_gets_a_guess(desk):
    result = desk("show", "garden.peom")
    assert result.code == 2
    assert "garden.poem" in result.err
    assert desk("show", "").code == 2


def test_batches_are_closed_and_reopened(desk):
    assert "Garden talk" in desk("batches").out
    assert desk("batches", "close", "garden").code == 0
    assert desk("batches", "--json").json[0]["closed"] is True
    assert desk("tasks", "--json").json == []
    assert desk("show", "poem").code == 0
    assert desk("batches", "reopen", "gar").code == 0
    assert len(desk("tasks", "--json").json) == 4


@pytest.mark.parametrize("argv", [["close"], ["close", "nothing"], ["list", "garden"], ["shut"]])
def test_batches_refuses(desk, argv):
    assert desk("batches", *argv).code == 2


def test_doctor(desk, home):
    assert desk("doctor").code == 0
    (home / "batches" / "garden.json").write_bytes(b"{}")
    (home / "batches" / "garden.json.prev").unlink(missing_ok=True)
    result = desk("doctor")
    assert result.code == 1
    assert "garden.json" in result.out
    facts = desk("doctor", "--json")
    assert facts.code == 1
    assert any(finding["severity"] == "bad" for finding in facts.json["findings"])


def test_doctor_repairs_and_is_told_that_it_was_read(desk, home):
    desk("batches", "close", "garden")
    desk("batches", "reopen", "garden")
    (home / "workspace.json").write_bytes(b"\0" * 20)
    assert desk("doctor").code == 1
    assert "trouble" in desk("status").err
    result = desk("doctor", "--repair")
    assert result.code == 0
    assert "repaired" in result.out
    assert "met" in result.out
    assert desk("doctor", "--confirm").code == 0
    assert desk("doctor", "--json").json["troubles"] == []
    assert desk("status").err == ""


def test_doctor_before_there_is_anything(cli, home):
    assert cli("doctor").code == 0
    assert not home.exists()


def test_shifts(desk, text):
    assert desk("shift", "pause").code == 2
    assert "begun" in desk("shift", "start", "--team", "Zed").err
    assert desk("shift", "start").code == 2
    assert desk("shift", "resume").code == 2
    assert desk("shift", "pause", "--json").json["paused_at"]
    assert "paused since" in desk("status").out
    assert desk("shift", "resume").code == 0
    desk("submit", "frost", "--response-file", text("No, not one."), "--minutes", "30")
    desk("skip", "talk", "--reason", "1")
    out = desk("shift", "report").out
    assert "team Zed" in out
    assert "1 task submitted" in out
    assert "2.0 tasks an active hour" in out
    assert "Frost in May" in out
    ended = desk("shift", "end")
    assert "has ended" in ended.err
    assert "1 task submitted" in ended.out
    (shift,) = desk("shift", "list", "--json").json
    report = desk("shift", "report", shift["id"][:30], "--json").json
    assert (report["submitted"], report["skipped"], report["words"]) == (1, 1, 3)
    assert shift["id"] in desk("shift", "list").out
    assert desk("shift", "end").code == 2


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["report", "nothing"],
        ["end", "x"],
        ["end", "--team", "x"],
        ["start", "--team", "a\x00"],
    ],
)
def test_shift_refuses(desk, argv):
    assert desk("shift", *argv).code == 2
    assert json.loads(desk("shift", "list", "--json").out) == []


def test_the_kinds_of_rules_are_listed_and_explained(cli):
    listed = cli("rules").out
    assert "no_citations" in listed and "fr:keywords:existence" in listed
    told = cli("rules", "words")
    assert told.code == 0 and "relation" in told.out and "apostrophe" in told.out
    wrong = cli("rules", "wrods")
    assert wrong.code == 2 and "words" in wrong.err
    assert cli("rules", "words", "--json").json[0]["rule"] == "words"
