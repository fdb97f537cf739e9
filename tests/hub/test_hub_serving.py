"""A hub process: it stops in good order, dies without harm, and sends nothing in the open."""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from tests.hub.people_of_two_teams import PASSWORD, Person, populate
from tests.hub.serving import RELAXED, HubProcess
from trainer_tui.domain.errors import BadInput, NotFound
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.feed import NewChange, append
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.serving import serve
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub

Url = Callable[[str], str]


def _filled(url: str) -> tuple[Hub, dict[tuple[str, str], Person]]:
    database = Database(url)
    install(database, now=time.time, new_id=id_maker())
    hub = open_hub(database, now=time.time, new_id=id_maker())
    return hub, populate(hub)


class Waiting(threading.Thread):
    """Waits for changes, and notes the answer and how long it took."""

    def __init__(self, process: HubProcess, token: str, cursor: str = "", wait: int = 20) -> None:
        super().__init__()
        self.url = f"{process.address}/v1/changes?wait={wait}&cursor={cursor}"
        self.headers = {"Authorization": f"Bearer {token}"}
        self.answer = httpx.Response(599)
        self.seconds = 0.0
        self.connected = threading.Event()
        self.start()

    def run(self) -> None:
        with httpx.Client(timeout=60, headers=self.headers) as client:
            client.get(self.url.split("/v1/")[0] + "/v1/hello")
            self.connected.set()
            start = time.monotonic()
            self.answer = client.get(self.url)
            self.seconds = time.monotonic() - start


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_waits_is_told_and_revoked_and_let_go(new_url: Url, kind: str) -> None:
    hub, people = _filled(url := new_url(kind))
    trainer, other, lead = (people["north", role] for role in ("trainer", "reviewer", "lead"))
    with HubProcess(url, workers=2) as process:
        told, revoked = Waiting(process, trainer.token), Waiting(process, other.token)
        time.sleep(0.4)
        news = [NewChange("batch", trainer.id, body=b'{"head":{}}')]
        hub.database.write(lambda c: append(c, "north", news, 0.0))
        told.join()
        assert [change["seq"] for change in told.answer.json()["changes"]] == [1]
        assert told.seconds < 10
        end = sa.update(schema.sessions).where(schema.sessions.c.id == other.session)
        hub.database.write(lambda c: c.execute(end.values(ended_at=time.time())))
        revoked.join()
        assert revoked.answer.status_code == 401 and revoked.seconds < 10
        short = Waiting(process, lead.token, wait=1)
        short.join()
        assert short.answer.status_code == 200 and 1 <= short.seconds < 10
        last = [Waiting(process, lead.token) for _ in range(30)]
        for waiting in last:
            waiting.connected.wait()
        time.sleep(1.0)
        assert process.stop() == 0
        for waiting in last:
            waiting.join()
            assert waiting.answer.status_code == 200 and waiting.seconds < 10
        assert "Traceback" not in process.log()
    hub.database.close()


def test_what_is_in_flight_is_finished(new_url: Url) -> None:
    hub, people = _filled(url := new_url("sqlite"))
    headers = {"Authorization": f"Bearer {people['north', 'trainer'].token}"}
    with HubProcess(url) as process:
        holding = hub.database.engine.connect()
        holding.begin()  # nobody else writes
        answers: list[int] = []
        login = {"name": "trainer of north", "password": "wrong"}

        def ask() -> None:
            answer = httpx.post(f"{process.address}/v1/sessions", json=login, timeout=60)
            answers.append(answer.status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.3)
        process.terminate()
        time.sleep(0.5)
        assert process.alive() and not answers
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{process.address}/v1/hello", headers=headers)
        holding.close()
        asking.join()
        assert answers == [401] and process.wait() == 0
    hub.database.close()


@pytest.mark.parametrize("where", ["before_commit", "after_commit", "before_response"])
def test_a_failpoint_kills_every_process_and_the_hub_starts_again(new_url: Url, where: str) -> None:
    hub, people = _filled(url := new_url("sqlite"))
    person = people["north", "trainer"]
    path = f"/v1/sessions/{person.session}"
    headers = {"Authorization": f"Bearer {person.token}"}
    with HubProcess(url, fail=f"{where}:{path}:1") as process:
        with pytest.raises(httpx.HTTPError):
            httpx.delete(process.address + path, headers=headers)
        assert process.wait() == -signal.SIGKILL
        process.restart()
        found = httpx.get(f"{process.address}/v1/sessions", headers=headers).status_code
        assert found == (200 if where == "before_commit" else 401)
    hub.database.close()


