"""The line to the hub for the lead's commands, and what their words and answers look like."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from trainer_tui.cli.parsing import Parser
from trainer_tui.sync.trouble import Declined, SignedOut

if TYPE_CHECKING:
    from trainer_tui.sync.credentials import Secrets
    from trainer_tui.sync.lead_client import LeadClient


def add_team(parser: Parser) -> None:
    """Take a team; who leads one only may leave it out."""
    parser.add_argument(
        "--team", metavar="TEAM", help="id or title (default: the one that you lead)"
    )


@contextmanager
def leading() -> "Iterator[LeadClient]":
    """Open the line with the login of this workstation; raises `SignedOut` without one."""
    secrets = login()
    if secrets is None:
        raise SignedOut("nobody is logged in on this workstation")
    from trainer_tui.sync.lead_client import LeadClient

    client = LeadClient(secrets.url, secrets.token)
    try:
        yield client
    except Declined as error:
        if error.status == 403:
            error.hint = error.hint or "Only a lead of the team may do this."
        raise
    finally:
        client.close()


def login() -> "Secrets | None":
    """Return the login of this workstation, None if there is none."""
    from trainer_tui.store.paths import default_home
    from trainer_tui.store.token_file import TokenFile
    from trainer_tui.sync.credentials import KeyringOr

    home = default_home()
    return KeyringOr(str(home), TokenFile(home)).get()


def whole(value: Any) -> Any:
    """Return a record for a script to read, with what is at its default, which travels left out."""
    if isinstance(value, msgspec.Struct):
        return {name: whole(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [whole(inner) for inner in value]
    return value
