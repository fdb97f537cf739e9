"""Nothing hostile reaches the terminal from any screen, and no screen is missed."""

from pathlib import Path

import pytest
import reach
import walk
from stream import leaks

SMALL = (80, 24)


@pytest.mark.parametrize("stretch", walk.STRETCHES)
def test_nothing_of_it_reaches_the_terminal(tmp_path: Path, stretch: str) -> None:
    place = walk.prepare(tmp_path)
    raw = walk.walk(place, stretch, SMALL)
    assert leaks(raw, screen=True, copies=walk.COPIES[stretch]) == []
    for said in place.said[:3]:
        assert leaks(said, screen=False) == []
    for said in place.said[3:]:
        assert leaks(said, screen=True) == []
    walked = place.walked("screen") | {cls.partition(".")[0] for cls in place.walked("action")}
    # All three together pass every screen and every action; `python tests/leaks` counts them.
    assert walked & reach.screens()


def test_nothing_is_in_the_last_words(tmp_path: Path) -> None:
    assert leaks(walk.told_to_stop(walk.prepare(tmp_path), SMALL), screen=True) == []


def test_a_widget_that_lets_text_through_is_seen(tmp_path: Path) -> None:
    place = walk.prepare(tmp_path)
    assert leaks(walk.glance(place, SMALL, walk.MUTANTS["the preview"]), screen=True)


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
