"""R1 to R4: every call by everybody, on what is theirs and on what is others'."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from tests.hub import stage
from tests.hub.people_of_two_teams import (
    PASSWORD,
    SECRET,
    Asking,
    Person,
    add_member,
    asking,
    join,
    log_in,
    populate,
    publish,
)
from trainer_tui.domain.membership import Role
from trainer_tui.domain.task import BatchHead
from trainer_tui.hub import audit, dispatch, policy, pushing, schema, sessions
from trainer_tui.hub import people as people_of_hub
from trainer_tui.hub.app import create_app, endpoints
from trainer_tui.hub.policy import Actor, Call
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.routes.endpoints import Endpoint, Unlisted
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import ClaimRequest

People = dict[tuple[str, str], Person]


def _firm(hub: Hub) -> People:
    people = populate(hub)
    for team in ("north", "south"):
        publish(hub, team)
    with hub.database.engine.begin() as connection:
        row = {"id": "east", "title": "East", "created_at": 0.0}
        connection.execute(sa.insert(schema.teams).values(**row))
        connection.execute(sa.insert(schema.counters).values(team_id="east", seq=0))
    join(hub, "east", people["north", "lead"].id, "lead")
    return people


class Cell(NamedTuple):
    """One call by one actor of the team north, on their own or on others'."""

    endpoint: Endpoint
    actor: str
    own: bool

    @property
    def team(self) -> str:
        return "north" if self.own else "south"


ACTORS = ("anyone", "newcomer", "former", *(str(role) for role in Role))
CELLS = [
    Cell(endpoint, actor, own)
    for endpoint in endpoints()
    for actor in ACTORS
    for own in (True, False)
]


def _expected(cell: Cell) -> int:
    """What the table says, and what is not in it is denied."""
    call, success = cell.endpoint.call, cell.endpoint.status
    if call is Call.METRICS:
        return 404  # nobody reads the figures from elsewhere without their token
    if policy.is_open(call):
        return success if cell.own or call is not Call.LOGIN else 401
    if cell.actor == "anyone":
        return 401
    in_path = "{team}" in cell.endpoint.path
    stranger = cell.actor in ("newcomer", "former")
    actor = {"newcomer": Actor.MEMBER}.get(cell.actor) or Actor(cell.actor)
    if not {actor, Actor.MEMBER} & policy.TABLE[call].keys():
        return 404 if in_path and (stranger or not cell.own) else 403
    if not cell.own and (in_path or call is Call.END_SESSION):
        return 404
    return success


def _victim(hub: Hub, team: str) -> str:
    member = add_member(hub, f"victim {hub.new_id()}", None)
    join(hub, team, member, "trainer")
    return member


def _bodies(hub: Hub, cell: Cell, person: Person) -> dict[Call, Callable[[], Any]]:
    operation = stage.operation(cell.team, stage.submission(hub.new_id(), 11))
    head = msgspec.to_builtins(BatchHead(id=stage.BATCH, title="T"))
    name = person.name if cell.own else f"{cell.actor} of south"
    return {
        Call.LOGIN: lambda: {"name": name, "password": PASSWORD if cell.own else "wrong"},
        Call.PUSH: lambda: {"operations": [msgspec.json.decode(operation)]},
        Call.HAVE: lambda: {"operations": [{"op_id": hub.new_id(), "digest": ""}]},
        Call.CLAIM: lambda: {"count": 1},
        Call.RENEW: lambda: {"claims": [hub.new_id()]},
        Call.RELEASE: lambda: {"claims": [hub.new_id()]},
        Call.SET_MEMBERSHIP: lambda: {"certified": True},
        Call.MOVE: lambda: {"member": _victim(hub, cell.team), "to": "east"},
        Call.PUT_BATCH: lambda: {"head": head},
        Call.ADD_TASKS: lambda: {"tasks": []},
    }


