"""No SQL of the hub is put together from texts at run time (I1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import trainer_tui.hub

HUB = Path(trainer_tui.hub.__file__).parent
RAW = {"text", "exec_driver_sql", "executescript"}
NAMED = {("bulk.py", "exec_driver_sql")}
"""What is compiled by SQLAlchemy itself, with its parameters apart."""


def _fixed(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _fixed(node.body) and _fixed(node.orelse)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def made_at_run_time(source: str) -> Iterator[str]:
    """Yield the calls that hand SQL to the database which does not stand in the source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "text":
            name = "text" if getattr(called.value, "id", "") == "sa" else ""
        else:
            name = getattr(called, "attr", getattr(called, "id", ""))
        raw = name == "execute" and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        if raw or (name in RAW and not _fixed(node.args[0])):
            yield name


@pytest.mark.parametrize("path", sorted(HUB.rglob("*.py")), ids=lambda path: path.name)
def test_i1_sql_stands_in_the_source(path: Path) -> None:
    found = {(path.name, name) for name in made_at_run_time(path.read_text())}
    assert found <= NAMED


def test_i1_sql_that_is_put_together_is_found() -> None:
    for line in (
        'sa.text(f"SELECT {name}")',
        'connection.exec_driver_sql("DROP " + name)',
        'connection.execute(f"DELETE FROM {table}")',
        'text("a" % b)',
    ):
        assert list(made_at_run_time(line)), line
