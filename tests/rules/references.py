"""The checkers that others published, behind one call.

Google's own, M-IFEval's and the packages that carry them on share one form: a table
`INSTRUCTION_DICT` from the id of an instruction to a class with `build_description(**arguments)`
and `check_following(text)`.
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

SEEDS = range(1, 8)
"""With which else langdetect is asked, to see whether its answer hangs on chance."""


class Asked(NamedTuple):
    """One instruction of a row."""

    id: str
    """With its language, such as `fr:keywords:existence`."""
    arguments: Mapping[str, Any]

    @property
    def language(self) -> str:
        """The language whose checker is meant."""
        return self.id.partition(":")[0]

    @property
    def kind(self) -> str:
        """The id without the language."""
        return self.id.partition(":")[2]

    @property
    def rule(self) -> dict[str, Any]:
        """The rule as a task holds it."""
        return {"rule": self.id, **self.arguments}


class Reference:
    """A published checker, in its strict form: an empty text follows nothing."""

    def __init__(self, spec: str) -> None:
        """Import `[LANGUAGE=]MODULE[:NAME]`; without a language its ids carry theirs."""
        language, _, place = spec.rpartition("=")
        module, _, name = place.partition(":")
        table = getattr(import_module(module), name or "INSTRUCTION_DICT")
        prefix = f"{language}:" if language else ""
        self.spec = spec
        self._classes = {prefix + key.removeprefix(prefix): value for key, value in table.items()}

    def knows(self, asked: Asked) -> bool:
        """Whether it has a checker for an instruction."""
        return asked.id in self._classes

    def replaces(self, asked: Asked) -> bool:
        """Whether it draws an argument at random in place of the given one, which it refuses."""
        taken = getattr(self._built(asked), "get_instruction_args", dict)() or {}
        return any(
            isinstance(value, int | str) and _plain(taken.get(key, value)) != _plain(value)
            for key, value in asked.arguments.items()
        )

    def verdict(self, asked: Asked, text: str) -> bool | None:
        """Return whether a text follows an instruction; None when the checker raises."""
        return self._verdict(asked, text, 0)

    def by_chance(self, asked: Asked, text: str) -> bool:
        """Whether the verdict hangs on the seed of langdetect, which theirs leave open."""
        first = self.verdict(asked, text)
        return any(self._verdict(asked, text, seed) != first for seed in SEEDS)

    def _verdict(self, asked: Asked, text: str, seed: int) -> bool | None:
        if not text.strip():
            return False
        try:
            with _seeded(seed):
                return bool(self._built(asked).check_following(text))
        except Exception:
            return None

    def _built(self, asked: Asked) -> Any:
        instruction = self._classes[asked.id](asked.id)
        instruction.build_description(**asked.arguments)
        return instruction


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let langdetect draw from a seed, and let the checkers not log what it cannot tell."""
    from langdetect import DetectorFactory

    before, DetectorFactory.seed = DetectorFactory.seed, seed
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        DetectorFactory.seed = before
        logging.disable(logging.NOTSET)


def _plain(value: object) -> str:
    return str(value).strip().lower()
