"""List the members; add them, certify them, move them, let them out and in again.

Examples:
  trainer-tui hub members --team atlas
  trainer-tui hub members add ada --team atlas --role lead
  trainer-tui hub members certify ada --team atlas
  trainer-tui hub members move ada --from atlas --to borealis
  trainer-tui hub members revoke ada
  trainer-tui hub members password ada
"""

from argparse import Namespace

from trainer_tui.cli.hub import membering
from trainer_tui.cli.hub.choosing import team_id
from trainer_tui.cli.hub.opening import add_database, opened_hub
from trainer_tui.cli.membership_words import membership
from trainer_tui.cli.nesting import Below, Inline, add_commands
from trainer_tui.cli.output import fields, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_commands(parser, (_LIST, *membering.TABLE), otherwise="list")


def run(args: Namespace) -> int:
    """List them."""
    with opened_hub(args) as hub:
        from trainer_tui.hub import overview

        members = overview.members(hub, team_id(hub, args.team) if args.team else None)
    if args.json:
        put_json([m._asdict() | {"teams": [fields(link) for link in m.teams]} for m in members])
    elif not members:
        say("There are no members yet. 'trainer-tui hub members add NAME --team ID' adds one.")
    else:
        table(
            ("name", "state", "teams"),
            [
                (m.name, "revoked" if m.disabled else "", ", ".join(map(membership, m.teams)))
                for m in members
            ],
        )
        narrate(f"{counted(len(members), 'member')} in all.")
    return 0


def _configure_list(parser: Parser) -> None:
    parser.add_argument("--team", metavar="ID", help="of this team only")
    add_database(parser, json=True)


_LIST = Below("list", Inline("List the members.", _configure_list, run), "list them (the default)")
