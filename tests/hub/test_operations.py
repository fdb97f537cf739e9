import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub import stage
from tests.hub.stage import operation, submission
from trainer_tui.domain import strict
from trainer_tui.domain.message import Pair
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.operations import Arrived, _decode, read
from trainer_tui.sync.protocol import MAX_OPERATION, Result, Status

new_id = id_maker()


def refused(raw: bytes) -> str:
    result = read(raw)
    assert isinstance(result, Result) and result.status is Status.REFUSED
    assert result.message.endswith(".")
    return result.code


def taken(raw: bytes) -> bool:
    return isinstance(read(raw), Arrived)


UNREADABLE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no object": lambda op: [op],
    "no body": lambda op: {k: v for k, v in op.items() if k != "body"},
    "another id": lambda op: op | {"op_id": "01890000-0000-7000-8000-000000000000"},
    "no uuid": lambda op: op | {"op_id": "x", "body": op["body"] | {"id": "x"}},
    "upper case": lambda op: (
        op | {"op_id": op["op_id"].upper(), "body": op["body"] | {"id": op["op_id"].upper()}}
    ),
    "no type": lambda op: op | {"body": op["body"] | {"pairs": 7}},
    "no list": lambda op: op | {"body": [op["body"]]},
    "task id": lambda op: op | {"body": op["body"] | {"task_id": "../../etc"}},
    "NUL": lambda op: op | {"body": op["body"] | {"task_id": "a\x00b"}},
    "names no uuid": lambda op: op | {"body": op["body"] | {"replaces": "' OR 1=1"}},
    "no zone": lambda op: op | {"body": op["body"] | {"at": "2026-01-01T00:00:00"}},
    "revision 0": lambda op: op | {"body": op["body"] | {"revision": 0}},
    "revision 2^40": lambda op: op | {"body": op["body"] | {"revision": 2**40}},
    "integer": lambda op: op | {"body": op["body"] | {"later": 2**53 + 1}},
    "state": lambda op: op | {"body": op["body"] | {"sync": "acked"}},
    "seq": lambda op: op | {"body": op["body"] | {"hub_seq": 7}},
    "depth": lambda op: op | {"body": op["body"] | {"later": json.loads("[" * 40 + "]" * 40)}},
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read(name: str) -> None:
    op = json.loads(operation("north", submission(new_id())))
    result = read(json.dumps(UNREADABLE[name](op)).encode())
    assert isinstance(result, Result)
    assert (result.status, result.code) == (Status.REFUSED, "unreadable")
    assert result.op_id == (
        "" if name in ("no object", "no uuid", "upper case") else
        "01890000-0000-7000-8000-000000000000" if name == "another id" else op["op_id"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b'{"op_id": NaN}', b'{"a":1,"a":1}', b"\xff", b"[" * 100_000, b"{}", b"null",
        b'{"op_id":"x","kind":"skip","team":"north","body":{"a":1e999}}',
    ],
)  # fmt: skip
def test_bytes_that_are_no_operation(raw: bytes) -> None:
    assert refused(raw) == "unreadable"


def test_repeated_keys_are_refused() -> None:
    raw = operation("north", submission(new_id()))
    assert refused(raw.replace(b'"pairs"', b'"id":"x","pairs"')) == "unreadable"


def test_kinds_that_this_hub_does_not_know() -> None:
    assert refused(operation("north", submission(new_id()), kind="poem")) == ("unknown_kind")


def test_sizes() -> None:
    def sized(size: int) -> bytes:
        record = submission(new_id())
        short = json.loads(stage.body(record)) | {"later": []}
        room = size - len(msgspec.json.encode(short))
        texts = ["x" * 999] * (room // 1002)
        texts += ["x" * (room - len(texts) * 1002 - 2)]
        whole = msgspec.json.encode(short | {"later": texts})
        assert len(whole) == size
        return msgspec.json.encode(
            {"op_id": record.id, "kind": "submission", "team": "north", "body": msgspec.Raw(whole)}
        )

    assert refused(sized(MAX_OPERATION + 1)) == "too_large"
    assert refused(sized(4 * MAX_OPERATION)) == "too_large"
    assert taken(sized(MAX_OPERATION))
    for length, code in ((200_001, "too_large"), (200_000, "")):
        record = submission(new_id(), 1, text="x" * length)
        raw = operation("north", record)
        assert refused(raw) == code if code else taken(raw)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\x85"])
def test_control_characters_of_a_response(character: str) -> None:
    record = submission(new_id(), text=f"a{character}b")
    assert refused(operation("north", record)) == "bad_text"
    given = submission(new_id(), pairs=(Pair(f"a{character}b", "a\tb\nc é \u202e"),))
    assert taken(operation("north", given))  # the task's own


def test_half_a_character() -> None:
    raw = operation("north", submission(new_id(), text="HERE"))
    assert refused(raw.replace(b"HERE", rb"\ud83d")) == "bad_text"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(-(2**54), 2**54)
    | st.sampled_from([2**53, 2**53 + 1, -(2**53) - 1, 2**64, 10**15, 10**16, "0" * 20]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON, st.sampled_from([None, "spaces", "ascii", "twice", "half"]))
def test_the_quick_way_reads_what_the_strict_one_reads(value: Any, spoiled: str | None) -> None:
    text = json.dumps([value], ensure_ascii=spoiled == "ascii", separators=(",", ":"))
    if spoiled == "spaces":
        text = json.dumps([value], indent=1)
    elif spoiled == "twice":
        text = f'[{text},{{"a":1,"a":1}}]'
    elif spoiled == "half":
        text = f'[{text},"\\ud800"]'
    raw = text.encode("utf-8", "surrogatepass")
    results: list[Any] = []
    for way in (strict.decode, _decode):
        try:
            results.append(way(raw))
        except strict.BadJSON as error:
            results.append(str(error))
    assert results[0] == results[1]
