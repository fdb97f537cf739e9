"""Run a hub and look after it: the server that the workstations of a firm sync with.

One command makes a hub in a file of its own and serves it; with a PostgreSQL database it
grows as far as that does. These commands work on the database directly, so whoever may open
it may use them; leads have 'trainer-tui lead', over the line.
"""

from argparse import Namespace

from trainer_tui.cli.hub.opening import DATABASE_HELP
from trainer_tui.cli.nesting import Below, add_commands
from trainer_tui.cli.parsing import Parser, Usage

_HERE = "trainer_tui.cli.hub"
TABLE = (
    Below("serve", f"{_HERE}.serve", "serve the hub; makes it if it is not there"),
    Below("init", f"{_HERE}.init", "make an empty hub, without serving it"),
    Below("teams", f"{_HERE}.teams", "list the teams, add one"),
    Below("members", f"{_HERE}.members", "list the members, add, certify, move, revoke them"),
    Below("tokens", f"{_HERE}.tokens", "list the logins, make one for a machine, end one"),
    Below("check", f"{_HERE}.check", "look whether the database answers, and what it holds"),
    Below("audit", f"{_HERE}.audit", "read the audit trail, and prove that it is whole"),
    Below("backup", f"{_HERE}.backup", "copy a hub into a file while it runs"),
    Below("restore", f"{_HERE}.restore", "put such a copy into an empty database"),
    Below("migrate", f"{_HERE}.migrate", "bring the tables to this version"),
    Below("bundle", f"{_HERE}.bundle", "take in shift bundles, and give them out"),
)
_EXAMPLES = """
Examples:
  trainer-tui hub serve
  trainer-tui hub teams add atlas "Atlas, coding"
  trainer-tui hub members add ada --team atlas --role lead
  TRAINER_TUI_HUB_DATABASE=postgresql://hub@db1,db2/hub trainer-tui hub check
"""
__doc__ += f"\n{DATABASE_HELP}\n{_EXAMPLES}"


def configure(parser: Parser) -> None:
    """Add the commands below this one."""
    add_commands(parser, TABLE)


def run(args: Namespace) -> int:
    """Do what was asked for."""
    if args.run is None:
        raise Usage("what is to be done with the hub?", "'trainer-tui hub --help' lists it.")
    code: int = args.run(args)
    return code
