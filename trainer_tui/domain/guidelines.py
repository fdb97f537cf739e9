"""How the guidelines of a batch follow each other, and what a trainer has not read of them yet."""

from typing import NamedTuple

import msgspec

from trainer_tui.domain.task import BatchHead, Guidelines


class Change(NamedTuple):
    """Guidelines that follow others."""

    batch_id: str
    old: Guidelines | None
    """None: what was read last is not known any more, so that all of it may be new."""
    new: Guidelines


def succeed(new: Guidelines, before: BatchHead | None) -> tuple[Guidelines, tuple[Guidelines, ...]]:
    """Return guidelines that are imported with their label, and the earlier ones to be kept.

    A label names one text for good: another text under a version that was there becomes a
    revision of it, and a text that comes back comes back under its old label.
    """
    if before is None:
        return msgspec.structs.replace(new, revision=1), ()
    known = (*before.earlier_guidelines, before.guidelines)
    for one in reversed(known):
        if (one.version, one.text) == (new.version, new.text):
            new = one
            break
    else:
        new = msgspec.structs.replace(new, revision=1)
        labels = {one.label for one in known}
        while new.label in labels:
            new = msgspec.structs.replace(new, revision=new.revision + 1)
    return new, tuple(one for one in known if one.label != new.label)


def labeled(batch: BatchHead, label: str) -> Guidelines | None:
    """Return the guidelines of a batch that have this label."""
    every = (*batch.earlier_guidelines, batch.guidelines)
    return next((one for one in every if one.label == label), None)


def change_since(batch: BatchHead, label: str) -> Change | None:
    """Return what has changed since the guidelines of a label; None if it reads the same."""
    old = labeled(batch, label)
    if old is not None and same_words(old.text, batch.guidelines.text):
        return None
    return Change(batch.id, old, batch.guidelines)


def same_words(one: str, other: str) -> bool:
    """Whether two texts read the same: spaces and blank lines at the ends are no change."""
    return _trimmed(one) == _trimmed(other)


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
