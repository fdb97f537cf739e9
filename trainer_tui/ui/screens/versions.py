"""The versions of a task's drafts: read one, compare it, choose it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from trainer_tui.domain.draft import Draft, Version
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.differences import differences
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import Part, assemble, plain, plain_line
from trainer_tui.ui.widgets.version_list import VersionList
from trainer_tui.ui.words import counted, day_and_time

MOST_CHARACTERS = 60_000
"""Painting more of one text would keep the trainer waiting between two versions."""
CONTEXT_LINES = 2
"""Unchanged lines shown around a change."""

_MARKS = {"same": ("  ", ""), "removed": ("− ", "$error"), "added": ("+ ", "$success")}
_TAKEN_OUT = ("changed", "removed")
_STYLES = {"same": "", "removed": "strike $text-error", "added": "underline $text-success"}


class VersionsScreen(Page[Version | None]):
    """Returns the version that was chosen, which the caller restores, or None."""

    CONTEXT = "versions"
    CSS_PATH = "versions.tcss"
    BINDINGS: ClassVar = bindings("versions")
    TITLE_WORDS = "Versions"
    AUTO_FOCUS = "VersionList"

    def __init__(self, task_id: str, versions: Sequence[Version], can_restore: bool = True) -> None:
        super().__init__()
        self._task_id, self._can_restore = task_id, can_restore
        self._versions = tuple(versions)
        self._comparing = False

    def content(self) -> ComposeResult:
        """The list and the text."""
        with Horizontal():
            tasks = self.workstation.tasks
            known = self._task_id in tasks
            given = len(tasks.task(self._task_id).prompts) if known else 0
            versions = VersionList(self._versions, given=given, id="versions")
            versions.border_title = "Versions"
            versions.border_subtitle = plain_line(counted(len(self._versions), "version"))
            yield versions
            with VerticalScroll(id="sheet", can_focus=False):
                yield Static(id="text", markup=False)

    def place(self) -> str:
        """The task whose versions these are."""
        tasks = self.workstation.tasks
        return tasks.task(self._task_id).title if self._task_id in tasks else self._task_id

    def why_not(self, verb: str) -> str | None:
        """Restoring may not be possible for this task."""
        if verb == "restore" and not self._can_restore:
            return "This task cannot be written now, so nothing can be restored."
        return None

    @on(VersionList.VersionHighlighted)
    def _highlighted(self) -> None:
        self._show()

    def _show(self) -> None:
        version, newest = self.query_one(VersionList).current, self._versions[-1]
        sheet = self.query_one("#sheet", VerticalScroll)
        title = day_and_time(version.saved_at)
        if not self._comparing:
            text = plain(written(version.draft))
        elif version is newest:
            unchanged = "This is the newest version: nothing changed since."
            text = assemble((unchanged, "$foreground-muted"))
        else:
            text = assemble(*compared(written(version.draft), written(newest.draft)))
            title += " compared with now"
        sheet.border_title = plain_line(title)
        if len(text.plain) > MOST_CHARACTERS:
            text = text[:MOST_CHARACTERS]
            sheet.border_subtitle = plain_line(f"the first {MOST_CHARACTERS:,} characters")
        else:
            sheet.border_subtitle = ""
        self.query_one("#text", Static).update(text)
        sheet.scroll_home(animate=False)

    def action_down(self) -> None:
        """One version back in time."""
        versions = self.query_one(VersionList)
        versions.go_to(versions.cursor + 1)

    def action_up(self) -> None:
        """One version forward in time."""
        versions = self.query_one(VersionList)
        versions.go_to(versions.cursor - 1)

    def action_first(self) -> None:
        """Go to the newest version."""
        self.query_one(VersionList).go_to(0)

    def action_last(self) -> None:
        """Go to the oldest version."""
        self.query_one(VersionList).go_to(len(self._versions))

    def action_expand(self) -> None:
        """Show each version of a group, or only its newest."""
        if not self.query_one(VersionList).toggle():
            raise NotAllowed("this line stands for one version only")

    def action_page_down(self) -> None:
        """Scroll the text down."""
        self.query_one("#sheet").scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll the text up."""
        self.query_one("#sheet").scroll_page_up(animate=False)

    def action_diff(self) -> None:
        """Show what changed since this version, or the version itself."""
        self._comparing = not self._comparing
        self._show()

    @on(VersionList.VersionChosen)
    def action_restore(self) -> None:
        """Choose the version under the cursor."""
        if reason := self.why_not("restore"):
            raise NotAllowed(reason)
        self.dismiss(self.query_one(VersionList).current)

    def action_back(self) -> None:
        """Back without a change."""
        self.dismiss(None)


def written(draft: Draft) -> str:
    """Write a draft as one text with its parts named."""
    several = len(draft.pairs) > 1
    parts = []
    for number, pair in enumerate(draft.pairs, 1):
        mark = f" {number}" if several else ""
        parts += [
            f"── prompt{mark} ──",
            pair.prompt,
            "",
            f"── response{mark} ──",
            pair.response,
            "",
        ]
    if draft.note:
        parts += ["── note ──", draft.note]
    return "\n".join(parts).rstrip("\n")


def compared(old: str, new: str) -> Iterator[Part]:
    """Write the differences of two texts; long stretches without one are left out."""
    blocks = differences(old, new)
    for place, block in enumerate(blocks):
        if block.kind == "same":
            first, last = place == 0, place == len(blocks) - 1
            yield from _unchanged(block.pieces[0].text.split("\n"), first=first, last=last)
            continue
        mark, color = ("± ", "$warning") if block.kind == "changed" else _MARKS[block.kind]
        yield (mark, f"bold {color}")
        for piece in block.pieces:
            # Brackets, since not every terminal strikes text through.
            before, after = ("[-", "-]") if (block.kind, piece.kind) == _TAKEN_OUT else ("", "")
            for number, line in enumerate(f"{before}{piece.text}{after}".split("\n")):
                if number:
                    yield "\n"
                    yield (mark, f"bold {color}")
                yield (line, _STYLES[piece.kind])
        yield "\n"


def _unchanged(lines: list[str], *, first: bool, last: bool) -> Iterator[Part]:
    head = 0 if first else CONTEXT_LINES
    tail = 0 if last else CONTEXT_LINES
    left_out = len(lines) - head - tail
    if left_out > 2:
        kept = [*lines[:head], None, *lines[len(lines) - tail :]]
    else:
        kept = [*lines]
    for line in kept:
        if line is None:
            yield (f"  ⋯ {counted(left_out, 'line')} the same\n", "$foreground-muted")
        else:
            yield f"  {line}\n"