async def _ask(ask: Asking, hub: Hub, people: People, cell: Cell) -> httpx.Response:
    key = ("", "newcomer") if cell.actor == "newcomer" else ("north", cell.actor)
    person = people.get(key, people["north", "trainer"])
    token = "" if cell.actor == "anyone" else person.token
    owner = person.id if cell.own and cell.actor != "anyone" else people["south", "trainer"].id
    path = cell.endpoint.path
    if "{member}" in path:
        path = path.replace("{member}", _victim(hub, cell.team))
    if "{session}" in path:
        path = path.replace("{session}", log_in(hub, owner).session)
    path = path.replace("{team}", cell.team).replace("{batch}", stage.BATCH)
    body = _bodies(hub, cell, person).get(cell.endpoint.call)
    assert (body is None) == (cell.endpoint.body is None), "a body for every call that has one"
    return await ask(cell.endpoint.method, path, token, body() if body else None)


async def test_r1_every_cell_of_the_table(hub: Hub) -> None:
    people = _firm(hub)
    wrong = []
    with asking(hub) as ask:
        for cell in CELLS:
            answer = await _ask(ask, hub, people, cell)
            if answer.status_code != _expected(cell):
                told = (cell.endpoint.call, cell.actor, cell.team, answer.status_code)
                wrong.append((*told, _expected(cell), answer.text[:200]))
            if not cell.own:
                assert SECRET + "south" not in answer.text, cell
    assert not wrong
    assert len(CELLS) == len(policy.TABLE) * len(ACTORS) * 2


def test_r1_a_route_that_nobody_was_allowed_is_not_registered(hub: Hub) -> None:
    unlisted = endpoints()[0]._replace(call="export_everything")
    with pytest.raises(Unlisted, match="nobody was said to be allowed"):
        create_app(hub, Settings(), (*endpoints(), unlisted))


def test_r1_the_table_gives_nobody_more_than_their_own() -> None:
    for call, allowed in policy.TABLE.items():
        for actor, reach in allowed.items():
            assert (actor is Actor.ANYONE) == (reach is policy.Reach.OPEN), call
            assert (actor is Actor.LEAD) or reach is not policy.Reach.TEAM, call
            assert actor is not Actor.CLIENT, "a client receives deliveries and calls nothing"


async def test_r2_claims_of_others_are_not_there(hub: Hub) -> None:
    people = _firm(hub)
    mine, theirs = people["north", "trainer"].token, people["south", "trainer"].token
    with asking(hub) as ask:
        ids = {}
        for token in (mine, theirs):
            claimed = (await ask("POST", "/v1/claims", token, {"count": 3})).json()["tasks"]
            ids[token] = [one["claim"]["id"] for one in claimed]
            assert len(ids[token]) == 3
        for path in ("/v1/claims/renew", "/v1/claims/release"):
            answer = await ask("POST", path, theirs, {"claims": ids[mine] + ids[theirs]})
            assert [claim["id"] for claim in answer.json()["claims"]] == ids[theirs]
        still = await ask("POST", "/v1/claims/renew", mine, {"claims": ids[mine]})
        assert [claim["id"] for claim in still.json()["claims"]] == ids[mine]


async def test_r2_nobody_writes_under_another_name(hub: Hub) -> None:
    people = _firm(hub)
    trainer = people["north", "trainer"]
    id = hub.new_id()
    with asking(hub) as ask:
        claimed = await ask("POST", "/v1/claims", trainer.token, {"count": 1})
        number = int(claimed.json()["tasks"][0]["task"]["id"].split(".")[1])
        operation = msgspec.json.decode(stage.operation("north", stage.submission(id, number)))
        operation |= {"seq": 999, "member_id": people["south", "trainer"].id, "late": True}
        operation |= {"status": "accepted", "received_at": 0, "team_id": "south"}
        answer = await ask("POST", "/v1/push", trainer.token, {"operations": [operation]})
        (result,) = answer.json()["results"]
        assert result["status"] == "accepted"
    (row,) = hub.database.read(lambda c: c.execute(sa.select(schema.operations)).all())
    assert (row.member_id, row.team_id, row.late) == (trainer.id, "north", False)
    assert row.seq == result["seq"] != 999 and row.received_at == hub.now()


