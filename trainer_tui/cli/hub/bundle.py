"""Take in shift bundles of trainers without a line, and give them out.

A trainer's 'trainer-tui bundle out FILE' makes a file that comes here by mail or on a stick;
'in' takes it, and 'out' makes the file that answers it: what became of the work, and tasks.
A file may be taken twice or late, and an answer made again: nothing is doubled. 'key' prints
the line that a workstation which never had a line needs once; it is a secret.

Examples:
  trainer-tui hub bundle in ada.bundle
  trainer-tui hub bundle out ada answer.bundle
  trainer-tui hub bundle out ada first.bundle --tasks 20 --whole
  trainer-tui hub bundle key ada
"""

from argparse import Namespace
from pathlib import Path

from trainer_tui.cli.hub.choosing import member_id
from trainer_tui.cli.hub.opening import add_database, opened_hub, operator
from trainer_tui.cli.nesting import Below, Inline, add_commands
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, at_least
from trainer_tui.sync import bundle_file
from trainer_tui.sync.protocol import Status
from trainer_tui.ui.words import counted

_CAME = {
    Status.ACCEPTED: "new",
    Status.DUPLICATE: "known before",
    Status.CONFLICT: "in conflict with other work; both are kept",
    Status.REFUSED: "refused",
    Status.RETRY: "not taken now",
}


def configure(parser: Parser) -> None:
    """Add the commands below this one."""
    add_commands(parser, _TABLE)


def run(args: Namespace) -> int:
    """Ask which of the commands below is meant; they have functions of their own."""
    raise Usage("in, out or key?", "'trainer-tui hub bundle --help' tells.")


def _configure_in(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a bundle that a workstation made")
    add_database(parser, json=True)


def _in(args: Namespace) -> int:
    data = bundle_file.read(Path(args.file))
    with opened_hub(args) as hub:
        from trainer_tui.hub import bundles

        came = bundles.receive(hub, data, actor=operator())
    counts = {status: 0 for status in Status}
    for result in came.results:
        counts[result.status] += 1
    late = sum(result.late for result in came.results)
    if args.json:
        put_json(
            {
                "member": came.member_id,
                "name": came.name,
                "bundle": came.bundle_id,
                "tasks": came.tasks,
                "late": late,
                "results": came.results,
            }
        )
        return 0
    say(f"{counted(len(came.results), 'operation')} of {came.name}.")
    for status, count in counts.items():
        if count:
            say(f"  {count:,} {_CAME[status]}")
    if late:
        say(f"  {late:,} late, which counts all the same")
    for result in came.results:
        if result.status is Status.REFUSED:
            say(f"  {result.op_id}: {result.message or result.code}")
    if came.other_epoch:
        narrate("The workstation has not heard yet that this hub was restored; the answer tells.")
    wish = f", with {counted(came.tasks, 'task')}" if came.tasks else ""
    narrate(f"'trainer-tui hub bundle out {came.name} FILE' makes the answer{wish}.")
    return 0


def _configure_out(parser: Parser) -> None:
    parser.add_argument("member", metavar="NAME", help="for whom")
    parser.add_argument("file", metavar="FILE", help="the file to write")
    parser.add_argument(
        "--tasks",
        type=at_least(0),
        metavar="N",
        help="claim so many tasks (default: as many as the workstation asked for)",
    )
    parser.add_argument(
        "--whole",
        action="store_true",
        help="from the very beginning, for a workstation that has nothing yet",
    )
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")
    add_database(parser)


def _out(args: Namespace) -> int:
    path = Path(args.file)
    bundle_file.refuse_existing(path, replace=args.replace)
    with opened_hub(args) as hub:
        from trainer_tui.hub import bundles

        made = bundles.make(
            hub, member_id(hub, args.member), args.tasks, whole=args.whole, actor=operator()
        )
    bundle_file.write(path, made.data, replace=args.replace)
    narrate(
        f"{args.file} is for {made.name}: {counted(made.results, 'result')}, "
        f"{counted(made.changes, 'change')}."
    )
    if made.more:
        narrate("There is more than one bundle holds; the rest comes with the next answer.")
    return 0


def _configure_key(parser: Parser) -> None:
    parser.add_argument("member", metavar="NAME", help="whose")
    parser.add_argument(
        "--new",
        action="store_true",
        help="make another one first: bundles with the old one are refused from then on",
    )
    add_database(parser)


def _key(args: Namespace) -> int:
    with opened_hub(args) as hub:
        from trainer_tui.hub import bundles

        key = bundles.key(hub, member_id(hub, args.member), new=args.new, actor=operator())
    from trainer_tui.sync.bundle_key import as_line

    say(as_line(key))
    narrate(
        "Whoever has this line can send work in this name. It is entered once, with "
        "'trainer-tui bundle key'."
    )
    return 0


_TABLE = (
    Below(
        "in",
        Inline(
            "Take in a bundle that a workstation made.\n\n"
            "Example:\n  trainer-tui hub bundle in ada.bundle",
            _configure_in,
            _in,
        ),
        "take in a bundle",
    ),
    Below(
        "out",
        Inline(
            "Make the bundle that answers what came in, or the first one with --whole.\n\n"
            "Example:\n  trainer-tui hub bundle out ada answer.bundle",
            _configure_out,
            _out,
        ),
        "make the bundle that answers",
    ),
    Below(
        "key",
        Inline(
            "Print the line with which a workstation seals its bundles.\n\n"
            "Example:\n  trainer-tui hub bundle key ada",
            _configure_key,
            _key,
        ),
        "print a member's key",
    ),
)
