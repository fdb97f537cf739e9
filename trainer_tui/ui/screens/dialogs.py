"""Questions that wait for an answer: yes or no, a reason, one of a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from trainer_tui.ui.actions import BY_ID, bindings, key_name, leaving
from trainer_tui.ui.text import Part, assemble, plain, plain_line, shown_line
from trainer_tui.ui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from trainer_tui.ui.app import TrainerApp

FILTER_ABOVE = 10
"""A list longer than this gets a line to filter it."""

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A box over the screen below; leaving it changes nothing."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar = [*bindings("dialog"), *leaving()]
    AUTO_FOCUS: ClassVar[str | None] = "OptionList"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    TITLE_WORDS: str
    HINTS: ClassVar[tuple[str, ...]] = ("choose", "cancel")

    def compose(self) -> ComposeResult:
        """A box with the question as its title and the keys at its foot."""
        with Vertical(id="box") as box:
            box.border_title = plain_line(self.TITLE_WORDS)
            box.border_subtitle = self._hints()
            yield from self.content()

    def content(self) -> ComposeResult:
        """Yield what the box holds."""
        yield from ()

    def contexts(self) -> tuple[str, ...]:
        """Return whose keys work here, for the help."""
        return ("dialog",)

    def key(self, verb: str) -> str:
        """Return the key of an action as it is shown."""
        action = BY_ID[f"dialog.{verb}"]
        return key_name(cast("TrainerApp", self.app).keys_of(action))

    def _hints(self) -> Content:
        parts: list[Part] = []
        for verb in self.HINTS:
            label = BY_ID[f"dialog.{verb}"].label
            parts += [(self.key(verb), "bold $accent"), f" {label}  "]
        return assemble(*parts).rstrip()

    def action_cancel(self) -> None:
        """Leave without a change."""
        self.dismiss(None)

    def action_choose(self) -> None:
        """Take the answer under the cursor."""

    def action_down(self) -> None:
        """One answer down."""
        self.focus_next(Button)

    def action_up(self) -> None:
        """One answer up."""
        self.focus_previous(Button)

    def action_right(self) -> None:
        """The answer on the right."""
        self.action_down()

    def action_left(self) -> None:
        """The answer on the left."""
        self.action_up()

    def action_yes(self) -> None:
        """Answer with yes, where that is a question."""

    def action_no(self) -> None:
        """Answer with no, where that is a question."""


class ConfirmDialog(Dialog[bool]):
    """A question of yes or no; the focus is on the answer that changes nothing."""

    AUTO_FOCUS = "#no"

    def __init__(self, title: str, message: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self.TITLE_WORDS = title
        self._message, self._yes, self._no = message, yes, no

    def content(self) -> ComposeResult:
        """The message and the two answers."""
        with VerticalScroll(id="message", can_focus=False):
            yield Static(plain(self._message), markup=False)
        with Horizontal(id="answers"):
            yield Button(self._label(self._no, "no"), id="no", compact=True)
            yield Button(self._label(self._yes, "yes"), id="yes", compact=True)

    def _label(self, words: str, verb: str) -> Content:
        return assemble((self.key(verb), "underline"), "  ", shown_line(words))

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.dismiss(message.button.id == "yes")

    def action_choose(self) -> None:
        """Take the answer with the focus."""
        self.dismiss(self.focused is not None and self.focused.id == "yes")

    def action_cancel(self) -> None:
        """Leave without a change."""
        self.dismiss(False)

    def action_yes(self) -> None:
        """Answer with yes."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Answer with no."""
        self.dismiss(False)


class _ListDialog(Dialog[Result]):
    """A list to choose from, and one line of text."""

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one(OptionList)

    def action_down(self) -> None:
        """One answer down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One answer up."""
        self.options.action_cursor_up()

    def action_right(self) -> None:
        """There is only one column."""

    def action_left(self) -> None:
        """There is only one column."""

    def take(self, index: int) -> None:
        """Close with the answer at a place of the list."""
        raise NotImplementedError

    def action_choose(self) -> None:
        """Take the answer under the cursor."""
        if self.options.highlighted is not None:
            self.take(self.options.highlighted)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.take(message.option_index)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_choose()

    def on_key(self, event: events.Key) -> None:
        """A digit takes the answer of that number, where answers have one."""
        digit = event.character or ""
        if digit.isdecimal() and digit.isascii() and digit != "0" and self.numbered(int(digit)):
            event.stop()
            self.take(int(digit) - 1)

    def numbered(self, number: int) -> bool:
        """Whether an answer has this number."""
        return False


class ReasonDialog(_ListDialog[tuple[str, str] | None]):
    """Asks for one of a batch's reasons, and takes a note with it."""

    def __init__(self, question: str, task_title: str, reasons: Sequence[str]) -> None:
        super().__init__()
        self.TITLE_WORDS = question
        self._task_title, self._reasons = task_title, tuple(reasons)

    def content(self) -> ComposeResult:
        """The task, the reasons, the note."""
        yield Static(plain_line(self._task_title), id="about", markup=False)
        yield OptionList(
            *(
                Option(assemble(f"{n} " if n < 10 else "  ", shown_line(r)))
                for n, r in enumerate(self._reasons, 1)
            ),
            markup=False,
            compact=True,
        )
        yield LineInput(placeholder="tab: write a note first, if you like", id="line", compact=True)

    def on_mount(self) -> None:
        """Begin at the first reason."""
        self.options.highlighted = 0 if self._reasons else None

    def numbered(self, number: int) -> bool:
        """The first nine reasons have a number."""
        return number <= len(self._reasons)

    def take(self, index: int) -> None:
        """Close with a reason and the note."""
        self.dismiss((self._reasons[index], self.query_one(LineInput).value.strip()))


class Choice(NamedTuple):
    """One of several things to choose from."""

    id: str
    label: str
    detail: str = ""


class ChoiceDialog(_ListDialog[str | None]):
    """Asks for one of a list, with the present one marked; a long list can be filtered."""

    AUTO_FOCUS = "LineInput, OptionList"

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self.TITLE_WORDS = title
        self._all = tuple(choices)
        self._shown = self._all
        self._current = current

    def content(self) -> ComposeResult:
        """The filter if the list is long, and the list."""
        if len(self._all) > FILTER_ABOVE:
            yield LineInput(placeholder="type to filter", id="line", compact=True)
        yield OptionList(markup=False, compact=True)

    def on_mount(self) -> None:
        """Begin at the present choice."""
        self._narrow("")

    def _narrow(self, query: str) -> None:
        terms = query.casefold().split()
        self._shown = tuple(
            c for c in self._all if all(t in f"{c.label} {c.detail}".casefold() for t in terms)
        )
        self.options.clear_options().add_options(Option(self._line(c)) for c in self._shown)
        ids = [choice.id for choice in self._shown]
        place = ids.index(self._current) if self._current in ids else 0
        self.options.highlighted = place if ids else None
        self.call_after_refresh(self.options.scroll_to_highlight)

    def _line(self, choice: Choice) -> Content:
        mark = "● " if choice.id == self._current else "  "
        return assemble(
            (mark, "bold"), shown_line(choice.label), (f"  {shown_line(choice.detail)}", "dim")
        )

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._narrow(message.value)

    def take(self, index: int) -> None:
        """Close with the choice."""
        self.dismiss(self._shown[index].id)
