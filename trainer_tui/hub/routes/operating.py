"""For who runs the hub: is it alive, can it work, how is it doing."""

from ipaddress import ip_address

import msgspec
import sqlalchemy as sa

from trainer_tui.hub import schema
from trainer_tui.hub.database import Unavailable
from trainer_tui.hub.metrics import CONTENT_TYPE
from trainer_tui.hub.policy import Call
from trainer_tui.hub.routes.endpoints import Asked, Endpoint


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `GET /healthz` and `GET /readyz`."""

    status: str = "ok"


def health(_: Asked) -> Health:
    """Tell that the process lives."""
    return Health()


def ready(asked: Asked) -> Health:
    """Tell whether the database answers; 503 if not."""
    try:
        asked.hub.database.read(lambda c: c.execute(sa.select(schema.hub.c.id)).scalar_one())
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable("the database is not as it should be") from error
    return Health()


def metrics(asked: Asked) -> bytes:
    """Return figures for Prometheus, to this machine itself or with the token of the settings."""
    return asked.metrics.text(asked.hub, asked.settings)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


ENDPOINTS = (
    Endpoint(Call.HEALTH, "GET", "/healthz", health, Health),
    Endpoint(Call.READY, "GET", "/readyz", ready, Health),
    Endpoint(Call.METRICS, "GET", "/metrics", metrics, problems=(404,), content_type=CONTENT_TYPE),
)
