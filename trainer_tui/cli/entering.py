"""Text that comes in through files: exact, or refused with the place of what is wrong."""

import re
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

import msgspec

from trainer_tui.cli.output import narrate
from trainer_tui.cli.parsing import Usage, at_least, nearest
from trainer_tui.domain import strict
from trainer_tui.domain.draft import Draft, read_from_file
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.submission import opening
from trainer_tui.domain.task import Task
from trainer_tui.domain.text import normalize_newlines

STDIN = "-"
_LARGEST = 16 * 2**20
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def add_texts(parser: ArgumentParser) -> None:
    """Take texts as files."""
    texts = parser.add_argument_group("texts", "A FILE of '-' is standard input.")
    texts.add_argument("--prompt-file", metavar="FILE", help="the prompt")
    texts.add_argument("--response-file", metavar="FILE", help="the response")
    texts.add_argument(
        "--turn",
        type=at_least(1),
        metavar="N",
        help="the turn that these two are of, counted from 1 (default: 1)",
    )
    texts.add_argument(
        "--conversation",
        metavar="FILE",
        help="all turns, as a JSON list of {role, content}, an object with such 'messages', "
        "or one message a line",
    )
    texts.add_argument("--note", metavar="TEXT", help="a note to the reviewer")
    texts.add_argument(
        "--explain",
        metavar="TEXT",
        help="where text comes from that was not typed here, for tasks where that matters",
    )


def gives_text(args: Namespace) -> bool:
    """Whether any text was given."""
    return any(
        value is not None
        for value in (
            args.prompt_file,
            args.response_file,
            args.conversation,
            args.note,
            args.explain,
        )
    )


def entered(args: Namespace, task: Task, draft: Draft) -> Draft:
    """Return the draft with the texts that were given in place of its own."""
    if args.conversation and (args.prompt_file or args.response_file or args.turn):
        raise Usage("--conversation gives all turns; leave the other texts out")
    if args.prompt_file == args.response_file == STDIN:
        raise Usage("only one text can come from standard input")
    pairs = draft.pairs
    if args.conversation:
        pairs = _conversation(args.conversation, task)
    elif args.prompt_file or args.response_file:
        pairs = _turn(args, pairs)
    elif args.turn:
        raise Usage("--turn goes with --prompt-file and --response-file")
    note = draft.note if args.note is None else fit(args.note, "the note")
    said = args.explain
    pairs = _with_given(task, pairs)
    return msgspec.structs.replace(
        draft,
        pairs=pairs,
        note=note,
        explanation=draft.explanation if said is None else fit(said, "the explanation"),
        pastes=read_from_file(draft.pairs, pairs),
    )


