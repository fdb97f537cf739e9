import json

import pytest

from trainer_tui.domain.errors import StoreError
from trainer_tui.store.workspace import Workspace

TALK = [
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hi"},
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": "Soon.\n"},
]
ODD = (
    "\tTabs, trailing space \n\n\u2028 separators\u2029, e\u0301, \U0001f469\u200d\U0001f467, "
    "\u202e bidi, \ufeff inside, 漢字\n\n"
)


def sent(cli, task):
    return cli("show", task, "--json").json["submissions"][-1]["pairs"]


def test_text_in_is_text_out(desk, text):
    result = desk("submit", "frost", "--response-file", text(ODD))
    assert result.code == 0
    assert result.out == ""
    assert "A shift was opened" in result.err
    assert sent(desk, "frost") == [{"prompt": "Will my beans survive?", "response": ODD}]
    exported = json.loads(desk("export").out)
    assert exported["messages"][-1] == {"role": "assistant", "content": ODD}


def test_prompt_and_response(desk, text):
    prompt, response = text("Write me a poem", "p.md"), text("O spade", "r.md")
    result = desk("submit", "poem", "--prompt-file", prompt, "--response-file", response, "--json")
    assert result.json["revision"] == 1
    assert sent(desk, "poem") == [{"prompt": "Write me a poem", "response": "O spade"}]


def test_standard_input(desk):
    assert desk("submit", "frost", "--response-file", "-", stdin=b"No.\n").code == 0
    assert sent(desk, "frost")[0]["response"] == "No.\n"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(TALK),
        json.dumps({"messages": TALK}, indent=1),
        "\n".join(map(json.dumps, TALK)) + "\n",
        json.dumps([{"role": "system", "content": "You are a neighbor."}, *TALK]),
    ],
)
def test_a_conversation_in_its_shapes(desk, text, content):
    assert desk("submit", "talk", "--conversation", text(content)).code == 0
    assert sent(desk, "talk") == [
        {"prompt": "Hello", "response": "Hi"},
        {"prompt": "Rain?", "response": "Soon.\n"},
    ]


def test_what_export_wrote_can_be_submitted_again(desk, text):
    desk("submit", "talk", "--conversation", text(json.dumps(TALK)))
    exported = text(desk("export").out, "x.jsonl")
    desk("undo")
    result = desk("submit", "talk", "--conversation", exported, "--note", "again")
    assert result.code == 0, result.err


@pytest.mark.parametrize(
    "content, said",
    [
        (b"caf\xe9", "line 1, column 4 (byte 3)"),
        ("one\ntwo\x1b[31m", "line 2, column 4: the control character U+001B"),
        ("a\x00", "U+0000"),
        ("a\x9b31m", "U+009B"),
        ("a\x7f", "U+007F"),
        ("a\x0b", "U+000B"),
        ("", "the response of turn 1 is empty"),
        (" \n", "the response of turn 1 is empty"),
    ],
)
def test_a_response_that_is_refused(desk, text, content, said):
    result = desk("submit", "frost", "--response-file", text(content))
    assert result.code == 2
    assert said in result.err
    assert "\x1b" not in result.err
    assert desk("shift", "list", "--json").json == []


def test_line_ends_become_newlines_and_that_is_said(desk, text):
    result = desk("submit", "frost", "--response-file", text("a\r\nb\rc\n"))
    assert "2 line endings changed" in result.err
    assert sent(desk, "frost")[0]["response"] == "a\nb\nc\n"


def test_a_byte_order_mark_is_left_out_and_that_is_said(desk, text):
    result = desk("submit", "frost", "--response-file", text(b"\xef\xbb\xbfNo."))
    assert "byte order mark" in result.err
    assert sent(desk, "frost")[0]["response"] == "No."


@pytest.mark.parametrize(
    "content, said",
    [
        ("[]", "no messages"),
        ("7", "expected a list"),
        ("{", "expected"),
        ('[{"role": "user"}]', "content"),
        ('[{"role": "usr", "content": ""}]', "did you mean 'user'"),
        ('[{"role": 1, "content": ""}]', "role"),
        ('[{"rolle": "user", "content": ""}]', "did you mean 'role'"),
        ("[7]", "object"),
        ('[{"role": "assistant", "content": "x"}]', "message 1: expected the user"),
        (json.dumps(TALK[:1] * 2), "message 2: expected the assistant"),
        (json.dumps(TALK[:2]), "1 of at least 2 turns"),
        (json.dumps(TALK[:3]), "the response of turn 2 is empty"),
        (json.dumps([*TALK[:3], {"role": "assistant", "content": "\x1b"}]), "message 4, line 1"),
        ('[{"role": "user", "content": "\\ud800"}]', "surrogate"),
        ('{"role": "user", "content": "a"}\n{"role": "assistant"', "line 2"),
    ],
)
def test_a_conversation_that_is_refused(desk, text, content, said):
    result = desk("submit", "talk", "--conversation", text(content))
    assert result.code == 2
    assert said in result.err