async def test_r3_what_one_team_has_the_other_never_sees(hub: Hub) -> None:
    people = _firm(hub)
    with asking(hub) as ask:
        for team in ("north", "south"):
            token = people[team, "trainer"].token
            claimed = await ask("POST", "/v1/claims", token, {"count": 2})
            numbers = [int(one["task"]["id"].split(".")[1]) for one in claimed.json()["tasks"]]
            operations = [
                msgspec.json.decode(
                    stage.operation(team, stage.submission(hub.new_id(), number, f"{team}-answer"))
                )
                for number in numbers
            ]
            pushed = await ask("POST", "/v1/push", token, {"operations": operations})
            assert {one["status"] for one in pushed.json()["results"]} == {"accepted"}
            # The same, sent to the other team, in which there are tasks of these ids as well.
            other = "south" if team == "north" else "north"
            foreign = [operation | {"team": other} for operation in operations]
            for operation in foreign:
                operation["op_id"] = operation["body"]["id"] = hub.new_id()
            refused = await ask("POST", "/v1/push", token, {"operations": foreign})
            assert {one["code"] for one in refused.json()["results"]} == {"not_a_member"}
        for (team, role), person in people.items():
            other = "south" if team == "north" else "north"
            page = await ask("GET", "/v1/changes", person.token)
            assert SECRET + other not in page.text and f"{other}-answer" not in page.text
            if role == "trainer":
                assert f"{team}-answer" in page.text and SECRET + team in page.text
            if role in ("client", "newcomer", "former"):
                assert SECRET not in page.text


async def test_f25_a_cursor_is_good_for_who_got_it_and_nobody_else(hub: Hub) -> None:
    people = _firm(hub)
    mine, theirs = people["north", "trainer"].token, people["south", "trainer"].token
    with asking(hub) as ask:
        cursor = (await ask("GET", "/v1/changes", mine)).json()["cursor"]
        again = await ask("GET", "/v1/changes", mine, params={"cursor": cursor})
        assert again.status_code == 200 and not again.json()["changes"]
        bad = [cursor[:-1], cursor + "A", cursor[::-1], "x", "' OR 1=1 --", "\0", "é" * 10]
        bad += [cursor[:place] + "-" + cursor[place + 1 :] for place in range(0, len(cursor), 3)]
        for token, tried in [(theirs, cursor), *((mine, one) for one in bad)]:
            if tried == cursor and token == mine:
                continue
            answer = await ask("GET", "/v1/changes", token, params={"cursor": tried})
            assert answer.status_code in (400, 410), tried
            assert "changes" not in answer.text and SECRET not in answer.text
        assert (
            await ask("GET", "/v1/changes", mine, params={"cursor": "x" * 13_000})
        ).status_code == 400


async def test_r4_h3_what_a_lead_does_is_in_the_audit_trail(hub: Hub) -> None:
    people = _firm(hub)
    lead = people["north", "lead"]
    victim = _victim(hub, "north")
    team = "/v1/teams/north"
    with asking(hub) as ask:
        calls: list[tuple[str, str, Any]] = [
            ("PUT", f"{team}/members/{victim}", {"certified": False}),
            ("PUT", f"{team}/batches/new", {"head": {"id": "new", "title": "New"}}),
            ("POST", f"{team}/batches/new/tasks", {"tasks": []}),
            ("POST", f"{team}/batches/new/open", None),
            ("POST", f"{team}/batches/new/close", None),
            ("POST", f"{team}/moves", {"member": victim, "to": "east"}),
            ("POST", "/v1/teams/east" + f"/members/{victim}/revoke", None),
        ]
        for method, path, body in calls:
            before = _audited(hub)
            assert (await ask(method, path, lead.token, body)).is_success, path
            (row,) = _audited(hub)[len(before) :]
            assert row.actor == lead.id
        login = await ask("POST", "/v1/sessions", "", {"name": lead.name, "password": PASSWORD})
        assert login.status_code == 201
        assert _audited(hub)[-1].action == "session.open"
    assert audit.verify(hub) is None
    tampered = sa.update(schema.audit).where(schema.audit.c.number == 3)
    hub.database.write(lambda c: c.execute(tampered.values(actor="nobody")))
    assert audit.verify(hub) == 3


def _audited(hub: Hub) -> list[Any]:
    query = sa.select(schema.audit).order_by(schema.audit.c.number)
    return list(hub.database.read(lambda c: c.execute(query).all()))


