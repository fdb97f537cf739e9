"""How many sentences a Japanese text has, as M-IFEval counts them.

It takes ja_sentence_segmenter: symbols become full width, spaces beside Japanese letters go,
each line is a sentence unless it ends with の, and 。！？ end one outside quotations.
"""

import re
from functools import cache

from trainer_tui.domain.rules.kind import Arguments, Finding
from trainer_tui.domain.rules.published import Japanese, Number, compared, published, said

_WIDE = str.maketrans(
    dict(
        zip(
            "!\"#$%&'()*+,./:;<=>?@[¥]^_`{|}｡｢｣",
            "！”＃＄％＆’（）＊＋，．／：；＜＝＞？＠［￥］＾＿｀｛｜｝。「」",
            strict=True,
        )
    )
    | dict.fromkeys("-˗֊‐‑‒–⁃⁻₋−﹣－ｰ—―─━ー", "ー")
    | dict.fromkeys("~∼∾〜〰～", "～")
    | {chr(wide): chr(wide - 0xFEE0) for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
    | {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF41, 0xFF5B)}
)
"""What matters of the normalization of neologd: for hyphens any sign of full width will do."""

_WIDE_LETTER = "\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef"
_SPACES = re.compile("[ \u3000]+")
_QUOTATION = re.compile("「[^「」]*」")
_PARENTHESES = re.compile("（[^（）]*）")
_END = re.compile("(?<!∯)[。！？](?!∯)")


@cache
def _needless() -> re.Pattern[str]:
    # Large classes take 10 ms to compile, which most starts need not spend.
    return re.compile(
        f"(?<=[{_WIDE_LETTER}]) (?=[{_WIDE_LETTER}\0-\x7f])|(?<=[\0-\x7f]) (?=[{_WIDE_LETTER}])"
    )


class SentenceCount(Arguments, frozen=True):
    """How many sentences."""

    num_sentences: Number
    relation: Japanese


def _sentence_count(asked: SentenceCount) -> str:
    return f"{said(asked.relation, asked.num_sentences)} sentences"


@published("length_constraints:number_sentences", SentenceCount, _sentence_count, "ja")
def japanese_sentences(text: str, asked: SentenceCount, language: str) -> Finding:
    """Sentences as lines, divided behind 。！？ and their half-width forms, blank lines aside.

    Not in 「 」 or parentheses on one line. A line that ends with の goes on in the next. A
    line of spaces only between Latin lines counts.
    """
    return compared(_count(text), asked.relation, asked.num_sentences)


def _count(text: str) -> int:
    wide = _needless().sub("", _SPACES.sub(" ", text.strip().translate(_WIDE)))
    count, line = 0, ""
    for each in (*wide.splitlines(), None):
        if each is None or not (line.endswith("の") and len(line) > 1):
            count += _count_in_line(line)
            line = each or ""
        else:
            line += each
    return count


def _count_in_line(line: str) -> int:
    without = _PARENTHESES.sub(_masked, _QUOTATION.sub(_masked, line))
    ends = [found.end() for found in _END.finditer(without)]
    return len(ends) + ((ends[-1] if ends else 0) < len(line))


def _masked(quoted: re.Match[str]) -> str:
    """Put signs that end nothing in place of those that would."""
    return _END.sub("∯", quoted[0])
