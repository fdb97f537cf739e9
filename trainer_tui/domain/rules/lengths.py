"""How long a text is, and how many turns a conversation has."""

from typing import Literal

from trainer_tui.domain import text as texts
from trainer_tui.domain.message import Pair
from trainer_tui.domain.rules.kind import (
    Arguments,
    Finding,
    conversation_rule,
    rule,
)

Relation = Literal["at_least", "at_most", "exactly", "between"]


class Amount(Arguments, frozen=True):
    """A number that a count is compared with, or two that it lies between, both included."""

    relation: Relation | None = None
    count: int | None = None
    at_least: int | None = None
    at_most: int | None = None

    def reject(self) -> tuple[str, str, str] | None:
        """Either relation and count, or bounds."""
        numbers = (self.count, self.at_least, self.at_most)
        if any(number is not None and not 0 <= number <= 2**53 for number in numbers):
            return "count", "0 or more", str(next(n for n in numbers if n is not None and n < 0))
        if self.relation in ("at_least", "at_most", "exactly"):
            if self.count is None:
                return "count", "a number", "nothing"
            return None
        if self.at_least is None and self.at_most is None:
            if self.relation is None and self.count is not None:
                return "relation", "one of at_least, at_most, exactly, between", "nothing"
            return "at_least", "a number here or in at_most", "nothing"
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            return "at_least", f"at most {self.at_most}", str(self.at_least)
        return None

    @property
    def bounds(self) -> tuple[int, int | None]:
        """The least and the most, both included; None: no limit."""
        match self.relation:
            case "at_least":
                return self.count or 0, None
            case "at_most":
                return 0, self.count
            case "exactly":
                return self.count or 0, self.count
        return self.at_least or 0, self.at_most

    def __str__(self) -> str:
        low, high = self.bounds
        if high is None:
            return f"at least {low:,}"
        if low == high:
            return f"exactly {low:,}"
        return f"at most {high:,}" if low == 0 else f"{low:,}–{high:,}"

    def met_by(self, count: int) -> bool:
        """Whether a count satisfies it."""
        low, high = self.bounds
        return low <= count and (high is None or count <= high)


def _finding(count: int, asked: Amount) -> Finding:
    return Finding(asked.met_by(count), f"{count:,}")


@rule("words", Amount, lambda asked: f"{asked} words")
def words(text: str, asked: Amount, language: str) -> Finding:
    """Words as the counts under the texts show them: runs of letters, marks and digits.

    An apostrophe, hyphen or underscore inside a word does not end it, nor do a point or a
    comma between digits. A CJK ideograph or kana counts as one word each; other scripts
    without spaces count one a run.
    """
    return _finding(texts.words(text), asked)


@rule("characters", Amount, lambda asked: f"{asked} characters")
def characters(text: str, asked: Amount, language: str) -> Finding:
    """Characters as Unicode code points, newlines included."""
    return _finding(texts.characters(text), asked)


@conversation_rule("turns", Amount, lambda asked: f"{asked} turns")
def turns(pairs: tuple[Pair, ...], asked: Amount, language: str) -> Finding:
    """Pairs of prompt and response in the conversation."""
    return _finding(len(pairs), asked)
