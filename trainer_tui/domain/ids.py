"""Identifiers that are safe as file names on every system and unique in a workspace."""

import hashlib
import re
import unicodedata

from trainer_tui.domain.errors import BadInput

_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,118}[a-z0-9])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_MAX = 80
_DIGITS = 16
_STEM = _MAX - _DIGITS - 1


def is_safe(text: str) -> bool:
    """Whether `text` can be an id: lower case ASCII, digits, `.`, `_`, `-`, at most 120."""
    return _SAFE.fullmatch(text) is not None and ".." not in text and not _RESERVED.fullmatch(text)


def require_safe(text: str) -> str:
    """Return `text` if it is a safe id, else raise `BadInput`."""
    if not is_safe(text):
        raise BadInput(
            f"{text[:60]!r} is not an id", "Ids are lower case letters, digits, '.', '_' and '-'."
        )
    return text


def slug(text: str) -> str:
    """Make a safe id of `text`; a safe one stays, and no two texts that differ collide.

    What the alphabet cannot hold is replaced, and then 64 bits of the text's SHA-256
    are added: among a million such texts, two collide with a chance of 3 in 10^8.
    """
    if is_safe(text) and len(text) <= _MAX:
        return text
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:_STEM].strip("-") or "id"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{stem}-{digest}"


def task_id(batch_id: str, source_id: str) -> str:
    """The workspace-wide id of a task: the batch's id and its id in the source."""
    return slug(f"{batch_id}.{source_id}")
