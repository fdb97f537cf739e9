"""The OpenAPI document of the hub, made from the same list that its routes are made from."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from trainer_tui import __version__
from trainer_tui.hub import policy
from trainer_tui.hub.policy import Call
from trainer_tui.hub.routes.endpoints import Endpoint
from trainer_tui.sync.protocol import VERSION, VERSION_HEADER, Problem

_REF = "#/components/schemas/{name}"
_ID = {
    "type": "string",
    "minLength": 1,
    "maxLength": 120,
    "pattern": "^[a-z0-9]([a-z0-9._-]{0,118}[a-z0-9])?$",
}
_ALL = (400, 405, 429, 431, 500, 503)
"""What any call may be answered with."""
_OF_TOKENS = (401, 403)
_OF_BODIES = (408, 411, 413, 415)
_RETRIED = (429, 503)


def document(endpoints: Iterable[Endpoint]) -> bytes:
    """Return the document as JSON: OpenAPI 3.1."""
    listed = tuple(endpoints)
    records = {Problem}
    for endpoint in listed:
        records |= {r for r in (endpoint.answer, endpoint.body) if r not in (None, bytes)}
    ordered = sorted(records, key=lambda record: record.__name__)
    references, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    by_record = dict(zip(ordered, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in listed:
        item = paths.setdefault(endpoint.path, {})
        item[endpoint.method.lower()] = _operation(endpoint, by_record)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": f"trainer-sync/{VERSION}",
                "version": __version__,
                "description": "What workstations and leads say to their hub.",
            },
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operation(endpoint: Endpoint, references: dict[type[Any], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.call.value,
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, references),
        "security": [] if policy.is_open(endpoint.call) else [{"token": []}],
    }
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[endpoint.body]}},
        }
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _ID} for name in names
    ]
    if endpoint.query is not None:
        schema = msgspec.json.schema(endpoint.query)
        properties = schema["$defs"][endpoint.query.__name__]["properties"]
        found += [
            {"name": name, "in": "query", "required": False, "schema": shape}
            for name, shape in properties.items()
        ]
    if _is_versioned(endpoint):
        found.append(
            {
                "name": VERSION_HEADER,
                "in": "header",
                "required": False,
                "schema": {"type": "integer", "minimum": VERSION, "maximum": VERSION},
            }
        )
    return found


def _is_versioned(endpoint: Endpoint) -> bool:
    return endpoint.path.startswith("/v1/") and endpoint.call is not Call.HELLO


def _responses(endpoint: Endpoint, references: dict[type[Any], Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.status != 204:
        if endpoint.content_type != "application/json":
            schema: Any = {"type": "string"}
        elif endpoint.answer is bytes:
            schema = {"type": "object"}
        else:
            schema = references[endpoint.answer] if endpoint.answer is not None else {}
        success["content"] = {endpoint.content_type: {"schema": schema}}
    statuses = {*_ALL, *endpoint.problems}
    if not policy.is_open(endpoint.call):
        statuses |= set(_OF_TOKENS)
    if endpoint.body is not None:
        statuses |= set(_OF_BODIES)
    if _is_versioned(endpoint):
        statuses.add(426)
    if "{team}" in endpoint.path:
        statuses.add(404)
    return {
        str(endpoint.status): success,
        **{str(status): _problem(status, references) for status in sorted(statuses)},
    }


def _problem(status: int, references: dict[type[Any], Any]) -> dict[str, Any]:
    if status == 431:
        # The server says it before the program sees anything.
        return {"description": HTTPStatus(status).phrase}
    found: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/json": {"schema": references[Problem]}},
    }
    if status in _RETRIED:
        found["headers"] = {
            "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}
        }
    return found
