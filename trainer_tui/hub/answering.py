"""Answers a request that has found its call: rate, token, policy, body, call, in this order,
so that nobody makes the hub work who may not.
"""

import asyncio
import contextlib
import hmac
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler

from trainer_tui.hub import limits, logs, people, policy, sessions, strict
from trainer_tui.hub.limits import Buckets, Places
from trainer_tui.hub.metrics import Metrics
from trainer_tui.hub.policy import Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.requests import (
    Note,
    bearer,
    has_body,
    networks,
    require_version,
)
from trainer_tui.hub.routes import operating
from trainer_tui.hub.routes.endpoints import NOBODY, Asked, Endpoint, require_ids
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.hub.threads import Threads
from trainer_tui.hub.waiting import Waiting
from trainer_tui.sync.protocol import Credentials, Page

NOTE = "trainer_tui.note"
"""Under which a request carries its `Note`."""
_HASHING = 2
"""Passwords that are tried at once, in each process."""
_KNOWN = 10_000
"""Tokens that a process remembers to have been good."""


class Service:
    """Answers calls: the one way from a request to the functions of the hub."""

    def __init__(self, hub: Hub, settings: Settings, served: tuple[Endpoint, ...]) -> None:
        self.hub, self.settings, self.served = hub, settings, served
        self.metrics = Metrics()
        self.threads = Threads(settings.threads, settings.connections, "call")
        self.hashing = Threads(_HASHING, 256, "login")
        self.waiting = Waiting(hub, settings, self.threads)
        self._turns = asyncio.Semaphore(max(1, settings.threads // 2))
        self._bodies = Places(settings.bodies, settings.bodies_each)
        self.proxies = networks(settings.proxies)
        self._logins = Buckets(settings.login_rate, settings.login_burst)
        self._opens = Buckets(settings.open_rate, settings.open_burst)
        self._members = Buckets(settings.member_rate, settings.member_burst)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._patterns = [(e, re.compile(re.sub(r"{\w+}", "[^/]+", e.path))) for e in served]

    async def answer(self, endpoint: Endpoint, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Return the answer to a request that has found its endpoint; raises `Refused`."""
        note: Note = request.scope[NOTE]  # type: ignore[literal-required]  # our own key
        note.call = endpoint.call
        if endpoint.path.startswith("/v1/") and endpoint.call is not Call.HELLO:
            require_version(note.headers)
        caller = await self._caller(endpoint, note)
        path = {key: str(value) for key, value in request.path_params.items()}
        require_ids(*path.values())
        if caller is not NOBODY:
            policy.require(endpoint.call, caller, path.get("team"))
        query = _query(endpoint, request.scope["query_string"])
        asked = Asked(
            self.hub, self.settings, self.metrics, caller, path, note.address, None, query
        )
        with self._bodies.one(caller.member_id or note.address, endpoint.body is not None):
            plain, packed = await self._called(endpoint, note, request, asked)
        headers = {"Content-Encoding": packed} if packed else {}
        if endpoint.status == 204:
            return Response(b"", status_code=204)
        return Response(
            plain, status_code=endpoint.status, media_type=endpoint.content_type, headers=headers
        )

    async def _called(
        self, endpoint: Endpoint, note: Note, request: Request[Any, Any, Any], asked: Asked
    ) -> tuple[bytes, str]:
        """Read the body and make the call; returns the answer and how it is packed."""
        body, encoding = await self._body(endpoint, note, request.receive)

        def work(asked: Asked) -> tuple[Any, bytes, str]:
            read = _decoded(endpoint, limits.unpack(body, encoding), note)
            answer = endpoint.run(asked._replace(body=read))
            plain = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
            return answer, *limits.pack(plain, note.headers.get("accept-encoding", ""))

        if endpoint.waits and asked.query.wait:
            return await self._wait(asked, asked.query.wait, work)
        threads = self.hashing if endpoint.call is Call.LOGIN else self.threads
        _, plain, packed = await threads.run(work, asked)
        return plain, packed

    async def _caller(self, endpoint: Endpoint, note: Note) -> Caller:
        """Return who asks, and count the request; raises `Refused` with 401, 404 or 429."""
        if endpoint.call is Call.METRICS and not self._may_read_figures(note):
            raise Refused(404, "there is nothing here")
        if policy.is_open(endpoint.call):
            (self._logins if endpoint.call is Call.LOGIN else self._opens).take(note.address)
            return NOBODY
        token = bearer(note.headers)
        known = sessions.digest(token)
        if known not in self._known:
            self._logins.require(note.address)
        caller = None
        if token:
            caller = await self.threads.run(sessions.identify, self.hub, token, self.settings)
        if caller is None:
            self._known.pop(known, None)
            self._logins.take(note.address)
            raise unauthenticated()
        self._known[known] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        note.member = caller.member_id
        self._members.take(caller.member_id)
        return caller

    def _may_read_figures(self, note: Note) -> bool:
        told, own = bearer(note.headers), self.settings.metrics_token
        if own and hmac.compare_digest(told.encode(), own.encode()):
            return True
        return note.direct and operating.is_loopback(note.address)

    async def _body(
        self, endpoint: Endpoint, note: Note, receive: Callable[[], Any]
    ) -> tuple[bytes, str]:
        if endpoint.body is None:
            if has_body(note.headers):
                raise Refused(400, "this call takes no body")
            return b"", "identity"
        kind = note.headers.get("content-type", "application/json").partition(";")[0]
        if kind.strip().lower() != "application/json":
            raise Refused(415, "the body is no JSON", "Content-Type: application/json")
        encoding = limits.encoding_of(note.headers)
        body = await limits.read(
            receive, note.headers, most=endpoint.most, seconds=self.settings.body_seconds
        )
        return body, encoding

    async def _wait(
        self, asked: Asked, seconds: float, work: Callable[[Asked], tuple[Page, bytes, str]]
    ) -> tuple[bytes, str]:
        """Return the first answer that is not empty, or the last one when time is over."""
        last: tuple[Page, bytes, str] | None = None

        def again() -> tuple[Page, bytes, str]:
            # What has come may be that the caller has joined a team, or left one.
            caller = asked.caller
            now = self.hub.database.read(lambda c: people.memberships_of(c, caller.member_id))
            return work(asked._replace(caller=caller._replace(memberships=now)))

        async def ask() -> bool:
            nonlocal last
            if last is None:
                last = await self.threads.run(work, asked)
            else:
                # One change may wake everybody of a team: they take turns, none is refused.
                async with self._turns:
                    last = await self.threads.run(again)
            return bool(last[0].changes) or last[0].more

        if not await self.waiting.until_news(asked.caller, seconds, ask) or last is None:
            raise unauthenticated()
        return last[1:]

    def methods(self, path: str) -> str:
        """Return the methods of a path, as the header `Allow` names them; empty if it is none."""
        found = (e.method for e, pattern in self._patterns if pattern.fullmatch(path))
        return ", ".join(sorted(found))

    def handlers(self) -> list[HTTPRouteHandler]:
        """Return a route for each endpoint."""
        return [self._handler(endpoint) for endpoint in self.served]

    def _handler(self, endpoint: Endpoint) -> HTTPRouteHandler:
        async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
            return await self.answer(endpoint, request)

        path = endpoint.path.replace("}", ":str}")
        route = HTTPRouteHandler(
            path,
            http_method=endpoint.method,
            name=endpoint.call,
            status_code=200,  # each answer has its own
            include_in_schema=False,
        )
        return route(handle)

    @contextlib.asynccontextmanager
    async def life(self, _: Litestar) -> AsyncIterator[None]:
        """What runs beside the requests."""
        watching = asyncio.create_task(self.waiting.watch())
        try:
            yield
        finally:
            self.waiting.stop()
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            self.threads.close()
            self.hashing.close()


def unauthenticated() -> Refused:
    """Return the answer to who has no session, or one that has ended."""
    return Refused(
        401, "you are not logged in", "Log in again.", headers={"WWW-Authenticate": "Bearer"}
    )


def _query(endpoint: Endpoint, raw: bytes) -> Any:
    if endpoint.query is None:
        return None
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"
        )
        given = dict(pairs)
        if len(given) != len(pairs):
            raise Refused(400, "a parameter comes twice")
        return msgspec.convert(given, endpoint.query, strict=False)
    except (ValueError, msgspec.ValidationError):
        raise Refused(400, "the parameters of the request do not fit") from None


def _decoded(endpoint: Endpoint, plain: bytes, note: Note) -> Any:
    """Return the body as the endpoint's record; raises `Refused` with 400."""
    if endpoint.body is None:
        return None
    try:
        if endpoint.elements is None:
            strict.require_strict(plain)
        else:
            strict.require_sound(plain, loose=True, elements=endpoint.elements)
        read = msgspec.json.decode(plain, type=endpoint.body)
    except strict.TooMany:
        raise Refused(413, f"more than {endpoint.elements} at once", "Send fewer.") from None
    except strict.NotStrict as error:
        raise Refused(400, f"the body is not read: {error}") from None
    except msgspec.ValidationError as error:
        # It names places and types of the record, never what was sent there.
        raise Refused(400, f"the body does not fit: {_shape(error)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "the body is no JSON") from None
    if isinstance(read, Credentials):
        note.account = logs.account(read.name)
    return read


def _shape(error: msgspec.ValidationError) -> str:
    text = str(error)
    return "a value is not one of those known" if "Invalid" in text else text[:200]
