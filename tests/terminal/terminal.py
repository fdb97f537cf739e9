"""A terminal with the real program in it: keys go in as bytes, what a person would see comes out.

Nothing of the program is imported here. It runs in a process of its own on a pseudo-terminal
that is its controlling one, so that signals, hang-ups and job control reach it as they would
from a terminal window.
"""

import contextlib
import fcntl
import functools
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pyte

PATIENCE = 30.0
"""Seconds in which anything must have happened; generous, because a busy machine is no fault."""

_ESCAPE = "\x1b"
_KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": _ESCAPE,
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+right": "\x1b[1;5C",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "ctrl+enter": "\x1b[13;5u",
    "ctrl+f10": "\x1b[21;5~",
    **{f"f{n}": f"\x1bO{'PQRS'[n - 1]}" for n in range(1, 5)},
    **{f"f{n}": f"\x1b[{c}~" for n, c in enumerate((15, 17, 18, 19, 20, 21, 23, 24), 5)},
}
_UNKNOWN_TO_PYTE = re.compile(
    r"\x1b\[[<>=][\d;]*[a-zA-Z]|\x1b\[\?[\d;]*(\$p|m)|\x1bP[^\x1b]*\x1b\\|\x1b\[\d+;\d+;\d+t"
)
_LOOKS = re.compile(r"\x1b\[([\d;]*)m")
"""Colors and styles: most of what the program writes."""
_UNFINISHED = re.compile(r"\x1b(\[[^@-~]*|P[^\x1b]*\x1b?)?\Z")
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
_RESTING = {1049: "l", 25: "h", 7: "h"} | dict.fromkeys(
    (1000, 1003, 1004, 1006, 1015, 1016, 2004, 2026, 2048), "l"
)
"""How each private mode must stand after the program, where the program has set it."""


def key(name: str) -> str:
    """Return what a terminal sends for a key: a name such as `f8` or `ctrl+s`, or a character."""
    if name in _KEYS:
        return _KEYS[name]
    if name.startswith("ctrl+"):
        return chr(ord(name[-1].upper()) ^ 0x40)
    if name.startswith("alt+"):
        return _ESCAPE + key(name[4:])
    return name


def keys(*names: str) -> str:
    """Return what a terminal sends for several keys."""
    return "".join(map(key, names))


def pasted(text: str) -> str:
    """Return what a terminal sends for a paste: bracketed, line feeds as the Enter key sends."""
    return f"\x1b[200~{text}\x1b[201~"


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return all that the program may see of the world: `home` is the person's home folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TRAINER_TUI_HOME": str(home / "data"),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "USER": "ada",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        **more,
    }


def program(*arguments: str, patch: str = "") -> list[str]:
    """Return the command line of the program, or of one that is changed by `patch` first."""
    if not patch:
        return [sys.executable, "-m", "trainer_tui", *arguments]
    source = f"{patch}\nfrom trainer_tui.cli.main import run\nrun()"
    return [sys.executable, "-c", source, *arguments]


