"""What a kind of rule is: a name, typed arguments, words for it, and one pure function.

Adding a kind takes a function with `@rule` in a module of this package that
`registry.MODULES` lists, and its test.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from trainer_tui.domain.message import Pair


class Place(NamedTuple):
    """A part of a text, in code points; the end is behind the last one."""

    start: int
    end: int


class Finding(NamedTuple):
    """What a rule says of one text."""

    met: bool
    figure: str = ""
    """What was counted or found, in a word or two: `214`, `1 at line 4`."""
    places: tuple[Place, ...] = ()
    """What to mark: the places that break the rule, in order, within the text."""


class Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments of a rule; those that take none use this class itself."""

    def reject(self) -> tuple[str, str, str] | None:
        """Return field, what is expected and what came, if the fields do not make sense together.

        What the types say is checked before.
        """
        return None


class Kind(NamedTuple):
    """One kind of rule."""

    name: str
    arguments: type[Arguments]
    check: Callable[[Any, Any, str], Finding]
    """Takes the text (or the pairs of a conversation), the arguments and the language of the
    text as a BCP 47 tag; pure, never raises, and its verdict depends on nothing else."""
    wording: str | Callable[[Any], str]
    """The rule in a few words, or a template of them, or a function of the arguments."""
    help: str
    """What exactly is checked: how words are counted, what counts as a link."""
    scope: Literal["text", "conversation"] = "text"


REGISTERED: dict[str, Kind] = {}
"""Every kind by its name, once its module was imported."""

A = TypeVar("A", bound=Arguments)
Check = Callable[[str, A, str], Finding]
ConversationCheck = Callable[[tuple[Pair, ...], A, str], Finding]


def rule(
    name: str, arguments: type[A], wording: str | Callable[[A], str]
) -> Callable[[Check[A]], Check[A]]:
    """Register a function as the check of a kind; its docstring is the help."""

    def register(check: Check[A]) -> Check[A]:
        _enter(Kind(name, arguments, check, wording, _help(check)))
        return check

    return register


def conversation_rule(
    name: str, arguments: type[A], wording: str | Callable[[A], str]
) -> Callable[[ConversationCheck[A]], ConversationCheck[A]]:
    """Register a check that looks at all pairs at once."""

    def register(check: ConversationCheck[A]) -> ConversationCheck[A]:
        _enter(Kind(name, arguments, check, wording, _help(check), "conversation"))
        return check

    return register


def _enter(kind: Kind) -> None:
    if kind.name in REGISTERED:
        raise ValueError(f"two rules are named {kind.name!r}")
    REGISTERED[kind.name] = kind


def _help(check: Callable[..., Finding]) -> str:
    return " ".join((check.__doc__ or "").split())


class Filled(dict[str, Any]):
    """Arguments for the template of a wording; `{name|default}` is understood."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        super().__init__({name: shown(value) for name, value in arguments.items()})

    def __missing__(self, key: str) -> str:
        name, _, default = key.partition("|")
        return str(dict.get(self, name) or default or "?")


def shown(value: object) -> str:
    """Write an argument as a person reads it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def counted_places(places: tuple[Place, ...] | list[Place], text: str) -> str:
    """Write how many places there are, and the line of the first."""
    if not places:
        return "none"
    line = text.count("\n", 0, places[0].start) + 1
    return (
        f"{len(places)} at line {line}"
        if len(places) == 1
        else f"{len(places)}, first at line {line}"
    )
