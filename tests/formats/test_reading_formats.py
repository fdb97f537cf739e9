"""Every format in its exact shape, and the published files where the machine has them."""

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.task import Category, Kind, Turns
from trainer_tui.formats.reading import FORMATS, ReadOptions, read_batch, read_bytes

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = {
    "native.json": ("native", 3),
    "native.jsonl": ("native", 3),
    "prompts.jsonl": ("prompts", 2),
    "table.csv": ("csv", 2),
    "mt_bench.jsonl": ("mt-bench", 2),
    "self_instruct.jsonl": ("self-instruct", 2),
    "self_instruct_user.jsonl": ("self-instruct", 1),
    "ifeval.jsonl": ("ifeval", 2),
    "oasst_trees.jsonl": ("oasst-trees", 2),
    "oasst_nested.jsonl": ("oasst-trees", 2),
    "oasst_threads.jsonl": ("oasst-trees", 1),
    "oasst_flat.json": ("oasst-messages", 2),
    "prompt_list.jsonl": ("prompt-list", 2),
    "label_studio.json": ("label-studio", 2),
    "label_studio_single.json": ("label-studio", 1),
}
REAL = os.environ.get("TRAINER_TUI_REAL_DATA")
FILES = [FIXTURES / name for name in EXPECTED]
FILES += sorted(Path(REAL).rglob("*.json*")) if REAL else []


def tasks_of(name, **options):
    result = read_batch(FIXTURES / name, options=ReadOptions(**options))
    assert result.bad == ()
    return result.batch.tasks


@pytest.mark.parametrize("name", EXPECTED)
def test_is_told_by_content_whatever_the_name(name, tmp_path):
    other = tmp_path / "data.txt"
    other.write_bytes((FIXTURES / name).read_bytes())
    result = read_batch(other)
    assert (result.format, len(result.batch.tasks)) == EXPECTED[name]
    assert result.bad == ()
    assert result.rows >= len(result.batch.tasks)


@pytest.mark.parametrize("name", EXPECTED)
def test_same_file_gives_same_tasks_at_any_time(name):
    def read(day):
        options = ReadOptions(now=datetime(2024, 1, day, tzinfo=UTC))
        return read_batch(FIXTURES / name, options=options).batch

    assert msgspec.json.encode(read(1).tasks) == msgspec.json.encode(read(2).tasks)
    assert read(2).imported_at == datetime(2024, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_change_nothing(name, encoding, tmp_path):
    data = (FIXTURES / name).read_bytes()
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    again = read_bytes((mark + data.decode()).encode(encoding), name)
    assert again.batch == read_bytes(data, name).batch


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "table.csv"])
def test_carriage_returns_change_nothing(name):
    data = (FIXTURES / name).read_bytes()
    assert read_bytes(data.replace(b"\n", b"\r\n"), name).batch == read_bytes(data, name).batch


@pytest.mark.parametrize("name", EXPECTED)
def test_ids_are_unique_and_of_the_batch(name):
    tasks = tasks_of(name, batch_id="b1")
    assert len({task.id for task in tasks}) == len(tasks)
    assert all(task.id.startswith("b1.") for task in tasks)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_imports_without_a_bad_row(path):
    if path.name.startswith("reference_answer"):
        with pytest.raises(BadInput, match="reference answers"):
            read_batch(path)
        return
    result = read_batch(path)
    assert result.bad == ()
    assert result.batch.tasks
    assert result.batch == read_batch(path).batch


def test_native_is_read_as_written():
    batch = read_batch(FIXTURES / "native.json").batch
    assert (batch.id, batch.title, batch.team) == ("harbor", "Harbor office", "Quay")
    assert batch.guidelines.version == "3"
    assert batch.rubric[0].name == "Helpful"
    assert batch.source == "native.json (native)"
    first, second, third = batch.tasks
    assert first.id == "harbor.h-1"
    assert first.rules == ({"rule": "words", "relation": "at_most", "count": 80},)
    assert second.turns == Turns(2, 4)
    assert second.context[0] == Message(Role.USER, "Hello?")
    assert third.title == "Über – 港 \x1b[31m"
    assert third.instructions == "Write a prompt [b]about[/b] knots."
    assert batch.tasks == read_batch(FIXTURES / "native.jsonl").batch.tasks