def _turn(args: Namespace, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    turn = args.turn or 1
    if turn > len(pairs) + 1:
        raise BadInput(
            f"there is no turn {turn - 1} yet",
            f"The next turn to write is {len(pairs) + 1}.",
            title="Not possible now",
        )
    all_pairs = [*pairs, Pair()] if turn > len(pairs) else [*pairs]
    pair = all_pairs[turn - 1]
    if args.prompt_file:
        pair = msgspec.structs.replace(pair, prompt=read_text(args.prompt_file))
    if args.response_file:
        pair = msgspec.structs.replace(pair, response=read_text(args.response_file))
    all_pairs[turn - 1] = pair
    return tuple(all_pairs)


def _with_given(task: Task, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Put the task's own prompts back exactly; raises `BadInput` where another was written."""
    kept = list(pairs)
    for number, (given, pair) in enumerate(zip(task.prompts, pairs, strict=False)):
        if pair.prompt not in ("", given, normalize_newlines(given)[0]):
            raise BadInput(
                f"the prompt of turn {number + 1} is given by the task and cannot be changed",
                "Leave the prompt out; only the response is yours to write.",
                title="Cannot change this",
            )
        kept[number] = Pair(given, pair.response)
    return tuple(kept)


def read_text(name: str) -> str:
    """Read one text: strict UTF-8, no control characters but newline and tab.

    CRLF becomes a newline and a byte order mark is left out, both with a note;
    otherwise the text is exactly what the file holds, its last newline included.
    """
    data = read_bytes(name)
    if data.startswith(b"\xef\xbb\xbf"):
        narrate(f"{_called(name)}: the byte order mark was left out.")
    try:
        text = strict.utf8(data)
    except strict.BadJSON as error:
        raise BadInput(f"{_called(name)}, {error.message}", "Save it as UTF-8.") from None
    return fit(text, _called(name))


def fit(text: str, called: str) -> str:
    """Return a text with plain newlines; raises `BadInput` naming a control character."""
    text, notice = normalize_newlines(text)
    if notice:
        narrate(f"{called}: {notice}.")
    if found := _CONTROL.search(text):
        place = found.start()
        line = text.count("\n", 0, place) + 1
        column = place - text.rfind("\n", 0, place)
        raise BadInput(
            f"{called}, line {line}, column {column}: "
            f"the control character U+{ord(text[place]):04X} may not be in a text",
            "Of control characters only newline and tab may be; take it out.",
            title="Cannot take this",
        )
    return text


def read_bytes(name: str) -> bytes:
    """Return what a file or standard input holds; raises `BadInput`."""
    try:
        if name == STDIN:
            if sys.stdin.isatty():
                narrate("Reading from the terminal; Ctrl+D on an empty line ends the text.")
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with open(name, "rb") as file:
                data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{_called(name)}: {said}", "Check the path.") from None
    if len(data) > _LARGEST:
        raise BadInput(f"{_called(name)} is larger than {_LARGEST >> 20} MiB")
    return data


def _called(name: str) -> str:
    return "standard input" if name == STDIN else name


def _conversation(name: str, task: Task) -> tuple[Pair, ...]:
    data, called = read_bytes(name), _called(name)
    messages = [_message(value, place) for place, value in _values(data, called)]
    start = opening(task)
    if start and tuple(messages[: len(start)]) == start:
        messages = messages[len(start) :]
    pairs: list[Pair] = []
    for number, message in enumerate(messages, 1):
        expected = Role.USER if number % 2 else Role.ASSISTANT
        if message.role is not expected:
            raise BadInput(
                f"{called}, message {number}: expected the {expected}, got the {message.role}",
                "User and assistant take turns, and the user begins.",
            )
        text = message.content
        if number % 2 == 0 or text not in task.prompts:  # a given prompt stays what it is
            text = fit(text, f"{called}, message {number}")
        if number % 2:
            pairs.append(Pair(text))
        else:
            pairs[-1] = Pair(pairs[-1].prompt, text)
    if not pairs:
        raise BadInput(f"{called} has no messages")
    return tuple(pairs)


def _values(data: bytes, called: str) -> list[tuple[str, Any]]:
    """Return the messages of a JSON list, an object or JSON lines, each with its place."""
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    try:
        if len(lines) > 1 and data.lstrip().startswith(b"{") and _is_json(lines[0][1]):
            return [_line(called, number, line) for number, line in lines]
        value = strict.decode(data)
    except strict.BadJSON as error:
        raise BadInput(f"{called}: {error.message}", "See 'trainer-tui submit --help'.") from None
    if isinstance(value, dict) and "messages" in value:
        value = value["messages"]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise BadInput(f"{called}: expected a list of messages, got {type(value).__name__}")
    return [(f"{called}, message {n}", inner) for n, inner in enumerate(value, 1)]


def _line(called: str, number: int, line: bytes) -> tuple[str, Any]:
    place = f"{called}, line {number}"
    try:
        return place, strict.decode(line)
    except strict.BadJSON as error:
        said = f"{place}, column {error.column}: expected {error.expected}, got {error.got}"
        raise BadInput(said) from None


def _is_json(line: bytes) -> bool:
    try:
        strict.decode(line)
    except strict.BadJSON:
        return False
    return True


def _message(value: Any, place: str) -> Message:
    if not isinstance(value, dict):
        raise BadInput(f"{place}: expected an object with role and content")
    for key in value:
        if key not in ("role", "content"):
            guess = nearest(key, ("role", "content"))
            raise BadInput(f"{place}: a message has a role and a content, not {key!r}{guess}")
    role, content = value.get("role"), value.get("content")
    if not isinstance(role, str) or role not in [*Role]:
        guess = nearest(role, [*Role]) if isinstance(role, str) else ""
        raise BadInput(f"{place}: role: expected user or assistant, got {role!r}{guess}")
    if not isinstance(content, str):
        raise BadInput(f"{place}: content: expected text, got {type(content).__name__}")
    return Message(Role(role), content)
