"""Serve a hub until it is told to stop; what is in flight is finished then.

Without --database it is a hub in a file of its own, made at the first start. On anything but
the machine's own address it speaks TLS, by itself (--tls-cert, --tls-key) or through a proxy
in front (--behind-proxy, which also says whose word on the address of a client is taken).
The log goes to standard error, one JSON object a line, without contents.

Examples:
  trainer-tui hub serve
  trainer-tui hub serve --host 0.0.0.0 --port 443 --tls-cert hub.pem --tls-key hub.key
  trainer-tui hub serve --workers 4 --behind-proxy 10.0.0.7
"""

import argparse
import os
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from trainer_tui.cli.hub.opening import (
    add_database,
    database_url,
    needs_extra,
    opened_database,
    told,
)
from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Parser, Usage, at_least
from trainer_tui.domain.errors import NotFound, TrainerError
from trainer_tui.domain.uuid7 import id_maker

if TYPE_CHECKING:
    from trainer_tui.hub.database import Database

PORT = 8765


class PortTaken(TrainerError):
    """Another program listens there."""

    title = "Cannot listen"


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this machine"
    )
    parser.add_argument("--port", type=_port, default=PORT, metavar="N", help=f"default: {PORT}")
    parser.add_argument(
        "--workers", type=at_least(1), default=1, metavar="N", help="processes (default: 1)"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, PEM")
    parser.add_argument(
        "--behind-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy in front, which ends TLS: address or network; may be repeated",
    )
    add_database(parser)


def run(args: Namespace) -> int:
    """Serve it."""
    if bool(args.tls_cert) != bool(args.tls_key):
        raise Usage("--tls-cert and --tls-key go together")
    if args.tls_cert and args.behind_proxy:
        raise Usage("TLS ends here or at the proxy", "Leave --behind-proxy or --tls-cert out.")
    with needs_extra():
        from trainer_tui.hub import serving
        from trainer_tui.hub.settings import Settings

    settings = Settings(
        certificate=args.tls_cert or "",
        key=args.tls_key or "",
        tls_before=bool(args.behind_proxy),
        proxies=tuple(args.behind_proxy),
    )
    serving.require_safe(args.host, settings)
    _require_free(args.host, args.port)
    with opened_database(args, create=True) as database:
        _welcome(args, database)
    serving.serve(database_url(args), args.host, args.port, args.workers, settings)
    return 0


def _port(word: str) -> int:
    number = int(word) if word.isascii() and word.isdecimal() else 0
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"expected a port, 1 to 65535, got {word!r}")
    return number


def _require_free(host: str, port: int) -> None:
    """Find out here, with a plain message, what would fail in each of the processes."""
    import socket

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # elsewhere it would take a port that is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        raise PortTaken(
            f"{host}, port {port}: {said}", "--port takes another port, --host another address."
        ) from None


def _welcome(args: Namespace, database: "Database") -> None:
    """Make the hub if it is not there, and say where it is and what to do next."""
    from trainer_tui.hub.installing import install, open_hub
    from trainer_tui.hub.overview import overview

    new_id = id_maker()
    try:
        hub = open_hub(database, now=time.time, new_id=new_id)
    except NotFound:
        install(database, now=time.time, new_id=new_id)
        hub = open_hub(database, now=time.time, new_id=new_id)
    counts = overview(hub).counts
    secure = args.tls_cert or args.behind_proxy
    host = f"[{args.host}]" if ":" in args.host else args.host
    narrate(f"Hub {hub.id} in {told(database_url(args))}")
    if args.behind_proxy:
        narrate(f"Listens on {host}:{args.port} for {', '.join(args.behind_proxy)}.")
    else:
        narrate(f"Serves {'https' if secure else 'http'}://{host}:{args.port}; Ctrl+C stops it.")
    at = f" --database {told(args.database)}" if args.database else ""
    if not counts["teams"]:
        narrate(
            "Next, in another terminal:\n"
            f'  trainer-tui hub teams add atlas "Atlas, coding"{at}\n'
            f"  trainer-tui hub members add NAME --team atlas --role lead{at}"
        )
    elif not counts["members"]:
        narrate(
            "Next, in another terminal:\n"
            f"  trainer-tui hub members add NAME --team ID --role lead{at}"
        )
    elif not args.behind_proxy:
        narrate(
            f"Workstations: trainer-tui login {'https' if secure else 'http'}://{host}:{args.port}"
        )
