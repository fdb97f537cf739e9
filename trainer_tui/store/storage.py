"""TinyDB on files that survive a crash; imported only when something is written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from trainer_tui.domain.errors import StoreError
from trainer_tui.store import encoding, envelope, files

Tables = dict[str, dict[str, Any]]


class AtomicJSONStorage(Storage):
    """Keeps the whole document file as bytes and replaces it at every write.

    What `read` returns is decoded afresh each time, so a change that was not written
    is seen by nobody, and one that could not be written is gone.
    """

    def __init__(self, path: Path, kind: str, place: str) -> None:
        self._path = path
        self._kind = kind
        self._place = place
        self._body: bytes | None = None
        try:
            with files.explained(place, doing="read"):
                self._body = envelope.unseal(kind, files.read_file(path))
        except envelope.Damaged as damage:
            raise StoreError(
                f"{place} was changed by something else: {damage}.",
                "Start the program again; it uses the state before the last save.",
            ) from damage
        except StoreError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise

    def read(self) -> Tables | None:
        """Return all tables, or None if there is no file yet."""
        if self._body is None:
            return None
        tables: Tables = msgspec.json.decode(self._body)
        return tables

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Replace the file; raises `StoreError`, and then everything is as it was."""
        body = encoding.encode(data, self._place)
        with files.explained(self._place):
            files.replace_file(self._path, envelope.seal(self._kind, body), keep_previous=True)
        self._body = body


class _StringIds(Table):
    """Documents have ids of ours; an insert without one raises."""

    document_id_class = str  # type: ignore[assignment]


class _Database(TinyDB):
    table_class = _StringIds


class Documents:
    """One document file; each method is one write."""

    def __init__(self, path: Path, kind: str, place: str) -> None:
        self._database = _Database(path, kind, place, storage=AtomicJSONStorage)

    def insert(self, table: str, doc_id: str, fields: Mapping[str, Any]) -> None:
        """Add a document; raises `StoreError` if its id is taken."""
        try:
            self._table(table).insert(_document(fields, doc_id))
        except ValueError as error:
            raise StoreError(f"{doc_id} exists already.") from error

    def put(self, table: str, doc_id: str, fields: Mapping[str, Any]) -> None:
        """Add a document or replace all its fields."""

        def replace(document: Any) -> None:
            document.clear()
            document.update(fields)

        documents = self._table(table)
        if documents.contains(doc_id=doc_id):  # type: ignore[arg-type]
            documents.update(replace, doc_ids=[doc_id])  # type: ignore[list-item]
        else:
            documents.insert(_document(fields, doc_id))

    def update(self, changes: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        """Change some fields of documents, by table and id, all in one write.

        A field that is None is taken out. What else a document holds stays. Raises
        `StoreError`, and `KeyError` for a document that is not there.
        """
        storage = self._database.storage
        tables: Tables = storage.read() or {}
        for (table, doc_id), fields in changes.items():
            document = tables[table][doc_id]
            document.update(fields)
            for name in [name for name, value in fields.items() if value is None]:
                del document[name]
        storage.write(tables)

    def replace(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the whole file: several tables in one write, which TinyDB's tables cannot."""
        self._database.storage.write({name: dict(documents) for name, documents in tables.items()})

    def _table(self, name: str) -> Table:
        return self._database.table(name, cache_size=0)


def _document(fields: Mapping[str, Any], doc_id: str) -> Document:
    return Document(fields, doc_id=doc_id)  # type: ignore[arg-type]
