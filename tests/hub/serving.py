"""A real hub process over a given database, to be asked, stopped, killed and started again.

    with HubProcess(url) as hub:
        httpx.get(f"{hub.address}/v1/hello")

Failpoints exist only in the process that `main` starts here, never in the program: `fail` is
`WHERE:PATH:NUMBER`, and at the NUMBER-th time that a request for PATH comes to WHERE all its
processes are killed with signal 9 (`error`: the call raises an error that nobody expects):

    before_commit, after_commit   of a transaction that writes
    before_response               the work is done and nobody was told
    error                         before the call begins
"""

import contextvars
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec

from tests.hub.postgres import free_port
from trainer_tui.hub.settings import Settings

STARTS_WITHIN = 60.0
"""Seconds, on a busy machine."""
RELAXED = Settings(
    login_rate=10_000,
    login_burst=100_000,
    open_rate=10_000,
    open_burst=100_000,
    member_rate=10_000,
    member_burst=100_000,
    tick_seconds=0.05,
    bodies_each=512,
)
"""For tests that are about something else than rates."""


class HubProcess:
    """One hub on a free port of the loopback address; `install` makes the database one first."""

    entry = "tests.hub.serving"
    """The module that serves when it is run with what is asked for."""

    def __init__(
        self,
        url: str,
        *,
        settings: Settings = RELAXED,
        workers: int = 1,
        port: int | None = None,
        fail: str = "",
        install: bool = True,
        host: str = "127.0.0.1",
    ) -> None:
        self.url, self.settings, self.workers = url, settings, workers
        self.port = port or free_port()
        self.fail, self.install, self.host = fail, install, host
        scheme = "https" if settings.certificate else "http"
        self.address = f"{scheme}://127.0.0.1:{self.port}"
        self._log = tempfile.TemporaryFile("w+b")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: bool = True) -> "HubProcess":
        """Start it, and wait until it answers."""
        asked = {
            "url": self.url,
            "host": self.host,
            "port": self.port,
            "workers": self.workers,
            "settings": msgspec.to_builtins(self.settings),
            "install": self.install,
        }
        environment = {k: v for k, v in os.environ.items() if k != "HUB_FAIL"}
        if self.fail:
            environment["HUB_FAIL"] = self.fail
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.entry, json.dumps(asked)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd=Path(__file__).parents[2],
            env=environment,
            start_new_session=True,
        )
        if ready:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until the hub answers that it can work."""
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"the hub did not start: {self.log()[-2000:]}")
            try:
                if httpx.get(f"{self.address}/readyz", verify=False, timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.03)
        raise RuntimeError(f"the hub is not ready: {self.log()[-2000:]}")

    @property
    def pid(self) -> int:
        """The process that supervises; the others are its children."""
        assert self._process is not None
        return self._process.pid

    def terminate(self) -> None:
        """Ask it to stop, and return at once."""
        assert self._process is not None
        self._process.terminate()

    def stop(self, within: float = 60.0) -> int:
        """Stop it in good order and return its exit code."""
        self.terminate()
        return self.wait(within)

    def wait(self, within: float = 60.0) -> int:
        """Wait for its end and return its exit code; -9 if it was killed."""
        assert self._process is not None
        return self._process.wait(within)

    def kill(self) -> None:
        """Kill all its processes with signal 9."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def restart(self, *, fail: str = "") -> "HubProcess":
        """Start it again on the same port, after it was stopped or killed."""
        self.kill()
        self.fail = fail
        return self.start()

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """Return all that it has written."""
        self._log.flush()
        return os.pread(self._log.fileno(), 2**30, 0).decode()

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of its log."""
        return [json.loads(line) for line in self.log().splitlines()]

    def __enter__(self) -> "HubProcess":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._log.close()


_PATH: contextvars.ContextVar[str] = contextvars.ContextVar("path", default="")


class _Failpoint:
    """Counts how often a request comes to a place, and ends all processes the n-th time."""

    def __init__(self, told: str) -> None:
        self.where, self.path, number = [*told.split(":"), "", "1"][:3] if told else ("", "", "0")
        self.left = int(number)

    def reached(self, where: str) -> bool:
        if where != self.where or self.path != _PATH.get():
            return False
        self.left -= 1
        return self.left == 0

    def kill(self, where: str) -> None:
        if self.reached(where):
            os.killpg(0, signal.SIGKILL)


def failing_front(url: str, settings: Settings) -> Any:
    """Make the application with the failpoint of `HUB_FAIL`; starts in the hub's processes."""
    from sqlalchemy import event

    from trainer_tui.hub.serving import front

    failpoint = _Failpoint(os.environ.get("HUB_FAIL", ""))
    made = front(url, settings)
    database = made.service.hub.database
    write: Callable[[Any], Any] = database.write
    writing: contextvars.ContextVar[bool] = contextvars.ContextVar("writing", default=False)

    def failing_write(work: Callable[[Any], Any]) -> Any:
        token = writing.set(True)
        try:
            done = write(work)
        finally:
            writing.reset(token)
        failpoint.kill("after_commit")
        return done

    def before_commit(_: Any) -> None:
        if writing.get():
            failpoint.kill("before_commit")

    database.write = failing_write
    event.listen(database.engine, "commit", before_commit)
    whole = made.routes

    async def routes(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await whole(scope, receive, send)
            return
        _PATH.set(scope["path"])
        if failpoint.reached("error"):
            raise RuntimeError("a fault that nobody expects, with a canary-in-the-message")

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                failpoint.kill("before_response")
            await send(message)

        await whole(scope, receive, sending)

    made.routes = routes
    return made


def main(told: str, make: Any = None) -> None:
    """Serve as the operator's command does, with this folder's failpoint if one is asked for.

    `make` makes another application; it has to have a name under which it can be imported.
    """
    from trainer_tui.domain.uuid7 import id_maker
    from trainer_tui.hub.database import Database
    from trainer_tui.hub.installing import install
    from trainer_tui.hub.serving import front, serve

    asked = json.loads(told)
    if asked["install"]:
        database = Database(asked["url"])
        install(database, now=time.time, new_id=id_maker())
        database.close()
    from tests.hub.serving import failing_front as failing

    serve(
        asked["url"],
        asked["host"],
        asked["port"],
        asked["workers"],
        msgspec.convert(asked["settings"], Settings),
        make or (failing if os.environ.get("HUB_FAIL") else front),
    )


if __name__ == "__main__":
    main(sys.argv[1])
