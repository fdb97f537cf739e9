"""List the teams, or add one. A team works on one client's project.

The ID is short and lower case and stays; the TITLE is what people read.

Examples:
  trainer-tui hub teams
  trainer-tui hub teams add atlas "Atlas, coding"
"""

from argparse import Namespace

from trainer_tui.cli.entering import fit
from trainer_tui.cli.hub.choosing import safe_id
from trainer_tui.cli.hub.opening import add_database, opened_hub, operator
from trainer_tui.cli.nesting import Below, Inline, add_commands
from trainer_tui.cli.output import fields, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, Usage


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_commands(parser, _TABLE, otherwise="list")


def run(args: Namespace) -> int:
    """List them."""
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        teams = people.teams(hub)
    if args.json:
        put_json([fields(team) for team in teams])
    elif not teams:
        say("There are no teams yet. 'trainer-tui hub teams add ID TITLE' adds one.")
    else:
        table(
            ("id", "members", "open batches", "title"),
            [(t.id, f"{t.members}", f"{t.open_batches}", t.title) for t in teams],
        )
    return 0


def _configure_list(parser: Parser) -> None:
    add_database(parser, json=True)


def _configure_add(parser: Parser) -> None:
    parser.add_argument("id", type=safe_id, metavar="ID", help="its id, such as atlas")
    parser.add_argument("title", metavar="TITLE", help="what people call it")
    add_database(parser)


def _add(args: Namespace) -> int:
    title = fit(args.title, "the title").strip()
    if not title or "\n" in title:
        raise Usage("a title is one line of text")
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        people.create_team(hub, operator(), args.id, title)
    narrate(
        f"The team {args.id} is there. Next:\n"
        f"  trainer-tui hub members add NAME --team {args.id} --role lead"
    )
    return 0


_TABLE = (
    Below("list", Inline("List the teams.", _configure_list, run), "list them (the default)"),
    Below(
        "add",
        Inline(
            'Add a team.\n\nExample:\n  trainer-tui hub teams add atlas "Atlas, coding"',
            _configure_add,
            _add,
        ),
        "add a team",
    ),
)
