"""Print a script that completes commands, options, their words and files in your shell.

Examples:
  trainer-tui completion bash > ~/.local/share/bash-completion/completions/trainer-tui
  trainer-tui completion zsh > ~/.zfunc/_trainer-tui
"""

from argparse import Namespace

from trainer_tui.cli.commands import COMMANDS
from trainer_tui.cli.main import top_level
from trainer_tui.cli.nesting import parsers
from trainer_tui.cli.output import put
from trainer_tui.cli.parsing import Choice, Parser, Suggestion, one_of

_SHELLS = ("bash", "zsh", "tcsh")


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "shell", type=one_of("shell", _SHELLS), metavar="SHELL", help=", ".join(_SHELLS)
    )


def run(args: Namespace) -> int:
    """Print it."""
    import shtab

    script: str = shtab.complete(_whole(), args.shell)
    put(script.encode() + b"\n")
    return 0


def _whole() -> Parser:
    """Return the parser of everything, which only completion needs."""
    whole = top_level()
    whole.epilog = None
    subparsers = whole.add_subparsers(metavar="COMMAND", prog=whole.prog)
    for command in COMMANDS.values():
        module = command.load()
        parser = subparsers.add_parser(command.name, help=command.help)
        module.configure(parser)
        _complete(parser)
    return whole


def _complete(parser: Parser) -> None:
    """Say what the words of a command can be, and of the commands below it."""
    import shtab

    for action in parser._actions:
        if action.metavar == "FILE":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif isinstance(action.type, Choice | Suggestion):
            action.choices = list(action.type.words())
    for below in parsers(parser).values():
        _complete(below)
