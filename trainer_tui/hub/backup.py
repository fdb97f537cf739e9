"""Copies a hub that is at work into one file, and makes a hub of such a file.

The file is the same from SQLite and from PostgreSQL: a stream of MessagePack frames under
zstandard, first what it is, then table by table its rows, at last how many rows there are and
the SHA-256 of all before. So a hub moves from one database to the other by a backup.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.domain.errors import BadInput, NotAllowed, TrainerError
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import bulk, migrations, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.upgrading import require_current, upgrade

_FORMAT = "trainer-hub-backup/1"
_LONGEST = 2**28
"""Bytes of a frame; ours are about 1 MiB."""
_ROWS = 1_000
_BYTES = 2**20


class BadBackup(BadInput):
    """A file that is no backup, or no longer a whole one."""

    title = "Cannot restore this"


class _Head(msgspec.Struct, frozen=True):
    format: str
    revision: str
    hub: str
    epoch: str
    at: float


class _Rows(msgspec.Struct, frozen=True, tag=True, array_like=True):
    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


class _End(msgspec.Struct, frozen=True, tag=True, array_like=True):
    rows: int
    digest: str


_frames = msgspec.msgpack.Decoder(_Rows | _End)
_heads = msgspec.msgpack.Decoder(_Head)


def back_up(database: Database, path: Path, *, now: Callable[[], float] = time.time) -> int:
    """Write all of a hub, as it is at one moment, to a file; return how many rows that are.

    The hub goes on working. The file has mode 0600 and appears under its name only when all
    of it is on the disk. Raises `TrainerError` for a disk that refuses.
    """
    return database.read(lambda connection: _write(connection, path, now()))


def restore(path: Path, database: Database) -> str:
    """Make an empty database the hub of a backup, all of it or nothing; return its new epoch.

    Another epoch tells every workstation to ask what is missing here, and to send it again.
    It sorts after the one in the backup, whatever this machine's clock says: shift bundles of
    an earlier epoch are refused.
    Raises `BadBackup` for a file that is none or has been damaged, `NewerFormat` for one of
    a newer program, and `NotAllowed` for a database that is not empty.
    """
    return database.write(lambda connection: _read(connection, path))


def _write(connection: Connection, path: Path, at: float) -> int:
    import zstandard

    require_current(connection)
    hub = connection.execute(sa.select(schema.hub)).one()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                packer = zstandard.ZstdCompressor(level=3)
                with packer.stream_writer(file, closefd=False) as out:
                    frames = _Writer(out)
                    frames.write(_Head(_FORMAT, migrations.HEAD, hub.id, hub.epoch, at))
                    for table in schema.metadata.sorted_tables:
                        for rows in _chunks(connection, table):
                            names = [str(column.name) for column in table.columns]
                            frames.write(_Rows(str(table.name), names, rows))
                            frames.rows += len(rows)
                    frames.write(_End(frames.rows, frames.digest.hexdigest()))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise TrainerError(
            f"{path} could not be written ({error.strerror}).", title="Cannot back up"
        ) from error
    return frames.rows


class _Out(Protocol):
    def write(self, data: bytes, /) -> Any: ...


class _Writer:
    def __init__(self, out: _Out) -> None:
        self.digest = hashlib.sha256()
        self.rows = 0
        self._out = out

    def write(self, frame: msgspec.Struct) -> None:
        """Write a frame behind its length."""
        data = msgspec.msgpack.encode(frame)
        for part in (len(data).to_bytes(4, "big"), data):
            self._out.write(part)
            self.digest.update(part)


def _chunks(connection: Connection, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows of a table, so many at once as the memory holds easily."""
    streamed = connection.execution_options(stream_results=True, max_row_buffer=100)
    result = streamed.execute(sa.select(table).order_by(*table.primary_key.columns))
    chunk: list[tuple[Any, ...]] = []
    size = 0
    for row in result:
        chunk.append(tuple(row))
        size += sum(len(value) for value in row if isinstance(value, bytes | str))
        if len(chunk) >= _ROWS or size >= _BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _read(connection: Connection, path: Path) -> str:
    import zstandard

    if sa.inspect(connection).get_table_names():
        raise NotAllowed(
            "the database is not empty", "Restore into a new one.", title="Cannot restore here"
        )
    try:
        with _opened(path) as frames:  # once through, before any of it is believed
            before = frames.head().epoch
            for _ in frames.rows():
                pass
        with _opened(path) as frames:
            _fill(connection, frames)
    except OSError as error:
        raise BadBackup(f"{path} could not be read ({error.strerror}).") from error
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBackup(f"{path} is no backup of a hub, or is damaged.") from error
    upgrade(connection)
    epoch = id_maker(lambda: (before,))()
    connection.execute(sa.update(schema.hub).values(epoch=epoch))
    # Without it PostgreSQL takes the full tables for empty ones until it looks by itself.
    connection.exec_driver_sql("ANALYZE")
    return epoch


@contextmanager
def _opened(path: Path) -> Iterator["_Reader"]:
    import zstandard

    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        yield _Reader(stream, path)


def _fill(connection: Connection, frames: "_Reader") -> None:
    head = frames.head()
    upgrade(connection, head.revision)
    tables = sa.MetaData()
    tables.reflect(connection)
    count = 0
    for rows in frames.rows():
        if rows.table not in tables.tables:
            raise frames.damaged()
        table = tables.tables[rows.table]
        for start in range(0, len(rows.rows), _ROWS):
            bulk.insert(connection, table, rows.columns, rows.rows[start : start + _ROWS])
        count += len(rows.rows)
    if count != frames.count:
        raise frames.damaged()


class _Reader:
    """Reads the frames of a backup; raises `BadBackup` where they stop making sense."""

    def __init__(self, stream: Any, path: Path) -> None:
        self.count = 0
        """How many rows there have to be, once all were read."""
        self._stream: BinaryIO = stream
        self._path = path
        self._digest = hashlib.sha256()

    def damaged(self) -> BadBackup:
        """Return the error for a file that cannot be trusted."""
        return BadBackup(f"{self._path} is no backup of a hub, or is damaged.")

    def head(self) -> _Head:
        """Return what the file is."""
        head = _heads.decode(self._frame())
        if head.format != _FORMAT:
            raise BadBackup(f"{self._path} is a backup of another kind: {head.format[:40]!r}.")
        return head

    def rows(self) -> Iterator[_Rows]:
        """Yield the rows, and raise at the end unless all is as it was written."""
        while True:
            before = self._digest.hexdigest()
            frame = _frames.decode(self._frame())
            if isinstance(frame, _End):
                break
            yield frame
        if frame.digest != before or self._stream.read(1):
            raise self.damaged()
        self.count = frame.rows

    def _frame(self) -> bytes:
        length = int.from_bytes(head := self._exactly(4), "big")
        if length > _LONGEST:
            raise self.damaged()
        data = self._exactly(length)
        self._digest.update(head)
        self._digest.update(data)
        return data

    def _exactly(self, count: int) -> bytes:
        parts: list[bytes] = []
        while count:
            part = self._stream.read(count)
            if not part:
                raise self.damaged()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
