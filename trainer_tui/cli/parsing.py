"""An `ArgumentParser` that guesses what was meant and raises instead of leaving."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NoReturn, TypeVar

from trainer_tui.domain.errors import BadInput

T = TypeVar("T")


class Usage(BadInput):
    """A command line that does not make sense."""

    title = "Usage"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or nothing if no known word is near."""
    import difflib

    near = difflib.get_close_matches(word, [str(each) for each in known], 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def screen_width() -> int:
    """Return the columns of the terminal, 80 if there is none."""
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80  # type: ignore[union-attr]
        except (OSError, ValueError, AttributeError):
            continue
    return 80


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Knows its width, which argparse would import `shutil` for at every argument."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=min(screen_width(), 100) - 2)


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations; every refusal is a `Usage`."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", _Formatter)
        super().__init__(**settings, allow_abbrev=False)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print a help by the one way out."""
        from trainer_tui.cli.output import say

        say(message.removesuffix("\n"))

    def error(self, message: str) -> NoReturn:
        """Raise `Usage` with the way to the help."""
        raise Usage(message, f"{self.format_usage().strip()}\nMore: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse a command below this one that there is not, with a guess."""
        if action.choices is not None and value not in action.choices:
            known = list(action.choices)
            guess = nearest(str(value), known) or f"; there are {', '.join(known)}"
            raise argparse.ArgumentError(None, f"no {str(action.metavar).lower()} {value!r}{guess}")

    def read(self, argv: Sequence[str]) -> argparse.Namespace | None:
        """Parse all of `argv`; raises `Usage` with a guess for what is not known.

        Returns None after `--help` and `--version`, which argparse answers by itself.
        """
        try:
            args, unknown = self.parse_known_args(argv)
        except SystemExit:
            return None
        if unknown:
            option = next((word for word in unknown if word.startswith("-")), "")
            known = [word for word in self._option_string_actions if word.startswith("--")]
            if option:
                self.error(f"no option {option!r}{nearest(option.partition('=')[0], known)}")
            self.error(f"{unknown[0]!r} is one word too many")
        return args


class Choice(Generic[T]):
    """An argument type that takes the name of one of a few things."""

    def __init__(self, what: str, choices: Mapping[str, T]) -> None:
        self._what, self._choices = what, choices

    def __call__(self, word: str) -> T:
        """Return the thing of this name; raises `ArgumentTypeError` with the nearest name."""
        if word in self._choices:
            return self._choices[word]
        known = list(self._choices)
        guess = nearest(word, known) or f"; there are {', '.join(known)}"
        raise argparse.ArgumentTypeError(f"no {self._what} {word!r}{guess}")

    def words(self) -> Iterable[str]:
        """Return what a shell can complete."""
        return self._choices


class Suggestion:
    """An argument type that takes any word, and knows some that a shell can complete."""

    def __init__(self, words: Callable[[], Iterable[str]]) -> None:
        self.words = words
        """Asked only for completion, so it may import what is slow."""

    def __call__(self, word: str) -> str:
        """Return the word."""
        return word


def one_of(what: str, choices: Iterable[str]) -> Choice[str]:
    """Return an argument type that takes one of a few words."""
    return Choice(what, {word: word for word in choices})


def one_of_these(what: str, choices: Mapping[str, T]) -> Choice[T]:
    """Return an argument type that takes the name of one of a few things."""
    return Choice(what, choices)


def at_least(lowest: int) -> Callable[[str], int]:
    """Return an argument type for whole numbers from `lowest` on."""

    def convert(word: str) -> int:
        try:
            number = int(word)
        except ValueError:
            number = lowest - 1
        if number < lowest:
            raise argparse.ArgumentTypeError(f"expected a number from {lowest} on, got {word!r}")
        return number

    return convert


def minutes(word: str) -> float:
    """Take minutes of work: more than 0, at most a day."""
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number <= 24 * 60:
        raise argparse.ArgumentTypeError(
            f"expected minutes, more than 0 and at most 1440, got {word!r}"
        )
    return number


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let the command print JSON for a script."""
    parser.add_argument("--json", action="store_true", help="print JSON, for a script to read")
