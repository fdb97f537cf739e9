"""What a task asks for: instructions, rules, guidelines, content warning."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from trainer_tui.domain.rules import describe
from trainer_tui.domain.task import BatchHead, Guidelines, Task
from trainer_tui.ui.text import Part, assemble, plain, shown_line
from trainer_tui.ui.words import counted, facts

LONGEST = 20_000
"""Characters of one text that the brief shows: laying out a megabyte would hold up the cursor."""


class Brief(ScrollView, can_focus=True):
    """The brief of one task; covered until asked for when it carries a content warning.

    Wraps its text once for a width: as a widget within a container it would be wrapped
    and laid out twice at every step of the list's cursor.
    """

    DEFAULT_CSS = """
    Brief {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        padding: 0 1;
    }
    """

    def __init__(self, *, id: str | None = None, with_prompts: bool = True) -> None:
        super().__init__(id=id)
        self._with_prompts = with_prompts
        self._shown: tuple[Task, Guidelines, object, bool, str] | None = None
        self._content = plain("")
        self._strips: list[Strip] | None = None
        self._width = 0
        """Cells for which the text is wrapped."""

    @property
    def task_id(self) -> str | None:
        """The task whose brief is shown."""
        return self._shown[0].id if self._shown else None

    def show(
        self,
        task: Task | None,
        batch: BatchHead | None,
        *,
        revealed: bool = False,
        hints: Sequence[str] = (),
        claim: str = "",
    ) -> None:
        """Show another task, or what is new about this one.

        Args:
            task: The task, None for nothing.
            batch: Its batch.
            revealed: Whether the trainer has asked to see a covered text.
            hints: Why earlier work like this came back.
            claim: For how long it is still this trainer's, a sentence.
        """
        before = self.task_id
        if task is None or batch is None:
            self._shown = None
            self._content = plain("")
        else:
            shown = (task, batch.guidelines, batch.rubric, revealed, claim)
            if self._shown == shown:
                return
            self._shown = shown
            covered = bool(task.warnings) and not revealed
            self._content = self._text(task, batch, covered=covered, hints=hints, claim=claim)
        self._lay_out()
        if before is None or before != self.task_id:
            self.scroll_home(animate=False)

    def render(self) -> Content:
        """Return the whole text, which is also what a selection takes its part of."""
        return self._content

    def render_line(self, y: int) -> Strip:
        """Return one visible line."""
        row = y + self.scroll_offset.y
        lines = self._lines()
        return lines[row] if row < len(lines) else Strip.blank(self._width, self.rich_style)

    def _lines(self) -> list[Strip]:
        if self._strips is None:
            self._strips = Visual.to_strips(
                self, self._content, self._width, None, self.visual_style, pad=True
            )
        return self._strips

    def _lay_out(self) -> None:
        self._strips = None
        self._width = self.scrollable_content_region.width
        if self._width:
            # The size of the widget does not depend on it: nothing else moves.
            self.set_reactive(Brief.virtual_size, Size(self._width, len(self._lines())))
            self._scroll_update(self.virtual_size)
            self.refresh()

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self.scrollable_content_region.width != self._width:
            self._lay_out()
        return changed

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint what is selected by mouse."""
        self._strips = None
        super().selection_updated(selection)

    def notify_style_update(self) -> None:
        """The style sheet or the focus has changed."""
        self._strips = None
        super().notify_style_update()

    def _text(
        self, task: Task, batch: BatchHead, *, covered: bool, hints: Sequence[str], claim: str
    ) -> Content:
        parts: list[Part] = [
            (shown_line(task.title[:LONGEST]), "bold"),
            "\n",
            (shown_line(facts(task, batch.language)), "$foreground-muted"),
            "\n",
        ]
        if task.warnings:
            parts.append((f"⚠ {shown_line(', '.join(task.warnings))}\n", "bold $warning"))
        if claim:
            parts.append((f"◷ {shown_line(claim)}\n", "$warning"))
        if not task.workable:
            parts.append(("This kind of task is not yet workable here.\n", "$warning"))
        if task.rules:
            rules = "  ·  ".join(shown_line(describe(data)[:LONGEST]) for data in task.rules)
            parts += [("\nRules  ", "bold $accent"), rules, "\n"]
        for hint in hints:
            parts += [("\n! ", "bold $warning"), shown_line(hint)]
        parts += ["\n"] * bool(hints)
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
            title = f"Guidelines, version {shown_line(batch.guidelines.label)}"
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