@pytest.mark.parametrize(
    "argv",
    [
        ["frost"],
        ["frost", "--draft"],
        ["frost", "--draft", "--response-file", "text.md"],
        ["frost", "--response-file", "nowhere.md"],
        ["frost", "--response-file", "."],
        ["frost", "--response-file", "a\x00b"],
        ["frost", "--prompt-file", "text.md", "--response-file", "text.md"],
        ["frost", "--prompt-file", "-", "--response-file", "-"],
        ["frost", "--conversation", "text.md", "--response-file", "text.md"],
        ["frost", "--response-file", "text.md", "--turn", "3"],
        ["frost", "--note", "x", "--turn", "1"],
        ["frost", "--response-file", "text.md", "--minutes", "0"],
        ["frost", "--response-file", "text.md", "--minutes", "nan"],
        ["frost", "--response-file", "text.md", "--minutes", "soon"],
        ["frost", "--response-file", "text.md", "--note", "a\x1bb"],
        ["frost", "--response-file", "text.md", "--note", "half \ud800"],
        ["order", "--response-file", "text.md"],
        ["nothing", "--response-file", "text.md"],
    ],
)
def test_submit_refuses_and_writes_nothing(desk, text, argv):
    text("Some text")
    result = desk("submit", *argv)
    assert result.code == 2
    assert result.err
    assert desk("shift", "list", "--json").json == []


