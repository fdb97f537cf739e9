"""Words in capitals, divided as NLTK 3.9 does: the conventions of the Penn Treebank.

The steps surround what is a token of its own with spaces, in their order, a sentence at a time.
"""

import re
from functools import lru_cache

from trainer_tui.domain.rules.sentences import divide

_AROUND = r" \g<0> "
_STEPS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Opening quotation marks.
        ("[«“‘„]|`+", _AROUND),
        (r'\A"', "``"),
        ("``", _AROUND),
        (r"([ (\[{<])(?:\"|'')", r"\1 `` "),
        (r"(?i)'(?!re|ve|ll|m|t|s|d|n)(\w)\b", r"' \1"),
        # Punctuation; the first and the second point at the end are two steps on purpose.
        (r"([^.])(\.)([\])}>\"'»”’ ]*+)\s*$", r"\1 \2 \3 "),
        (r"([:,])([^\d])", r" \1 \2"),
        ("[:,]$", _AROUND),
        (r"\.{2,}", _AROUND),
        ("[;@#$%&]", _AROUND),
        (r"([^.])(\.)([\])}>\"']*)\s*$", r"\1 \2\3 "),
        ("[?!]", _AROUND),
        ("([^'])' ", r"\1 ' "),
        (r"\*", _AROUND),
        (r"[\]\[(){}<>]", _AROUND),
        ("--", _AROUND),
        (r"\A|\Z", " "),
        # Closing quotation marks, and what is contracted.
        ("[»”’]", _AROUND),
        ("''", _AROUND),
        ('"', " '' "),
        (r"\s+", " "),
        ("([^' ])('[sS]|'[mM]|'[dD]|') ", r"\1 \2 "),
        ("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
        (r"(?i)\b(can)(not)\b", r" \1 \2 "),
        (r"(?i)\b(d)('ye)\b", r" \1 \2 "),
        (r"(?i)\b(gim)(me)\b", r" \1 \2 "),
        (r"(?i)\b(gon)(na)\b", r" \1 \2 "),
        (r"(?i)\b(got)(ta)\b", r" \1 \2 "),
        (r"(?i)\b(lem)(me)\b", r" \1 \2 "),
        (r"(?i)\b(more)('n)\b", r" \1 \2 "),
        (r"(?i)\b(wan)(na)(?=\s)", r" \1 \2 "),
        (r"(?i) ('t)(is)\b", r" \1 \2 "),
        (r"(?i) ('t)(was)\b", r" \1 \2 "),
    )
]
_QUOTES = ("``", "''")
_HAS_NONE = re.compile(r"(?:[^A-Z]|[A-Z](?=[a-z]))*+\Z")
_DIVIDED = re.compile("(?i)cannot|gimme|gonna|gotta|lemme|wanna")


@lru_cache(4096)
def _in_sentence(sentence: str) -> tuple[tuple[int, int], ...]:
    """Return where the tokens in capitals are in a sentence."""
    if sentence.isascii() and _HAS_NONE.match(sentence) and not _DIVIDED.search(sentence):
        return ()  # most sentences: each capital begins a word in small letters
    tokens = sentence
    for pattern, replacement in _STEPS:
        tokens = pattern.sub(replacement, tokens)
    found, at = [], 0
    for token in tokens.split():
        start = -1 if token in _QUOTES else sentence.find(token, at)
        if start < 0:
            if token.isupper():
                found.append((at, at))
            continue
        at = start + len(token)
        if token.isupper():
            found.append((start, at))
    return tuple(found)


def capital_words(text: str) -> list[tuple[int, int]]:
    """Return the words without small letters but with capitals."""
    return [
        (start + first, start + last)
        for start, end in divide(text, "english")
        if not (sentence := text[start:end]).islower()
        for first, last in _in_sentence(sentence)
    ]
