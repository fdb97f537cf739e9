"""What a twist is: edges of an instruction, made from a text with the arguments."""

import random
from collections.abc import Callable, Iterator
from typing import Any

Twist = Callable[[str, dict[str, Any], random.Random], Iterator[str]]


def around(count: int) -> tuple[int, ...]:
    """The numbers next to one, and itself."""
    return tuple(sorted({max(count - 1, 0), count, count + 1}))
