"""Report that a task is broken. 'undo' takes it back.

The reason is one of the batch's, by number or in words; a wrong one lists them.

Example:
  trainer-tui flag cod-001 --reason "Wrong language"
"""

from argparse import Namespace

from trainer_tui.cli.commands.skip import configure as configure
from trainer_tui.cli.commands.skip import pass_on
from trainer_tui.domain.progress import Verb


def run(args: Namespace) -> int:
    """Flag the task."""
    return pass_on(args, Verb.FLAG)
