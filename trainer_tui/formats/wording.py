"""The words that an imported task is given where its source has none."""

import re
import unicodedata

from trainer_tui.domain.task import Category, Kind

TITLE_LENGTH = 70

_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_JOINERS = "\u200d\ufe0e\ufe0f"

_CATEGORIES: dict[str, Category] = {
    "writing": Category.GENERATION,
    "creative_writing": Category.GENERATION,
    "generate": Category.GENERATION,
    "text_generation": Category.GENERATION,
    "roleplay": Category.CHAT,
    "dialogue": Category.CHAT,
    "conversation": Category.CHAT,
    "code": Category.CODING,
    "programming": Category.CODING,
    "extraction": Category.EXTRACT,
    "information_extraction": Category.EXTRACT,
    "summarization": Category.SUMMARIZE,
    "summary": Category.SUMMARIZE,
    "classification": Category.CLASSIFY,
    "brainstorming": Category.BRAINSTORM,
    "rewriting": Category.REWRITE,
    "qa": Category.OPEN_QA,
    "general_qa": Category.OPEN_QA,
    "reasoning": Category.OPEN_QA,
    "math": Category.OPEN_QA,
    "stem": Category.OPEN_QA,
    "humanities": Category.OPEN_QA,
    "knowledge": Category.OPEN_QA,
    "generic": Category.OPEN_QA,
    "common_sense": Category.OPEN_QA,
    "fermi": Category.OPEN_QA,
    "counterfactual": Category.OPEN_QA,
}

_INSTRUCTIONS = {
    Kind.WRITE: "Write a prompt and the ideal response to it.",
    Kind.DIALOGUE: "Write both sides of the dialogue.",
    Kind.REWRITE: "Improve the response.",
    Kind.RANK: "Put the responses in order, best first.",
    Kind.RATE: "Score the response from 1 to 7.",
    Kind.LABEL: "Classify the text.",
}


def category_of(name: str) -> Category:
    """Our category for another set's name of one; `other` where none fits."""
    plain = re.sub(r"[^a-z]+", "_", name.strip().lower())
    try:
        return Category(plain)
    except ValueError:
        return _CATEGORIES.get(plain, Category.OTHER)


def title_of(text: str) -> str:
    """Make a title of at most 70 characters: the first sentence, or what fits and `…`."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    line = _BLANKS.sub(" ", line).strip()
    end = _SENTENCE_END.search(line)
    sentence = line[: end.end()] if end and end.end() > 3 else line
    if len(sentence) <= TITLE_LENGTH:
        return sentence
    cut = TITLE_LENGTH - 1
    space = sentence.rfind(" ", TITLE_LENGTH // 2, cut + 1)
    if space > 0:
        cut = space
    while cut > 1 and (
        unicodedata.combining(sentence[cut])
        or sentence[cut] in _JOINERS
        or sentence[cut - 1] == _JOINERS[0]
    ):
        cut -= 1
    return sentence[:cut].rstrip(" ,;:-–—(") + "…"


def instructions_for(kind: Kind, prompts: int, context: bool = False) -> str:
    """Say in a sentence what to do, for a task whose source does not."""
    if kind is not Kind.RESPOND:
        return _INSTRUCTIONS[kind]
    if context:
        return "Read the conversation, then write the ideal response to its last message."
    if prompts > 1:
        return f"Write the ideal response to each of the {prompts} prompts, one after the other."
    return "Write the ideal response to the prompt."
