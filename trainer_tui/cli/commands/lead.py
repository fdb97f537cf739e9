"""Publish batches and look after a team, with the login of this workstation.

Log in once as a lead of the team ('trainer-tui login'). A team is named by its id or its
title, a member by name; --team can be left out by who leads one team only.

Examples:
  trainer-tui lead publish tasks.jsonl --team atlas --overlap 2
  trainer-tui lead status
  trainer-tui lead certify ada --team atlas
  trainer-tui lead move ada --from atlas --to borealis
"""

from argparse import Namespace

from trainer_tui.cli.nesting import Below, add_commands
from trainer_tui.cli.parsing import Parser, Usage

_HERE = "trainer_tui.cli.lead"
TABLE = (
    Below("publish", f"{_HERE}.publish", "give the tasks of a file to a team"),
    Below("batches", f"{_HERE}.batches", "list what a team was given, and how far it is"),
    Below("close", f"{_HERE}.close", "give nothing of a batch out any more"),
    Below("reopen", f"{_HERE}.reopen", "put it back"),
    Below("status", f"{_HERE}.status", "show who works on what"),
    Below("teams", f"{_HERE}.teams", "list the teams that you lead"),
    Below("members", f"{_HERE}.members", "list the members of a team"),
    Below("certify", f"{_HERE}.certify", "let a member have the team's tasks"),
    Below("move", f"{_HERE}.move", "move a member to another team"),
    Below("revoke", f"{_HERE}.revoke", "shut a member out at once"),
)


def configure(parser: Parser) -> None:
    """Add the commands below this one."""
    add_commands(parser, TABLE)


def run(args: Namespace) -> int:
    """Do what was asked for."""
    if args.run is None:
        raise Usage("what is to be done?", "'trainer-tui lead --help' lists it.")
    code: int = args.run(args)
    return code
