"""What is refused, and that the refusal names file, line, field and what was expected."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.task import Category, Kind, Task, Turns
from trainer_tui.formats import source as source_module
from trainer_tui.formats.reading import ReadOptions, bad_rows_file, read_batch, read_bytes
from trainer_tui.formats.sources import native

HEAD = b'{"format":"trainer-tui/batch","version":1,"id":"b"}\n'
WORDS = {"rule": "words", "at_most": 20}
GOOD = {"id": "t1", "kind": "write", "title": "T", "instructions": "I"}


def lines(*tasks):
    rows = [task if isinstance(task, bytes) else json.dumps(task).encode() for task in tasks]
    return HEAD + b"\n".join(rows) + b"\n"


def bad_of(*tasks):
    result = read_bytes(lines(*tasks), "f.jsonl")
    assert len(result.batch.tasks) + len(result.bad) == result.rows
    return result.bad


def test_unreadable_paths(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="no file"):
        read_batch(tmp_path / "none.json")
    with pytest.raises(BadInput, match="is a folder"):
        read_batch(tmp_path)

    def denied(self):
        raise PermissionError(13, "Permission denied")

    locked = tmp_path / "locked.json"
    locked.touch()
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(BadInput, match="may not be read"):
        read_batch(locked)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"[]", "known format"),
        (b"prompt\n", "no tasks"),
        (b"just some prose\nand more\n", "known format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "UTF-8"),
        (b"GIF89a\0\0", "NUL byte"),
        ("prompt\nA".encode("utf-16-le"), "UTF-16"),
        (b"\xff\xfea", "UTF-16"),
        (b"prompt\n\xff\n", r"line 2.*byte 7.*UTF-8.*0xff"),
        (b'[{"prompt": "\xff"}]', r"line 1.*byte 13.*UTF-8"),
        (b"[" * 100_000, "32 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "32 levels"),
        (b'[\n{"prompt": NaN}]', r"line 2.*NaN"),
        (b'[{"prompt": "a"},\n{"prompt": "b"', r"line 2"),
        (b'[{"prompt": "a"}] x', "end of the JSON value"),
        (b'prompt\n"open\n', "comma separated"),
        (b"prompt,prompt\na,b\n", "each column once"),
        (b'{"messages":[]}\n', "finished conversations"),
        (b'{"format":"trainer-tui/other","version":1}', '"trainer-tui/batch"'),
        (b'{"format":"trainer-tui/batch","version":2}', "version 2"),
        (b'{"format":"trainer-tui/batch"}', "field version"),
        (b'{"format":"trainer-tui/batch","version":1,"tasks":[]}', "no tasks"),
        (b'{"format":"trainer-tui/batch","version":1,"tasks":{}}', "field tasks"),
        (b'{"format":"trainer-tui/batch","version":1,"titel":"x"}', "did you mean 'title'"),
        (b'{"format":"trainer-tui/batch","version":1,"title":1}', "field title: expected text"),
        (b'{"format":"trainer-tui/batch","version":1,"id":"../x"}', "field id"),
        (
            b'{"format":"trainer-tui/batch","version":1,"rubric":[{"nam":"x"}]}',
            r"field rubric\[0\]\.nam.*did you mean 'name'",
        ),
        (json.dumps(GOOD).encode() + b"\n" + json.dumps(GOOD).encode(), "without its batch"),
    ],
)
def test_whole_file_is_refused(data, says):
    with pytest.raises(BadInput, match=says) as caught:
        read_bytes(data, "f.bin")
    assert "f.bin" in caught.value.message


@pytest.mark.parametrize(
    ("change", "field", "expected", "got"),
    [
        ({"titel": "x"}, "titel", "a known field", "did you mean 'title'"),
        ({"title": 7}, "title", "text", "7"),
        ({"title": " "}, "title", "text", "' '"),
        ({"instructions": ""}, "instructions", "text", "''"),
        ({"id": ""}, "id", "text", "''"),
        ({"kind": "respnd"}, "kind", "one of write, respond", "did you mean 'respond'"),
        ({"category": "codng"}, "category", "one of generation", "did you mean 'coding'"),
        ({"kind": "respond"}, "prompts", "at least one prompt", "none"),
        ({"prompts": ["a", " "]}, "prompts[1]", "text", "' '"),
        ({"prompts": "a"}, "prompts", "a list", "'a'"),
        ({"rules": ["x"]}, "rules[0]", "an object", "'x'"),
        ({"rules": [{}]}, "rules[0].rule", "the name of a rule", "nothing"),
        ({"rules": [{"rule": 1}]}, "rules[0].rule", "the name of a rule", "1"),
        ({"rules": [WORDS, {"rule": "wrods"}]}, "rules[1].rule", "a known rule", "'words'?"),
        ({"rules": [{"rule": "de:a:b"}]}, "rules[0].rule", "a known rule", "'de:a:b'"),
        ({"rules": [WORDS | {"max": 2}]}, "rules[0].max", "an argument of words", "'max'"),
        ({"rules": [{"rule": "forbids", "pattern": "(?=a"}]}, "rules[0].pattern", "RE2", "(?="),
        ({"turns": {"at_least": 3, "at_most": 2}}, "turns", "at_least <= at_most", "3"),
        ({"turns": {"at_least": 0}}, "turns.at_least", "at least 1", "0"),
        ({"turns": {"at_leat": 1}}, "turns.at_leat", "a known field", "at_least"),
        ({"turns": {"at_most": 1}, "prompts": ["a", "b"]}, "prompts", "at most 1", "2 prompts"),
        ({"context": [{"role": "usr", "content": "x"}]}, "context[0].role", "one of system", "usr"),
        ({"context": [{"role": "user"}]}, "context[0].content", "a value", "nothing"),
        ({"language": "english please"}, "language", "BCP 47", "english"),
        ({"estimate_minutes": -1}, "estimate_minutes", "more than 0", "-1"),
        ({"browsing": "no"}, "browsing", "true or false", "'no'"),
        ({"kind": "rank"}, "responses", "at least 2", "0"),
        ({"extra": [1]}, "extra", "an object", "a list of 1"),
    ],
)
def test_native_row_is_refused(change, field, expected, got):
    good = GOOD | {"id": "ok"}
    bad = bad_of(good, GOOD | change)
    document = {"format": "trainer-tui/batch", "version": 1, "tasks": [good, GOOD | change]}
    in_document = read_bytes(json.dumps(document, indent=1).encode(), "f.json").bad
    for row, line in ((bad[0], 3), (in_document[0], 11)):
        assert (row.field, row.line) == (field, line)
        assert expected in row.expected
        assert got in row.got


def ifeval(name, **arguments):
    row = {"prompt": "P", "instruction_id_list": ["punctuation:no_comma", name]}
    return json.dumps(row | {"kwargs": [{}, arguments]}).encode()


@pytest.mark.parametrize(
    ("name", "arguments", "field", "got"),
    [
        ("keywords:existance", {}, "instruction_id_list[1]", "did you mean 'keywords:existence'?"),
        ("wrods", {}, "instruction_id_list[1]", "did you mean 'words'?"),
        ("en:keywords:existence", {"keyword": ["a"]}, "kwargs[1].keyword", "'keywords'?"),
        ("keywords:existence", {"keywords": 3}, "kwargs[1].keywords", "3"),
    ],
)
def test_ifeval_row_is_refused_in_its_own_terms(name, arguments, field, got):
    (row,) = read_bytes(ifeval(name, **arguments), "f.jsonl").bad
    assert row.field == field
    assert row.got.endswith(got)


def test_instructions_of_other_collections_are_kept_and_said():
    names = ["tlh:keywords:existence", "count:numbers", "count:numbers"]
    result = read_bytes(b"\n".join(ifeval(name, n=1) for name in names), "f.jsonl")
    assert not result.bad
    assert result.batch.tasks[1].rules == (
        {"rule": "punctuation:no_comma"},
        {"rule": "count:numbers", "n": 1},
    )
    (note,) = result.notes
    assert "count:numbers (2), tlh:keywords:existence (1)" in note


@pytest.mark.parametrize("missing", GOOD)
def test_missing_field(missing):
    (row,) = bad_of({key: value for key, value in GOOD.items() if key != missing})
    assert (row.field, row.got) == (missing, "nothing")


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"1e999", "1e999"),
        (b"9007199254740993", "9007199254740993"),
        (b"-12345678901234567890123", "-12345678901234567890123"),
        (b'"\\ud800"', "lone surrogate"),
        (b'"\\udc00 text after it"', "lone surrogate"),
        (b'"a\\u0000b"', r"\x00"),
        (b'"a\0b"', r"\x00"),
        (b'"\xff"', "0xff"),
        (b"[" * 40 + b"]" * 40, "levels"),
        (b"[" * 100_000, "levels"),
        (b'{"a":1,"a":2}', "'a' twice"),
        (b'"open', "column"),
    ],
)
def test_row_that_parsers_read_differently_is_refused(extra, says):
    row = json.dumps(GOOD).encode()[:-1] + b', "extra": {"x": ' + extra + b"}}"
    (bad,) = bad_of(GOOD | {"id": "ok"}, row)
    assert bad.line == 3
    assert says in f"{bad.expected} {bad.got}"
    assert bad.raw == row


def test_depth_of_32_is_read():
    row = json.dumps(GOOD).encode()[:-1] + b', "extra": {"x": ' + b"[" * 30 + b"]" * 30 + b"}}"
    assert bad_of(row) == ()
    assert len(bad_of(row.replace(b"[]", b"[[]]"))) == 1


@pytest.mark.parametrize("key", ["id", "title", "kind"])
def test_repeated_key_is_refused_even_among_good_rows(key):
    good = [GOOD | {"id": f"g{number}"} for number in range(50)]
    row = json.dumps(GOOD).encode()[:-1] + f', "{key}": "write"}}'.encode()
    (bad,) = bad_of(*good[:25], row, *good[25:])
    assert (bad.line, bad.got.split(" at ")[0]) == (27, f"'{key}' twice")


def test_repeated_key_is_not_hidden_by_an_escaped_colon():
    row = b'{"id":"t","kind":"write","title":"a\\u003ab","title":"a\\u003ab","instructions":"I"}'
    assert bad_of(row)[0].got.startswith("'title' twice")
    short = json.dumps(GOOD | {"turns": {"at_most": 1}}).encode()[:-1] + b', "title": "T"}'
    assert bad_of(short)[0].got.startswith("'title' twice")


def test_duplicate_ids_name_both_lines():
    (row,) = bad_of(GOOD, GOOD | {"id": "other"}, GOOD)
    assert (row.line, row.field) == (4, "id")
    assert row.got == "'t1', as in line 2"
    many = [GOOD | {"id": f"t{number}", "title": "x" * 200} for number in range(1, 3000)]
    (row,) = bad_of(*many, GOOD)
    assert (row.line, row.got) == (3001, "'t1', as in line 2")
    result = read_bytes(b'{"id": 1, "prompt": "a"}\n\n{"id": "1", "prompt": "b"}', "f.jsonl")
    assert result.bad[0].got == "'1', as in line 1"


def test_bad_bytes_are_named_with_their_place_in_the_file():
    row = b'{"prompt": "ok"}\n{"prompt": "\xc3("}\n'
    (bad,) = read_bytes(row, "f.jsonl").bad
    assert bad.line == 2
    assert row[29:30] == b"\xc3"
    assert "byte 29 of the file" in bad.got


def test_torn_last_line_is_one_bad_row():
    (bad,) = bad_of(GOOD, b'{"id": "t2", "ki')
    assert bad.line == 3


def test_row_limits(monkeypatch):
    big = GOOD | {"instructions": "x" * 2**20}
    assert bad_of(big) == ()
    monkeypatch.setattr(source_module, "MAX_ROW", 2**19)
    (bad,) = read_bytes(b'{"prompt": "a"}\n{"prompt": "' + b"x" * 2**19 + b'"}', "f.jsonl").bad
    assert bad.line == 2
    assert bad.got.endswith("bytes")


def test_messages_show_nothing_that_a_terminal_obeys():
    bad = bad_of(GOOD | {"kind": "\x1b]52;c;x\x07\u202e", "id": "ok"})
    bad += read_bytes(b'{"prompt": "ok"}\n{"prompt": 5, "\x1b[31m": 1}', "f.jsonl").bad
    for row in bad:
        assert str(row).isprintable()
    with pytest.raises(BadInput) as caught:
        read_bytes("\x1b[31m,\u202e\nb,c\n".encode(), "f.csv")
    assert caught.value.message.isprintable()


def test_text_with_controls_and_markup_stays_as_it_is():
    text = "\x1b[31m[b]x[/b]\u2028\u202e\r\n\ttab\x07 \ud83d\ude00".encode(
        "utf-16", "surrogatepass"
    ).decode("utf-16")
    assert read_bytes(lines(GOOD | {"title": text}), "f").batch.tasks[0].title == text
    assert read_bytes(json.dumps([text]).encode(), "f").batch.tasks[0].prompts == (text,)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ('{"question_id": 2, "turns": []}', "turns"),
        ('{"question_id": 2, "turns": ["a", 1]}', "turns[1]"),
        ('{"question_id": 2}', "turns"),
        ('{"question_id": [], "turns": ["a"]}', "question_id"),
        ("[]", ""),
    ],
)
def test_row_of_another_set_is_refused(row, field):
    data = '{"question_id": 1, "turns": ["a"]}\n' + row
    (bad,) = read_bytes(data.encode(), "f.jsonl").bad
    assert (bad.line, bad.field) == (2, field)


def test_ifeval_arguments_must_fit():
    row = '{{"key": {}, "prompt": "p", "instruction_id_list": ["en:a:b"], "kwargs": {}}}'
    data = "\n".join([row.format(1, "[{}]"), row.format(2, "[]"), row.format(3, "[3]")])
    bad = read_bytes(data.encode(), "f.jsonl").bad
    assert [item.field for item in bad] == ["kwargs", "kwargs[0]"]


def test_table_row_with_too_many_cells():
    (bad,) = read_bytes(b'prompt,id\n"a\nb",1\nc,2,3\n', "f.csv").bad
    assert (bad.line, bad.expected, bad.got, bad.raw) == (4, "2 cells", "3", b"c,2,3")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"format": "mtbench"}, "did you mean 'mt-bench'"),
        ({"format": "csv"}, "got JSON"),
        ({"mapping": {"promt": "x"}}, "did you mean 'prompt'"),
        ({"batch_id": "A b"}, "not an id"),
        ({"language": "x y"}, "BCP 47"),
        ({"format": "mt-bench", "mapping": {"prompt": "x"}}, "are fixed"),
    ],
)
def test_options_that_make_no_sense(options, says):
    with pytest.raises(BadInput, match=says):
        read_bytes(b'{"prompt": "a"}\n', "f.jsonl", options=ReadOptions(**options))


def test_told_column_that_is_not_there():
    options = ReadOptions(mapping={"prompt": "txt"})
    with pytest.raises(BadInput, match="no column 'txt'; did you mean 'text'"):
        read_bytes(b"id,text\n1,a\n", "f.csv", options=options)


def test_bad_rows_file_can_be_repaired_and_read():
    bad = bad_of(GOOD | {"title": 7}, b'{"id": "\xff"}')
    records = [json.loads(line) for line in bad_rows_file(bad).splitlines()]
    assert [list(record) for record in records] == [
        ["file", "line", "field", "expected", "got", "row"]
    ] * 2
    assert json.loads(records[0]["row"]) == GOOD | {"title": 7}
    assert records[1]["row"] == '{"id": "\\xff"}'


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMED = TEXT.filter(str.strip)
TASKS = st.builds(
    Task,
    id=st.from_regex(r"[a-zA-Z0-9_. -]{1,12}", fullmatch=True),
    kind=st.sampled_from([Kind.WRITE, Kind.DIALOGUE, Kind.LABEL]),
    title=NAMED,
    instructions=NAMED,
    category=st.sampled_from(Category),
    system=st.none() | TEXT,
    turns=st.none() | st.builds(Turns, st.integers(1, 3), st.integers(3, 9)),
    rules=st.lists(
        st.fixed_dictionaries({"rule": st.just("words"), "at_least": st.integers(0, 9)})
        | st.fixed_dictionaries({"rule": st.just("code_block"), "language": TEXT})
    ).map(tuple),
    priority=st.integers(-9, 9),
    extra=st.dictionaries(TEXT, TEXT | st.integers(0, 2**53) | st.lists(st.booleans())),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(TASKS, min_size=1, max_size=5), st.booleans())
def test_fast_path_gives_what_the_careful_one_gives(tasks, spelled_out):
    if spelled_out:
        rows = [json.dumps(msgspec.to_builtins(task)).encode() for task in tasks]
    else:
        rows = [msgspec.json.encode(task) for task in tasks]
    data = lines(*rows)
    fast = read_bytes(data, "f.jsonl")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "_add_fast", lambda *_: False)
        careful = read_bytes(data, "f.jsonl")
    assert fast == careful
    if not fast.bad:
        read = [msgspec.structs.replace(task, id="") for task in fast.batch.tasks]
        assert read == [msgspec.structs.replace(task, id="") for task in tasks]


def test_native_lines_take_the_fast_path(monkeypatch):
    tasks = [GOOD | {"id": f"t{number}"} for number in range(5000)]

    def careful(*_):
        raise AssertionError("the careful path was taken")

    monkeypatch.setattr(native, "_add_slowly", careful)
    result = read_bytes(lines(*tasks), "f.jsonl")
    assert len(result.batch.tasks) == 5000
    assert result.batch.tasks[-1].id == "b.t4999"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | TEXT.map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    try:
        read_bytes(data, "f")
    except BadInput as error:
        assert str(error)
