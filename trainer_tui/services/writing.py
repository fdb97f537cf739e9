"""Write a task: open its draft, save it, submit, skip, flag, take back, correct."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from threading import RLock
from typing import Any, NamedTuple

import msgspec

from trainer_tui.domain.draft import Cause, Draft, Problem, Version, begin, problems, repeats
from trainer_tui.domain.errors import NotAllowed, NotFound, StoreError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.progress import State, Verb, require
from trainer_tui.domain.provenance import Provenance, in_words, needs_explanation
from trainer_tui.domain.submission import (
    Flag,
    Skip,
    Submission,
    Withdrawal,
    WorkRecord,
    opening,
)
from trainer_tui.domain.task import HIGHEST_SCORE, Task
from trainer_tui.domain.text import quoted
from trainer_tui.domain.verdicts import Checked, Checker
from trainer_tui.services.changes import Change
from trainer_tui.services.guidelines import ReadGuidelines
from trainer_tui.services.locking import locked
from trainer_tui.services.ports import Clock, NewId, Store
from trainer_tui.services.shifts import Shifts
from trainer_tui.services.tasks import TaskList


class Saved(NamedTuple):
    """The store's acknowledgment: this version is on disk."""

    at: datetime
    version: int


class Incomplete(NotAllowed):
    """A draft that still lacks something; `problems` says what."""

    title = "Not ready to send"

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in found))
        self.problems = found


class Demand(NamedTuple):
    """What a batch wants to be settled before a complete draft is sent."""

    item: str
    """`rule` and its place in the task's list, `score` and its scale's name, or `explanation`."""
    message: str
    way_out: str


class Unsettled(NotAllowed):
    """A draft that leaves a demand of its batch open; `demands` says which."""

    title = "Not ready to send"

    def __init__(self, demands: tuple[Demand, ...]) -> None:
        words = "; ".join(demand.message for demand in demands)
        super().__init__(words, demands[0].way_out)
        self.demands = demands


