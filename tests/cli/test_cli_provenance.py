"""A text from a file is known as such, and a script can say where it comes from."""

import json
from pathlib import Path

TEXT = "The frost comes by night and goes by day, and the beans do not mind it. " * 4


def asking(desk, text):
    garden = json.loads(Path("garden.json").read_text())
    garden |= {"provenance": True}
    return desk("import", text(json.dumps(garden), "asks.json"))


def submission(desk):
    return desk("show", "frost", "--json").json["submissions"][-1]


def test_a_file_is_known_as_such_whichever_way_it_came(desk, text):
    assert desk("submit", "frost", "--response-file", text(TEXT)).code == 0
    assert submission(desk)["provenance"]["file"] == len(TEXT)
    assert desk("draft", "frost", "--response-file", text(TEXT + "And more.")).code == 0
    assert desk("submit", "frost", "--draft").code == 0
    assert submission(desk)["provenance"]["file"] == len(TEXT + "And more.")


def test_a_conversation_is_known_as_such(desk, text):
    talk = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}] * 2
    assert desk("submit", "talk", "--conversation", text(json.dumps(talk))).code == 0
    sent = desk("show", "talk", "--json").json["submissions"][-1]
    assert sent["provenance"]["file"] == 14
    assert "typed" not in sent["provenance"]


def test_where_the_batch_asks_a_word_is_wanted_and_it_leaves_with_the_work(desk, text):
    assert asking(desk, text).code == 0
    refused = desk("submit", "frost", "--response-file", text(TEXT))
    assert refused.code == 2
    assert "100 % taken from a file" in refused.err
    assert desk("draft", "frost").code == 2
    word = ("--explain", "Written in my own editor.")
    assert desk("submit", "frost", "--response-file", text(TEXT), *word).code == 0
    exported = desk("export", "--format", "native").out.splitlines()[-1]
    assert json.loads(exported)["provenance"]["file"] == len(TEXT)
    assert json.loads(exported)["explanation"] == "Written in my own editor."


def test_a_word_can_be_kept_with_the_draft(desk, text):
    assert asking(desk, text).code == 0
    assert desk("draft", "frost", "--response-file", text(TEXT)).code == 0
    assert desk("submit", "frost", "--draft").code == 2
    assert desk("draft", "frost", "--explain", "From my notes.").code == 0
    assert desk("submit", "frost", "--draft").code == 0


def test_elsewhere_it_stays_at_home(desk, text):
    assert desk("submit", "frost", "--response-file", text(TEXT)).code == 0
    exported = desk("export", "--format", "native").out.splitlines()[-1]
    assert "provenance" not in json.loads(exported)
