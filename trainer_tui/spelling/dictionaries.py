"""Judges the spelling of single words in English, French and Spanish."""

import re
import threading

from trainer_tui.domain.errors import TrainerError
from trainer_tui.spelling.edits import accented, neighbors
from trainer_tui.spelling.lexicon import Entry, Lexicon, load
from trainer_tui.spelling.slips import slips
from trainer_tui.spelling.varieties import other_spelling

LANGUAGES = ("en", "es", "fr")
"""Base languages that can be checked."""

_RARER = 1.9
"""How much rarer, as log10, a word that no dictionary lists may be than one that is a letter off:
a misspelling is met about once in a hundred uses of the right word."""
_RARER_SHORT = {3: 3.5, 4: 2.2, 5: 2.2, 6: 2.2}
"""The same for so many letters, which are near many words."""
_RARER_BUT_FOR_ACCENTS = 0.75
"""The same for a word without accents that only lacks them, as happens much more often."""
_RARER_BUT_LISTED = 1.4
"""The same for a word that a dictionary lists nevertheless."""
_TO_BE_A_COUNTERPART = 0.8
"""How much rarer the British or American spelling of a word may be than the other."""
_SUGGESTIONS = 5
_WORTH_SUGGESTING = 3.0
"""How common a word is that is suggested though no dictionary lists it."""
_FAR = 14
"""Letters of the longest word for which two slips are thought of."""
_MOST_VERDICTS = 200_000
_ENCLITIC = re.compile(
    r"(.*(?:[aeiáéí]r|[aeiáé]ndo|[aei]d|[áé]mo|[áéíóú][^\Waeiou]*[aeiou]|[áéíóú]))"
    r"((?:[mts]e|n?os)?l[aeo]s?|[mts]e|nos)"
)
"""A Spanish verb and the pronouns behind it: infinitive, gerund, or an imperative, whose accent
shows that it was made longer."""
_STRESS = str.maketrans("áéíóú", "aeiou")


class Dictionaries:
    """Implements `services.ports.Speller`; a language is loaded when it is first asked about.

    May be used by several threads at once. A word counts as right if a dictionary
    lists it, or if it is used in print and is no rare neighbor of a common word,
    as misspellings are.
    """

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._lexicons: dict[str, Lexicon] = {}
        self._verdicts: dict[tuple[str, str, bool], bool] = {}

    def knows(self, language: str) -> bool:
        """Whether texts in a language, a BCP 47 tag, can be checked; loads nothing."""
        return base_of(language) in LANGUAGES

    def accepts(self, word: str, language: str, *, perhaps_name: bool = False) -> bool:
        """Whether a normalized word is spelled right.

        With `perhaps_name` only what is near a word is wrong. Raises `KeyError` for a
        language that is not known, and `NoDictionary`.
        """
        key = (language, word, perhaps_name)
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._judge(word.lower(), language, perhaps_name)
            if len(self._verdicts) > _MOST_VERDICTS:
                self._verdicts.clear()
            self._verdicts[key] = verdict
        return verdict

    def suggestions(self, word: str, language: str) -> tuple[str, ...]:
        """Return right spellings near a normalized word, best first, at most five."""
        base, lower = base_of(language), word.lower()
        lexicon = self._lexicon(base)
        near = {lower: 0.0}
        for other in neighbors(lower, base):
            near[other] = 1.0 if sorted(other) == sorted(lower) else 0.0
        for other in accented(lower, base):
            near[other] = 3.0
        found = self._right(near, lower, language, lexicon)
        if not found and len(lower) <= _FAR:
            twice = {two: 0.0 for one in near for two in neighbors(one, base) if lexicon.zipf(two)}
            found = self._right(twice, lower, language, lexicon)
        if variety := _variety_of(language):
            counterpart = other_spelling(lower, variety)
            if counterpart and lexicon.zipf(counterpart):
                found = list(dict.fromkeys([counterpart, *found]))
        if meant := slips(base).get(lower):
            found = list(dict.fromkeys([meant, *found]))
        return tuple(_as_written(other, word) for other in found[:_SUGGESTIONS])

    def _right(
        self, near: dict[str, float], word: str, language: str, lexicon: Lexicon
    ) -> list[str]:
        scores = {
            other: bonus + lexicon.zipf(other) + (other[:1] == word[:1])
            for other, bonus in near.items()
            if other != word
            and len(other) > 1
            and _is_suggested(lexicon.entry(other))
            and self.accepts(other, language)
        }
        return sorted(scores, key=lambda other: (-scores[other], other))

    def _lexicon(self, base: str) -> Lexicon:
        if base not in LANGUAGES:
            raise KeyError(base)
        lexicon = self._lexicons.get(base)
        if lexicon is None:
            with self._loading:
                lexicon = self._lexicons.get(base)
                if lexicon is None:
                    lexicon = self._lexicons[base] = _loaded(base)
        return lexicon

    def _judge(self, word: str, language: str, perhaps_name: bool) -> bool:
        base = base_of(language)
        lexicon = self._lexicon(base)
        if word in slips(base):
            return False
        if _is_right(word, base, lexicon):
            return not self._is_of_other_variety(word, language, lexicon)
        return perhaps_name and not any(
            lexicon.entry(other).listed for other in neighbors(word, base)
        )

    @staticmethod
    def _is_of_other_variety(word: str, language: str, lexicon: Lexicon) -> bool:
        variety = _variety_of(language)
        counterpart = other_spelling(word, variety) if variety else ""
        if not counterpart:
            return False
        return lexicon.zipf(counterpart) >= max(lexicon.zipf(word) - _TO_BE_A_COUNTERPART, 1.5)


