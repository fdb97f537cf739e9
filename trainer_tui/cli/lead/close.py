"""Give nothing of a batch out any more; who has tasks of it may finish and send them.

Example:
  trainer-tui lead close coding-june --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead.opening import add_team, leading
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("batch", metavar="BATCH", help="id of the batch")
    add_team(parser)


def run(args: Namespace) -> int:
    """Do it."""
    with leading() as client:
        team = client.team(args.team)
        batch = client.batch(team, args.batch)
        client.close_batch(team, batch.id)
    narrate(f"“{batch.title}” is closed. What was written on it may still be sent.")
    return 0
