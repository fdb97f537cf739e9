import pytest

from trainer_tui.domain.message import Pair
from trainer_tui.domain.rules import BadRule, describe, kinds, read
from trainer_tui.domain.rules.registry import HOMES
from trainer_tui.domain.task import Kind, Task
from trainer_tui.domain.verdicts import Checker, Verdict, Waiver

AT_MOST_TWO = {"rule": "words", "relation": "at_most", "count": 2}


def task(*rules: dict[str, object], **fields: object) -> Task:
    return Task(id="b.1", kind=Kind.WRITE, title="T", instructions="I", rules=rules, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"rule": "wrods", "count": 2}, "rule", "did you mean 'words'"),
        ({"rule": "words", "realtion": "at_most", "count": 2}, "realtion", "'relation'"),
        (
            {"rule": "words", "relation": "atmost", "count": 2},
            "relation",
            "'atmost'; did you mean 'at_most'",
        ),
        ({"rule": "words", "relation": "at_most"}, "count", "nothing"),
        ({"rule": "words", "relation": "at_most", "count": "2"}, "count", "'2'"),
        ({"rule": "words", "at_least": 3, "at_most": 2}, "at_least", "3"),
        ({"rule": "words"}, "at_least", "nothing"),
        ({"rule": "words", "count": 2}, "relation", "nothing"),
        ({"rule": "words", "at_most": -1}, "count", "-1"),
        ({**AT_MOST_TWO, "applies_to": "title"}, "applies_to", "'title'"),
        ({}, "rule", "nothing"),
        ({"rule": 1}, "rule", "1"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_place(
    data: dict[str, object], field: str, said: str
) -> None:
    with pytest.raises(BadRule) as caught:
        read(data)
    assert caught.value.field == field
    assert said in caught.value.got


def test_a_rule_is_written_in_words() -> None:
    assert describe(AT_MOST_TWO) == "at most 2 words"
    assert describe({"rule": "words", "at_least": 120, "at_most": 300}) == "120–300 words"
    assert describe({"rule": "xx:odd_kind", "some_n": 2}) == "odd kind: some n 2"


def test_every_kind_says_what_it_checks() -> None:
    assert all(kind.help for kind in kinds().values())


def test_a_rule_applies_to_what_the_trainer_writes() -> None:
    pairs = (Pair("a prompt of five words", "one two"), Pair("and another", "one two three"))
    response, prompt = AT_MOST_TWO, {**AT_MOST_TWO, "applies_to": "prompt"}
    both = {**AT_MOST_TWO, "applies_to": "both"}
    verdicts = [c.verdict for c in Checker(task(response, prompt, both), "en").check(pairs)]
    assert [v.figure for v in verdicts] == ["turn 2: 3", "turn 1: 5", "turn 1: 5"]
    given = task(prompt, prompts=("a prompt of five words",))
    assert Checker(given, "en").check(pairs)[0].verdict == Verdict(
        rule=prompt, met=True, figure="2"
    )


def test_a_waiver_holds_for_its_rule_while_that_is_broken() -> None:
    checker = Checker(task(AT_MOST_TWO), "en")
    waivers = (Waiver(AT_MOST_TWO, "a quotation"),)
    broken = checker.check((Pair("p", "one two three"),), waivers)[0].verdict
    assert (broken.met, broken.waived, broken.open) == (False, "a quotation", False)
    assert checker.check((Pair("p", "one two three"),))[0].verdict.open
    assert checker.check((Pair("p", "one"),), waivers)[0].verdict.waived == ""


def test_a_rule_of_another_version_is_neither_met_nor_open() -> None:
    verdict = Checker(task({"rule": "haiku"}), "en").check((Pair("p", "r"),))[0].verdict
    assert verdict.met is None
    assert not verdict.open


def test_each_kind_is_found_in_the_module_where_it_is_looked_for_first() -> None:
    homes = {
        name: {
            f"trainer_tui.domain.rules.{module}"
            for module in HOMES.get(name.split(":")[-2:][0], "").split()
        }
        for name in kinds()
    }
    assert {
        name for name, kind in kinds().items() if kind.check.__module__ not in homes[name]
    } == set()
