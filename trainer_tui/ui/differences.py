"""What changed between two texts: by lines, then by sentences, then by words where they changed."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

MOST_PAIRS = 60_000
"""How many places of two sequences may look alike; more would keep the trainer waiting."""
LEAST_WORDS = 2
"""Fewer words in common between two changes only make them hard to read."""

_SENTENCES = re.compile(r"[^.!?…\n]+[.!?…]*\s*|[.!?…\n]+\s*")
_WORDS = re.compile(r"[^\W_]+\s*|\s+|.\s*", re.DOTALL)

Kind = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """A stretch of text that is in both, in the old one only, or in the new one only."""

    kind: Kind
    text: str


class Block(NamedTuple):
    """Whole lines: unchanged, removed, added, or `changed` within."""

    kind: Literal["same", "removed", "added", "changed"]
    pieces: tuple[Piece, ...]


def differences(old: str, new: str) -> list[Block]:
    """Return blocks of lines which, read in order, lead from the old text to the new one."""
    blocks: list[Block] = []
    for same, a, b in _runs(old.split("\n"), new.split("\n")):
        gone, come = "\n".join(a), "\n".join(b)
        if same:
            blocks.append(Block("same", (Piece("same", gone),)))
        elif not b:
            blocks.append(Block("removed", (Piece("removed", gone),)))
        elif not a:
            blocks.append(Block("added", (Piece("added", come),)))
        else:
            blocks.append(Block("changed", tuple(_within(gone, come))))
    return blocks


def _within(old: str, new: str) -> list[Piece]:
    """Compare within lines; a lone word that two changes have between them belongs to both."""
    runs: list[tuple[bool, str, str]] = []
    for same, a, b in _runs(_SENTENCES.findall(old), _SENTENCES.findall(new)):
        gone, come = "".join(a), "".join(b)
        if same or not (a and b):
            runs.append((same, gone, come))
            continue
        words = _runs(_WORDS.findall(gone), _WORDS.findall(come))
        runs += [(alike, "".join(c), "".join(d)) for alike, c, d in words]
    pieces: list[Piece] = []
    gone = come = ""
    for place, (same, a, b) in enumerate(runs):
        if same and not (0 < place < len(runs) - 1 and len(a.split()) < LEAST_WORDS):
            pieces += [*_changed(gone, come), Piece("same", a)]
            gone = come = ""
        else:
            gone, come = gone + a, come + b
    return [*pieces, *_changed(gone, come)]


def _changed(gone: str, come: str) -> Iterator[Piece]:
    """Tell what went and what came; the space that both end with is in both."""
    gap = gone[len(gone.rstrip()) :]
    gap = gap if gap == come[len(come.rstrip()) :] else ""
    if gone := gone.removesuffix(gap):
        yield Piece("removed", gone)
    if come := come.removesuffix(gap):
        yield Piece("added", come)
    if gap:
        yield Piece("same", gap)


def _runs(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Tell which runs are the same; what lies between the same start and end is bounded."""
    limit = min(len(old), len(new))
    start = next((i for i in range(limit) if old[i] != new[i]), limit)
    limit -= start
    end = next((i for i in range(limit) if old[-1 - i] != new[-1 - i]), limit)
    if start:
        yield True, old[:start], new[:start]
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if a and b and _alike(a, b) <= MOST_PAIRS:
        matcher = difflib.SequenceMatcher(_is_blank, a, b)
        for tag, a1, a2, b1, b2 in matcher.get_opcodes():
            yield tag == "equal", a[a1:a2], b[b1:b2]
    elif a or b:
        yield False, a, b
    if end:
        yield True, old[len(old) - end :], new[len(new) - end :]


def _alike(a: Sequence[str], b: Sequence[str]) -> int:
    """Count the pairs of places that a matcher looks at; it leaves out what is in too many."""
    often = len(b) // 100 + 1 if len(b) >= 200 else len(b)
    in_a, in_b = Counter(a), Counter(b)
    return sum(
        count * in_a[item] for item, count in in_b.items() if count <= often and not _is_blank(item)
    )


def _is_blank(item: str) -> bool:
    """Blank lines are alike without meaning anything."""
    return not item.strip()
