"""Read the guidelines of a batch, and what has changed in them since you last read them.

What you submit carries the version that you have read. When guidelines change under your work,
--diff shows what is different (the lines of the old text begin with -, those of the new one
with +), and --acknowledge says that you have read it. Without a batch every batch is listed.

Examples:
  trainer-tui guidelines
  trainer-tui guidelines atlas-coding
  trainer-tui guidelines atlas-coding --diff --acknowledge
"""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, Usage, add_json
from trainer_tui.domain.guidelines import Change
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.differences import differences
from trainer_tui.ui.words import counted

_CONTEXT = 2
"""Unchanged lines shown around a change."""


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("batch", nargs="?", metavar="BATCH", help="id of a batch")
    parser.add_argument("--diff", action="store_true", help="show what changed last")
    parser.add_argument("--acknowledge", action="store_true", help="say that you have read it")
    add_json(parser)


def run(args: Namespace) -> int:
    """List the versions, or read the guidelines of one batch."""
    if not args.batch:
        if args.diff or args.acknowledge:
            raise Usage("of which batch?", "'trainer-tui guidelines' lists them.")
        with reading() as workstation:
            _list(workstation, as_json=args.json)
        return 0
    from trainer_tui.cli.choosing import batch_id

    with writing() if args.acknowledge else reading() as workstation:
        chosen = batch_id(workstation, args.batch)
        facts = _facts(workstation, chosen)
        if args.json:
            put_json(facts)
        elif args.diff:
            _tell_change(workstation.guidelines.latest(chosen))
        elif not args.acknowledge:
            _tell(workstation, chosen)
        if args.acknowledge:
            workstation.guidelines.acknowledge(chosen)
            was = "" if facts["unread"] else " already"
            narrate(f"Version {facts['version']} counts as read{was}.")
        elif facts["unread"]:
            narrate(unread_words(facts["read"]))
    return 0


def unread_words(read: str) -> str:
    """Say that guidelines have changed since a version that was read last."""
    return (
        f"They have changed since you read version {read}: '--diff' shows it and "
        "'--acknowledge' says that you have read it."
    )


def _facts(workstation: Workstation, chosen: str) -> dict[str, Any]:
    batch, guidelines = workstation.tasks.batches[chosen], workstation.guidelines
    latest = guidelines.latest(chosen)
    return {
        "batch": chosen,
        "title": batch.title,
        "version": batch.guidelines.label,
        "read": guidelines.version(chosen),
        "unread": guidelines.change(chosen) is not None,
        "text": batch.guidelines.text,
        "earlier": [{"version": one.label, "text": one.text} for one in batch.earlier_guidelines],
        "diff": [f"{mark} {line}" for mark, line in difference(latest)] if latest else [],
    }


def _list(workstation: Workstation, *, as_json: bool) -> None:
    every = [_facts(workstation, batch.id) for batch in workstation.batches()]
    if as_json:
        put_json(every)
    elif not every:
        say("There are no batches yet. 'trainer-tui import FILE' adds one.")
    else:
        rows = [
            (one["batch"], one["version"], f"changed since {one['read']}" if one["unread"] else "")
            for one in every
        ]
        table(("batch", "version", "to read"), rows)


def _tell(workstation: Workstation, chosen: str) -> None:
    batch = workstation.tasks.batches[chosen]
    say(f"{batch.title} · guidelines, version {batch.guidelines.label}")
    say()
    say(batch.guidelines.text.rstrip("\n") or "This batch has no guidelines.")


def _tell_change(change: Change | None) -> None:
    if change is None:
        say("These guidelines have not changed since they were imported.")
        return
    old = f"version {change.old.label}" if change.old else "nothing that is kept"
    say(f"From {old} to version {change.new.label}")
    say()
    for mark, line in difference(change):
        say(f"{mark} {line}".rstrip())


def difference(change: Change) -> Iterator[tuple[str, str]]:
    """Yield the lines of a change as they lead from old to new, each with `-`, `+` or a space.

    Long stretches without a change are told by their number.
    """
    blocks = differences(change.old.text if change.old else "", change.new.text)
    for place, block in enumerate(blocks):
        if block.kind == "same":
            lines = block.pieces[0].text.split("\n")
            head, tail = _CONTEXT * (place > 0), _CONTEXT * (place < len(blocks) - 1)
            if (left_out := len(lines) - head - tail) > 1:
                lines[head : len(lines) - tail] = [f"⋯ {counted(left_out, 'line')} the same"]
            yield from ((" ", line) for line in lines)
            continue
        for mark, kind in (("-", "removed"), ("+", "added")):
            kept = [piece.text for piece in block.pieces if piece.kind in ("same", kind)]
            if kept:
                yield from ((mark, line) for line in "".join(kept).split("\n"))
