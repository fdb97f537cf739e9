"""Write submissions for training or review, one JSON record a line, oldest first.

Without --output it goes to standard output. A file is there as a whole or not at all; one of
that name is replaced.
A DATE is 2026-01-31 (your own time zone) or a full moment such as 2026-01-31T12:00Z;
--since includes it, --until a day includes that day.

Examples:
  trainer-tui export --format openai --output train.jsonl
  trainer-tui export --format native --status all --since 2026-01-01 | jq .messages
"""

import argparse
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from trainer_tui.cli.opening import reading
from trainer_tui.cli.output import narrate, put, say
from trainer_tui.cli.parsing import Parser, one_of
from trainer_tui.cli.progress import Bar
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.submission import Sample
from trainer_tui.formats.writing import EXPORTS, ExportFormat, write_atomically
from trainer_tui.ui.words import counted

_STATUSES = ("standing", "withdrawn", "all")


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--format",
        type=one_of("format", EXPORTS),
        default="messages",
        metavar="NAME",
        help=", ".join(EXPORTS) + " (default: messages)",
    )
    parser.add_argument(
        "--output", "-o", metavar="FILE", default="-", help="where to; '-' is standard output"
    )
    parser.add_argument("--batch", metavar="ID", help="of this batch only")
    parser.add_argument("--since", type=_since, metavar="DATE", help="submitted at or after it")
    parser.add_argument("--until", type=_until, metavar="DATE", help="submitted before its end")
    parser.add_argument(
        "--status",
        type=one_of("status", _STATUSES),
        default="standing",
        metavar="STATUS",
        help="standing (the newest revisions, default), withdrawn, all",
    )
    parser.add_argument(
        "--skip-unfit", action="store_true", help="leave out what the format cannot hold"
    )


def run(args: Namespace) -> int:
    """Write them."""
    with reading() as workstation:
        batch = None
        if args.batch:
            from trainer_tui.cli.choosing import batch_id

            batch = batch_id(workstation, args.batch)
        samples = workstation.samples(batch, args.since, args.until, args.status)
        lines = Lines(samples, EXPORTS[args.format], skip_unfit=args.skip_unfit)
        if args.output == "-":
            _print(lines)
        else:
            path = Path(args.output)
            there = path.exists()
            with Bar(f"Writing {args.output}") as bar:
                write_atomically(path, lines, progress=bar)
            replaced = "; the file that was there is replaced" if there else ""
            narrate(f"{counted(lines.written, 'submission')} written to {args.output}{replaced}.")
    if not lines.written:
        narrate("No submission fits.")
    if lines.unfit:
        narrate(f"{counted(lines.unfit, 'submission')} left out: {args.format} cannot hold them.")
    return 0


class Lines:
    """The lines of an export, counted as they are taken."""

    def __init__(
        self, samples: Iterable[Sample], format_: ExportFormat, *, skip_unfit: bool
    ) -> None:
        self._samples, self._format, self._skip_unfit = samples, format_, skip_unfit
        self.written = self.unfit = 0

    def __iter__(self) -> Iterator[bytes]:
        if self._format.header:
            yield self._format.header
        for sample in self._samples:
            try:
                line = self._format.encode(sample)
            except BadInput as error:
                if not self._skip_unfit:
                    raise BadInput(
                        error.message,
                        f"{error.hint} --skip-unfit leaves it out.",
                        title=error.title,
                    ) from None
                self.unfit += 1
                continue
            self.written += 1
            yield line


def _print(lines: Lines) -> None:
    # On a terminal somebody reads it, and nothing in it may be obeyed; elsewhere it is data.
    on_screen = sys.stdout.isatty()
    for line in lines:
        if on_screen:
            say(line.decode().rstrip("\n"))
        else:
            put(line)


def _since(word: str) -> datetime:
    return _moment(word)


def _until(word: str) -> datetime:
    """A day means its end; a moment is taken as it is."""
    return _moment(word, whole_day=timedelta(days=1))


def _moment(word: str, whole_day: timedelta = timedelta()) -> datetime:
    try:
        at = datetime.fromisoformat(word)
        if len(word) <= len("2026-01-31"):
            at += whole_day
        return at if at.tzinfo else at.astimezone()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f"expected a date such as 2026-01-31, got {word!r}"
        ) from None
