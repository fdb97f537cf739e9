"""Slips of the pen that are so common that counting words takes them for words."""

from collections.abc import Mapping
from functools import cache

from trainer_tui.spelling.slips_english import SLIPS as ENGLISH
from trainer_tui.spelling.slips_french import SLIPS as FRENCH
from trainer_tui.spelling.slips_spanish import SLIPS as SPANISH

_SLIPS = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH}


@cache
def slips(base: str) -> Mapping[str, str]:
    """Return the common slips of a base language with what was meant, in lower case."""
    pairs = (pair.split(None, 1) for pair in _SLIPS.get(base, "").split(","))
    return {pair[0]: pair[1].strip() for pair in pairs if pair}
