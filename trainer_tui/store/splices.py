"""What changed between two texts, as one replacement: small lines for small edits."""

import msgspec

from trainer_tui.domain.alignment import common_end, common_start


class Splice(msgspec.Struct, frozen=True, array_like=True):
    """Replaces `removed` code points of text number `text` from `start` on by `added`."""

    text: int
    start: int
    removed: int
    added: str


def difference(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Splice, ...]:
    """Return the splices that turn one list of texts into another of the same length."""
    return tuple(
        _splice(number, old, new)
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    )


def apply(texts: tuple[str, ...], splices: tuple[Splice, ...]) -> tuple[str, ...]:
    """Return the texts after the splices; raises `ValueError` for one that does not fit."""
    changed = list(texts)
    for splice in splices:
        if not 0 <= splice.text < len(changed):
            raise ValueError("a splice of a text that is not there")
        text, end = changed[splice.text], splice.start + splice.removed
        if not 0 <= splice.start <= end <= len(text):
            raise ValueError("a splice beyond the end of its text")
        changed[splice.text] = text[: splice.start] + splice.added + text[end:]
    return tuple(changed)


def _splice(number: int, old: str, new: str) -> Splice:
    start = common_start(old, new, min(len(old), len(new)))
    end = common_end(old, new, min(len(old), len(new)) - start)
    return Splice(number, start, len(old) - start - end, new[start : len(new) - end])
