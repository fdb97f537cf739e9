"""A page on which the turns of one task are written, and the ways between their texts."""

from typing import TypeVar

from trainer_tui.domain.draft import Focus
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.message import as_messages
from trainer_tui.domain.submission import opening
from trainer_tui.domain.task import Task
from trainer_tui.ui.finding import FindingPage
from trainer_tui.ui.widgets.conversation import Conversation
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.status import StatusLine
from trainer_tui.ui.widgets.turn import TurnEditors, Turns
from trainer_tui.ui.words import counted

Result = TypeVar("Result")


class TurnsPage(FindingPage[Result]):
    """A subclass composes `Turns`, a `Conversation` for what came before, and a `StatusLine`."""

    task_id: str

    @property
    def opened_task(self) -> Task:
        """What is being written."""
        return self.workstation.tasks.task(self.task_id)

    @property
    def turns(self) -> Turns:
        """The texts."""
        return self.query_one(Turns)

    @property
    def turn(self) -> TurnEditors:
        """The editors of the turn that is shown."""
        return self.turns.current

    def place(self) -> str:
        """The task's title."""
        if self.opened_task.turn_limits.at_most == 1:
            return self.opened_task.title
        return f"turn {self.turns.number + 1} of {len(self.turns.all)} · {self.opened_task.title}"

    def contexts(self) -> tuple[str, ...]:
        """Single keys act while no text has the focus."""
        if isinstance(self.focused, StatusLine):
            return ("command", "write", "edit")
        if isinstance(self.focused, Editor):
            return ("write", "edit")
        return ("find", "write")

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now."""
        limits = self.opened_task.turn_limits
        turns, number = len(self.turns.all), self.turns.number
        match verb:
            case "add_turn" if turns >= limits.at_most:
                return f"This task asks for at most {counted(limits.at_most, 'turn')}."
            case "remove_turn" if turns == 1:
                return "There is only one turn."
            case "previous_turn" if number == 0:
                return "This is the first turn."
            case "next_turn" if number == turns - 1:
                return "This is the last turn."
        return None

    def require(self, verb: str) -> None:
        """Raise `NotAllowed` for an action that is not possible now."""
        if reason := self.why_not(verb):
            raise NotAllowed(reason)

    def show_turn(self, number: int, place: Focus | None = None, *, write: bool = False) -> None:
        """Show a turn; single keys stay on if they were, unless there is something to write."""
        keys = isinstance(self.focused, StatusLine) and not write
        self.turns.show(number, place)
        if keys:
            self.action_command()
        before = opening(self.opened_task) + as_messages(self.turns.pairs[: self.turns.number])
        self.query_one(Conversation).show(before)
        self.refresh_bars()

    # Moving about

    def action_command(self) -> None:
        """Leave the text for single keys."""
        self.set_focus(self.query_one(StatusLine))

    def action_response(self) -> None:
        """Back to the response."""
        self.set_focus(self.turn.response)

    def action_prompt(self) -> None:
        """Back to the prompt."""
        self.set_focus(self.turn.prompt)

    def action_next_part(self) -> None:
        """Go between prompt and response."""
        turn = self.turn
        self.set_focus(turn.response if turn.prompt.has_focus else turn.prompt)

    def action_previous_turn(self) -> None:
        """Go to the turn before."""
        self.require("previous_turn")
        self.show_turn(self.turns.number - 1)

    def action_next_turn(self) -> None:
        """Go to the turn after."""
        self.require("next_turn")
        self.show_turn(self.turns.number + 1)
