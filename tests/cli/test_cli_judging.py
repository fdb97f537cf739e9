"""Waivers, scores and explanations that are given with a submission."""

import json

import pytest


@pytest.fixture
def scored(cli, text):
    batch = {
        "format": "trainer-tui/batch",
        "version": 1,
        "id": "lab",
        "title": "Lab",
        "rubric": [{"name": "Tone"}, {"name": "code quality"}],
        "tasks": [
            {
                "id": "one",
                "kind": "respond",
                "title": "One",
                "instructions": "Do.",
                "prompts": ["Why?"],
                "rules": [
                    {"rule": "words", "at_most": 2},
                    {"rule": "characters", "at_most": 3},
                    {"rule": "words", "at_least": 1},
                ],
            },
            {"id": "two", "kind": "write", "title": "Two", "instructions": "Do."},
        ],
    }
    assert cli("import", text(json.dumps(batch), "lab.json")).code == 0
    return cli


def submit(cli, text, *options, content="one two three"):
    options = ("--waive", "characters=It is short.", *options)
    return cli("submit", "one", "--response-file", text(content), *options)


def sent(cli):
    return json.loads(cli("export", "--format", "native").out.splitlines()[-1])


def test_what_is_said_goes_with_the_submission(scored, text):
    result = submit(
        scored,
        text,
        *("--waive", "characters=A name = that long.", "--waive", "1=Because."),
        *("--score", "tone=6", "--score", "code quality=7", "--explain", "From my notes."),
    )
    assert result.code == 0
    record = sent(scored)
    assert [one["waived"] for one in record["verdicts"]] == ["Because.", "A name = that long.", ""]
    assert record["self_scores"] == {"Tone": 6, "code quality": 7}
    assert record["explanation"] == "From my notes."


def test_a_correction_keeps_what_was_said_and_can_change_it(scored, text):
    submit(scored, text, "--waive", "1=Because.", "--score", "tone=6", "--explain", "a")
    submit(scored, text, "--waive", "1=Another.", "--score", "tone=5", content="one two four")
    record = sent(scored)
    assert record["verdicts"][0]["waived"] == "Another."
    assert (record["self_scores"], record["explanation"]) == ({"Tone": 5}, "a")


def test_another_score_alone_is_a_revision_and_nothing_new_is_none(scored, text):
    assert submit(scored, text, "--waive", "1=Because.", "--score", "tone=6").code == 0
    assert submit(scored, text, "--score", "tone=5").code == 0
    refused = submit(scored, text, "--score", "tone=5")
    assert refused.code == 2
    assert "take the submission back with undo" in " ".join(refused.err.split())


def test_help_says_where_the_number_of_a_rule_comes_from(cli):
    told = " ".join(cli("submit", "--help").out.split())
    assert "by its name, or by its number in the order in which 'check' lists the rules" in told


def test_show_has_all_that_was_sent_with_a_text(scored, text):
    said = ("--waive", "1=Because\tit is so.", "--score", "tone=6", "--explain", "My notes.\nAll.")
    assert submit(scored, text, *said, content="one two three").code == 0
    assert submit(scored, text, "--score", "tone=7", content="one").code == 0
    first, second = scored("show", "one").out.split("\nSubmission, revision ")[1:]
    assert first.split("\nSent with it\n")[1].splitlines() == [
        "  ~ at most 2 words: 3, waived: Because it is so.",
        "  ~ at most 3 characters: 13, waived: It is short.",
        "  ✓ at least 1 words: 3",
        "  your own scores: Tone 6 of 7",
        "  where the text comes from: 100 % taken from a file · under a minute at the text",
        "  guidelines version 1",
        "",
        "Your explanation",
        "  My notes.",
        "  All.",
    ]
    assert "  ✓ at most 2 words: 1\n" in second and "Tone 7 of 7" in second


def test_a_rule_that_is_met_needs_no_waiver(scored, text):
    submit(scored, text, "--waive", "1=Because.", content="a")
    assert sent(scored)["verdicts"][0]["waived"] == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--waive", "wrods=x"), "no rule 'wrods'; did you mean 'words'?"),
        (("--waive", "words=x"), "'words' fits 2 rules"),
        (("--waive", "0=x"), "no rule '0'"),
        (("--waive", "4=x"), "no rule '4'"),
        (("--waive", "words"), "expected RULE=REASON"),
        (("--waive", "words= "), "expected RULE=REASON"),
        (("--waive", "1=a\x1bb"), "control character U+001B"),
        (("--score", "tnoe=5"), "no scale 'tnoe'; did you mean 'Tone'?"),
        (("--score", "tone=8"), "Tone: expected a whole number from 1 to 7, got '8'"),
        (("--score", "tone=0"), "from 1 to 7"),
        (("--score", "tone=4.5"), "from 1 to 7"),
        (("--score", "tone=²"), "from 1 to 7"),
        (("--score", "tone"), "expected SCALE=N"),
        (("--explain", "a\x07"), "control character U+0007"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(scored, text, options, said):
    result = submit(scored, text, *options)
    assert result.code == 2 and said in result.err
    assert scored("export", "--format", "native").out.count("\n") == 1


def test_the_numbers_of_the_rules_are_listed(scored, text):
    err = submit(scored, text, "--waive", "words=x").err
    assert "  1 words: at most 2 words\n  2 characters: at most 3 characters\n  3 words: " in err


def test_where_there_are_no_rules_and_no_rubric(scored, desk, text):
    texts = ("--prompt-file", text("p"), "--response-file", "text.md")
    assert "has no rules" in scored("submit", "two", *texts, "--waive", "1=x").err
    assert "has no rubric" in desk("submit", "poem", *texts, "--score", "tone=3").err
