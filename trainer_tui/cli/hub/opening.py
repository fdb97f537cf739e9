"""Which database the operator's commands work on, and how it is opened."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.cli.output import narrate, one_line
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.errors import BadInput, NotFound, StoreError, TrainerError
from trainer_tui.domain.text import clean
from trainer_tui.domain.uuid7 import id_maker

if TYPE_CHECKING:
    from argparse import Namespace

    from trainer_tui.hub.database import Database
    from trainer_tui.hub.state import Hub

DATABASE_VARIABLE = "TRAINER_TUI_HUB_DATABASE"
"""Environment variable with the address of the hub's database."""
HOME_VARIABLE = "TRAINER_TUI_HUB_HOME"
"""Environment variable that names another folder for the embedded database."""

DATABASE_HELP = f"""\
The database is that of --database, else of the variable {DATABASE_VARIABLE}, else a file
in the hub's own folder ({HOME_VARIABLE} names another one). A PostgreSQL database is
postgresql://USER@HOST/NAME, with several hosts
postgresql://USER@HOST1,HOST2/NAME?target_session_attrs=read-write. Everybody on the machine
sees what stands on a command line, so keep the password in a file (PGPASSFILE), in a service
(PGSERVICE), or in the variable."""
_SQLITE = "sqlite:///"
_SCHEMES = ("sqlite", "postgresql", "postgres")
_HARMLESS = frozenset(
    "host port user dbname service target_session_attrs load_balance_hosts sslmode "
    "sslrootcert connect_timeout application_name".split()
)
"""Parameters of a PostgreSQL address that are no secret."""


class ExtraMissing(TrainerError):
    """The packages of the hub are not installed."""

    title = "The hub is not installed"


def add_database(parser: Parser, *, json: bool = False) -> None:
    """Take the address of the database."""
    parser.add_argument(
        "--database", metavar="URL", help="the hub's database; see 'trainer-tui hub --help'"
    )
    if json:
        add_json(parser)


def hub_home() -> Path:
    """Return the folder of the embedded database."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("trainer-tui-hub", appauthor=False)


def database_url(args: "Namespace", *, quiet: bool = True) -> str:
    """Return the address of the database that is meant; not `quiet` about a password in it."""
    if url := args.database:
        if not quiet and _holds_password(url):
            narrate(
                "Everybody on this machine can see the password in --database; "
                f"PGPASSFILE or {DATABASE_VARIABLE} keeps it to you."
            )
        return str(url)
    if url := os.environ.get(DATABASE_VARIABLE):
        return url
    return f"{_SQLITE}{(hub_home() / 'hub.db').absolute()}"


def _holds_password(url: str) -> bool:
    authority = url.partition("://")[2].partition("/")[0]
    return ":" in authority.rpartition("@")[0] or "password=" in url


def told(url: str) -> str:
    """Return an address as it may be shown: without a password, and without anything that
    might be one.
    """
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite":
        return url
    authority, slash, tail = rest.partition("/")
    user, at, hosts = authority.rpartition("@")
    path, _, query = tail.partition("?")
    if scheme not in _SCHEMES or not separator or "@" in path or "?" in authority:
        return f"{scheme}://…" if scheme in _SCHEMES else "…"
    kept = [word for word in query.split("&") if word.partition("=")[0].lower() in _HARMLESS]
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"{scheme}://{user.partition(':')[0]}{at}{hosts}{slash}{path}{query}"


def file_of(url: str) -> Path | None:
    """Return the file that the address of an embedded database names; None for any other."""
    if not url.startswith(_SQLITE):
        return None
    name = url.removeprefix(_SQLITE).partition("?")[0]
    return Path(name) if name and name != ":memory:" else None


@contextmanager
def opened_database(args: "Namespace", *, create: bool = False) -> "Iterator[Database]":
    """Open the database and close it again; `create` makes the file that is not there.

    Raises `ExtraMissing` without the packages of the hub, `NotFound` without the file.
    """
    with needs_extra():
        from trainer_tui.hub.database import Database
        from trainer_tui.hub.reaching import require_answer
    url = database_url(args, quiet=False)
    if not url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES)):
        raise BadInput(
            "that is no address of a database that the hub knows",
            "sqlite:///FILE or postgresql://USER@HOST/NAME",
        )
    file = file_of(url)
    if file is not None:
        _prepare(file, create=create)
    database = Database(url)
    try:
        require_answer(database)
        yield database
    finally:
        database.close()


@contextmanager
def opened_hub(args: "Namespace") -> "Iterator[Hub]":
    """Open the hub that the database holds; raises `NotFound` if it holds none."""
    with opened_database(args) as database:
        from trainer_tui.hub.installing import open_hub

        yield open_hub(database, now=time.time, new_id=id_maker())


@contextmanager
def needs_extra() -> Iterator[None]:
    """Say what to install where the packages of the hub are missing."""
    try:
        yield
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "trainer_tui":
            raise
        raise ExtraMissing(
            f"the package {missing or 'of the hub'} is missing",
            "pip install 'trainer-tui[hub]' brings all that a hub needs.",
        ) from None


def _prepare(file: Path, *, create: bool) -> None:
    """Make sure that the file is there and its owner's only, whatever the umask."""
    from trainer_tui.store import files

    try:
        if create:
            files.make_folders(file.absolute().parent)
            os.close(files.open_file(file, os.O_RDWR | os.O_CREAT))
        elif not file.exists():
            raise NotFound(
                f"there is no hub at {file}",
                "'trainer-tui hub serve' makes one and starts it; --database names another place.",
            )
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise StoreError(f"{file}: {said}", "Check the path and whose it is.") from None


def operator() -> str:
    """Return who works on the database, for the audit trail: the account of the system."""
    import getpass

    try:
        name = one_line(clean(getpass.getuser())[0])[:60]
    except (OSError, KeyError, ImportError):
        name = ""
    return f"operator:{name}" if name else "operator"
