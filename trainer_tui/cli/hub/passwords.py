"""Passwords: made here and shown once, or read where nobody looks on; never of an argument."""

import secrets
import sys
from argparse import Namespace
from typing import NamedTuple

from trainer_tui.cli.parsing import Parser
from trainer_tui.domain.errors import BadInput

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another one when copying them by hand."""
_GROUPS, _IN_GROUP = 5, 4
_SHORTEST = 8
"""Characters of a password that somebody chooses (NIST SP 800-63B)."""


class Password(NamedTuple):
    """A password, and whether somebody has to be told it."""

    text: str
    made: bool


def add_password(parser: Parser) -> None:
    """Let the password be read instead of made."""
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input (default: make one and show it once)",
    )


def password(args: Namespace) -> Password:
    """Return the password that is read, or a new one of 99 random bits."""
    if not args.password_stdin:
        return Password(generated(), made=True)
    return Password(read(), made=False)


def generated() -> str:
    """Return a password that can be read out on the telephone."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def read() -> str:
    """Read a line from standard input, without an echo if that is a terminal."""
    from trainer_tui.hub.passwords import LONGEST

    if sys.stdin.isatty():
        text = _typed("Password: ")
        if _typed("Once more: ") != text:
            raise BadInput("the two differ", "Type the same one twice.", title="Password")
    else:
        data = sys.stdin.buffer.readline(LONGEST * 4 + 2)
        try:
            text = data.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise BadInput("it is not UTF-8", title="Password") from None
    if not _SHORTEST <= len(text) <= LONGEST:
        raise BadInput(
            f"it has {len(text)} characters",
            f"A password has {_SHORTEST} to {LONGEST}.",
            title="Password",
        )
    return text


def _typed(prompt: str) -> str:
    import getpass
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except (getpass.GetPassWarning, EOFError):
            raise BadInput(
                "the terminal would show it", "Send it by a pipe.", title="Password"
            ) from None
