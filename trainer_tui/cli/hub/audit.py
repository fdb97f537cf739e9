"""Read the audit trail: what leads and operators did, who logged in or was turned away.

--verify computes the chain of its hashes anew; exit code 1 says that a row was changed,
put in or taken out.

Examples:
  trainer-tui hub audit --limit 20
  trainer-tui hub audit --verify
"""

from argparse import Namespace
from datetime import UTC, datetime

from trainer_tui.cli.hub.choosing import team_id
from trainer_tui.cli.hub.opening import add_database, opened_hub
from trainer_tui.cli.output import moment, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, at_least

_LAST = 50


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("--verify", action="store_true", help="prove that it is whole")
    parser.add_argument("--team", metavar="ID", help="what was done in this team")
    parser.add_argument(
        "--limit", type=at_least(1), default=_LAST, metavar="N", help=f"rows (default: {_LAST})"
    )
    add_database(parser, json=True)


def run(args: Namespace) -> int:
    """Read or verify it."""
    if args.verify:
        return _verify(args)
    with opened_hub(args) as hub:
        from trainer_tui.hub.operating import audit_trail
        from trainer_tui.hub.overview import names

        team = team_id(hub, args.team) if args.team else None
        rows = audit_trail(hub, limit=args.limit, team_id=team)
        called = {id: name for name, id in names(hub).items()}
    if args.json:
        put_json([row._asdict() | {"at": datetime.fromtimestamp(row.at, UTC)} for row in rows])
    elif not rows:
        say("Nothing was done yet.")
    else:
        table(
            ("number", "at", "actor", "action", "team", "subject"),
            [
                (
                    str(row.number),
                    moment(datetime.fromtimestamp(row.at, UTC)),
                    called.get(row.actor, row.actor),
                    row.action,
                    row.team or "",
                    called.get(row.subject, row.subject),
                )
                for row in rows
            ],
        )
    return 0


def _verify(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import audit

        wrong = audit.verify(hub)
    if args.json:
        put_json({"whole": wrong is None, "first_wrong": wrong})
    elif wrong is None:
        say("The audit trail is whole.")
    else:
        say(f"Row {wrong} of the audit trail does not fit the one before it.")
        narrate("Compare it with a backup: a row was changed, put in or taken out.")
    return 0 if wrong is None else 1
