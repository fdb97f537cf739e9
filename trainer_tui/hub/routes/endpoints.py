"""What a call of the hub is: its place, what goes in and out, and the function behind it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from trainer_tui.domain.ids import is_safe
from trainer_tui.hub.metrics import Metrics
from trainer_tui.hub.policy import TABLE, Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import MAX_BODY

NOBODY = Caller("", "", "", ())
"""Who makes a call that needs no token."""


class Asked(NamedTuple):
    """One request, as far as the function behind a call needs it."""

    hub: Hub
    settings: Settings
    metrics: Metrics
    caller: Caller
    path: Mapping[str, str]
    """The ids in the path, each a safe one."""
    address: str
    body: Any = None
    """What the endpoint names as `body`."""
    query: Any = None
    """What the endpoint names as `query`."""


class Endpoint(NamedTuple):
    """One call; everything that is served, checked and documented follows from it."""

    call: Call
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    run: Callable[[Asked], Any]
    answer: type[Any] | None = None
    """None: an answer without a body (204), or bytes of `content_type`."""
    body: type[Any] | None = None
    query: type[Any] | None = None
    status: int = 200
    problems: tuple[int, ...] = ()
    """Statuses of this call's own, besides those of all calls."""
    most: int = MAX_BODY
    """Bytes of a body."""
    elements: int | None = None
    """Of a body that is a list of parts, each read by itself: how many there may be."""
    waits: bool = False
    """Whether an empty answer may wait for what comes."""
    content_type: str = "application/json"

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return (self.run.__doc__ or "").strip().split("\n")[0]


class Unlisted(Exception):
    """An endpoint whose call has no line in the policy's table."""


def listed(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    """Return the endpoints; raises `Unlisted` unless each has a line in the policy's table."""
    for endpoint in endpoints:
        if endpoint.call not in TABLE:
            raise Unlisted(f"{endpoint.method} {endpoint.path}: nobody was said to be allowed")
    return endpoints


def require_ids(*ids: str) -> None:
    """Raise `Refused` with 400 unless all are ids, before anything is done with them."""
    for id in ids:
        if not is_safe(id):
            raise Refused(
                400, "that is not an id", "Ids are lower case letters, digits, '.', '_' and '-'."
            )


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a call that needs none."""
