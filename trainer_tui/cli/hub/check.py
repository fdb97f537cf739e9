"""Look whether the database answers and is of this version, and what the hub holds.

Exit code 3 says that it does not answer.

Example:
  trainer-tui hub check --json
"""

import time
from argparse import Namespace
from datetime import UTC, datetime

from trainer_tui.cli.hub.opening import add_database, database_url, opened_hub, told
from trainer_tui.cli.output import moment, put_json, say
from trainer_tui.cli.parsing import Parser
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_database(parser, json=True)


def run(args: Namespace) -> int:
    """Look."""
    with opened_hub(args) as hub:
        from trainer_tui.hub.overview import overview

        began = time.monotonic()
        found = overview(hub)
        milliseconds = round((time.monotonic() - began) * 1000, 1)
    oldest, last = _at(found.oldest), _at(found.last)
    if args.json:
        put_json(
            {
                "hub": hub.id,
                "epoch": hub.epoch,
                "database": told(database_url(args)),
                "milliseconds": milliseconds,
                "counts": found.counts,
                "waiting": found.waiting,
                "oldest_waiting_since": oldest,
                "last_received_at": last,
            }
        )
        return 0
    say(f"Hub {hub.id}")
    say(f"Database: {told(database_url(args))}, answered in {milliseconds} ms")
    for what, number in found.counts.items():
        say(f"{what.capitalize()}: {number:,}")
    since = f", the oldest published {moment(oldest)}" if oldest else ""
    say(f"Wanted and with nobody: {counted(found.waiting, 'answer')}{since}")
    if last:
        say(f"Work came in last: {moment(last)}")
    if found.counts["set aside"]:
        say("Set aside are operations that came twice under one id and say different things.")
    return 0


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
