"""Logging in, and the list of one's sessions."""

from trainer_tui.hub import sessions
from trainer_tui.hub.policy import Call
from trainer_tui.hub.routes.endpoints import Asked, Endpoint
from trainer_tui.sync.protocol import Credentials, Session, Sessions


def log_in(asked: Asked) -> Session:
    """Open a session; its token is told here and never again."""
    return sessions.log_in(asked.hub, asked.body, asked.address, asked.settings)


def own_sessions(asked: Asked) -> Sessions:
    """List the member's sessions that have not ended."""
    return sessions.sessions_of(asked.hub, asked.caller, asked.settings)


def end_session(asked: Asked) -> None:
    """End one of the member's sessions, at once."""
    sessions.end(asked.hub, asked.caller, asked.path["session"])


ENDPOINTS = (
    Endpoint(
        Call.LOGIN,
        "POST",
        "/v1/sessions",
        log_in,
        Session,
        Credentials,
        status=201,
        problems=(401,),
        most=8192,
    ),
    Endpoint(Call.SESSIONS, "GET", "/v1/sessions", own_sessions, Sessions),
    Endpoint(
        Call.END_SESSION,
        "DELETE",
        "/v1/sessions/{session}",
        end_session,
        status=204,
        problems=(404,),
    ),
)
