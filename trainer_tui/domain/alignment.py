"""Which parts of a text are still the same in a later one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

LEAST = 8
"""Characters that must agree in the middle of a changed passage before they count as kept:
shorter agreements, such as an article, are chance."""
_LONG = 512
_ANCHOR = 64
_WORDS_UP_TO = 20_000
"""Code points of a changed passage whose words are compared; in a longer one lines are."""
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Block(NamedTuple):
    """A passage that both texts have, in code points."""

    old: int
    new: int
    length: int


class Effort:
    """How much comparing of lines and words is left; a passage beyond it counts as changed.

    Counted in code points and never in time, so that the same texts give the same answer.
    """

    def __init__(self, points: int = 10_000_000) -> None:
        self.left = points

    def spend(self, points: int) -> bool:
        """Take from what is left; False when there is not enough."""
        if points > self.left:
            return False
        self.left -= points
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
    return list(_between_ends(old, new, effort, _anchored))


Inner = Callable[[str, str, Effort], Iterator[Block]]


def _between_ends(old: str, new: str, effort: Effort, inner: Inner) -> Iterator[Block]:
    least = min(len(old), len(new))
    start = common_start(old, new, least)
    end = common_end(old, new, least - start)
    if start:
        yield Block(0, 0, start)
    if least - start - end >= LEAST:
        passages = old[start : len(old) - end], new[start : len(new) - end]
        yield from _moved(inner(*passages, effort), start, start)
    if end:
        yield Block(len(old) - end, len(new) - end, end)


def _moved(blocks: Iterable[Block], old: int, new: int) -> Iterator[Block]:
    return (Block(old + block.old, new + block.new, block.length) for block in blocks)


def _anchored(old: str, new: str, effort: Effort) -> Iterator[Block]:
    """Compare long passages around a piece that both have, which is found at native speed."""
    if min(len(old), len(new)) >= _LONG:
        for eighth in (4, 2, 6, 1, 7):
            start = len(old) * eighth // 8
            anchor = old[start : start + _ANCHOR]
            # Between where it was and where it is if all that changed is before it.
            at = new.find(anchor, max(0, min(start, start + len(new) - len(old))))
            if at < 0:
                at = new.find(anchor)
            if at >= 0:
                yield from _between_ends(old[:start], new[:at], effort, _anchored)
                rest = _between_ends(old[start:], new[at:], effort, _anchored)
                yield from _moved(rest, start, at)
                return
    yield from _lines(old, new, effort)


def _lines(old: str, new: str, effort: Effort) -> Iterator[Block]:
    if not effort.spend(len(old) + len(new)):
        return
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if min(len(ours), len(theirs)) < 2:
        yield from _words(old, new, effort)
        return
    for same, i, j, left, right in _passages(ours, theirs):
        if not same:
            yield from _moved(_between_ends(left, right, effort, _words), i, j)
        elif len(left) >= LEAST:
            yield Block(i, j, len(left))


def _words(old: str, new: str, effort: Effort) -> Iterator[Block]:
    length = len(old) + len(new)
    if length > _WORDS_UP_TO or not effort.spend(20 * length):
        return
    for same, i, j, left, _ in _passages(_TOKENS.findall(old), _TOKENS.findall(new)):
        if same and len(left) >= LEAST:
            yield Block(i, j, len(left))


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, str, str]]:
    """Yield the passages of two sequences: whether they agree, where they are, what they hold."""
    from difflib import SequenceMatcher

    i = j = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        yield tag == "equal", i, j, left, right
        i, j = i + len(left), j + len(right)
