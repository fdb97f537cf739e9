"""What is the same for every call: versions, ids, injections, logs, figures, the document."""

import gzip
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
import zstandard

from tests.hub import stage
from tests.hub.people_of_two_teams import PASSWORD, RELAXED, Asking, Person, asking, populate
from trainer_tui.hub import schema
from trainer_tui.hub.app import endpoints
from trainer_tui.hub.limits import Buckets, Places
from trainer_tui.hub.logs import JsonLines
from trainer_tui.hub.problems import CODES, Refused
from trainer_tui.hub.requests import headers_of
from trainer_tui.hub.routes import leading, syncing
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import Hello, Problem

People = dict[tuple[str, str], Person]

on_sqlite = pytest.mark.parametrize("hub", ["sqlite"], indirect=True)
"""For what the kind of database has no part in."""


def _settings(**changed: Any) -> Settings:
    return msgspec.structs.replace(RELAXED, **changed)


class Lines(logging.Handler):
    """The log as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Lines]:
    lines = Lines()
    logger = logging.getLogger("trainer_tui.hub")
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(level)


@pytest.fixture
def people(hub: Hub) -> People:
    return populate(hub)


@on_sqlite
async def test_hello_needs_no_token_and_tells_the_limits(hub: Hub) -> None:
    with asking(hub) as ask:
        answer = await ask("GET", "/v1/hello", headers={"Trainer-Sync": "99"})
        hello = msgspec.json.decode(answer.content, type=Hello)
        assert (hello.hub, hello.epoch, hello.lowest, hello.highest) == (hub.id, hub.epoch, 1, 1)
        assert hello.now.timestamp() == hub.now() and hello.limits.operations == 100


@on_sqlite
@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("1", 200),
        (None, 200),
        ("2", 426),
        ("0", 426),
        ("x", 400),
        ("1.0", 400),
        ("-1", 400),
        ("²", 400),
    ],
)
async def test_another_version_is_426(
    hub: Hub, people: People, told: str | None, status: int
) -> None:
    headers = {} if told is None else {"Trainer-Sync": told.encode("utf-8")}
    with asking(hub) as ask:
        answer = await ask("GET", "/v1/changes", people["north", "trainer"].token, headers=headers)
        assert answer.status_code == status
        if status == 426:
            assert answer.headers["Upgrade"] == "trainer-sync/1"


async def test_every_refusal_is_a_problem_with_an_id(hub: Hub, people: People) -> None:
    token = people["north", "trainer"].token
    asked: list[tuple[str, str, str, dict[str, Any], int]] = [
        ("GET", "/v1/changes", "", {}, 401),
        ("GET", "/v1/changes", "tt_wrong", {}, 401),
        ("GET", "/v1/teams", token, {}, 403),
        ("GET", "/v1/teams/south/members", token, {}, 404),
        ("GET", "/nothing", token, {}, 404),
        ("GET", "/v1/push", token, {}, 405),
        ("OPTIONS", "/v1/push", token, {}, 405),
        ("GET", "/v1/changes?cursor=AAAA", token, {}, 410),
        ("GET", "/v1/changes?cursor=A'--", token, {}, 400),
        ("GET", "/v1/changes?limit=0", token, {}, 400),
        ("GET", "/v1/changes?limit=x", token, {}, 400),
        ("GET", "/v1/changes?limit=1&limit=2", token, {}, 400),
        ("GET", "/v1/changes?wait=31", token, {}, 400),
        ("GET", "/v1/changes?cursor=%ff", token, {}, 400),
        ("POST", "/v1/have", token, {"content": b"{}"}, 400),
        ("POST", "/v1/have", token, {"content": b'{"operations":1}'}, 400),
        ("POST", "/v1/have", token, {"content": b"{}", "type": "text/plain"}, 415),
        ("POST", "/v1/have", token, {"content": b"{}", "encoding": "br"}, 415),
        ("POST", "/v1/claims", token, {"content": b'{"count":0}'}, 400),
        ("POST", "/v1/claims", token, {"content": b'{"count":"5"}'}, 400),
        ("POST", "/v1/claims", token, {"content": b'{"batch":"../x"}'}, 400),
    ]
    with asking(hub) as ask:
        for method, path, used, more, status in asked:
            headers = {"Content-Type": more.pop("type", "application/json")}
            if "encoding" in more:
                headers["Content-Encoding"] = more.pop("encoding")
            answer = await ask(method, path, used, headers=headers, **more)
            assert answer.status_code == status, (method, path, answer.text)
            problem = msgspec.json.decode(answer.content, type=Problem)
            assert problem.code == CODES[status] and problem.message and problem.title
            assert problem.request_id == answer.headers["X-Request-Id"]
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["Cache-Control"] == "no-store"
            if status == 401:
                assert answer.headers["WWW-Authenticate"] == "Bearer"


@on_sqlite
async def test_answers_are_packed_as_the_workstation_likes(hub: Hub, people: People) -> None:
    stage_token = people["north", "trainer"].token
    with asking(hub) as ask:
        for accepted, packed in (("gzip", "gzip"), ("gzip, zstd", "zstd"), ("br, gzip;q=0", "")):
            headers = {"Accept-Encoding": accepted}
            async with ask.client.stream("GET", "/v1/openapi.json", headers=headers) as answer:
                raw = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers.get("Content-Encoding", "") == packed
            plain = {"gzip": gzip.decompress, "zstd": zstandard.decompress, "": bytes}[packed](raw)
            assert json.loads(plain)["openapi"] == "3.1.0"
        small = await ask("GET", "/v1/sessions", stage_token, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in small.headers


INJECTIONS = [
    "' OR '1'='1",
    "1; DROP TABLE members; --",
    "' UNION SELECT password FROM members --",
    '"; SELECT pg_sleep(5); --',
    "1) OR (1=1",
    "%27%20OR%201=1",
    "x' AND 1=CAST((SELECT version()) AS int) --",
    "{{7*7}}${7*7}",
    "\\'; --",
    "%",
    "_",
]
BAD_IDS = [
    "..", "../x", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%2e%2e%2fx", "a%00b", "%00", "/etc/passwd",
    "C:%5cx", "con", "nul.txt", "a" * 300, "A", "é", "a b", "a\\b", "-", "a..b", "%f0%9f%98%80",
]  # fmt: skip


async def test_i1_injections_find_nothing(hub: Hub, people: People) -> None:
    trainer, lead = people["north", "trainer"], people["north", "lead"]
    before = _rows(hub)
    with asking(hub) as ask:
        for payload in INJECTIONS:
            quoted = payload.replace("%", "%25").replace("/", "%2F").replace(" ", "%20")
            answers = [
                await ask("GET", "/v1/changes", trainer.token, params={"cursor": payload}),
                await ask("GET", "/v1/changes", trainer.token, params={"limit": payload}),
                await ask("DELETE", f"/v1/sessions/{quoted}", trainer.token),
                await ask("GET", f"/v1/teams/{quoted}/status", lead.token),
                await ask("POST", "/v1/claims", trainer.token, {"batch": payload}),
                await ask("POST", "/v1/claims", trainer.token, {"request_id": payload}),
                await ask("POST", "/v1/claims/release", trainer.token, {"claims": [payload]}),
                await ask(
                    "POST",
                    "/v1/have",
                    trainer.token,
                    {"operations": [{"op_id": payload, "digest": payload}]},
                ),
                await ask("GET", "/v1/sessions", payload.replace("\\", "")),
                await ask("POST", "/v1/sessions", "", {"name": payload, "password": payload}),
            ]
            assert {answer.status_code for answer in answers} <= {400, 401, 404, 405, 410}, payload
            without = await ask("POST", "/v1/claims", trainer.token, {"without": [payload]})
            assert without.json() == {"tasks": []}
            pushed = await ask(
                "POST",
                "/v1/push",
                trainer.token,
                {"operations": [{"op_id": payload, "kind": payload, "team": payload, "body": {}}]},
            )
            assert pushed.json()["results"][0]["status"] == "refused"
    assert _rows(hub) == before


def _rows(hub: Hub) -> dict[str, int]:
    left_out = ("attempts", "audit")
    with hub.database.engine.connect() as connection:
        return {
            table.name: connection.execute(
                sa.select(sa.func.count()).select_from(table)
            ).scalar_one()
            for table in schema.metadata.sorted_tables
            if table.name not in left_out
        }


async def test_i2_what_is_no_id_is_refused_before_it_is_used(hub: Hub, people: People) -> None:
    trainer, lead = people["north", "trainer"].token, people["north", "lead"].token
    with asking(hub) as ask:
        for bad in BAD_IDS:
            for token, method, path in (
                (trainer, "DELETE", f"/v1/sessions/{bad}"),
                (lead, "GET", f"/v1/teams/{bad}/members"),
                (lead, "POST", f"/v1/teams/north/members/{bad}/revoke"),
                (lead, "POST", f"/v1/teams/north/batches/{bad}/open"),
            ):
                answer = await ask(method, path, token)
                # Some are other paths by the time that they are read: those are not there.
                assert answer.status_code in (400, 404, 405), (path, answer.text)
                if "/" not in bad and "%2f" not in bad and bad not in ("..", "%2e%2e"):
                    assert answer.status_code == 400, path
            plain = bad.replace("%2f", "/").replace("%00", "\0").replace("%2e", ".")
            for path, body in (
                ("/v1/claims", {"batch": plain}),
                ("/v1/claims", {"request_id": plain}),
                ("/v1/claims/renew", {"claims": [plain]}),
                ("/v1/have", {"operations": [{"op_id": plain, "digest": ""}]}),
            ):
                assert (await ask("POST", path, trainer, body)).status_code == 400, (path, plain)
            for path, body in (
                ("/v1/teams/north/moves", {"member": plain, "to": "south"}),
                ("/v1/teams/north/moves", {"member": "x", "to": plain}),
            ):
                assert (await ask("POST", path, lead, body)).status_code == 400, (path, plain)


CANARIES = {
    "name": 'canary-name-11\r\n{"level":"fake"}\x1b[31m',
    "password": "canary-password-22",
    "token": "tt_canary-token-33",
    "title": "canary-title-44",
    "text": "canary-text-55",
    "query": "canary-query-66",
    "path": "canary-path-77",
    "header": "canary-header-88",
}


async def test_h1_nothing_that_was_sent_is_in_the_log(
    hub: Hub, people: People, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, lead = people["north", "trainer"].token, people["north", "lead"].token
    with asking(hub) as ask:
        text, title = CANARIES["text"], CANARIES["title"]
        operation = json.loads(stage.operation("north", stage.submission(hub.new_id(), 0, text)))
        task = {"id": "b.1", "kind": "write", "title": title, "instructions": text}
        bodies: list[Any] = [
            {"name": CANARIES["name"], "password": CANARIES["password"], "device": text},
            {"operations": [{"op_id": text, "kind": title}]},
            {"operations": [operation]},
            {"head": {"id": "b", "title": title}},
            {"tasks": [task]},
            {"claims": [text]},
            {"count": text},
            None,
        ]
        for endpoint in endpoints():
            path = endpoint.path.replace("{team}", "north").replace("{batch}", "b")
            path = path.replace("{member}", CANARIES["path"]).replace("{session}", CANARIES["path"])
            for token in (trainer, lead, CANARIES["token"]):
                for body in bodies if endpoint.body else [None]:
                    await ask(
                        endpoint.method,
                        path,
                        token,
                        body,
                        params={"cursor": CANARIES["query"]},
                        headers={"X-Anything": CANARIES["header"], "X-Request-Id": "canary-id"},
                    )
        await ask("GET", f"/{CANARIES['path']}", trainer)
        await ask("POST", "/v1/push", trainer, content=CANARIES["text"].encode() + b"\xff")

        def fail(*_: object) -> None:
            raise ValueError(CANARIES["text"])

        monkeypatch.setattr(syncing.pushing, "push", fail)
        monkeypatch.setattr(leading.people, "members", fail)
        failed = [
            await ask("POST", "/v1/push", trainer, {"operations": []}),
            await ask("GET", "/v1/teams/north/members", lead),
        ]
        assert [answer.status_code for answer in failed] == [500, 500]
        assert all("canary" not in answer.text for answer in failed)
        good = await ask(
            "POST", "/v1/sessions", "", {"name": "lead of north", "password": PASSWORD}
        )
        secrets = [good.json()["token"], trainer, lead, good.json()["bundle_key"]]
    assert "canary" not in log.text
    assert PASSWORD not in log.text and not any(secret in log.text for secret in secrets)
    assert "lead of north" not in log.text
    assert all(line["event"] in ("request", "fault") for line in log.lines)
    assert log.text.isascii() and "\x1b" not in log.text


@on_sqlite
async def test_h1_logins_and_denials_are_in_the_log(hub: Hub, people: People, log: Lines) -> None:
    trainer = people["north", "trainer"]
    with asking(hub) as ask:
        ids = []
        for name, password in (("a\r\nb", "x"), (trainer.name, PASSWORD)):
            answer = await ask("POST", "/v1/sessions", "", {"name": name, "password": password})
            ids.append(answer.headers["X-Request-Id"])
        denied = await ask("GET", "/v1/teams", trainer.token)
        gone = await ask("GET", "/v1/teams/south/status", trainer.token)
        unknown = await ask("GET", "/v1/teams", "tt_unknown")
        ids += [answer.headers["X-Request-Id"] for answer in (denied, gone, unknown)]
    found = [(line["call"], line["status"], line.get("refused")) for line in log.lines]
    assert found == [
        ("login", 401, "not_logged_in"),
        ("login", 201, None),
        ("teams", 403, "not_allowed"),
        ("status", 404, "not_found"),
        ("teams", 401, "not_logged_in"),
    ]
    assert [line["id"] for line in log.lines] == ids
    assert log.lines[2]["member"] == trainer.id and log.lines[0]["account"]
    assert {line["address"] for line in log.lines} == {"192.0.2.7"}


@on_sqlite
async def test_h4_only_named_proxies_say_where_a_request_comes_from(hub: Hub) -> None:
    settings = _settings(proxies=("10.0.0.0/8",), open_rate=0.001, open_burst=3)
    with asking(hub, settings) as ask:

        async def hellos(peer: str, forwarded: str) -> list[int]:
            client = Asking(ask.front, peer)
            headers = {"X-Forwarded-For": forwarded} if forwarded else {}
            return [
                (await client("GET", "/v1/hello", headers=headers)).status_code for _ in range(4)
            ]

        throttled = [200, 200, 200, 429]
        assert await hellos("192.0.2.1", "") == throttled
        for spoofed in ("203.0.113.5", "127.0.0.1", "x", "203.0.113.6, 10.0.0.1"):
            assert await hellos("192.0.2.1", spoofed) == [429] * 4, "a claim changes nothing"
        assert await hellos("10.0.0.1", "203.0.113.9") == throttled
        assert await hellos("10.0.0.2", "1.1.1.1, 203.0.113.9") == [429] * 4, "what it put before"
        assert await hellos("10.0.0.2", "203.0.113.9, 10.9.9.9") == [429] * 4, "two proxies"
        assert await hellos("10.0.0.2", "203.0.113.10") == throttled


@on_sqlite
async def test_h4_a_body_tells_its_length_and_in_one_way(hub: Hub, people: People) -> None:
    token = people["north", "trainer"].token

    async def parts() -> AsyncIterator[bytes]:
        yield b'{"operations":[]}'

    with asking(hub) as ask:
        for headers, status in (
            ({"Transfer-Encoding": "chunked"}, 411),
            ({"Transfer-Encoding": "chunked", "Content-Length": "17"}, 400),
            ({"Content-Length": "17"}, 200),
        ):
            answer = await ask("POST", "/v1/have", token, content=parts(), headers=headers)
            assert answer.status_code == status, headers
            assert (answer.headers.get("Connection") == "close") == (status != 200)
        twice = [(b"authorization", b"Bearer x"), (b"authorization", b"Bearer y")]
        with pytest.raises(Refused):
            headers_of(twice)


@on_sqlite
async def test_l1_rates_of_members_and_of_addresses(hub: Hub, people: People) -> None:
    settings = _settings(member_rate=0.01, member_burst=5, login_rate=0.01, login_burst=3)
    trainer, lead = people["north", "trainer"].token, people["north", "lead"].token
    with asking(hub, settings) as ask:
        seen = [(await ask("GET", "/v1/sessions", trainer)).status_code for _ in range(7)]
        assert seen == [200] * 5 + [429] * 2
        answer = await ask("GET", "/v1/sessions", trainer)
        assert 90 <= int(answer.headers["Retry-After"]) <= 101
        assert (await ask("GET", "/v1/teams", lead)).status_code == 200, "others are not held up"
        guessed = [(await ask("GET", "/v1/teams", f"tt_{n}")).status_code for n in range(5)]
        assert guessed == [401] * 3 + [429] * 2
        assert (await ask("GET", "/v1/teams", lead)).status_code == 200, "nor who is known here"
        login = await ask("POST", "/v1/sessions", "", {"name": "x", "password": "y"})
        assert login.status_code == 429


def test_l1_bodies_under_way_are_bounded_of_each_and_of_all() -> None:
    places = Places(3, 2)
    with places.one("a", True), places.one("a", True):
        with pytest.raises(Refused) as mine, places.one("a", True):
            pass
        with places.one("a", False), places.one("b", True):
            with pytest.raises(Refused) as all_taken, places.one("c", True):
                pass
    assert (mine.value.status, all_taken.value.status) == (429, 503)
    with places.one("a", True), places.one("a", True), places.one("c", True):
        pass


def test_l1_a_bucket_fills_again_and_forgets_the_oldest() -> None:
    at = 100.0
    buckets = Buckets(2.0, 3, most=2, now=lambda: at)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(Refused):
        buckets.take("a")
    at += 0.5
    buckets.take("a")
    with pytest.raises(Refused):
        buckets.require("a")
    buckets.take("b")
    buckets.take("c")  # pushes out "a"
    buckets.require("a")


@on_sqlite
async def test_figures_are_for_this_machine_or_with_the_token(hub: Hub, people: People) -> None:
    with asking(hub, _settings(metrics_token="figures-token")) as ask:
        here = Asking(ask.front, "127.0.0.1")
        await ask("GET", "/v1/hello")
        await ask("POST", "/v1/sessions", "", {"name": "x", "password": "y"})
        await ask("POST", "/v1/push", people["north", "trainer"].token, {"operations": [{}]})
        assert (await ask("GET", "/metrics")).status_code == 404
        assert (await ask("GET", "/metrics", "wrong")).status_code == 404
        proxied = await here("GET", "/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
        assert proxied.status_code == 404, "a proxy on this machine is not this machine"
        answer = await ask("GET", "/metrics", "figures-token")
        assert answer.status_code == 200
        assert (await here("GET", "/metrics")).status_code == 200
    figures = answer.text
    for line in (
        'hub_requests_total{call="hello",status="200"} 1.0',
        'hub_requests_total{call="login",status="401"} 1.0',
        'hub_logins_total{outcome="refused"} 1.0',
        'hub_operations_total{status="refused"} 1.0',
        f"hub_open_sessions {len(people)}.0",
        "hub_claims_total 0.0",
        "hub_database_errors_total 0.0",
        'hub_request_seconds_count{call="push"} 1.0',
    ):
        assert line in figures.splitlines(), line
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_a_database_that_is_away_is_503(hub: Hub, people: People) -> None:
    with asking(hub) as ask:
        drop = "ALTER TABLE hub RENAME TO away"
        with hub.database.engine.begin() as connection:
            connection.execute(sa.text(drop))
        assert (await ask("GET", "/healthz")).json() == {"status": "ok"}
        answer = await ask("GET", "/readyz")
        assert answer.status_code == 503 and "Retry-After" in answer.headers


@on_sqlite
async def test_the_document_is_what_is_served(hub: Hub) -> None:
    with asking(hub) as ask:
        document = (await ask("GET", "/v1/openapi.json")).json()
    served = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert served == {(endpoint.method, endpoint.path) for endpoint in endpoints()}
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"] and operation["operationId"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and status != "431":
                    assert "Problem" in json.dumps(answer)
    push = document["paths"]["/v1/push"]["post"]
    assert {"200", "400", "401", "403", "408", "411", "413", "415", "426", "429", "503"} <= set(
        push["responses"]
    )
    assert "410" in document["paths"]["/v1/changes"]["get"]["responses"]
