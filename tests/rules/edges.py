"""What a twist is, and what can be done to a text whatever the instruction."""

import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from fragments import FRAGMENTS

Twist = Callable[[str, dict[str, Any], random.Random], Iterator[str]]
"""Makes edges of an instruction from a text and the arguments."""


def around(count: int) -> tuple[int, ...]:
    """The numbers next to one, and itself."""
    return tuple(sorted({max(count - 1, 0), count, count + 1}))


def anyhow(text: str) -> Iterator[str]:
    """Changes that any text may have seen."""
    yield text.upper()
    yield text.lower()
    yield f'"{text}"'
    yield f" \n\t{text} \n"
    yield text.replace(",", "")
    yield unicodedata.normalize("NFD", text)
    yield text.replace("\n", "\r\n")
    yield f"# {text}\n\n---\n\n> {text[:50]}"
    yield text[: len(text) // 2]
    yield f"{text}\n\n```\n{text[:60]}\n```"
    yield ""
    yield " \n "


def sprinkled(text: str, chance: random.Random) -> str:
    """Put a dozen fragments in at random."""
    for fragment in chance.choices(FRAGMENTS, k=12):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + fragment + text[at:]
    return text
