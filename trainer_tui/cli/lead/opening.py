"""The line to the hub for the lead's commands, and which team or member a word means."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trainer_tui.cli.parsing import Parser

if TYPE_CHECKING:
    from trainer_tui.sync.lead_client import LeadClient


def add_team(parser: Parser) -> None:
    """Take a team; who leads one only may leave it out."""
    parser.add_argument(
        "--team", metavar="TEAM", help="id or title (default: the one that you lead)"
    )


@contextmanager
def leading() -> "Iterator[LeadClient]":
    """Open the line with the login of this workstation; raises `NotLoggedIn` without one."""
    raise NotImplementedError
