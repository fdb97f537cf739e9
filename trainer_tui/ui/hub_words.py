"""What is said of the line to the hub, in the words of the screen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from trainer_tui.services.sync_status import Outcome, Phase, SyncStatus
from trainer_tui.ui.words import counted, day, day_and_time, duration, time_of_day

CLAIM_IS_SHORT = 3600.0
"""Seconds below which the list shows how long a task is still this trainer's."""

_AWAY = {
    Phase.OFFLINE: "offline",
    Phase.SIGNED_OUT: "signed out",
    Phase.TOO_OLD: "update needed",
}


class Told(NamedTuple):
    """What came of one exchange or more, and was not told yet."""

    sent: int = 0
    late: int = 0
    refused: int = 0
    claimed: int = 0

    def and_then(self, outcome: Outcome) -> "Told":
        """Return this and what another exchange came to."""
        return Told(
            self.sent + outcome.sent,
            self.late + outcome.late,
            self.refused + outcome.refused,
            self.claimed + outcome.claimed,
        )


def of_note(told: Told) -> str:
    """Say what a trainer should hear of without having asked; empty: nothing."""
    parts = []
    if told.claimed:
        parts.append(f"{counted(told.claimed, 'task')} came in.")
    if told.late:
        what = "record" if told.late == 1 else "records"
        parts.append(
            f"{told.late:,} {what} arrived after the claim had ended: kept, and marked late."
        )
    if told.refused:
        parts.append(f"The hub refused {counted(told.refused, 'record')}; nothing is lost.")
    return " ".join(parts)


def answer(told: Told) -> str:
    """Say what an exchange came to that the trainer asked for."""
    sent = f"{counted(told.sent, 'record')} sent." if told.sent else ""
    said = " ".join(part for part in (sent, of_note(told)) if part)
    return f"Synced. {said}" if said else "Synced. Nothing was waiting, and nothing is new."


def needs_person(status: SyncStatus) -> bool:
    """Whether something waits for the trainer, not for the line."""
    signed_out = status.phase in (Phase.SIGNED_OUT, Phase.TOO_OLD)
    return signed_out or bool(status.refused or status.set_aside)


def figure(status: SyncStatus, now: datetime) -> str:
    """Return what the title bar shows; empty where no hub is linked."""
    if status.phase is Phase.NO_HUB:
        return ""
    up = f"↑ {status.waiting:,}" if status.waiting else ""
    if status.phase in (Phase.SIGNED_OUT, Phase.TOO_OLD):
        return " · ".join(part for part in (_AWAY[status.phase], up) if part)
    if status.refused:
        return f"! {len(status.refused):,} refused"
    if status.set_aside:
        return f"! {len(status.set_aside):,} set aside"
    up = f"{up} waiting" if up else ""
    if status.phase is Phase.OFFLINE:
        return f"offline · {up}" if up else "offline"
    if up:
        return up
    if status.last_at is None:
        return "not synced yet"
    if _same_day(status.last_at, now):
        return f"✓ synced {time_of_day(status.last_at)}"
    return f"✓ synced {day(status.last_at)}"


def _same_day(moment: datetime, now: datetime) -> bool:
    return moment.astimezone().date() == now.astimezone().date()


def _moment(moment: datetime, now: datetime) -> str:
    """The time of day, with its day if that was another one."""
    return time_of_day(moment) if _same_day(moment, now) else day_and_time(moment)


def last_and_next(status: SyncStatus, now: datetime, *, running: bool) -> str:
    """Say when all was exchanged last, and when it is tried again."""
    last = "Nothing was exchanged yet"
    if status.last_at is not None:
        last = f"All was exchanged last at {_moment(status.last_at, now)}"
    if running:
        return f"{last}; an exchange is under way."
    if status.next_in is None:
        return f"{last}; the next try follows your next work, or your asking."
    if status.next_in < 60:
        return f"{last}; the next try comes within a minute."
    return f"{last}; the next try comes at {time_of_day(now + timedelta(seconds=status.next_in))}."


def state(status: SyncStatus) -> tuple[str, str]:
    """Return how things stand, as a sign with a word and a sentence."""
    match status.phase:
        case Phase.OFFLINE:
            return "offline", "No exchange comes about. Work goes on, and leaves when one does."
        case Phase.SIGNED_OUT:
            return (
                "signed out",
                "The hub does not know this workstation any more. Work goes on, and leaves after a "
                f"new login, in another window: trainer-tui login {status.hub}",
            )
        case Phase.TOO_OLD:
            return (
                "update needed",
                "The hub speaks another version than this program. Work goes on, and leaves after "
                "an update.",
            )
    if status.refused:
        return f"! {len(status.refused):,} refused", "All else is exchanged whenever there is work."
    if status.waiting:
        return f"↑ {status.waiting:,} waiting", "It leaves by itself."
    return "✓ synced", "Everything that is to leave is at the hub."


_PLURALS = {"submission": "submissions", "skip": "skips", "flag": "flags"} | {
    "withdrawal": "withdrawals",
    "shift": "hours of ended shifts",
}


def by_kind(kinds: Mapping[str, int]) -> str:
    """Write counts by kind: `2 submissions, 1 skip`."""
    parts = []
    for kind, count in kinds.items():
        if kind == "shift":
            parts.append(f"the hours of {counted(count, 'shift')}")
        elif count:
            parts.append(f"{count:,} {kind if count == 1 else _PLURALS.get(kind, kind)}")
    return ", ".join(parts)


def skewed(status: SyncStatus) -> str:
    """Say that this machine's clock is wrong; empty: it is not."""
    if not status.skew:
        return ""
    way = "ahead of" if status.skew > 0 else "behind"
    return (
        f"The clock of this machine is {duration(abs(status.skew))} {way} the hub's. Nothing is "
        "refused for that, but the times on your work are wrong until it is set."
    )


def claim_mark(left: float | None) -> str:
    """Write for the list how long a task is still this trainer's; empty while that is long."""
    if left is None or left >= CLAIM_IS_SHORT:
        return ""
    if left <= 0:
        return "expired"
    minutes = int(left) // 60
    return f"{minutes}m left" if minutes else "<1m left"


def claim_words(left: float) -> str:
    """Write how long a task is still this trainer's, `1 h 05 min left`."""
    if left <= 0:
        return "expired"
    return f"{duration(left)} left" if left >= 120 else "less than 2 min left"


def claim_sentence(left: float | None) -> str:
    """Say in a brief that a claim ends soon or has ended; empty: neither."""
    if left is None or left >= CLAIM_IS_SHORT:
        return ""
    if left <= 0:
        return (
            "The time for which this task was yours is over. Your text stays, and it can still "
            "be sent: the hub keeps it, marked late."
        )
    another = "another " if left >= 120 else ""
    return f"This task is yours for {another}{claim_words(left).removesuffix(' left')}."
