"""The token: encrypted lines only, never where anybody else reads, never to another address."""

import logging
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hub.firm import LEAD
from tests.hub.serving import HubProcess
from tests.sync.laptops import PASSWORD, Laptop, World
from tests.sync.test_sync_faults import answer
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.membership import Role
from trainer_tui.hub import people
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.passwords import hashed
from trainer_tui.store.token_file import TokenFile
from trainer_tui.sync import credentials
from trainer_tui.sync.address import hub_address
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.credentials import KeyringOr, Secrets, Token
from trainer_tui.sync.trouble import NoHub, SignedOut

CANARY = "tt_canary-of-the-token"


def secrets(url: str = "http://127.0.0.1:9", token: str = CANARY) -> Secrets:
    return Secrets(url, "session", Token(token), Token("ab" * 16))


@pytest.mark.parametrize(
    "given, address",
    [
        ("hub.example.org", "https://hub.example.org"),
        ("https://Hub.Example.org:8443/atlas/", "https://hub.example.org:8443/atlas"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.3.2.1:80/", "http://127.3.2.1:80"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_encrypted_or_of_this_machine(given: str, address: str) -> None:
    assert hub_address(given) == address
    assert hub_address(address) == address


@pytest.mark.parametrize(
    "given",
    [
        "http://hub.example.org", "http://10.0.0.1", "http://localhost.example.org",
        "http://127.0.0.1.example.org", "ftp://x", "https://", "https://a b", "https://u:p@h",
        "https://u@h", "https://h/?q=1", "https://h/#f", "https://h:99999", "https://h\n",
        "https://" + "h" * 600, "", "file:///etc/passwd", "http://0x7f000001", "https://[::1",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(given: str) -> None:
    if given == "https://h\n":
        given = "https://h\nx"
    with pytest.raises(BadInput):
        hub_address(given)


def test_a_redirect_is_not_followed_and_tells_nobody_the_token(world: World) -> None:
    asked: list[str] = []

    def lead_away(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answer({}, 308, location="http://evil.example.org/v1/changes")

    world.line.before = lead_away
    line = HubLine("http://127.0.0.1:9", Token(CANARY), transport=world.line)
    with pytest.raises(NoHub):
        line.changes(None, 10)
    assert len(asked) == 1 and asked[0].startswith("http://127.0.0.1:9/")


def test_no_proxy_of_the_environment_hears_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://evil.example.org:3128")
    line = HubLine("https://hub.example.org", Token(CANARY))
    client = line._open()
    assert not client._mounts and client.trust_env is False
    assert client.follow_redirects is False
    line.close()


def test_the_token_goes_only_to_the_address_that_gave_it(laptop: Laptop, world: World) -> None:
    laptop.synced()
    TokenFile(laptop.home).put(secrets("https://elsewhere.example.org"))
    asked = len(world.line.asked)
    assert isinstance(laptop.sync().trouble, SignedOut)
    assert len(world.line.asked) == asked


def test_hello_and_login_carry_no_token(world: World) -> None:
    seen: list[httpx.Headers] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return answer({}, 503)

    world.line.before = look
    line = HubLine("http://127.0.0.1:9", Token(CANARY), transport=world.line)
    with pytest.raises(Exception, match="503"):
        line.hello()
    assert "authorization" not in seen[0] and seen[0]["trainer-sync"] == "1"


def test_a_token_shows_itself_to_nobody() -> None:
    token = Token(CANARY)
    shown = [repr(token), str(token), f"{token}", f"{token!r}", repr(secrets()), repr([token])]
    assert all(CANARY not in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(token)
    assert not hasattr(token, "__dict__")
    assert token == Token(CANARY) != Token("other")


def test_the_file_is_its_owners_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        safe = TokenFile(tmp_path)
        assert safe.get() is None
        safe.put(secrets())
        safe.put(secrets(token="other"))
    finally:
        os.umask(before)
    [path] = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = safe.get()
    assert found == secrets(token="other")
    path.write_bytes(b"\xff")
    assert safe.get() is None
    safe.remove()
    safe.remove()
    assert list(tmp_path.iterdir()) == []


class Backend:
    """A keyring that is there, refuses, or forgets."""

    def __init__(self, priority: float = 5, mood: str = "") -> None:
        self.priority, self.mood = priority, mood
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, account: str, text: str) -> None:
        if self.mood == "refuses":
            raise RuntimeError(f"locked, not taking {text}")
        if self.mood != "forgets":
            self.kept[service, account] = text

    def get_password(self, service: str, account: str) -> str | None:
        if self.mood == "refuses":
            raise RuntimeError("locked")
        return self.kept.get((service, account))

    def delete_password(self, service: str, account: str) -> None:
        del self.kept[service, account]


@pytest.mark.parametrize(
    "backend, in_keyring",
    [
        (Backend(), True), (Backend(mood="refuses"), False), (Backend(mood="forgets"), False),
        (Backend(priority=0.5), False), (None, False),
    ],
)  # fmt: skip
def test_a_real_keyring_is_used_and_a_file_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Any, in_keyring: bool
) -> None:
    class Package:
        @staticmethod
        def get_keyring() -> Any:
            return backend

    monkeypatch.setitem(sys.modules, "keyring", Package if backend is not None else None)
    safe = KeyringOr("here", TokenFile(tmp_path))
    safe.put(secrets())
    assert safe.get() == secrets()
    assert list(tmp_path.iterdir()) == [] if in_keyring else (tmp_path / "hub.token").exists()
    safe.remove()
    assert safe.get() is None
    assert credentials.read("nonsense") is None


def test_a_login_leaves_no_trace_of_password_or_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ps`, the environment, output, logs, a crash: the token is in its file and nowhere else."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    database = Database(url)
    from trainer_tui.domain.uuid7 import id_maker

    install(database, now=lambda: 1.0, new_id=id_maker())
    hub = open_hub(database, now=lambda: 1.0, new_id=id_maker())
    people.create_team(hub, LEAD, "north", "North")
    member = people.create_member(hub, LEAD, "ada", hashed(PASSWORD))
    people.set_membership(hub, LEAD, "north", member, role=Role.TRAINER, certified=True)
    database.close()
    home = tmp_path / "home"
    spy = tmp_path / "spy.py"
    spy.write_text(SPY)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TRAINER_TUI_HOME": str(home),
        "LOGNAME": "ada",
    }

    def run(*argv: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(spy), *argv]
        return subprocess.run(
            command, env=environment | more, input=stdin, capture_output=True, text=True, timeout=60
        )

    with HubProcess(url) as served:
        said = run("login", served.address, "--name", "ada", stdin=PASSWORD + "\n")
        assert said.returncode == 0, said.stderr
        token = TokenFile(home).get()
        assert token is not None
        canary = token.token.reveal()
        every = [said, run("sync"), run("sync", "--json"), run("status"), run("status", "--json")]
        assert [one.returncode for one in every] == [0] * 5, [one.stderr for one in every]
        every.append(run("sync", CRASH="1"))
        assert every[-1].returncode == 3 and "made a mistake" in every[-1].stderr
        log = served.log()
        every.append(run("logout"))
        assert every[-1].returncode == 0
        after = run("sync")
        assert after.returncode == 3 and "Log in again" in after.stderr
    seen = "".join(one.stdout + one.stderr for one in every) + log
    for path in home.rglob("*"):
        if path.is_file():
            seen += path.read_bytes().decode("utf-8", "replace")
    assert "SPY saw" in seen and "DEBUG" in seen and "crashes" in seen
    for secret in (canary, PASSWORD, token.bundle_key.reveal()):
        assert secret and secret not in seen


SPY = """
import logging, os, pathlib, sys
logging.basicConfig(level=1, stream=sys.stderr)

def look():
    for name in ("cmdline", "environ"):
        sys.stderr.write(f"SPY saw {pathlib.Path('/proc/self', name).read_bytes()!r}\\n")

from trainer_tui.sync.client import HubLine
real = HubLine._send

def send(self, *args, **kwargs):
    look()
    if os.environ.get("CRASH") and kwargs.get("secret", True):
        header = f"Bearer {self._token.reveal()}"
        raise RuntimeError(header)
    return real(self, *args, **kwargs)

HubLine._send = send
from trainer_tui.cli.main import run
run()
"""


def test_errors_of_the_line_hold_no_token(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot send {request.headers['authorization']}", request=request)

    world.line.before = fail
    line = HubLine("http://127.0.0.1:9", Token(CANARY), transport=world.line)
    with pytest.raises(Exception) as found:
        line.changes(None, 5)
    import traceback

    said = "".join(traceback.format_exception(found.value)) + caplog.text
    assert CANARY not in said
