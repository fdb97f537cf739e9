"""Any bytes into the importer: read, or refused with a place, and never for long."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parent.parent / "formats" / "fixtures"
SEEDS = [path.read_bytes() for path in sorted(FIXTURES.iterdir())]
SLOWEST = 5.0
"""Seconds for one file of a few megabytes, on a machine that has other things to do."""

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "id kind title instructions prompts prompt turns question_id instruction instances "
                "data text role message_id parent_id replies thread thread_id language tasks "
                "format version rules rule extra warnings context content category".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@st.composite
def _spoiled(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 12))] = draw(
            st.binary(max_size=8)
            | st.sampled_from(
                [b'"', b"{", b"]", b"\\ud800", b"\x9b", b"\x00", b"1e999", b"\n", b"\xff\xfe"]
            )
        )
    return bytes(data)


BYTES = st.one_of(
    st.binary(max_size=200),
    _spoiled(),
    st.lists(_VALUES, min_size=1, max_size=4).map(
        lambda rows: "\n".join(json.dumps(row) for row in rows).encode()
    ),
    _VALUES.map(lambda value: json.dumps(value).encode()),
    st.lists(_VALUES, max_size=4).map(lambda rows: json.dumps(rows).encode()),
)

BOMBS: dict[str, Callable[[], bytes]] = {
    "deep lists": lambda: b"[" * 2_000_000,
    "deep objects": lambda: b'{"a":' * 500_000,
    "deep and closed": lambda: b"[" * 500_000 + b"]" * 500_000,
    "a million keys": lambda: json.dumps({str(n): n for n in range(500_000)}).encode(),
    "a huge integer": lambda: b'{"prompt": "a", "id": ' + b"9" * 2_000_000 + b"}",
    "a huge exponent": lambda: b'{"prompt": "a", "n": 1e' + b"9" * 1_000_000 + b"}",
    "one line": lambda: b'{"prompt": "' + b"a" * 4_000_000 + b'"}',
    "escapes": lambda: b'{"prompt": "' + b"\\u009b" * 600_000 + b'"}',
    "quotes": lambda: b"prompt\n" + b'"' * 2_000_001,
    "commas": lambda: b"prompt" + b"," * 500_000 + b"\n" + b"," * 500_000,
    "empty lines": lambda: b"\n" * 4_000_000,
    "backslashes": lambda: b'{"prompt": "' + b"\\" * 2_000_001 + b'"}',
    "half characters": lambda: b'["' + b"\\ud800" * 300_000 + b'"]',
}


def refused_well(data: bytes, name: str = "tasks.jsonl") -> str:
    """Read bytes; return what is wrong with how that went, or nothing."""
    from trainer_tui.domain.errors import BadInput
    from trainer_tui.formats.reading import read_bytes

    begin = time.monotonic()
    try:
        result = read_bytes(data, name)
        said = [str(row) for row in result.bad]
    except BadInput as error:
        said = [str(error)]
    except Exception as error:
        return f"{type(error).__name__} for {data[:60]!r}"
    if (took := time.monotonic() - begin) > SLOWEST:
        return f"{took:.1f} s for {data[:60]!r}"
    nameless = [words for words in said if name not in words]
    return f"{nameless[0][:80]!r} names no file" if nameless else ""


def check(
    examples: int, read: Callable[[bytes], str] = refused_well, *, bombs: bool = True
) -> list[str]:
    """Try so many files, and those that were made to last; return what was wrong."""
    found = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(BYTES)
    def any_bytes(data: bytes) -> None:
        if said := read(data):
            raise AssertionError(said)

    try:
        any_bytes()
    except AssertionError as error:
        found.append(str(error).splitlines()[0])
    except BaseExceptionGroup as error:
        found += [str(inner).splitlines()[0] for inner in error.exceptions]
    for name, make in BOMBS.items() if bombs else ():
        if said := read(make()):
            found.append(f"{name}: {said}")
    return found
