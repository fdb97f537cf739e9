"""Processes that do operations until they are killed, and acknowledge each through a pipe.

Starting Python takes longer than a round may, so one process with everything imported forks
a child for each round. As a script it is that process.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent


class Writers:
    """Starts writers one after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = 0
        self.acknowledged: list[int] = []
        self.error = ""

    def __enter__(self) -> "Writers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self.process.communicate()

    def start(self, home: Path, workload: str, start: int, **job: Any) -> None:
        """Start a writer and wait for its first acknowledgment."""
        assert self.process.stdin
        given = {"home": str(home), "workload": workload, "start": start, **job}
        self.acknowledged, self.error = [], ""
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        while not self.acknowledged and self._line():
            pass

    def stop(self) -> None:
        """Stop the writer where it is, so that it can still be looked at; waits until it stands."""
        os.kill(self.pid, signal.SIGSTOP)
        stat = Path(f"/proc/{self.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)

    def kill(self) -> list[int]:
        """Kill it and return the numbers of what it acknowledged."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> list[int]:
        """Wait for its end and return the numbers of what it acknowledged."""
        while self.pid and self._line():
            pass
        return self.acknowledged

    def _line(self) -> bool:
        """Take in one line; return whether the writer goes on."""
        assert self.process.stdout
        word, _, rest = self.process.stdout.readline().strip().partition(" ")
        match word:
            case "pid":
                self.pid = int(rest)
            case "error":
                self.error = rest
            case "end" | "":
                self.pid = 0
                return False
            case number:
                self.acknowledged.append(int(number))
        return True


def write(job: dict[str, Any]) -> None:
    """Do operations, at most `count` of them, from `start` on."""
    import subjects

    patches = subjects.mutated(job.get("mutant", ""))
    patches.__enter__()
    early = job.get("mutant") == "acknowledged early"
    try:
        subject = subjects.SUBJECTS[job.get("subject", "ours")](Path(job["home"]))
        step = job.get("step", 1)
        for number in range(job["start"], job["start"] + job.get("count", 10**6) * step, step):
            if early:
                os.write(1, b"%d\n" % number)
                time.sleep(0.002)
            subject.do(job["workload"], number)
            if not early:
                os.write(1, b"%d\n" % number)
            time.sleep(job.get("pause", 0))
    except Exception as error:
        os.write(1, f"error {type(error).__name__}: {error!r}\n".encode())


def main() -> None:
    """Fork a writer for each line of standard input."""
    sys.path[:0] = [str(HERE), str(HERE.parent / "store")]
    import subjects  # noqa: F401  so that the children need not

    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                os.write(1, b"pid %d\n" % os.getpid())
                write(json.loads(line))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        os.write(1, b"end %d\n" % status)


if __name__ == "__main__":
    main()
