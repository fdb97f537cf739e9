"""Open-Assistant message trees, nested messages and threads: one task for each tree."""

from typing import Any

from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.conversations import Node, best_branch, branch_task, node_of
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import read_rows, row_object, text_of
from trainer_tui.formats.source import Look, Source

_ID = ("message_id",)


def _sniff(look: Look) -> int:
    def fits(row: dict[str, Any]) -> bool:
        nested = "message_id" in row and "text" in row and "replies" in row
        return nested or {"message_tree_id", "prompt"} <= row.keys() or _is_thread(row)

    return 90 if look.share(fits) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    def make(value: Any) -> Task:
        row = row_object(value)
        if _is_thread(row):
            return _thread(options, row)
        if "prompt" in row:
            extra = {
                key: row[key]
                for key in ("message_tree_id", "tree_state", "origin")
                if row.get(key) is not None
            }
            return branch_task(options, best_branch(_tree(row["prompt"], "prompt.")), extra)
        return branch_task(options, best_branch(_tree(row, "")), {})

    read_rows(source.rows(), intake, make)


def _is_thread(row: dict[str, Any]) -> bool:
    return {"thread_id", "thread"} <= row.keys()


def _tree(row: Any, path: str) -> Node:
    node = node_of(row, _ID, path)
    replies = node.row.get("replies")
    if replies is not None and not isinstance(replies, list):
        raise Mismatch(f"{path}replies", "a list", shown(replies))
    for place, reply in enumerate(replies or ()):
        node.replies.append(_tree(reply, f"{path}replies[{place}]."))
    return node


def _thread(options: ReadOptions, row: dict[str, Any]) -> Task:
    messages = row["thread"]
    if not isinstance(messages, list) or not messages:
        raise Mismatch("thread", "a list of messages", shown(messages))
    branch = [node_of(item, _ID, f"thread[{place}].") for place, item in enumerate(messages)]
    branch[0].id = text_of(row, "thread_id")
    return branch_task(options, branch, {})


FORMAT = Format(
    name="oasst-trees",
    title="Open-Assistant message trees",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "message_id", "prompts": "text", "context": "replies", "language": "lang"},
)
