"""Export: finished conversations in the formats that training code reads, one record a line.

Text leaves as it came, byte for byte. The three characters besides a newline that
some readers take for the end of a line (U+0085, U+2028, U+2029) are written as
escapes, so that a record is one line for every reader.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

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
    encode: Callable[[Sample], bytes]
    """One line of UTF-8 JSON with its newline; raises `BadInput` for a sample that the
    format cannot hold."""
    header: bytes = b""
    """What the file begins with."""


def export(samples: Iterable[Sample], format_: ExportFormat) -> Iterator[bytes]:
    """Yield the bytes of an export, one sample at a time; raises what `encode` raises."""
    if format_.header:
        yield format_.header
    for sample in samples:
        yield format_.encode(sample)


def _messages(sample: Sample) -> bytes:
    return _line(sample, {"messages": _plain(_finished(sample))})


def _openai(sample: Sample) -> bytes:
    """As `messages`, and only what the fine-tuning service accepts: no empty content."""
    messages = _finished(sample)
    if any(not message.content for message in messages):
        raise _refused(sample, "a message without text", "openai")
    return _line(sample, {"messages": _plain(messages)})


def _prompt_completion(sample: Sample) -> bytes:
    """Message lists on both sides, so that a file has one schema and chat templates apply.

    The last assistant message is the completion, as TRL computes the loss on the
    completion alone; whatever comes before it is the prompt.
    """
    *prompt, completion = _finished(sample)
    return _line(sample, {"prompt": _plain(prompt), "completion": _plain([completion])})


def _prompt_completion_text(sample: Sample) -> bytes:
    """Strings on both sides, for models without a chat template: single turns only."""
    messages = _finished(sample)
    if [message.role for message in messages] != [Role.USER, Role.ASSISTANT]:
        raise _refused(sample, "more than one prompt and one response", "prompt-completion-text")
    return _line(sample, {"prompt": messages[0].content, "completion": messages[1].content})


def _sharegpt(sample: Sample) -> bytes:
    system, pairs = _pairs(sample, "sharegpt")
    turns = [
        {"from": speaker, "value": text}
        for pair in pairs
        for speaker, text in zip(("human", "gpt"), pair, strict=True)
    ]
    record = {"id": sample.submission_id, "conversations": turns, "system": system or ""}
    return _line(sample, record)


def _alpaca(sample: Sample) -> bytes:
    """The last pair is instruction and output; earlier ones are `history`."""
    system, pairs = _pairs(sample, "alpaca")
    *history, (instruction, output) = pairs
    record = {
        "instruction": instruction,
        "input": "",
        "output": output,
        "system": system or "",
        "history": history,
    }
    return _line(sample, record)


def _native(sample: Sample) -> bytes:
    return _line(sample, sample)


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
    ExportFormat(name="messages", title="Messages (TRL, Hugging Face)", encode=_messages),
    ExportFormat(name="openai", title="OpenAI chat fine-tuning", encode=_openai),
    ExportFormat(
        name="prompt-completion",
        title="Prompt and completion as messages (TRL)",
        encode=_prompt_completion,
    ),
    ExportFormat(
        name="prompt-completion-text",
        title="Prompt and completion as text, single turns (TRL)",
        encode=_prompt_completion_text,
    ),
    ExportFormat(name="sharegpt", title="ShareGPT", encode=_sharegpt),
    ExportFormat(name="alpaca", title="Alpaca", encode=_alpaca),
    ExportFormat(
        name="native",
        title="trainer-tui submissions with provenance",
        encode=_native,
        header=msgspec.json.encode({"format": SUBMISSIONS, "version": VERSION}) + b"\n",
    ),
)
EXPORTS: dict[str, ExportFormat] = {format_.name: format_ for format_ in _FORMATS}
"""Every export format by name."""
