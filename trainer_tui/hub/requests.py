"""What is known of a request before it is answered: who asks from where, with which headers."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from trainer_tui.hub.limits import MAX_HEADER
from trainer_tui.hub.problems import Refused
from trainer_tui.sync.protocol import VERSION, VERSION_HEADER

Networks = Sequence[IPv4Network | IPv6Network]

_ONCE = frozenset(
    {
        "host",
        "authorization",
        "content-length",
        "content-encoding",
        "content-type",
        "transfer-encoding",
        VERSION_HEADER.lower(),
    }
)
"""Headers that mean nothing, or two things, when they come twice."""


@dataclass
class Note:
    """What is noted about one request, for its answer and for the log."""

    id: str
    headers: Mapping[str, str]
    address: str
    """Where it comes from; that a proxy told, only if the settings name the proxy."""
    direct: bool
    """Whether no proxy stands between, as far as can be told."""
    call: str = "none"
    member: str = ""
    account: str = ""
    code: str = ""
    """Why it was refused."""
    began: float = field(default_factory=time.perf_counter)


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; raises `Refused` for too many bytes or contradictions."""
    headers: dict[str, str] = {}
    size = 0
    for key, value in raw:
        size += len(key) + len(value) + 4
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        if name in headers:
            if name in _ONCE:
                raise Refused(400, f"the header {name!r} comes twice")
            text = f"{headers[name]}, {text}"
        headers[name] = text
    if size > MAX_HEADER:
        raise Refused(431, f"the header is larger than {MAX_HEADER} bytes")
    if "content-length" in headers and "transfer-encoding" in headers:
        raise Refused(400, "the length of the body is told in two ways")
    return headers


def networks(addresses: Iterable[str]) -> Networks:
    """Return the proxies of the settings; raises `ValueError` for what is no address."""
    return tuple(ip_network(address, strict=False) for address in addresses)


def origin(peer: str, headers: Mapping[str, str], proxies: Networks) -> tuple[str, bool]:
    """Return where a request comes from, and whether it comes from there directly.

    `X-Forwarded-For` counts only as far as known proxies wrote it: from its end backwards,
    up to the first address that is no proxy's. Anybody else may claim what they like.
    """
    forwarded = headers.get("x-forwarded-for", "")
    direct = not (forwarded or "forwarded" in headers or "x-real-ip" in headers)
    if not _within(peer, proxies):
        return peer, direct
    for told in reversed(forwarded.split(",")):
        hop = told.strip()
        try:
            ip_address(hop)
        except ValueError:
            break
        peer = hop
        if not _within(hop, proxies):
            break
    return peer, direct


def _within(address: str, networks: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a request comes with a body."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def bearer(headers: Mapping[str, str]) -> str:
    """Return the token of a request, empty if there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def require_version(headers: Mapping[str, str]) -> None:
    """Pass if the request's version of the protocol is spoken here, or none is named.

    Raises `Refused`: 426 for another version, 400 for what is no version.
    """
    told = headers.get(VERSION_HEADER.lower())
    if told is None or told == str(VERSION):
        return
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise Refused(400, f"the header {VERSION_HEADER} holds no version")
    raise Refused(
        426,
        f"the hub speaks trainer-sync/{VERSION}, the workstation trainer-sync/{int(told)}",
        "Update the older of the two; the workstation works on offline.",
        headers={"Upgrade": f"trainer-sync/{VERSION}"},
    )
