"""What the editor paints against what a stock text area paints, and its rows against a model."""

import gc
import random
import weakref
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.document._document import Document, Selection
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea

from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.frame import caption
from trainer_tui.ui.widgets.wrapping import ExactDocument, Wrapping

WORDS = ["a", "of", "word", "longer", "x" * 25, "日本語のテキスト", "naïve", "e\u0301", "😀", "—"]


class SideBySide(App[None]):
    # A scrollbar that comes with an undo makes the stock one look for a line that is gone.
    CSS = "Screen { layout: horizontal; } TextArea { width: 1fr; overflow-y: scroll; }"

    def compose(self) -> ComposeResult:
        yield Editor(id="ours")
        yield TextArea(id="stock", highlight_cursor_line=False)


def prose(pick: random.Random, length: int) -> str:
    gaps = [" ", " ", " ", "  ", "", "\n", "\n\n", "\t"]
    return "".join(pick.choice(WORDS) + pick.choice(gaps) for _ in range(length))


def painted(area: TextArea) -> list[str]:
    strips = area.render_lines(Region(0, 0, *area.size))
    return [strip.text.replace("▌", " ").rstrip() for strip in strips]


def deed(pick: random.Random, area: TextArea) -> Callable[[TextArea], object]:
    """One random thing to do to an area, its choices already made."""
    kind = pick.random()
    end = area.document.end
    row = pick.randint(0, end[0])
    place = (row, pick.randint(0, len(area.document.get_line(row))))
    if kind < 0.35:
        text = pick.choice(["x", " ", "é", "日", "\n", prose(pick, 3), prose(pick, 40)])
        return lambda a: a._replace_via_keyboard(text, *a.selection)
    if kind < 0.5:
        name = pick.choice(["left", "right", "word_left", "word_right", "line", "to_start_of_line"])
        return lambda a: getattr(a, f"action_delete_{name}")()
    if kind < 0.75:
        name = pick.choice(["up", "down", "left", "right", "word_left", "line_end", "line_start"])
        select = pick.random() < 0.4
        return lambda a: getattr(a, f"action_cursor_{name}")(select)
    if kind < 0.85:
        select = pick.random() < 0.5
        return lambda a: a.move_cursor(place, select=select)
    if kind < 0.98:
        name = pick.choice(["undo", "undo", "redo"])
        return lambda a: getattr(a, name)()
    return lambda a: a.select_all()


@pytest.mark.parametrize("seed", range(3))
async def test_painted_rows_equal_those_of_a_stock_text_area(seed: int) -> None:
    pick = random.Random(seed)
    app = SideBySide()
    compared = 0
    async with app.run_test(size=(pick.choice([60, 90]), 20)) as pilot:
        ours, stock = app.query_one("#ours", Editor), app.query_one("#stock", TextArea)
        text = prose(pick, 60)
        ours.load(text)
        stock.load_text(text)
        await pilot.pause()
        for step in range(250):
            act = deed(pick, stock)
            act(stock)
            act(ours)
            if ours.text != stock.text or ours.selection != stock.selection:
                # A stock cursor rests, and deletes, within a grapheme; ours never does.
                assert not stock.text.isascii()
                ours.load_text(stock.text)
                ours.history.clear()
                stock.history.clear()
                stock.selection = ours.selection = Selection.cursor(
                    ours.settled(stock.selection.end)
                )
            if step % 50 == 49:
                await pilot.resize_terminal(2 * pick.randint(20, 50), pick.randint(8, 30))
                await pilot.pause()
            if step % 10 == 9:
                await pilot.pause()
            stock.scroll_to(y=ours.scroll_y, animate=False, force=True)
            if ours.scroll_y == stock.scroll_y and ours.size == stock.size:
                assert painted(ours) == painted(stock), f"step {step}"
                compared += 1
            everything = Region(0, 0, *ours.outer_size)
            kept = ours.render_lines(everything)
            ours._styles_cache.clear()
            assert kept == ours.render_lines(everything), f"a stale row at step {step}"
    assert compared > 200


@pytest.mark.parametrize("width", [1, 2, 7, 30])
def test_wrapping_follows_edits_and_equals_the_stock_one(width: int) -> None:
    pick = random.Random(width)
    for _ in range(150):
        text = prose(pick, 30).replace("\t", " ")
        document = ExactDocument(text)
        wrapping = Wrapping(document, width)
        if width > 1:
            stock = WrappedDocument(Document(text), width)
            assert wrapping._wrap_offsets == stock._wrap_offsets
        for _ in range(10):
            start, end = sorted(
                (row := pick.randint(0, document.end[0]), pick.randint(0, len(document[row])))
                for _ in range(2)
            )
            if pick.random() < 0.7:
                end = start
            insert = pick.choice(["", "x", " ", "日", "\u0301", "\n", prose(pick, 4)])
            result = document.replace_range(start, end, insert)
            wrapping.wrap_range(start, end, result.end_location)
            fresh = Wrapping(document, width)
            assert wrapping._wrap_offsets == fresh._wrap_offsets
            assert wrapping._first_rows == fresh._first_rows
            assert wrapping._shown == fresh._shown


def test_a_document_gives_back_what_it_was_given() -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\r\nh\n\n"
    document = ExactDocument(text)
    assert document.text == text
    assert document.line_count == 4
    document.replace_range((0, 1), (0, 1), "\u2028\x0b")
    assert document.text == "a\u2028\x0b" + text[1:]
    assert document.get_text_range((0, 0), document.end) == document.text


class Captioned(App[None]):
    CSS = "Editor { border: round white; height: 8; }"

    def compose(self) -> ComposeResult:
        yield Editor("some text\n" * 20)


async def test_a_caption_is_painted_without_a_row_of_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Captioned()
    async with app.run_test(size=(40, 10)) as pilot:
        editor = app.query_one(Editor)
        await pilot.pause()
        rows: list[int] = []
        render_line = Editor.render_line

        def count(self: Editor, y: int) -> Strip:
            rows.append(y)
            return render_line(self, y)

        monkeypatch.setattr(Editor, "render_line", count)
        caption(editor, Content(" 40 words "))
        await pilot.pause()
        edge = app.screen._compositor.render_strips()[7].text
        assert "40 words" in edge and rows == []
        app.theme = "textual-light"
        await pilot.pause()
        assert rows, "the count sees what is painted"


async def test_editors_that_are_gone_do_not_stay_in_memory() -> None:
    app = SideBySide()
    async with app.run_test(size=(40, 10)) as pilot:
        gone = []
        for _ in range(6):
            editor = Editor("text")
            gone.append(weakref.ref(editor))
            await app.mount(editor)
            await editor.remove()
            del editor
            await pilot.pause()
        gc.collect()
        # The last one may still be held by what went on.
        assert sum(editor() is not None for editor in gone) <= 1
