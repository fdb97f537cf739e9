"""The lead's commands against a hub of a few lines: what they send, what they say of answers."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from trainer_tui.cli.lead import opening
from trainer_tui.domain.membership import Role
from trainer_tui.sync import client as line
from trainer_tui.sync.administration import (
    BatchStatus,
    Contested,
    MemberLine,
    Members,
    MemberStatus,
    Published,
    TeamLine,
    Teams,
    TeamStatus,
)
from trainer_tui.sync.credentials import Secrets, Token
from trainer_tui.sync.lead_client import _ROOM, MAX_TASKS, LeadClient
from trainer_tui.sync.protocol import Problem

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
CANARY = "tt_canary-of-a-token"


def answered(status, answer):
    return httpx.Response(status, stream=httpx.ByteStream(msgspec.json.encode(answer)))


class Busy(Exception):
    """The hub asks to wait for 7 seconds."""


class FakeHub:
    """Knows two teams and what was published; breaks off when it is told to."""

    def __init__(self):
        self.teams = [TeamLine(id="atlas", title="Atlas, coding"), TeamLine(id="b", title="B")]
        self.members = [
            MemberLine(id="1", name="ada", role=Role.LEAD, since=NOW),
            MemberLine(id="2", name="ben", role=Role.TRAINER, certified=True, since=NOW),
        ]
        self.status = TeamStatus(team="atlas", title="Atlas, coding", now=NOW)
        self.tasks, self.state, self.heads, self.asked = {}, {}, {}, []
        self.breaks_after = None
        self.mends_after = None
        self.refusal = None
        self.slept = []

    def __call__(self, request):
        assert request.headers["authorization"] == f"Bearer {CANARY}"
        packed = request.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(request.content) if packed else request.content
        self.asked.append((request.method, request.url.path, body))
        if self.refusal is not None:
            status, problem = self.refusal
            return answered(status, problem)
        if self.breaks_after is not None:
            self.breaks_after -= 1
            if self.breaks_after < 0 and (
                self.mends_after is None or self.breaks_after >= -self.mends_after
            ):
                raise httpx.ReadError("the line broke")
        try:
            answer = self.answer(request.method, request.url.path.split("/")[2:], body)
        except Busy:
            return httpx.Response(429, headers={"Retry-After": "7"}, stream=httpx.ByteStream(b""))
        return answered(200, answer)

    def answer(self, method, path, body):
        match method, path:
            case "GET", ["teams"]:
                return Teams(teams=tuple(self.teams))
            case "GET", ["teams", _, "members"]:
                return Members(members=tuple(self.members))
            case "GET", ["teams", _, "status"]:
                return self.status
            case "PUT", ["teams", _, "batches", batch]:
                self.heads[batch] = json.loads(body)
                self.state.setdefault(batch, "draft")
                return Published(batch=batch, state=self.state[batch])
            case "POST", ["teams", _, "batches", batch, "tasks"]:
                known = self.tasks.setdefault(batch, {})
                sent = json.loads(body)["tasks"]
                fresh = [task for task in sent if task["id"] not in known]
                known.update({task["id"]: task for task in sent})
                return Published(
                    batch=batch,
                    state=self.state[batch],
                    added=len(fresh),
                    unchanged=len(sent) - len(fresh),
                )
            case "POST", ["teams", _, "batches", batch, "open" | "close" as what]:
                self.state[batch] = {"open": "open", "close": "closed"}[what]
                return Published(batch=batch, state=self.state[batch])
            case _:
                return {}


@pytest.fixture
def hub(monkeypatch):
    fake = FakeHub()
    monkeypatch.setattr(
        line, "_client", lambda *_: httpx.Client(transport=httpx.MockTransport(fake))
    )
    secrets = Secrets("http://127.0.0.1:9", "s", Token(CANARY), Token(""))
    monkeypatch.setattr(opening, "login", lambda: secrets)
    monkeypatch.setattr(LeadClient, "sleep", staticmethod(fake.slept.append))
    return fake


@pytest.fixture
def lead(cli, hub):
    def run(*argv):
        result = cli("lead", *argv)
        assert CANARY not in result.out + result.err
        assert "made a mistake" not in result.err
        return result

    return run


def prompts(number, name="prompts.jsonl", length=10):
    Path(name).write_text(
        "".join(json.dumps({"prompt": f"{n} {'x' * length}"}) + "\n" for n in range(number))
    )
    return name


def test_without_a_login_it_says_how_to_get_one(cli):
    prompts(1)
    for argv in (("teams",), ("status",), ("publish", "prompts.jsonl"), ("revoke", "ada")):
        result = cli("lead", *argv)
        assert result.code == 3
        assert "trainer-tui login" in result.err


def test_publishing(lead, hub):
    name = prompts(1200)
    done = lead(
        "publish", name, "--team", "Atlas, coding", "--overlap", "2", "--claim-hours", "1,5"
    )
    assert done.code == 0
    assert "1,200 published for atlas" in done.out
    assert len(hub.tasks["prompts"]) == 1200
    assert hub.state["prompts"] == "open"
    sent = hub.heads["prompts"]
    assert (sent["overlap"], sent["claim_hours"]) == (2, 1.5)
    assert sent["head"]["team"] == "atlas"
    assert "tasks" not in sent["head"]
    again = lead("publish", name, "--team", "atlas", "--json").json
    assert (again["published"], again["added"], again["unchanged"]) == (True, 0, 1200)
    assert set(again) >= {"team", "batch", "rows", "changed", "kept", "unworkable"}


def test_tasks_travel_in_pieces_that_fit(lead, hub):
    lead("publish", prompts(2 * MAX_TASKS + 1), "--team", "b")
    pieces = [json.loads(body) for _, path, body in hub.asked if path.endswith("/tasks")]
    assert [len(piece["tasks"]) for piece in pieces] == [MAX_TASKS, MAX_TASKS, 1]
    hub.asked.clear()
    lead("publish", prompts(9, "long.jsonl", 190_000), "--team", "b")
    bodies = [body for _, path, body in hub.asked if path.endswith("/tasks")]
    assert len(bodies) > 1
    assert all(len(body) < _ROOM + 100 for body in bodies)
    assert len(hub.tasks["long"]) == 9


@pytest.mark.parametrize("after", range(7))
def test_broken_off_it_goes_on(lead, hub, after):
    name = prompts(1200)
    hub.breaks_after = after
    broken = lead("publish", name, "--team", "atlas")
    assert broken.code == 3
    assert "Do it again later" in broken.err
    assert hub.state.get("prompts") != "open"
    hub.breaks_after = None
    assert lead("publish", name, "--team", "atlas").code == 0
    assert hub.state["prompts"] == "open"
    assert len(hub.tasks["prompts"]) == 1200


def test_a_line_that_breaks_now_and_then_is_no_trouble(lead, hub):
    hub.breaks_after, hub.mends_after = 4, 2
    assert lead("publish", prompts(1200), "--team", "atlas").code == 0
    assert len(hub.tasks["prompts"]) == 1200
    assert hub.slept == [1.0, 2.0]


def test_the_hub_says_when_to_go_on(lead, hub):
    answer, refused = hub.answer, []

    def busy(method, path, body):
        if path[-1] == "tasks" and len(refused) < 2:
            refused.append(path)
            raise Busy
        return answer(method, path, body)

    hub.answer = busy
    assert lead("publish", prompts(1200), "--team", "atlas").code == 0
    assert (len(hub.tasks["prompts"]), hub.slept) == (1200, [7.0, 7.0])


@pytest.mark.parametrize(
    "content",
    [
        '{"prompt": "a"}\n{"prompt": 3}\n',
        '{"prompt": "a"}\n{"prompt": "a", "rules": [{"rule": "wrods"}]}\n{"nothing": 1}\n',
        "",
        "[]",
        "{",
        json.dumps({"prompt": "x" * (_ROOM + 1)}) + "\n",
        json.dumps({"prompt": "x" * 200_001}) + "\n",
        json.dumps(
            {"prompt": "x", "more": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}
        )
        + "\n",
    ],
)
def test_nothing_is_sent_of_a_file_with_a_fault(lead, hub, content):
    Path("bad.jsonl").write_text(content)
    result = lead("publish", "bad.jsonl", "--team", "atlas")
    assert result.code == 2
    assert [asked for asked in hub.asked if asked[0] != "GET"] == []


@pytest.mark.parametrize(
    "argv",
    [
        ("publish",),
        ("publish", "missing"),
        ("publish", "."),
        ("publish", "prompts.jsonl", "--overlap", "0"),
        ("publish", "prompts.jsonl", "--overlap", "101"),
        ("publish", "prompts.jsonl", "--overlap", "²"),
        ("publish", "prompts.jsonl", "--claim-hours", "0"),
        ("publish", "prompts.jsonl", "--claim-hours", "721"),
        ("publish", "prompts.jsonl", "--claim-hours", "nan"),
        ("publish", "prompts.jsonl", "--id", "../x"),
        ("publish", "prompts.jsonl", "--team", "altas"),
        ("publish", "prompts.jsonl"),
        ("move", "ben", "--to", "atlsa"),
        ("move", "ben"),
        ("move", "bne", "--from", "atlas", "--to", "b"),
        ("certify", "bne", "--team", "atlas"),
        ("revoke", "bne", "--team", "atlas"),
        ("close", "nothing", "--team", "atlas"),
        ("reopen", "nothing", "--team", "atlas"),
        ("members",),
    ],
    ids=" ".join,
)
def test_bad_input_sends_nothing(lead, hub, argv):
    prompts(1)
    result = lead(*argv)
    assert (result.code, result.err != "") == (2, True), result
    assert [asked for asked in hub.asked if asked[0] != "GET"] == []


def test_errors_name_what_was_meant(lead, hub):
    prompts(1)
    assert "did you mean 'atlas'? " in lead("members", "--team", "altas").err.replace("\n", " ")
    assert "did you mean 'ben'?" in lead("revoke", "bne", "--team", "atlas").err
    assert "--team takes one of atlas, b." in lead("members").err
    hub.status = msgspec.structs.replace(
        hub.status,
        batches=(
            BatchStatus(id="june", title="In June", state="open", overlap=1, claim_hours=1.0),
        ),
    )
    assert "did you mean 'june'?" in lead("close", "jnue", "--team", "atlas").err
    assert lead("close", "In June", "--team", "atlas").code == 0
    assert hub.state == {"june": "closed"}
    hub.teams = []
    assert "you lead no team" in lead("members").err


def test_one_team_needs_no_name(lead, hub):
    del hub.teams[1]
    assert lead("certify", "ben").code == 0
    assert lead("certify", "ben", "--withdraw").code == 0
    puts = [(path, json.loads(body)) for method, path, body in hub.asked if method == "PUT"]
    assert puts == [
        ("/v1/teams/atlas/members/2", {"certified": True}),
        ("/v1/teams/atlas/members/2", {"certified": False}),
    ]


def test_move_and_revoke(lead, hub):
    assert lead("move", "ben", "--from", "atlas", "--to", "b").code == 0
    assert lead("revoke", "ben", "--team", "atlas").code == 0
    posts = [
        (path, json.loads(body or b"null")) for method, path, body in hub.asked if method == "POST"
    ]
    assert posts == [
        ("/v1/teams/atlas/moves", {"member": "2", "to": "b"}),
        ("/v1/teams/atlas/members/2/revoke", None),
    ]


def test_what_the_hub_declines_is_told(lead, hub):
    hub.refusal = 403, Problem(code="not_allowed", title="", message="your role does not permit it")
    result = lead("members", "--team", "atlas")
    assert result.code == 3
    assert "your role does not permit it" in result.err
    assert "lead of the team" in result.err
    hub.refusal = 401, Problem(code="not_logged_in", title="", message="")
    assert "trainer-tui login" in lead("teams").err
    hub.refusal = 409, Problem(code="not_now", title="", message="\x1b]0;owned\x07", hint="\u202e")
    assert "\x1b" not in lead("teams").err


def status(number=3):
    return TeamStatus(
        team="atlas",
        title="Atlas, coding",
        now=NOW,
        members=tuple(
            MemberStatus(
                id=str(n),
                name=f"a member with the number {n} and a name that goes on and on",
                role=Role.TRAINER,
                certified=n % 2 == 0,
                claimed=n,
                left_seconds=6720,
                answered_today=n,
                answered=12345,
                last_seen=NOW,
            )
            for n in range(number)
        ),
        batches=(
            BatchStatus(
                id="coding-june",
                title="What was written in June, and a title that goes on and on",
                state="open",
                overlap=2,
                claim_hours=24,
                open=10_000,
                taken=300,
            ),
            BatchStatus(id="old", title="Old", state="closed", overlap=1, claim_hours=1),
        ),
        contested=(Contested(task="t1", batch="old", wanted=1, members=("1", "2")),),
    )


def test_status_at_80_columns(lead, hub, monkeypatch):
    hub.status = status()
    from trainer_tui.cli import output

    monkeypatch.setattr(output, "_on_screen", lambda: True)
    shown = lead("status", "--team", "atlas").out
    table = [line for line in shown.splitlines() if not line.startswith("More answers")]
    assert max(map(len, table)) <= 80
    assert "1:52" in shown
    assert "10,000" in shown
    assert "a member with the" in shown
    assert "(closed)" not in shown
    assert "Old" not in shown
    assert "More answers than the 1 wanted: t1" in shown
    listed = lead("batches", "--team", "atlas").out
    assert "closed" in listed
    assert max(map(len, listed.splitlines())) <= 80
    hub.members = [msgspec.structs.replace(one, name=one.name * 90) for one in hub.members]
    people = lead("members", "--team", "atlas").out
    assert max(map(len, people.splitlines())) <= 80


def test_json_is_whole_and_alone(lead, hub):
    hub.status = status(1)
    shown = lead("status", "--team", "atlas", "--json")
    assert shown.err == ""
    assert set(shown.json) == set(TeamStatus.__struct_fields__)
    assert set(shown.json["members"][0]) == set(MemberStatus.__struct_fields__)
    assert shown.json["members"][0]["late"] == 0
    assert set(lead("batches", "--team", "atlas", "--json").json[0]) == set(
        BatchStatus.__struct_fields__
    )
    assert set(lead("members", "--team", "atlas", "--json").json[0]) == set(
        MemberLine.__struct_fields__
    )
    assert set(lead("teams", "--json").json[0]) == set(TeamLine.__struct_fields__)


def test_who_has_left_is_listed_on_the_day_of_their_work(lead, hub):
    one, two = status(2).members
    ended = {"ended": True, "claimed": 0}
    hub.status = msgspec.structs.replace(
        status(0),
        members=(
            msgspec.structs.replace(one, name="ada", **ended, answered_today=0),
            msgspec.structs.replace(two, name="ben", **ended, answered_today=3),
        ),
        contested=(),
    )
    shown = lead("status", "--team", "atlas").out
    assert "ben" in shown and "ada" not in shown


def test_how_old_the_oldest_open_task_is(lead, hub):
    batch = status(0).batches[0]
    old = msgspec.structs.replace(batch, oldest_seconds=3 * 3600)
    hub.status = msgspec.structs.replace(status(0), batches=(old,))
    header, line = lead("batches", "--team", "atlas").out.splitlines()
    assert line[header.index("oldest") :].startswith("3 h")


def test_what_people_are_called_cannot_move_the_cursor(lead, hub):
    name = "ada\x1b]0;owned\x07\x9b6n\u202e\nada"
    one = status(1)
    hub.status = msgspec.structs.replace(
        one,
        title=name,
        members=(msgspec.structs.replace(one.members[0], name=name, id="1"),),
        batches=(msgspec.structs.replace(one.batches[0], title=name),),
    )
    hub.members = [msgspec.structs.replace(hub.members[0], name=name)]
    hub.teams = [TeamLine(id="atlas", title=name)]
    for word in ("status", "batches", "members", "teams"):
        for option in ((), ("--json",)):
            shown = lead(word, *option)
            assert shown.code == 0
            assert not set("\x1b\x07\x9b\u202e") & set(shown.out + shown.err)
