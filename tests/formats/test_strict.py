"""The strict JSON reader: what it accepts every parser accepts, with the same value."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain import strict
from trainer_tui.formats.wording import TITLE_LENGTH, category_of, title_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_reads_what_others_read(value, ascii_only):
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert strict.decode(data) == value == msgspec.json.decode(data)


@given(st.binary(max_size=60) | st.text('[]{}",:\\ud8c0019eEna', max_size=40).map(str.encode))
def test_whatever_it_accepts_another_parser_reads_the_same(data):
    try:
        value = strict.decode(data)
    except strict.BadJSON as error:
        assert 0 <= error.offset <= len(data)
        return
    assert msgspec.json.decode(data) == value


@pytest.mark.parametrize(
    ("data", "line", "column", "offset", "got"),
    [
        (b"", 1, 1, 0, "the end"),
        (b'{"a": 1,\n "a": 2}', 2, 2, 10, "'a' twice"),
        (b'["\xc3\xa9", NaN]', 1, 7, 7, "NaN"),
        (b"[1, 99999999999999999]", 1, 5, 4, "99999999999999999"),
        (b'["ok \\ud83d\\ude00", "\\ud83d"]', 1, 22, 21, "lone surrogate"),
        (b'["\\\\ud800", "\\udfff"]', 1, 14, 13, "lone surrogate"),
        (b"[1] 2", 1, 5, 4, "'2'"),
        (b'["a\nb"]', 1, 4, 3, "'"),
        (b'"\xed\xa0\x80"', 1, 2, 1, "0xed"),
        (b'[\n"\xff"]', 2, 2, 3, "0xff"),
    ],
)
def test_refusal_names_the_place(data, line, column, offset, got):
    with pytest.raises(strict.BadJSON) as caught:
        strict.decode(data)
    error = caught.value
    assert (error.line, error.column, error.offset) == (line, column, offset)
    assert got in error.got


def test_depth():
    at_limit = b"[" * 32 + b"]" * 32
    assert strict.decode(at_limit)
    assert strict.decode(b"[" + b'{"a":"]]]["},' * 100 + b"0]")
    assert strict.decode(json.dumps("[" * 100).encode()) == "[" * 100
    for data in (b"[" + at_limit + b"]", b"[" * 100_000, b'{"a":' * 40 + b"0" + b"}" * 40):
        with pytest.raises(strict.BadJSON, match="levels"):
            strict.decode(data)


def test_escaped_backslash_is_no_surrogate():
    assert strict.decode(b'"\\\\ud800"') == "\\ud800"


@given(st.text(min_size=1))
def test_title_is_short_and_on_one_line(text):
    title = title_of(text)
    assert len(title) <= TITLE_LENGTH
    assert len(title.splitlines()) <= 1


def test_title():
    assert title_of("\n  Write a poem. Then another.") == "Write a poem."
    long = title_of("word " * 40)
    assert long.endswith("word…")
    assert len(long) <= 70
    assert title_of("これは文です。次の文。") == "これは文です。"


def test_category():
    assert category_of("Closed QA") == "closed_qa"
    assert category_of("roleplay") == "chat"
    assert category_of("something else") == "other"