def test_the_same_again_is_refused(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    result = desk("submit", "frost", "--response-file", text("No."))
    assert result.code == 2
    assert "word for word" in result.err


def test_minutes_are_entered_in_the_ledger_and_on_the_submission(desk, text):
    desk("submit", "frost", "--response-file", text("No."), "--minutes", "1,5")
    assert desk("status", "--json").json["active_seconds"] == 90
    assert desk("show", "frost", "--json").json["submissions"][0]["active_seconds"] == 90
    assert desk("shift", "report", "--json").json["lines"][0]["seconds"] == 90


def test_a_draft_that_was_there_stays_readable(desk, text):
    desk("draft", "frost", "--response-file", text("Unfinished"))
    result = desk("submit", "frost", "--response-file", text("Finished"))
    assert "1 version can still be read" in result.err
    assert "Unfinished" in desk("draft", "frost", "versions").out


def test_a_draft_is_written_part_by_part(desk, text):
    assert (
        "the response of turn 1 is empty"
        in desk("draft", "poem", "--prompt-file", text("A poem, please")).err
    )
    saved = desk("draft", "poem", "save", "--response-file", text("O spade"), "--json")
    assert saved.json["version"] == 2
    shown = desk("draft", "poem").out
    assert "A poem, please" in shown
    assert "O spade" in shown
    assert desk("draft", "poem", "--note", "for you").code == 0
    assert "for you" in desk("draft", "poem", "show").out
    assert desk("submit", "poem", "--draft").code == 0
    assert sent(desk, "poem") == [{"prompt": "A poem, please", "response": "O spade"}]


def test_a_dialogue_is_written_turn_by_turn(desk, text):
    for turn in ("1", "2"):
        prompt, response = text(f"p{turn}", "p"), text(f"r{turn}", "r")
        argv = ("--turn", turn, "--prompt-file", prompt, "--response-file", response)
        assert desk("draft", "talk", *argv).code == 0
    assert "Response of turn 2" in desk("draft", "talk").out
    assert desk("submit", "talk", "--draft").code == 0
    assert [pair["response"] for pair in sent(desk, "talk")] == ["r1", "r2"]


def test_versions_are_shown_and_restored(desk, text):
    for content in ("first", "second"):
        desk("draft", "frost", "--response-file", text(content))
    assert "first" in desk("draft", "frost", "show", "1").out
    assert "second" not in desk("draft", "frost", "show", "1").out
    assert desk("draft", "frost", "restore", "1").code == 0
    versions = desk("draft", "frost", "versions", "--json").json
    assert [v["draft"]["pairs"][0]["response"] for v in versions] == ["first", "second", "first"]
    assert [v["number"] for v in versions] == [1, 2, 3]
    assert versions[-1]["cause"] == "restore"
    assert "first" in desk("draft", "frost", "--json").json["pairs"][0]["response"]


def test_a_version_from_before_the_submission_is_restored(desk, text):
    desk("draft", "frost", "--response-file", text("early"))
    desk("submit", "frost", "--response-file", text("sent"))
    desk("draft", "frost", "--response-file", text("later"))
    assert desk("draft", "frost", "restore", "1").code == 0
    assert desk("draft", "frost", "--json").json["pairs"][0]["response"] == "early"


def test_a_draft_is_put_away(desk, text):
    desk("draft", "frost", "--response-file", text("kept"))
    assert desk("draft", "frost", "discard").code == 0
    result = desk("draft", "frost")
    assert result.code == 2
    assert "'trainer-tui draft garden.frost versions' lists" in result.err
    assert "kept" in desk("draft", "frost", "versions").out
    assert "Nothing was saved" in desk("draft", "poem", "versions").out


@pytest.mark.parametrize(
    "argv",
    [
        ["frost"],
        ["frost", "save"],
        ["frost", "restore"],
        ["frost", "restore", "1"],
        ["frost", "restore", "0"],
        ["frost", "versions", "1"],
        ["frost", "versions", "--note", "x"],
        ["frost", "discard"],
        ["order", "--response-file", "text.md"],
    ],
)
def test_draft_refuses(desk, text, argv):
    text("Some text")
    assert desk("draft", *argv).code == 2


def test_a_task_never_touched_points_to_no_versions(desk):
    result = desk("draft", "frost")
    assert result.code == 2
    assert "versions" not in result.err
    assert "--response-file" in result.err


def test_a_text_from_a_file_is_not_said_to_come_from_an_editor(desk, text):
    desk("draft", "frost", "--response-file", text("first"))
    out = desk("draft", "frost", "versions").out
    assert "editor" not in out
    assert "file" in out


@pytest.mark.parametrize(
    "argv, title",
    [
        (["--prompt-file", "text.md"], "Cannot change this"),
        (["--response-file", "text.md", "--turn", "3"], "Not possible now"),
        (["--response-file", "text.md", "--note", "\x1b"], "Cannot take this"),
    ],
)
def test_what_is_not_about_reading_is_not_called_so(desk, text, argv, title):
    text("Another prompt")
    result = desk("draft", "frost", *argv)
    assert result.code == 2
    assert result.err.startswith(f"{title}: ")


def test_a_refused_text_leaves_a_skip_alone(desk, text):
    desk("skip", "frost", "--reason", "1")
    assert desk("draft", "frost", "--response-file", text("\x1b")).code == 2
    assert desk("tasks", "--state", "skipped", "--json").json
    assert desk("draft", "frost", "--response-file", text("after all")).code == 0
    assert desk("tasks", "--state", "draft", "--json").json


def test_skip_flag_and_undo(desk):
    result = desk("skip", "frost", "--reason", "other", "--note", "n", "--json")
    assert result.json["reason"] == "Other"
    assert desk("flag", "talk", "--reason", "3").code == 0
    states = {task["id"]: task["state"] for task in desk("tasks", "--json").json}
    assert states["garden.frost"] == "skipped"
    assert states["garden.talk"] == "flagged"
    assert "flag" in desk("undo").err
    assert "skip" in desk("withdraw", "frost").err
    assert desk("undo").code == 2
    assert desk("undo", "frost").code == 2


def test_undo_of_a_submission_gives_the_text_back(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    assert desk("undo", "--json").json["task"] == "garden.frost"
    assert desk("draft", "frost", "--json").json["pairs"][0]["response"] == "No."
    assert desk("export").out == ""
    assert "No." in desk("export", "--status", "withdrawn").out


@pytest.mark.parametrize("verb", ["skip", "flag"])
def test_a_wrong_reason_lists_the_right_ones(desk, verb):
    result = desk(verb, "frost", "--reason", "99")
    assert result.code == 2
    assert "  1 " in result.err
    assert desk(verb, "frost").code == 2
    assert desk(verb, "frost", "--reason", "1", "--note", "a\x07").code == 2
    assert desk("shift", "list", "--json").json == []


def test_a_flagged_task_cannot_be_written(desk, text):
    desk("flag", "frost", "--reason", "1")
    for argv in (["submit", "frost"], ["draft", "frost"]):
        result = desk(*argv, "--response-file", text("x"))
        assert result.code == 2
        assert "flag" in result.err


def test_a_submission_is_told_of_before_its_minutes_fail(desk, text, monkeypatch):
    def full(self, shift_id, entries):
        raise StoreError("the ledger could not be saved: the disk is full.")

    monkeypatch.setattr(Workspace, "add_ledger", full)
    result = desk("submit", "frost", "--response-file", text("No."), "--minutes", "3")
    assert result.code == 3
    said, failed = result.err.index("Submitted"), result.err.index("the disk is full")
    assert said < failed
    assert sent(desk, "frost")[0]["response"] == "No."
