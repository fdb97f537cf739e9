"""Writes the next revision of the hub's tables: what the newest one lacks of the schema.

`python -m tests.hub.new_revision 0002 "What it does"`, then read what it wrote, correct it,
and set `HEAD` in `trainer_tui/hub/migrations/__init__.py`.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from trainer_tui.hub import migrations, schema
from trainer_tui.hub.database import Database
from trainer_tui.hub.upgrading import upgrade

_HEAD = '''"""{what}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}


def upgrade() -> None:
    """Bring the tables from the revision before to this one."""
    {body}
'''


def main() -> None:
    """Write the revision beside the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="four digits")
    parser.add_argument("what", help="what it does, as a sentence")
    args = parser.parse_args()
    first = args.revision == "0001"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/hub.db")
        if not first:
            database.write(upgrade)
        body = database.write(_difference)
    text = _HEAD.format(
        what=args.what,
        revision=args.revision,
        down=None if first else migrations.HEAD,
        body=body,
    )
    folder_of_all = Path(migrations.__file__).parent / "versions"
    path = folder_of_all / f"r{args.revision}.py"
    path.write_text(text)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", path], check=True)
    print(path)


def _difference(connection: sa.Connection) -> str:
    context = MigrationContext.configure(connection)
    operations = produce_migrations(context, schema.metadata).upgrade_ops
    assert operations is not None
    lines = str(render_python_code(operations)).splitlines()
    code = "\n".join(line for line in lines if not line.lstrip().startswith("# ###"))
    return re.sub(r"op\.f\(('[^']*')\)", r"\1", code).lstrip()


if __name__ == "__main__":
    main()
