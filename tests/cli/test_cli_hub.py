"""The operator's commands, on a hub in a file."""

import json
import os
import re
import sqlite3
from pathlib import Path

import pytest

from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE
from trainer_tui.domain.errors import BadInput

CANARY = "canary-of-a-password"


@pytest.fixture
def file(home, tmp_path, monkeypatch):
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "hub"))
    return tmp_path / "hub" / "hub.db"


@pytest.fixture
def hub(cli, file):
    """Run a command of the operator, on a hub with two teams."""

    def run(*argv, **more):
        return cli("hub", *argv, **more)

    assert run("init").code == 0
    for id, title in (("atlas", "Atlas, coding"), ("borealis", "Borealis")):
        assert run("teams", "add", id, title).code == 0
    return run


def stored(file):
    """All bytes of the database."""
    return b"".join(path.read_bytes() for path in file.parent.iterdir())


def test_an_empty_hub(cli, file):
    made = cli("hub", "init", "--json").json
    assert made["database"] == f"sqlite:///{file}"
    again = cli("hub", "init", "--json").json
    assert again == made
    assert "hub teams add" in cli("hub", "init").err
    assert "no teams yet" in cli("hub", "teams").out
    assert "no members yet" in cli("hub", "members").out
    assert "Nobody is logged in" in cli("hub", "tokens").out
    for name in ("teams", "members", "tokens", "audit"):
        assert cli("hub", name, "--json").json == []
        assert cli("hub", name, "--json").err == ""


def test_teams(hub):
    assert hub("teams", "--json").json == [
        {"id": "atlas", "title": "Atlas, coding", "members": 0, "open_batches": 0},
        {"id": "borealis", "title": "Borealis", "members": 0, "open_batches": 0},
    ]
    assert hub("teams").out.splitlines()[1].split() == ["atlas", "0", "0", "Atlas,", "coding"]
    assert hub("teams", "list", "--json").out == hub("teams", "--json", "list").out


