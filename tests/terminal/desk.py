"""The workstation on a terminal, and what a trainer does there with nothing but keys."""

import json
from pathlib import Path
from typing import Any

from terminal import Terminal, command, environment, program

AT_LIST = "enter open"
"""What only the task list shows."""
AT_TEXT = "esc keys"
"""What only the Write screen shows, while a text has the focus."""
BEFORE_SENDING = "f8 submit"
SAVED = "✓ saved"
UNSAVED = "● unsaved"


class Desk(Terminal):
    """The program, open at its task list."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        patch: str = "",
        wait: bool = True,
        **more: str,
    ) -> None:
        super().__init__(
            program(*arguments, patch=patch), environment(home, **more), size, cwd=home
        )
        self.home = home
        if wait:
            try:
                self.until(AT_LIST)
            except BaseException:
                self.close()
                raise

    def open_task(self) -> None:
        """Open the task under the cursor to write."""
        self.press("enter")
        self.until(AT_TEXT, "Response")

    def until_saved(self) -> None:
        """Wait until everything is on disk: Ctrl-S is acted on after all keys before it."""
        self.press("ctrl+s")
        self.until(lambda screen: SAVED in screen and UNSAVED not in screen)

    def submit(self) -> None:
        """Send what is written, past the step in which it is read; open rules are waived."""
        self.press("f8")
        while "✗" in self.until(BEFORE_SENDING):
            self.press("g", "w")  # what is open stands first
            self.until("Why waive this rule?")
            self.press("1")
            self.until_not("Why waive this rule?")
            self.until_quiet()
        self.press("f8")
        self.until("Submitted")

    def quit(self) -> int:
        """Leave by key; return the exit code."""
        self.press("ctrl+q")
        return self.ended()


def write_tasks(count: int = 3, **fields: Any) -> list[dict[str, Any]]:
    """Make tasks of prompt and response without rules."""
    return [
        {
            "id": f"t{number}",
            "kind": "write",
            "title": f"Task number {number}",
            "instructions": "Write.",
            **fields,
        }
        for number in range(1, count + 1)
    ]


def import_tasks(home: Path, tasks: list[dict[str, Any]], **fields: Any) -> None:
    """Put a batch `b` on the task list, so that its tasks are `b.t1` and so on."""
    batch = {"format": "trainer-tui/batch", "version": 1, "id": "b", "title": "Batch"}
    home.mkdir(parents=True, exist_ok=True)
    file = home / "batch.json"
    file.write_text(json.dumps({**batch, **fields, "tasks": tasks}))
    done = command(home, "import", str(file))
    assert done.returncode == 0, done.stderr.decode()


def exported(home: Path, *options: str) -> list[list[tuple[str, str]]]:
    """Return the messages of every submission that stands, oldest first."""
    done = command(home, "export", "--format", "messages", *options)
    assert done.returncode in (0, 1), done.stderr.decode()
    return [
        [(message["role"], message["content"]) for message in json.loads(line)["messages"]]
        # Not splitlines(): a text may hold line separators of its own.
        for line in done.stdout.decode().split("\n")
        if line
    ]


def draft(home: Path, task_id: str) -> list[tuple[str, str]]:
    """Return the prompts and responses of a draft; nothing if there is none."""
    done = command(home, "draft", task_id, "--json")
    if done.returncode:
        assert b"no draft" in done.stderr, done.stderr.decode()
        return []
    return [(pair["prompt"], pair["response"]) for pair in json.loads(done.stdout)["pairs"]]
