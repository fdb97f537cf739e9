"""List the tasks in the order in which they are worked: drafts, open ones, then the rest.

Works while the workstation is open in another window.

Examples:
  trainer-tui tasks --state open --category coding
  trainer-tui tasks --search refund --json
"""

from argparse import Namespace

import msgspec

from trainer_tui.cli.opening import no_tasks, reading
from trainer_tui.cli.output import narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, add_json, at_least, one_of_these
from trainer_tui.domain.progress import State
from trainer_tui.domain.task import Category
from trainer_tui.services.tasks import Row

_STATES = {state.name.lower(): state for state in State}
_GLYPHS = {
    State.DRAFT: "✎",
    State.OPEN: "○",
    State.UNWORKABLE: "·",
    State.FLAGGED: "⚑",
    State.SKIPPED: "→",
    State.DONE: "✓",
}


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("--batch", metavar="ID", help="of this batch only, also a closed one")
    parser.add_argument(
        "--state",
        metavar="STATE",
        action="append",
        type=one_of_these("state", _STATES),
        help=f"{', '.join(_STATES)}; may be repeated",
    )
    categories = {category.value: category for category in Category}
    parser.add_argument(
        "--category",
        metavar="NAME",
        type=one_of_these("category", categories),
        help=", ".join(categories),
    )
    parser.add_argument(
        "--search", metavar="WORDS", help="with all these words in id, title, brief or prompts"
    )
    parser.add_argument("--limit", metavar="N", type=at_least(1), help="at most so many")
    add_json(parser)


def run(args: Namespace) -> int:
    """Print the list."""
    with reading() as workstation:
        batch = None
        if args.batch:
            from trainer_tui.cli.choosing import batch_id

            batch = batch_id(workstation, args.batch)
        every = workstation.rows(batch)
        rows = [row for row in every if _fits(row, args)]
        shown = rows[: args.limit]
        if args.json:
            put_json(
                [
                    {
                        "id": task.id,
                        "batch": workstation.tasks.batch_of(task.id).id,
                        "state": state.name.lower(),
                        **msgspec.to_builtins(
                            {
                                "kind": task.kind,
                                "category": task.category,
                                "title": task.title,
                                "priority": task.priority,
                                "estimate_minutes": task.estimate_minutes,
                                "warnings": task.warnings,
                            }
                        ),
                    }
                    for task, state in shown
                ]
            )
            return 0
    if not every:
        say(no_tasks(workstation))
    elif not rows:
        say("No task fits.")
    else:
        table(("state", "id", "kind", "minutes", "title"), map(_cells, shown))
    if len(shown) < len(rows):
        narrate(f"{len(rows) - len(shown):,} more.")
    return 0


def _fits(row: Row, args: Namespace) -> bool:
    task = row.task
    if args.state and row.state not in args.state:
        return False
    if args.category and task.category is not args.category:
        return False
    if args.search:
        text = "\n".join((task.id, task.title, task.instructions, *task.prompts)).casefold()
        return all(word in text for word in args.search.casefold().split())
    return True


def _cells(row: Row) -> tuple[str, ...]:
    task, state = row
    minutes = f"{task.estimate_minutes:g}" if task.estimate_minutes else ""
    warning = f"! {', '.join(task.warnings)}: " if task.warnings else ""
    return (
        f"{_GLYPHS[state]} {state.value}",
        task.id,
        task.kind.value,
        minutes,
        warning + task.title,
    )
