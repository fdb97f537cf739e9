"""What is done with one member, each a command below `trainer-tui hub members`."""

from argparse import Namespace
from typing import TYPE_CHECKING

from trainer_tui.cli.entering import fit
from trainer_tui.cli.hub.choosing import add_role, member_id, team_id
from trainer_tui.cli.hub.opening import add_database, opened_hub, operator
from trainer_tui.cli.hub.passwords import Password, add_password, password
from trainer_tui.cli.nesting import Below, Inline
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, add_json
from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.membership import Role

if TYPE_CHECKING:
    from trainer_tui.hub.state import Hub


def _add_name(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="the member's name")


def _add_team(parser: Parser) -> None:
    parser.add_argument("--team", metavar="ID", required=True, help="the team, by id or title")


def _configure_add(parser: Parser) -> None:
    _add_name(parser)
    parser.add_argument("--team", metavar="ID", help="the team, by id or title")
    add_role(parser, default=Role.TRAINER)
    parser.add_argument("--certified", action="store_true", help="give the team's tasks at once")
    add_password(parser)
    add_database(parser, json=True)


def _add(args: Namespace) -> int:
    name = fit(args.name, "the name")
    if name != name.strip() or not name or "\n" in name or "\t" in name:
        raise Usage("a name is one line of text without spaces around it")
    with opened_hub(args) as hub:
        from trainer_tui.hub import passwords, people

        team = team_id(hub, args.team) if args.team else None
        known, secret = people.member_by_name(hub, name), None
        if known is None:
            secret = password(args)
            id = people.create_member(hub, operator(), name, passwords.hashed(secret.text))
        elif team is not None and not args.password_stdin:
            id = known.id
        else:
            raise Usage(
                f"there is a member {name!r} already",
                "--team takes them into a team; 'trainer-tui hub members password' gives another "
                "password.",
            )
        if team is not None:
            people.set_membership(
                hub, operator(), team, id, role=args.role, certified=args.certified, ended=False
            )
    _tell(args, name, id, secret)
    if secret is None:
        narrate(f"{name} was a member before; nothing but the team has changed.")
    return 0


def _tell(args: Namespace, name: str, id: str, secret: Password | None) -> None:
    shown = secret.text if secret is not None and secret.made else None
    if args.json:
        put_json({"id": id, "name": name} | ({"password": shown} if shown else {}))
    elif shown:
        say(f"{name}  {shown}")
    else:
        say(name)
    if shown:
        narrate("This password is shown this once. They log in with: trainer-tui login")


def _configure_certify(parser: Parser) -> None:
    _add_name(parser)
    _add_team(parser)
    parser.add_argument("--withdraw", action="store_true", help="take the certification back")
    add_database(parser)


def _certify(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        id, team = member_id(hub, args.name), team_id(hub, args.team)
        _require_in(hub, args.name, id, team)
        people.set_membership(hub, operator(), team, id, certified=not args.withdraw)
    narrate(f"{args.name} is {'no longer ' if args.withdraw else ''}certified in {team}.")
    return 0


def _require_in(hub: "Hub", name: str, member: str, team: str) -> None:
    from trainer_tui.hub import overview

    (found,) = (known for known in overview.members(hub) if known.id == member)
    if all(known.team != team for known in found.teams):
        raise NotFound(
            f"{name} is not in the team {team}",
            f"'trainer-tui hub members add {name} --team {team}' takes them in.",
        )


def _configure_move(parser: Parser) -> None:
    _add_name(parser)
    parser.add_argument("--from", dest="old", metavar="ID", required=True, help="the team left")
    parser.add_argument("--to", dest="new", metavar="ID", required=True, help="the team joined")
    parser.add_argument(
        "--certified", action="store_true", help="give the other team's tasks at once"
    )
    add_database(parser)


def _move(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        id = member_id(hub, args.name)
        old, new = team_id(hub, args.old), team_id(hub, args.new)
        people.move(hub, operator(), id, old, new, certified=args.certified)
    narrate(f"{args.name} is in {new} now. What they claimed in {old} may still be sent.")
    return 0


def _configure_end(parser: Parser) -> None:
    _add_name(parser)
    _add_team(parser)
    add_database(parser)


def _end(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        id, team = member_id(hub, args.name), team_id(hub, args.team)
        _require_in(hub, args.name, id, team)
        people.set_membership(hub, operator(), team, id, ended=True)
    narrate(f"{args.name} has left {team}. What they claimed there may still be sent.")
    return 0


def _configure_one(parser: Parser) -> None:
    _add_name(parser)
    add_database(parser)


def _revoke(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import people

        people.revoke(hub, operator(), member_id(hub, args.name))
    narrate(
        f"{args.name} is shut out from the next request on; what they wrote is theirs to export.\n"
        f"'trainer-tui hub members enable {args.name}' lets them in again."
    )
    return 0


def _enable(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import operating

        operating.enable(hub, operator(), member_id(hub, args.name))
    narrate(f"{args.name} may log in again.")
    return 0


def _configure_password(parser: Parser) -> None:
    _add_name(parser)
    add_password(parser)
    add_database(parser)
    add_json(parser)


def _password(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import operating, passwords

        id = member_id(hub, args.name)
        secret = password(args)
        operating.set_password(hub, operator(), id, passwords.hashed(secret.text))
    _tell(args, args.name, id, secret)
    narrate("All their logins have ended.")
    return 0


_ABOUT_PASSWORDS = """
A password is made and shown once, or read from standard input; it is never an argument,
which everybody on the machine could see."""

TABLE = (
    Below(
        "add",
        Inline(
            "Add a member, or take one that there is into a team.\n"
            f"{_ABOUT_PASSWORDS}\n\n"
            "Examples:\n"
            "  trainer-tui hub members add ada --team atlas --role lead\n"
            "  trainer-tui hub members add ben --team atlas --certified --password-stdin < FILE",
            _configure_add,
            _add,
        ),
        "add a member, or take one into a team",
    ),
    Below(
        "certify",
        Inline(
            "Let a member have the tasks of a team, or no longer.\n\n"
            "Example:\n  trainer-tui hub members certify ada --team atlas",
            _configure_certify,
            _certify,
        ),
        "let a member have a team's tasks",
    ),
    Below(
        "move",
        Inline(
            "Move a member from one team to another; what they claimed may still be sent.\n\n"
            "Example:\n  trainer-tui hub members move ada --from atlas --to borealis",
            _configure_move,
            _move,
        ),
        "move a member to another team",
    ),
    Below(
        "end",
        Inline(
            "Let a member leave a team; what they claimed there may still be sent.\n\n"
            "Example:\n  trainer-tui hub members end ada --team atlas",
            _configure_end,
            _end,
        ),
        "let a member leave a team",
    ),
    Below(
        "revoke",
        Inline(
            "Shut a member out of the whole hub at once, and end all their logins.\n\n"
            "Example:\n  trainer-tui hub members revoke ada",
            _configure_one,
            _revoke,
        ),
        "shut a member out at once",
    ),
    Below(
        "enable",
        Inline(
            "Let a member in again who was shut out; they log in anew.\n\n"
            "Example:\n  trainer-tui hub members enable ada",
            _configure_one,
            _enable,
        ),
        "let one in again",
    ),
    Below(
        "password",
        Inline(
            "Give a member another password, and end all their logins.\n"
            f"{_ABOUT_PASSWORDS}\n\n"
            "Example:\n  trainer-tui hub members password ada",
            _configure_password,
            _password,
        ),
        "give a member another password",
    ),
)
