"""The lead's commands on the line to a real hub, beside a trainer's workstation."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.hub_serving import Serving, command_lines
from trainer_tui.cli.hub.opening import DATABASE_VARIABLE, HOME_VARIABLE

PASSWORD = "a long password of somebody"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    one = Serving(tmp_path_factory.mktemp("leading"))
    try:
        yield one.start()
    finally:
        one.kill()


@pytest.fixture
def firm(serving, cli, monkeypatch, tmp_path):
    """Run commands as one of the people of two teams that are this test's own."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, serving.environment[HOME_VARIABLE])
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    number = len(cli("hub", "teams", "--json").json)
    atlas, borealis = f"atlas{number}", f"borealis{number}"

    def run(who, *argv, **more):
        monkeypatch.setenv("TRAINER_TUI_HOME", str(tmp_path / who))
        return cli(*argv, **more)

    def join(who, *teams, role="trainer"):
        name, typed = f"{who}{number}", f"{PASSWORD}\n".encode()
        for place, team in enumerate(teams):
            read = ("--password-stdin",) if place == 0 else ()
            made = run(who, "hub", "members", "add", name, "--team", team, "--role", role, *read,
                       stdin=typed)  # fmt: skip
            assert made.code == 0, made
        said = run(who, "login", serving.address, "--name", name, stdin=typed)
        assert said.code == 0, said
        return name

    for team in (atlas, borealis):
        assert cli("hub", "teams", "add", team, f"The team {team}").code == 0
    run.join, run.atlas, run.borealis, run.home = join, atlas, borealis, tmp_path
    run.lead = lambda *argv: run("ada", "lead", *argv)
    run.ada = join("ada", atlas, borealis, role="lead")
    return run


def prompts(number, name="prompts.jsonl"):
    Path(name).write_text(
        "".join(json.dumps({"prompt": f"Say {n}."}) + "\n" for n in range(number))
    )
    return name


def test_from_a_file_to_an_answer(firm):
    lead, atlas = firm.lead, firm.atlas
    ben = firm.join("ben", atlas)
    published = lead("publish", prompts(1100), "--team", atlas, "--overlap", "2", "--json").json
    assert (published["added"], published["team"], published["published"]) == (1100, atlas, True)
    again = lead("publish", "prompts.jsonl", "--team", atlas, "--json").json
    assert (again["added"], again["unchanged"]) == (0, 1100)
    (batch,) = lead("batches", "--team", atlas, "--json").json
    assert (batch["id"], batch["state"], batch["tasks"], batch["open"]) == (
        "prompts",
        "open",
        1100,
        2200,
    )
    assert (batch["overlap"], batch["claim_hours"]) == (2, 24)

    assert firm("ben", "sync").code == 0
    assert firm("ben", "tasks", "--json").json == []
    assert lead("certify", ben, "--team", atlas).code == 0
    assert firm("ben", "sync").code == 0
    held = firm("ben", "tasks", "--json").json
    assert held
    (status,) = [
        one
        for one in lead("status", "--team", atlas, "--json").json["members"]
        if one["name"] == ben
    ]
    assert (status["claimed"], status["certified"], status["answered"]) == (len(held), True, 0)
    assert 0 < status["left_seconds"] <= 24 * 3600

    Path("answer.md").write_text("An answer.\n")
    sent = firm("ben", "submit", held[0]["id"], "--response-file", "answer.md")
    assert sent.code == 0, sent
    assert firm("ben", "sync").code == 0
    shown = lead("status", "--team", atlas)
    assert ben in shown.out
    facts = lead("status", "--team", atlas, "--json").json
    (status,) = [one for one in facts["members"] if one["name"] == ben]
    assert (status["answered"], status["answered_today"], status["late"]) == (1, 1, 0)
    assert facts["batches"][0]["answered"] == 1
    counted = firm("ada", "hub", "check", "--json").json
    assert counted["counts"]["operations"] >= 1
    assert counted["waiting"] >= 1
    assert counted["last_received_at"] is not None


