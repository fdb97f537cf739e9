"""What a workstation says: hello, push, changes, have, and the claims."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from trainer_tui.hub import dispatch, feed, pushing
from trainer_tui.hub.policy import Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.routes.endpoints import Asked, Endpoint, require_ids
from trainer_tui.sync.protocol import (
    MAX_CHANGES,
    MAX_CLAIMS,
    MAX_CURSOR,
    MAX_HAVE,
    MAX_OPERATIONS,
    MAX_WAIT,
    VERSION,
    Claimed,
    ClaimIds,
    ClaimRequest,
    Have,
    HaveRequest,
    Hello,
    Page,
    Push,
    Pushed,
    Renewed,
)


class ChangesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /v1/changes` is asked with."""

    cursor: Annotated[str, Meta(max_length=MAX_CURSOR, pattern="^[A-Za-z0-9_=-]*$")] = ""
    """From the last page; empty: from the start."""
    limit: Annotated[int, Meta(ge=1, le=MAX_CHANGES)] = MAX_CHANGES
    wait: Annotated[float, Meta(ge=0, le=MAX_WAIT)] = 0
    """Seconds to wait for the first change if there is none."""


def hello(asked: Asked) -> Hello:
    """Tell which hub this is, which versions it speaks and what it takes at once."""
    hub = asked.hub
    now = datetime.fromtimestamp(hub.now(), UTC)
    return Hello(hub=hub.id, epoch=hub.epoch, lowest=VERSION, highest=VERSION, now=now)


def push(asked: Asked) -> Pushed:
    """Take operations; each has its own result, and one that is bad does not hold up others."""
    body: Push = asked.body
    results = pushing.push(asked.hub, asked.caller, [bytes(raw) for raw in body.operations])
    asked.metrics.pushed(results)
    return Pushed(results=tuple(results))


def changes(asked: Asked) -> Page:
    """Tell what the member may see and has not yet; waits for it if asked to."""
    query: ChangesQuery = asked.query
    return feed.page(asked.hub, asked.caller, query.cursor or None, query.limit)


def have(asked: Asked) -> Have:
    """Tell which of the operations the hub lacks, and which it knows with another content."""
    body: HaveRequest = asked.body
    if len(body.operations) > MAX_HAVE:
        raise Refused(413, f"more than {MAX_HAVE} operations", "Ask about fewer at once.")
    require_ids(*(pair.op_id for pair in body.operations))
    return feed.have(asked.hub, asked.caller, body)


def claim(asked: Asked) -> Claimed:
    """Give tasks to the member for some hours."""
    body: ClaimRequest = asked.body
    if not 1 <= body.count <= MAX_CLAIMS:
        raise Refused(400, f"between 1 and {MAX_CLAIMS} tasks can be claimed at once")
    require_ids(*(id for id in (body.batch, body.request_id) if id))
    claimed = dispatch.claim(asked.hub, asked.caller, body)
    asked.metrics.claims.inc(len(claimed.tasks))
    return claimed


def renew(asked: Asked) -> Renewed:
    """Let claims of the member's last longer; those that have ended are not in the answer."""
    return dispatch.renew(asked.hub, asked.caller, _claims(asked))


def release(asked: Asked) -> Renewed:
    """Give claimed tasks back."""
    return dispatch.release(asked.hub, asked.caller, _claims(asked))


def _claims(asked: Asked) -> ClaimIds:
    body: ClaimIds = asked.body
    if len(body.claims) > MAX_CLAIMS:
        raise Refused(413, f"more than {MAX_CLAIMS} claims", "Name fewer at once.")
    require_ids(*body.claims)
    return body


ENDPOINTS = (
    Endpoint(Call.HELLO, "GET", "/v1/hello", hello, Hello),
    Endpoint(Call.PUSH, "POST", "/v1/push", push, Pushed, Push, elements=MAX_OPERATIONS),
    Endpoint(
        Call.CHANGES,
        "GET",
        "/v1/changes",
        changes,
        Page,
        query=ChangesQuery,
        problems=(410,),
        waits=True,
    ),
    Endpoint(Call.HAVE, "POST", "/v1/have", have, Have, HaveRequest),
    Endpoint(Call.CLAIM, "POST", "/v1/claims", claim, Claimed, ClaimRequest, problems=(404, 409)),
    Endpoint(Call.RENEW, "POST", "/v1/claims/renew", renew, Renewed, ClaimIds),
    Endpoint(Call.RELEASE, "POST", "/v1/claims/release", release, Renewed, ClaimIds),
)
