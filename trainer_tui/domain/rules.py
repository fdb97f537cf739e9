"""Rules of a task in words. Their names and arguments are kept as data, as a task gives them."""

from collections.abc import Mapping
from typing import Any

_WORDS: Mapping[str, str] = {
    "words": "{amount} words",
    "characters": "{amount} characters",
    "turns": "{amount} turns",
    "code_block": "a {language} code block",
    "no_links": "no links",
    "no_citations": "no citations",
    "no_first_person": "no first person",
    "no_boilerplate": "no boilerplate",
    "capital_word_frequency": "{capital_relation} {capital_frequency} words in capitals",
    "english_capital": "all in capitals, in English",
    "english_lowercase": "all in lower case, in English",
    "french_capital": "all in capitals, in French",
    "french_lowercase": "all in lower case, in French",
    "spanish_capital": "all in capitals, in Spanish",
    "spanish_lowercase": "all in lower case, in Spanish",
    "repeat_prompt": "repeat the prompt first",
    "two_responses": "two responses, divided by ******",
    "number_placeholders": "{relation|at least} {num_placeholders} [placeholders]",
    "postscript": "a postscript: {postscript_marker}",
    "constrained_response": "one of the given answers",
    "json_format": "JSON only",
    "multiple_sections": "{num_sections} sections, each “{section_spliter}”",
    "number_bullet_lists": "{num_bullets} bullet points",
    "number_numbered_lists": "{num_items} numbered points",
    "number_highlighted_sections": "{relation|at least} {num_highlights} *highlighted* parts",
    "title": "a title in <<double angle brackets>>",
    "existence": "use {keywords}",
    "forbidden_words": "without {forbidden_words}",
    "frequency": "“{keyword}” {relation} {frequency} times",
    "letter_frequency": "the letter {letter} {let_relation} {let_frequency} times",
    "response_language": "in the language {language}",
    "nth_paragraph_first_word": (
        "{num_paragraphs} paragraphs, number {nth_paragraph} begins with {first_word}"
    ),
    "number_letters": "{relation} {num_letters} letters",
    "number_paragraphs": "{num_paragraphs} paragraphs, divided by ***",
    "number_sentences": "{relation} {num_sentences} sentences",
    "number_words": "{relation} {num_words} words",
    "no_comma": "no commas",
    "no_period": "no full stops",
    "end_checker": "ends with “{end_phrase}”",
    "quotation": "in double quotation marks",
}


def describe(rule: Mapping[str, Any]) -> str:
    """Write a rule in words; one that we do not know is written as its name and arguments."""
    name = str(rule.get("rule", "")).rpartition(":")[2]
    arguments = {key: value for key, value in rule.items() if key not in ("rule", "applies_to")}
    if template := _WORDS.get(name):
        return template.format_map(_Filled(arguments))
    plain_name = name.replace("_", " ")
    listed = ", ".join(f"{key.replace('_', ' ')} {_value(v)}" for key, v in arguments.items())
    return f"{plain_name}: {listed}" if listed else plain_name


class _Filled(dict[str, Any]):
    """Arguments for a template; `{name|default}` and `{amount}` are understood."""

    def __missing__(self, key: str) -> str:
        if key == "amount":
            return self._amount()
        name, _, default = key.partition("|")
        return _value(dict.get(self, name, default or "?"))

    def __getitem__(self, key: str) -> str:
        return _value(dict.__getitem__(self, key)) if key in self else self.__missing__(key)

    def _amount(self) -> str:
        low, high = dict.get(self, "at_least"), dict.get(self, "at_most")
        if low is not None and high is not None:
            return f"{low}–{high}"
        relation = str(dict.get(self, "relation", "exactly")).replace("_", " ")
        return f"{relation} {dict.get(self, 'count', '?')}"


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
