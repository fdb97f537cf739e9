"""Move a member from one of your teams to another; what they claimed may still be sent.

They keep their role. A certification does not move along: it is earned in each team.

Example:
  trainer-tui lead move ada --from atlas --to borealis
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import leading
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="the member's name")
    parser.add_argument("--from", dest="old", metavar="TEAM", help="the team left")
    parser.add_argument("--to", dest="new", metavar="TEAM", required=True, help="the team joined")
    parser.add_argument(
        "--certified", action="store_true", help="give the other team's tasks at once"
    )


def run(args: Namespace) -> int:
    """Do it."""
    with leading() as client:
        new = client.team(args.new)
        old = client.team(args.old)
        member = client.member(old, args.name)
        client.move(member.id, old, new, certified=args.certified)
    narrate(f"{member.name} is in {new} now. What they claimed in {old} may still be sent.")
    return 0
