"""The web application of a hub: from a request to a call and back.

Litestar finds the route. What follows is the same for all calls, in this order, so that
nobody makes the hub work who may not: header, rate, token, policy, body, call.
"""

import asyncio
import contextlib
import hmac
import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import Message, Receive, Scope, Send

from trainer_tui.hub import limits, logs, people, policy, problems, sessions, strict
from trainer_tui.hub.limits import Buckets
from trainer_tui.hub.metrics import Metrics
from trainer_tui.hub.openapi import document
from trainer_tui.hub.policy import Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.requests import (
    Note,
    bearer,
    headers_of,
    networks,
    origin,
    require_version,
)
from trainer_tui.hub.routes import leading, operating, syncing
from trainer_tui.hub.routes import sessions as session_routes
from trainer_tui.hub.routes.endpoints import NOBODY, Asked, Endpoint, listed, require_ids
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.hub.threads import Threads
from trainer_tui.hub.waiting import Waiting
from trainer_tui.sync.protocol import Credentials, Page

_NOTE = "trainer_tui.note"
_HASHING = 2
"""Passwords that are tried at once, in each process."""
_KNOWN = 10_000
"""Tokens that a process remembers to have been good."""
_QUIET = frozenset({Call.HEALTH, Call.READY, Call.METRICS})
"""Calls that the log leaves out when they succeed."""


def endpoints() -> tuple[Endpoint, ...]:
    """Return every call of the hub."""
    return (
        *syncing.ENDPOINTS,
        *session_routes.ENDPOINTS,
        *leading.ENDPOINTS,
        *operating.ENDPOINTS,
        Endpoint(Call.OPENAPI, "GET", "/v1/openapi.json", _document, bytes),
    )


def _document(_: Asked) -> bytes:
    """Return the OpenAPI document of the hub."""
    return document(endpoints())


def create_app(hub: Hub, settings: Settings, served: Sequence[Endpoint] | None = None) -> "Front":
    """Make the application of a hub; raises `Unlisted` for a call that the policy omits."""
    return Front(Service(hub, settings, listed(tuple(served or endpoints()))))


