"""Where the formats put what they read: ids given, doubles found, faults kept with their rows."""

import hashlib
import re
from collections import Counter

import msgspec
from msgspec.structs import force_setattr

from trainer_tui.domain.ids import task_id
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.formats.checking import check_task
from trainer_tui.formats.rows import BadRow, Mismatch, shown

_PLAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\n)+")
"""Ids, each on a line, that `task_id` only puts after the batch's and a dot."""
_LONGEST = 80


class Intake:
    """The tasks and refused rows of one file, in their order.

    A format sets `head`, `mapping` and `unknown_rules` before the first row if it knows them,
    then calls `add` or `refuse` once a row, and may leave `notes`. Tasks come with the
    source's own id, or with an empty one: then the id is a hash of what is to be worked on,
    not the line's number, so that a row inserted above never moves a draft to another prompt.
    """

    def __init__(self, file: str, head: BatchHead) -> None:
        self.file = file
        self.head = head
        self.mapping: dict[str, str] = {}
        self.tasks: list[Task] = []
        self.bad: list[BadRow] = []
        self.rows = 0
        self.notes: list[str] = []
        """What the person should know of the file, in a line each."""
        self.unknown_rules = False
        """Whether rules of kinds that we do not know are taken; a format of others sets it."""
        self._lines: dict[str, int] = {}

    def add(self, line: int, raw: bytes, task: Task) -> None:
        """Take one task, or refuse its row if the task makes no sense or its id was there."""
        self.rows += 1
        try:
            source_id = task.id or self._content_id(task)
            named = task if task.id else msgspec.structs.replace(task, id=source_id)
            check_task(named, unknown_rules=self.unknown_rules)
            new_id = task_id(self.head.id, source_id)
            if new_id in self._lines:
                place = f"as in line {self._lines[new_id]}"
                raise Mismatch("id", "an id of its own", f"{shown(source_id)}, {place}")
        except Mismatch as fault:
            self.rows -= 1
            self.refuse(line, raw, fault)
        else:
            self._lines[new_id] = line
            self.tasks.append(msgspec.structs.replace(task, id=new_id))

    def add_fresh(self, first_line: int, tasks: list[Task]) -> bool:
        """Take tasks of consecutive lines at once, or none of them if any needs a closer look.

        The tasks must just have been decoded and be known to nobody else: their ids are
        changed in place, which is what makes 100,000 rows fast. Same result as `add`.
        """
        ids = [task.id for task in tasks]
        head = self.head.id
        try:
            for task in tasks:
                check_task(task)
        except Mismatch:
            return False
        plain = (
            _PLAIN.fullmatch("\n".join(ids) + "\n")
            and len(head) + 1 + max(map(len, ids)) <= _LONGEST
            and task_id(head, "0") == f"{head}.0"
        )
        ids = [f"{head}.{id}" for id in ids] if plain else [task_id(head, id) for id in ids]
        fresh = dict(zip(ids, range(first_line, first_line + len(ids)), strict=True))
        if len(fresh) < len(ids) or not self._lines.keys().isdisjoint(fresh):
            return False
        for task, id in zip(tasks, ids, strict=True):
            force_setattr(task, "id", id)
        self._lines |= fresh
        self.tasks += tasks
        self.rows += len(tasks)
        return True

    def refuse(self, line: int, raw: bytes, fault: Mismatch) -> None:
        """Keep a row that cannot be a task, with the reason."""
        self.rows += 1
        self.bad.append(BadRow(self.file, line, fault.field, fault.expected, fault.got, raw))

    def kind(self) -> Kind | None:
        """The kind that most tasks are of."""
        counted = Counter(task.kind for task in self.tasks).most_common(1)
        return counted[0][0] if counted else None

    def _content_id(self, task: Task) -> str:
        work: tuple[object, ...] = (task.system, task.context, task.prompts, task.responses)
        if not any(work):
            work = (task.title, task.instructions)
        digest = hashlib.sha256(msgspec.json.encode(work)).hexdigest()[:12]
        source_id, copies = digest, 1
        while task_id(self.head.id, source_id) in self._lines:
            copies += 1
            source_id = f"{digest}-{copies}"
        return source_id
