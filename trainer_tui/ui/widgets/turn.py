"""The turns of a conversation: each a prompt box and a response editor."""

from collections.abc import Iterator, Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from trainer_tui.domain.draft import Focus, Part, Paste
from trainer_tui.domain.message import Pair
from trainer_tui.domain.text import Meter
from trainer_tui.ui.text import plain
from trainer_tui.ui.widgets.editor import Editor, ViewState
from trainer_tui.ui.widgets.frame import caption
from trainer_tui.ui.widgets.marks import Mark
from trainer_tui.ui.words import counted

COUNT_AFTER = 0.3
"""Seconds after which the counts show what was typed, also while it goes on."""


class TurnEditors(Vertical):
    """The two texts of one turn; kept while other turns are shown, so that undo survives."""

    DEFAULT_CSS = """
    TurnEditors {
        height: 1fr;
        & > Editor {
            border: round $border-blurred;
            padding: 0 1;
            border-title-color: $text-muted;
            border-subtitle-color: $text-muted;
        }
        & > Editor:focus {
            border: round $border;
            border-title-color: $text;
            border-title-style: bold;
        }
        & > .prompt { height: auto; min-height: 3; max-height: 8; }
        & > .response { height: 1fr; min-height: 4; }
    }
    """

    def __init__(self, pair: Pair, *, number: int, given: bool, several: bool) -> None:
        super().__init__()
        self._pair, self._number, self._given, self._several = pair, number, given, several
        self._meters = (Meter(), Meter())
        self._counting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The prompt above the response."""
        yield Editor(
            self._pair.prompt,
            placeholder="Write the prompt a person would ask",
            read_only=self._given,
            classes="prompt",
        )
        yield Editor(
            self._pair.response, placeholder="Write the ideal response", classes="response"
        )

    def on_mount(self) -> None:
        """Name the texts and count them."""
        turn = f" {self._number}" if self._several else ""
        self.prompt.border_title = plain(f"Prompt{turn}" + (", given" if self._given else ""))
        self.response.border_title = plain(f"Response{turn}")
        self.count()

    @property
    def prompt(self) -> Editor:
        """The prompt box."""
        return self.query_one(".prompt", Editor)

    @property
    def response(self) -> Editor:
        """The response editor."""
        return self.query_one(".response", Editor)

    @property
    def pair(self) -> Pair:
        """Both texts as they stand."""
        return Pair(self.prompt.text, self.response.text) if self.is_mounted else self._pair

    def replace(self, pair: Pair) -> None:
        """Put other texts in, each as one step that can be undone."""
        if not self._given:
            self.prompt.replace_all(pair.prompt)
        self.response.replace_all(pair.response)

    @on(Editor.Edited)
    def _edited(self) -> None:
        if self._counting is None:
            self._counting = self.set_timer(COUNT_AFTER, self.count)

    def count(self) -> None:
        """Show the counts of both texts."""
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        for editor, meter in zip((self.prompt, self.response), self._meters, strict=True):
            size = meter.measure(editor.document.lines)
            words = f"{counted(size.words, 'word')} · {counted(size.characters, 'character')}"
            caption(editor, plain(words))


class Turns(Vertical):
    """All turns of a draft; one is shown, with the cursor in its prompt or its response."""

    def __init__(
        self, pairs: tuple[Pair, ...], *, given: int, several: bool, id: str | None = None
    ) -> None:
        """Make the editors.

        Args:
            pairs: The texts to begin with.
            given: How many prompts, from the first on, the task gives.
            several: Whether the task asks for more than one turn.
            id: The id of the widget.
        """
        super().__init__(id=id)
        self._pairs, self._given, self._several = pairs, given, several
        self.number = 0
        """The turn that is shown, counted from 0."""
        self._part = "response"

    def compose(self) -> ComposeResult:
        """The editors of each turn."""
        yield from (self._editors(number, pair) for number, pair in enumerate(self._pairs))

    def _editors(self, number: int, pair: Pair) -> TurnEditors:
        return TurnEditors(
            pair, number=number + 1, given=number < self._given, several=self._several
        )

    @property
    def all(self) -> list[TurnEditors]:
        """The editors of all turns, in order."""
        return list(self.query(TurnEditors))

    @property
    def current(self) -> TurnEditors:
        """The editors of the turn that is shown."""
        return self.all[self.number]

    @property
    def editor(self) -> Editor:
        """The text that was worked on last."""
        return self.current.prompt if self._part == "prompt" else self.current.response

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All texts as they stand."""
        return tuple(turn.pair for turn in self.all)

    @property
    def pastes(self) -> tuple[Paste, ...]:
        """What was pasted and is not known to be on the disk, where it stands now."""
        return tuple(
            Paste(number, part, *passage)
            for number, part, editor in self._editors_by_part()
            for passage in editor.pasted()
        )

    @property
    def newest_paste(self) -> int:
        """The number of the newest of them."""
        return max((editor.newest_paste for *_, editor in self._editors_by_part()), default=0)

    def forget_pastes(self, newest: int) -> None:
        """Forget pastes up to a number: they are on the disk."""
        for *_, editor in self._editors_by_part():
            editor.forget_pastes(newest)

    def _editors_by_part(self) -> Iterator[tuple[int, Part, Editor]]:
        for number, turn in enumerate(self.all):
            if turn.is_mounted:
                yield number, "prompt", turn.prompt
                yield number, "response", turn.response

    @property
    def place(self) -> Focus:
        """Where the trainer is."""
        view = self.editor.view_state()
        return Focus(self.number, self._part, *view.cursor, scroll=view.scroll)

    def show(self, number: int, place: Focus | None = None) -> None:
        """Show a turn with the cursor at a place, or where there is something to write."""
        self.number = min(number, len(self.all) - 1)
        for index, turn in enumerate(self.all):
            turn.display = index == self.number
        begun = place is not None and (place.part == "prompt" or place.row or place.column)
        if place is not None and begun:
            self._part = place.part
            cursor = (place.row, place.column)
            self.editor.restore_view(ViewState(cursor, cursor, place.scroll))
        else:
            self._part = "response" if self.current.prompt.text.strip() else "prompt"
        self.screen.set_focus(self.editor)

    def choose(self, part: str) -> Editor:
        """Make the prompt or the response the text that is worked on; returns its editor."""
        self._part = part
        return self.editor

    def mark(self, marks: Mapping[tuple[int, str], list[Mark]]) -> None:
        """Mark places, given by turn and part; all others are no longer marked."""
        for number, turn in enumerate(self.all):
            turn.prompt.mark(marks.get((number, "prompt"), ()))
            turn.response.mark(marks.get((number, "response"), ()))

    async def add(self, pair: Pair) -> None:
        """Add a turn at the end."""
        await self.mount(self._editors(len(self.all), pair))

    async def put(self, pairs: tuple[Pair, ...]) -> None:
        """Put other texts in, each as a step that can be undone."""
        for turn, pair in zip(self.all, pairs, strict=False):
            turn.replace(pair)
        for pair in pairs[len(self.all) :]:
            await self.add(pair)
        for turn in self.all[len(pairs) :]:
            await turn.remove()

    @on(events.DescendantFocus)
    def _entered(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Editor):
            self._part = "prompt" if event.widget.has_class("prompt") else "response"

    @on(Editor.EdgeReached)
    def _edge(self, message: Editor.EdgeReached) -> None:
        turn = self.current
        if message.direction == "down" and message.editor is turn.prompt:
            self.screen.set_focus(turn.response)
        elif message.direction == "up" and message.editor is turn.response:
            self.screen.set_focus(turn.prompt)
