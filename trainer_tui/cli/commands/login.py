"""Log in at your firm's hub: tasks come from there, and finished work leaves by itself.

The password is asked for on the terminal, or read from the first line of standard input;
it is never an argument. URL is https://; http:// works only for a hub on this machine.
The login is kept in the system's keyring, or in a file that only you can read.

Examples:
  trainer-tui login https://hub.example.org
  trainer-tui login https://hub.example.org --name ada < password.txt
"""

import sys
from argparse import Namespace

from trainer_tui.cli.opening import line_to_hub, reading, writing
from trainer_tui.cli.output import narrate, one_line
from trainer_tui.cli.parsing import Parser, Usage
from trainer_tui.domain.errors import StoreBusy
from trainer_tui.services.workstation import Workstation

_LONGEST = 1000


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("url", metavar="URL", help="address of the hub")
    parser.add_argument("--name", metavar="NAME", help="your name there; otherwise as here")


def run(args: Namespace) -> int:
    """Log in."""
    from trainer_tui.sync.address import hub_address

    url = hub_address(args.url)
    try:
        with writing() as workstation:
            _log_in(workstation, url, args.name)
    except StoreBusy:
        # Beside an open workstation a login that has ended can be renewed.
        with reading() as workstation:
            link = workstation.store.hub().link
            if link is None or link.url != url:
                raise
            _log_in(workstation, url, args.name)
    return 0


def _log_in(workstation: Workstation, url: str, name: str | None) -> None:
    import platform

    link = workstation.store.hub().link
    known = link.name if link is not None and link.url == url else ""
    name = one_line(name or known or workstation.profile.trainer)
    if not name:
        raise Usage("as whom?", "Give --name NAME.")
    syncing = line_to_hub(workstation)
    syncing.greet(url)
    status = syncing.log_in(url, name, _password(name, url), one_line(platform.node())[:100])
    narrate(f"Logged in at {status.hub} as {status.member}.")
    narrate("The workstation exchanges by itself; 'trainer-tui sync' does it now.")


def _password(name: str, url: str) -> str:
    """Ask for the password without an echo, or read it from standard input."""
    if sys.stdin.isatty():
        import getpass
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                password = getpass.getpass(f"Password of {one_line(name)} at {url}: ")
            except (getpass.GetPassWarning, EOFError):
                raise Usage("the terminal would show the password", "Send it by stdin.") from None
    else:
        password = sys.stdin.readline(_LONGEST + 2).rstrip("\r\n")
    if not password:
        raise Usage("there is no password", "It is asked for, or the first line of stdin.")
    return password
