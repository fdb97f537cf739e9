"""Runs command lines in this process: no start of Python for each of hundreds."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch


class _Stream(io.TextIOWrapper):
    """A stream that may say that it is a terminal."""

    def __init__(self, raw: io.BytesIO, terminal: bool) -> None:
        super().__init__(raw, encoding="utf-8", errors="surrogateescape", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@contextmanager
def inside(home: Path, **env: str) -> Iterator[Callable[..., bytes]]:
    """Give a function that runs a command line in a home folder and returns what it printed."""
    from trainer_tui.cli.main import main

    around = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TRAINER_TUI_HOME": str(home / "data"),
        "USER": "ada",
        "TERM": "xterm-256color",
        **env,
    }
    before = Path.cwd()

    def run(*line: str | bytes, terminal: bool = False, **more: str) -> bytes:
        raw = io.BytesIO()
        stream = _Stream(raw, terminal)
        with (
            patch.dict(os.environ, around | more, clear=True),
            patch.multiple(sys, stdout=stream, stderr=stream, stdin=io.TextIOWrapper(io.BytesIO())),
        ):
            main([os.fsdecode(word) for word in line])
            return raw.getvalue()

    os.chdir(home)
    try:
        yield run
    finally:
        os.chdir(before)
