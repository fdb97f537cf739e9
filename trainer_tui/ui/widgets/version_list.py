"""The versions of a draft, the newest first; a minute of typing is one line until it is opened."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.text import words
from trainer_tui.ui.text import segment
from trainer_tui.ui.widgets.cursor_list import CursorList
from trainer_tui.ui.words import day_and_time, time_of_day

CAUSES = {
    Cause.TYPING: "typing",
    Cause.PASTE: "paste",
    Cause.EDITOR: "own editor",
    Cause.TURN: "turn",
    Cause.LEAVE: "left",
    Cause.RESTORE: "restored",
    Cause.CORRECT: "correction",
}


class Line(NamedTuple):
    """One line of the list."""

    version: Version
    group: int
    """Number of the group's newest version, which names it."""
    folded: int
    """How many older versions of the group this line stands for."""
    inside: bool
    """Whether it is a line of an opened group, but not its first."""


def words_of(draft: Draft, given: int) -> int:
    """Count the words of all responses and of the prompts that are not given."""
    own = sum(words(pair.prompt) for pair in draft.pairs[given:])
    return own + sum(words(pair.response) for pair in draft.pairs)


class VersionList(CursorList, inherit_bindings=False):
    """Versions with a cursor; words are counted only for the lines in sight."""

    COMPONENT_CLASSES = {"version-list--cursor", "version-list--dim"}
    DEFAULT_CSS = """
    VersionList {
        & > .version-list--cursor { background: $surface-lighten-2; }
        &:focus > .version-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        & > .version-list--dim { color: $text-muted; }
    }
    """

    class VersionHighlighted(Message):
        """The cursor came to rest on a version."""

        def __init__(self, version: Version) -> None:
            self.version = version
            super().__init__()

    class VersionChosen(Message):
        """A version was clicked twice."""

    def __init__(
        self, versions: Sequence[Version], *, given: int = 0, id: str | None = None
    ) -> None:
        """Make the list; `given`: how many prompts the task gives, whose words do not count."""
        super().__init__(id=id)
        self._given = given
        self._versions = tuple(reversed(versions))
        self._older = {new.number: old for new, old in zip(versions[1:], versions, strict=False)}
        self._opened: set[int] = set()
        self._counts: dict[int, int] = {}
        self._days = len({v.saved_at.astimezone().date() for v in versions}) > 1
        self.lines: list[Line] = []
        self._lay_out()

    @property
    def current(self) -> Version:
        """The version under the cursor."""
        return self.lines[self.cursor].version

    def _lay_out(self) -> None:
        self.lines = []
        for _, together in groupby(self._versions, _minute):
            group = list(together)
            name, rest = group[0].number, group[1:]
            opened = name in self._opened
            self.lines.append(Line(group[0], name, 0 if opened else len(rest), False))
            if opened:
                self.lines += [Line(version, name, 0, True) for version in rest]
        self.virtual_size = Size(self.size.width, len(self.lines))

    def on_mount(self) -> None:
        """Tell where the cursor is."""
        self.cursor_rests()

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def cursor_rests(self) -> None:
        """Tell where the cursor is."""
        self.post_message(self.VersionHighlighted(self.current))

    def chosen(self) -> None:
        """Tell that a version was clicked twice."""
        self.post_message(self.VersionChosen())

    def toggle(self) -> bool:
        """Open or close the group under the cursor; return whether there is one."""
        here = self.lines[self.cursor]
        group = here.group
        if not here.folded and sum(line.group == group for line in self.lines) == 1:
            return False
        self._opened ^= {group}
        self._lay_out()
        self.go_to(next(i for i, line in enumerate(self.lines) if line.group == group))
        return True

    def render_line(self, y: int) -> Strip:
        """Format one visible line."""
        index, base = y + self.scroll_offset.y, self.rich_style
        width = self.scrollable_content_region.width
        if index >= len(self.lines):
            return Strip.blank(width, base)
        line = self.lines[index]
        dim = self.get_component_rich_style("version-list--dim")
        if index == self.cursor:
            base = dim = self.get_component_rich_style("version-list--cursor")
        return Strip(self._segments(line, width, base, dim)).crop(0, width)

    def _segments(self, line: Line, width: int, base: Style, dim: Style) -> list[Segment]:
        version = line.version
        at = (day_and_time if self._days else time_of_day)(version.saved_at)
        if line.inside:
            at = f"  {version.saved_at.astimezone():%H:%M:%S}"
        count, older = self._count(version), self._older.get(version.number)
        if line.folded:
            older = self._older.get(version.number - line.folded)
        change = count - self._count(older) if older else count
        shown = f"{change:+,}".replace("-", "−") if change else "±0"
        more = f" ▸{line.folded + 1}" if line.folded else ""
        left = f" {at:<{12 if self._days else 8}} {CAUSES[version.cause]}{more}"
        right = f"{count:,} words {shown:>6} "
        if cell_len(left) + cell_len(right) > width:
            right = f"{count:,}w {shown:>5} "
        room = max(width - cell_len(right), 0)
        return [segment(set_cell_size(left, room), base), segment(right, dim)]

    def _count(self, version: Version) -> int:
        if version.number not in self._counts:
            self._counts[version.number] = words_of(version.draft, self._given)
        return self._counts[version.number]


def _minute(version: Version) -> tuple[object, ...]:
    """Typing within a minute is one group, any other version its own."""
    if version.cause is not Cause.TYPING:
        return (version.number,)
    return (version.draft.id, version.saved_at.replace(second=0, microsecond=0))
