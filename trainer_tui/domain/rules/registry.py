"""All kinds of rules by name, and how a rule given as data is read."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from trainer_tui.domain.rules.kind import REGISTERED, Arguments, Filled, Kind, shown

MODULES = (
    "lengths",
    "links",
    "citations",
    "boilerplate",
    "person",
    "patterns",
    "code",
    "personal",
    "readability",
    "markdown",
    "keywords",
    "quantities",
    "contents",
    "layout",
    "openings",
    "characters",
    "case",
    "japanese",
    "japanese_sentences",
    "spanish_words",
)
"""The modules of this package that define kinds."""

HOMES: Mapping[str, str] = {
    "words": "lengths",
    "characters": "lengths",
    "turns": "lengths",
    "no_links": "links",
    "no_citations": "citations",
    "no_boilerplate": "boilerplate",
    "no_first_person": "person",
    "matches": "patterns",
    "forbids": "patterns",
    "code_block": "code",
    "no_personal_data": "personal",
    "reading_level": "readability",
    "valid_markdown": "markdown",
    "keywords": "keywords japanese",
    "length_constraints": "quantities japanese spanish_words japanese_sentences",
    "detectable_content": "contents characters",
    "detectable_format": "contents layout",
    "punctuation": "contents characters",
    "special_character": "characters spanish_words",
    "letters": "characters japanese",
    "combination": "openings",
    "startend": "openings japanese",
    "change_case": "case spanish_words",
    "language": "case",
}
"""The modules to look in first for a name, or for the group of a published one.

All of them together take longer to import than the first screen may; a kind that is not
found so is still found, more slowly.
"""

Part = Literal["response", "prompt", "both"]
"""Which texts of a turn a rule applies to."""


class BadRule(ValueError):
    """A rule that cannot be read: which field, what was expected, what came instead."""

    def __init__(self, field: str, expected: str, got: str) -> None:
        super().__init__(f"{field}: expected {expected}, got {got}")
        self.field, self.expected, self.got = field, expected, got


class Rule(NamedTuple):
    """A rule that was read."""

    kind: Kind
    arguments: Arguments
    applies_to: Part = "response"


def _load(modules: Iterable[str]) -> None:
    for module in modules:
        import_module(f"trainer_tui.domain.rules.{module}")


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind by name."""
    _load(MODULES)
    return REGISTERED


def find(name: str) -> Kind | None:
    """Return the kind of a name; IFEval's own English checks are meant without a language."""
    name = name.removeprefix("en:")
    if name not in REGISTERED:
        _load(HOMES.get(name.split(":")[-2:][0], "").split())
    return REGISTERED.get(name) or kinds().get(name)


def read(data: Mapping[str, Any]) -> Rule:
    """Read a rule; raises `BadRule`."""
    name = data.get("rule")
    if not isinstance(name, str) or not name:
        raise BadRule("rule", "the name of a rule", "nothing" if name is None else repr(name)[:60])
    kind = find(name)
    if kind is None:
        raise BadRule("rule", "a known rule", repr(name[:60]) + _near(name, kinds()))
    applies_to = data.get("applies_to", "response")
    if applies_to not in get_args(Part):
        raise BadRule("applies_to", f"one of {', '.join(get_args(Part))}", repr(applies_to)[:60])
    arguments = {
        key: _whole(value) for key, value in data.items() if key not in ("rule", "applies_to")
    }
    known = _names(kind.arguments)
    for key in arguments:
        if key not in known:
            takes = f"an argument of {name}" if known else f"no arguments for {name}"
            raise BadRule(str(key), takes, repr(key)[:60] + _near(str(key), known))
    try:
        read_arguments = msgspec.convert(arguments, kind.arguments)
    except msgspec.ValidationError as error:
        raise _explained(error, arguments, kind) from None
    if wrong := read_arguments.reject():
        raise BadRule(*wrong)
    return Rule(kind, read_arguments, applies_to)


def _whole(value: Any) -> Any:
    """Make a number an integer that JSON writes as 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _names(arguments: type[Arguments]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(arguments))


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _explained(error: msgspec.ValidationError, arguments: Mapping[str, Any], kind: Kind) -> BadRule:
    from trainer_tui.domain.strict import in_words  # only what is wrong needs its milliseconds

    said, _, path = str(error).partition(" - at `$")
    field = path.strip("`").lstrip(".")
    if said.startswith("Object missing required field"):
        return BadRule(said.split("`")[1], "a value", "nothing")
    top = field.partition("[")[0]
    got = arguments.get(top)
    if said.startswith("Invalid enum value"):
        choices = _choices(kind.arguments, top)
        near = _near(got, choices) if isinstance(got, str) else ""
        return BadRule(field, f"one of {', '.join(choices)}", repr(got)[:60] + near)
    expected = said.removeprefix("Expected ").partition(", got")[0]
    return BadRule(field, in_words(expected), repr(got)[:60])


def _choices(arguments: type[Arguments], name: str) -> list[str]:
    """Return what an argument may be if it is one of a few words."""
    found = next(f.type for f in msgspec.structs.fields(arguments) if f.name == name)
    return [
        word
        for part in (found, *get_args(found))
        for word in get_args(part)
        if isinstance(word, str)
    ]


def describe(data: Mapping[str, Any]) -> str:
    """Write a rule in words; one that cannot be read is written as its name and arguments."""
    try:
        rule = read(data)
    except BadRule:
        name = str(data.get("rule", "")).rpartition(":")[2].replace("_", " ")
        rest = {key: value for key, value in data.items() if key not in ("rule", "applies_to")}
        listed = ", ".join(f"{key.replace('_', ' ')} {shown(v)}" for key, v in rest.items())
        return f"{name}: {listed}" if listed else name
    wording = rule.kind.wording
    if callable(wording):
        return wording(rule.arguments)
    return wording.format_map(Filled(msgspec.structs.asdict(rule.arguments)))