def command(home: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run one command of the program outside the terminal, as a script would."""
    return subprocess.run(
        program(*arguments),
        env=environment(home),
        input=stdin,
        capture_output=True,
        timeout=2 * PATIENCE,
    )


@functools.lru_cache
def _numbers(parameters: str) -> tuple[int, ...]:
    return tuple(int(number or 0) for number in parameters.split(";"))


class Emulator:
    """What a person sees of the bytes that a program writes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take bytes in, wherever they are cut."""
        data = self._rest + data
        text = data.decode("utf-8", "ignore")
        cut = len(data) - len(text.encode())
        self._rest = data[len(data) - cut :] if cut else b""
        if unfinished := _UNFINISHED.search(text):
            self._rest = text[unfinished.start() :].encode() + self._rest
            text = text[: unfinished.start()]
        # pyte takes sequences apart by the character, which for these is most of its work.
        plain, *rest = _LOOKS.split(_UNKNOWN_TO_PYTE.sub("", text))
        self._stream.feed(plain)
        for looks, plain in zip(rest[::2], rest[1::2], strict=True):
            self._screen.select_graphic_rendition(*_numbers(looks))
            self._stream.feed(plain)

    def lines(self) -> list[str]:
        """Return the lines that a person sees now."""
        return [line.rstrip() for line in self._screen.display]

    def rows(self, columns: slice = slice(None)) -> list[tuple[pyte.screens.Char, ...]]:
        """Return the cells of every row, with their looks, between some columns."""
        wanted = range(self._screen.columns)[columns]
        return [tuple(self._screen.buffer[y][x] for x in wanted) for y in range(self._screen.lines)]

    @property
    def cursor(self) -> tuple[int, int]:
        """The column and the row of the cursor, from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    def resize(self, columns: int, rows: int) -> None:
        """Give the screen another size."""
        self.size = (columns, rows)
        self._screen.resize(rows, columns)


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(
        self,
        argv: Sequence[str],
        env: dict[str, str],
        size: tuple[int, int] = (80, 24),
        cwd: Path | None = None,
    ) -> None:
        self._master, self._slave = os.openpty()
        self._dress(size)
        self._before = termios.tcgetattr(self._slave)
        self._emulated = Emulator(size)
        self._lock = threading.Lock()
        self._chunks: list[bytes] = []
        self._shown = 0
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            argv,
            env=env,
            cwd=cwd,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            preexec_fn=lambda: os.login_tty(os.dup(0)),
        )
        self._stop_reading, self._stopped = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program, if it still runs, and the terminal."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    # In

    def send(self, data: str | bytes) -> None:
        """Send bytes as they are, as fast as the program takes them."""
        rest = memoryview(data.encode() if isinstance(data, str) else data)
        while rest:
            _, ready, _ = select.select([], [self._master], [], PATIENCE)
            if not ready:
                raise AssertionError(f"the program takes no input\n{self}")
            # More than the line discipline holds would be dropped without a word.
            rest = rest[os.write(self._master, rest[:1024]) :]

    def press(self, *names: str) -> None:
        """Press keys one after the other; Escape is waited for, as it is with another key behind it
        the beginning of a third."""
        for name in names:
            before = self.written
            self.send(key(name))
            if name == "escape":
                deadline = time.monotonic() + 1.0
                time.sleep(0.2)
                while self.written == before and time.monotonic() < deadline:
                    time.sleep(0.02)

    def type(self, text: str, per_second: float = 0) -> None:
        """Type a text, newlines as Enter; all at once, or at so many keys a second."""
        data = text.replace("\n", "\r")
        if not per_second:
            self.send(data)
            return
        begin = time.monotonic()
        for number, character in enumerate(data):
            time.sleep(max(begin + number / per_second - time.monotonic(), 0))
            self.send(character)

    def paste(self, text: str) -> None:
        """Paste a text, bracketed."""
        self.send(pasted(text))

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        with self._lock:
            self._emulated.resize(columns, rows)
        self._dress((columns, rows))

    def _dress(self, size: tuple[int, int]) -> None:
        columns, rows = size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # Out

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._stop_reading], [], [])
            if self._master not in ready:
                return
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            with self._lock:
                self._chunks.append(data)

    @property
    def raw(self) -> bytes:
        """Every byte that the program has written."""
        with self._lock:
            return b"".join(self._chunks)

    @property
    def written(self) -> int:
        """How many pieces of output there were, to see whether there is more."""
        with self._lock:
            return len(self._chunks)

    def screen(self) -> list[str]:
        """Return the lines that a person sees now."""
        with self._lock:
            self._emulated.feed(b"".join(self._chunks[self._shown :]))
            self._shown = len(self._chunks)
            return self._emulated.lines()

    def __str__(self) -> str:
        return "\n".join(self.screen())

    def until(
        self, wanted: str | Callable[[str], bool], *more: str, patience: float = PATIENCE
    ) -> str:
        """Wait until the screen shows some texts, or satisfies a test; return the screen."""
        deadline = time.monotonic() + patience
        seen = -1
        while True:
            ended = self.process.poll() is not None
            if (now := self.written) != seen or ended:
                seen, screen = now, str(self)
                if (
                    wanted(screen)
                    if callable(wanted)
                    else all(text in screen for text in (wanted, *more))
                ):
                    return screen
            if ended or time.monotonic() > deadline:
                end = f"it ended with {self.process.poll()}" if ended else "in time"
                raise AssertionError(f"{wanted!r} {more or ''} was not shown: {end}\n{self}")
            time.sleep(0.02)

    def until_not(self, text: str) -> str:
        """Wait until the screen does not show a text any more."""
        return self.until(lambda screen: text not in screen)

    def until_quiet(self, seconds: float = 0.3) -> str:
        """Wait until the program has written nothing for a while."""
        deadline = time.monotonic() + PATIENCE
        seen, since = self.written, time.monotonic()
        while time.monotonic() - since < seconds and time.monotonic() < deadline:
            time.sleep(0.02)
            if (now := self.written) != seen:
                seen, since = now, time.monotonic()
        return str(self)

    # The end

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill the program as a power cut would end it, with its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stall(self) -> None:
        """Take no more output from the program."""
        if self._reader.is_alive():
            os.write(self._stopped, b"x")
            self._reader.join()

    def hang_up(self) -> None:
        """Close the window: the system sends SIGHUP to the program."""
        self.stall()
        while self._master >= 0:
            for end in (self._master, self._slave, self._stop_reading, self._stopped):
                os.close(end)
            self._master = -1

    def ended(self) -> int:
        """Wait for the program to end; return its exit code."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program does not end\n{self}") from None
        if self._master >= 0:
            self.until_quiet(0.05)
        return code

    def until_stopped(self) -> None:
        """Wait until the program is stopped, as by Ctrl-Z."""
        deadline = time.monotonic() + PATIENCE
        while not os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT | os.WNOHANG):
            assert time.monotonic() < deadline, f"the program does not stop\n{self}"
            time.sleep(0.02)
        self.until_quiet(0.1)

    def left_as_found(self) -> list[str]:
        """Return what the program has left changed in the terminal; nothing is right."""
        raw = self.raw
        last = {int(mode): state.decode() for mode, state in _MODE.findall(raw)}
        wrong = [
            f"mode {mode} is {state}" for mode, state in last.items() if _RESTING.get(mode) != state
        ]
        if len(re.findall(rb"\x1b\[>\d*u", raw)) != len(re.findall(rb"\x1b\[<\d*u", raw)):
            wrong.append("the keyboard protocol")
        if termios.tcgetattr(self._slave) != self._before:
            wrong.append("the line discipline")
        return wrong

    def last_words(self) -> str:
        """Return what the program wrote after it left its screen."""
        text = self.raw.rpartition(b"\x1b[?1049l")[2].decode("utf-8", "replace")
        return re.sub(r"\x1b\[[^@-~]*[@-~]", "", text).replace("\r\n", "\n").strip()
