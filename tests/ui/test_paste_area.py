"""Pasted text is followed through whatever is edited after it."""

import random
from itertools import count

from textual import events
from textual.app import App, ComposeResult

from trainer_tui.domain.draft import PasteSource
from trainer_tui.ui.widgets.editor import Editor


class EditorApp(App[None]):
    CSS = "Editor { height: 12; }"

    def __init__(self) -> None:
        super().__init__()
        self.editor = Editor()
        self.told: list[Editor.Pasted] = []

    def compose(self) -> ComposeResult:
        yield self.editor

    def on_mount(self) -> None:
        self.editor.focus()

    def on_editor_pasted(self, event: Editor.Pasted) -> None:
        self.told.append(event)


def passages(editor: Editor) -> list[str]:
    text = editor.text
    return [text[start : start + length] for start, length, _ in editor.pasted()]


async def test_a_paste_is_told_with_its_place_and_source() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", "b")
        app.post_message(events.Paste("x\r\ny"))
        await pilot.pause()
        app.copy_to_clipboard("from here")
        await pilot.press("ctrl+v")
        app.post_message(events.Paste("from here"))
        await pilot.pause()
    assert [(told.start, told.characters, told.source.value) for told in app.told] == [
        ((1, 1), 3, "terminal"),
        ((2, 1), 9, "program"),
        ((2, 10), 9, "program"),
    ]
    assert passages(app.editor) == ["x\ny", "from here", "from here"]


async def test_typing_and_deleting_inside_a_paste_take_their_part_of_it() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        app.post_message(events.Paste("abc\ndef"))
        await pilot.press("left", "X", "Y", "up", "backspace", "home", "Z")
        await pilot.pause()
        assert app.editor.text == "Zab\ndeXYf"
        assert passages(app.editor) == ["ab\nde", "f"]
        while app.editor.text != "abc\ndef":
            await pilot.press("ctrl+z")
        assert (app.editor.text, passages(app.editor)) == ("abc\ndef", ["abc\ndef"])
        await pilot.press("ctrl+z")
        assert (app.editor.text, passages(app.editor)) == ("", [])
        await pilot.press("ctrl+y")
        assert passages(app.editor) == ["abc\ndef"]


async def test_pastes_that_are_on_the_disk_are_forgotten_and_later_ones_are_not() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        app.post_message(events.Paste("one"))
        await pilot.pause()
        newest = app.editor.newest_paste
        app.post_message(events.Paste("two"))
        await pilot.pause()
        app.editor.forget_pastes(newest)
        assert passages(app.editor) == ["two"]
        app.editor.load("another text")
        assert passages(app.editor) == []
        assert app.editor.newest_paste == 0


async def test_random_edits_leave_exactly_the_pasted_characters_marked() -> None:
    """Every character is another one, so that it is known of each how it came in."""
    pick = random.Random(5)
    app = EditorApp()
    async with app.run_test():
        editor, fresh = app.editor, count(0x4E00)
        pasted: set[str] = set()
        forgotten: set[str] = set()

        def new() -> str:
            return "".join(chr(next(fresh)) for _ in range(pick.randint(1, 9)))

        def place() -> tuple[int, int]:
            line = pick.randrange(editor.document.line_count)
            return line, pick.randint(0, len(editor.document.get_line(line)))

        for _ in range(3_000):
            match pick.randrange(8):
                case 0 | 1:
                    text = f"{new()}\n{new()}" if pick.random() < 0.4 else new()
                    pasted |= set(text) - {"\n"}
                    editor.move_cursor(place())
                    editor.move_cursor(place(), select=pick.random() < 0.2)
                    editor.paste(text)
                case 2:
                    editor.replace(new() + "\n", place(), place())
                case 3:
                    editor.insert(new(), place())
                case 4:
                    editor.delete(place(), place())
                case 5:
                    editor.undo()
                case 6:
                    editor.redo()
                case _ if pick.random() < 0.2:
                    editor.forget_pastes(editor.newest_paste)
                    forgotten = set(pasted)
            marked = "".join(passages(editor))
            assert {*marked} - {"\n"} <= pasted
            assert (pasted - forgotten) & {*editor.text} <= {*marked}
            assert len(marked.replace("\n", "")) == len({*marked} - {"\n"})
        assert all(source is PasteSource.TERMINAL for *_, source in editor.pasted())
