"""The programs that ours is measured beside, each started as a process: `children.py KIND ...`.

Kinds: minimal; area, blinking and editor FILE LINE COLUMN [SAVE_TO]; prompt FILE LINE COLUMN;
list WIDGET ROWS; table ROWS; echo; prints.
"""

import sys
from pathlib import Path
from typing import Any

VOCABULARY = (
    "harbor knot poem ledger winter recipe train letter garden engine story budget museum "
    "river lesson bakery ticket planet window meadow"
).split()


def titles(count: int) -> list[str]:
    """Return the titles of so many rows: two words and a number."""
    size = len(VOCABULARY)
    return [
        f"About a {VOCABULARY[n % size]} and a {VOCABULARY[n // size % size]}, {n}"
        for n in range(count)
    ]


def minimal() -> None:
    """A line of text and one key."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Minimal(App[None]):
        BINDINGS = [("j", "down", "")]

        def compose(self) -> ComposeResult:
            yield Static("enter open")

        def action_down(self) -> None:
            self.query_one(Static).update("acted")

    Minimal().run()


def area(
    kind: str, file: str, line: str, column: str, save_to: str = "", *, blink: bool = False
) -> None:
    """A stock text area, or our editor alone, with the cursor at a place."""
    from textual.app import App, ComposeResult
    from textual.widgets import TextArea

    text = Path(file).read_text("utf-8")

    class Area(App[None]):
        BINDINGS = [("f12", "keep", "")]

        def compose(self) -> ComposeResult:
            if kind == "editor":
                from trainer_tui.ui.widgets.editor import Editor

                yield Editor(text)
            else:
                yield TextArea(text)

        def on_mount(self) -> None:
            found = self.query_one(TextArea)
            found.cursor_blink = blink
            found.focus()
            self.call_after_refresh(lambda: found.move_cursor((int(line), int(column))))

        def action_keep(self) -> None:
            Path(save_to).write_text(self.query_one(TextArea).text, "utf-8")

    Area().run()


def rows(widget: str, count: str) -> None:
    """A stock list with a filter above it, as its documentation fills it."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable, Input, Label, ListItem, ListView, OptionList, Tree

    lines = titles(int(count))

    class Rows(App[None]):
        BINDINGS = [("j", "down", ""), ("k", "up", ""), ("slash", "filter", "")]
        CSS = "DataTable, OptionList, Tree, ListView { height: 1fr; }"

        def compose(self) -> ComposeResult:
            match widget:
                case "DataTable":
                    yield DataTable(cursor_type="row")
                case "OptionList":
                    yield OptionList(*lines)
                case "Tree":
                    yield Tree("rows")
                case _:
                    yield ListView(*(ListItem(Label(line)) for line in lines))
            yield Input()
            yield Label("")

        def on_mount(self) -> None:
            self.shown: Any = self.query_one(f"{widget}")
            if widget == "DataTable":
                self.shown.add_columns("title")
            if widget == "Tree":
                self.shown.show_root = False
                self.shown.root.expand()
            if widget in ("DataTable", "Tree"):
                self.fill(lines)
            self.shown.focus()
            self.call_after_refresh(self.count, lines)

        def fill(self, wanted: list[str]) -> None:
            match widget:
                case "DataTable":
                    self.shown.clear()
                    self.shown.add_rows((line,) for line in wanted)
                case "OptionList":
                    self.shown.clear_options()
                    self.shown.add_options(wanted)
                case "Tree":
                    self.shown.root.remove_children()
                    for line in wanted:
                        self.shown.root.add_leaf(line)

        def count(self, wanted: list[str]) -> None:
            self.query_one("Screen > Label", Label).update(f"{len(wanted):,} of {len(lines):,}")

        def action_down(self) -> None:
            self.shown.action_cursor_down()

        def action_up(self) -> None:
            self.shown.action_cursor_up()

        def action_filter(self) -> None:
            self.query_one(Input).focus()

        def on_input_changed(self, message: Input.Changed) -> None:
            query = message.value.casefold()
            wanted = [line for line in lines if query in line.casefold()]
            self.fill(wanted)
            self.count(wanted)

    Rows().run()


def table(count: str) -> None:
    """Our task table alone, over plain rows."""
    from textual.app import App, ComposeResult

    from trainer_tui.domain.progress import State
    from trainer_tui.domain.task import Kind, Task
    from trainer_tui.services.tasks import Row
    from trainer_tui.ui.widgets.task_table import TaskTable

    listed = [
        Row(Task(id=f"b.{n}", kind=Kind.WRITE, title=title, instructions="Write."), State.OPEN)
        for n, title in enumerate(titles(int(count)))
    ]

    class Alone(App[None]):
        BINDINGS = [("j", "move(1)", ""), ("k", "move(-1)", "")]

        def compose(self) -> ComposeResult:
            yield TaskTable()

        def on_mount(self) -> None:
            self.query_one(TaskTable).show(listed)
            self.query_one(TaskTable).focus()

        def action_move(self, by: int) -> None:
            found = self.query_one(TaskTable)
            found.move(found.cursor + by)

    Alone().run()


def echo() -> None:
    """Answer each byte with itself: what no program in Python can be faster than."""
    import asyncio
    import os
    import tty

    tty.setraw(0)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(0, lambda: os.write(1, os.read(0, 4096)))
        await loop.create_future()

    os.write(1, b"ready ")
    asyncio.run(main())


def prints() -> None:
    """Show a line and act on one key."""
    import os
    import tty

    tty.setraw(0)
    os.write(1, b"enter open")
    os.read(0, 1)
    os.write(1, b"\r\nacted")
    os.read(0, 1)


def prompt(file: str, line: str, column: str) -> None:
    """An editor of prompt_toolkit, full screen and wrapped."""
    from prompt_toolkit import Application
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.document import Document
    from prompt_toolkit.layout import BufferControl, Layout, Window

    text = Path(file).read_text("utf-8")
    place = Document(text).translate_row_col_to_index(int(line), int(column))
    buffer = Buffer(document=Document(text, place))
    Application(
        layout=Layout(Window(BufferControl(buffer), wrap_lines=True)), full_screen=True
    ).run()


KINDS = {
    "minimal": minimal,
    "area": lambda *words: area("area", *words),
    "blinking": lambda *words: area("area", *words, blink=True),
    "editor": lambda *words: area("editor", *words),
    "list": rows,
    "table": table,
    "echo": echo,
    "prints": prints,
    "prompt": prompt,
}

if __name__ == "__main__":
    sys.path.pop(0)  # the modules beside this one are not for a program
    KINDS[sys.argv[1]](*sys.argv[2:])