def test_a_batch_is_closed_and_opened_again(firm):
    lead, atlas = firm.lead, firm.atlas
    lead("publish", prompts(3), "--team", atlas, "--title", "In June")
    for word, action, state in (("prompts", "close", "closed"), ("in june", "reopen", "open")):
        result = lead(action, word, "--team", f"the TEAM {atlas}")
        assert result.code == 0, result
        assert "In June" in result.err
        assert [b["state"] for b in lead("batches", "--team", atlas, "--json").json] == [state]
    assert "No batch is open" in lead("status", "--team", firm.borealis).out
    assert "Nothing was published" in lead("batches", "--team", firm.borealis).out


def test_people_move_and_are_shut_out(firm):
    lead, atlas, borealis = firm.lead, firm.atlas, firm.borealis
    ben = firm.join("ben", atlas)
    assert lead("move", ben, "--from", atlas, "--to", borealis, "--certified").code == 0
    (there,) = [m for m in lead("members", "--team", borealis, "--json").json if m["name"] == ben]
    assert (there["certified"], there["ended_at"]) == (True, None)
    (left,) = [m for m in lead("members", "--team", atlas, "--json").json if m["name"] == ben]
    assert left["ended_at"] is not None
    assert "left" in lead("members", "--team", atlas).out
    assert lead("revoke", ben, "--team", borealis).code == 0
    assert firm("ben", "sync").code != 0
    assert "revoked" in lead("members", "--team", borealis).out
    trail = firm("ada", "hub", "audit", "--team", atlas, "--json").json
    assert {"membership.move"} <= {row["action"] for row in trail}
    assert firm("ada", "hub", "audit").out.count(firm.ada) >= 2


def test_a_trainer_is_no_lead(firm):
    ben = firm.join("ben", firm.atlas)
    firm.lead("publish", prompts(2), "--team", firm.atlas)
    for argv in (
        ("teams",),
        ("members", "--team", firm.atlas),
        ("status",),
        ("publish", "prompts.jsonl", "--team", firm.atlas),
        ("certify", ben, "--team", firm.atlas),
        ("revoke", firm.ada, "--team", firm.atlas),
        ("close", "prompts", "--team", firm.atlas),
    ):
        result = firm("ben", "lead", *argv)
        assert result.code in (2, 3), (argv, result)
        assert "lead" in result.err
        assert "made a mistake" not in result.err
    assert [b["state"] for b in firm.lead("batches", "--team", firm.atlas, "--json").json] == [
        "open"
    ]


def test_a_lead_of_one_team_sees_no_other(firm, cli):
    cleo = firm.join("cleo", firm.borealis, role="lead")
    firm.lead("publish", prompts(1), "--team", firm.atlas)
    assert [t["id"] for t in firm("cleo", "lead", "teams", "--json").json] == [firm.borealis]
    assert firm("cleo", "lead", "members", "--json").json[0]["name"] in (cleo, firm.ada)
    for argv in (
        ("members", "--team", firm.atlas),
        ("close", "prompts", "--team", firm.atlas),
        ("move", cleo, "--from", firm.borealis, "--to", firm.atlas),
    ):
        result = firm("cleo", "lead", *argv)
        assert result.code == 2
        assert f"You lead {firm.borealis}." in result.err


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_the_token_is_seen_nowhere(firm, serving):
    token = json.loads((firm.home / "ada" / "hub.token").read_text())["token"]
    said = ""
    for argv in (("teams", "--json"), ("status", "--team", firm.atlas), ("members", "--team", "x")):
        result = firm.lead(*argv)
        said += result.out + result.err
    firm("ada", "logout")
    after = firm.lead("teams")
    assert after.code == 3
    assert "trainer-tui login" in after.err
    for place in (said.encode(), after.err.encode(), serving.log.read_bytes(), command_lines()):
        assert token.encode() not in place
