"""What a task asks for: instructions, rules, guidelines, content warning."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer_tui.domain.rules import describe
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.ui.text import Part, assemble, plain, shown_line
from trainer_tui.ui.words import counted, facts

LONGEST = 20_000
"""Characters of one text that the brief shows: laying out a megabyte would hold up the cursor."""


class Brief(VerticalScroll, can_focus=True):
    """The brief of one task; covered until asked for when it carries a content warning."""

    DEFAULT_CSS = """
    Brief {
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        padding: 0 1;
        & > Static { height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None, with_prompts: bool = True) -> None:
        super().__init__(id=id)
        self._with_prompts = with_prompts
        self._shown: tuple[str, bool] | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="brief-text", markup=False)

    def show(self, task: Task | None, batch: BatchHead | None, *, revealed: bool = False) -> None:
        """Show another task; `revealed`: the trainer has asked to see a covered text."""
        key = (task.id, revealed) if task else ("", revealed)
        if task is None or batch is None:
            self.query_one(Static).update(plain(""))
            self._shown = None
            return
        if key == self._shown:
            return
        self._shown = key
        covered = bool(task.warnings) and not revealed
        self.query_one(Static).update(self._text(task, batch, covered=covered))
        self.scroll_home(animate=False)

    def _text(self, task: Task, batch: BatchHead, *, covered: bool) -> Content:
        parts: list[Part] = [
            (shown_line(task.title[:LONGEST]), "bold"),
            "\n",
            (shown_line(facts(task, batch.language)), "$foreground-muted"),
            "\n",
        ]
        if task.warnings:
            parts.append((f"⚠ {shown_line(', '.join(task.warnings))}\n", "bold $warning"))
        if not task.workable:
            parts.append(("This kind of task is not yet workable here.\n", "$warning"))
        if task.rules:
            rules = "  ·  ".join(shown_line(describe(data)[:LONGEST]) for data in task.rules)
            parts += [("\nRules  ", "bold $accent"), rules, "\n"]
        if covered:
            parts.append(("\nThe text is covered. Press space to read it, or skip: ", "$warning"))
            parts.append(("skipping never counts against you.\n", "$warning"))
            return assemble(*parts)
        parts += ["\n", task.instructions, "\n"]
        if self._with_prompts:
            for message in task.context:
                parts += _said(message.role.value, message.content)
            for number, prompt in enumerate(task.prompts, 1):
                label = "prompt" if len(task.prompts) == 1 else f"prompt {number}"
                parts += _said(label, prompt)
        if batch.guidelines.text:
            title = f"Guidelines, version {shown_line(batch.guidelines.version)}"
            parts += ["\n", (title, "bold $accent"), "\n", batch.guidelines.text, "\n"]
        if batch.rubric:
            parts += ["\n", ("Judged 1 to 7 on", "bold $accent"), "\n"]
            for scale in batch.rubric:
                parts += [
                    (f"{shown_line(scale.name)}  ", "bold"),
                    scale.description,
                    "\n",
                ]
        return assemble(*parts)


def _said(who: str, text: str) -> list[Part]:
    parts: list[Part] = ["\n", (who, "bold $accent"), "\n"]
    parts += [text[:LONGEST], "\n"]
    if len(text) > LONGEST:
        rest = counted(len(text) - LONGEST, "character")
        parts.append((f"… and {rest} more, to be read when the task is open\n", "$warning"))
    return parts
