"""A membership in a few words, for the lists of the operator and of the lead."""

from trainer_tui.domain.membership import Membership, Role


def standing(link: Membership) -> str:
    """Say what somebody is in a team: `lead`, `trainer, certified`, `left`."""
    if link.ended:
        return "left"
    certified = ", certified" if link.role is Role.TRAINER and link.certified else ""
    return f"{link.role}{certified}"


def membership(link: Membership) -> str:
    """Say in which team somebody is what."""
    return f"{link.team} ({standing(link)})"
