"""Follows the texts of a task through all versions of its drafts."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from trainer_tui.domain.alignment import Effort, common_end, common_start
from trainer_tui.domain.draft import (
    PARTS,
    Cause,
    Draft,
    Part,
    Paste,
    PasteSource,
    Version,
    read_from_file,
    texts,
)
from trainer_tui.domain.message import Pair
from trainer_tui.domain.origins.removed import Marks, Removed
from trainer_tui.domain.origins.step import Piece, Step
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Task

TYPED, OWN, TASK, EDITOR, FILE, FIRST_PASTE = map(chr, range(6))
"""The marks of origins; from the last on each paste has its own."""
SURELY_BROUGHT_BACK = 40
"""Nobody types so many characters between two versions, which are at most some seconds apart:
where they were in the text before, they were brought back, by undo or by another editor."""
BROUGHT_BACK = 16
"""The same for the first or the last of what was taken out, or all of it: a shorter text that
begins as a deleted one did may be written anew."""
_MOST_REMEMBERED = 32_000_000
"""How many characters of earlier versions are remembered."""
_LONGEST_REMEMBERED = 262_144
"""Characters of the longest text of which earlier versions are remembered."""

Key = tuple[int, Part]
"""The turn and part that names a text of a draft."""


class Pasted(NamedTuple):
    """A paste whose text was not in the draft before."""

    text: str
    source: PasteSource


class State(NamedTuple):
    """The texts of a version, and where their characters come from."""

    pairs: tuple[Pair, ...]
    marks: dict[Key, Marks]


class Followed:
    """The origins of a task's texts as of the last version that it was led to."""

    def __init__(self, task: Task) -> None:
        self.given: frozenset[Key] = frozenset((n, "prompt") for n in range(len(task.prompts)))
        """The texts that the task gives."""
        pairs = tuple(Pair(prompt) for prompt in task.prompts) or (Pair(),)
        fresh = State(pairs, {key: _all(TASK, text) for key, text in texts(pairs).items()})
        self.state = fresh
        self.pastes: list[Pasted] = []
        """Number `n` is the origin `FIRST_PASTE + n`."""
        self._begun = [fresh]
        self._removed = Removed()
        self._earlier: dict[int, Marks] = {}
        self._remembered = 0
        self._effort = Effort()
        self._version = 0

    def begin(self, pairs: tuple[Pair, ...]) -> None:
        """Begin another draft, with these texts: it follows the nearest of those that ended."""
        self._begun.append(self.state)
        nearest = min(reversed(self._begun), key=lambda state: _distance(state.pairs, pairs))
        there = texts(nearest.pairs).values()
        for key, text in texts(self.state.pairs).items():
            if text not in there:
                self._take_out(key, 0, text, self.state.marks[key])
        self.state = nearest

    def submitted(self, pairs: tuple[Pair, ...]) -> None:
        """A text was sent; what of it is in no version was sent straight from a file."""
        self.follow(pairs, Cause.PASTE, read_from_file(self.state.pairs, pairs))

    def follow(self, pairs: tuple[Pair, ...], cause: Cause, pastes: Sequence[Paste]) -> None:
        """Go on to the next version, saved for a cause, with what was pasted for it."""
        self._version += 1
        if pairs is self.state.pairs:
            return
        before = self._with_turns(pairs)
        old, new = texts(before.pairs), texts(pairs)
        steps = {
            key: Step(
                old[key],
                text,
                [paste for paste in pastes if (paste.turn, paste.part) == key],
                self._effort,
            )
            for key, text in new.items()
            if text is not old[key] and text != old[key]
        }
        # What went out of one text may have come into another in the same step.
        for key, step in steps.items():
            for start, end in step.gone():
                gone = before.marks[key][start:end]
                self._take_out(key, start, old[key][start:end], gone)
        marks = dict(before.marks)
        for key, step in steps.items():
            known = self._known(new[key], step)
            marks[key] = known or "".join(
                self._origins(piece, key, step, before, cause, unsaid=not pastes)
                for piece in step.pieces()
            )
        self.state = State(pairs, marks)
        for key in steps:
            self._remember(new[key], marks[key])

    def _origins(
        self, piece: Piece, key: Key, step: Step, before: State, cause: Cause, *, unsaid: bool
    ) -> Marks:
        if piece.old is not None:
            return before.marks[key][piece.old : piece.old + len(piece.text)]
        if key in self.given:
            return _all(TASK, piece.text)
        if piece.source is not None:
            return self._pasted(piece.text, piece.source, before)
        if cause is Cause.PASTE and unsaid:
            # An older journal: it says that something was pasted, and not what.
            return self._pasted(piece.text, PasteSource.TERMINAL, before)
        return self._new(piece.text, cause, from_file=step.from_file)

    def _new(self, text: str, cause: Cause, *, from_file: bool) -> Marks:
        """Return the origins of what is new in a version and was not pasted."""
        restored = cause in (Cause.RESTORE, Cause.CORRECT)
        if from_file:
            origin = FILE
        elif restored:
            origin = OWN
        else:
            origin = EDITOR if cause is Cause.EDITOR else TYPED
        if len(text) < BROUGHT_BACK and not restored:
            return _all(origin, text)
        at_an_end = not restored and len(text) < SURELY_BROUGHT_BACK
        back = self._removed.take(text, at_an_end=at_an_end)
        if back is not None:
            return back
        marks = _all(origin, text)
        for start, back in self._removed.take_within(text, BROUGHT_BACK):
            marks = marks[:start] + back + marks[start + len(back) :]
        return marks

    def _pasted(self, text: str, source: PasteSource, before: State) -> Marks:
        """Return the origins of a paste: what was moved or copied within the draft keeps its own.

        Typed once and copied is typed once: the copy is own work.
        """
        back = self._removed.take(text)
        if back is not None:
            return back
        for key, whole in texts(before.pairs).items():
            at = whole.find(text)
            if at >= 0:
                found = before.marks[key][at : at + len(text)]
                return found.replace(TYPED, OWN)
        self.pastes.append(Pasted(text, source))
        return _all(chr(ord(FIRST_PASTE) + len(self.pastes) - 1), text)

    def _known(self, text: str, step: Step) -> Marks | None:
        """Return the origins of an earlier version of the very same text that was brought back."""
        if step.pasted or not step.added or len(text) > _LONGEST_REMEMBERED:
            return None
        known = self._earlier.get(hash(text))
        return known if known is not None and len(known) == len(text) else None

    def _remember(self, text: str, marks: Marks) -> None:
        if len(text) > _LONGEST_REMEMBERED:
            return
        self._remembered += len(marks) - len(self._earlier.pop(hash(text), ""))
        self._earlier[hash(text)] = marks
        while self._remembered > _MOST_REMEMBERED:
            self._remembered -= len(self._earlier.pop(next(iter(self._earlier))))

    def _take_out(self, key: Key, at: int, text: str, marks: Marks) -> None:
        self._removed.add(key, at, text, marks, self._version)

    def _with_turns(self, pairs: tuple[Pair, ...]) -> State:
        """Return the state with as many turns as these texts have.

        Turns are added or taken out in front of those at the end that stay as they are.
        """
        old, count = self.state.pairs, len(pairs)
        if len(old) == count:
            return self.state
        most = min(len(old), count)
        start = next((n for n in range(most) if old[n] != pairs[n]), most)
        alike = (n for n in range(most - start) if old[-1 - n] != pairs[-1 - n])
        tail = len(old) - next(alike, most - start)
        first = range(min(tail, tail - len(old) + count))
        for turn in range(len(first), tail):
            for part in PARTS:
                key = (turn, part)
                self._take_out(key, 0, getattr(old[turn], part), self.state.marks[key])
        stay: list[int | None] = [*first, *[None] * (count - len(old)), *range(tail, len(old))]
        return State(
            tuple(Pair() if was is None else old[was] for was in stay),
            {
                (turn, part): "" if was is None else self.state.marks[was, part]
                for turn, was in enumerate(stay)
                for part in PARTS
            },
        )


