"""Shut a member out of the hub at once: every login of theirs ends.

What they wrote stays on their machine, and theirs to export. Only the operator of the hub
lets them in again.

Example:
  trainer-tui lead revoke ada --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import add_team, leading
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="the member's name")
    add_team(parser)


def run(args: Namespace) -> int:
    """Do it."""
    with leading() as client:
        team = client.team(args.team)
        member = client.member(team, args.name)
        client.revoke(team, member.id)
    narrate(
        f"{member.name} is shut out from the next request on.\n"
        f"The operator lets them in again: trainer-tui hub members enable {member.name}"
    )
    return 0
