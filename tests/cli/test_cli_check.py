"""Checking texts against rules: a task's draft, what was sent, a text from a file, whole files."""

import json
from pathlib import Path

import pytest

from trainer_tui.domain.rules.kind import REGISTERED, Arguments, Finding, Kind, Place
from trainer_tui.domain.rules.registry import kinds

NO_X = {"rule": "test:no_x"}
WORDS = {"rule": "words", "relation": "at_most", "count": 4}


def no_x(text, arguments, language):
    places = tuple(Place(at, at + 1) for at, letter in enumerate(text) if letter == "x")
    return Finding(not places, f"{len(places)} in {language}", places)


@pytest.fixture(autouse=True)
def a_rule_with_places(monkeypatch):
    kinds()
    kind = Kind("test:no_x", Arguments, no_x, "no x", "The letter x does not occur.")
    monkeypatch.setitem(REGISTERED, "test:no_x", kind)


@pytest.fixture
def ruled(cli, text):
    """A batch with rules on what is written, by the trainer and by the task."""

    def task(name, *rules, **fields):
        about = {"kind": "respond", "title": name, "instructions": "Do.", "prompts": ["Why x?"]}
        return {"id": name, "rules": list(rules), **about, **fields}

    batch = {
        "format": "trainer-tui/batch",
        "version": 1,
        "id": "lab",
        "title": "Lab",
        "tasks": [
            task("one", NO_X, WORDS, {**NO_X, "applies_to": "both"}),
            task("talk", {**NO_X, "applies_to": "both"}, kind="dialogue", prompts=["Why x?"]),
            task("free"),
            task("offline", browsing=False),
        ],
    }
    assert cli("import", text(json.dumps(batch), "lab.json")).code == 0
    return cli


def test_a_draft_is_checked_rule_by_rule(ruled, text):
    ruled("draft", "one", "--response-file", text("a\nbx c d\n  x e"))
    result = ruled("check", "one")
    assert result.code == 1
    assert result.out.splitlines() == [
        "✗ no x: 2 in en (response 2:2, 3:3)",
        "✗ at most 4 words: 6",
        "✗ no x: 2 in en (response 2:2, 3:3)",
    ]
    assert result.err == "the draft: 3 rules, 3 open.\n"


def test_json_has_the_places_of_the_text(ruled, text):
    ruled("draft", "one", "--response-file", text("a\nbx"))
    result = ruled("check", "one", "--json")
    assert result.code == 1
    assert (result.json["task"], result.json["of"], result.json["open"]) == ("lab.one", "draft", 2)
    first, second, _ = result.json["rules"]
    assert first == {
        "rule": NO_X,
        "wording": "no x",
        "met": False,
        "figure": "1 in en",
        "waived": "",
        "open": True,
        "places": [
            {"turn": 1, "part": "response", "line": 2, "column": 2, "start": 3, "end": 4},
        ],
    }
    assert second["met"] is True and second["open"] is False


def test_a_text_from_a_file_is_checked_and_not_saved(ruled, text):
    good = text("fine")
    assert ruled("check", "one").code == 2  # nothing is written yet
    result = ruled("check", "one", "--response-file", good)
    assert result.code == 0
    assert result.out.splitlines()[1] == "✓ at most 4 words: 1"
    assert result.err == "the text: 3 rules, none open.\n"
    assert ruled("check", "one", "--response-file", "-", stdin=b"x").code == 1
    assert ruled("draft", "one").code == 2


def test_what_was_sent_is_checked_where_there_is_no_draft(ruled, text):
    ruled("submit", "one", "--response-file", text("fine"))
    result = ruled("check", "one", "--json")
    assert (result.code, result.json["of"]) == (0, "submission")


def test_places_name_their_turn_and_many_are_counted(ruled, text):
    talk = [("user", "Why x?"), ("assistant", "x"), ("user", "no"), ("assistant", "x" * 20)]
    said = json.dumps([{"role": role, "content": content} for role, content in talk])
    result = ruled("check", "talk", "--conversation", text(said))
    places = ", ".join(f"1:{n}" for n in range(2, 12))
    assert result.out == (
        f"✗ no x: turn 1: 1 in en (turn 1 response 1:1, turn 2 response 1:1, {places} and 9 more)\n"
    )


def test_what_browsing_off_asks_for_is_checked_too(ruled, text):
    told = ruled("check", "offline", "--response-file", text("a"), "--json").json["rules"]
    assert [one["rule"]["rule"] for one in told] == ["no_links", "no_citations"]


def test_no_rules_are_no_finding(ruled, text):
    result = ruled("check", "free", "--response-file", text("x"))
    assert (result.code, result.out) == (0, "")
    assert "no rules to check" in result.err


def test_a_waived_rule_is_not_open(ruled, text):
    waive = ("--waive", "1=It is a quote.", "--waive", "3=The same = quote.")
    ruled("submit", "one", "--response-file", text("x"), *waive)
    result = ruled("check", "one")
    assert result.code == 0
    assert "✗ no x: 1 in en (response 1:1), waived: The same = quote." in result.out
    assert result.err == "the submission: 3 rules, none open, 2 waived.\n"


