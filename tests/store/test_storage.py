import os
from pathlib import Path

import pytest
import store_samples as samples
from tinydb import TinyDB, where
from tinydb.storages import JSONStorage
from tinydb.table import Document

from trainer_tui.domain.errors import StoreError
from trainer_tui.store.storage import AtomicJSONStorage, Documents
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def test_a_new_file_is_empty_and_is_written_at_the_first_change(path: Path) -> None:
    storage = AtomicJSONStorage(path, "shift", "place")
    assert storage.read() is None
    assert not path.exists()
    storage.write({"t": {"1": {"a": 1}}})
    assert storage.read() == {"t": {"1": {"a": 1}}}
    assert AtomicJSONStorage(path, "shift", "place").read() == {"t": {"1": {"a": 1}}}


def test_what_is_read_aliases_nothing(path: Path) -> None:
    storage = AtomicJSONStorage(path, "shift", "place")
    written = {"t": {"1": {"list": [1]}}}
    storage.write(written)
    written["t"]["1"]["list"].append(2)
    read = storage.read()
    assert read == {"t": {"1": {"list": [1]}}}
    read["t"]["1"]["list"].append(3)
    assert storage.read() == {"t": {"1": {"list": [1]}}}


def test_a_change_of_a_document_in_place_is_persisted(path: Path) -> None:
    documents = Documents(path, "shift", "place")
    documents.insert("t", "a", {"n": 1})
    documents.put("t", "a", {"m": 2})
    assert AtomicJSONStorage(path, "shift", "place").read() == {"t": {"a": {"m": 2}}}


def test_a_failed_write_is_seen_by_nobody_and_is_not_persisted_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = Documents(path, "shift", "place")
    documents.insert("t", "a", {"n": 1})
    calls = samples.FailingCalls(monkeypatch)
    calls.arm(1)
    with pytest.raises(StoreError, match="disk is full"):
        documents.insert("t", "b", {"n": 2})
    documents.insert("t", "c", {"n": 3})
    assert AtomicJSONStorage(path, "shift", "place").read() == {"t": {"a": {"n": 1}, "c": {"n": 3}}}


def test_an_insert_without_an_id_of_ours_raises(path: Path) -> None:
    documents = Documents(path, "shift", "place")
    documents.insert("t", "a", {"n": 1})
    with pytest.raises((TypeError, ValueError)):
        documents._table("t").insert({"n": 1})
    with pytest.raises(StoreError):
        documents.insert("t", "a", {"n": 2})
    assert AtomicJSONStorage(path, "shift", "place").read() == {"t": {"a": {"n": 1}}}


def test_tinydb_works_on_it_as_on_any_storage(path: Path) -> None:
    database = TinyDB(path, "shift", "place", storage=AtomicJSONStorage)
    database.insert(Document({"n": 1}, doc_id=7))
    database.table("t").insert_multiple([{"n": 2}, {"n": 3}])
    assert database.table("t").search(where("n") == 3)[0].doc_id == 2
    database.table("t").update({"n": 4}, where("n") == 3)
    database.table("t").remove(doc_ids=[1])
    database.drop_table("_default")
    assert TinyDB(path, "shift", "place", storage=AtomicJSONStorage).table("t").all() == [{"n": 4}]


def test_the_file_is_there_at_every_moment_of_a_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = Documents(path, "shift", "place")
    documents.insert("t", "0", {})
    valid: list[int] = []

    def watch(name: str) -> None:
        real = getattr(os, name)

        def call(*args: object, **kwargs: object) -> object:
            for moment in ("before", "after"):
                result = real(*args, **kwargs) if moment == "after" else None
                if path.exists():
                    valid.append(len(AtomicJSONStorage(path, "shift", "place").read()["t"]))
                else:
                    valid.append(-1)
            return result

        monkeypatch.setattr(os, name, call)

    for name in ("write", "fsync", "replace", "link", "unlink"):
        watch(name)
    documents.insert("t", "1", {})
    documents.insert("t", "2", {})
    assert set(valid) == {1, 2, 3}
    assert valid == sorted(valid)


def test_the_previous_state_is_kept_also_without_hard_links(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    previous = path.with_name(path.name + ".prev")
    documents = Documents(path, "shift", "place")
    documents.insert("t", "a", {})
    assert not previous.exists()
    for number in range(2):
        before = path.read_bytes()
        documents.insert("t", str(number), {})
        assert previous.read_bytes() == before
        monkeypatch.setattr(os, "link", _no_links)


def _no_links(*args: object, **kwargs: object) -> None:
    raise PermissionError(1, "no hard links here")


def test_a_file_that_stock_tinydb_has_written_is_noticed(tmp_path: Path) -> None:
    home = tmp_path / "data"
    samples.build(home)
    path = home / "shifts" / "2026-01-31-s1.json"
    with TinyDB(path, storage=JSONStorage) as database:
        database.table("other").insert({"a": 1})
    store = Workspace.open(home)
    assert [trouble.place for trouble in store.troubles()] == ["shifts/2026-01-31-s1.json"]
    assert len(store.records()) == 4
    kept = list((home / "quarantine").iterdir())
    assert [b'"other"' in one.read_bytes() for one in kept] == [True]
    store.close()
