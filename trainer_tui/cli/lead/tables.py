"""Tables of a team's members and batches that fit on 80 columns."""

from collections.abc import Iterable
from datetime import datetime

from trainer_tui.cli.output import moment, table
from trainer_tui.domain.membership import Role
from trainer_tui.sync.administration import BatchStatus, MemberLine, MemberStatus
from trainer_tui.ui.words import clock


def batches(found: Iterable[BatchStatus]) -> None:
    """Print how far batches are."""
    table(
        ("id", "open", "oldest", "taken", "done", "state", "title"),
        [
            (
                batch.id,
                f"{batch.open:,}",
                "" if batch.oldest_seconds is None else _age(batch.oldest_seconds),
                f"{batch.taken:,}",
                f"{batch.answered:,}",
                batch.state,
                batch.title,
            )
            for batch in found
        ],
    )


def working(found: Iterable[MemberStatus], now: datetime) -> None:
    """Print who works on what; the name comes last, since it is what may be cut."""
    table(
        ("holds", "left", "today", "all", "late", "skips", "seen", "is", "name"),
        [
            (
                str(one.claimed),
                clock(one.left_seconds) if one.claimed else "",
                str(one.answered_today),
                f"{one.answered:,}",
                str(one.late),
                str(one.skipped),
                "" if one.last_seen is None else _ago(one.last_seen, now),
                _standing(one),
                one.name,
            )
            for one in found
        ],
    )


def _ago(moment: datetime, now: datetime) -> str:
    return _age(int((now - moment).total_seconds()))


def _age(seconds: int) -> str:
    minutes = max(0, seconds) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def _standing(one: MemberStatus) -> str:
    if one.disabled:
        return "revoked"
    if one.ended:
        return "left"
    return "certified" if one.role is Role.TRAINER and one.certified else one.role.value


def members(found: Iterable[MemberLine]) -> None:
    """Print who is in a team."""
    table(
        ("role", "certified", "since", "state", "name"),
        [
            (
                one.role.value,
                "yes" if one.certified else "",
                moment(one.since),
                "revoked" if one.disabled_at else "left" if one.ended_at else "",
                one.name,
            )
            for one in found
        ],
    )