async def test_r4_a_lead_reaches_nobody_in_other_teams(hub: Hub) -> None:
    people = _firm(hub)
    lead, theirs = people["north", "lead"].token, people["south", "trainer"]
    ours = people["north", "trainer"]
    with asking(hub) as ask:
        for method, path, body in (
            ("PUT", f"/v1/teams/north/members/{theirs.id}", {"role": "trainer"}),
            ("POST", f"/v1/teams/north/members/{theirs.id}/revoke", None),
            ("POST", "/v1/teams/north/moves", {"member": theirs.id, "to": "east"}),
            (
                "POST",
                "/v1/teams/north/moves",
                {"member": ours.id, "to": "south"},
            ),
            ("POST", "/v1/teams/north/members/nobody/revoke", None),
            ("POST", "/v1/teams/north/batches/nothing/open", None),
            ("POST", "/v1/teams/north/batches/nothing/tasks", {"tasks": []}),
        ):
            assert (await ask(method, path, lead, body)).status_code == 404, (path, body)
        listed = (await ask("GET", "/v1/teams", lead)).json()["teams"]
        assert [team["id"] for team in listed] == ["east", "north"]
        assert (await ask("GET", "/v1/sessions", theirs.token)).status_code == 200


async def test_r4_who_has_left_the_team_is_not_its_leads_to_shut_out(hub: Hub) -> None:
    people = _firm(hub)
    lead, former = people["north", "lead"], people["north", "former"]
    with asking(hub) as ask:
        path = f"/v1/teams/north/members/{former.id}"
        assert (await ask("POST", f"{path}/revoke", lead.token)).status_code == 404
        assert (await ask("GET", "/v1/sessions", former.token)).status_code == 200
        # Back in the team they are.
        assert (await ask("PUT", path, lead.token, {"ended": False})).status_code == 200
        assert (await ask("POST", f"{path}/revoke", lead.token)).status_code == 204


async def test_nobody_shuts_out_themselves(hub: Hub) -> None:
    lead = _firm(hub)["north", "lead"]
    with asking(hub) as ask:
        answer = await ask("POST", f"/v1/teams/north/members/{lead.id}/revoke", lead.token)
        assert (answer.status_code, "themselves" in answer.text) == (400, True)
        assert (await ask("GET", "/v1/teams", lead.token)).status_code == 200


async def test_a3_a_revoked_member_is_out_at_the_next_request(hub: Hub) -> None:
    people = _firm(hub)
    trainer, lead = people["north", "trainer"], people["north", "lead"]
    with asking(hub) as ask:
        watching = asyncio.create_task(ask.front.service.waiting.watch())
        waiting = asyncio.create_task(
            ask(
                "GET",
                "/v1/changes",
                trainer.token,
                params={"cursor": await _end(ask, trainer.token), "wait": 20},
            )
        )
        await asyncio.sleep(0.1)
        path = f"/v1/teams/north/members/{trainer.id}/revoke"
        assert (await ask("POST", path, lead.token)).status_code == 204
        assert (await waiting).status_code == 401
        for method, path in (("GET", "/v1/changes"), ("POST", "/v1/push"), ("GET", "/v1/sessions")):
            assert (await ask(method, path, trainer.token)).status_code == 401
        watching.cancel()


def test_a3_a_push_of_who_is_revoked_meanwhile_stores_nothing(hub: Hub) -> None:
    people = _firm(hub)
    trainer = people["north", "trainer"]
    caller = sessions.identify(hub, trainer.token)
    assert caller is not None
    dispatch.claim(hub, caller, ClaimRequest(count=1))
    people_of_hub.revoke(hub, "op", trainer.id)
    operation = stage.operation("north", stage.submission(hub.new_id(), 0))
    assert [result.status for result in pushing.push(hub, caller, [operation])] == ["retry"]
    assert not hub.database.read(lambda c: c.execute(sa.select(schema.operations)).all())
    with pytest.raises(Refused):
        sessions.open_session(hub, trainer.id, "")


async def _end(ask: Asking, token: str) -> str:
    cursor: str = (await ask("GET", "/v1/changes", token)).json()["cursor"]
    return cursor
