"""Tell the trainer what was written before, on any task and in any shift, that is much the same."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import StoreError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.similarity import Match, NearIndex
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.text import words
from trainer_tui.domain.verdicts import Part
from trainer_tui.services.ports import Store
from trainer_tui.services.tasks import TaskList

NEAR: dict[Part, float] = {"prompt": 0.6, "response": 0.5}
"""From which score on a text is near, measured by `tests/bench/near_texts.py`.

On 4,130 prompts and responses that people and models wrote (OpenAssistant, Self-Instruct,
MT-bench and M-IFEval in four languages), `recognized` of 3,616 and 3,831 that were altered as
people alter them, and `apart` the share of the unaltered ones that have another one near:

    prompts     0.50  0.55  0.60  0.65  0.70     responses   0.40  0.45  0.50  0.55  0.60
    recognized  98 %  96 %  93 %  87 %  79 %     recognized  99 %  99 %  99 %  99 %  98 %
    apart      6.0 % 3.7 % 2.3 % 1.5 % 0.7 %     apart       15 %  11 % 8.7 % 7.0 % 5.8 %

If one prompt in ten repeats another, 82 % of the notices are right at 0.6 and 87 % at 0.65.
The 83 pairs above 0.6 were read: 45 are of one author's formula ("How many ...? Try to explain
your answer. Your explanation should take the reader ..."), most others have such a formula too,
seven are short questions that begin alike. Of the 96 pairs of responses above 0.5 some 80 were
read as versions of one text; of the 21 between 0.45 and 0.5 most are answers that different
people gave to one question, and that is not repeating.
"""
SHORTEST: dict[Part, int] = {"prompt": 6, "response": 20}
"""Words of the shortest texts that are compared, from the same run.

Of prompts of two and three words ("Please go on.") 16 % have another near, of six and more 2 to
4 %. Responses below twenty words are courtesies ("You're welcome! Is there anything ...").
"""
FEW = 5
"""How many near texts one draft is told of."""
DRAFTS_READ = 200
"""How many live drafts are read, the last by the order in which the store lists them."""
_PAUSE = 0.0001
"""Seconds left to other threads after each text that comes into the index: what they wait for
the interpreter is then the fraction of a millisecond that a text takes."""


class Near(NamedTuple):
    """A text that was written before beside the part of a draft that is much the same."""

    task_id: str
    title: str
    submission_id: str | None
    """None: a live draft of another task."""
    at: datetime | None
    """When it was submitted; None for a draft."""
    turn: int
    """Of the draft that is being written, from 0."""
    part: Part
    score: float
    """From 0 to 1; see `domain.similarity.similarity`."""
    text: str


class _Place(NamedTuple):
    """Where a stored text stands; the order of places is that of equal scores."""

    task_id: str
    submission_id: str
    """Empty for a live draft."""
    turn: int


class Similar:
    """Finds near-duplicates among all submissions and the live drafts.

    The index is made at the first question, outside of the lock of the workstation, and
    grows with each later one. Any thread may ask; a second one waits for the first.
    """

    def __init__(self, store: Store, tasks: TaskList) -> None:
        self._store, self._tasks = store, tasks
        self._turn = threading.Lock()
        self._indexes: dict[Part, NearIndex[_Place]] = {
            "prompt": NearIndex(),
            "response": NearIndex(),
        }
        self._submissions: dict[str, Submission] = {}
        self._drafts: dict[str, tuple[Pair, ...]] = {}

    def near(
        self, draft: Draft, *, unwanted: Callable[[], bool] = lambda: False
    ) -> tuple[Near, ...]:
        """Return the texts of other tasks that a draft nearly repeats, best first, at most `FEW`.

        Prompts are compared with prompts and responses with responses. Prompts that a task
        gives, texts shorter than `SHORTEST` and submissions that were taken back do not
        count; of one task only its nearest text is told for a part of the draft. The first
        call takes seconds where thousands of texts are stored. When `unwanted` becomes true
        it stops and returns nothing; what was indexed stays.
        """
        with self._turn:
            for _ in self._growing(draft.task_id):
                if unwanted():
                    return ()
            found: list[Near] = []
            for turn, part, text in self._own(draft.task_id, draft.pairs):
                if unwanted():
                    return ()
                found += self._near(draft.task_id, turn, part, text)
        found.sort(key=lambda near: (-near.score, near.turn, near.part, near.task_id))
        return tuple(found[:FEW])

    def _near(self, task_id: str, turn: int, part: Part, text: str) -> Iterator[Near]:
        def wanted(place: _Place) -> bool:
            if place.task_id == task_id:
                return False
            submission = self._submissions.get(place.submission_id)
            return submission is None or not self._tasks.taken_back(submission)

        nearest: dict[str, Match[_Place]] = {}
        for match in self._indexes[part].search(text, NEAR[part], wanted):
            held = nearest.setdefault(match.key.task_id, match)
            if (match.score, match.key) > (held.score, held.key):  # the newer of two revisions
                nearest[match.key.task_id] = match
        for match in nearest.values():
            place = match.key
            known = place.task_id in self._tasks
            submission = self._submissions.get(place.submission_id)
            yield Near(
                task_id=place.task_id,
                title=self._tasks.task(place.task_id).title if known else place.task_id,
                submission_id=place.submission_id or None,
                at=submission.at if submission else None,
                turn=turn,
                part=part,
                score=match.score,
                text=match.text,
            )

    def _growing(self, own: str) -> Iterator[None]:
        """Bring the index up to what the workstation holds, a text at a step.

        The draft of the `own` task is left as it was: it changes with each key.
        """
        for submission in self._tasks.submissions():
            if submission.id not in self._submissions:
                yield from self._put(submission.task_id, submission.id, submission.pairs)
                self._submissions[submission.id] = submission
        yield from self._reading_drafts(own)

    def _reading_drafts(self, own: str) -> Iterator[None]:
        live = list(self._store.drafts())[-DRAFTS_READ:]
        for task_id in self._drafts.keys() - set(live):
            self._forget(task_id)
        for task_id in live:
            if task_id == own or (self._store.read_only and task_id in self._drafts):
                continue  # a reader would take it from the disk each time
            try:
                draft = self._store.draft(task_id)
            except StoreError:
                draft = None
            pairs = draft.pairs if draft else ()
            if pairs != self._drafts.get(task_id):
                self._forget(task_id)
                for _ in self._put(task_id, "", pairs):
                    pass  # all or nothing, or turns that are gone could stay
                self._drafts[task_id] = pairs
                yield

    def _forget(self, task_id: str) -> None:
        for turn in range(len(self._drafts.pop(task_id, ()))):
            for index in self._indexes.values():
                index.remove(_Place(task_id, "", turn))

    def _put(self, task_id: str, submission_id: str, pairs: tuple[Pair, ...]) -> Iterator[None]:
        for turn, part, text in self._own(task_id, pairs):
            self._indexes[part].put(_Place(task_id, submission_id, turn), text)
            time.sleep(_PAUSE)
            yield

    def _own(self, task_id: str, pairs: tuple[Pair, ...]) -> Iterator[tuple[int, Part, str]]:
        """Return the texts that the trainer wrote and that are long enough to be compared."""
        given = len(self._tasks.task(task_id).prompts) if task_id in self._tasks else 0
        for turn, pair in enumerate(pairs):
            if turn >= given and words(pair.prompt) >= SHORTEST["prompt"]:
                yield turn, "prompt", pair.prompt
            if words(pair.response) >= SHORTEST["response"]:
                yield turn, "response", pair.response
