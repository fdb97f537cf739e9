"""Contextual help: what this screen is for, its keys as they are now, how saving works."""

import textwrap
from typing import ClassVar

from textual.content import Content

from trainer_tui.ui.actions import CONTEXTS, EDITING, Action, bindings, in_context, key_name
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.text import Part, assemble

PURPOSES = {
    "shift": "Your task list. Work that is in progress comes first, then what is open, then what "
    "is settled; the brief beside it is that of the task under the cursor.",
    "filter": "Type words of a title, a category, a kind or a status. A task is shown when all "
    "of the words occur in it.",
    "write": "Here you write the prompt and the ideal response. While the cursor is in a text, "
    "every letter is text; Esc leaves the text, and then single keys act.",
    "command": "You have left the text, and single keys act now. Enter goes back to the response.",
    "find": "Type what to find in the text. A capital letter makes upper and lower case count.",
    "send": "Read once more what leaves your hands, and what is still missing. Nothing is sent "
    "before you confirm.",
    "sent": "What you sent for this task. It can be corrected, which makes a new revision, or "
    "taken back, which opens the task again.",
    "versions": "Every saved state of this task's text, the newest first. Restoring one puts its "
    "text on top; nothing that came between is lost.",
    "preview": "The response as its Markdown reads when rendered. Nothing is changed here.",
    "guidelines": "How the work of this batch is to be done, and what has changed in it. What you "
    "send carries the version that you have read.",
    "report": "What this shift came to. Time counts as active while you type, and reading between "
    "two keys counts too; a longer silence is idle.",
    "sync": "How this workstation stands with the hub of your firm, from the top: what waits to "
    "leave, what was refused and why, which tasks are yours for a short time only. What waits "
    "leaves by itself; nothing here has to be done for that.",
    "settings": "Every change is saved at once. Keys are changed in the configuration file.",
    "debug": "Facts to put into a bug report. No text of yours is among them.",
}
SAVING = (
    "Text is saved by itself while you type: a second after the last key, and every two seconds "
    "of unbroken typing. “✓ saved” with a time means that the text is on the disk; “● unsaved” "
    "that it is not there yet. Each save is a version that can be restored. Nothing here waits "
    "for a network: what you submit is on this machine at once; if its batch came from a hub, it "
    "waits here until it has left, which it does by itself. Leaving the program, a closed window "
    "or a lost connection ends nothing: the next start opens the same shift with the cursor on the "
    "same task, and Enter the same place in it."
)


class HelpScreen(ReadingPage[None]):
    """Generated from the actions of the contexts that were at work when it was asked for."""

    CONTEXT = "help"
    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar = bindings("help")
    TITLE_WORDS = "Help"

    def __init__(self, contexts: tuple[str, ...]) -> None:
        super().__init__()
        self._contexts = contexts

    def text(self, width: int) -> Content:
        """Purposes and keys, the nearest context first."""
        parts: list[Part] = []
        shown = [c for c in dict.fromkeys((*self._contexts, "app")) if c in CONTEXTS]
        column = min(max((len(self._keys(a)) for c in shown for a in in_context(c)), default=8), 24)
        for context in shown:
            parts += [(CONTEXTS[context], "bold $accent"), "\n"]
            if purpose := PURPOSES.get(context):
                parts += [purpose, "\n\n"]
            for action in in_context(context):
                parts += self._line(self._keys(action), action.description, column, width)
            if context == "edit":
                for keys, description in EDITING:
                    name = key_name(keys, all_keys=True)
                    parts += self._line(name, description, column, width)
            parts.append("\n")
        parts += [("How saving works", "bold $accent"), "\n", SAVING, "\n"]
        return assemble(*parts)

    def _keys(self, action: Action) -> str:
        return key_name(self.trainer_app.keys_of(action), all_keys=True)

    def _line(self, keys: str, words: str, column: int, width: int) -> list[Part]:
        gap = " " * max(column - len(keys), 0)
        room = width - column - 4
        lines = textwrap.wrap(words, max(room, 20))
        return [f"  {gap}", (keys, "bold"), "  ", f"\n{' ' * (column + 4)}".join(lines), "\n"]

    def action_back(self) -> None:
        """Back."""
        self.dismiss(None)
