"""`trainer-tui hub serve` as a process, and the operator's commands beside it."""

import signal
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.hub_serving import Serving, command_lines
from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE

CANARY = "canary-of-a-password"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    one = Serving(tmp_path_factory.mktemp("serving"))
    try:
        yield one.start()
    finally:
        one.kill()


@pytest.fixture
def hub(serving, cli, monkeypatch):
    """Run a command of the operator beside the hub that is served."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, serving.environment[HOME_VARIABLE])
    return lambda *argv, **more: cli("hub", *argv, **more)


def test_one_command_and_there_is_a_hub(serving):
    said = serving.log.read_text()
    assert f"Serves {serving.address}" in said
    assert "trainer-tui hub teams add" in said
    assert httpx.get(f"{serving.address}/v1/hello").json()["highest"] == 1
    folder = serving.folder / "the hub"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_members_log_in_and_no_secret_is_seen(serving, hub):
    assert hub("teams", "add", "atlas", "Atlas, coding").code == 0
    typed = f"{CANARY}\n".encode()
    added = hub("members", "add", "ada", "--team", "atlas", "--password-stdin", stdin=typed)
    assert (added.code, added.out) == (0, "ada\n")
    session = serving.log_in("ada", CANARY)
    assert session.status_code == 201
    assert serving.log_in("ada", "another one").status_code == 401
    token = session.json()["token"]
    machine = hub("tokens", "add", "ada", "--device", "nightly").out.strip()
    assert serving.sessions(token) == serving.sessions(machine) == 200
    lines, log = command_lines(), serving.log.read_bytes()
    stored = b"".join(path.read_bytes() for path in (serving.folder / "the hub").iterdir())
    for secret in (CANARY, token, machine):
        for place in (lines, log, stored):
            assert secret.encode() not in place
    assert b"the hub/hub.db" not in lines  # nor the address of the database, on the way to workers


def test_what_the_operator_ends_ends_at_once(serving, hub):
    hub("members", "add", "eve", "--password-stdin", stdin=f"{CANARY}\n".encode())
    first, second = (serving.log_in("eve", CANARY).json() for _ in range(2))
    assert hub("tokens", "revoke", first["id"]).code == 0
    assert (serving.sessions(first["token"]), serving.sessions(second["token"])) == (401, 200)
    assert hub("members", "revoke", "eve").code == 0
    assert serving.sessions(second["token"]) == 401
    assert serving.log_in("eve", CANARY).status_code == 401
    assert hub("members", "enable", "eve").code == 0
    assert serving.sessions(second["token"]) == 401
    third = serving.log_in("eve", CANARY).json()["token"]
    changed = hub("members", "password", "eve")
    assert changed.code == 0
    assert serving.sessions(third) == 401
    assert serving.log_in("eve", changed.out.split()[1]).status_code == 201


def test_a_port_that_is_taken(serving, hub):
    result = hub("serve", "--port", str(serving.port))
    assert (result.code, result.out) == (3, "")
    assert "Cannot listen" in result.err
    assert "--port" in result.err


def test_it_stops_in_good_order_and_starts_again(serving, hub):
    before = hub("check", "--json").json["hub"]
    assert serving.stop(signal.SIGTERM) == 0
    serving.start()
    assert httpx.get(f"{serving.address}/v1/hello").json()["hub"] == before
    assert serving.stop(signal.SIGINT) == 0
    said = serving.log.read_text()
    assert "Traceback" not in said
    assert "made a mistake" not in said
