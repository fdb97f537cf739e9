"""Files that hold texts together with the rules that they should satisfy.

Our own submissions (`export --format native`), messages with rules (`export --with-rules`), and
rows in the manner of IFEval that have a `response`.
"""

from typing import Any

import msgspec

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Conversation, Message, Pair, Role
from trainer_tui.domain.submission import Sample
from trainer_tui.domain.verdicts import Waiver
from trainer_tui.formats.checking import convert
from trainer_tui.formats.rows import BadRow, Mismatch, shown
from trainer_tui.formats.source import Row, Source
from trainer_tui.formats.sources.ifeval import language_of, rules_in
from trainer_tui.formats.writing import SUBMISSIONS, VERSION

_EXPECTED = "a submission, messages with rules, or an IFEval row with its response"


class Checkable(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what was written, and what its rules are."""

    line: int
    id: str
    """Of the submission, or the row's own key."""
    task_id: str
    """Of the task, where the row says it."""
    pairs: tuple[Pair, ...]
    rules: tuple[dict[str, Any], ...]
    waivers: tuple[Waiver, ...] = ()
    language: str = "en"
    given: int = 0
    """How many of the prompts are known not to be the trainer's."""


def read_checkable(data: bytes, name: str) -> list[Checkable]:
    """Read all rows; raises `BadInput` naming file and line of the first that is none."""
    source = Source(name, data)
    if source.layout == "table":
        raise BadInput(f"{name}, line 1: expected JSON or JSON lines, got something else")
    found = []
    for number, row in enumerate(source.rows()):
        try:
            if row.fault is not None:
                raise row.fault
            if number == 0 and _is_head(name, row.value):
                continue
            found.append(_read(row))
        except Mismatch as fault:
            said = BadRow(name, row.line, fault.field, fault.expected, fault.got, b"")
            raise BadInput(str(said), "See 'trainer-tui check --help'.") from None
    if not found:
        raise BadInput(f"{name} holds no texts to check")
    return found


def _is_head(name: str, value: Any) -> bool:
    """Whether the first row is the header of our own format, in a version that we know."""
    if not isinstance(value, dict) or value.get("format") != SUBMISSIONS:
        return False
    if value.get("version") != VERSION:
        version = shown(value.get("version"))
        raise BadInput(f"{name}: version {version} of {SUBMISSIONS}; this program knows {VERSION}")
    return True


def _read(row: Row) -> Checkable:
    value = row.value
    if not isinstance(value, dict):
        raise Mismatch("", _EXPECTED, shown(value))
    if "instruction_id_list" in value:
        return _verifiers(row.line, value)
    if "submission_id" in value:
        return _submission(row.line, value)
    if "messages" in value and "rules" in value:
        return _messages(row.line, value)
    raise Mismatch("", _EXPECTED, shown(value))


def _verifiers(line: int, value: dict[str, Any]) -> Checkable:
    prompt, response = value.get("prompt"), value.get("response")
    for field, text in (("prompt", prompt), ("response", response)):
        if not isinstance(text, str):
            raise Mismatch(field, "text", shown(text))
    rules = rules_in(value)
    key = str(value.get("key", "") or line)
    return Checkable(
        line=line,
        id=key,
        task_id=key,
        pairs=(Pair(str(prompt), str(response)),),
        rules=rules,
        language=language_of(rules) or "en",
        given=1,
    )


def _submission(line: int, value: dict[str, Any]) -> Checkable:
    known = {key: item for key, item in value.items() if key in Sample.__struct_fields__}
    sample = convert(known, Sample)
    return Checkable(
        line=line,
        id=sample.submission_id,
        task_id=sample.task_id,
        pairs=_pairs(sample.messages[sample.own :]),
        rules=tuple(verdict.rule for verdict in sample.verdicts),
        waivers=tuple(Waiver(v.rule, v.waived) for v in sample.verdicts if v.waived),
        language=sample.language or "en",
    )


class _Told(msgspec.Struct, frozen=True):
    met: bool | None = None
    figure: str = ""
    waived: str = ""


class _WithRules(msgspec.Struct, frozen=True):
    messages: tuple[Message, ...]
    rules: tuple[dict[str, Any], ...]
    verdicts: tuple[_Told, ...] = ()


def _messages(line: int, value: dict[str, Any]) -> Checkable:
    fields = {key: item for key, item in value.items() if key in _WithRules.__struct_fields__}
    row = convert(fields, _WithRules)
    messages = row.messages
    if messages and messages[0].role is Role.SYSTEM:
        messages = messages[1:]
    waivers = (
        Waiver(rule, told.waived)
        for rule, told in zip(row.rules, row.verdicts, strict=False)
        if told.waived
    )
    return Checkable(
        line=line,
        id=str(line),
        task_id="",
        pairs=_pairs(messages),
        rules=row.rules,
        waivers=tuple(waivers),
    )


def _pairs(messages: Conversation) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    for number, message in enumerate(messages):
        expected = Role.ASSISTANT if number % 2 else Role.USER
        if message.role is not expected:
            raise Mismatch(f"messages[{number}].role", expected.value, shown(message.role.value))
        if number % 2:
            pairs[-1] = Pair(pairs[-1].prompt, message.content)
        else:
            pairs.append(Pair(message.content))
    if not pairs:
        raise Mismatch("messages", "at least one", "none")
    return tuple(pairs)