def test_help_promises_rules_and_nothing_else(cli):
    told = " ".join(cli("check", "--help").out.split())
    assert "as the workstation does" not in told
    assert "Rules only: spelling and near-duplicates are looked at on the screen." in told


# Files


def test_submissions_are_checked_a_line_a_row(ruled, text):
    quoted = ("--waive", "1=It is a quote.", "--waive", "3=It is a quote.")
    ruled("submit", "one", "--response-file", text("x"), *quoted)
    talk = [("user", "Why x?"), ("assistant", "a"), ("user", "x"), ("assistant", "b")]
    said = [{"role": role, "content": content} for role, content in talk]
    ruled("submit", "talk", "--conversation", text(json.dumps(said)), "--waive", "1=So it is.")
    ruled("submit", "free", "--response-file", text("fine"))
    ruled("export", "--format", "native", "-o", "sent.jsonl")
    result = ruled("check", "sent.jsonl")
    assert result.code == 0
    first, second, third = result.out.splitlines()
    assert first.startswith("line 2, ")
    assert "✗ no x: 1 in en (response 1:1), waived: It is a quote. · ✓ at most 4 words" in first
    # The first prompt was given by the task, and is not looked at.
    assert second.endswith(": ✗ no x: turn 2: 1 in en (turn 2 prompt 1:1), waived: So it is.")
    assert third.endswith("no rules")
    assert result.err == "sent.jsonl: 4 rules in 3 rows, none open, 3 waived.\n"
    rows = ruled("check", "sent.jsonl", "--json").json
    assert [(row["line"], row["task"], row["open"]) for row in rows] == [
        (2, "lab.one", 0),
        (3, "lab.talk", 0),
        (4, "lab.free", 0),
    ]


def test_messages_with_rules_are_checked(ruled, text):
    quoted = ("--waive", "1=A quote.", "--waive", "3=A quote.")
    ruled("submit", "one", "--response-file", text("x"), *quoted)
    ruled("export", "--with-rules", "-o", "out.jsonl")
    out = ruled("check", "out.jsonl").out
    assert out.startswith("line 1, 1: ✗ no x: 1 in en (response 1:1), waived: A quote. · ✓ at most")


def row(response="fine", name="test:no_x", **fields):
    about = {"key": 7, "prompt": "Why x?", "instruction_id_list": [name], "kwargs": [{}]}
    return {**about, "response": response, **fields}


def test_ifeval_rows_are_checked_without_a_store(cli, text):
    rows = [row(), row("x", key=8), row(name="from:the_future", key="n")]
    name = text("".join(json.dumps(one) + "\n" for one in rows), "rows.jsonl")
    result = cli("check", name)
    assert result.code == 1
    assert result.out.splitlines() == [
        "line 1, 7: ✓ no x: 0 in en",
        "line 2, 8: ✗ no x: 1 in en (response 1:1)",
        "line 3, n: ? the future",
    ]
    assert "3 rules in 3 rows, 1 open, 1 that this version cannot check" in result.err
    listed = text(json.dumps(rows[:1]), "rows.json")
    assert cli("check", listed).code == 0
    assert cli("check", "-", stdin=json.dumps(rows[1]).encode()).code == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("key,prompt\n", "expected JSON"),
        ('{"prompt": "a"}\n', "line 1: expected a submission"),
        ("[3]", "line 1: expected a submission"),
        (json.dumps(row()) + "\n{\n", "line 2"),
        (json.dumps(row(response=None)), "field response: expected text, got nothing"),
        (json.dumps(row(kwargs=[])), "field kwargs: expected one for each"),
        (json.dumps(row(instruction_id_list=[])), "instruction_id_list"),
        ('{"format": "trainer-tui/submissions", "version": 2}\n', "this program knows 1"),
        ('{"format": "trainer-tui/submissions", "version": 1}\n', "holds no texts"),
        ('{"submission_id": "s"}', "line 1, field task_id: expected a value, got nothing"),
        ('{"messages": [], "rules": []}', "field messages: expected at least one"),
        (
            '{"messages": [{"role": "assistant", "content": "a"}], "rules": []}',
            "messages[0].role: expected user",
        ),
        ('{"messages": 3, "rules": []}', "field messages: expected a list"),
    ],
)
def test_a_file_that_cannot_be_checked_names_its_line(cli, text, content, said):
    result = cli("check", text(content, "rows.jsonl"))
    assert (result.code, result.out) == (2, "")
    assert said in result.err and "rows.jsonl" in result.err


def test_a_word_means_a_task_or_a_file_and_is_asked_where_both(ruled, text):
    text(json.dumps(row()), "one")
    result = ruled("check", "one")
    assert result.code == 2 and "./one" in result.err
    assert ruled("check", "./one").code == 0
    assert "There is no file" in ruled("check", "no.json").err
    assert "There is no file" in ruled("check", "no/where").err
    assert "did you mean" in ruled("check", "lab.onne").err.lower()
    Path("folder").mkdir()
    assert ruled("check", "folder").code == 2
    assert ruled("check", "./one", "--response-file", "one").code == 2
