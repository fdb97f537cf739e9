"""The first table of every document file: what it is, its format, and the checksum of the rest.

Its shape is fixed for all versions to come, so that any version recognizes a newer
file as newer and a damaged one as damaged:

    {"_format":{"1":{"version":1,"kind":"shift","sha256":"<64 hex>"}},<the other tables>}

The checksum covers `{"version":1,"kind":"shift"` and all bytes after the first table.
"""

import hashlib
import re

from trainer_tui.domain.errors import NewerFormat
from trainer_tui.store import migrations

_HEAD = re.compile(
    rb'\{"_format":\{"1":(\{"version":([1-9]\d{0,8}),"kind":"([a-z]{1,20})"),'
    rb'"sha256":"([0-9a-f]{64})"\}\},'
)


class Damaged(Exception):
    """The bytes are not what the program wrote; the text says what is wrong with them."""


def seal(kind: str, body: bytes) -> bytes:
    """Put the first table before `body`, a JSON object with at least one table."""
    head = b'{"version":%d,"kind":"%s"' % (migrations.CURRENT, kind.encode())
    rest = memoryview(body)[1:]
    return b'{"_format":{"1":%s,"sha256":"%s"}},%s' % (head, _digest(head, rest), rest)


def unseal(kind: str, data: bytes) -> bytes:
    """Return the other tables as a JSON object in the current format.

    Raises `Damaged` unless every byte is as written, and `NewerFormat`.
    """
    if not data:
        raise Damaged("it is empty")
    match = _HEAD.match(data)
    if match is None:
        raise Damaged("its beginning is not readable")
    head, version, found, digest = match.groups()
    rest = memoryview(data)[match.end() :]
    if _digest(head, rest) != digest:
        raise Damaged("its checksum does not match")
    if found != kind.encode():
        raise Damaged(f"it is a {found.decode()} file, not a {kind} file")
    if int(version) > migrations.CURRENT:
        raise newer_format(int(version))
    return migrations.upgrade(kind, int(version), b"{" + rest)


def newer_format(version: int) -> NewerFormat:
    """Return the error for a file of a format that this version does not know."""
    return NewerFormat(
        f"the file has format {version}, this version knows up to {migrations.CURRENT}.",
        "Update the program; until then its data can be opened read-only.",
    )


def claims_newer(beginning: bytes) -> bool:
    """Whether the first bytes of a file, at least 128, say that it is of a newer format."""
    match = _HEAD.match(beginning)
    return match is not None and int(match[2]) > migrations.CURRENT


def _digest(head: bytes, rest: memoryview) -> bytes:
    checksum = hashlib.sha256(head)
    checksum.update(rest)
    return checksum.hexdigest().encode()