def test_mt_bench():
    first, second = tasks_of("mt_bench.jsonl")
    assert first.id == "mt_bench.1"
    assert first.kind is Kind.RESPOND
    assert first.prompts == ("Describe a lighthouse.", "Now in one line.")
    assert first.title == "Describe a lighthouse."
    assert first.instructions.startswith("Write the ideal response to each of the 2 prompts")
    assert (first.category, second.category) == (Category.GENERATION, Category.OPEN_QA)
    assert second.extra == {"category": "math", "reference": ["4.7 km", "11 km"]}


def test_reference_answers_are_refused_for_what_they_are():
    with pytest.raises(BadInput, match=r"mt_bench_answers\.jsonl, line 1: .*reference answers"):
        read_batch(FIXTURES / "mt_bench_answers.jsonl")


def test_self_instruct():
    first, second = tasks_of("self_instruct.jsonl")
    assert first.prompts == ("Sort the boats by length.\n\nketch 9 m, sloop 7 m",)
    assert second.prompts == ("Is it a boat?",)
    assert (first.title, second.category) == ("Sort boats", Category.CLASSIFY)
    assert first.extra["instances"][0]["output"] == "sloop, ketch"


def test_ifeval():
    result = read_batch(FIXTURES / "ifeval.jsonl")
    first = result.batch.tasks[0]
    assert first.rules == (
        {"rule": "fr:punctuation:no_comma"},
        {"rule": "fr:length_constraints:number_words", "relation": "au moins", "num_words": 30},
    )
    assert (first.language, result.batch.language) == ("fr", "fr")


@pytest.mark.parametrize("name", ["oasst_trees.jsonl", "oasst_nested.jsonl"])
def test_oasst_walks_the_best_branch(name):
    first, second = tasks_of(name, batch_id="b")
    assert first.id == "b.m1"
    assert [message.content for message in first.context] == [
        "How do I tie a bowline?",
        "Make a loop first.",
    ]
    assert first.prompts == ("And then?",)
    assert (first.extra["reply"], first.extra["reply_id"]) == ("Pass the end through.", "m7")
    assert first.extra["message_ids"] == ["m1", "m4", "m5"]
    assert first.extra["labels"] == {"quality": {"value": 0.75, "count": 4}}
    assert first.language == "en"
    assert (second.context, second.prompts) == ((), ("Why is the sea salt?",))
    assert "reply" not in second.extra


def test_oasst_threads_and_flat_messages():
    (thread,) = tasks_of("oasst_threads.jsonl")
    assert (thread.id, thread.prompts, len(thread.context)) == (
        "oasst_threads.th1",
        ("And then?",),
        2,
    )
    first, second = tasks_of("oasst_flat.json")
    assert (first.id, first.prompts, first.extra["reply"]) == (
        "oasst_flat.u1",
        ("I sit.",),
        "Take the oars.",
    )
    assert second.extra["tree_state"] == "growing"


def test_flat_messages_without_a_first_one_are_refused():
    rows = [
        b'{"message_id":"a","parent_id":"b","text":"x","role":"prompter"}',
        b'{"message_id":"b","parent_id":"a","text":"x","role":"assistant"}',
        b'{"message_id":"c","parent_id":"zz","text":"x","role":"prompter"}',
        b'{"message_id":"d","parent_id":null,"text":"x","role":"prompter"}',
        b'{"message_id":"d","parent_id":null,"text":"x","role":"prompter"}',
    ]
    result = read_bytes(b"\n".join(rows), "flat.jsonl")
    assert [row.line for row in result.bad] == [1, 2, 3, 5]
    assert "as in line 4" in result.bad[-1].got
    assert len(result.batch.tasks) == 1


def test_label_studio():
    result = read_batch(FIXTURES / "label_studio.json")
    first, second = result.batch.tasks
    assert result.mapping == {"prompt": "data.text", "id": "id"}
    assert (first.id, first.prompts) == ("label_studio.11", ("Is the ferry late?",))
    assert first.extra["meta"] == {"batch": "a"}
    assert first.extra["data"] == {"source": "phone"}
    assert second.extra["annotations"][0]["result"][0]["value"] == {"text": ["At pier 3."]}
    (single,) = tasks_of("label_studio_single.json")
    assert single.prompts == ("The gull took my lunch.",)