class Writing:
    """The trainer's work on single tasks."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        new_id: NewId,
        lock: RLock,
        tasks: TaskList,
        shifts: Shifts,
        guidelines: ReadGuidelines,
    ) -> None:
        self._lock = lock
        self._store, self._clock, self._new_id = store, clock, new_id
        self._tasks, self._shifts, self._guidelines = tasks, shifts, guidelines
        self._base: dict[str, float] = {}

    @locked
    def open(self, task_id: str) -> Draft:
        """Return the draft of a task, a fresh one if none was saved yet, and count time for it."""
        self._require(task_id, Verb.WRITE)
        if self._tasks.state(task_id) is State.SKIPPED:
            self.withdraw(task_id)
        draft = self.look(task_id)
        self._shifts.work_on(task_id)
        self._base[task_id] = draft.active_seconds - self._shifts.spent(task_id)
        return draft

    def opened(self, task_id: str) -> bool:
        """Whether a task was opened since the start, and its text neither sent nor put away."""
        return task_id in self._base

    @locked
    def look(self, task_id: str) -> Draft:
        """Return what `open` would, without writing anything or counting time."""
        task = self._tasks.task(task_id)
        draft = self._store.draft(task_id) if self._tasks.has_draft(task_id) else None
        if draft is None:
            return begin(self._new_id(), task, self._tasks.history(task_id))
        # They are of the version that is saved, not of what comes next.
        return msgspec.structs.replace(draft, pastes=())

    @locked
    def save(self, draft: Draft, cause: Cause) -> Saved:
        """Put a version of a draft on disk; returning is the acknowledgment."""
        at = self._clock.now()
        number = self._store.save_draft(self.timed(draft), cause, at)
        self._tasks.note_draft(draft.task_id, True)
        return Saved(at, number)

    @locked
    def timed(self, draft: Draft) -> Draft:
        """Return the draft with the active time spent on it until now."""
        spent = self._shifts.spent(draft.task_id)
        base = self._base.get(draft.task_id, draft.active_seconds - spent)
        seconds = max(draft.active_seconds, base + spent)
        return msgspec.structs.replace(draft, active_seconds=round(seconds, 1))

    @locked
    def versions(self, task_id: str) -> tuple[Version, ...]:
        """Return every saved version of a task's drafts, oldest first."""
        self._tasks.task(task_id)
        return self._store.versions(task_id)

    @locked
    def restore(self, draft: Draft, version: Version) -> Draft:
        """Put the text of an old version on top of the history; nothing in between is lost."""
        restored = msgspec.structs.replace(
            draft,
            pairs=version.draft.pairs,
            note=version.draft.note,
            focus=version.draft.focus,
            pastes=(),
        )
        self.save(restored, Cause.RESTORE)
        return restored

    @locked
    def discard(self, task_id: str) -> Change:
        """Put a draft away; its versions stay readable."""
        if not self._tasks.has_draft(task_id):
            raise NotAllowed("there is no draft to put away")
        self._store.retire_draft(task_id)
        self._tasks.note_draft(task_id, False)
        self._base.pop(task_id, None)
        return Change("Draft put away; its versions can still be restored.", frozenset({task_id}))

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        """Say what a draft still lacks."""
        return problems(self._tasks.task(draft.task_id), draft)

    def checker(self, task_id: str) -> Checker:
        """Return what checks the rules of a task again and again; not for several threads."""
        task = self._tasks.task(task_id)
        return Checker(task, task.language or self._tasks.batch_of(task_id).language)

    def check(self, draft: Draft) -> tuple[Checked, ...]:
        """Say what each rule of the task says of a draft."""
        return self.checker(draft.task_id).check(draft.pairs, draft.waivers)

    def provenance(self, draft: Draft) -> Provenance:
        """Say where the characters of a draft come from, from its journal and what was done since.

        Takes up to a second for a long text with thousands of versions; others work on
        meanwhile. Raises `NotFound` and `StoreError`.
        """
        from trainer_tui.domain.origins.counting import GivenText, figures
        from trainer_tui.domain.origins.following import followed

        task, batch = self._tasks.task(draft.task_id), self._tasks.batch_of(draft.task_id)
        sent = self._tasks.submissions()
        of_task = [one for one in sent if one.task_id == task.id]
        there = followed(task, self._store.each_version(task.id), of_task, draft)
        own = self._own_texts(task.id, [one for one in sent if one.task_id != task.id])
        return figures(there, GivenText(task, batch), own, self.timed(draft).active_seconds)

    def _own_texts(self, task_id: str, sent: list[Submission]) -> Iterator[str]:
        """Yield what the trainer has written for other tasks: sent, then unfinished."""
        for submission in reversed(sent):
            yield from self._written(submission.task_id, submission.pairs)
        for other in self._store.drafts():
            # A damaged draft of another task keeps nobody from sending this one.
            with suppress(StoreError):
                if other != task_id and (draft := self._store.draft(other)) is not None:
                    yield from self._written(other, draft.pairs)

    def _written(self, task_id: str, pairs: tuple[Pair, ...]) -> Iterator[str]:
        given = self._tasks.task(task_id).prompts if task_id in self._tasks else ()
        for pair in pairs:
            if pair.prompt not in given:
                yield pair.prompt
            yield pair.response

    def needs_explanation(self, draft: Draft, provenance: Provenance) -> bool:
        """Whether the author has still to say where text comes from before sending."""
        task, batch = self._tasks.task(draft.task_id), self._tasks.batch_of(draft.task_id)
        return needs_explanation(provenance, task, batch) and not draft.explanation.strip()

    def demands(
        self, draft: Draft, checked: tuple[Checked, ...], provenance: Provenance
    ) -> tuple[Demand, ...]:
        """Say what is to be settled before sending, given what `check` and `provenance` say."""
        batch = self._tasks.batch_of(draft.task_id)
        found = []
        for number, one in enumerate(checked):
            if one.verdict.open:
                figure = f" ({one.verdict.figure})" if one.verdict.figure else ""
                found.append(
                    Demand(
                        f"rule {number}",
                        f"this rule is open: {one.wording}{figure}",
                        "Meet it, or waive it with a reason."
                        if batch.waivers
                        else "This batch wants every rule met; flag the task if that cannot be.",
                    )
                )
        if batch.self_score:
            found += [
                Demand(
                    f"score {scale.name}",
                    f"your own score for {scale.name} is missing",
                    f"Score your work from 1 to {HIGHEST_SCORE}.",
                )
                for scale in batch.rubric
                if scale.name not in draft.self_scores
            ]
        if self.needs_explanation(draft, provenance):
            found.append(
                Demand(
                    "explanation",
                    "say in a sentence where the text that was not typed here comes from: "
                    f"{in_words(provenance)}",
                    "Whatever you say, it is sent; a person reads it.",
                )
            )
        return tuple(found)

    def require_ready(self, draft: Draft) -> tuple[tuple[Checked, ...], Provenance]:
        """Return what is recorded with a draft; raises `Incomplete` and `Unsettled`."""
        if found := self.problems(draft):
            raise Incomplete(found)
        checked, provenance = self.check(draft), self.provenance(draft)
        if demands := self.demands(draft, checked, provenance):
            raise Unsettled(demands)
        return checked, provenance

    @locked
    def submit(self, draft: Draft) -> Change:
        """Send a complete draft: first the submission is on disk, then the journal retires."""
        task = self._require(draft.task_id, Verb.SUBMIT)
        checked, provenance = self.require_ready(draft)
        history = self._tasks.history(task.id)
        verdicts = tuple(one.verdict for one in checked)
        if history.last is not None and repeats(draft, verdicts, history.last):
            raise NotAllowed(
                "this is word for word what you submitted before",
                "Change something, put the draft away, or take the submission back with undo.",
            )
        draft = self.timed(draft)
        record = Submission(
            **self._stamp(task.id),
            pairs=draft.pairs,
            opening=opening(task),
            revision=history.revision + 1,
            replaces=history.last.id if history.last else None,
            draft_id=draft.id,
            note=draft.note,
            verdicts=verdicts,
            self_scores=draft.self_scores,
            explanation=draft.explanation,
            provenance=provenance,
            shares_provenance=self._tasks.batch_of(task.id).provenance,
            guidelines_version=self._guidelines.version(self._tasks.batch_of(task.id).id),
            active_seconds=draft.active_seconds,
        )
        change = self._settle(record, "Submitted")
        self._base.pop(task.id, None)
        if self._tasks.has_draft(task.id):
            self._put_away(task.id)
        return change

    def _put_away(self, task_id: str) -> None:
        """Retire the journal of a text that was sent; if that fails, the next start does it."""
        with suppress(StoreError):
            self._store.retire_draft(task_id)
        self._tasks.note_draft(task_id, False)

    @locked
    def skip(self, task_id: str, reason: str, note: str = "") -> Change:
        """Pass on a task; its draft stays, and opening the task again takes the skip back."""
        self._require(task_id, Verb.SKIP)
        reason = reason_of(reason, self._tasks.batch_of(task_id).skip_reasons)
        record = Skip(**self._stamp(task_id), reason=reason, note=note)
        return self._settle(record, "Skipped")

    @locked
    def flag(self, task_id: str, reason: str, note: str = "") -> Change:
        """Report that a task is broken."""
        self._require(task_id, Verb.FLAG)
        reason = reason_of(reason, self._tasks.batch_of(task_id).flag_reasons)
        record = Flag(**self._stamp(task_id), reason=reason, note=note)
        return self._settle(record, "Flagged")

    @locked
    def withdraw(self, task_id: str, record_id: str | None = None) -> Change:
        """Take back the newest submission, skip or flag of a task, or the one named."""
        task = self._require(task_id, Verb.WITHDRAW)
        newest = self._tasks.history(task_id).newest
        if newest is None:
            raise NotAllowed("there is nothing to take back on this task")
        if record_id is not None and newest.id != record_id:
            raise NotAllowed("something newer was recorded on this task since")
        record = Withdrawal(**self._stamp(task_id), record_id=newest.id)
        self._store.add_record(record)
        self._tasks.add_record(record)
        if isinstance(newest, Submission) and not self._tasks.has_draft(task_id):
            with suppress(StoreError):  # opening the task brings the text back all the same
                self.save(self.look(task_id), Cause.CORRECT)
        what = type(newest).__name__.lower()
        message = f"Took back the {what} of {quoted(task.title)}."
        return Change(message, frozenset({task_id}), record.id)

    @locked
    def undo(self) -> Change:
        """Take back the last submission, skip or flag that stands, whenever it was made."""
        newest = self._tasks.newest()
        if newest is None:
            raise NotAllowed("there is nothing to undo")
        return self.withdraw(newest.task_id, newest.id)

    @locked
    def next_after(self, task_id: str | None, rows: list[str]) -> str | None:
        """Return the task to work on next: the first open one after `task_id`, then from the top.

        `rows` are the ids of the list as it stands on the screen.
        """
        start = rows.index(task_id) + 1 if task_id in rows else 0
        workable = (State.OPEN, State.DRAFT)
        ordered = rows[start:] + rows[:start]
        return next((i for i in ordered if i != task_id and self._tasks.state(i) in workable), None)

    @locked
    def settle_leftovers(self, records: tuple[WorkRecord, ...]) -> None:
        """Retire journals whose draft was submitted just before a crash."""
        withdrawn = {r.record_id for r in records if isinstance(r, Withdrawal)}
        sent = {r.draft_id for r in records if isinstance(r, Submission) and r.id not in withdrawn}
        for task_id, draft_id in self._store.drafts().items():
            if draft_id in sent:
                self._put_away(task_id)

    def _require(self, task_id: str, verb: Verb) -> Task:
        """Return the task if `verb` is possible on it now; raises `NotFound` and `NotAllowed`."""
        task = self._tasks.task(task_id)
        require(self._tasks.state(task_id), verb)
        if verb in (Verb.WRITE, Verb.SUBMIT) and not task.workable:
            require(State.UNWORKABLE, verb)  # a skip of it, or an old submission, changes nothing
        return task

    def _stamp(self, task_id: str) -> dict[str, Any]:
        return {
            "id": self._new_id(),
            "task_id": task_id,
            "batch_id": self._tasks.batch_of(task_id).id,
            "shift_id": self._shifts.require().id,
            "at": self._clock.now(),
        }

    def _settle(self, record: Submission | Skip | Flag, done: str) -> Change:
        self._store.add_record(record)
        self._tasks.add_record(record)
        title = self._tasks.task(record.task_id).title
        revision = getattr(record, "revision", 1)
        again = f" (revision {revision})" if revision > 1 else ""
        return Change(
            f"{done} {quoted(title)}{again}.", frozenset({record.task_id}), record.id, undoable=True
        )


def reason_of(reason: str, reasons: tuple[str, ...]) -> str:
    """Return the batch's own spelling of a reason; a number counts from 1. Raises `NotFound`."""
    if reason.isdecimal() and 0 < int(reason) <= len(reasons):
        return reasons[int(reason) - 1]
    for known in reasons:
        if known.casefold() == reason.strip().casefold():
            return known
    listed = "\n".join(f"  {i} {known}" for i, known in enumerate(reasons, 1))
    raise NotFound(f"no reason {reason!r}", f"Choose one by its number or its words:\n{listed}")
