"""Commands below a command: a table of names and words, each loaded when it is asked for."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

from trainer_tui.cli.parsing import Parser


class Deed(Protocol):
    """What a command below another one offers: a module, or an `Inline`."""

    __doc__: str | None

    def configure(self, parser: Parser) -> None:
        """Add its arguments."""

    def run(self, args: Namespace) -> int:
        """Do it and return the exit code."""


class Inline:
    """A command that shares its module with others; `doc` is the text of its help."""

    def __init__(
        self, doc: str, configure: Callable[[Parser], None], run: Callable[[Namespace], int]
    ) -> None:
        self.__doc__ = doc
        self._configure, self._run = configure, run

    def configure(self, parser: Parser) -> None:
        """Add its arguments."""
        self._configure(parser)

    def run(self, args: Namespace) -> int:
        """Do it and return the exit code."""
        return self._run(args)


class Below(NamedTuple):
    """One command below another one, as the table knows it."""

    name: str
    place: str | Inline
    """The module of it, or itself."""
    help: str
    """One line for the list."""

    def load(self) -> Deed:
        """Import its module, if it has one of its own."""
        if isinstance(self.place, Inline):
            return self.place
        return cast(Deed, import_module(self.place))


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]
    """Hands the rest of the line to the parser of the command that is named first."""

    table: dict[str, Below]

    def parser(self, name: str) -> tuple[Parser, Deed]:
        """Return the parser of a command, ready to read, and what it does."""
        parser, deed = cast(Parser, self._name_parser_map[name]), self.table[name].load()
        if parser.description is None:
            parser.description = deed.__doc__
            deed.configure(parser)
        return parser, deed

    def __call__(
        self, parser: object, namespace: Namespace, values: Any, option_string: object = None
    ) -> None:
        name, *rest = cast(Sequence[str], values)
        below, deed = self.parser(name)
        found = below.read(rest)
        if found is None:  # it was help that was asked for
            raise SystemExit
        namespace.run = getattr(found, "run", None) or deed.run
        for field, value in vars(found).items():
            # What stood before the name of the command holds for it too.
            if not getattr(namespace, field, None):
                setattr(namespace, field, value)


def add_commands(parser: Parser, table: Sequence[Below], *, otherwise: str | None = None) -> None:
    """Let the next word be one of a table; `otherwise` is the one that it is if there is none.

    The arguments then have `run`, which does what was asked for, or None if that was nothing.
    """
    action = parser.add_subparsers(
        action=_Commands, metavar="ACTION", title="actions", parser_class=Parser, prog=parser.prog
    )
    commands = cast(_Commands, action)
    commands.table = {below.name: below for below in table}
    for below in table:
        commands.add_parser(below.name, help=below.help)
    deed = commands.table[otherwise].load() if otherwise else None
    if deed is not None:
        deed.configure(parser)
    parser.set_defaults(run=deed.run if deed else None)


def parsers(parser: Parser) -> dict[str, Parser]:
    """Return the parsers of all commands directly below this one by name, ready to read."""
    return {
        name: action.parser(name)[0]
        for action in parser._actions
        if isinstance(action, _Commands)
        for name in action.table
    }