def test_mapping_can_be_told():
    told = {"prompt": "data.source", "title": "data.text"}
    result = read_batch(FIXTURES / "label_studio.json", options=ReadOptions(mapping=told))
    assert result.batch.tasks[0].prompts == ("phone",)
    assert result.batch.tasks[0].title == "Is the ferry late?"
    rows = read_bytes(b'{"a":{"b":"Hi"}}', "x.json", options=ReadOptions(mapping={"prompt": "a.b"}))
    assert rows.batch.tasks[0].prompts == ("Hi",)


def test_table():
    result = read_batch(FIXTURES / "table.csv")
    first, second = result.batch.tasks
    assert first.prompts == ('Write a poem, with "rain" in it\r\nand a second line',)
    assert first.category is Category.GENERATION
    assert first.extra == {"owner": "ann", "category": "writing"}
    assert (second.language, second.extra) == ("fr", {"category": "chat"})


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_table_with_another_delimiter(delimiter):
    text = f"title{delimiter}prompt\nA, b{delimiter}Say c, d\n"
    (task,) = read_bytes(text.encode(), "x.csv").batch.tasks
    assert (task.title, task.prompts) == ("A, b", ("Say c, d",))


def test_table_cell_of_a_megabyte():
    (task,) = read_bytes(b"prompt\n" + b"x" * 2**20 + b"\n", "x.csv").batch.tasks
    assert len(task.prompts[0]) == 2**20


def test_table_without_prompts_has_tasks_to_write():
    text = b"title,instructions,kind\nA,Write about A,\nB,Talk about B,dialogue\n"
    first, second = read_bytes(text, "x.csv").batch.tasks
    assert (first.kind, first.instructions) == (Kind.WRITE, "Write about A")
    assert second.kind is Kind.DIALOGUE


def test_kind_told_makes_the_prompt_the_instructions_of_a_write_task():
    task = tasks_of("prompt_list.jsonl", kind=Kind.WRITE)[0]
    assert (task.prompts, task.instructions) == ((), "Can you tell me about buoys?")


def test_prompt_of_messages_is_a_conversation_to_continue():
    row = b"""{"prompt":[{"role":"system","content":"S"},{"role":"user","content":"a"},
        {"role":"assistant","content":"b"},{"role":"user","content":"c"}]}"""
    (task,) = read_bytes(row.replace(b"\n", b""), "x.jsonl").batch.tasks
    assert (task.system, task.prompts) == ("S", ("c",))
    assert [message.content for message in task.context] == ["a", "b"]


def test_id_without_one_in_the_source_follows_the_text_and_not_the_line():
    before = {
        task.prompts: task.id for task in read_bytes(b'"one"\n"two"\n', "x.jsonl").batch.tasks
    }
    after = read_bytes(b'"new"\n"one"\n"two!"\n"one"', "x.jsonl").batch.tasks
    assert after[1].id == before["one",]
    assert after[2].id != before["two",]
    assert after[3].id == before["one",] + "-2"


def test_options_name_the_batch():
    options = ReadOptions(batch_id="b-7", title="T", team="Quay", language="fr")
    for name in ("native.json", "prompts.jsonl"):
        batch = read_batch(FIXTURES / name, options=options).batch
        assert (batch.id, batch.title, batch.team, batch.language) == ("b-7", "T", "Quay", "fr")
        assert batch.tasks[0].id.startswith("b-7.")


def test_progress_reaches_the_end():
    for name in EXPECTED:
        calls = []
        read_batch(FIXTURES / name, progress=lambda *call, calls=calls: calls.append(call))
        done = [done for done, _ in calls]
        assert done[0] == 0
        assert done[-1] == calls[-1][1] > 0
        assert done == sorted(done)


def test_every_format_has_a_fixture():
    assert {name for name, _ in EXPECTED.values()} == set(FORMATS)
