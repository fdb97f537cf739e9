import multiprocessing
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from trainer_tui.domain.errors import NewerFormat, NotAllowed, NotFound
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import migrations, schema, upgrading
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def put_in(url: str) -> None:
    database = Database(url)
    install(database, now=time.time, new_id=id_maker())
    database.close()


def set_revision(database: Database, revision: str) -> None:
    version = sa.table(migrations.TABLE, sa.column("version_num", sa.String))
    database.write(lambda c: c.execute(sa.update(version).values(version_num=revision)))


def test_the_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


@KINDS
def test_the_revisions_lead_to_the_schema(kind: str, new_url: Callable[[str], str]) -> None:
    url = new_url(kind)
    put_in(url)
    database = Database(url)

    def difference(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), schema.metadata))

    assert database.read(difference) == []
    drop = sa.text("DROP INDEX ix_claims_request")
    database.write(lambda c: c.execute(drop))
    assert len(database.read(difference)) == 1
    database.close()


@KINDS
def test_indexes_are_those_of_the_schema(kind: str, new_url: Callable[[str], str]) -> None:
    """Also partial ones, which `compare_metadata` does not look into."""

    def indexes(database: Database) -> dict[str, str]:
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            if database.postgres
            else "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
        )
        rows = database.read(lambda c: c.execute(sa.text(query)).all())
        return {name: " ".join((sql or "").split()) for name, sql in rows if "alembic" not in name}

    migrated, created = Database(new_url(kind)), Database(new_url(kind))
    install(migrated, now=time.time, new_id=id_maker())
    created.write(schema.metadata.create_all)
    assert indexes(migrated) == indexes(created)
    migrated.close()
    created.close()


@KINDS
def test_installing_again_changes_nothing(kind: str, new_url: Callable[[str], str]) -> None:
    url = new_url(kind)
    put_in(url)
    database = Database(url)
    first = open_hub(database, now=time.time, new_id=id_maker())
    put_in(url)
    again = open_hub(database, now=time.time, new_id=id_maker())
    assert (first.id, first.epoch, first.cursor_key) == (again.id, again.epoch, again.cursor_key)
    database.close()


@KINDS
def test_processes_that_install_at_once(kind: str, new_url: Callable[[str], str]) -> None:
    url = new_url(kind)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=put_in, args=(url,)) for _ in range(2)]
    for process in processes:
        process.start()
    threads = [threading.Thread(target=put_in, args=(url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for one in (*processes, *threads):
        one.join()
    assert [process.exitcode for process in processes] == [0, 0]
    database = Database(url)
    open_hub(database, now=time.time, new_id=id_maker())
    count = sa.select(sa.func.count()).select_from(schema.hub)
    assert database.read(lambda c: c.execute(count).scalar_one()) == 1
    database.close()


@KINDS
def test_what_fails_half_way_leaves_nothing(
    kind: str, new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(new_url(kind))

    def fail(connection: sa.Connection) -> None:
        upgrading.upgrade(connection)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        database.write(fail)
    assert database.read(lambda c: sa.inspect(c).get_table_names()) == []
    install(database, now=time.time, new_id=id_maker())
    database.close()


@KINDS
def test_versions_that_do_not_fit(kind: str, new_url: Callable[[str], str]) -> None:
    url = new_url(kind)
    database = Database(url)
    with pytest.raises(NotFound):
        open_hub(database, now=time.time, new_id=id_maker())
    put_in(url)
    set_revision(database, "9999")
    with pytest.raises(NewerFormat, match="newer version"):
        open_hub(database, now=time.time, new_id=id_maker())
    with pytest.raises(NewerFormat, match="newer version"):
        put_in(url)
    set_revision(database, "0000")
    with pytest.raises(NotAllowed, match="older version"):
        open_hub(database, now=time.time, new_id=id_maker())
    database.close()


def test_revisions_are_in_the_wheel(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    built = subprocess.run(
        [
            sys.executable, "-c",
            "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])",
            str(tmp_path),
        ],
        cwd=root, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    here = Path(migrations.__file__).parent
    for path in (here / "env.py", *(here / "versions").glob("*.py")):
        assert f"trainer_tui/hub/migrations/{path.relative_to(here)}" in names
