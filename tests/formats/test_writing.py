"""Exports: shapes, text that leaves as it came, and files that are whole or not there."""

import json
import os
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput, TrainerError
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.submission import Sample
from trainer_tui.domain.verdicts import Verdict
from trainer_tui.formats import atomic
from trainer_tui.formats.writing import EXPORTS, export, write_atomically

HARD = "a\u2028b\u2029c\x85d\r\ne\x1b[31mf\x0b\x0c\x1c🧑‍🚀 \\ \" ' \ufeff"


def sample(*contents, system=None):
    roles = [Role.USER, Role.ASSISTANT] * len(contents)
    messages = tuple(map(Message, roles[: len(contents)], contents))
    if system is not None:
        messages = (Message(Role.SYSTEM, system), *messages)
    return Sample(
        submission_id="s1",
        task_id="b.t1",
        batch_id="b",
        revision=2,
        messages=messages,
        own=0,
        category="chat",
        language="en",
        submitted_at=datetime(2024, 5, 1, tzinfo=UTC),
        verdicts=(Verdict(rule={"rule": "punctuation:no_comma"}, met=True),),
        extra={"n": 1},
    )


def written(name, *samples):
    lines = b"".join(export(samples, EXPORTS[name])).decode()
    return [json.loads(line) for line in lines.splitlines()]


def test_shapes():
    one, two = sample("q", "a"), sample("q1", "a1", "q2", "a2", system="s")
    plain = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    for name in ("messages", "openai"):
        assert written(name, one) == [{"messages": plain}]
        assert written(name, two)[0]["messages"][0] == {"role": "system", "content": "s"}
    assert written("prompt-completion", one) == [{"prompt": plain[:1], "completion": plain[1:]}]
    (record,) = written("prompt-completion", two)
    assert [message["content"] for message in record["prompt"]] == ["s", "q1", "a1", "q2"]
    assert record["completion"] == [{"role": "assistant", "content": "a2"}]
    assert written("prompt-completion-text", one) == [{"prompt": "q", "completion": "a"}]
    assert written("sharegpt", two) == [
        {
            "id": "s1",
            "conversations": [
                {"from": "human", "value": "q1"},
                {"from": "gpt", "value": "a1"},
                {"from": "human", "value": "q2"},
                {"from": "gpt", "value": "a2"},
            ],
            "system": "s",
        }
    ]
    assert written("alpaca", two) == [
        {
            "instruction": "q2",
            "input": "",
            "output": "a2",
            "system": "s",
            "history": [["q1", "a1"]],
        }
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_line_of_a_file_has_the_same_keys(name):
    lines = written(name, sample("q", "a"), sample("q", HARD))[-2:]
    assert lines[0].keys() == lines[1].keys()


def test_native_keeps_everything():
    header, record = written("native", sample("q", "a"))
    assert header == {"format": "trainer-tui/submissions", "version": 1}
    assert msgspec.convert(record, Sample) == sample("q", "a")
    assert set(record) | {"provenance"} == set(Sample.__struct_fields__) | {"provenance"}
    assert record["verdicts"] == [
        {"rule": {"rule": "punctuation:no_comma"}, "met": True, "figure": "", "waived": ""}
    ]


def test_native_keeps_where_a_submission_stands_and_comes_from():
    told = {
        "status": "replaced",
        "note": "British spelling",
        "trainer": "Ada",
        "shift_id": "h1",
        "guidelines_version": "3",
        "active_seconds": 90.5,
    }
    _, record = written("native", msgspec.structs.replace(sample("q", "a"), **told))
    assert {name: record[name] for name in told} == told


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "native"])
def test_conversation_without_a_response_is_refused(name):
    with pytest.raises(BadInput, match="s1"):
        written(name, sample("q"))


@pytest.mark.parametrize("name", ["sharegpt", "alpaca"])
def test_conversation_that_does_not_alternate_is_refused(name):
    odd = msgspec.structs.replace(sample("q", "a"), messages=sample("q", "a").messages[1:])
    with pytest.raises(BadInput, match="alternate"):
        written(name, odd)


def test_text_pairs_refuse_what_they_would_flatten():
    for odd in (sample("q", "a", system="s"), sample("q", "a", "q", "a")):
        with pytest.raises(BadInput, match="more than one prompt"):
            written("prompt-completion-text", odd)


def test_half_a_character_is_refused():
    with pytest.raises(BadInput, match="surrogate"):
        written("messages", sample("q", "\ud800"))


def texts_in(value):
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            yield from texts_in(item)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.just(HARD)


@pytest.mark.parametrize("name", EXPORTS)
@given(TEXT, TEXT)
def test_text_leaves_as_it_came_on_one_line_for_every_reader(name, prompt, response):
    line = EXPORTS[name].encode(sample(prompt, response))
    assert line.endswith(b"\n")
    assert len(line.decode().splitlines()) == 1
    texts = list(texts_in(json.loads(line)))
    assert prompt in texts
    assert response in texts
    assert msgspec.json.decode(line) == json.loads(line)


def test_file_is_written_as_a_whole(tmp_path):
    path = tmp_path / "out.jsonl"
    seen = []
    assert write_atomically(path, iter([b"ab\n", b"c\n"]), seen.append) == 5
    assert path.read_bytes() == b"ab\nc\n"
    assert seen == [3, 5]
    assert list(tmp_path.iterdir()) == [path]


def test_umask_is_respected(tmp_path):
    path = tmp_path / "out"
    before = os.umask(0o027)
    try:
        write_atomically(path, [b"x"])
    finally:
        os.umask(before)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("error", [BadInput("no"), KeyboardInterrupt(), RuntimeError("x")])
def test_failure_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "out"
    path.write_bytes(b"before")

    def chunks():
        yield b"half"
        raise error

    with pytest.raises(type(error)):
        write_atomically(path, chunks())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_disk_that_refuses_leaves_what_was_there(tmp_path, monkeypatch, call):
    path = tmp_path / "out"
    path.write_bytes(b"before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, call, full)
    with pytest.raises(TrainerError, match="No space left") as caught:
        write_atomically(path, [b"x"])
    monkeypatch.undo()
    assert caught.value.exit_code == 3
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_link_is_followed(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"before")
    link.symlink_to(target)
    write_atomically(link, [b"after"])
    assert link.is_symlink()
    assert target.read_bytes() == b"after"


def test_path_that_cannot_be_a_file(tmp_path):
    with pytest.raises(BadInput, match="is a folder"):
        write_atomically(tmp_path, [])
    with pytest.raises(BadInput, match="no folder"):
        write_atomically(tmp_path / "none" / "x", [])
    with pytest.raises(BadInput, match="not an ordinary file"):
        write_atomically(os.devnull, [])
