"""A program on a pseudo-terminal, timed from outside: bytes are stamped as they arrive.

While something is timed nothing is emulated, since an emulator in Python takes longer than
the programs measured. What was shown when is found afterwards, by feeding the stamped pieces
to it one after the other.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from terminal import Emulator

SIZE = (120, 40)
_TICKS = os.sysconf("SC_CLK_TCK")


_theirs: set[int] = set()


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Measure from a processor of our own, and start programs on the others.

    On one processor a program that was woken by a key may wait until the measuring one has
    had its share of time, which is longer than the key takes.
    """
    global _theirs
    all_ = os.sched_getaffinity(0)
    if len(all_) > 1:
        _theirs = all_ - {min(all_)}
        os.sched_setaffinity(0, {min(all_)})
    try:
        yield
    finally:
        _theirs = set()
        os.sched_setaffinity(0, all_)


class Piece(NamedTuple):
    """Bytes that arrived together."""

    at: float
    data: bytes


class Pty:
    """A program and what it writes."""

    def __init__(
        self,
        argv: Sequence[str],
        env: dict[str, str],
        size: tuple[int, int] = SIZE,
        cwd: Path | None = None,
    ) -> None:
        self._master, slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator = Emulator(size)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            env=env,
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=self._dress,
        )
        os.close(slave)
        os.set_blocking(self._master, False)

    @staticmethod
    def _dress() -> None:
        os.login_tty(os.dup(0))
        if _theirs:
            os.sched_setaffinity(0, _theirs)

    def __enter__(self) -> "Pty":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program, with its children: politely, since the next start is measured."""
        if self._master >= 0:
            for number in (signal.SIGTERM, signal.SIGKILL):
                if self.process.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(self.process.pid, number)
                    self.take(1.0, 1.0)  # it may have something to write before it ends
            self.process.wait()
            os.close(self._master)
            self._master = -1

    # Bytes

    def send(self, data: bytes) -> list[Piece]:
        """Write all, as fast as it is taken; return what arrived meanwhile."""
        pieces: list[Piece] = []
        rest = memoryview(data)
        while rest:
            readable, writable, _ = select.select([self._master], [self._master], [], 30)
            assert readable or writable, f"the program takes no input\n{self}"
            if readable and (piece := self._read()):
                pieces.append(piece)
            if writable:
                with contextlib.suppress(BlockingIOError):
                    rest = rest[os.write(self._master, rest[:4096]) :]
        return pieces

    def _read(self) -> Piece | None:
        try:
            data = os.read(self._master, 65536)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        return Piece(time.perf_counter(), data) if data else None

    def take(self, quiet: float, first: float = 5.0) -> list[Piece]:
        """Return what arrives until it is quiet for some seconds; wait longer for the first."""
        pieces: list[Piece] = []
        patience = first
        while select.select([self._master], [], [], patience)[0]:
            piece = self._read()
            if piece is None:
                break
            pieces.append(piece)
            patience = quiet
        return pieces

    def until_written(self, words: str, patience: float = 60) -> list[Piece]:
        """Return what arrives until some words were among it, whatever their looks and place."""
        pieces: list[Piece] = []
        deadline = time.perf_counter() + patience
        text = ""
        while words not in text:
            left = deadline - time.perf_counter()
            more = self.take(0.0, max(left, 0.001))
            assert more, f"{words!r} was not written\n{self.shown(pieces) or self}"
            pieces += more
            data = b"".join(piece.data for piece in pieces[-50:])
            text = re.sub(r"\x1b(\[[^@-~]*[@-~]|[^\[])", "", data.decode("utf-8", "replace"))
        return pieces

    # What is seen

    def shown(self, pieces: Sequence[Piece]) -> str:
        """Take pieces in; return the screen after them."""
        self.emulator.feed(b"".join(piece.data for piece in pieces))
        return str(self)

    def __str__(self) -> str:
        return "\n".join(self.emulator.lines())

    def first(self, pieces: Sequence[Piece], seen: Callable[[], bool]) -> float | None:
        """Take pieces in; return when the first of them arrived after which something is seen."""
        found = None
        for piece in pieces:
            self.emulator.feed(piece.data)
            if found is None and seen():
                found = piece.at
        return found

    def settled(self, pieces: Sequence[Piece], look: Callable[[], Any]) -> float | None:
        """Take pieces in; return when the last of them arrived that changed what `look` returns."""
        found, before = None, look()
        for piece in pieces:
            self.emulator.feed(piece.data)
            if (now := look()) != before:
                found, before = piece.at, now
        return found

    def key_painted(self, pieces: Sequence[Piece]) -> float | None:
        """Take pieces in; return when the cursor and its row were as they are after all."""
        views = [(0.0, self.emulator.cursor, self.emulator.rows())]
        for piece in pieces:
            self.emulator.feed(piece.data)
            views.append((piece.at, self.emulator.cursor, self.emulator.rows()))
        row = self.emulator.cursor[1]
        looks = [(cursor, rows[row]) for _, cursor, rows in views]
        changes = [n for n in range(1, len(looks)) if looks[n] != looks[n - 1]]
        return views[changes[-1]][0] if changes else None

    # What it costs

    def cpu(self) -> float:
        """Return the seconds of processor time that all its threads have taken so far."""
        spent = 0.0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*"):
            try:
                spent += int((task / "schedstat").read_text().split()[0]) / 1e9
            except (OSError, IndexError):
                fields = (task / "stat").read_text().rpartition(")")[2].split()
                spent += (int(fields[11]) + int(fields[12])) / _TICKS
        return spent

    def memory(self, field: str = "VmHWM") -> float:
        """Return a figure of its memory in MB: the peak, or `VmRSS` for what it holds now."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        found = re.search(rf"{field}:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0
