import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from trainer_tui.cli.main import main


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Result]

BATCH = {
    "format": "trainer-tui/batch",
    "version": 1,
    "id": "garden",
    "title": "Garden talk",
    "team": "Atlas",
    "language": "en",
    "guidelines": {"version": "3", "text": "# How\n\nBe kind.\n"},
    "tasks": [
        {
            "id": "poem",
            "kind": "write",
            "title": "A poem about a spade",
            "instructions": "Write a poem.",
            "category": "generation",
            "rules": [{"rule": "words", "relation": "at_most", "count": 200}],
            "estimate_minutes": 15,
        },
        {
            "id": "frost",
            "kind": "respond",
            "title": "Frost in May",
            "instructions": "Answer briefly.",
            "category": "open_qa",
            "prompts": ["Will my beans survive?"],
            "warnings": ["plant death"],
        },
        {
            "id": "talk",
            "kind": "dialogue",
            "title": "A talk over the fence",
            "instructions": "Two turns.",
            "category": "chat",
            "system": "You are a neighbor.",
        },
        {
            "id": "order",
            "kind": "rank",
            "title": "Order two answers",
            "instructions": "Best first.",
            "responses": ["one", "two"],
        },
    ],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("TRAINER_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TRAINER_TUI_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LOGNAME", "ada")
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command line in this process."""

    def run(*argv: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run


@pytest.fixture
def desk(cli: Cli) -> Cli:
    """The same, with a batch of four tasks imported."""
    Path("garden.json").write_text(json.dumps(BATCH), encoding="utf-8")
    assert cli("import", "garden.json").code == 0
    return cli


@pytest.fixture
def text() -> Callable[..., str]:
    """Write a file and return its name."""

    def write(content: bytes | str, name: str = "text.md") -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write
