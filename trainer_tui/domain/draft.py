"""Drafts: unfinished work, saved continuously, with history."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from trainer_tui.domain.message import Pair
from trainer_tui.domain.progress import History
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Task
from trainer_tui.domain.verdicts import Verdict, Waiver


class Cause(StrEnum):
    """Why a version of a draft was saved."""

    TYPING = "typing"
    PASTE = "paste"
    EDITOR = "editor"
    """Came back from `$EDITOR`."""
    TURN = "turn"
    """A turn was added or removed."""
    LEAVE = "leave"
    """The trainer left the text, the screen or the program."""
    RESTORE = "restore"
    CORRECT = "correct"
    """Begun from a submission that is to be corrected or was withdrawn."""


class Focus(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the trainer was: restored when the task is opened again."""

    turn: int = 0
    part: str = "response"
    """`prompt` or `response`."""
    row: int = 0
    column: int = 0
    scroll: int = 0


Part = Literal["prompt", "response"]
PARTS: tuple[Part, ...] = ("prompt", "response")


class PasteSource(StrEnum):
    """How a text came in that was not typed; what it is of is found later, from what it says."""

    TERMINAL = "terminal"
    """Pasted by the terminal, from anywhere."""
    PROGRAM = "program"
    """Cut or copied in this program."""
    FILE = "file"
    """Read by the command line."""


class Paste(msgspec.Struct, frozen=True, omit_defaults=True):
    """A passage of a text, in code points, that came in by one paste since the version before."""

    turn: int
    part: Part
    start: int
    length: int
    source: PasteSource = PasteSource.TERMINAL


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The text of a task that is being worked on."""

    id: str
    """Names one journal; a submission remembers it, so that a crash between the two is seen."""
    task_id: str
    pairs: tuple[Pair, ...] = (Pair(),)
    note: str = ""
    """To the reviewer."""
    waivers: tuple[Waiver, ...] = ()
    """Rules that the trainer sets aside for this text."""
    self_scores: dict[str, int] = {}
    """The trainer's own score, 1 to 7, by the name of the rubric's scale."""
    explanation: str = ""
    """What the trainer says about pasted text."""
    pastes: tuple[Paste, ...] = ()
    """What was pasted since the version before, where it stands in this one; no later version
    repeats it."""
    active_seconds: float = 0.0
    """Active time spent on it so far, over all shifts; saved with each version."""
    focus: Focus = Focus()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One saved state of a draft."""

    number: int
    """Counted from 1 in the order of saving."""
    saved_at: datetime
    cause: Cause
    draft: Draft


def begin(draft_id: str, task: Task, history: History) -> Draft:
    """Return what a trainer starts from: what was taken back or sent last, or the given prompts."""
    if (sent := history.withdrawn or history.last) is None:
        given = task.prompts or ("",)
        return Draft(id=draft_id, task_id=task.id, pairs=tuple(Pair(prompt) for prompt in given))
    return Draft(
        id=draft_id,
        task_id=task.id,
        pairs=sent.pairs,
        note=sent.note,
        waivers=tuple(_waived(sent.verdicts)),
        self_scores=sent.self_scores,
        explanation=sent.explanation,
        # Taken back, it goes on where it was; a correction is timed by itself.
        active_seconds=sent.active_seconds if history.withdrawn else 0.0,
    )


def repeats(draft: Draft, verdicts: tuple[Verdict, ...], sent: Submission) -> bool:
    """Whether a draft, judged by `verdicts`, says nothing but what a submission has said.

    Of the waivers those count that would be sent: of rules that are broken.
    """
    return (
        draft.pairs == sent.pairs
        and draft.note == sent.note
        and draft.self_scores == sent.self_scores
        and draft.explanation == sent.explanation
        and _waived(verdicts) == _waived(sent.verdicts)
    )


def _waived(verdicts: tuple[Verdict, ...]) -> list[Waiver]:
    return [Waiver(one.rule, one.waived) for one in verdicts if one.waived]


def with_turn(draft: Draft, task: Task) -> Draft:
    """Add an empty turn at the end, with its given prompt if the task has one."""
    number = len(draft.pairs)
    prompt = task.prompts[number] if number < len(task.prompts) else ""
    return msgspec.structs.replace(draft, pairs=(*draft.pairs, Pair(prompt)))


def texts(pairs: tuple[Pair, ...]) -> dict[tuple[int, Part], str]:
    """Return the texts of a draft by turn and part."""
    return {(turn, part): getattr(pair, part) for turn, pair in enumerate(pairs) for part in PARTS}


def read_from_file(before: tuple[Pair, ...], now: tuple[Pair, ...]) -> tuple[Paste, ...]:
    """Return the pastes of a version whose new texts were read from files."""
    was = texts(before)
    return tuple(
        Paste(turn, part, 0, len(text), PasteSource.FILE)
        for (turn, part), text in texts(now).items()
        if text and text != was.get((turn, part))
    )


class Problem(msgspec.Struct, frozen=True):
    """What stands in the way of sending a draft."""

    turn: int | None
    message: str


def problems(task: Task, draft: Draft) -> tuple[Problem, ...]:
    """Say what a draft still lacks before it can be submitted; empty when it is complete."""
    found: list[Problem] = []
    limits, count = task.turn_limits, len(draft.pairs)
    for number, pair in enumerate(draft.pairs, 1):
        empty = [
            part
            for part, text in (("prompt", pair.prompt), ("response", pair.response))
            if not text.strip()
        ]
        if len(empty) == 2:
            found.append(Problem(number - 1, f"turn {number} is empty"))
        elif empty:
            found.append(Problem(number - 1, f"the {empty[0]} of turn {number} is empty"))
    if count < limits.at_least:
        found.append(Problem(None, f"{count} of at least {limits.at_least} turns written"))
    if count > limits.at_most:
        found.append(Problem(None, f"{count} turns, at most {limits.at_most} asked for"))
    return tuple(found)
