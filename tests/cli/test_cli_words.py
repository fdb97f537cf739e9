from pathlib import Path

import pytest

from trainer_tui.store.workspace import Workspace


def test_words_come_and_go(cli, home):
    assert cli("words").code == 0
    result = cli("words", "en", "--add", "umami", "--add", "Gochujang")
    assert (result.code, result.out) == (0, "")
    assert "umami is known now." in result.err
    assert cli("words", "en").out == "Gochujang\numami\n"
    assert cli("words", "en-GB").out == "Gochujang\numami\n"
    cli("words", "fr", "--add", "d’ac")
    assert cli("words").out == "en  Gochujang\nen  umami\nfr  d'ac\n"
    assert cli("words", "--json").json == {
        "en": ["Gochujang", "umami"],
        "es": [],
        "fr": ["d'ac"],
    }
    result = cli("words", "en", "--add", "UMAMI", "--remove", "gochujang", "--json")
    assert result.json == {"language": "en", "words": ["umami"]}
    assert "UMAMI was known before." in result.err
    assert "gochujang is not known any more." in result.err
    assert "soba was not there." in cli("words", "en", "--remove", "soba").err
    assert (home / "words" / "en.txt").read_text() == "umami\n"


@pytest.mark.parametrize(
    "argv, said",
    [
        (["--add", "umami"], "in which language"),
        (["ja"], "'ja'"),
        (["ja", "--add", "umami"], "en, fr, es"),
        (["../en", "--add", "umami"], "not checked"),
        (["en", "--add", "two words"], "not one word"),
        (["en", "--add", "umami", "--add", "a\x1bb"], "not one word"),
        (["en", "--remove", ""], "not one word"),
    ],
)
def test_what_is_refused_changes_nothing(cli, home, argv, said):
    result = cli("words", *argv)
    assert result.code == 2
    assert said in result.err
    assert "\x1b" not in result.err
    assert not list((home / "words").glob("*")) if home.exists() else True


def test_beside_an_open_workstation_they_can_be_read(cli, home):
    cli("words", "en", "--add", "umami")
    store = Workspace.open(home)
    assert cli("words", "en").out == "umami\n"
    assert cli("words", "en", "--add", "soba").code == 3
    store.close()
    assert cli("words", "en").out == "umami\n"


def test_hostile_files_print_nothing_that_a_terminal_obeys(cli, home):
    cli("words", "en", "--add", "umami")
    Path(home / "words" / "en.txt").write_bytes(b"umami\n\x1b]0;x\x07\n\xff\xfe\n\xe2\x80\xae\n")
    result = cli("words", "en")
    assert (result.code, result.out) == (0, "umami\n")
    found = cli("doctor")
    assert "words/en.txt: 3 of its lines are no words" in found.out
    assert cli("words", "en", "--remove", "umami").code == 0
    assert (home / "words" / "en.txt").read_bytes() == b""
    assert list((home / "quarantine").glob("en.txt.*"))
