"""What checking the spelling costs after one key, beside a split of the same text in words."""

import re
from collections.abc import Iterator

from suite.store import ms
from suite.table import Line, Options, median, number, percentile, versus, within
from trainer_tui.services.spelling import Spelling
from trainer_tui.spelling.dictionaries import Dictionaries
from trainer_tui.spelling.lexicon import load
from trainer_tui.store.workspace import Workspace

SENTENCES = {
    "en": "The gardener's old spade, which had recieved little care, leant against the shed; "
    "see `git log` or https://example.com for more of it, number 12. ",
    "fr": "L’histoire de ce jardinier, qu’on apelle « le vieux », n’est pas connue d’hier ; "
    "voyez `git log` ou https://example.com, numéro 12. ",
    "es": "¿Quién sabe qué pensaba el viejo jardinero, que tambien cuidaba los naranjos? "
    "Véase `git log` o https://example.com, número 12. ",
}
SIZES = {"5,000 characters": (5_000, 3.0, 5), "100 kB": (100_000, 1.0, 50)}
"""Characters, the splits of the same text that a check may take, and the ms."""
_WORDS = re.compile(r"[^\W\d_]+")


def text_of(language: str, characters: int) -> list[str]:
    """Return paragraphs of three sentences, no two alike."""
    made: list[str] = []
    left = characters
    while left > 0:
        made.append(f"{len(made)}. {SENTENCES[language] * 3}"[:left])
        left -= len(made[-1]) + 1
    return made


def lines(options: Options) -> Iterator[Line]:
    """Measure loading, the first check, and the check after a key."""
    store = Workspace.open(options.folder / "spelling")
    dictionaries = Dictionaries()
    for language in SENTENCES:
        loaded = ms(lambda language=language: load(language))  # type: ignore[misc]
        yield within(f"spelling: load {language}, in the background", loaded, 6000, "ms")
        dictionaries.accepts("word", language)
        for size, (characters, times, most) in SIZES.items():
            spelling = Spelling(store, dictionaries)
            made = text_of(language, characters)
            whole = "\n".join(made)
            first = ms(lambda: spelling.misspelled(whole, language))  # noqa: B023
            floors, warm = [], []
            for key in range(options.many(200, 30)):
                middle = len(made) // 2
                made[middle] += "sotimena "[key % 9]
                changed = "\n".join(made)
                floors.append(ms(lambda: [*_WORDS.finditer(changed)]))  # noqa: B023
                warm.append(ms(lambda: spelling.misspelled(changed, language)))  # noqa: B023
            floor = median(floors)
            beside = f"split into words {number(floor)} ms"
            row = f"spelling: a key in {size} of {language}"
            yield versus(
                row, median(warm), floor, times, "ms", of="splitting the text", floor=beside
            )
            yield within(f"{row}, p99", percentile(warm, 0.99), most, "ms", floor=beside)
            yield Line(f"spelling: first look at {size} of {language}", ours=f"{number(first)} ms")
    store.close()
