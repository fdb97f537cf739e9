"""A hub that `trainer-tui hub serve` serves, as a process in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.hub.postgres import free_port
from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE

RUN = [sys.executable, "-m", "trainer_tui", "hub"]


class Serving:
    """A hub that a command serves, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE},
            HOME_VARIABLE: str(folder / "the hub"),
            "TRAINER_TUI_HOME": str(folder / "workstation"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def start(self) -> "Serving":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*RUN, "serve", "--port", str(self.port)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.HTTPError:
                time.sleep(0.03)
        raise AssertionError(self.log.read_text())

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(60)

    def kill(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def log_in(self, name: str, password: str) -> httpx.Response:
        body = {"name": name, "password": password, "device": "test"}
        return httpx.post(
            f"{self.address}/v1/sessions", json=body, headers={"Trainer-Sync": "1"}, timeout=30
        )

    def sessions(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Trainer-Sync": "1"}
        return httpx.get(f"{self.address}/v1/sessions", headers=headers, timeout=30).status_code


def command_lines() -> bytes:
    """What every process of this machine was started with, as anybody sees it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.append((entry / "cmdline").read_bytes())
            except OSError:  # it has ended meanwhile
                continue
    return b"\n".join(found)
