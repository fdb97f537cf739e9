"""Which database the operator's commands take, and what may be told of its address."""

import builtins
import os
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from trainer_tui.cli.hub import opening
from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE, database_url, told

CANARY = "canary-7c1f"


@pytest.fixture(autouse=True)
def hub_home(home, tmp_path, monkeypatch):
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "hub home"))
    return tmp_path / "hub home"


def test_option_before_variable_before_file(monkeypatch, hub_home):
    assert database_url(Namespace(database=None)) == f"sqlite:///{hub_home / 'hub.db'}"
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://b/hub")
    assert database_url(Namespace(database=None)) == "postgresql://b/hub"
    assert database_url(Namespace(database="postgresql://a/hub")) == "postgresql://a/hub"


def test_several_hosts_pass_unchanged():
    url = "postgresql://hub@one:5432,two:5433/hub?target_session_attrs=read-write&sslmode=require"
    assert database_url(Namespace(database=url)) == told(url) == url


@pytest.mark.parametrize(
    "url, shown",
    [
        (f"postgresql://hub:{CANARY}@db/hub", "postgresql://hub@db/hub"),
        (f"postgresql://hub:{CANARY}@a,b:2/hub?port=1", "postgresql://hub@a,b:2/hub?port=1"),
        (f"postgresql://hub:p@{CANARY}@db/hub", "postgresql://hub@db/hub"),
        (f"postgresql://db/hub?user=a&password={CANARY}&x=1", "postgresql://db/hub?user=a"),
        (f"postgresql://db/hub?PASSWORD={CANARY}", "postgresql://db/hub"),
        (f"postgresql:///hub?sslpassword={CANARY}", "postgresql:///hub"),
        (f"postgresql://hub:{CANARY}/x@db/hub", "postgresql://…"),
        (f"host=db password={CANARY}", "…"),
        ("sqlite:////var/lib/hub.db", "sqlite:////var/lib/hub.db"),
        ("sqlite:////home/a@b/c:d/hub.db", "sqlite:////home/a@b/c:d/hub.db"),
    ],
)
def test_no_password_is_told(url, shown):
    assert told(url) == shown


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql", ""])
def test_a_password_reaches_neither_output_nor_report(cli, home, scheme, monkeypatch):
    url = f"{scheme}://hub:{CANARY}@127.0.0.1:1/hub?connect_timeout=1&bad"
    for line in (("check",), ("init",), ("teams",), ("backup", "x")):
        given = cli("hub", *line, "--database", url)
        assert given.code in (2, 3), given
        monkeypatch.setenv(DATABASE_VARIABLE, url)
        named = cli("hub", *line)
        monkeypatch.delenv(DATABASE_VARIABLE)
        assert named.code in (2, 3), named
        assert CANARY not in given.out + given.err + named.out + named.err
        assert "made a mistake" not in given.err + named.err
        assert "can see the password" in given.err
        assert "can see the password" not in named.err
    assert not (home / "crashes").exists()


def test_what_postgresql_quotes_of_a_password_is_not_passed_on(cli):
    # It says what is wrong with the percent sign, and quotes all around it.
    result = cli("hub", "check", "--database", f"postgresql://hub:{CANARY}%zz@127.0.0.1/hub")
    assert result.code == 2
    assert "%2F" in result.err
    assert CANARY not in result.err


@pytest.mark.parametrize("line", [("--host", "0.0.0.0"), ("--behind-proxy", "nobody knows")])
def test_what_cannot_be_served_is_not_made(cli, hub_home, line):
    result = cli("hub", "serve", *line)
    assert (result.code, result.out) == (2, "")
    assert "Serves" not in result.err
    assert not hub_home.exists()


def test_a_file_that_is_not_there_is_not_made(cli, hub_home):
    for line in (("check",), ("teams",), ("members",), ("tokens",), ("audit",), ("migrate",)):
        result = cli("hub", *line)
        assert result.code == 2, line
        assert "'trainer-tui hub serve' makes one" in result.err
    assert not hub_home.exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
@pytest.mark.parametrize("named", [False, True])
def test_folder_and_file_are_their_owners_only(cli, hub_home, tmp_path, named):
    file = tmp_path / "else where" / "h.db" if named else hub_home / "hub.db"
    before = os.umask(0)
    try:
        assert cli("hub", "init", *(["--database", f"sqlite:///{file}"] if named else [])).code == 0
    finally:
        os.umask(before)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for path in file.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_link_is_not_followed(cli, hub_home, tmp_path):
    hub_home.mkdir()
    (hub_home / "hub.db").symlink_to(tmp_path / "elsewhere")
    result = cli("hub", "init")
    assert result.code == 3
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_is_no_database(cli, hub_home, home):
    hub_home.mkdir()
    (hub_home / "hub.db").write_bytes(b"these are somebody's words" * 400)
    for line in (("check",), ("init",), ("teams",)):
        result = cli("hub", *line)
        assert result.code in (2, 3), line
        assert "made a mistake" not in result.err, result.err
    assert (hub_home / "hub.db").read_bytes().startswith(b"these are somebody's words")


def test_a_database_that_holds_no_hub(cli, hub_home):
    hub_home.mkdir()
    (hub_home / "hub.db").touch()
    for line in (("check",), ("teams",), ("members", "add", "ada"), ("audit", "--verify")):
        result = cli("hub", *line)
        assert (result.code, result.out) == (2, ""), line
        assert "hub init" in result.err


def test_without_the_packages_it_says_what_to_install(cli, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name.partition(".")[0] == "sqlalchemy":
            raise ImportError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    for name in [n for n in sys.modules if n.startswith(("trainer_tui.hub", "sqlalchemy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", missing)
    for line in (("check",), ("init",), ("serve",), ("members",)):
        result = cli("hub", *line)
        assert result.code == 3, (line, result)
        assert "pip install 'trainer-tui[hub]'" in result.err
        assert "sqlalchemy" in result.err
    assert cli("hub", "--help").code == cli("hub", "members", "add", "--help").code == 0


def test_file_of():
    assert opening.file_of("sqlite:////a/b.db?x=1") == Path("/a/b.db")
    assert opening.file_of("sqlite:///b.db") == Path("b.db")
    assert opening.file_of("sqlite://") is None
    assert opening.file_of("sqlite:///:memory:") is None
    assert opening.file_of("postgresql:///a") is None
