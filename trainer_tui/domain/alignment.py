"""Which parts of a text are still the same in a later one."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LEAST = 8
"""Characters that must agree in the middle of a changed passage before they count as kept:
shorter agreements, such as an article, are chance."""
_MOST_TOKENS = 2_000
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Block(NamedTuple):
    """A passage that both texts have, in code points."""

    old: int
    new: int
    length: int


class Effort:
    """How much comparing is left: what goes beyond it is told from its two ends only.

    Counted in lines and words, never in time, so that the same texts give the same answer.
    """

    def __init__(self, tokens: int = 200_000) -> None:
        self.left = tokens

    def spend(self, tokens: int) -> bool:
        """Take from what is left; False when there is not enough."""
        if tokens > self.left:
            return False
        self.left -= tokens
        return True


def common_start(old: str, new: str, most: int) -> int:
    """Return how many code points two texts begin with alike, by halving: the compare is native."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(old: str, new: str, most: int) -> int:
    """Return how many code points two texts end with alike."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def kept(old: str, new: str, effort: Effort) -> list[Block]:
    """Return what a text keeps of the one before, in order.

    What the two begin and end with alike; between that, where both have a longer passage,
    the lines and then the words that agree.
    """
    least = min(len(old), len(new))
    start = common_start(old, new, least)
    end = common_end(old, new, least - start)
    inner = _inside(old[start : len(old) - end], new[start : len(new) - end], effort)
    found = [Block(0, 0, start)]
    found += [Block(start + b.old, start + b.new, b.length) for b in inner]
    found.append(Block(len(old) - end, len(new) - end, end))
    return [block for block in found if block.length]


def _inside(old: str, new: str, effort: Effort) -> Iterator[Block]:
    if min(len(old), len(new)) < LEAST:
        return
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if min(len(ours), len(theirs)) < 2:
        yield from _words(old, new, 0, 0, effort)
        return
    if not effort.spend(len(ours) + len(theirs)):
        return
    for same, i, j, left, right in _passages(ours, theirs):
        if not same:
            yield from _words(left, right, i, j, effort)
        elif len(left) >= LEAST:
            yield Block(i, j, len(left))


def _words(old: str, new: str, i: int, j: int, effort: Effort) -> Iterator[Block]:
    if min(len(old), len(new)) < LEAST:
        return
    ours, theirs = _TOKENS.findall(old), _TOKENS.findall(new)
    count = len(ours) + len(theirs)
    if count > _MOST_TOKENS or not effort.spend(count):
        return
    for same, at_old, at_new, left, _ in _passages(ours, theirs):
        if same and len(left) >= LEAST:
            yield Block(i + at_old, j + at_new, len(left))


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, str, str]]:
    """Yield the passages of two sequences: whether they agree, where they are, what they hold."""
    from difflib import SequenceMatcher

    i = j = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        yield tag == "equal", i, j, left, right
        i, j = i + len(left), j + len(right)
