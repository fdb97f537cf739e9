"""Bytes that the store refuses to interpret are kept, and what was met is told to the trainer."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from trainer_tui.services.ports import Trouble
from trainer_tui.store import files
from trainer_tui.store.paths import Layout


class Quarantine:
    """Keeps refused bytes and reports troubles; with `read_only` it reports and writes nothing."""

    def __init__(
        self, layout: Layout, report: Callable[[Trouble], None], *, read_only: bool
    ) -> None:
        self.layout = layout
        self.read_only = read_only
        self._report = report

    def keep(self, path: Path, content: bytes) -> str:
        """Put a copy of refused bytes away, durably, and return a sentence that says where.

        The name holds a checksum of the content, so that the same bytes are kept once.
        A reader leaves the bytes where they are and gets an empty sentence.
        """
        if self.read_only or not content:
            return ""
        return f" Its bytes are kept in {self.put(path.name, content)}."

    def put(self, name: str, content: bytes) -> str:
        """Put bytes away, durably, and return where: the name and a checksum of the content.

        Raises `StoreError`.
        """
        digest = hashlib.sha256(content).hexdigest()[:12]
        target = self.layout.quarantine / f"{name}.{digest}"
        place = self.layout.place(target)
        with files.explained(place):
            try:
                kept = files.read_file(target) == content
            except FileNotFoundError:
                kept = False
            if not kept:
                files.replace_file(target, content)
        return place

    def tell(self, path: Path, message: str, *, serious: bool = True) -> None:
        """Report a trouble with a file."""
        self._report(Trouble(self.layout.place(path), message, serious))
