"""Export: finished conversations in the formats that training code reads, one record a line.

Text leaves as it came, byte for byte. The three characters besides a newline that
some readers take for the end of a line (U+0085, U+2028, U+2029) are written as
escapes, so that a record is one line for every reader.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.submission import Sample
from trainer_tui.formats.atomic import write_atomically

__all__ = ["EXPORTS", "ExportFormat", "export", "write_atomically"]

SUBMISSIONS = "trainer-tui/submissions"
VERSION = 1


class ExportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """One export format: how a sample becomes a line."""

    name: str
    title: str
    record: Callable[[Sample], dict[str, Any]]
    """What a sample becomes; raises `BadInput` for one that the format cannot hold."""
    rules: Literal["extra", "own", "refused"] = "extra"
    """Whether rules and verdicts can stand beside its own keys, are among them, or would make
    a reader refuse the file."""
    left_out: Callable[[Sample], tuple[str, ...]] = lambda sample: ()
    """Names of the rules that it cannot say, one each time."""
    header: bytes = b""
    """What the file begins with."""

    def encode(self, sample: Sample, *, with_rules: bool = False) -> bytes:
        """Return one line of UTF-8 JSON with its newline; raises what `record` raises.

        With rules it says besides what was asked of the text and what each rule said of it.
        """
        record = self.record(sample)
        if with_rules and self.rules == "extra":
            record |= rules_and_verdicts(sample)
        return _line(sample, record)


def export(
    samples: Iterable[Sample], format_: ExportFormat, *, with_rules: bool = False
) -> Iterator[bytes]:
    """Yield the bytes of an export, one sample at a time; raises what `encode` raises."""
    if format_.header:
        yield format_.header
    for sample in samples:
        yield format_.encode(sample, with_rules=with_rules)


def rules_and_verdicts(sample: Sample) -> dict[str, Any]:
    """Return the rules as they were given and, in the same order, what each said of the text.

    Every verdict has all of its fields, so that the lines of a file have one schema.
    """
    return {
        "rules": [verdict.rule for verdict in sample.verdicts],
        "verdicts": [
            {"met": verdict.met, "figure": verdict.figure, "waived": verdict.waived}
            for verdict in sample.verdicts
        ],
    }


def _messages(sample: Sample) -> dict[str, Any]:
    return {"messages": _plain(_finished(sample))}


def _openai(sample: Sample) -> dict[str, Any]:
    """As `messages`, and only what the fine-tuning service accepts: no empty content."""
    messages = _finished(sample)
    if any(not message.content for message in messages):
        raise _refused(sample, "a message without text", "openai")
    return {"messages": _plain(messages)}


def _prompt_completion(sample: Sample) -> dict[str, Any]:
    """Message lists on both sides, so that a file has one schema and chat templates apply.

    The last assistant message is the completion, as TRL computes the loss on the
    completion alone; whatever comes before it is the prompt.
    """
    *prompt, completion = _finished(sample)
    return {"prompt": _plain(prompt), "completion": _plain([completion])}


def _prompt_completion_text(sample: Sample) -> dict[str, Any]:
    """Strings on both sides, for models without a chat template: single turns only."""
    prompt, completion = _one_turn(sample, "prompt-completion-text")
    return {"prompt": prompt, "completion": completion}


def _ifeval(sample: Sample) -> dict[str, Any]:
    """The rules as the verifiers of IFEval, with the text that they are to verify.

    `key` is the task's id; an older revision, which has the same, is named by its own.
    """
    prompt, response = _one_turn(sample, "ifeval")
    rules = [verdict.rule for verdict in sample.verdicts if _verifiable(verdict.rule)]
    if not rules:
        raise _refused(sample, "no rule of a kind that IFEval knows", "ifeval")
    return {
        "key": sample.task_id if sample.status == "standing" else sample.submission_id,
        "prompt": prompt,
        "instruction_id_list": [rule["rule"] for rule in rules],
        "kwargs": [
            {name: value for name, value in rule.items() if name not in ("rule", "applies_to")}
            for rule in rules
        ],
        "response": response,
    }


def _verifiable(rule: dict[str, Any]) -> bool:
    """Whether IFEval can say a rule: its kinds are `group:name`, and verify responses only."""
    return ":" in str(rule.get("rule")) and rule.get("applies_to", "response") == "response"


def _not_verifiable(sample: Sample) -> tuple[str, ...]:
    rules = (verdict.rule for verdict in sample.verdicts)
    return tuple(str(rule.get("rule")) for rule in rules if not _verifiable(rule))


def _sharegpt(sample: Sample) -> dict[str, Any]:
    system, pairs = _pairs(sample, "sharegpt")
    turns = [
        {"from": speaker, "value": text}
        for pair in pairs
        for speaker, text in zip(("human", "gpt"), pair, strict=True)
    ]
    return {"id": sample.submission_id, "conversations": turns, "system": system or ""}


def _alpaca(sample: Sample) -> dict[str, Any]:
    """The last pair is instruction and output; earlier ones are `history`."""
    system, pairs = _pairs(sample, "alpaca")
    *history, (instruction, output) = pairs
    return {
        "instruction": instruction,
        "input": "",
        "output": output,
        "system": system or "",
        "history": history,
    }


def _native(sample: Sample) -> dict[str, Any]:
    """Everything, verdicts with all of their fields; what was typed and pasted where it is told."""
    record = {name: getattr(sample, name) for name in sample.__struct_fields__}
    record["verdicts"] = [
        {"rule": v.rule, "met": v.met, "figure": v.figure, "waived": v.waived}
        for v in sample.verdicts
    ]
    if record.get("provenance") is None:
        record.pop("provenance", None)
    return record


def _one_turn(sample: Sample, name: str) -> tuple[str, str]:
    """Return the prompt and the response of a conversation that is nothing else."""
    messages = _finished(sample)
    if [message.role for message in messages] != [Role.USER, Role.ASSISTANT]:
        raise _refused(sample, "more than one prompt and one response", name)
    return messages[0].content, messages[1].content


def _finished(sample: Sample) -> tuple[Message, ...]:
    if not sample.messages or sample.messages[-1].role is not Role.ASSISTANT:
        raise _refused(sample, "no assistant message at its end", "training")
    return sample.messages


def _pairs(sample: Sample, name: str) -> tuple[str | None, list[tuple[str, str]]]:
    """Split off the system message; the rest must alternate between user and assistant."""
    messages = list(_finished(sample))
    system = messages.pop(0).content if messages[0].role is Role.SYSTEM else None
    prompts, responses = messages[::2], messages[1::2]
    if (
        len(prompts) != len(responses)
        or any(message.role is not Role.USER for message in prompts)
        or any(message.role is not Role.ASSISTANT for message in responses)
    ):
        raise _refused(sample, "messages that do not alternate", name)
    return system, [
        (prompt.content, response.content)
        for prompt, response in zip(prompts, responses, strict=True)
    ]


def _plain(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"role": message.role.value, "content": message.content} for message in messages]


def _line(sample: Sample, record: Any) -> bytes:
    try:
        line = msgspec.json.encode(record)
    except UnicodeEncodeError:
        raise _refused(sample, "half a character (a lone surrogate)", "UTF-8") from None
    if not line.isascii():
        line = (
            line.replace(b"\xe2\x80\xa8", b"\\u2028")
            .replace(b"\xe2\x80\xa9", b"\\u2029")
            .replace(b"\xc2\x85", b"\\u0085")
        )
    return line + b"\n"


def _refused(sample: Sample, has: str, name: str) -> BadInput:
    return BadInput(
        f"Submission {sample.submission_id} (task {sample.task_id}) has {has}",
        f"It cannot be written as {name}. Leave it out or choose another format.",
        title="Cannot write this",
    )


_FORMATS = (
    ExportFormat(name="messages", title="Messages (TRL, Hugging Face)", record=_messages),
    ExportFormat(name="openai", title="OpenAI chat fine-tuning", record=_openai, rules="refused"),
    ExportFormat(
        name="prompt-completion",
        title="Prompt and completion as messages (TRL)",
        record=_prompt_completion,
    ),
    ExportFormat(
        name="prompt-completion-text",
        title="Prompt and completion as text, single turns (TRL)",
        record=_prompt_completion_text,
    ),
    ExportFormat(name="sharegpt", title="ShareGPT", record=_sharegpt),
    ExportFormat(name="alpaca", title="Alpaca", record=_alpaca),
    ExportFormat(
        name="ifeval",
        title="IFEval: prompts, rules as verifiers, responses",
        record=_ifeval,
        rules="own",
        left_out=_not_verifiable,
    ),
    ExportFormat(
        name="native",
        title="trainer-tui submissions with rules, verdicts and provenance",
        record=_native,
        rules="own",
        header=msgspec.json.encode({"format": SUBMISSIONS, "version": VERSION}) + b"\n",
    ),
)
EXPORTS: dict[str, ExportFormat] = {format_.name: format_ for format_ in _FORMATS}
"""Every export format by name."""
