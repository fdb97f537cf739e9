"""Figures and facts in the words of the screen."""

from collections.abc import Mapping
from datetime import datetime

from trainer_tui.domain.rules import describe
from trainer_tui.domain.sync import SyncState
from trainer_tui.domain.task import HIGHEST_SCORE, Task
from trainer_tui.domain.verdicts import Verdict


def clock(seconds: float) -> str:
    """Write a duration as hours and minutes, `1:52`."""
    minutes = int(seconds) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def duration(seconds: float) -> str:
    """Write a duration in words, `1 h 52 min`, or seconds below two minutes."""
    seconds = int(seconds)
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def time_of_day(moment: datetime) -> str:
    """Write a moment as the clock on the wall, `14:02`."""
    return moment.astimezone().strftime("%H:%M")


def day(moment: datetime) -> str:
    """Write a day, `2 Jun`."""
    local = moment.astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]}"


def day_and_time(moment: datetime) -> str:
    """Write a moment with its day, `2 Jun 14:02`, the year only when it is another one."""
    local = moment.astimezone()
    year = "" if local.year == datetime.now().year else f" {local.year}"
    return f"{day(moment)}{year} {local:%H:%M}"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def counted(number: int, noun: str) -> str:
    """Write a number with its noun, `1 word`, `1,204 words`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def whereabouts(sync: SyncState, hub: str, why: str = "") -> str:
    """Say where a record is.

    Args:
        sync: How far it got.
        hub: Id of the hub that its batch came from, or empty.
        why: Why the hub refused it.
    """
    if sync is SyncState.ACKED:
        return "at the hub"
    if sync is SyncState.REFUSED:
        return f"refused by the hub: {why}" if why else "refused by the hub"
    return "waiting to leave for the hub" if hub else "stays on this machine"


def facts(task: Task, language: str) -> str:
    """Write what a task asks for on one line: `dialogue · 2–4 turns · browsing off`."""
    limits = task.turn_limits
    parts = [task.kind.value, task.category.value.replace("_", " ")]
    if limits.at_most > 1:
        turns = str(limits.at_most)
        if limits.at_least != limits.at_most:
            turns = f"{limits.at_least}–{limits.at_most}"
        parts.append(f"{turns} turns")
    if task.browsing is not None:
        parts.append("browsing on" if task.browsing else "browsing off")
    if (task.language or language) != "en":
        parts.append(task.language or language)
    if task.estimate_minutes:
        parts.append(f"about {task.estimate_minutes:g} min")
    return " · ".join(parts)


def verdict_glyph(verdict: Verdict) -> str:
    """Return the sign of a verdict: ✓ met, ✗ broken, ~ broken and waived, ? not checked."""
    if verdict.met is None:
        return "?"
    if verdict.met:
        return "✓"
    return "~" if verdict.waived else "✗"


def verdict_words(verdict: Verdict) -> str:
    """Write a rule with its verdict: `at most 3 words: 7, waived: It is a quote.`."""
    said = [verdict.figure] if verdict.figure else []
    if verdict.met is None:
        said.append("not checked")
    if verdict.waived:
        said.append(f"waived: {verdict.waived}")
    wording = describe(verdict.rule)
    return f"{wording}: {', '.join(said)}" if said else wording


def scores(own: Mapping[str, int]) -> str:
    """Write own scores on a line: `Tone 6 of 7 · code quality 7 of 7`."""
    return " · ".join(f"{scale} {score} of {HIGHEST_SCORE}" for scale, score in own.items())
