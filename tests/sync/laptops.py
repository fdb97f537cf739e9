"""Workstations and a hub in one process: real stores, real application, a line that can fail."""

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.hub.firm import LEAD
from tests.services.desks import Clock
from trainer_tui.domain.draft import Cause
from trainer_tui.domain.membership import Role, Wish
from trainer_tui.domain.message import Pair
from trainer_tui.domain.task import BatchHead, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import people, publishing
from trainer_tui.hub.app import create_app
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub
from trainer_tui.hub.passwords import hashed
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub
from trainer_tui.services.changes import Change
from trainer_tui.services.sync_status import Outcome
from trainer_tui.services.syncing import Syncing
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.token_file import TokenFile
from trainer_tui.store.workspace import Workspace
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.credentials import Token

URL = "http://127.0.0.1:9"
PASSWORD = "a long password that nobody guesses"
RELAXED = Settings(
    login_rate=10_000,
    login_burst=100_000,
    open_rate=10_000,
    open_burst=100_000,
    member_rate=10_000,
    member_burst=100_000,
)
Handler = Callable[[httpx.Request], httpx.Response]


class Line(httpx.BaseTransport):
    """Carries requests to an ASGI application in a thread of its own, and fails on demand."""

    def __init__(self) -> None:
        self.app: Any = None
        self.asked: list[str] = []
        """Method and path of what arrived at the hub."""
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        """May answer in the hub's place, or raise."""
        self.after: Callable[[httpx.Request, httpx.Response], httpx.Response] = (
            lambda request, response: response
        )
        """May change the answer, or lose it."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        early = self.before(request)
        if early is not None:
            return early
        self.asked.append(f"{request.method} {request.url.path}")
        body = request.read()
        future = asyncio.run_coroutine_threadsafe(self._call(request, body), self._loop)
        return self.after(request, future.result(30))

    async def _call(self, request: httpx.Request, body: bytes) -> httpx.Response:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path.split(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 9),
        }
        sent: list[dict[str, Any]] = []
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            for part in parts:
                return part
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        content = b"".join(one.get("body", b"") for one in sent[1:])
        return httpx.Response(
            sent[0]["status"], headers=sent[0]["headers"], stream=httpx.ByteStream(content)
        )

    def close(self) -> None:
        """Nothing: clients come and go, the line stays."""

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@cache
def _stored() -> str:
    return hashed(PASSWORD)


@cache
def template(tasks: int) -> Path:
    """Make a database with a team and a batch, once for all tests of a process."""
    folder = Path(tempfile.mkdtemp(prefix="hub-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{folder / 'hub.db'}")
    new_id, now = id_maker(), Clock().wall.timestamp
    install(database, now=now, new_id=new_id)
    hub = open_hub(database, now=now, new_id=new_id)
    people.create_team(hub, LEAD, "north", "North")
    publish(hub, "letters", tasks)
    database.close()
    whole = folder / "whole.db"
    with closing(sqlite3.connect(folder / "hub.db")) as source:
        source.execute("vacuum into ?", (str(whole),))  # what is still in its log as well
    return whole


def publish(hub: Hub, name: str, count: int, team: str = "north", **fields: Any) -> None:
    hours, warnings = fields.pop("claim_hours", 24.0), fields.pop("warnings", ())
    head = BatchHead(id=name, title=name.title(), **fields)
    publishing.put_batch(hub, LEAD, team, head, claim_hours=hours)
    tasks = [
        Task(
            id=f"{name}.{number}",
            kind=Kind.WRITE,
            title=f"Letter {number}",
            instructions="Write a letter to a neighbor.",
            warnings=warnings,
        )
        for number in range(count)
    ]
    publishing.add_tasks(hub, LEAD, team, name, tasks)
    publishing.open_batch(hub, LEAD, team, name)


class World:
    """A hub with a team and a batch, and whoever works there."""

    def __init__(self, folder: Path, *, tasks: int = 6) -> None:
        self.folder = folder
        self.clock = Clock()
        self.line = Line()
        self.database_file = folder / "hub.db"
        shutil.copy(template(tasks), self.database_file)
        self.serve()

    def serve(self) -> None:
        """Open the hub in the database file and let the line lead there."""
        self.database = Database(f"sqlite:///{self.database_file}")
        new_id = id_maker()
        install(self.database, now=self.now, new_id=new_id)  # does nothing to one that is there
        self.hub: Hub = open_hub(self.database, now=self.now, new_id=new_id)
        self.line.app = create_app(self.hub, RELAXED)

    def now(self) -> float:
        return self.clock.wall.timestamp()

    def publish(self, name: str, count: int, *, team: str = "north", **fields: Any) -> None:
        publish(self.hub, name, count, team, **fields)

    def member(self, name: str = "ada", *teams: str) -> str:
        member = people.create_member(self.hub, LEAD, name, _stored())
        for team in teams or ("north",):
            people.set_membership(self.hub, LEAD, team, member, role=Role.TRAINER, certified=True)
        return member

    def laptop(self, name: str = "one", **options: Any) -> "Laptop":
        return Laptop(self, self.folder / name, **options)

    def operations(self) -> dict[str, dict[str, Any]]:
        """What is stored at the hub, by id."""
        from sqlalchemy import select

        from trainer_tui.hub import schema

        rows = self.database.read(lambda c: c.execute(select(schema.operations)).all())
        return {row.op_id: msgspec.json.decode(row.body) | {"kind": row.kind} for row in rows}

    def end(self) -> None:
        self.line.end()
        self.database.close()


class Laptop:
    """A data folder, its workstation and its line to the hub; can crash and be opened again."""

    def __init__(
        self,
        world: World,
        home: Path,
        *,
        wanted: int = 4,
        without: tuple[str, ...] = (),
        skew: float = 0.0,
        log_in: str = "ada",
    ) -> None:
        self.world, self.home, self.wanted = world, home, Wish(wanted, without)
        self.clock = Skewed(world.clock, skew)
        self.patch: Callable[[Workspace], Any] = lambda store: store
        self.open()
        if log_in:
            self.syncing.log_in(URL, log_in, PASSWORD, "laptop")

    def open(self) -> "Laptop":
        self.sound = Workspace.open(self.home)
        self.store = self.patch(self.sound)

        def known() -> Iterator[str]:
            yield from (shift.id for shift in self.sound.shifts())
            yield from (record.id for record in self.sound.records())

        self.new_id = id_maker(known)
        self.station = Workstation(self.store, self.clock, self.new_id, program="test")
        self.syncing = Syncing(
            self.store,
            self.station,
            self.clock,
            self.new_id,
            TokenFile(self.home),
            wanted=self.wanted,
            program="test",
            connect=self.connect,
            chance=lambda: 0.5,
        )
        return self

    def connect(self, url: str, token: Token | None) -> HubLine:
        return HubLine(url, token, transport=self.world.line)

    def crash(self) -> "Laptop":
        """Let go of the folder as a killed process does, and open it again."""
        self.sound.close()
        return self.open()

    def sync(self) -> Outcome:
        return self.syncing.sync()

    def synced(self) -> Outcome:
        outcome = self.sync()
        assert outcome.trouble is None, outcome.trouble
        return outcome

    def open_tasks(self) -> list[str]:
        rows = self.station.rows()
        return sorted(row.task.id for row in rows if row.state.value == "open")

    def write(self, task_id: str, text: str = "Dear neighbor, …") -> Any:
        self.station.shifts.ensure(self.station.profile)
        draft = self.station.writing.open(task_id)
        return msgspec.structs.replace(draft, pairs=(Pair("A prompt", text),))

    def save(self, task_id: str, text: str = "Dear neighbor, …") -> None:
        self.station.writing.save(self.write(task_id, text), Cause.TYPING)

    def send(self, task_id: str, text: str = "Dear neighbor, …") -> Change:
        return self.station.writing.submit(self.write(task_id, text))

    def records(self) -> list[Any]:
        return list(self.sound.records())

    def head(self, task_id: str) -> Any:
        """The newest submission that stands, as other machines must see it."""
        last = self.station.tasks.history(task_id).last
        return None if last is None else (last.id, last.pairs, last.revision)


class Skewed:
    """A clock that is wrong by so many seconds."""

    def __init__(self, true: Clock, seconds: float) -> None:
        self._true = true
        self.wrong = timedelta(seconds=seconds)

    def now(self) -> Any:
        return self._true.now() + self.wrong

    def monotonic(self) -> float:
        return self._true.monotonic()


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


@contextmanager
def world(folder: Path, **options: Any) -> Iterator[World]:
    made = World(folder, **options)
    try:
        yield made
    finally:
        made.end()
