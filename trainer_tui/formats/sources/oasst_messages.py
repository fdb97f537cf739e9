"""Open-Assistant messages as a flat list with the ids of their parents: one task for each tree."""

from typing import Any

from trainer_tui.domain.task import Kind
from trainer_tui.formats.conversations import Node, best_branch, branch_task, node_of
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import row_object
from trainer_tui.formats.source import Look, Row, Source

_IDS = ("message_id", "user_message_id")
_PARENTS = ("parent_id", "parent_message_id")


def _sniff(look: Look) -> int:
    def fits(row: dict[str, Any]) -> bool:
        linked = any(field in row for field in _PARENTS) and any(field in row for field in _IDS)
        return linked and {"text", "role"} <= row.keys() and "replies" not in row

    return 90 if look.share(fits) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    nodes: dict[str, tuple[Row, Node]] = {}
    for row in source.rows():
        try:
            if row.fault is not None:
                raise row.fault
            node = node_of(row_object(row.value), _IDS)
            if node.id in nodes:
                got = f"{shown(node.id)}, as in line {nodes[node.id][0].line}"
                raise Mismatch("message_id", "an id of its own", got)
        except Mismatch as fault:
            intake.refuse(row.line, row.raw, fault)
        else:
            nodes[node.id] = (row, node)
    for row, node in _roots(nodes, intake):
        state = node.row.get("tree_state")
        try:
            extra = {} if state is None else {"tree_state": state}
            task = branch_task(options, best_branch(node), extra)
        except Mismatch as fault:
            intake.refuse(row.line, row.raw, fault)
        else:
            intake.add(row.line, row.raw, task)


def _roots(nodes: dict[str, tuple[Row, Node]], intake: Intake) -> list[tuple[Row, Node]]:
    """Hang every message below its parent; refuse those that lead to no first message."""
    roots = []
    for row, node in nodes.values():
        parent = _parent(node)
        if parent is None:
            roots.append((row, node))
        elif isinstance(parent, str) and parent in nodes:
            nodes[parent][1].replies.append(node)
        else:
            fault = Mismatch("parent_id", "the id of a message in this file", shown(parent))
            intake.refuse(row.line, row.raw, fault)
    reached = {node.id for _, node in roots}
    waiting = [node for _, node in roots]
    while waiting:
        replies = waiting.pop().replies
        reached.update(reply.id for reply in replies)
        waiting += replies
    for row, node in nodes.values():
        parent = _parent(node)
        if node.id not in reached and isinstance(parent, str) and parent in nodes:
            fault = Mismatch("parent_id", "a first message above it", shown(parent))
            intake.refuse(row.line, row.raw, fault)
    return roots


def _parent(node: Node) -> Any:
    return next((node.row[field] for field in _PARENTS if field in node.row), None)


FORMAT = Format(
    name="oasst-messages",
    title="Open-Assistant messages with parent ids",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "message_id", "prompts": "text", "context": "parent_id", "language": "lang"},
)
