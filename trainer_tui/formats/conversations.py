"""From a tree of messages to the one conversation that a trainer continues."""

from typing import Any

import msgspec

from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.task import Task
from trainer_tui.formats.registry import ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import prompt_task, text_of

_ROLES = {"prompter": Role.USER, "assistant": Role.ASSISTANT}
_KEPT = ("lang", "labels", "synthetic", "model_name", "review_count", "review_result")


class Node(msgspec.Struct):
    """A message of Open-Assistant with its replies."""

    id: str
    row: dict[str, Any]
    replies: list["Node"] = []

    @property
    def role(self) -> Role:
        """Who speaks."""
        return _ROLES[self.row["role"]]


def node_of(row: Any, id_fields: tuple[str, ...], path: str = "") -> Node:
    """Check one message; raise `Mismatch` naming its field below `path`."""
    if not isinstance(row, dict):
        raise Mismatch(path.rstrip("."), "a message as an object", shown(row))
    try:
        text_of(row, "text")
        id_field = next((field for field in id_fields if row.get(field)), id_fields[0])
        id = text_of(row, id_field)
        if row.get("role") not in _ROLES:
            raise Mismatch("role", "prompter or assistant", shown(row.get("role")))
    except Mismatch as fault:
        raise Mismatch(path + fault.field, fault.expected, fault.got) from None
    return Node(id, row, [])


def best_branch(root: Node) -> list[Node]:
    """Follow the best ranked reply of every message: lowest rank, else first; never a deleted one.

    A reply by whoever wrote the message itself ends the branch there.
    """
    branch = [root]
    while True:
        last = branch[-1]
        replies = [
            reply
            for reply in last.replies
            if not reply.row.get("deleted") and reply.role is not last.role
        ]
        if not replies:
            return branch
        branch.append(min(replies, key=_rank))


def branch_task(options: ReadOptions, branch: list[Node], extra: dict[str, Any]) -> Task:
    """Make the task of responding to the last prompter message of a branch.

    What comes before it is the context; the reply that follows it, and what the source
    says about the prompt, go to `extra`. Raises `Mismatch` if nobody prompts.
    """
    prompters = [place for place, node in enumerate(branch) if node.role is Role.USER]
    if branch[0].role is not Role.USER:
        raise Mismatch("role", "a prompter's message first", shown(branch[0].row["role"]))
    deepest = prompters[-1]
    prompt = branch[deepest]
    extra = extra | {key: prompt.row[key] for key in _KEPT if prompt.row.get(key) is not None}
    extra["message_ids"] = [node.id for node in branch[: deepest + 1]]
    if deepest + 1 < len(branch):
        reply = branch[deepest + 1]
        extra["reply"] = reply.row["text"]
        extra["reply_id"] = reply.id
    language = prompt.row.get("lang")
    return prompt_task(
        options,
        (prompt.row["text"],),
        id=branch[0].id,
        context=tuple(Message(node.role, node.row["text"]) for node in branch[:deepest]),
        language=language if isinstance(language, str) and language else None,
        extra=extra,
    )


def _rank(node: Node) -> float:
    rank = node.row.get("rank")
    return rank if isinstance(rank, int | float) else float("inf")
