"""Why earlier work came back, as hints for the work at hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.domain.verdicts import rules_of

MOST = 3
"""Hints that are given at once: more would not be read."""
HALF_LIFE = 30.0
"""Days after which a return weighs half as much."""
OLDEST = 180
"""Days after which a return is no hint any more."""
LONGEST = 160
"""Characters of a reason that are quoted."""

SAME_TASK, SAME_BATCH, TEAM_AND_CATEGORY, TEAM_OR_CATEGORY = 8.0, 4.0, 2.0, 1.0
OF_ITS_RULES = 2.0
"""Factor for a return that names a rule which the task has."""

_MONTHS = (
    "January February March April May June July August September October November December"
).split()


class Return(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of work that a reviewer sent back."""

    task_id: str
    batch_id: str
    reason: str
    """In a few words; returns with the same reason are counted together."""
    at: datetime
    team: str = ""
    category: str = ""
    """The task's."""
    comment: str = ""
    """What the reviewer wrote."""
    rule: str = ""
    """Name of the rule that was broken, if the reviewer named one."""


class Hint(NamedTuple):
    """A reason for which work came back, and what stands behind it."""

    text: str
    """One sentence: `Returned 3 times for: too long (last: 12 March)`."""
    reason: str
    times: int
    last: datetime
    comment: str
    """The reviewer's own words at the last of them that has any."""
    rule: str


def hints(
    returns: Iterable[Return], task: Task, batch: BatchHead, now: datetime
) -> tuple[Hint, ...]:
    """Return the few reasons most worth hearing for a task, the weightiest first.

    A reason weighs the sum of its returns, so that what is repeated comes before what happened
    once. A return weighs 8 if it is of this very task, 4 of its batch, 2 of its team and
    category, 1 of one of the two, and else nothing; half as much for every 30 days of its age;
    and twice as much if it names a rule that the task has. Older than 180 days it is not heard.
    On a tie the more recent reason comes first, then the alphabet decides. Dates are in the
    time zone of `now`.
    """
    rules = {str(rule.get("rule")) for rule in rules_of(task)}
    weights: dict[str, float] = {}
    groups: dict[str, list[Return]] = {}
    for one in returns:
        reason = _key(one.reason)
        weight = _weight(one, task, batch, now, rules)
        if reason and weight:
            weights[reason] = weights.get(reason, 0.0) + weight
            groups.setdefault(reason, []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: (one.at, one.task_id, one.comment))
    order = sorted(groups, key=lambda r: (-round(weights[r], 9), -groups[r][-1].at.timestamp(), r))
    return tuple(_hint(groups[reason], now) for reason in order[:MOST])


def _key(reason: str) -> str:
    return " ".join(reason.split()).rstrip(".").casefold()


def _weight(one: Return, task: Task, batch: BatchHead, now: datetime, rules: set[str]) -> float:
    age = max((now - one.at).total_seconds() / 86_400, 0.0)
    if age > OLDEST:
        return 0.0
    team = bool(batch.team) and one.team == batch.team
    category = one.category == task.category.value
    if one.task_id == task.id:
        near = SAME_TASK
    elif one.batch_id == batch.id:
        near = SAME_BATCH
    elif team and category:
        near = TEAM_AND_CATEGORY
    else:
        near = TEAM_OR_CATEGORY if team or category else 0.0
    apt = OF_ITS_RULES if one.rule and one.rule in rules else 1.0
    halved: float = 0.5 ** (age / HALF_LIFE)
    return near * apt * halved


def _hint(group: list[Return], now: datetime) -> Hint:
    last = group[-1]
    reason = " ".join(last.reason.split()).rstrip(".")
    reason = reason if len(reason) <= LONGEST else reason[: LONGEST - 1].rstrip() + "…"
    day = _day(last.at, now)
    often = f"{len(group)} times" if len(group) > 1 else "once"
    when = f"last: {day}" if len(group) > 1 else day
    return Hint(
        text=f"Returned {often} for: {reason} ({when})",
        reason=reason,
        times=len(group),
        last=last.at,
        comment=next((one.comment for one in reversed(group) if one.comment.strip()), ""),
        rule=next((one.rule for one in reversed(group) if one.rule), ""),
    )


def _day(at: datetime, now: datetime) -> str:
    local = at.astimezone(now.tzinfo)
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"
