"""The entry point: finds the command, runs it, and turns every outcome into an exit code.

0 ok, 1 a negative finding, 2 bad input or usage, 3 the environment, 130 interrupted.
Imports next to nothing, because `--help` and every command wait for it.
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from trainer_tui.domain.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.cli.parsing import Parser

PROGRAM = "trainer-tui"
INTERRUPTED = 130


def run() -> NoReturn:
    """Run the program on the process's own arguments."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # the parent closed it
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))
    _hide_texts_of_faults()
    argv = sys.argv[1:]
    opens_screen = not argv or argv[0].startswith("-")
    if opens_screen:
        gc.disable()  # until its first paint, see `TrainerApp.on_ready`
    else:
        # A command is over before there is garbage worth collecting.
        gc.set_threshold(100_000)
    code = main(argv)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the terminal is gone, and would be missed again at the very end
        os._exit(code)
    if opens_screen:
        sys.exit(code)
    # Everything is closed and on disk when a command returns: taking the interpreter apart
    # would double its time.
    os._exit(code)


def _hide_texts_of_faults() -> None:
    """Keep Python from printing what escapes everything else: errors quote what they choke on."""

    def tell(_: object, error: BaseException, __: object) -> None:
        from trainer_tui.cli import crashes

        crashes.tell(error)

    sys.excepthook = tell
    sys.unraisablehook = lambda _: None


def main(argv: Sequence[str]) -> int:
    """Run one command line and return the exit code; nothing but the code leaves this function."""
    try:
        code = _dispatch(list(argv))
        _flush()
        return code
    except KeyboardInterrupt:
        from trainer_tui.cli.output import narrate_anyway

        narrate_anyway("\nInterrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        _silence_stdout()
        return 0
    except TrainerError as error:
        return _tell(error)
    except BaseException as error:
        from trainer_tui.cli.crashes import tell

        return tell(error)


def _dispatch(argv: list[str]) -> int:
    if not argv or argv[0].startswith("-"):
        return _without_command(argv)
    from trainer_tui.cli.commands import COMMANDS

    name, rest = argv[0], argv[1:]
    if name == "help":
        name, rest = (rest[0], ["--help"]) if rest else ("", [])
        if not name:
            return _without_command(["--help"])
    if name not in COMMANDS:
        from trainer_tui.cli.parsing import Usage, nearest

        raise Usage(
            f"there is no command {name!r}{nearest(name, COMMANDS)}",
            f"'{PROGRAM} --help' lists the commands.",
        )
    _import_msgspec()
    module = COMMANDS[name].load()
    from trainer_tui.cli.parsing import Parser

    parser = Parser(prog=f"{PROGRAM} {name}", description=module.__doc__)
    module.configure(parser)
    args = parser.read(rest)
    return 0 if args is None else module.run(args)


def _import_msgspec() -> None:
    """Import msgspec in three quarters of its time.

    It takes three names from `typing_extensions` if that is installed and from `typing`
    if not; since Python 3.11 they are the same, and the former brings `inspect` along.
    """
    with _absent("typing_extensions"):
        import msgspec  # noqa: F401


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Keep modules that can do without another one from loading it."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what is not there
    try:
        yield
    finally:
        del sys.modules[name]


def _without_command(argv: list[str]) -> int:
    read_only = False
    if argv:
        args = top_level().read(argv)
        if args is None:
            return 0
        read_only = args.read_only
    # The event loop serves the screen and opens no connection: loading its encryption
    # would be a twentieth of the start.
    with _absent("ssl"):
        import asyncio  # noqa: F401
    from trainer_tui.cli.app import run_app

    return run_app(read_only=read_only)


def top_level() -> "Parser":
    """Return the parser of what may stand without a command."""
    from trainer_tui import __version__
    from trainer_tui.cli.commands import GROUPS
    from trainer_tui.cli.parsing import Parser

    listed = "\n\n".join(
        f"{title}:\n" + "\n".join(f"  {command.name:<12}{command.help}" for command in group)
        for title, group in GROUPS.items()
    )
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [--read-only]\n       {PROGRAM} COMMAND ...",
        description="The terminal workstation in which AI trainers write demonstrations.\n"
        "Without a command it opens the workstation.",
        epilog=f"{listed}\n\n'{PROGRAM} COMMAND --help' tells more and gives an example.\n"
        "Exit codes: 0 ok, 1 a negative finding, 2 bad input, 3 the environment.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument(
        "--read-only", action="store_true", help="look only, beside a workstation that is open"
    )
    return parser


def _tell(error: TrainerError) -> int:
    from trainer_tui.cli.output import narrate_anyway

    narrate_anyway(f"{error.title}: {error.message}")
    if error.hint:
        narrate_anyway(error.hint)
    return error.exit_code


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence_stdout()
        from trainer_tui.cli.output import CannotPrint

        raise CannotPrint(error.strerror or str(error), "What was asked for is done.") from None


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about a closed pipe when it flushes at the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
