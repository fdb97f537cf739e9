"""Nothing hostile reaches the terminal from any screen, and no screen is missed."""

from pathlib import Path

import corpus
import glances
import pytest
import reach
import walk
from stream import leaks

SMALL = (80, 24)


def test_nothing_of_it_reaches_the_terminal(tmp_path: Path) -> None:
    """The longest of the stretches; `python tests/leaks` walks them all, and counts."""
    place = walk.prepare(tmp_path)
    raw = walk.walk(place, "write", SMALL)
    assert leaks(raw, screen=True, copies=walk.COPIES["write"]) == []
    assert [leak for said in place.said for leak in leaks(said, screen=False)] == []
    # What is no command to a terminal is read as it was written.
    assert b"[@click=app.quit]click me[/]" in raw
    passed = {name.partition(".")[0] for name in place.walked("action")}
    assert {"WriteScreen", "SentScreen", "VersionsScreen", "SendScreen"} <= passed
    assert reach.screens() >= place.walked("screen")


def test_nothing_that_a_hub_says_reaches_the_terminal(tmp_path: Path) -> None:
    place = walk.prepare(tmp_path)
    assert leaks(walk.walk(place, "hub", SMALL), screen=True) == []
    missed = reach.missed_actions(place.walked("action"))
    assert [name for name in missed if name.startswith("sync.")] == []


def test_last_words_that_let_text_through_are_seen(tmp_path: Path) -> None:
    place = walk.prepare(tmp_path)
    assert leaks(glances.told_to_stop(place, SMALL, glances.MUTANT_OF_THE_END), screen=True)


@pytest.mark.parametrize(
    "text",
    [
        "<http://x/%1b]0;owned%07%9b%c2%9b6n>",
        "&#x202e;evil &zwj; &lrm; &shy; &#27;[6n &#x9b;6n &#xE0041;",
        "![a&#x202e;](http://x/%1b) [b&#x202e;](http://x/%1b '&#x202e;')",
        "| a&#x202e; | b |\n| --- | --- |\n| &#x200b; | c |",
        "# &#x202e;\n\n> &#x202e;\n\n1. &#x202e;\n\n```&#x202e;\n&#x202e;\n```\n",
        corpus.HOSTILE,
    ],
)
def test_markdown_has_no_way_of_its_own(text: str) -> None:
    import io

    from rich.console import Console

    from trainer_tui.ui.text import markdown

    out = io.StringIO()
    Console(file=out, force_terminal=True, width=300).print(markdown(text, "ansi_dark"))
    assert leaks(out.getvalue().replace("\n", "\r\n").encode(), screen=True) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b]0;owned\x07",
        b"\x1b]52;c;b3duZWQ=\x07",
        b"\x1b[6n",
        b"\x1b[c",
        b"\x1b]8;;http://x\x07",
        b"\x1b[?47h",
        b"\xc2\x9b6n",
        b"\x9b6n",
        b"a\rb",
        b"a\x08",
        b"a\tb",
        "\u202e".encode(),
        "a\u200db".encode(),
        "a\ufe0f".encode(),
        "\u00ad".encode(),
        "\U000e0041".encode(),
        b"\x1b]22;wait\x07",
        b"\x1b",
    ],
)
def test_a_leak_is_seen(raw: bytes) -> None:
    assert leaks(b"before " + raw + b" after", screen=True)


def test_what_is_none_is_let_through() -> None:
    harmless = "\x1b[1;31m👩‍👩‍👧 ❤️‍🔥 می‌خواهم 1️⃣\x1b[0m\r\n\x1b[3;4H é漢字─ \x1b]52;c;aGk=\x07"
    assert leaks(harmless.encode(), screen=True, copies=1) == []
