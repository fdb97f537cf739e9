import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from tests.hub import stage
from tests.hub.stage import add_member, add_teams, claim, operation, submission
from trainer_tui.domain.errors import NewerFormat, NotAllowed, TrainerError
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import audit, backup, migrations, schema
from trainer_tui.hub.backup import BadBackup, back_up, restore
from trainer_tui.hub.database import Database
from trainer_tui.hub.feed import CursorGone, page
from trainer_tui.hub.installing import open_hub
from trainer_tui.hub.pushing import push
from trainer_tui.hub.state import Caller, Hub


@pytest.fixture
def ada(hub: Hub) -> Caller:
    add_teams(hub, "north", "south")
    caller = add_member(hub, "ada", "north", "south")
    claim(hub, caller, "north", range(10))
    records = [submission(hub.new_id(), number, "é“” \n" * 500) for number in range(9)]
    push(hub, caller, [operation("north", record) for record in records])
    hub.database.write(
        lambda c: audit.record(
            c, hub, actor="lead", action="x", team_id=None, subject="", details={}
        )
    )
    return caller


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Database]:
    database = Database(new_url(request.param))
    yield database
    database.close()


def content(database: Database) -> dict[str, list[Any]]:
    def read(connection: sa.Connection) -> dict[str, list[Any]]:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in schema.metadata.sorted_tables
        }

    return database.read(read)


def reopened(database: Database) -> Hub:
    return open_hub(database, now=time.time, new_id=id_maker())


FROM_SQLITE = pytest.mark.parametrize("hub", ["sqlite"], indirect=True)
TO_SQLITE = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def test_a_hub_moves_to_any_database(
    hub: Hub, ada: Caller, empty: Database, tmp_path: Path
) -> None:
    cursor = page(hub, ada, None, 100).cursor
    file = tmp_path / "hub.backup"
    rows = back_up(hub.database, file)
    before = content(hub.database)
    assert rows == sum(map(len, before.values())) and len(before["operations"]) == 9
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*backup*")] == ["hub.backup"]
    epoch = restore(file, empty)
    other = reopened(empty)
    assert other.epoch == epoch != hub.epoch
    assert (other.id, other.cursor_key) == (hub.id, hub.cursor_key)
    after = content(empty)
    before.pop("hub")
    after.pop("hub")
    assert after == before
    assert audit.verify(other) is None
    with pytest.raises(CursorGone):
        page(other, ada, cursor, 100)
    assert len(page(other, ada, None, 100).changes) == len(page(hub, ada, None, 100).changes)
    again = [submission(other.new_id(), 9)]
    assert push(other, ada, [operation("north", record) for record in again])[0].seq == 19


@TO_SQLITE
def test_the_new_epoch_comes_after_the_old_one_also_where_the_clock_is_behind(
    hub: Hub, ada: Caller, empty: Database, tmp_path: Path
) -> None:
    ahead = id_maker(now=lambda: 2**43)()
    hub.database.write(lambda c: c.execute(sa.update(schema.hub).values(epoch=ahead)))
    back_up(hub.database, tmp_path / "hub.backup")
    assert restore(tmp_path / "hub.backup", empty) > ahead


@TO_SQLITE
def test_a_backup_is_of_one_moment(hub: Hub, ada: Caller, empty: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            raws = [operation("north", stage.shift(hub.new_id())) for _ in range(20)]
            push(hub, ada, raws)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(3):
            back_up(hub.database, tmp_path / f"{number}.backup")
    finally:
        stop.set()
        thread.join()
    restore(tmp_path / "2.backup", empty)
    rows = content(empty)
    (counter,) = (seq for team, seq in rows["counters"] if team == "north")
    assert [row[1] for row in rows["changes"]] == list(range(1, counter + 1))
    assert len(rows["operations"]) == counter - 9  # 9 claims have ended


def test_a_database_that_holds_something_is_refused(hub: Hub, ada: Caller, tmp_path: Path) -> None:
    back_up(hub.database, tmp_path / "file")
    before = content(hub.database)
    with pytest.raises(NotAllowed, match="not empty"):
        restore(tmp_path / "file", hub.database)
    assert content(hub.database) == before


@FROM_SQLITE
@TO_SQLITE
def test_damaged_files_are_refused(hub: Hub, ada: Caller, empty: Database, tmp_path: Path) -> None:
    file = tmp_path / "file"
    back_up(hub.database, file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = [bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]]) for at in range(9, middle, 40)]
    for damaged in (
        *flipped, b"", b"no backup at all", whole[:-1], whole[:middle], whole[10:], whole + b"x",
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    ):  # fmt: skip
        file.write_bytes(damaged)
        with pytest.raises(BadBackup):
            restore(file, empty)
        assert empty.read(lambda c: sa.inspect(c).get_table_names()) == []
    with pytest.raises(BadBackup, match="could not be read"):
        restore(tmp_path / "absent", empty)


def rewritten(file: Path, change: Callable[[bytes], bytes]) -> None:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(file.read_bytes())
    file.write_bytes(zstandard.ZstdCompressor().compress(change(reader.read())))


@FROM_SQLITE
@TO_SQLITE
def test_contents_that_were_changed_are_refused(
    hub: Hub, ada: Caller, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    back_up(hub.database, file)
    rewritten(file, lambda plain: plain.replace(b"letters.3", b"letters.4", 1))
    with pytest.raises(BadBackup):
        restore(file, empty)
    with monkeypatch.context() as newer:
        newer.setattr(backup, "require_current", lambda connection: None)
        newer.setattr(migrations, "HEAD", "9999")
        back_up(hub.database, file)
    with pytest.raises(NewerFormat):
        restore(file, empty)
    rewritten(file, lambda plain: plain.replace(b"trainer-hub-backup/1", b"trainer-hub-backup/9"))
    with pytest.raises(BadBackup, match="another kind"):
        restore(file, empty)
    assert empty.read(lambda c: sa.inspect(c).get_table_names()) == []


@FROM_SQLITE
def test_a_backup_that_fails_leaves_the_old_one(
    hub: Hub, ada: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "file").write_bytes(b"the old one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.os, "fsync", full)
    with pytest.raises(TrainerError, match="No space left"):
        back_up(hub.database, folder / "file")
    assert [path.read_bytes() for path in folder.iterdir()] == [b"the old one"]
    with pytest.raises(TrainerError, match="could not be written"):
        back_up(hub.database, tmp_path / "absent" / "file")


@FROM_SQLITE
@TO_SQLITE
def test_large_tables_go_in_parts(
    hub: Hub, ada: Caller, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_ROWS", 3)
    sizes: list[int] = []
    encode = msgspec.msgpack.encode

    def counted(frame: Any) -> bytes:
        if isinstance(frame, backup._Rows):
            sizes.append(len(frame.rows))
        return encode(frame)

    monkeypatch.setattr(backup.msgspec.msgpack, "encode", counted)
    back_up(hub.database, tmp_path / "file")
    assert max(sizes) == 3 and sizes.count(3) > 10
    restore(tmp_path / "file", empty)
    assert content(empty)["operations"] == content(hub.database)["operations"]
