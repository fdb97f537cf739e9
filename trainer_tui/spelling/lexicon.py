"""The words of a language and how common they are, in a few megabytes."""

import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

_RANGES = 64
_SHIFT = 64 - 6
_EDGES = [(number - _RANGES // 2) << _SHIFT for number in range(1, _RANGES)]
_BATCH = 10_000
"""Words that are taken at once; more would keep the screen waiting for milliseconds."""
_RANK = 0x3FF
"""The lowest bits of a key, which hold how common the word is."""
_COMMONEST = 900


class Entry(NamedTuple):
    """What is known of a word."""

    listed: bool
    """A dictionary of the language has it."""
    zipf: float
    """Log10 of its uses in a billion words, 1.0 to 8; 0 if it was hardly ever met."""


class Keys:
    """A set of numbers of 64 bits with signs, 8 bytes each."""

    def __init__(self) -> None:
        self._ranges: list[list[int]] = [[] for _ in range(_RANGES)]
        self._sorted: list[array[int]] = []

    def add(self, numbers: Iterable[int]) -> None:
        """Add a few thousand numbers."""
        batch = sorted(numbers)
        edges = [0, *(bisect_left(batch, edge) for edge in _EDGES), len(batch)]
        for own, (start, end) in zip(self._ranges, pairwise(edges), strict=True):
            own += batch[start:end]

    def settle(self) -> None:
        """Put them in order, a small part at a time; only now can they be found."""
        for own in self._ranges:
            own.sort()
            self._sorted.append(array("q", own))
            own.clear()

    def from_(self, number: int) -> int | None:
        """Return the lowest number of the same range that is not below this one."""
        own = self._sorted[(number >> _SHIFT) + _RANGES // 2]
        at = bisect_left(own, number)
        return own[at] if at < len(own) else None

    def __len__(self) -> int:
        return sum(map(len, self._sorted))


class Lexicon:
    """The words of a language as their hashes only, a tenth of what they take as texts.

    A hash has 54 bits or more: one unknown word in ten billion is taken for a known one.
    """

    def __init__(self, common: Iterable[tuple[int, list[str]]], listed: Iterable[str]) -> None:
        """Take words with their rank (hundred times `Entry.zipf`), and those of a dictionary."""
        self._common, self._listed = Keys(), Keys()
        for rank, words in common:
            self._common.add([hash(word) & ~_RANK | rank for word in words])
        rest = iter(listed)
        while batch := list(islice(rest, _BATCH)):
            self._listed.add(map(hash, map(str.lower, batch)))
        self._common.settle()
        self._listed.settle()

    def entry(self, word: str) -> Entry:
        """Return what is known of a word in lower case."""
        key = hash(word)
        return Entry(self._listed.from_(key) == key, self._zipf(key))

    def zipf(self, word: str) -> float:
        """Return how common a word is: its `Entry.zipf`, at least 1.0 if it is listed."""
        key = hash(word)
        return self._zipf(key) or float(self._listed.from_(key) == key)

    def _zipf(self, key: int) -> float:
        found = self._common.from_(key & ~_RANK)
        return (found & _RANK) / 100 if found is not None and not (found ^ key) & ~_RANK else 0.0

    def __len__(self) -> int:
        return len(self._common) + len(self._listed)


def load(language: str) -> Lexicon:
    """Read the words of `en`, `fr` or `es`.

    Raises `OSError`, `ValueError` or `ImportError` where the installation is broken.
    """
    return Lexicon(_common(language), _listed(language))


def _common(language: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the words that wordfreq has met at least ten times in a billion words.

    Its files are lists of words, one for each hundredth of a power of ten, the most
    common ones first. They are read here because the library would load a tokenizer
    for every script of the world first, and keep 40 MB.
    """
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("wordfreq is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"large_{language}.msgpack.gz"
    data = gzip.decompress(path.read_bytes())
    header, *steps = msgspec.msgpack.decode(data, type=list[msgspec.Raw])
    if msgspec.msgpack.decode(header) != {"format": "cB", "version": 1}:
        raise ValueError(f"{path.name} is of another format")
    for step, words in enumerate(steps):
        yield max(_COMMONEST - step, 1), msgspec.msgpack.decode(words, type=list[str])


def _listed(language: str) -> Iterator[str]:
    """Return the inflected forms in the dictionary of simplemma."""
    from simplemma.strategies import StreamDictionaryFactory

    return iter(StreamDictionaryFactory().get_dictionary(language))
