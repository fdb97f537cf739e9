"""Spelling: which words of a text are wrong, what they may have meant, and the trainer's own."""

import threading
from collections.abc import Iterable

from trainer_tui.domain.apostrophes import pieces
from trainer_tui.domain.errors import BadInput, NotAllowed
from trainer_tui.domain.prose import Line, Word, left_alone, normalized, prose_lines, words
from trainer_tui.domain.rules.kind import Place
from trainer_tui.services.ports import Speller, Store

LONGEST_WORD = 64
"""Letters of the longest word that can be learned."""
_MOST_KEPT = 4_000_000
"""Characters of lines whose places are kept, so that the next look costs little."""

_Spans = tuple[tuple[int, int], ...]


class Spelling:
    """Checks texts against the dictionaries and the personal ones, on any thread.

    Only lines that it has not seen in a language are looked at; the words of others
    are remembered.
    """

    def __init__(self, store: Store, speller: Speller) -> None:
        self._store, self._speller = store, speller
        self._changing = threading.Lock()
        self._own: dict[str, frozenset[str]] = {}
        self._seen: dict[tuple[str, str, bool], _Spans] = {}
        self._kept = 0

    def knows(self, language: str) -> bool:
        """Whether texts in a language (a BCP 47 tag) are checked; answers at once."""
        return self._speller.knows(language)

    def misspelled(self, text: str, language: str) -> tuple[Place, ...]:
        """Return where the misspelled words of a text are, in order; none in other languages.

        The first call for a language loads its dictionary, which takes a second or two.
        Raises `TrainerError` where that or the personal dictionary cannot be read.
        """
        if not self.knows(language):
            return ()
        # In this order: what is found with words of before a change is not kept behind it.
        seen = self._seen
        own = self._own_words(_base(language))
        found: list[Place] = []
        for line in prose_lines(text):
            key = (language, line.text, line.begins)
            spans = seen.get(key)
            if spans is None:
                spans = self._wrong(line, language, own)
                self._keep(seen, key, spans)
            if spans:
                found += [Place(line.start + start, line.start + end) for start, end in spans]
        return tuple(found)

    def suggest(self, word: str, language: str) -> tuple[str, ...]:
        """Return what a misspelled word may have meant: at most a few, best first."""
        word = normalized(word)[:LONGEST_WORD]
        if not self.knows(language) or not word:
            return ()
        return self._speller.suggestions(word, language)

    def own_words(self, language: str) -> tuple[str, ...]:
        """Return the personal dictionary of a language, sorted."""
        return self._store.own_words(_base(language)) if self.knows(language) else ()

    def learn(self, word: str, language: str) -> str:
        """Put a word into the personal dictionary and return it as it is kept.

        It counts in every variety of the language, with any capitals. Raises `BadInput`
        for what is no word, `NotAllowed` for a language that is not checked, and
        `StoreError`.
        """
        return self.change([word], [], language)[0][0]

    def forget(self, word: str, language: str) -> str:
        """Take a word out of the personal dictionary; one that is not in it changes nothing."""
        return self.change([], [word], language)[1][0]

    def change(
        self, add: Iterable[str], remove: Iterable[str], language: str
    ) -> tuple[list[str], list[str]]:
        """Add and remove words at once and return them as they are kept; raises as `learn`."""
        if not self.knows(language):
            raise NotAllowed(
                f"texts in {language!r} are not checked for spelling",
                "English, French and Spanish are: en, fr, es.",
            )
        added, removed = [*map(require_word, add)], [*map(require_word, remove)]
        base = _base(language)
        with self._changing:
            kept = {_key(word): word for word in self._store.own_words(base)}
            after = {key: word for key, word in kept.items() if key not in {*map(_key, removed)}}
            for word in added:
                after.setdefault(_key(word), word)
            if after != kept:
                self._store.put_own_words(base, after.values())
            self._own[base] = frozenset(after)
            self._seen, self._kept = {}, 0
        return added, removed

    def _own_words(self, base: str) -> frozenset[str]:
        own = self._own.get(base)
        if own is None:
            with self._changing:
                own = self._own.get(base)
                if own is None:
                    own = frozenset(map(_key, self._store.own_words(base)))
                    self._own[base] = own
        return own

    def _keep(
        self, seen: dict[tuple[str, str, bool], _Spans], key: tuple[str, str, bool], spans: _Spans
    ) -> None:
        self._kept += len(key[1])
        if self._kept > _MOST_KEPT:
            self._seen, self._kept = {}, 0
        seen[key] = spans

    def _wrong(self, line: Line, language: str, own: frozenset[str]) -> _Spans:
        base = _base(language)
        return tuple(
            span
            for word in words(line.text, line.begins)
            for span in self._wrong_pieces(word, language, base, own)
        )

    def _wrong_pieces(
        self, word: Word, language: str, base: str, own: frozenset[str]
    ) -> list[tuple[int, int]]:
        text = normalized(word.text)
        if _key(text) in own:
            return []
        wrong = []
        for start, piece in pieces(text, base):
            if left_alone(piece) or _key(piece) in own:
                continue
            capital = piece[0].isupper()
            if capital and not (word.initial and start == 0):
                continue  # a name, whatever it is
            if not self._speller.accepts(piece, language, perhaps_name=capital):
                # Where normalizing changed the length, the parts cannot be told apart.
                whole = len(text) != len(word.text)
                begin = word.start if whole else word.start + start
                end = word.end if whole else begin + len(piece)
                if (begin, end) not in wrong:
                    wrong.append((begin, end))
        return wrong


def require_word(word: str) -> str:
    """Return a word as the personal dictionary keeps it; raises `BadInput` if it is none."""
    kept = normalized(word.strip())
    found = words(kept)
    if len(kept) > LONGEST_WORD or len(found) != 1 or found[0].text != kept:
        raise BadInput(
            f"{word[:LONGEST_WORD]!r} is not one word",
            "A word has letters and apostrophes only; give the parts of a compound one by one.",
        )
    return kept


def _key(word: str) -> str:
    return word.casefold()


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
