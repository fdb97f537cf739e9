"""Every answer that is no success, as one record: what is wrong, and what can be done."""

from http import HTTPStatus

import msgspec

from trainer_tui.domain.errors import BadInput, NotAllowed, NotFound, TrainerError
from trainer_tui.hub.cursors import CursorGone
from trainer_tui.hub.database import Unavailable
from trainer_tui.sync.protocol import Problem

CODES: dict[int, str] = {
    400: "bad_request",
    401: "not_logged_in",
    403: "not_allowed",
    404: "not_found",
    405: "no_such_method",
    408: "too_slow",
    409: "not_now",
    410: "cursor_gone",
    411: "no_length",
    413: "too_large",
    415: "unknown_encoding",
    426: "other_version",
    429: "too_many",
    431: "header_too_large",
    500: "internal",
    503: "unavailable",
}
"""The `code` of a problem by its status, where nothing more exact is known."""


_CLOSING = (400, 408, 411, 413, 431)
"""After these nobody can be sure where the next request on the line begins."""


class Refused(Exception):
    """A request ends here, with a status and a reason that the caller may read."""

    def __init__(
        self,
        status: int,
        message: str,
        hint: str = "",
        *,
        code: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or CODES[status]
        self.message = message
        self.hint = hint
        self.headers = headers or {}
        if status in _CLOSING:
            self.headers.setdefault("Connection", "close")


_STATUS: tuple[tuple[type[TrainerError], int], ...] = (
    (Unavailable, 503),
    (CursorGone, 410),
    (NotFound, 404),
    (NotAllowed, 409),
    (BadInput, 400),
)


def refused_by(error: BaseException) -> Refused | None:
    """Return what to answer to expected trouble; None if the trouble was not expected."""
    if isinstance(error, Refused):
        return error
    for kind, status in _STATUS:
        if isinstance(error, kind):
            headers = {"Retry-After": "2"} if status == 503 else {}
            return Refused(status, error.message, error.hint, headers=headers)
    return None


def problem(refused: Refused, request_id: str) -> bytes:
    """Return the body of the answer."""
    return msgspec.json.encode(
        Problem(
            code=refused.code,
            title=HTTPStatus(refused.status).phrase,
            message=refused.message,
            hint=refused.hint,
            request_id=request_id,
        )
    )


def internal() -> Refused:
    """Return what is said about a fault of the hub itself: nothing but where to look."""
    return Refused(
        500, "the hub made a mistake", "Tell the operator the request id; the log has it."
    )
