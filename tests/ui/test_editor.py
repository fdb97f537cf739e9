"""What a person can do in the editor, and what others are told of it."""

import random
from collections.abc import Iterable

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.document._document import Selection
from textual.geometry import Region
from textual.pilot import Pilot

from trainer_tui.domain.text import Notice
from trainer_tui.ui.widgets.editor import Editor, ViewState
from trainer_tui.ui.widgets.finding import Found

MARKUP = "a [/foo] b [@click=app.quit]x[/]"
GRAPHEMES = ["👨‍👩‍👧", "🇩🇪", "e\u0301", "क्षि", "👍🏽"]


class EditorApp(App[None]):
    CSS = "Editor { height: 12; }"

    def __init__(self, *editors: Editor) -> None:
        super().__init__()
        self.editors = editors or (Editor(),)
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield from self.editors

    def on_mount(self) -> None:
        self.editors[0].focus()

    def on_editor_edited(self, event: Editor.Edited) -> None:
        self.told.append(("edited", event.editor))

    def on_editor_pasted(self, event: Editor.Pasted) -> None:
        self.told.append(event.notice)

    def on_editor_edge_reached(self, event: Editor.EdgeReached) -> None:
        self.told.append(event.direction)

    @property
    def notices(self) -> list[object]:
        return [one for one in self.told if isinstance(one, Notice)]


