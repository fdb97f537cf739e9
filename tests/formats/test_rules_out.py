"""Rules and verdicts in what leaves the house, and IFEval files that come back the same."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.submission import Sample
from trainer_tui.domain.verdicts import Verdict
from trainer_tui.formats.reading import read_bytes
from trainer_tui.formats.writing import EXPORTS, export

WORDS = {"rule": "words", "relation": "at_most", "count": 200}
NO_COMMA = {"rule": "punctuation:no_comma"}
KEYWORDS = {"rule": "keywords:existence", "keywords": ["beans", "été", "\u2028"]}
ACCENTS = {"rule": "fr:special_character:accents"}
OF_THE_PROMPT = {"rule": "length_constraints:number_words", "num_words": 3, "applies_to": "prompt"}


def sample(*rules, task_id="b.t1", prompt="Will they survive?", **fields):
    return Sample(
        submission_id=f"s-{task_id}",
        task_id=task_id,
        batch_id="b",
        revision=1,
        messages=(Message(Role.USER, prompt), Message(Role.ASSISTANT, "No.")),
        own=0,
        category="chat",
        language="en",
        submitted_at=datetime(2024, 5, 1, tzinfo=UTC),
        verdicts=tuple(Verdict(rule=rule, met=True, figure="1") for rule in rules),
        **fields,
    )


def lines(name, *samples, with_rules=False):
    data = b"".join(export(samples, EXPORTS[name], with_rules=with_rules))
    return [json.loads(line) for line in data.splitlines()]


EXTRA = [name for name, format_ in EXPORTS.items() if format_.rules == "extra"]


@pytest.mark.parametrize("name", EXTRA)
def test_rules_and_verdicts_stand_beside_the_keys_of_a_format(name):
    one = msgspec.structs.replace(
        sample(),
        verdicts=(
            Verdict(rule=WORDS, met=False, figure="214", waived="The quote is long."),
            Verdict(rule={"rule": "from the future"}, met=None),
        ),
    )
    (plain,), (told,) = lines(name, one), lines(name, one, with_rules=True)
    added = {key: told.pop(key) for key in ("rules", "verdicts")}
    assert told == plain
    assert added == {
        "rules": [WORDS, {"rule": "from the future"}],
        "verdicts": [
            {"met": False, "figure": "214", "waived": "The quote is long."},
            {"met": None, "figure": "", "waived": ""},
        ],
    }
    (bare,) = lines(name, sample(), with_rules=True)
    assert (bare["rules"], bare["verdicts"]) == ([], [])


def test_which_formats_hold_them():
    held = {name: format_.rules for name, format_ in EXPORTS.items()}
    assert {name for name, how in held.items() if how == "own"} == {"native", "ifeval"}
    assert {name for name, how in held.items() if how == "refused"} == {"openai"}
    for name in ("openai", "native", "ifeval"):
        one = sample(NO_COMMA)
        assert lines(name, one, with_rules=True) == lines(name, one)


def test_native_has_all_of_it_unasked():
    told = {"self_scores": {"tone": 6}, "explanation": "Own notes.", "guidelines_version": "2"}
    record = lines("native", sample(WORDS, **told))[1]
    assert {name: record[name] for name in told} == told
    assert record["verdicts"] == [{"rule": WORDS, "met": True, "figure": "1", "waived": ""}]
    assert msgspec.convert(record, Sample) == sample(WORDS, **told)


def test_ifeval_says_its_own_kinds_and_tells_what_it_leaves_out():
    one = sample(WORDS, NO_COMMA, KEYWORDS, OF_THE_PROMPT)
    assert lines("ifeval", one) == [
        {
            "key": "b.t1",
            "prompt": "Will they survive?",
            "instruction_id_list": ["punctuation:no_comma", "keywords:existence"],
            "kwargs": [{}, {"keywords": KEYWORDS["keywords"]}],
            "response": "No.",
        }
    ]
    assert EXPORTS["ifeval"].left_out(one) == ("words", "length_constraints:number_words")
    assert EXPORTS["messages"].left_out(one) == ()


@pytest.mark.parametrize(
    ("unfit", "has"),
    [
        (sample(WORDS), "no rule of a kind that IFEval knows"),
        (sample(), "no rule of a kind"),
        (
            msgspec.structs.replace(
                sample(NO_COMMA),
                messages=(Message(Role.SYSTEM, "s"), *sample().messages),
            ),
            "more than one prompt",
        ),
    ],
)
def test_what_ifeval_cannot_hold_is_refused(unfit, has):
    with pytest.raises(BadInput, match=has):
        lines("ifeval", unfit)


def test_revisions_of_one_task_have_keys_of_their_own():
    old = sample(NO_COMMA, status="replaced")
    assert [one["key"] for one in lines("ifeval", old, sample(NO_COMMA))] == ["s-b.t1", "b.t1"]


ARGUMENTS = st.dictionaries(
    st.sampled_from(["keywords", "relation", "frequency", "end_phrase"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
    | st.integers(-(2**50), 2**50)
    | st.lists(st.sampled_from(["a", "été"]), max_size=3),
)
RULES = st.builds(
    lambda name, arguments: {"rule": name, **arguments},
    st.sampled_from(["keywords:existence", "startend:end_checker", "es:special_character:tildes"]),
    ARGUMENTS,
)


@given(st.lists(st.lists(RULES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_an_ifeval_file_comes_back_with_equal_rules(every):
    samples = [sample(*rules, task_id=f"b.t{n}") for n, rules in enumerate(every)]
    data = b"".join(export(samples, EXPORTS["ifeval"]))
    result = read_bytes(data, "out.jsonl")
    assert result.format == "ifeval"
    if not result.bad:  # arguments that this version of a kind refuses are refused on both ways
        assert [list(task.rules) for task in result.batch.tasks] == every
        assert {task.extra["response"] for task in result.batch.tasks} == {"No."}


def test_real_rules_come_back_equal():
    rules = [
        {"rule": "punctuation:no_comma"},
        {"rule": "keywords:existence", "keywords": ["beans", "frost"]},
        {"rule": "length_constraints:number_words", "relation": "at least", "num_words": 30},
        {"rule": "startend:end_checker", "end_phrase": "Any other questions?"},
    ]
    result = read_bytes(b"".join(export([sample(*rules)], EXPORTS["ifeval"])), "out.jsonl")
    (task,) = result.batch.tasks
    assert not result.bad and list(task.rules) == rules
    assert task.prompts == ("Will they survive?",)