def followed(
    task: Task, versions: Iterable[Version], sent: Iterable[Submission], draft: Draft
) -> Followed:
    """Follow a task's texts to a draft.

    Args:
        task: The task.
        versions: All versions of all its drafts, oldest first; each is looked at once.
        sent: Its submissions, oldest first.
        draft: The texts to end with: the newest version, or what was done since.
    """
    there = Followed(task)
    waiting = list(sent)
    draft_id: str | None = None
    for version in versions:
        if version.draft.id != draft_id:
            ended = [
                one for one in waiting if one.draft_id == draft_id or one.at < version.saved_at
            ]
            for submission in ended:
                waiting.remove(submission)
                there.submitted(submission.pairs)
            there.begin(version.draft.pairs)
            draft_id = version.draft.id
        there.follow(version.draft.pairs, version.cause, version.draft.pastes)
    if draft.id != draft_id:
        for submission in waiting:
            there.submitted(submission.pairs)
        there.begin(draft.pairs)
    there.follow(draft.pairs, Cause.TYPING, draft.pastes)
    return there


def _all(origin: str, text: str) -> Marks:
    return origin * len(text)


def _distance(pairs: tuple[Pair, ...], others: tuple[Pair, ...]) -> int:
    """Return how many code points lie between what the texts begin and end with alike."""
    ours, theirs = texts(pairs).values(), texts(others).values()
    return sum(map(_changed, *zip(*zip_longest(ours, theirs, fillvalue=""), strict=True)))


def _changed(old: str, new: str) -> int:
    least = min(len(old), len(new))
    start = common_start(old, new, least)
    return max(len(old), len(new)) - start - common_end(old, new, least - start)
