import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest


@pytest.fixture
def done(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    desk("submit", "frost", "--response-file", text("No, sorry."))
    talk = [
        {"role": role, "content": word}
        for role, word in zip(("user", "assistant") * 2, "abcd", strict=True)
    ]
    desk("submit", "talk", "--conversation", text(json.dumps(talk)))
    return desk


@pytest.mark.parametrize(
    "name",
    ["messages", "openai", "prompt-completion", "sharegpt", "alpaca", "native"],
)
def test_every_format(done, name):
    result = done("export", "--format", name)
    assert result.code == 0
    assert result.err == ""
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert len(lines) == (3 if name == "native" else 2)


def test_what_a_format_cannot_hold(done):
    result = done("export", "--format", "prompt-completion-text", "-o", "x.jsonl")
    assert result.code == 2
    assert "--skip-unfit" in result.err
    assert not Path("x.jsonl").exists()
    result = done("export", "--format", "prompt-completion-text", "--skip-unfit")
    assert result.code == 0
    assert len(result.out.splitlines()) == 1
    assert "1 submission left out" in result.err


def test_to_a_file(done):
    result = done("export", "--output", "x.jsonl")
    assert result.out == ""
    assert "2 submissions written" in result.err
    assert Path("x.jsonl").read_text() == done("export").out


def test_a_file_that_is_replaced_is_said_to_be(done):
    assert "replaced" not in done("export", "--output", "x.jsonl").err
    result = done("export", "--output", "x.jsonl")
    assert (result.code, result.out) == (0, "")
    assert "2 submissions written to x.jsonl; the file that was there is replaced." in result.err


@pytest.mark.parametrize("path", ["no/where.jsonl", "."])
def test_a_file_that_cannot_be_written(done, path):
    result = done("export", "--output", path)
    assert result.code == 2
    assert result.err.startswith("Cannot write this: ")


def test_native_says_where_a_submission_stands_and_comes_from(done, text):
    prompt, response = text("p"), text("r", "r.md")
    words = ("--note", "British spelling", "--minutes", "2")
    done("submit", "poem", "--prompt-file", prompt, "--response-file", response, *words)
    done("undo", "talk")
    (shift,) = done("shift", "list", "--json").json
    lines = done("export", "--format", "native", "--status", "all").out.splitlines()
    records = [json.loads(line) for line in lines[1:]]
    told = [(one["task_id"], one["revision"], one["status"]) for one in records]
    assert told == [
        ("garden.frost", 1, "replaced"),
        ("garden.frost", 2, "standing"),
        ("garden.talk", 1, "withdrawn"),
        ("garden.poem", 1, "standing"),
    ]
    assert (records[-1]["note"], records[-1]["active_seconds"]) == ("British spelling", 120)
    for one in records:
        assert (one["trainer"], one["shift_id"]) == ("ada", shift["id"])
        assert one["guidelines_version"] == "3"


@pytest.mark.parametrize("status, count", [("standing", 2), ("withdrawn", 0), ("all", 3)])
def test_status(done, status, count):
    result = done("export", "--status", status)
    assert len(result.out.splitlines()) == count
    assert ("No submission fits" in result.err) == (count == 0)


def test_moments(done):
    today = datetime.now().date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert done("export", "--since", str(tomorrow)).out == ""
    assert done("export", "--until", str(yesterday)).out == ""
    both = done("export", "--since", str(yesterday), "--until", str(tomorrow)).out
    assert len(both.splitlines()) == 2
    assert done("export", "--until", f"{yesterday}T00:00Z").out == ""
    assert done("export", "--since", "soon").code == 2
    assert done("export", "--until", "9999-12-31").code in (0, 2)


def test_batch(done):
    assert len(done("export", "--batch", "garden").out.splitlines()) == 2
    assert done("export", "--batch", "gadren").code == 2


RULED = [
    {
        "key": 1,
        "prompt": "Will my beans survive?",
        "instruction_id_list": ["punctuation:no_comma", "startend:quotation"],
        "kwargs": [{}, {}],
    },
    {
        "key": 2,
        "prompt": "And my peas?",
        "instruction_id_list": ["keywords:existence"],
        "kwargs": [{"keywords": ["peas"]}],
    },
]


def test_an_ifeval_batch_leaves_with_its_rules_and_comes_back(cli, text):
    content = "".join(json.dumps(row) + "\n" for row in RULED)
    assert cli("import", text(content, "ruled.jsonl")).code == 0
    answers = ['"They may."', "Your peas will."]
    for name, answer in zip(("1", "2"), answers, strict=True):
        assert cli("submit", f"ruled.{name}", "--response-file", text(answer)).code == 0
    assert cli("export", "--format", "ifeval", "-o", "out.jsonl").code == 0
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [row["instruction_id_list"] for row in rows] == [
        row["instruction_id_list"] for row in RULED
    ]
    assert [row["response"] for row in rows] == answers
    assert cli("import", "out.jsonl").code == 0

    def rules(task):
        return cli("show", task, "--json").json["task"]["rules"]

    assert rules("out.ruled.1") == rules("ruled.1") and rules("out.ruled.2") == rules("ruled.2")


def test_rules_that_ifeval_does_not_know_are_said_to_be_left_out(done, text):
    done("submit", "poem", "--prompt-file", text("p"), "--response-file", text("a"))
    result = done("export", "--format", "ifeval", "--skip-unfit")
    assert result.out == "" and "3 submissions left out" in result.err
    mixed = {
        "format": "trainer-tui/batch",
        "version": 1,
        "id": "mixed",
        "title": "Mixed",
        "tasks": [
            {
                "id": "one",
                "kind": "respond",
                "title": "One",
                "instructions": "Answer.",
                "prompts": ["Why?"],
                "rules": [
                    {"rule": "words", "at_most": 9},
                    {"rule": "punctuation:no_comma"},
                    {"rule": "words", "at_least": 1},
                    {"rule": "characters", "at_least": 1},
                ],
            }
        ],
    }
    done("import", text(json.dumps(mixed), "mixed.json"))
    done("submit", "mixed.one", "--response-file", text("a"))
    result = done("export", "--format", "ifeval", "--batch", "mixed")
    assert json.loads(result.out)["instruction_id_list"] == ["punctuation:no_comma"]
    assert "3 rules left out, of kinds that ifeval does not know: characters, words." in result.err


def test_with_rules(done, text):
    done("submit", "poem", "--prompt-file", text("p"), "--response-file", text("two words"))
    rules = [{"rule": "words", "relation": "at_most", "count": 200}]
    lines = done("export", "--with-rules").out.splitlines()
    (record,) = [one for one in map(json.loads, lines) if one["rules"]]
    assert record["rules"] == rules
    assert record["verdicts"] == [{"met": True, "figure": "2", "waived": ""}]
    result = done("export", "--format", "openai", "--with-rules")
    assert result.code == 2 and result.out == ""
    assert "openai is refused by its reader" in result.err and "messages" in result.err