@pytest.mark.parametrize(
    "argv",
    [
        ("teams", "add", "Atlas", "x"),
        ("teams", "add", "../up", "x"),
        ("teams", "add", "con", "x"),
        ("teams", "add", "a" * 121, "x"),
        ("teams", "add", "", "x"),
        ("teams", "add", "new"),
        ("teams", "add", "new", " "),
        ("teams", "add", "new", "a\nb"),
        ("teams", "add", "new", "\x1b]0;owned\x07"),
        ("teams", "add", "atlas", "again"),
        ("members", "add", ""),
        ("members", "add", " ada"),
        ("members", "add", "a\nda"),
        ("members", "add", "a\x1bda"),
        ("members", "add", "ada", "--team", "altas"),
        ("members", "add", "ada", "--team", "atlas", "--role", "boss"),
        ("members", "certify", "ada", "--team", "atlas"),
        ("members", "certify", "ada"),
        ("members", "move", "ada", "--from", "atlas", "--to", "borealis"),
        ("members", "move", "ada"),
        ("members", "end", "ada", "--team", "atlas"),
        ("members", "revoke", "ada"),
        ("members", "enable", "ada"),
        ("members", "password", "ada"),
        ("members", "--team", "nowhere"),
        ("tokens", "add", "ada", "--device", "x"),
        ("tokens", "add", "ada"),
        ("tokens", "revoke", "x"),
        ("tokens", "revoke", ""),
        ("tokens", "--member", "ada"),
        ("audit", "--limit", "0"),
        ("audit", "--team", "nowhere"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--port", "²"),
        ("serve", "--workers", "0"),
        ("serve", "--tls-cert", "a.pem"),
        ("serve", "--tls-cert", "a.pem", "--tls-key", "a.key"),
        ("serve", "--tls-cert", "a", "--tls-key", "b", "--behind-proxy", "10.0.0.1"),
        ("serve", "--behind-proxy", "no address"),
        ("serve", "--host", "0.0.0.0"),
        ("restore", "missing"),
        ("backup",),
    ],
    ids=" ".join,
)
def test_bad_input_changes_nothing(hub, file, argv):
    before = hub("check", "--json").json["counts"], hub("audit", "--json").out
    result = hub(*argv)
    assert (result.code, result.out) == (2, ""), result
    assert "made a mistake" not in result.err
    assert result.err.count("\n") >= 1
    assert (hub("check", "--json").json["counts"], hub("audit", "--json").out) == before


def test_members(hub, file):
    added = hub("members", "add", "ada", "--team", "atlas", "--role", "lead")
    assert added.code == 0
    name, password = added.out.split()
    assert name == "ada"
    assert re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", password)
    assert "shown this once" in added.err
    assert password not in added.err
    assert password.encode() not in stored(file)
    hub("members", "add", "ben", "--team", "Atlas, coding", "--certified")
    hub("members", "add", "eve")
    (ada, ben, eve) = hub("members", "--json").json
    assert ada["teams"] == [
        {
            "team": "atlas",
            "title": "Atlas, coding",
            "role": "lead",
            "certified": False,
            "ended": False,
        }
    ]
    assert (ben["name"], ben["teams"][0]["role"], ben["teams"][0]["certified"]) == (
        "ben",
        "trainer",
        True,
    )
    assert (eve["disabled"], eve["teams"]) == (False, [])
    assert [m["name"] for m in hub("members", "--team", "atlas", "--json").json] == ["ada", "ben"]
    shown = hub("members").out
    assert "atlas (lead)" in shown
    assert "atlas (trainer, certified)" in shown


def test_a_member_joins_another_team_with_the_password_that_is_there(hub):
    first = hub("members", "add", "ada", "--team", "atlas", "--json").json
    again = hub("members", "add", "ada", "--team", "borealis", "--json")
    assert again.json == {"id": first["id"], "name": "ada"}
    (ada,) = hub("members", "--json").json
    assert [link["team"] for link in ada["teams"]] == ["atlas", "borealis"]
    for argv in (("members", "add", "ada"), ("members", "add", "ada", "--password-stdin")):
        refused = hub(*argv, stdin=b"long enough\n")
        assert refused.code == 2
        assert "already" in refused.err


def test_certify_move_end(hub):
    hub("members", "add", "ada", "--team", "atlas")

    def link(team):
        (ada,) = hub("members", "--json").json
        return next(each for each in ada["teams"] if each["team"] == team)

    hub("members", "certify", "ada", "--team", "atlas")
    assert link("atlas")["certified"]
    hub("members", "certify", "ada", "--team", "atlas", "--withdraw")
    assert not link("atlas")["certified"]
    assert hub("members", "move", "ada", "--from", "atlas", "--to", "borealis").code == 0
    assert link("atlas")["ended"]
    assert not link("borealis")["ended"]
    assert "atlas (left)" in hub("members").out
    assert hub("members", "end", "ada", "--team", "borealis").code == 0
    assert link("borealis")["ended"]


def test_a_name_that_is_not_there_gets_a_guess(hub):
    hub("members", "add", "ada lovelace", "--team", "atlas")
    assert "did you mean 'ada lovelace'?" in hub("members", "revoke", "ada lovelce").err
    assert "did you mean 'atlas'?" in hub("members", "--team", "altas").err


def login(file, name, password):
    """Whether the hub lets somebody in."""
    from trainer_tui.hub import passwords

    with sqlite3.connect(file) as connection:
        row = connection.execute(
            "SELECT password, disabled_at FROM members WHERE name = ?", (name,)
        ).fetchone()
    return passwords.fits(password, row[0]) and row[1] is None


def test_passwords_are_read_or_made(hub, file):
    made = hub("members", "add", "ada", "--json").json["password"]
    assert login(file, "ada", made)
    read = hub("members", "add", "ben", "--password-stdin", stdin=f"{CANARY}\r\n".encode())
    assert (read.code, read.out) == (0, "ben\n")
    assert login(file, "ben", CANARY)
    again = hub("members", "password", "ben", "--json").json["password"]
    assert not login(file, "ben", CANARY)
    assert login(file, "ben", again)
    typed = hub("members", "password", "ben", "--password-stdin", stdin=CANARY.encode())
    assert (typed.code, typed.out) == (0, "ben\n")
    assert login(file, "ben", CANARY)
    listed = hub("audit", "--json").out + hub("members", "--json").out
    for secret in (made, again, CANARY):
        assert secret not in read.err + typed.err + listed
        assert secret.encode() not in stored(file)


@pytest.mark.parametrize(
    "typed", [b"", b"short\n", b"x" * 2000, b"\xff" * 20, b"  \n", b"\n" + b"x" * 20]
)
def test_a_password_that_is_none(hub, typed):
    result = hub("members", "add", "ada", "--password-stdin", stdin=typed)
    assert (result.code, result.out) == (2, "")
    assert hub("members", "--json").json == []


def test_a_password_typed_twice_without_an_echo(hub, monkeypatch):
    import getpass

    from trainer_tui.cli.hub import passwords

    def typing(*words):
        answers = iter(words)
        monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
        monkeypatch.setattr(passwords.sys.stdin, "isatty", lambda: True)
        return passwords.read()

    hub("check")  # it gives this process an input of its own
    assert typing(CANARY, CANARY) == CANARY
    for pair in ((CANARY, "another one"), ("short", "short")):
        with pytest.raises(BadInput) as refused:
            typing(*pair)
        assert CANARY not in str(refused.value)


def test_no_two_passwords_are_the_same():
    from trainer_tui.cli.hub.passwords import generated

    made = {generated() for _ in range(1000)}
    assert len(made) == 1000
    assert set("".join(made)) == set("abcdefghjkmnpqrstuvwxyz23456789-")


def test_revoke_and_enable(hub, file):
    password = hub("members", "add", "ada", "--team", "atlas", "--json").json["password"]
    hub("tokens", "add", "ada", "--device", "laptop")
    assert hub("members", "revoke", "ada").code == 0
    assert not login(file, "ada", password)
    assert hub("tokens", "--json").json == []
    assert hub("members", "--json").json[0]["disabled"] is True
    assert "revoked" in hub("members").out
    refused = hub("tokens", "add", "ada", "--device", "laptop")
    assert refused.code == 2
    assert "enable" in refused.err
    assert hub("members", "enable", "ada").code == 0
    assert login(file, "ada", password)
    assert hub("tokens", "--json").json == []


def test_tokens(hub, file):
    hub("members", "add", "ada", "--team", "atlas")
    hub("members", "add", "ben", "--team", "atlas")
    plain = hub("tokens", "add", "ada", "--device", "nightly")
    assert plain.code == 0
    assert re.fullmatch(r"tt_[\w-]{43}\n", plain.out)
    token = hub("tokens", "add", "ben", "--device", "cron", "--json").json
    secrets = plain.out.strip(), token["token"]
    listed = hub("tokens", "--json").json
    assert [(t["member"], t["device"]) for t in listed] == [("ada", "nightly"), ("ben", "cron")]
    assert set(listed[0]) == {"id", "member", "device", "created_at", "used_at", "expires_at"}
    assert [t["id"] for t in hub("tokens", "--member", "ben", "--json").json] == [token["id"]]
    ended = hub("tokens", "revoke", token["id"][-8:])
    assert ended.code == 0
    assert "ben" in ended.err
    assert hub("tokens", "revoke", token["id"]).code == 2
    assert [t["member"] for t in hub("tokens", "--json").json] == ["ada"]
    for secret in secrets:
        assert secret not in plain.err + ended.err + hub("tokens").out + hub("audit", "--json").out
        assert secret.encode() not in stored(file)


def test_check(hub, file):
    hub("members", "add", "ada", "--team", "atlas")
    facts = hub("check", "--json").json
    assert set(facts) == {
        "hub",
        "epoch",
        "database",
        "milliseconds",
        "counts",
        "waiting",
        "oldest_waiting_since",
        "last_received_at",
    }
    assert facts["counts"] == {
        "teams": 2,
        "members": 1,
        "open batches": 0,
        "tasks": 0,
        "operations": 0,
        "set aside": 0,
    }
    assert (facts["waiting"], facts["oldest_waiting_since"]) == (0, None)
    assert "Teams: 2" in hub("check").out


def test_audit(hub, file):
    hub("members", "add", "ada", "--team", "atlas", "--role", "lead")
    rows = hub("audit", "--json").json
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["actor"] for row in rows} == {"operator:ada"}
    assert set(rows[0]) == {"number", "at", "actor", "action", "team", "subject", "details"}
    assert [r["number"] for r in hub("audit", "--limit", "2", "--json").json] == [
        len(rows) - 1,
        len(rows),
    ]
    assert {row["team"] for row in hub("audit", "--team", "atlas", "--json").json} == {"atlas"}
    whole = hub("audit", "--verify")
    assert (whole.code, whole.out) == (0, "The audit trail is whole.\n")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE number = 2")
    broken = hub("audit", "--verify", "--json")
    assert broken.code == 1
    assert broken.json == {"whole": False, "first_wrong": 2}
    assert "Row 2" in hub("audit", "--verify").out


