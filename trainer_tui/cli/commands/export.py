"""Write submissions for training or review, one JSON record a line, oldest first.

Without --output it goes to standard output. A file is there as a whole or not at all; one of
that name is replaced.
A DATE is 2026-01-31 (your own time zone) or a full moment such as 2026-01-31T12:00Z;
--since includes it, --until a day includes that day.
--with-rules adds to each record the rules that its task set ("rules") and, in their order, what
each said of the text ("verdicts": met, figure, waived). 'native' and 'ifeval' hold rules anyway.

Examples:
  trainer-tui export --with-rules --output train.jsonl
  trainer-tui export --format openai --output train.jsonl
  trainer-tui export --format native --status all --since 2026-01-01 | jq .messages
"""

import argparse
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from trainer_tui.cli.opening import reading
from trainer_tui.cli.output import narrate, put, say
from trainer_tui.cli.parsing import Parser, Usage, one_of
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
    parser.add_argument(
        "--with-rules", action="store_true", help="add each record's rules and their verdicts"
    )


def run(args: Namespace) -> int:
    """Write them."""
    if args.with_rules and EXPORTS[args.format].rules == "refused":
        takes = ", ".join(name for name, one in EXPORTS.items() if one.rules != "refused")
        raise Usage(
            f"{args.format} is refused by its reader if it holds other keys than its own",
            f"Leave --with-rules out, or take another format: {takes}.",
        )
    with reading() as workstation:
        batch = None
        if args.batch:
            from trainer_tui.cli.choosing import batch_id

            batch = batch_id(workstation, args.batch)
        samples = workstation.samples(batch, args.since, args.until, args.status)
        lines = Lines(samples, EXPORTS[args.format], args.skip_unfit, args.with_rules)
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
    if lines.left_out:
        count = counted(lines.left_out.total(), "rule")
        named = ", ".join(sorted(lines.left_out))
        narrate(f"{count} left out, of kinds that {args.format} does not know: {named}.")
    return 0


class Lines:
    """The lines of an export, counted as they are taken."""

    def __init__(
        self,
        samples: Iterable[Sample],
        format_: ExportFormat,
        skip_unfit: bool,
        with_rules: bool,
    ) -> None:
        self._samples, self._format = samples, format_
        self._skip_unfit, self._with_rules = skip_unfit, with_rules
        self.written = self.unfit = 0
        self.left_out: Counter[str] = Counter()
        """How often each rule was left out that the format cannot say."""

    def __iter__(self) -> Iterator[bytes]:
        if self._format.header:
            yield self._format.header
        for sample in self._samples:
            try:
                line = self._format.encode(sample, with_rules=self._with_rules)
            except BadInput as error:
                if not self._skip_unfit:
                    raise BadInput(
                        error.message,
                        f"{error.hint} --skip-unfit leaves it out.",
                        title=error.title,
                    ) from None
                self.unfit += 1
                continue
            self.left_out.update(self._format.left_out(sample))
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
