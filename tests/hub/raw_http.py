"""HTTP as no library would send it, over a plain socket."""

import socket
import time
from pathlib import Path
from typing import NamedTuple


class Heard(NamedTuple):
    """What came back on a connection."""

    text: bytes
    closed: bool
    """Whether the hub closed the connection."""
    seconds: float

    @property
    def statuses(self) -> list[int]:
        """The status of each answer."""
        lines = [line for line in self.text.split(b"\r\n") if b"HTTP/1.1 " in line]
        return [int(line.split(b"HTTP/1.1 ")[1][:3]) for line in lines]


def say(port: int, *parts: bytes, wait: float = 3.0, pause: float = 0.0) -> Heard:
    """Send parts, with a pause after each, and listen until the end or for `wait` seconds."""
    start = time.monotonic()
    heard = b""
    closed = False
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        try:
            for part in parts:
                line.sendall(part)
                if pause:
                    time.sleep(pause)
        except OSError:
            closed = True
        try:
            while part := line.recv(65536):
                heard += part
                if b"\r\n\r\n" in heard and not wait:
                    break
            closed = True
        except TimeoutError:
            pass
        except OSError:
            closed = True
    return Heard(heard, closed, time.monotonic() - start)


def _processes(pid: int) -> list[str]:
    return [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _status(pid: int, name: str) -> int:
    total = 0
    for one in _processes(pid):
        status = Path(f"/proc/{one}/status").read_text()
        total += int(status.split(f"{name}:")[1].split()[0]) * 1024
    return total


def resident(pid: int) -> int:
    """Return the bytes of memory that a process and its children hold (Linux)."""
    return _status(pid, "VmRSS")


def forget_peak(pid: int) -> None:
    """Let `peak` count from now on."""
    for one in _processes(pid):
        Path(f"/proc/{one}/clear_refs").write_text("5")


def peak(pid: int) -> int:
    """Return the most bytes of memory that they held since `forget_peak`."""
    return _status(pid, "VmHWM")
