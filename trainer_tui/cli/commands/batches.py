"""List the batches, take one off the task list, or put it back.

Closing a batch loses nothing: its drafts and submissions stay.

Examples:
  trainer-tui batches
  trainer-tui batches close atlas-coding
"""

from argparse import Namespace

from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, Usage, add_json, one_of
from trainer_tui.domain.progress import State
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted

_ACTIONS = ("list", "close", "reopen")


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        type=one_of("action", _ACTIONS),
        metavar="ACTION",
        help=f"{', '.join(_ACTIONS)} (default: list)",
    )
    parser.add_argument("batch", nargs="?", metavar="ID", help="the batch to close or reopen")
    add_json(parser)


def run(args: Namespace) -> int:
    """List, close or reopen."""
    if args.action == "list":
        if args.batch:
            raise Usage("'list' takes no batch", "'trainer-tui tasks --batch ID' lists its tasks.")
        with reading() as workstation:
            _list(workstation, as_json=args.json)
        return 0
    if not args.batch:
        raise Usage(f"which batch is to {args.action}?", "'trainer-tui batches' lists them.")
    from trainer_tui.cli.choosing import batch_id

    with writing() as workstation:
        chosen = batch_id(workstation, args.batch)
        workstation.close_batch(chosen, args.action == "close")
        done = "closed" if args.action == "close" else "open again"
        narrate(f"The batch “{workstation.tasks.batches[chosen].title}” is {done}.")
    return 0


def _list(workstation: Workstation, *, as_json: bool) -> None:
    closed = workstation.profile.closed_batches
    batches = []
    for batch in workstation.batches():
        states = [workstation.tasks.state(task.id) for task in batch.tasks]
        batches.append(
            {
                "id": batch.id,
                "title": batch.title,
                "team": batch.team,
                "language": batch.language,
                "tasks": len(states),
                "done": states.count(State.DONE),
                "open": states.count(State.OPEN) + states.count(State.DRAFT),
                "closed": batch.id in closed,
                "sample": batch.sample,
                "source": batch.source,
                "imported_at": batch.imported_at,
            }
        )
    if as_json:
        put_json(batches)
    elif not batches:
        say("There are no batches yet. 'trainer-tui import FILE' adds one.")
    else:
        table(
            ("id", "tasks", "done", "open", "state", "title"),
            [
                (
                    str(b["id"]),
                    str(b["tasks"]),
                    str(b["done"]),
                    str(b["open"]),
                    "closed" if b["closed"] else "open",
                    str(b["title"]),
                )
                for b in batches
            ],
        )
        total = sum(len(batch.tasks) for batch in workstation.batches())
        narrate(f"{counted(total, 'task')} in all.")
