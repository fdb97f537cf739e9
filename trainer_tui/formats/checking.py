"""What must hold of a task before it may be published, whichever format it came from."""

import re
import typing
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn, TypeVar

import msgspec

from trainer_tui.domain.rules import BadRule, find, read
from trainer_tui.domain.strict import MAX_INTEGER, in_words
from trainer_tui.domain.task import Category, Kind, Task
from trainer_tui.formats.rows import Mismatch, did_you_mean, shown

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_PLACE = re.compile(r"(.*) - at `\$(.*)`", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_encode = msgspec.json.Encoder().encode
T = TypeVar("T")

_RESPONSES = {Kind.REWRITE: 1, Kind.RATE: 1, Kind.RANK: 2}


def check_task(task: Task, *, unknown_rules: bool = False) -> None:
    """Raise `Mismatch` naming the first field of a task that does not make sense.

    With `unknown_rules`, a rule may be of a kind that we do not know: it is shown, not checked.
    """
    if not task.id:
        raise Mismatch("id", "text", "''")
    if not task.title.strip():
        raise Mismatch("title", "text", shown(task.title))
    if not task.instructions.strip():
        raise Mismatch("instructions", "text", shown(task.instructions))
    if task.prompts:
        for place, prompt in enumerate(task.prompts):
            if not prompt.strip():
                raise Mismatch(f"prompts[{place}]", "text", shown(prompt))
    elif task.kind is Kind.RESPOND:
        raise Mismatch("prompts", "at least one prompt to respond to", "none")
    if task.turns is not None:
        _check_turns(task)
    if task.rules and not _readable(_encode(task.rules)):
        for place, rule in enumerate(task.rules):
            fault = rule_fault(rule)
            if fault is not None and not (unknown_rules and fault.unknown):
                raise Mismatch(f"rules[{place}].{fault.field}", fault.expected, fault.got)
    needed = _RESPONSES.get(task.kind)
    if needed and len(task.responses) < needed:
        raise Mismatch("responses", f"at least {needed}", str(len(task.responses)))
    if task.estimate_minutes is not None and not 0 < task.estimate_minutes <= MAX_INTEGER:
        raise Mismatch("estimate_minutes", "more than 0", shown(task.estimate_minutes))
    if task.priority and abs(task.priority) > MAX_INTEGER:
        raise Mismatch("priority", "an integer of at most 2^53", shown(task.priority))
    if task.language is not None:
        check_language(task.language)


class RuleFault(NamedTuple):
    """Why a rule cannot be read."""

    field: str
    expected: str
    got: str
    unknown: bool
    """Whether it has a name, but not one that we know."""


def rule_fault(rule: dict[str, Any]) -> RuleFault | None:
    """Return what is wrong with a rule; the same one is not read twice."""
    return _rule_fault(_encode(rule))


@lru_cache(1 << 12)
def _readable(encoded: bytes) -> bool:
    """Whether all rules of a task can be read; a batch repeats few sets of them."""
    return not any(map(rule_fault, msgspec.json.decode(encoded)))


@lru_cache(1 << 14)
def _rule_fault(encoded: bytes) -> RuleFault | None:
    rule = msgspec.json.decode(encoded)
    try:
        read(rule)
    except BadRule as error:
        name = rule.get("rule")
        unknown = isinstance(name, str) and bool(name) and find(name) is None
        return RuleFault(error.field, error.expected, error.got, unknown)
    return None


def check_language(language: str) -> None:
    """Raise `Mismatch` for what cannot be a BCP 47 tag."""
    if not _LANGUAGE.fullmatch(language):
        raise Mismatch("language", "a BCP 47 tag such as 'en' or 'pt-BR'", shown(language))


def as_kind(text: str) -> Kind:
    """Return the kind of this name; raise `Mismatch` with the nearest one."""
    return Kind(_one_of("kind", text.strip().lower(), [*Kind]))


def convert(value: Any, type_: type[T]) -> T:
    """Convert decoded JSON to a record of the domain, refusing what the record does not know.

    Raises `Mismatch` naming field, expected type and what came instead.
    """
    if not isinstance(value, dict):
        raise Mismatch("", "an object", shown(value))
    _refuse_unknown(value, type_, "")
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        _explain(value, str(error))


def _check_turns(task: Task) -> None:
    turns = task.turn_limits
    if turns.at_least < 1:
        raise Mismatch("turns.at_least", "at least 1", str(turns.at_least))
    if turns.at_least > turns.at_most:
        raise Mismatch("turns", f"at_least <= at_most ({turns.at_most})", str(turns.at_least))
    if turns.at_most > MAX_INTEGER:
        raise Mismatch("turns.at_most", "an integer of at most 2^53", shown(turns.at_most))
    if len(task.prompts) > turns.at_most:
        given = f"{len(task.prompts)} prompts"
        raise Mismatch("prompts", f"at most {turns.at_most}, one a turn", given)


def _refuse_unknown(value: Any, type_: Any, path: str) -> None:
    if isinstance(value, list):
        for place, item in enumerate(value):
            _refuse_unknown(item, type_, f"{path}[{place}]")
    if not isinstance(value, dict):
        return
    known = _fields(type_)
    for key, item in value.items():
        if key not in known:
            guess = did_you_mean(key, list(known))
            raise Mismatch(f"{path}.{key}".lstrip("."), "a known field", shown(key) + guess)
        inner = known[key]
        if inner is not None:
            _refuse_unknown(item, inner, f"{path}.{key}".lstrip("."))


@lru_cache
def _fields(type_: Any) -> dict[str, Any]:
    """Every field of a record, with the record that it holds, if it holds one."""
    fields = msgspec.structs.fields(type_)
    return {field.encode_name: _struct_within(field.type) for field in fields}


def _struct_within(type_: Any) -> Any:
    for candidate in (type_, *typing.get_args(type_)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None


def _explain(value: Any, error: str) -> NoReturn:
    found = _PLACE.fullmatch(error)
    said, path = (found[1], found[2]) if found else (error, "")
    for name, index in _STEP.findall(path):
        try:
            value = value[int(index)] if index else value[name]
        except (LookupError, TypeError):
            break
    path = path.lstrip(".")
    missing = re.fullmatch(r"Object missing required field `(.*)`", said)
    if missing:
        raise Mismatch(f"{path}.{missing[1]}".lstrip("."), "a value", "nothing") from None
    wrong = re.fullmatch(r"Expected (.*), got `.*`", said)
    if wrong:
        raise Mismatch(path, in_words(wrong[1]), shown(value)) from None
    if said.startswith("Invalid enum value") and isinstance(value, str):
        choices = {"category": [*Category], "role": ["system", "user", "assistant"]}
        _one_of(path, value, choices.get(path.rpartition(".")[2], [*Kind]))
    raise Mismatch(path, said, shown(value)) from None


def _one_of(field: str, value: str, choices: list[Any]) -> str:
    names = [str(choice) for choice in choices]
    if value not in names:
        got = shown(value) + did_you_mean(value, names)
        raise Mismatch(field, f"one of {', '.join(names)}", got)
    return value
