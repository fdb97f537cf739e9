"""Marks stay with the text that they were put on, until something in it changes."""

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.ui.widgets.marks import Mark, Marks, line_starts

TEXTS = st.text(alphabet="ab \n", max_size=30)


def laid(marks: Marks, lines: list[str]) -> set[tuple[int, int]]:
    """Where the marks are, as offsets in the text."""
    starts = line_starts(lines)
    return {
        (starts[line] + mark.start, starts[line] + mark.end)
        for line, found in marks.by_line.items()
        for mark in found
    }


def location(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n"), offset - (before.rfind("\n") + 1)


def test_a_mark_over_several_lines_is_cut_at_their_ends() -> None:
    marks = Marks.of([Mark(1, 7, "broken")], ["abc", "", "defg"])
    assert marks.by_line == {0: [Mark(1, 3, "broken")], 2: [Mark(0, 2, "broken")]}


@given(TEXTS, st.data(), TEXTS)
def test_marks_move_with_the_text_around_them(text: str, data: st.DataObject, added: str) -> None:
    size = len(text)
    places = st.tuples(st.integers(0, size), st.integers(0, size)).map(sorted)
    spans = data.draw(st.lists(places.map(tuple), max_size=4, unique=True))
    spans = [(a, b) for a, b in spans if a < b and "\n" not in text[a:b]]
    top, bottom = data.draw(places)
    marks = Marks.of([Mark(a, b, "broken") for a, b in spans], text.split("\n"))
    marks.edited(location(text, top), location(text, bottom), added)
    after = text[:top] + added + text[bottom:]
    moved = len(added) - (bottom - top)
    expected = {(a, b) for a, b in spans if b <= top}
    expected |= {(a + moved, b + moved) for a, b in spans if a >= bottom and (a, b) != (b, a)}
    assert laid(marks, after.split("\n")) == expected