class NoDictionary(TrainerError):
    """A dictionary that belongs to the program is missing or damaged."""

    title = "No dictionary"


def _loaded(base: str) -> Lexicon:
    import lzma
    import zlib

    try:
        return load(base)
    except (OSError, ValueError, ImportError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise NoDictionary(
            f"the dictionary of {base!r} cannot be read: {error}",
            "Install the program again; until then the spelling is not checked.",
        ) from error


def base_of(language: str) -> str:
    """Return the base language of a BCP 47 tag, in lower case: `fr` of `fr-CA`."""
    return re.split("[-_]", language, maxsplit=1)[0].lower()


def _variety_of(language: str) -> str:
    parts = re.split("[-_]", language.upper())
    return parts[-1] if parts[0] == "EN" and parts[-1] in ("GB", "US") else ""


def _is_suggested(entry: Entry) -> bool:
    return entry.listed or entry.zipf >= _WORTH_SUGGESTING


def _is_right(word: str, base: str, lexicon: Lexicon) -> bool:
    listed, zipf = lexicon.entry(word)
    if not listed and not zipf:
        return base == "es" and _has_enclitic(word, lexicon)
    rarer = _RARER_BUT_LISTED if listed else _RARER_BUT_FOR_ACCENTS
    limit = max(zipf, 1.0) + rarer
    if word.isascii() and any(lexicon.zipf(other) >= limit for other in accented(word, base)):
        return False
    if listed:
        return True
    limit = zipf + _RARER_SHORT.get(len(word), _RARER)
    return not any(lexicon.zipf(other) >= limit for other in neighbors(word, base))


def _has_enclitic(word: str, lexicon: Lexicon) -> bool:
    """Whether a Spanish word is a verb with pronouns behind it: `convéncelo`, `agitándolos`."""
    found = _ENCLITIC.fullmatch(word)
    if not found:
        return False
    stem = found[1]
    plain = stem.translate(_STRESS)
    # `calentémonos` is `calentemos` without its s.
    stems = {stem, plain, plain + "s"} if plain.endswith("mo") else {stem, plain}
    return any(lexicon.entry(one).listed for one in stems)


def _as_written(word: str, pattern: str) -> str:
    if len(pattern) > 1 and pattern.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word