def test_no_process_outlives_its_supervisor(new_url: Url) -> None:
    hub, _ = _filled(url := new_url("sqlite"))
    with HubProcess(url) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                httpx.get(f"{process.address}/v1/hello", timeout=5)
            except httpx.HTTPError:
                break
            time.sleep(0.05)
        else:
            pytest.fail("it still answers")
    hub.database.close()


def test_h2_a_fault_tells_nothing_but_its_id(new_url: Url) -> None:
    hub, people = _filled(url := new_url("sqlite"))
    headers = {"Authorization": f"Bearer {people['north', 'trainer'].token}"}
    with HubProcess(url, fail="error:/v1/changes:1") as process:
        answer = httpx.get(f"{process.address}/v1/changes", headers=headers)
        assert answer.status_code == 500
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
        assert answer.json()["message"] == "the hub made a mistake"
        log = process.log()
        assert "canary-in-the-message" not in log + answer.text
        (fault,) = [line for line in process.lines() if line["event"] == "fault"]
        assert fault["id"] == answer.json()["request_id"] and fault["error"] == ["RuntimeError"]
        assert any("serving.py" in place for place in fault["where"])
        assert httpx.get(f"{process.address}/v1/changes", headers=headers).status_code == 200
    hub.database.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a4_a_token_is_in_no_argument_environment_or_log(new_url: Url) -> None:
    hub, _ = _filled(url := new_url("sqlite"))
    with HubProcess(url, workers=2) as process:
        login = {"name": "trainer of north", "password": PASSWORD}
        session = httpx.post(f"{process.address}/v1/sessions", json=login).json()
        headers = {"Authorization": f"Bearer {session['token']}"}
        for path in ("/v1/changes", "/v1/nothing", "/v1/teams"):
            httpx.get(process.address + path, headers=headers)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) >= 2
        seen = process.log()
        for pid in (str(process.pid), *children):
            for name in ("cmdline", "environ"):
                seen += Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
        figures = httpx.get(f"{process.address}/metrics").text
        for secret in (session["token"], session["bundle_key"], PASSWORD):
            assert secret not in seen + figures
        counted = [line for line in figures.splitlines() if line.startswith("hub_requests_total")]
        assert 'hub_requests_total{call="teams",status="403"} 1.0' in counted, "of both processes"
    hub.database.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_a5_the_hub_speaks_tls_itself_and_nothing_else_there(new_url: Url, tmp_path: Path) -> None:
    hub, _ = _filled(url := new_url("sqlite"))
    paths = [str(tmp_path / name) for name in ("key.pem", "certificate.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", paths[0], "-out", paths[1], "-days", "1", "-subj", "/CN=hub",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = msgspec.structs.replace(RELAXED, key=paths[0], certificate=paths[1])
    with HubProcess(url, settings=settings, host="0.0.0.0") as process:
        trusting = ssl.create_default_context(cafile=paths[1])
        assert httpx.get(f"{process.address}/v1/hello", verify=trusting).status_code == 200
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{process.address}/v1/hello")
        plain = process.address.replace("https", "http")
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{plain}/v1/hello", headers={"Authorization": "Bearer tt_x"})
    hub.database.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "hub.example", "::"])
def test_a5_no_open_line_beyond_loopback(tmp_path: Path, host: str) -> None:
    with pytest.raises(BadInput, match="in the open"):
        serve(f"sqlite:///{tmp_path}/hub.db", host, 9, settings=Settings())


def test_what_cannot_be_served_is_said_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.db"
    with pytest.raises(NotFound, match="no hub"):
        database = Database(url)
        schema.metadata.create_all(database.engine)
        database.close()
        serve(url, "127.0.0.1", 9)
    for settings in (Settings(certificate="x"), Settings(certificate="no", key="no")):
        with pytest.raises(BadInput):
            serve(url, "0.0.0.0", 9, settings=settings)
    with pytest.raises(BadInput, match="proxy"):
        serve(url, "127.0.0.1", 9, settings=Settings(proxies=("nonsense",)))


def test_h1_the_log_is_lines_of_json_with_the_process_life(new_url: Url) -> None:
    hub, _ = _filled(url := new_url("sqlite"))
    with HubProcess(url, settings=RELAXED) as process:
        assert process.stop() == 0
        lines = process.lines()
    assert {line["event"] for line in lines} <= {"library", "advice", "request"}
    hub.database.close()
