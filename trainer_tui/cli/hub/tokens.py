"""List the logins of all members, make one for a machine, or end one.

A token lets a script or a machine in as a member, without a password. It is shown once;
the hub keeps only its digest.

Examples:
  trainer-tui hub tokens
  trainer-tui hub tokens add ada --device nightly-report
  trainer-tui hub tokens revoke 019f3c2e
"""

from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from trainer_tui.cli.hub.choosing import member_id
from trainer_tui.cli.hub.opening import add_database, opened_hub, operator
from trainer_tui.cli.nesting import Below, Inline, add_commands
from trainer_tui.cli.output import moment, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser
from trainer_tui.domain.errors import NotFound

if TYPE_CHECKING:
    from trainer_tui.hub.operating import Token
    from trainer_tui.hub.state import Hub


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_commands(parser, _TABLE, otherwise="list")


def run(args: Namespace) -> int:
    """List them."""
    with opened_hub(args) as hub:
        from trainer_tui.hub import operating

        tokens = operating.tokens(hub, member_id(hub, args.member) if args.member else None)
    if args.json:
        put_json([_facts(token) for token in tokens])
    elif not tokens:
        say("Nobody is logged in.")
    else:
        table(
            ("id", "member", "used", "ends", "device"),
            [
                (t.id, t.member, moment(_at(t.used_at)), moment(_at(t.expires_at)), t.device)
                for t in tokens
            ],
        )
    return 0


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _facts(token: "Token") -> dict[str, Any]:
    times = ("created_at", "used_at", "expires_at")
    return token._asdict() | {name: _at(getattr(token, name)) for name in times}


def _configure_list(parser: Parser) -> None:
    parser.add_argument("--member", metavar="NAME", help="of this member only")
    add_database(parser, json=True)


def _configure_add(parser: Parser) -> None:
    parser.add_argument("member", metavar="NAME", help="whom it lets in")
    parser.add_argument(
        "--device", metavar="TEXT", required=True, help="what it is recognized by in the list"
    )
    add_database(parser, json=True)


def _add(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import operating

        member = member_id(hub, args.member)
        session = operating.open_token(hub, operator(), member, args.device)
    if args.json:
        facts = {"id": session.id, "member": session.name, "device": args.device}
        put_json(facts | {"expires_at": session.expires_at, "token": session.token})
    else:
        say(session.token)
    narrate(f"This token is shown this once; it ends on {moment(session.expires_at)}.")
    return 0


def _configure_revoke(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="its id in the list, or enough of it")
    add_database(parser)


def _revoke(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import operating

        token = operating.end_token(hub, operator(), _session_id(hub, args.id))
    narrate(f"The token of {token.member} on {token.device or 'no named device'} has ended.")
    return 0


def _session_id(hub: "Hub", word: str) -> str:
    from trainer_tui.hub import operating

    ids = [token.id for token in operating.tokens(hub)]
    found = [id for id in ids if word and (id.startswith(word) or id.endswith(word))]
    if len(found) == 1:
        return found[0]
    said = f"{word!r} fits {len(found)} of them" if found else f"there is no token {word!r}"
    raise NotFound(said, "'trainer-tui hub tokens' lists their ids.")


_TABLE = (
    Below(
        "list",
        Inline("List the logins that have not ended.", _configure_list, run),
        "list them (the default)",
    ),
    Below(
        "add",
        Inline(
            "Make a token for a machine, and show it once.\n\n"
            "Example:\n  trainer-tui hub tokens add ada --device nightly-report > FILE",
            _configure_add,
            _add,
        ),
        "make one for a machine",
    ),
    Below(
        "revoke",
        Inline(
            "End one, whoever's it is; its next request is refused.\n\n"
            "Example:\n  trainer-tui hub tokens revoke 019f3c2e",
            _configure_revoke,
            _revoke,
        ),
        "end one",
    ),
)