class Service:
    """Answers calls: the one way from a request to the functions of the hub."""

    def __init__(self, hub: Hub, settings: Settings, served: tuple[Endpoint, ...]) -> None:
        self.hub, self.settings, self.served = hub, settings, served
        self.metrics = Metrics()
        self.threads = Threads(settings.threads, settings.queue, "call")
        self.hashing = Threads(_HASHING, 64, "login")
        self.waiting = Waiting(hub, settings, self.threads)
        self.proxies = networks(settings.proxies)
        self._logins = Buckets(settings.login_rate, settings.login_burst)
        self._opens = Buckets(settings.open_rate, settings.open_burst)
        self._members = Buckets(settings.member_rate, settings.member_burst)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._patterns = [(e, re.compile(re.sub(r"{\w+}", "[^/]+", e.path))) for e in served]

    async def answer(self, endpoint: Endpoint, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Return the answer to a request that has found its endpoint; raises `Refused`."""
        note: Note = request.scope[_NOTE]  # type: ignore[literal-required]  # our own key
        note.call = endpoint.call
        if endpoint.path.startswith("/v1/") and endpoint.call is not Call.HELLO:
            require_version(note.headers)
        caller = await self._caller(endpoint, note)
        path = {key: str(value) for key, value in request.path_params.items()}
        require_ids(*path.values())
        if caller is not NOBODY:
            policy.require(endpoint.call, caller, path.get("team"))
        query = _query(endpoint, request.scope["query_string"])
        body, encoding = await self._body(endpoint, note, request.receive)
        asked = Asked(
            self.hub, self.settings, self.metrics, caller, path, note.address, None, query
        )

        def work(asked: Asked) -> tuple[Any, bytes, str]:
            read = _decoded(endpoint, limits.unpack(body, encoding), note)
            answer = endpoint.run(asked._replace(body=read))
            plain = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
            return answer, *limits.pack(plain, note.headers.get("accept-encoding", ""))

        if endpoint.waits and query.wait:
            plain, packed = await self._wait(asked, query.wait, work)
        else:
            threads = self.hashing if endpoint.call is Call.LOGIN else self.threads
            _, plain, packed = await threads.run(work, asked)
        headers = {"Content-Encoding": packed} if packed else {}
        if endpoint.status == 204:
            return Response(b"", status_code=204)
        return Response(
            plain, status_code=endpoint.status, media_type=endpoint.content_type, headers=headers
        )

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
            if _has_body(note):
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
            last = await (self.threads.run(again) if last else self.threads.run(work, asked))
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


class Front:
    """What stands before the routes: an id for every request, its line in the log, and an
    answer without details for every fault.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.routes = Litestar(
            route_handlers=service.handlers(),
            lifespan=[service.life],
            exception_handlers={HTTPException: _routing, Exception: _last_resort},
            openapi_config=None,
            logging_config=None,
            request_max_body_size=None,
        )
        self.routes.state.service = service

    def stop(self) -> None:
        """Let waiting requests end, since the process is about to."""
        self.service.waiting.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != ScopeType.HTTP:
            # The life of the process. The server takes no websockets.
            await self.routes(scope, receive, send)
            return
        id = secrets.token_hex(8)
        status = 500
        begun = heard = False

        async def receiving() -> Any:
            nonlocal heard
            message = await receive()
            heard = not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = [*message["headers"], *_always(id)]
                if status >= 400 and not heard and _has_body(note):
                    await limits.drain(receiving, self.service.settings.body_seconds)
            await send(message)

        note = Note(id, {}, _peer(scope), False)
        try:
            note.headers = headers_of(scope["headers"])
            note.address, note.direct = origin(note.address, note.headers, self.service.proxies)
            scope[_NOTE] = note  # type: ignore[literal-required]
            if not note.headers.get("host") and scope["http_version"] == "1.1":
                raise Refused(400, "the request does not name its host")
            if scope["method"] not in ("GET", "POST", "PUT", "DELETE"):
                raise _no_method(self.service.methods(scope["path"]))
            await self.routes(scope, receiving, sending)
        except Exception as error:
            refused = problems.refused_by(error)
            if refused is None:
                logs.say("fault", level=logging.ERROR, id=id, **logs.error_fields(error))
                refused = problems.internal()
            if not begun:
                await _send(refused, note, sending)
        finally:
            self._noted(scope, note, status)

    def _noted(self, scope: Scope, note: Note, status: int) -> None:
        seconds = time.perf_counter() - note.began
        metrics = self.service.metrics
        metrics.answered(note.call, status, seconds)
        if note.call == Call.LOGIN:
            metrics.logins.labels("accepted" if status == 201 else "refused").inc()
        if note.code == "unavailable":
            metrics.database_errors.inc()
        if note.call in _QUIET and status < 400:
            return
        told = {"member": note.member, "account": note.account, "refused": note.code}
        logs.say(
            "request",
            level=logging.INFO if status < 400 else logging.WARNING,
            id=note.id,
            call=note.call,
            status=status,
            ms=round(seconds * 1000, 1),
            address=note.address,
            **{key: value for key, value in told.items() if value},
        )


def _has_body(note: Note) -> bool:
    told = note.headers.get("content-length", "0")
    return told != "0" or "transfer-encoding" in note.headers


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _always(id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", id.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"accept-encoding"),
    ]


def _routing(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what found no route."""
    known = error.status_code if error.status_code in problems.CODES else 400
    if known == 405:
        service: Service = request.app.state.service
        return _response(_no_method(service.methods(request.scope["path"])), request)
    said = "there is nothing here" if known == 404 else "the request is not understood"
    return _response(Refused(known, said), request)


def _no_method(there: str) -> Refused:
    if not there:
        return Refused(404, "there is nothing here")
    return Refused(405, "there is no such method here", headers={"Allow": there})


def _last_resort(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a call that did not succeed."""
    refused = problems.refused_by(error)
    if refused is None:
        note: Note = request.scope[_NOTE]  # type: ignore[literal-required]
        logs.say(
            "fault", level=logging.ERROR, id=note.id, call=note.call, **logs.error_fields(error)
        )
        refused = problems.internal()
    return _response(refused, request)


def _response(refused: Refused, request: Request[Any, Any, Any]) -> Response[bytes]:
    note: Note = request.scope[_NOTE]  # type: ignore[literal-required]
    note.code = refused.code
    return Response(
        problems.problem(refused, note.id),
        status_code=refused.status,
        media_type="application/json",
        headers=refused.headers,
    )


async def _send(refused: Refused, note: Note, send: Send) -> None:
    note.code = refused.code
    body = problems.problem(refused, note.id)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **refused.headers,
    }
    raw = [(key.lower().encode(), value.encode()) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})
