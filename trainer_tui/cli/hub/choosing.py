"""Which team, member or token a word on the operator's command line means."""

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from trainer_tui.cli.parsing import Parser, nearest, one_of_these
from trainer_tui.domain.errors import BadInput, NotFound
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.membership import Role

if TYPE_CHECKING:
    from trainer_tui.hub.state import Hub

ROLES = {role.value: role for role in Role}


def safe_id(word: str) -> str:
    """Take an id of a new thing; raises `ArgumentTypeError`."""
    try:
        return require_safe(word)
    except BadInput as error:
        raise ArgumentTypeError(f"{error.message}. {error.hint}") from None


def add_role(parser: Parser, *, default: Role | None = None) -> None:
    """Take a role by its name."""
    listed = ", ".join(ROLES)
    parser.add_argument(
        "--role",
        type=one_of_these("role", ROLES),
        default=default,
        metavar="ROLE",
        help=f"{listed} (default: {default})" if default else listed,
    )


def team_id(hub: "Hub", word: str) -> str:
    """Return the id of the team of this id or title; raises `NotFound` with a guess."""
    from trainer_tui.hub import people

    teams = people.teams(hub)
    for team in teams:
        if team.id == word:
            return team.id
    named = [team.id for team in teams if team.title.casefold() == word.casefold()]
    if len(named) == 1:
        return named[0]
    known = [team.id for team in teams]
    raise NotFound(
        f"no team {word!r}{nearest(word, known)}",
        "'trainer-tui hub teams' lists them; 'trainer-tui hub teams add ID TITLE' adds one.",
    )


def member_id(hub: "Hub", word: str) -> str:
    """Return the id of the member of this name or id; raises `NotFound` with a guess."""
    from trainer_tui.hub import overview, people

    known = people.member_by_name(hub, word)
    if known is not None:
        return known.id
    members = overview.names(hub)
    if word in members.values():
        return word
    raise NotFound(
        f"no member {word!r}{nearest(word, members)}",
        "'trainer-tui hub members' lists them.",
    )
