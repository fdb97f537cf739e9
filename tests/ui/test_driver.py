"""Escape is a key of its own, whatever comes with it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from trainer_tui.ui.driver import PasteSafeParser

TYPED = {
    "jq\x1bitext": ["j", "q", "escape", "i", "t", "e", "x", "t"],
    "\x1bP end": ["escape", "P", "space", "e", "n", "d"],
    "\x1b1": ["escape", "1"],
    "\x1b \x1b\r": ["escape", "space", "escape", "enter"],
    "\x1b\x1b[A": ["escape", "up"],
    "\x1b\x1bx": ["escape", "escape", "x"],
    "\x1bé\x1b]x": ["escape", "é", "escape", "right_square_bracket", "x"],
    "\x1b[A\x1bOP\x1b[15~": ["up", "f1", "f5"],
    "\x1bf\x1bb": ["ctrl+right", "ctrl+left"],
    "\x1b[112;3u": ["alt+p"],
    "\x1b[200~a\x1bb\x1b[201~c": ["<a\x1ab>", "c"],
    "a\x1b[200~\x1b[201~\x1b[200~b\x00\x1b[20\x1b[201~\x1bi": [
        "a",
        "<>",
        "<b\x1a[20>",
        "escape",
        "i",
    ],
}


def read(parser: XTermParser, *pieces: str) -> Iterator[str]:
    for piece in pieces:
        for message in parser.feed(piece) if piece else ():
            if isinstance(message, events.Paste):
                yield f"<{message.text}>"
            elif isinstance(message, events.Key):
                yield message.key


@pytest.mark.parametrize("typed", TYPED)
def test_keys_that_arrive_together_are_the_keys_that_were_struck(typed: str) -> None:
    assert list(read(PasteSafeParser(), typed)) == TYPED[typed]
    assert list(read(PasteSafeParser(), *typed)) == TYPED[typed]


@given(st.lists(st.sampled_from(["\x1b[200~", "\x1b[201~", "\x1b", "[", "201~", "x", "é"])))
def test_it_does_not_matter_in_what_pieces_they_come(parts: list[str]) -> None:
    typed = "".join(parts)
    assert list(read(PasteSafeParser(), *parts)) == list(read(PasteSafeParser(), typed))


def test_a_letter_that_is_bound_with_alt_stays_together_with_it() -> None:
    assert "escape" not in list(read(PasteSafeParser(alt={"s"}), "\x1bs"))


def test_the_parser_beneath_would_type_the_escape() -> None:
    typed = "jq\x1bi" + "text" * 8
    assert "circumflex_accent" in list(read(XTermParser(), typed))
