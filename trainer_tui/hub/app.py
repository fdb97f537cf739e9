"""The web application of a hub: from a request to a call and back.

Litestar finds the route; `answering` does what is the same for all calls.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import Message, Receive, Scope, Send

from trainer_tui.hub import limits, logs, problems
from trainer_tui.hub.answering import NOTE, Service
from trainer_tui.hub.openapi import document
from trainer_tui.hub.policy import Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.requests import (
    Note,
    has_body,
    headers_of,
    origin,
)
from trainer_tui.hub.routes import leading, operating, syncing
from trainer_tui.hub.routes import sessions as session_routes
from trainer_tui.hub.routes.endpoints import Asked, Endpoint, listed
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub

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
                if status >= 400 and not heard and has_body(note.headers):
                    await limits.drain(receiving, self.service.settings.body_seconds)
            await send(message)

        note = Note(id, {}, _peer(scope), False)
        try:
            note.headers = headers_of(scope["headers"])
            note.address, note.direct = origin(note.address, note.headers, self.service.proxies)
            scope[NOTE] = note  # type: ignore[literal-required]
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
        note: Note = request.scope[NOTE]  # type: ignore[literal-required]
        logs.say(
            "fault", level=logging.ERROR, id=note.id, call=note.call, **logs.error_fields(error)
        )
        refused = problems.internal()
    return _response(refused, request)


def _response(refused: Refused, request: Request[Any, Any, Any]) -> Response[bytes]:
    note: Note = request.scope[NOTE]  # type: ignore[literal-required]
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
