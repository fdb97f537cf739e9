"""Exchange with the hub by files, by mail or on a stick, where there is no line to it.

'out' packs all work that waits into one file, and asks for tasks; your operator takes it in
and sends back one file that answers it, which 'in' takes. Do it as often as you like: a file
may be lost, or come twice or late, and nothing is lost or doubled. 'key' takes, once, the
line that your operator gives you; it is asked for, or read from standard input. Whoever has
logged in with 'trainer-tui login' has the key already.

Examples:
  trainer-tui bundle key
  trainer-tui bundle out monday.bundle
  trainer-tui bundle in answer.bundle
"""

import sys
from argparse import Namespace
from pathlib import Path

from trainer_tui.cli.nesting import Below, Inline, add_commands
from trainer_tui.cli.opening import line_to_hub, reading, writing
from trainer_tui.cli.output import moment, narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, add_json, at_least
from trainer_tui.sync.protocol import MAX_CLAIMS
from trainer_tui.ui.words import counted

_LONGEST_LINE = 1000


def configure(parser: Parser) -> None:
    """Add the commands below this one."""
    add_commands(parser, _TABLE)


def run(args: Namespace) -> int:
    """Do what was asked for."""
    if args.run is None:
        raise Usage("out, in or key?", "'trainer-tui bundle --help' tells.")
    code: int = args.run(args)
    return code


def _configure_out(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file to write")
    parser.add_argument(
        "--tasks",
        type=at_least(0),
        metavar="N",
        help=f"ask for so many tasks, at most {MAX_CLAIMS} (default: as many as you are short of)",
    )
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")


def _out(args: Namespace) -> int:
    from trainer_tui.store.config import SettingsFile, default_config
    from trainer_tui.sync import bundle_file

    path = Path(args.file)
    bundle_file.refuse_existing(path, replace=args.replace)
    settings = SettingsFile(default_config()).load()
    with reading() as workstation:
        packed = line_to_hub(workstation, settings).bundling().out(args.tasks)
    bundle_file.write(path, packed.data, replace=args.replace)
    wish = f", and asks for {counted(packed.tasks, 'task')}" if packed.tasks else ""
    narrate(f"{args.file} holds {counted(packed.operations, 'record')}{wish}.")
    if packed.left:
        narrate(f"{counted(packed.left, 'record')} did not fit and wait for the next one.")
    narrate("Send it to your operator. Until the answer is here all of it counts as waiting.")
    return 0


def _configure_in(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file that your operator sent")
    add_json(parser)


def _in(args: Namespace) -> int:
    from trainer_tui.cli.output import fields
    from trainer_tui.sync import bundle_file

    data = bundle_file.read(Path(args.file))
    with writing() as workstation:
        syncing = line_to_hub(workstation)
        taken = syncing.bundling().take_in(data)
        waiting = syncing.status().waiting
    if args.json:
        put_json({**fields(taken), "waiting": waiting})
        return 1 if taken.refused else 0
    say(f"Made at the hub: {moment(taken.made_at)}")
    if taken.known:
        say("All of it was known here already.")
    else:
        late = f", {taken.late} of them late" if taken.late else ""
        say(f"At the hub now: {counted(taken.sent, 'record')}{late}")
        say(f"Came in: {counted(taken.received, 'change')}")
    if taken.refused:
        say(f"Refused: {counted(taken.refused, 'record')}; 'trainer-tui status' tells more.")
    if waiting:
        say(f"Waiting to leave: {counted(waiting, 'record')}")
    if taken.restored:
        narrate("The hub was restored from a backup: the next bundle takes everything there again.")
    return 1 if taken.refused else 0


def _configure_key(parser: Parser) -> None:
    """It takes nothing: what stands on a command line is seen by everybody on the machine."""


def _key(args: Namespace) -> int:
    line = _entered()
    with writing() as workstation:
        line_to_hub(workstation).bundling().enter_key(line)
    narrate(
        "The key is kept. 'trainer-tui bundle out FILE' makes the first file for your operator."
    )
    return 0


def _entered() -> str:
    """Ask for the line without an echo, or read it from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(_LONGEST_LINE)
    import getpass
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass("The line that your operator gave you (ttb_…): ")
        except (getpass.GetPassWarning, EOFError):
            raise Usage("the terminal would show the key", "Send it by stdin.") from None


_TABLE = (
    Below(
        "out",
        Inline(
            "Pack all work that waits into one file for your operator, and ask for tasks.\n\n"
            "Example:\n  trainer-tui bundle out monday.bundle --tasks 30",
            _configure_out,
            _out,
        ),
        "write a file for the hub",
    ),
    Below(
        "in",
        Inline(
            "Take in a file from your operator: what became of your work, and new tasks.\n\n"
            "Example:\n  trainer-tui bundle in answer.bundle",
            _configure_in,
            _in,
        ),
        "take in a file from the hub",
    ),
    Below(
        "key",
        Inline(
            "Keep the line that your operator gave you; it is asked for, or read from standard "
            "input.\n\nExample:\n  trainer-tui bundle key < line.txt",
            _configure_key,
            _key,
        ),
        "enter the key, once",
    ),
)
