"""A text area that repaints only the rows whose content changed, so that a key costs one row."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple, Self

from rich.cells import cell_len
from rich.style import Style
from textual.cache import LRUCache
from textual.content import Content
from textual.document._document import EditResult, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.dom import NoScreen
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style as ContentStyle
from textual.widget import Widget
from textual.widgets import TextArea

from trainer_tui.domain.text import grapheme_end, grapheme_start
from trainer_tui.ui.text import plain, segment
from trainer_tui.ui.widgets.wrapping import ExactDocument, Wrapping


class Span(NamedTuple):
    """A part of a row that is drawn in another style; a later one wins over an earlier."""

    start: int
    end: int
    style: str


class Row(NamedTuple):
    """All that the look of one row depends on, apart from styles and width."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    in_cursor_line: bool = False
    placeholder: int = 0
    """The number of the placeholder line shown here, from 1; 0 for the document."""


_BEYOND_THE_END = Row()


class RowArea(TextArea):
    """A soft-wrapped text area without syntax, line numbers, suggestions or bracket matching.

    What each row on the screen looked like when drawn is remembered as a `Row`; after an
    edit or a move the rows are derived again and only those that differ are refreshed.
    No reasoning about what an edit may have touched is needed, nor can it be wrong.
    """

    selection = reactive(Selection(), init=False, always_update=True, repaint=False)
    """The selection; its watcher repaints the rows it changes, hence no repaint by itself."""

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: Content | None = None,
        read_only: bool = False,
        max_checkpoints: int = 50,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        self._drawn: dict[int, Row] = {}
        self._strips: LRUCache[tuple[Row, int], Strip] = LRUCache(1024)
        self._styles_in_use: dict[str, Style | None] = {}
        self._mixed_styles: dict[tuple[str, ...], Style] = {}
        self._styles_stale = True
        self._row_width = 0
        self._holding = False
        super().__init__(
            text,
            placeholder=placeholder or "",
            read_only=read_only,
            max_checkpoints=max_checkpoints,
            highlight_cursor_line=False,
            name=name,
            id=id,
            classes=classes,
            disabled=disabled,
        )
        self.set_reactive(TextArea.cursor_blink, False)
        self.set_reactive(TextArea.match_cursor_bracket, False)

    def _on_unmount(self) -> None:
        """Be forgotten by the app and the screen, which would hold every area there was.

        The app would until its theme changes, the screen until it closes.
        """
        watchers = getattr(self.app, "__watchers", {}).get("theme", [])
        watchers[:] = [(node, callback) for node, callback in watchers if node is not self]
        with suppress(NoScreen):
            self.screen.text_selection_started_signal.unsubscribe(self)

    # Document and wrapping

    @property
    def wrapping(self) -> Wrapping:
        """The rows of the document."""
        assert isinstance(self.wrapped_document, Wrapping)
        return self.wrapped_document

    @property
    def is_blank(self) -> bool:
        """Whether the document is empty, without joining it."""
        return self.document.line_count == 1 and not self.document.get_line(0)

    def _set_document(self, text: str, language: str | None) -> None:
        document = ExactDocument(text)
        self.document = document
        self.wrapped_document = Wrapping(document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.selection = Selection()
        self._rewrap_and_refresh_virtual_size()
        self.refresh()

    def _watch_language(self, language: str | None) -> None:
        """There are none; the parent would build the document a second time."""

    def _build_highlight_map(self) -> None:
        """There is no syntax, and no row cache that an edit makes stale."""

    def _rewrap_and_refresh_virtual_size(self) -> None:
        wrapping, width = self.wrapping, self.wrap_width
        if (wrapping._width, wrapping._tab_width) != (width, self.indent_width):
            wrapping.wrap(width, tab_width=self.indent_width)
        self._refresh_size()
        self._repaint()

    def _refresh_size(self) -> None:
        size = Size(0, self.wrapping.height)
        if size != self.virtual_size:
            if self.is_mounted and not self.styles.auto_dimensions:
                # The place on the screen stays as it is: no layout, only another scroll range.
                self.set_reactive(Widget.virtual_size, size)
                self._scroll_update(size)
                return
            self.virtual_size = size
        self._refresh_scrollbars()

    # Changes

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        if not self.is_mounted:
            return
        self.app.clear_selection()
        self.scroll_cursor_visible()
        self.app.cursor_position = self.cursor_screen_offset
        self._repaint()
        if previous_selection != selection:
            self.post_message(self.SelectionChanged(selection, self))

    def edit(self, edit: Edit) -> EditResult:
        """Perform an edit and repaint the rows it changed."""
        self._holding = True
        try:
            result = edit.do(self)
            self.history.record(edit)
            self.wrapping.wrap_range(edit.top, edit.bottom, result.end_location)
            self._refresh_size()
            edit.after(self)
            self.document_changed()
        finally:
            self._holding = False
        self._repaint()
        self.post_message(self.Changed(self))
        return result

    def undo(self) -> None:
        """Undo the last batch of edits."""
        self._holding = True
        try:
            super().undo()
            self.document_changed()
        finally:
            self._holding = False
        self._repaint()

    def redo(self) -> None:
        """Redo the batch of edits undone last."""
        self._holding = True
        try:
            super().redo()
            self.document_changed()
        finally:
            self._holding = False
        self._repaint()

    def document_changed(self) -> None:
        """A hook for what depends on the text, called before the rows are repainted."""

    def _repaint(self) -> None:
        """Refresh the rows on the screen that no longer look as they were drawn."""
        if self._holding or not self.is_mounted:
            return
        width, height = self.scrollable_content_region.size
        drawn = self._drawn
        changed = [y for y, row in enumerate(self.rows(range(height))) if drawn.get(y) != row]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    # Rows

    def row(self, y: int) -> Row:
        """What is to be seen at a line of the widget's content, counted from its top."""
        return next(self.rows((y,)))

    def rows(self, lines: Iterable[int]) -> Iterator[Row]:
        """What is to be seen at some lines of the content, from the state they all share."""
        cursor_drawn = self._draw_cursor
        if self.placeholder and self.is_blank:
            for y in lines:
                cursor_here = (Span(0, 1, "cursor"),) if cursor_drawn and y == 0 else ()
                yield Row(spans=cursor_here, placeholder=y + 1)
            return
        wrapping, top = self.wrapping, self.scroll_offset.y
        height = wrapping.height
        cursor_line, cursor = self.selection.end
        lit = cursor_line if self.highlight_cursor_line and self._has_cursor else -1
        for y in lines:
            if top + y >= height:
                yield _BEYOND_THE_END
                continue
            line, start, end = wrapping.line_at(top + y)
            whole = wrapping.shown(line)
            text = whole[start:end]
            spans = [
                Span(max(from_, start) - start, min(to, end) - start, style)
                for from_, to, style in self.line_spans(line)
                if from_ < end and to > start
            ]
            if not whole and line != cursor_line and self._selects_newline_of(line):
                # An empty line within the selection would not be seen to be in it.
                text = " "
                spans.append(Span(0, 1, "selection"))
            if line == cursor_line and cursor_drawn:
                # A cursor at the end of a row is shown there only if the line ends too.
                if start <= cursor < end or cursor == end == len(whole):
                    text += " " * (cursor == end)
                    spans.append(Span(cursor - start, cursor - start + 1, "cursor"))
            if spans and not text.isascii():
                spans = [
                    Span(grapheme_start(text, from_), grapheme_end(text, to), style)
                    for from_, to, style in spans
                ]
            if "\t" in text:
                text, spans = self._expand_tabs(line, start, text, spans)
            yield Row(text, tuple(spans), line == lit)

    def line_spans(self, line: int) -> list[tuple[int, int, str]]:
        """The columns of a line that are drawn in another style, but for the cursor."""
        start, end = sorted(self.selection)
        if start == end or not start[0] <= line <= end[0]:
            return []
        from_ = start[1] if line == start[0] else 0
        to = end[1] if line == end[0] else len(self.document.get_line(line))
        return [(from_, to, "selection")]

    def _selects_newline_of(self, line: int) -> bool:
        start, end = sorted(self.selection)
        return start != end and start[0] <= line <= end[0]

    def _expand_tabs(
        self, line: int, start: int, text: str, spans: list[Span]
    ) -> tuple[str, list[Span]]:
        before = self.wrapping.shown(line).count("\t", 0, start)
        widths = iter(self.wrapping.get_tab_widths(line)[before:])
        places = [0]
        pieces = []
        for character in text:
            piece = " " * next(widths) if character == "\t" else character
            pieces.append(piece)
            places.append(places[-1] + len(piece))
        moved = [Span(places[from_], places[to], style) for from_, to, style in spans]
        return "".join(pieces), moved

    # Drawing

    def style_names(self) -> dict[str, Style | None]:
        """The styles of spans by name."""
        theme = self._theme
        theme.apply_css(self)
        return {
            "": theme.base_style or self.rich_style,
            "line": theme.cursor_line_style,
            "selection": theme.selection_style,
            "cursor": theme.cursor_style,
        }

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Ask for a repaint; one of the whole is how a change of styles arrives, here or above."""
        if not regions:
            self._styles_stale = True
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Take the styles anew."""
        self._styles_stale = True
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the lines in a region of the widget."""
        width = self.scrollable_content_region.size.width
        if self._styles_stale or width != self._row_width:
            self._styles_stale = False
            self._styles_in_use, self._row_width = self.style_names(), width
            self._mixed_styles.clear()
            self._strips.clear()
        return Widget.render_lines(self, crop)

    def render_line(self, y: int) -> Strip:
        """Render one line of the content."""
        row = self.row(y)
        self._drawn[y] = row
        key = (row, self._row_width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._placeholder_strip(row) if row.placeholder else self._strip(row)
            self._strips[key] = strip
        return strip

    def _strip(self, row: Row) -> Strip:
        text, spans = row.text, row.spans
        base = ("line",) if row.in_cursor_line else ()
        edges = {0, len(text)}.union(*((span.start, span.end) for span in spans))
        cuts = sorted(edge for edge in edges if edge <= len(text))
        segments = []
        length = 0
        for start, end in pairwise(cuts):
            over = (span.style for span in spans if span.start <= start and span.end >= end)
            segments.append(segment(text[start:end], self._mixed(*base, *over)))
            length += cell_len(text[start:end])
        if length < self._row_width:
            segments.append(segment(" " * (self._row_width - length), self._mixed(*base)))
        return Strip(segments, max(length, self._row_width))

    def _mixed(self, *names: str) -> Style:
        mixed = self._mixed_styles.get(names)
        if mixed is None:
            styles = self._styles_in_use
            mixed = styles[""] or Style.null()
            for name in names:
                mixed += styles[name] or Style.null()
            self._mixed_styles[names] = mixed
        return mixed

    def _placeholder_strip(self, row: Row) -> Strip:
        lines = plain(str(self.placeholder)).wrap(max(self._row_width, 1))
        if row.placeholder > len(lines):
            return self._strip(_BEYOND_THE_END)
        content = lines[row.placeholder - 1].stylize(
            self.get_visual_style("text-area--placeholder")
        )
        if row.spans and (cursor := self._styles_in_use["cursor"]):
            content = content.stylize(ContentStyle.from_rich_style(cursor), 0, 1)
        strip = Strip(content.render_segments(self.visual_style), content.cell_length)
        return strip.extend_cell_length(self._row_width, self._mixed())
