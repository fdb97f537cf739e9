"""Hints through the services: from the file in the data folder to a sentence for a task."""

import json

from desks import Desk


def put(desk: Desk, *returns: dict[str, str]) -> None:
    about = {"task_id": "b.two", "batch_id": "b", "at": "2026-02-25T10:00:00Z"}
    lines = "".join(json.dumps({**about, **one}) + "\n" for one in returns)
    (desk.home / "returns.jsonl").write_text(lines)


def test_returns_come_back_as_hints(desk: Desk) -> None:
    assert desk.station.hints("b.one") == ()
    put(desk, {"reason": "too long"}, {"reason": "Too long."}, {"reason": "no example"})
    assert [hint.text.partition(" (")[0] for hint in desk.station.hints("b.one")] == [
        "Returned 2 times for: Too long",
        "Returned once for: no example",
    ]


def test_damage_is_said_and_holds_nothing_up(desk: Desk) -> None:
    put(desk, {"reason": "too long"})
    with open(desk.home / "returns.jsonl", "ab") as file:
        file.write(b"{")
    assert len(desk.station.hints("b.one")) == 1
    assert [trouble.place for trouble in desk.station.troubles()] == ["returns.jsonl"]
    desk.store.failing = {"put_profile"}
    assert len(desk.station.hints("b.two")) == 1
