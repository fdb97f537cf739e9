"""login, sync and logout against the real hub, and what status says of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.sync import laptops
from tests.sync.laptops import PASSWORD, URL, World
from tests.sync.test_sync_faults import poison
from trainer_tui.store.workspace import Workspace
from trainer_tui.sync import client
from trainer_tui.sync.client import HubLine

STDIN = f"{PASSWORD}\n".encode()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    folder = tmp_path / "hub"
    folder.mkdir()
    with laptops.world(folder) as made:
        made.clock.wall = datetime.now(UTC)
        made.member()
        monkeypatch.setattr(
            client, "connect", lambda url, token=None: HubLine(url, token, transport=made.line)
        )
        yield made


@pytest.fixture
def linked(cli: Cli, world: World) -> Cli:
    assert cli("login", URL, stdin=STDIN).code == 0
    return cli


def test_from_the_login_to_work_at_the_hub(cli: Cli, world: World, text) -> None:
    assert "Hub" not in cli("status").out
    assert cli("status", "--json").json["hub"] is None
    said = cli("login", URL, "--name", "ada", stdin=STDIN)
    assert said.code == 0 and "Logged in" in said.err and PASSWORD not in said.out + said.err
    assert "nothing was exchanged yet" in cli("status").out
    for command in ("status", "tasks"):
        said = cli(command).out
        assert "come from the hub: 'trainer-tui sync'" in said and "import" not in said
    said = cli("sync", "--json")
    assert said.code == 0
    assert said.json["claimed"] == 6 and said.json["trouble"] is None
    assert len(cli("tasks", "--json").json) == 6
    done = cli("submit", "letters.0", "--response-file", text("Dear"), "--prompt-file", text("To"))
    assert done.code == 0, done.err
    assert cli("status", "--json").json["waiting_for_hub"] == 1
    assert "1 record waiting to leave" in cli("status").out
    said = cli("sync")
    assert said.code == 0
    assert "Left: 1 record\n" in said.out
    assert len(world.operations()) == 1
    status = cli("status", "--json").json
    assert status["waiting_for_hub"] == 0 and status["hub"]["claimed"] == 5
    assert cli("logout").code == 0
    said = cli("sync")
    assert said.code == 3 and "Log in again" in said.err


def test_what_is_refused_or_waits_is_a_finding(linked: Cli, world: World, text) -> None:
    linked("sync")
    world.hub.database.write(lambda c: c.exec_driver_sql("delete from claims"))
    linked("submit", "letters.0", "--response-file", text("Dear"), "--prompt-file", text("To"))
    said = linked("sync", "--json")
    assert said.code == 1
    [refused] = said.json["refused"]
    assert (refused["code"], refused["what"]) == ("not_claimed", "submission")
    said = linked("sync")
    assert said.code == 1 and refused["record_id"] in said.out and "never given" in said.out
    assert "1 refused by the hub" in linked("status").out
    assert linked("sync", "--again", refused["record_id"]).code == 1
    assert linked("sync", "--keep", refused["record_id"]).code == 0
    assert linked("sync", "--again", "nonsense").code == 2
    world.line.before = laptops.unreachable
    linked("submit", "letters.1", "--response-file", text("Dear"), "--prompt-file", text("To"))
    said = linked("sync", "--json")
    assert (said.code, said.json["waiting"], said.json["phase"]) == (1, 1, "offline")
    said = linked("sync")
    assert said.code == 1 and "No line to the hub" in said.err


def test_what_was_set_aside_is_shown_until_it_was_read(linked: Cli, world: World) -> None:
    poison(world)
    said = linked("sync")
    assert said.code == 0 and "Set aside" in said.out
    [aside] = linked("sync", "--json").json["set_aside"]
    assert linked("sync", "--read", aside["id"], "--json").json["set_aside"] == []


def test_a_task_is_given_back(linked: Cli, world: World) -> None:
    linked("settings", "set", "claimed_tasks", "2")
    assert linked("sync", "--json").json["claimed"] == 2
    linked("settings", "set", "claimed_tasks", "0")
    assert linked("sync", "--give-back", "letters.0").code == 0
    assert [task["id"] for task in linked("tasks", "--json").json] == ["letters.1"]
    assert linked("sync", "--give-back", "letters.5").code == 2


def test_there_is_no_hub_yet(cli: Cli) -> None:
    said = cli("sync")
    assert said.code == 2 and "login" in said.err
    assert cli("logout").code == 2


@pytest.mark.parametrize(
    "argv, stdin, code",
    [
        ((URL,), b"", 2), ((URL,), b"wrong\n", 3), (("http://hub.example.org",), STDIN, 2),
        (("nonsense://",), STDIN, 2), ((URL, "--name", "bo"), STDIN, 3),
    ],
)  # fmt: skip
def test_a_login_that_fails_changes_nothing(
    cli: Cli, world: World, argv: tuple[str, ...], stdin: bytes, code: int, home: Path
) -> None:
    assert cli("login", *argv, stdin=stdin).code == code
    assert cli("status", "--json").json["hub"] is None
    assert not (home / "hub.token").exists()


def test_nobody_is_asked_for_a_password_when_the_hub_is_away(cli: Cli, world: World) -> None:
    world.line.before = laptops.unreachable
    said = cli("login", URL, stdin=b"")
    assert said.code == 3 and "password" not in said.err


def test_a_login_is_renewed_beside_an_open_workstation(
    linked: Cli, world: World, home: Path
) -> None:
    store = Workspace.open(home)
    before = (home / "hub.token").read_bytes()
    assert linked("login", URL, stdin=STDIN).code == 0
    assert (home / "hub.token").read_bytes() != before
    said = linked("sync")
    assert said.code == 3 and "by itself" in said.err
    assert linked("login", "http://localhost:9", stdin=STDIN).code == 3
    store.close()
    assert linked("sync").code == 0