def test_backup_and_restore(hub, file, tmp_path):
    hub("members", "add", "ada", "--team", "atlas", "--role", "lead")
    before = hub("check", "--json").json
    assert hub("backup", "copy").code == 0
    assert Path("copy").stat().st_mode & 0o777 == (0o600 if os.name != "nt" else 0o666)
    whole = Path("copy").read_bytes()
    again = hub("backup", "copy")
    assert again.code == 2
    assert "--replace" in again.err
    assert Path("copy").read_bytes() == whole
    assert hub("backup", "copy", "--replace").code == 0
    new = f"sqlite:///{tmp_path / 'new' / 'hub.db'}"
    assert hub("restore", "copy", "--database", new).code == 0
    after = hub("check", "--json", "--database", new).json
    assert (after["hub"], after["counts"]) == (before["hub"], before["counts"])
    assert after["epoch"] != before["epoch"]
    assert hub("members", "--json", "--database", new).out == hub("members", "--json").out
    twice = hub("restore", "copy", "--database", new)
    assert twice.code == 2
    assert hub("check", "--json", "--database", new).json["epoch"] == after["epoch"]
    Path("garbage").write_bytes(b"no backup at all\n" * 100)
    other = f"sqlite:///{tmp_path / 'other' / 'hub.db'}"
    bad = hub("restore", "garbage", "--database", other)
    assert bad.code == 2, bad
    assert "made a mistake" not in bad.err
    assert hub("restore", "copy", "--database", other).code == 0


def test_migrating_what_is_new_does_nothing(hub):
    before = hub("check", "--json").json
    assert hub("migrate").code == 0
    after = hub("check", "--json").json
    assert (after["hub"], after["epoch"]) == (before["hub"], before["epoch"])


def test_json_is_data_alone(hub):
    hub("members", "add", "ada", "--team", "atlas")
    for line in ("teams", "members", "tokens", "audit", "check"):
        result = hub(line, "--json")
        json.loads(result.out)
        assert result.err == ""
