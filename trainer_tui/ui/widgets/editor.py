"""The editor in which prompts and responses are written."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.document._document import EditResult, Selection
from textual.geometry import Size
from textual.message import Message
from textual.widgets import TextArea

from trainer_tui.domain.draft import PasteSource
from trainer_tui.domain.text import (
    Notice,
    clean,
    grapheme_end,
    grapheme_start,
    normalize_newlines,
)
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.text import is_text, plain
from trainer_tui.ui.widgets.finding import Found, Matches
from trainer_tui.ui.widgets.marked_area import MarkedArea
from trainer_tui.ui.widgets.paste_area import Location


@dataclass(frozen=True)
class ViewState:
    """Where someone was in a text: enough to come back to the same sight of it."""

    cursor: Location = (0, 0)
    anchor: Location = (0, 0)
    """The other end of the selection."""
    scroll: int = 0
    """The first row in view."""


class Editor(MarkedArea):
    """Holds a text exactly, shows what is hidden in it, and moves by what people call characters.

    Escape and tab are left to the screen. Keys bound to the editor's own actions are acted on
    in the order they come, so that a burst of keys does what the same keys do one by one.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("edit")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor--match",
        "editor--current-match",
    }

    DEFAULT_CSS = """
    Editor {
        & .editor--match {
            background: $warning 30%;
            text-style: underline;
        }
        & .editor--current-match {
            background: $warning;
            color: $background;
            text-style: bold underline;
        }
    }
    """

    @dataclass
    class Edited(TextArea.Changed):
        """The text changed, by whatever means. Ask the editor for it when needed, not each time."""

        @property
        def editor(self) -> "Editor":
            """The editor whose text changed."""
            assert isinstance(self.text_area, Editor)
            return self.text_area

        def can_replace(self, message: Message) -> bool:
            """Changes not yet looked at are told once."""
            return isinstance(message, Editor.Edited) and message.text_area is self.text_area

    Changed = Edited

    @dataclass
    class Pasted(Message):
        """A text was pasted; the notice says what was changed on its way in."""

        editor: "Editor"
        notice: Notice
        start: Location
        characters: int
        source: PasteSource

        @property
        def control(self) -> "Editor":
            """The editor that was pasted into."""
            return self.editor

    @dataclass
    class EdgeReached(Message):
        """The cursor was to move up from the very start, or down from the very end."""

        editor: "Editor"
        direction: Literal["up", "down"]

        @property
        def control(self) -> "Editor":
            """The editor whose edge it is."""
            return self.editor

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        read_only: bool = False,
        grow: tuple[int, int] | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Make an editor.

        Args:
            text: The text to begin with, held as it is; `load` is the way to have line
                endings normalized and be told.
            placeholder: What to show while there is no text; never read as markup.
            read_only: Show and copy only.
            grow: The least and the most rows, border included, between which the height
                follows the text; None leaves the height to the style sheet.
            name: The name of the widget.
            id: The id of the widget.
            classes: The style classes of the widget.
            disabled: Whether the widget takes no input.
        """
        self._matches = Matches()
        self._wanted_view: ViewState | None = None
        super().__init__(
            text,
            placeholder=plain(placeholder),
            read_only=read_only,
            max_checkpoints=1000,
            name=name,
            id=id,
            classes=classes,
            disabled=disabled,
        )
        if grow is not None:
            self.styles.height = "auto"
            self.styles.min_height, self.styles.max_height = grow

    def validate_placeholder(self, placeholder: str | Content) -> Content:
        """A placeholder is text, whoever sets it."""
        return plain(placeholder) if isinstance(placeholder, str) else placeholder

    # Text in and out

    def load(self, text: str, cursor: Location = (0, 0), scroll: int = 0) -> Notice:
        """Begin another text: the undo history is cleared, since it belongs to the last one.

        Returns:
            What was normalized: CRLF and CR became newlines; all else is kept as it is.
        """
        text, notice = normalize_newlines(text)
        self._matches = Matches()
        self.load_text(text)
        self.restore_view(ViewState(cursor, cursor, scroll))
        return notice

    def replace_all(self, text: str) -> Notice:
        """Put another text in place of the whole, as one step that can be undone.

        The cursor stays where it was as far as that exists. Control characters are left
        out as from a paste.
        """
        text, notice = clean(text)
        if text != self.text:
            cursor = self.selection.end
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()
            self.move_cursor(self.settled(cursor))
        return notice

    def view_state(self) -> ViewState:
        """Where the cursor and the scroll position are now."""
        if self._wanted_view is not None:
            return self._wanted_view
        return ViewState(self.selection.end, self.selection.start, round(self.scroll_y))

    def restore_view(self, view: ViewState) -> None:
        """Go back to where someone was, as far as the text still has that place."""
        self.selection = Selection(self.settled(view.anchor), self.settled(view.cursor))
        if not self.wrap_width:
            # Rows are not known before the first layout.
            self._wanted_view = view
            return
        self._wanted_view = None
        self.record_cursor_width()
        self.scroll_to(y=view.scroll, animate=False, force=True)
        self.scroll_cursor_visible()

    def _on_resize(self) -> None:
        # The handler of the parent runs after this one and wraps anew.
        self.call_next(self._settle_after_resize)

    def _settle_after_resize(self) -> None:
        if self._wanted_view is not None and self.wrap_width:
            self.restore_view(self._wanted_view)
        elif self.has_focus:
            self.scroll_cursor_visible()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that the text takes at a width, so that the height can follow it."""
        wrapping = self.wrapping
        wrap_width = width - self.gutter_width - 1
        if wrap_width <= 0 or wrap_width == wrapping._width:
            return wrapping.height
        lines = range(self.document.line_count)
        return sum(len(wrapping.breaks(wrapping.shown(line), wrap_width)) + 1 for line in lines)

    # Keys and pastes

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Every character is text, also one that shows nothing by itself."""
        return not self.read_only and is_text(character)

    async def _on_key(self, event: events.Key) -> None:
        if self.check_consume_key(event.key, event.character):
            event.stop()
            event.prevent_default()
            self._restart_blink()
            self._replace_via_keyboard(event.character or "", *self.selection)
            return
        # An action bound to a key is otherwise run by the app, after the key has traveled up
        # to it: characters typed right behind the key would be inserted before it acts.
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.paste(event.text)

    def action_paste(self) -> None:
        """Paste what was copied last in this program."""
        self.paste(self.app.clipboard)

    def paste(self, text: str) -> None:
        """Insert a text from outside over the selection, as one step that can be undone."""
        if self.read_only or not text:
            return
        text, notice = clean(text)
        self.history.checkpoint()
        start, source = self.insert_pasted(text)
        self.history.checkpoint()
        self.post_message(self.Pasted(self, notice, start, len(text), source))

    def action_undo(self) -> None:
        """Undo the last edits."""
        if not self.read_only:
            self.undo()

    def action_redo(self) -> None:
        """Redo the edits undone last."""
        if not self.read_only:
            self.redo()

    # Graphemes

    def _delete_via_keyboard(self, start: Location, end: Location) -> EditResult | None:
        """Delete whole graphemes: half of one is another text, not a shorter one."""
        if start == end:
            return None
        (line, column), (last, behind) = sorted((start, end))
        column = grapheme_start(self.document.get_line(line), column)
        if last < self.document.line_count:
            behind = grapheme_end(self.document.get_line(last), behind)
        return super()._delete_via_keyboard((line, column), (last, behind))

    def get_cursor_left_location(self) -> Location:
        """The start of the grapheme before the cursor."""
        line, column = super().get_cursor_left_location()
        return line, grapheme_start(self.document.get_line(line), column)

    def get_cursor_right_location(self) -> Location:
        """The end of the grapheme at the cursor."""
        line, column = super().get_cursor_right_location()
        return line, grapheme_end(self.document.get_line(line), column)

    def get_cursor_word_left_location(self) -> Location:
        """The start of the word before the cursor."""
        line, column = super().get_cursor_word_left_location()
        return line, grapheme_start(self.document.get_line(line), column)

    def get_cursor_word_right_location(self) -> Location:
        """The end of the word at the cursor."""
        line, column = super().get_cursor_word_right_location()
        return line, grapheme_end(self.document.get_line(line), column)

    def action_start(self) -> None:
        """Go to the start of the text."""
        self.move_cursor((0, 0))

    def action_end(self) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end)

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up; at the very start tell that there is no more."""
        if self.selection == Selection() and not select:
            self.post_message(self.EdgeReached(self, "up"))
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down; at the very end tell that there is no more."""
        if self.selection == Selection.cursor(self.document.end) and not select:
            self.post_message(self.EdgeReached(self, "down"))
        super().action_cursor_down(select)

    # Finding

    def find(self, query: str) -> Found:
        """Mark all occurrences of a literal text and select the one at or after the cursor.

        A capital letter in the query makes case count. A query that grows stays where it
        is as long as the place still matches. An empty query ends the search.
        """
        self._matches = Matches.of(query, self.document.lines)
        if self._matches.all:
            return self._select_match(self._matches.at_or_after(min(self.selection)))
        self._repaint()
        return Found()

    def find_next(self) -> Found:
        """Select the next occurrence, around the end to the first."""
        if not self._matches.all:
            return Found()
        start, end = sorted(self.selection)
        return self._select_match(self._matches.at_or_after(end if self._at_match() else start))

    def find_previous(self) -> Found:
        """Select the occurrence before, around the start to the last."""
        if not self._matches.all:
            return Found()
        return self._select_match(self._matches.before(min(self.selection)))

    def end_find(self) -> None:
        """Mark nothing any more; the selection stays."""
        self._matches = Matches()
        self._repaint()

    def action_find_next(self) -> None:
        """Select the next occurrence."""
        self.find_next()

    def action_find_previous(self) -> None:
        """Select the occurrence before."""
        self.find_previous()

    def _at_match(self) -> bool:
        start, end = sorted(self.selection)
        found = self._matches
        match = found.all[found.at_or_after(start)] if found.all else None
        return match == (*start, end[1]) and start[0] == end[0]

    def _select_match(self, index: int) -> Found:
        line, start, end = self._matches.all[index]
        self.selection = Selection((line, start), (line, end))
        self.record_cursor_width()
        return Found(index + 1, len(self._matches.all))

    def document_changed(self) -> None:
        """Find anew what is marked."""
        if self._matches.query:
            self._matches = Matches.of(self._matches.query, self.document.lines)

    def line_spans(self, line: int) -> list[tuple[int, int, str]]:
        """The marks and matches of a line, and its part of the selection."""
        spans, marks = super().line_spans(line), len(self.marked(line))
        found = self._matches.by_line.get(line, ())
        if not found:
            return spans
        selection = spans[marks:]
        spans = [*spans[:marks], *((start, end, "match") for start, end in found)]
        if self._at_match() and line == self.selection.end[0]:
            return [*spans, *((start, end, "current") for start, end, _ in selection)]
        return spans + selection

    def style_names(self) -> dict[str, Style | None]:
        """The styles of the parent and those of matches."""
        return {
            **super().style_names(),
            "match": self.get_component_rich_style("editor--match"),
            "current": self.get_component_rich_style("editor--current-match"),
        }