def burst(app: App[None], keys: Iterable[str]) -> None:
    """Send keys as a fast typist or a slow line does: the next before the last was handled."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause()


def seen(editor: Editor) -> list[str]:
    strips = editor.render_lines(Region(0, 0, *editor.outer_size))
    return [strip.text for strip in strips]


KEYS = ["a", "b", " ", "enter", "backspace", "left", "up", "home", "delete", "ctrl+w", "ctrl+z"]


async def test_a_burst_equals_the_same_keys_one_by_one() -> None:
    pick = random.Random(3)
    keys = ["x", "y", "backspace", "z"] + [pick.choice(KEYS) for _ in range(40)]
    paced, fast = EditorApp(), EditorApp()
    async with paced.run_test() as pilot:
        for key in keys:
            await pilot.press("space" if key == " " else key)
        expected = (paced.editors[0].text, paced.editors[0].selection)
    async with fast.run_test() as pilot:
        burst(fast, keys)
        await settle(pilot)
        assert (fast.editors[0].text, fast.editors[0].selection) == expected


@pytest.mark.parametrize("seed", range(3))
async def test_random_keys_against_a_string(seed: int) -> None:
    pick = random.Random(seed)
    app = EditorApp()
    async with app.run_test(size=(40, 14)) as pilot:
        editor = app.editors[0]
        text, at = "", 0
        for _ in range(15):
            keys = [pick.choice("ab 日é" + "<>^!\n") for _ in range(20)]
            names = {"<": "left", ">": "right", "^": "backspace", "!": "delete", "\n": "enter"}
            burst(app, (names.get(key, key) for key in keys))
            for key in keys:
                if key == "<":
                    at = max(0, at - 1)
                elif key == ">":
                    at = min(len(text), at + 1)
                elif key == "^":
                    text, at = text[: max(0, at - 1)] + text[at:], max(0, at - 1)
                elif key == "!":
                    text = text[:at] + text[at + 1 :]
                else:
                    text, at = text[:at] + key + text[at:], at + 1
            await settle(pilot)
            assert editor.text == text
            assert editor.document.get_index_from_location(editor.cursor_location) == at
        while editor.history.undo_stack:
            editor.undo()
        assert editor.text == ""
        while editor.history.redo_stack:
            editor.redo()
        assert editor.text == text


@pytest.mark.parametrize("grapheme", GRAPHEMES)
async def test_a_grapheme_is_crossed_and_deleted_as_one(grapheme: str) -> None:
    app = EditorApp(Editor(f"a{grapheme}b"))
    async with app.run_test() as pilot:
        editor = app.editors[0]
        behind = (0, 1 + len(grapheme))
        burst(app, ["right", "right"])
        await settle(pilot)
        assert editor.cursor_location == behind
        burst(app, ["left"])
        await settle(pilot)
        assert editor.cursor_location == (0, 1)
        burst(app, ["delete"])
        await settle(pilot)
        assert editor.text == "ab"
        burst(app, ["ctrl+z", "end", "left", "backspace"])
        await settle(pilot)
        assert editor.text == "ab"


@pytest.mark.parametrize("grapheme", GRAPHEMES)
async def test_the_cursor_covers_a_grapheme_and_the_row_stays_as_wide(grapheme: str) -> None:
    app = EditorApp(Editor(f"a{grapheme}b\n{grapheme * 40}\nend"))
    async with app.run_test(size=(30, 14)):
        editor = app.editors[0]
        editor.move_cursor((0, 1))
        row = editor.row(0)
        assert row.text[slice(*row.spans[-1][:2])] == grapheme
        editor.move_cursor((1, len(grapheme) * 3))
        for _ in range(3):
            editor.action_cursor_down()
            line, column = editor.cursor_location
            assert line != 1 or column % len(grapheme) == 0
        widths = {strip.cell_length for strip in editor.render_lines(Region(0, 0, 30, 12))}
        assert widths == {30}


async def test_a_paste_is_normalized_told_and_undone_at_once() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        editor = app.editors[0]
        burst(app, "ab")
        app.post_message(events.Paste("one\r\ntwo\x1b]52;c;x\x07\u2028"))
        burst(app, "c")
        await settle(pilot)
        assert editor.text == "abone\ntwo]52;c;x\u2028c"
        assert app.notices == [Notice(newlines=1, controls=2)]
        editor.undo()
        assert editor.text == "abone\ntwo]52;c;x\u2028"
        editor.undo()
        assert editor.text == "ab"
        editor.redo()
        assert editor.text == "abone\ntwo]52;c;x\u2028"


async def test_a_paste_of_a_megabyte() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        text = "lorem ipsum dolor sit amet\n" * 20_000 + "x" * 500_000
        app.post_message(events.Paste(text))
        await settle(pilot)
        editor = app.editors[0]
        assert editor.text == text
        burst(app, "y")
        await settle(pilot)
        assert editor.text == text + "y"
        assert "xxxy" in "".join(seen(editor))
        editor.undo()
        editor.undo()
        assert editor.text == ""


async def test_text_in_is_text_out() -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\ufeff\u202e\n\n"
    app = EditorApp(Editor(text))
    async with app.run_test():
        editor = app.editors[0]
        assert editor.text == text
        assert "a↵b⁋c␤d␋e␌f␜g⌷↤" in seen(editor)[1]
        assert not editor.load(text)
        assert editor.text == text
        assert editor.load("a\r\nb\rc") == Notice(newlines=2)
        assert editor.text == "a\nb\nc"
        assert not editor.history.undo_stack


async def test_markup_is_text() -> None:
    empty = Editor(placeholder=MARKUP)
    app = EditorApp(Editor(MARKUP), empty)
    async with app.run_test():
        assert MARKUP in seen(app.editors[0])[1]
        assert MARKUP in seen(empty)[1]
        empty.placeholder = "other [/bar]"
        assert "other [/bar]" in seen(empty)[1]
        empty.insert("x")
        assert "other" not in "".join(seen(empty))
        empty.undo()
        assert "other [/bar]" in seen(empty)[1]


async def test_replace_all_is_one_step() -> None:
    app = EditorApp(Editor("one\ntwo"))
    async with app.run_test() as pilot:
        editor = app.editors[0]
        burst(app, ["end", "!"])
        await settle(pilot)
        editor.move_cursor((1, 3))
        assert editor.replace_all("ONE\r\nT\x07") == Notice(newlines=1, controls=1)
        assert editor.text == "ONE\nT"
        assert editor.cursor_location == (1, 1)
        editor.undo()
        assert editor.text == "one!\ntwo"
        editor.undo()
        assert editor.text == "one\ntwo"
        editor.redo()
        editor.redo()
        assert editor.text == "ONE\nT"


async def test_edits_are_told_and_read_only_has_none() -> None:
    given = Editor("given", read_only=True)
    app = EditorApp(Editor(), given)
    async with app.run_test() as pilot:
        burst(app, "ab")
        await settle(pilot)
        assert ("edited", app.editors[0]) in app.told
        app.told.clear()
        given.focus()
        await settle(pilot)
        burst(app, ["x", "enter", "backspace", "delete", "ctrl+w", "ctrl+k", "ctrl+z"])
        app.post_message(events.Paste("no"))
        await settle(pilot)
        assert given.text == "given"
        assert app.told == []


async def test_edges_and_escape_and_tab_are_for_the_screen() -> None:
    other = Editor()
    app = EditorApp(Editor("ab\ncd"), other)
    escaped: list[str] = []
    app.bind("escape", "gone")
    app.action_gone = lambda: escaped.append("gone")  # type: ignore[attr-defined]
    async with app.run_test() as pilot:
        burst(app, ["right", "up"])
        await settle(pilot)
        assert "up" not in app.told
        burst(app, ["up", "down", "down"])
        await settle(pilot)
        assert "up" in app.told and "down" not in app.told
        burst(app, ["down"])
        await settle(pilot)
        assert "down" in app.told
        await pilot.press("escape")
        assert escaped == ["gone"]
        await pilot.press("tab")
        assert app.focused is other and other.text == "" and "\t" not in app.editors[0].text


async def test_a_view_is_come_back_to() -> None:
    text = "\n".join(f"line {number}" for number in range(100))
    app = EditorApp(Editor(text), Editor())
    async with app.run_test() as pilot:
        editor, fresh = app.editors
        editor.selection = Selection((60, 1), (60, 4))
        editor.scroll_to(y=52, animate=False)
        await settle(pilot)
        view = editor.view_state()
        assert view == ViewState((60, 4), (60, 1), 52)
        fresh.load(text)
        fresh.restore_view(view)
        await settle(pilot)
        assert fresh.view_state() == view
        fresh.load("short", (60, 4), 52)
        await settle(pilot)
        assert fresh.view_state() == ViewState((0, 4), (0, 4), 0)


async def test_a_view_asked_for_before_the_first_layout() -> None:
    editor = Editor("\n".join(map(str, range(100))))
    editor.restore_view(ViewState((60, 1), (60, 1), 55))
    app = EditorApp(editor)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert editor.view_state() == ViewState((60, 1), (60, 1), 55)


async def test_height_follows_the_text() -> None:
    app = EditorApp(Editor(grow=(3, 6)))
    async with app.run_test(size=(30, 20)) as pilot:
        editor = app.editors[0]
        heights = []
        for text in ["", "one", "a\nb", "word " * 12, "a\n" * 20, "a"]:
            editor.replace_all(text)
            await settle(pilot)
            heights.append(editor.outer_size.height)
        assert heights == [3, 3, 4, 5, 6, 3]


async def test_find() -> None:
    text = "Cat cat\nconcatenate [/cat]\nCATALOG"
    app = EditorApp(Editor(text))
    async with app.run_test():
        editor = app.editors[0]
        assert str(editor.find("cat")) == "1 of 5"
        assert editor.selected_text == "Cat"
        assert editor.find_next() == Found(2, 5)
        assert editor.selection == Selection((0, 4), (0, 7))
        assert editor.find_previous() == Found(1, 5)
        assert editor.find_previous() == Found(5, 5)
        assert editor.find_next() == Found(1, 5)
        assert editor.find("Cat") == Found(1, 1)
        assert str(editor.find("nothing")) == "no match"
        assert editor.find_next() == Found()
        editor.find("[/cat]")
        assert editor.selected_text == "[/cat]"
        editor.find("cat")
        assert [span.style for span in editor.row(0).spans] == ["match", "match"]
        assert [span.style for span in editor.row(1).spans][:3] == ["match", "match", "current"]
        editor.insert("cat ", (0, 0))
        assert len([span for span in editor.row(0).spans if span.style == "match"]) == 3
        editor.end_find()
        assert not editor.row(0).spans
        assert editor.find("") == Found()


async def test_a_change_of_theme_or_focus_redraws() -> None:
    app = EditorApp(Editor("text"), Editor("other"))
    async with app.run_test() as pilot:
        editor, other = app.editors

        def looks() -> str:
            return str(editor.render_lines(Region(0, 0, *editor.outer_size))[1]._segments)

        await settle(pilot)
        dark = looks()
        app.theme = "textual-light"
        await settle(pilot)
        light = looks()
        other.focus()
        await settle(pilot)
        blurred = looks()
        editor.focus()
        await settle(pilot)
        assert len({dark, light, blurred}) == 3
        assert looks() == light
        app.theme = "textual-dark"
        await settle(pilot)
        assert looks() == dark
        app.screen.styles.background = "red"
        editor.styles.background = "transparent"
        await settle(pilot)
        red = looks()
        app.screen.styles.background = "blue"
        await settle(pilot)
        assert looks() != red
