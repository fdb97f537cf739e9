"""End the login at the hub. Your work stays on this machine, and leaves after the next login.

Example:
  trainer-tui logout
"""

from argparse import Namespace

from trainer_tui.cli.opening import line_to_hub, reading
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Take no arguments."""


def run(args: Namespace) -> int:
    """Log out; works beside an open workstation."""
    with reading() as workstation:
        status = line_to_hub(workstation).log_out()
    narrate(f"Logged out from {status.hub}.")
    if status.waiting:
        narrate(f"{counted(status.waiting, 'record')} waiting to leave stay on this machine.")
    return 0
