"""Review before sending: what will leave, word for word, and a note to the reviewer."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.rules import describe
from trainer_tui.domain.submission import opening
from trainer_tui.domain.text import characters, words
from trainer_tui.ui.actions import BY_ID, bindings, key_name
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import Part, assemble, plain, shown_line
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.words import counted, duration


class SendScreen(Page[bool]):
    """Shows what will be sent, and hands on the note as it is typed; dismissed with the answer."""

    CONTEXT = "send"
    CSS_PATH = "send.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("send")
    TITLE_WORDS = "Before sending"

    def __init__(self, draft: Draft, keep_note: Callable[[str], None]) -> None:
        super().__init__()
        self._draft = draft
        self._keep_note = keep_note

    def content(self) -> ComposeResult:
        """The text, the note, the two answers."""
        with VerticalScroll(id="what") as box:
            box.border_title = "What will be sent"
            yield Static(self._conversation(), id="conversation", markup=False)
        yield Static(self._figures(), id="figures", markup=False)
        note = Editor(placeholder="A note to the reviewer, if there is one", grow=(3, 5), id="note")
        note.border_title = "Note"
        yield note
        with Horizontal(id="answers"):
            keys = key_name(self.trainer_app.keys_of(BY_ID["send.confirm"]))
            yield Button(plain(f"Submit  {keys}"), id="yes", variant="success", compact=True)
            yield Button(plain("Keep writing  esc"), id="no", compact=True)

    def on_mount(self) -> None:
        """Read first: the focus is on the text, arrows scroll it."""
        self.query_one("#note", Editor).load(self._draft.note)
        self.set_focus(self.query_one("#what"))

    def _conversation(self) -> Content:
        task = self.workstation.tasks.task(self._draft.task_id)
        parts: list[Part] = []
        for message in opening(task):
            parts += [(f"{message.role.value}, given", "bold $foreground-muted"), "\n"]
            parts += [(message.content, "$foreground-muted"), "\n\n"]
        for number, pair in enumerate(self._draft.pairs, 1):
            turn = f" {number}" if len(self._draft.pairs) > 1 else ""
            given = ", given" if number <= len(task.prompts) else ""
            parts += [(f"prompt{turn}{given}", "bold $accent"), "\n", pair.prompt, "\n\n"]
            parts += [(f"response{turn}", "bold $accent"), "\n", pair.response, "\n\n"]
        return assemble(*parts[:-1])

    def _figures(self) -> Content:
        task = self.workstation.tasks.task(self._draft.task_id)
        history = self.workstation.tasks.history(task.id)
        responses = [pair.response for pair in self._draft.pairs]
        figures = [
            counted(len(responses), "turn"),
            counted(sum(map(words, responses)), "word"),
            counted(sum(map(characters, responses)), "character"),
            f"{duration(self._draft.active_seconds)} active",
        ]
        if history.revision:
            figures.append(f"revision {history.revision + 1}")
        parts: list[Part] = [" · ".join(figures)]
        if task.rules:
            listed = " · ".join(shown_line(describe(data)) for data in task.rules)
            parts += ["\n", ("Asked for, to check by eye: ", "bold"), listed]
        return assemble(*parts)

    def action_confirm(self) -> None:
        """Submit."""
        self._keep_note(self.query_one("#note", Editor).text)
        self.dismiss(True)

    def action_note(self) -> None:
        """Go to the note, and from there to the answers."""
        self.focus_next()

    def action_back(self) -> None:
        """Back to the text; the note stays."""
        self._keep_note(self.query_one("#note", Editor).text)
        self.dismiss(False)

    @on(Editor.Edited)
    def _note_typed(self, message: Editor.Edited) -> None:
        self._keep_note(message.editor.text)

    @on(Button.Pressed)
    def _answered(self, message: Button.Pressed) -> None:
        if message.button.id == "yes":
            self.action_confirm()
        else:
            self.action_back()
