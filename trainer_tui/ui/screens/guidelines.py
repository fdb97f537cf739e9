"""The guidelines of a batch, rendered; and what has changed in them, until it was read."""

from typing import ClassVar

from textual.content import Content
from textual.visual import VisualType

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.guidelines import Change
from trainer_tui.domain.task import BatchHead
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.reading import ReadingPage
from trainer_tui.ui.screens.preview import MOST_CHARACTERS, Dressed
from trainer_tui.ui.screens.versions import compared
from trainer_tui.ui.text import Part, assemble, markdown, plain_line, shown_line


class GuidelinesScreen(ReadingPage[None]):
    """Begins with what is unread, where there is something; else with the whole text."""

    CONTEXT = "guidelines"
    CSS_PATH = "guidelines.tcss"
    BINDINGS: ClassVar = bindings("guidelines")
    TITLE_WORDS = "Guidelines"

    def __init__(self, batch: BatchHead, change: Change | None, *, unread: bool) -> None:
        super().__init__()
        self._batch, self._change, self._unread = batch, change, unread
        self._comparing = unread

    def on_mount(self) -> None:
        """Name what is shown."""
        self._caption()

    def place(self) -> str:
        """The batch."""
        return f"{self.TITLE_WORDS} · {self._batch.title}"

    def why_not(self, verb: str) -> str | None:
        """Say why something is not possible now."""
        match verb:
            case "acknowledge" if not self._unread:
                return "Nothing in these guidelines is new to you."
            case "acknowledge" if self.workstation.read_only:
                return "This window is read-only; close the other one first."
            case "diff" if self._change is None:
                return "These guidelines have not changed since they were imported."
        return None

    def _require(self, verb: str) -> None:
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    def _caption(self) -> None:
        new = self._batch.guidelines
        title = f"Guidelines, version {new.label}"
        if self._comparing and self._change is not None:
            old = self._change.old
            title = f"Changed since version {old.label}" if old else f"New: version {new.label}"
        self.sheet.border_title = plain_line(title)
        cut = len(new.text) > MOST_CHARACTERS
        rest = f"the first {MOST_CHARACTERS:,} characters" if cut else ""
        self.sheet.border_subtitle = plain_line(rest)

    def text(self, width: int) -> VisualType:
        """What has changed, or the whole as its Markdown reads."""
        if self._comparing and self._change is not None:
            return self._difference(self._change)
        text = self._batch.guidelines.text
        if not text.strip():
            return plain_line("This batch has no guidelines.")
        return Dressed(
            markdown(
                text[:MOST_CHARACTERS],
                "ansi_dark" if self.app.current_theme.dark else "ansi_light",
            ),
            self.app.theme_variables,
        )

    def _difference(self, change: Change) -> Content:
        old, new = change.old, change.new
        parts: list[Part] = []
        if self._unread:
            since = "since you read them last" if old else "and what you read last is not kept"
            parts += [
                (f"The guidelines have changed {since}.", "bold $warning"),
                f"\nThis is version {shown_line(new.label)}. Until you say that you have read it, ",
                "your work counts as written under the version before, and you are asked again ",
                "at the next task.\n\n",
            ]
        lines = assemble(*compared(old.text if old else "", new.text))
        return assemble(*parts, lines[:MOST_CHARACTERS])

    def action_acknowledge(self) -> None:
        """Remember that the trainer has read what changed."""
        self._require("acknowledge")
        self.workstation.guidelines.acknowledge(self._batch.id)
        self.dismiss(None)

    def action_diff(self) -> None:
        """Show what changed last, or the whole text."""
        self._require("diff")
        self._comparing = not self._comparing
        self._caption()
        self.show_text()
        self.sheet.scroll_home(animate=False)

    def action_back(self) -> None:
        """Back; what is unread stays unread."""
        self.dismiss(None)
