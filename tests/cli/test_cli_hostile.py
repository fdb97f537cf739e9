"""Text from data must not be obeyed by the terminal, whichever command shows it."""

import json

import pytest

from trainer_tui.cli.output import escaped, table

SEQUENCES = (
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b[6n",
    "\x1bP$q\x1b\\",
    "\x9b31m",
    "\x9d0;owned\x9c",
    "\x08\x08",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200b",
    "\U000e0041",
    "[@click=app.quit]x[/]",
    "\r",
)
HOSTILE = "".join(SEQUENCES)
ALLOWED = {"\n"}


def harmless(text):
    bad = [c for c in text if (ord(c) < 32 or 0x7F <= ord(c) < 0xA0) and c not in ALLOWED]
    return not bad and not set(text) & set("\u202e\u2066\u200b\U000e0041")


@pytest.fixture
def desk(cli, text):
    batch = {
        "format": "trainer-tui/batch",
        "version": 1,
        "id": "hostile",
        "title": f"Batch {HOSTILE}",
        "team": f"Team {HOSTILE}",
        "guidelines": {"version": f"1{HOSTILE}", "text": f"G {HOSTILE}"},
        "skip_reasons": [f"Reason {HOSTILE}"],
        "flag_reasons": [f"Reason {HOSTILE}"],
        "tasks": [
            {
                "id": "one",
                "kind": "respond",
                "title": f"Title {HOSTILE}",
                "instructions": f"Do {HOSTILE}",
                "prompts": [f"Prompt {HOSTILE}"],
                "system": f"System {HOSTILE}",
                "warnings": [f"Warning {HOSTILE}"],
                "rules": [{"rule": "code_block", "language": HOSTILE}],
            }
        ],
    }
    result = cli("import", text(json.dumps(batch), "hostile.json"))
    assert result.code == 0, result.err
    assert harmless(result.out + result.err)
    return cli


WAIVED = ("--waive", "1=Nobody writes it.")


def test_json_holds_the_same_text_escaped(desk):
    for argv in (["tasks"], ["batches"], ["show", "one"], ["status"]):
        out = desk(*argv, "--json").out
        assert harmless(out)
    assert desk("tasks", "--json").json[0]["title"] == f"Title {HOSTILE}"
    assert desk("show", "one", "--json").json["task"]["prompts"] == [f"Prompt {HOSTILE}"]


def test_a_given_prompt_leaves_as_it_came(desk, text):
    assert desk("submit", "one", "--response-file", text("An answer"), *WAIVED).code == 0
    messages = json.loads(desk("export").out)["messages"]
    assert messages[0]["content"] == f"System {HOSTILE}"
    assert messages[1]["content"] == f"Prompt {HOSTILE}"
    conversation = text(json.dumps([*messages[:2], {"role": "assistant", "content": "New"}]))
    assert desk("submit", "one", "--conversation", conversation, *WAIVED).code == 0


def test_an_export_that_a_person_reads_is_made_visible(desk, text, monkeypatch):
    desk("submit", "one", "--response-file", text("a\u202eb\u200bc"), *WAIVED)
    raw = desk("export").out
    assert "\u202e" in raw
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert harmless(desk("export").out)


def test_escaping_keeps_the_value():
    value = {"a": HOSTILE, "b": ["\U000e0041", "é", "👩‍👩‍👧", "漢"]}
    text = json.dumps(value, ensure_ascii=False)
    assert json.loads(escaped(text)) == value
    assert harmless(escaped(text))
    assert "é" in escaped(text)


def test_a_table_is_aligned_and_cut_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    rows = [("漢字", "a" * 100), ("abc", "漢" * 100), ("x", "short")]
    table(("id", "title"), rows)
    assert "a" * 100 in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    table(("id", "title"), rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("漢字  a")
    assert lines[2].startswith("abc   漢")
    assert lines[1].endswith("…")
    assert len(lines[1]) <= 40
    assert len(lines[2]) <= 24
