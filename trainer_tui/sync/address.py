"""The address of a hub: encrypted, or on this very machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from trainer_tui.domain.errors import BadInput

_LONGEST = 500


def hub_address(text: str) -> str:
    """Return the address of a hub in one spelling, without a slash at its end.

    Raises `BadInput` unless it is `https://`, or `http://` to this machine itself: a token
    on an open line belongs to everybody on the way.
    """
    given = text.strip()
    if "://" not in given:
        given = f"https://{given}"
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(text, "it is not an address") from None
    if parts.scheme not in ("https", "http"):
        raise _refused(text, "it begins with neither https:// nor http://")
    if not host or len(given) > _LONGEST or not given.isprintable() or " " in given:
        raise _refused(text, "it is not an address")
    if parts.username is not None or parts.password is not None:
        raise _refused(text, "names and passwords do not belong into an address")
    if parts.query or parts.fragment:
        raise _refused(text, "it ends in more than a path")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadInput(
            f"{text[:100]!r} is not encrypted: anybody on the way could read your password.",
            "Use the https:// address; http:// works only for a hub on this machine.",
        )
    place = f"[{host}]" if ":" in host else host
    told = f":{port}" if port is not None else ""
    return f"{parts.scheme}://{place}{told}{parts.path}".rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name, without asking anybody."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(text: str, reason: str) -> BadInput:
    return BadInput(f"{text[:100]!r}: {reason}.", "Such as https://hub.example.org")
