"""A hub that wants to do harm: memory stays bounded, loops end, what is here stays as it is."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.sync.laptops import PASSWORD, URL, Laptop, World
from tests.sync.test_sync_faults import answer, plain
from trainer_tui.domain.errors import TrainerError
from trainer_tui.services.pacing import LONGEST_DELAY
from trainer_tui.services.syncing import Phase
from trainer_tui.sync import answers
from trainer_tui.sync.answers import LONGEST_PAUSE, MAX_ANSWER, MAX_TRAVELS
from trainer_tui.sync.protocol import MAX_CURSOR

MIB = 2**20


class Endless(httpx.SyncByteStream):
    """A body that never ends."""

    def __init__(self, part: bytes) -> None:
        self.part = part
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.sent += len(self.part)
            if self.sent > 64 * MIB:
                raise AssertionError("nobody stopped reading")
            yield self.part


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * MIB) for _ in range(size // MIB)) + packer.flush()


BOMB = bomb(300 * MIB)
PAGE = {"changes": [], "cursor": "c", "more": False}


def packed(content: bytes, encoding: str) -> httpx.Response:
    headers = {"content-encoding": encoding}
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))


def deep(levels: int) -> bytes:
    return b'{"changes": [], "cursor": "c", "x": ' + b"[" * levels + b"]" * levels + b"}"


def raw(content: bytes) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(content))


ANSWERS: dict[str, Any] = {
    "a gzip bomb": lambda: packed(BOMB, "gzip"),
    "a bomb in a bomb": lambda: packed(gzip.compress(BOMB), "gzip, gzip"),
    "an encoding nobody asked for": lambda: packed(b"x", "br"),
    "no gzip at all": lambda: packed(b"{}", "gzip"),
    "half a gzip": lambda: packed(gzip.compress(b'{"changes": []}')[:-9], "gzip"),
    "gzip and more": lambda: packed(gzip.compress(b"{}") + BOMB, "gzip"),
    "no end": lambda: httpx.Response(200, stream=Endless(b" " * 65536)),
    "no JSON": lambda: raw(b"<html>Welcome to the hotel</html>"),
    "not even text": lambda: raw(b"\xff\xfe\x00"),
    "too deep": lambda: raw(deep(100_000)),
    "a list": lambda: answer([]),
    "a cursor that is none": lambda: answer(PAGE | {"cursor": 5}),
    "an empty cursor": lambda: answer(PAGE | {"cursor": ""}),
    "a cursor of controls": lambda: answer(PAGE | {"cursor": "a\u009bb"}),
    "a cursor without an end": lambda: answer(PAGE | {"cursor": "c" * (MAX_CURSOR + 1)}),
    "more than was asked for": lambda: answer(PAGE | {"changes": [{}] * 5000}),
    "always more of nothing": lambda: answer(PAGE | {"more": True}),
    "always the same": lambda: answer(PAGE | {"changes": [{}], "more": True}),
    "its cursors are gone": lambda: answer({}, 410),
    "a redirect": lambda: answer({}, 307, location="http://evil.example.org/"),
    "a status of its own": lambda: answer({}, 299),
    "a teapot": lambda: answer({}, 418),
}


@pytest.fixture
def worked(laptop: Laptop) -> Laptop:
    laptop.synced()
    first, second, *_ = laptop.open_tasks()
    laptop.send(first)
    laptop.synced()
    laptop.send(second)
    return laptop


def everything(laptop: Laptop) -> Any:
    return laptop.records(), laptop.station.batches(), laptop.sound.drafts(), laptop.sound.shifts()


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/push", "/v1/hello"])
def test_no_answer_costs_memory_or_work(worked: Laptop, world: World, path: str) -> None:
    pending = worked.records()[-1]
    for name, make in ANSWERS.items():
        before = everything(worked)
        world.line.before = lambda request, make=make: make() if request.url.path == path else None
        tracemalloc.start()
        outcome = worked.sync()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3 * MAX_ANSWER, (name, peak)
        if path == "/v1/changes" and name == "a status of its own":
            continue
        assert outcome.trouble is not None, name
        assert worked.syncing.status().phase is Phase.OFFLINE, name
        if path != "/v1/changes":  # there the work has left before
            assert everything(worked) == before, name
            assert worked.records()[-1] == pending, name
        assert worked.station.batches() == before[1], name
    world.line.before = lambda request: None
    worked.synced()
    assert len(world.operations()) == 2


def test_a_slow_answer_is_given_up(
    worked: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "WHOLE", -1.0)
    assert worked.sync().trouble is not None
    assert worked.syncing.status().waiting == 1


def test_results_for_what_was_not_sent_are_passed_over(worked: Laptop, world: World) -> None:
    acked, pending = worked.records()

    def lie(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/push":
            return response
        result = {"op_id": acked.id, "status": "refused", "code": "\x1b]0;owned\x07" * 99}
        own = {"op_id": pending.id, "status": "accepted", "seq": -3}
        return answer({"results": [result, own, own, 3, None, {"op_id": 1}]})

    world.line.after = lie
    worked.sync()
    assert worked.records()[0] == acked
    world.line.after = lambda request, response: response
    worked.synced()
    assert len(world.operations()) == 2


def test_codes_and_words_of_a_hub_are_harmless(worked: Laptop, world: World) -> None:
    pending = worked.records()[-1]

    def lie(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/push":
            code = "\x1b]0;owned\x07" + "x" * 9999
            results = [{"op_id": pending.id, "status": "refused", "code": code}]
            return answer({"results": results})
        if request.url.path == "/v1/changes":
            message = "\x1b[2J\u202e" + "y" * 99999
            return answer({"code": "c", "title": "", "message": message, "hint": message}, 400)
        return None

    world.line.before = lie
    outcome = worked.sync()
    [refused] = worked.syncing.status().refused
    said = [refused.code, refused.reason, refused.way_out]
    assert outcome.trouble is not None
    said += [outcome.trouble.message, outcome.trouble.hint]
    assert all(text.isprintable() and len(text) < 400 for text in said)


def test_a_pause_without_an_end_is_cut(worked: Laptop, world: World) -> None:
    for told in ("999999999", "9" * 500, "-5", "x", "1e9"):
        world.line.before = lambda request, told=told: answer({}, 503, **{"retry-after": told})
        worked.sync()
        next_in = worked.syncing.status().next_in
        assert next_in is not None and next_in <= LONGEST_PAUSE + LONGEST_DELAY


def pages(world: World, *changes: Any) -> None:
    """Let the hub answer with these changes once, and then with nothing."""
    left = [answer({"changes": list(changes), "cursor": "evil"})]

    def lie(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/changes":
            return left.pop() if left else answer(PAGE | {"cursor": "evil"})
        if request.url.path.startswith("/v1/claims"):
            return answer({"tasks": [], "claims": []})
        return None

    world.line.before = lie


def claim(**fields: Any) -> dict[str, Any]:
    base = {
        "id": "c1", "task_id": "letters.9", "batch_id": "letters", "team": "north",
        "granted_at": "2026-03-02T09:00:00Z", "seconds": 60,
    }  # fmt: skip
    task = {"id": "letters.9", "kind": "write", "title": "t", "instructions": "i"}
    return {
        "team": "north",
        "seq": 99,
        "kind": "claim",
        "body": {"claim": base | fields, "task": task},
    }


def test_changes_that_lie_change_nothing(worked: Laptop, world: World) -> None:
    acked = worked.records()[0]
    record = msgspec.to_builtins(acked)
    for name in ("sync", "hub_seq"):
        record.pop(name, None)
    forged = record | {"note": "I agree to everything."}
    strange = record | {"id": "0" * 8 + "-0000-7000-8000-" + "0" * 12, "task_id": "../../etc"}
    changes = [
        claim(task_id="other"), claim(team="south"), claim(seconds=0), claim(seconds=10**12),
        claim(id="../../x"), claim(batch_id="a/b"), claim(granted_at="2026-03-02T09:00:00"),
        {"team": "north", "seq": 100, "kind": "batch",
         "body": {"head": {"id": "con", "title": "t"}}},
        {"team": "north", "seq": 100, "kind": "record",
         "body": {"op_id": acked.id, "kind": "submission", "record": forged}},
        {"team": "north", "seq": 100, "kind": "record",
         "body": {"op_id": strange["id"], "kind": "submission", "record": strange}},
        {"team": "south", "seq": 100, "kind": "batch",
         "body": {"head": {"id": "letters", "title": "Of another team"}}},
        {"team": "north", "seq": 0, "kind": "membership", "body": {"team": "south"}},
        {"team": "north", "seq": 1, "kind": "claim_ended",
         "body": {"claim_id": "x", "task_id": acked.task_id, "why": "revoked"}},
        {"team": "north", "seq": 1}, 7, None, "x", [[[]]],
    ]  # fmt: skip
    before = worked.station.batches()
    pages(world, *changes)
    worked.synced()
    assert worked.records()[0] == acked
    assert worked.station.batches() == before
    assert len(worked.syncing.status().set_aside) == len(changes) - 1
    files = {path.relative_to(worked.home).parts[0] for path in worked.home.rglob("*")}
    assert files <= {
        "lock", "lock.holder", "workspace.json", "workspace.json.prev", "hub.json", "hub.json.prev",
        "hub.token", "batches", "shifts", "drafts", "received", "words", "quarantine",
    }  # fmt: skip
    assert worked.crash().records()[0] == acked


def test_a_flood_of_what_cannot_be_read_is_not_listened_to(worked: Laptop, world: World) -> None:
    for start in range(0, 1200, 400):
        pages(world, *({"n": start + number} for number in range(400)))
        outcome = worked.sync()
    assert outcome.trouble is not None and "set aside" in outcome.trouble.message
    assert len(worked.syncing.status().set_aside) == 800
    cursor = worked.sound.hub().cursor
    assert cursor == "evil"


def test_cursors_that_go_in_a_circle_are_noticed(worked: Laptop, world: World) -> None:
    asked = []

    def lie(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/changes":
            return None
        asked.append(request.url.params.get("cursor"))
        return answer({"changes": [len(asked) % 3], "cursor": f"c{len(asked) % 3}", "more": True})

    world.line.before = lie
    assert worked.sync().trouble is not None
    assert len(asked) < 10


def test_an_endless_list_ends_somewhere_and_is_read_on_later(
    worked: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer_tui.services import exchanging

    monkeypatch.setattr(exchanging, "MAX_PAGES", 5)
    asked = []

    def endless(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/changes":
            return None
        asked.append(request.url.params.get("cursor"))
        ended = {"claim_id": "x", "task_id": "y", "why": "released"}
        change = {"team": "north", "seq": len(asked), "kind": "claim_ended", "body": ended}
        return answer({"changes": [change], "cursor": f"c{len(asked)}", "more": True})

    world.line.before = endless
    assert worked.sync().trouble is not None
    assert len(asked) == 5
    worked.sync()
    assert asked[5] == "c5"


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(
    worked: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked.syncing._memory.put(cursor=None)
    monkeypatch.setattr(answers, "MAX_ANSWER", 1500)
    limits = []

    def note(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/changes":
            limits.append(int(request.url.params["limit"]))
            return raw(plain(response))
        return response

    world.line.after = note
    before = worked.station.batches()
    worked.synced()
    assert limits[0] > limits[-1] >= 1
    assert worked.station.batches() == before


@pytest.mark.parametrize(
    "session",
    [
        {"token": ""}, {"token": "a\nb"}, {"token": "x" * 9999}, {"member": "../x"}, {"id": "a b"},
    ],
)  # fmt: skip
def test_a_login_that_makes_no_sense_is_refused(world: World, session: dict[str, str]) -> None:
    world.member()
    laptop = world.laptop(log_in="")

    def lie(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/sessions":
            return answer(msgspec.json.decode(plain(response)) | session, 201)
        return response

    world.line.after = lie
    with pytest.raises(TrainerError):
        laptop.syncing.log_in(URL, "ada", PASSWORD)
    assert laptop.syncing.status().phase is Phase.NO_HUB
    assert not (laptop.home / "hub.token").exists()


def test_the_bounds_are_above_what_a_hub_sends() -> None:
    assert MAX_TRAVELS > MIB and MAX_ANSWER > 4 * MIB
