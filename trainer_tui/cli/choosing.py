"""Which task, batch or file a word on the command line means."""

from argparse import ArgumentParser
from collections.abc import Iterable

from trainer_tui.cli.parsing import Usage
from trainer_tui.domain.errors import NotFound
from trainer_tui.services.workstation import Workstation

_NAMED = 8


class Ambiguous(NotFound):
    """A word that fits several."""

    title = "Which one?"


def add_task(parser: ArgumentParser) -> None:
    """Take a task as the first argument."""
    parser.add_argument(
        "task", metavar="TASK", help="id of the task, or a beginning or end that only it has"
    )


def task_id(workstation: Workstation, word: str) -> str:
    """Return the id that `word` is, or that it alone begins or ends."""
    ids = [task.id for batch in workstation.batches() for task in batch.tasks]
    found = _choose("task", word, ids)
    # The list's own error comes with the ids that are near.
    return found or workstation.tasks.task(word).id


def batch_id(workstation: Workstation, word: str) -> str:
    """Return the id of the batch that `word` means, in the same way."""
    ids = [batch.id for batch in workstation.batches()]
    if found := _choose("batch", word, ids):
        return found
    import difflib

    near = difflib.get_close_matches(word, ids, 3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "'trainer-tui batches' lists them."
    raise NotFound(f"no batch {word!r}", hint)


def _choose(what: str, word: str, ids: Iterable[str]) -> str | None:
    if not word:
        raise Usage(f"the id of a {what} is missing")
    ids = list(ids)
    wanted = word.lower()
    for fits in (
        lambda known: known == wanted,
        lambda known: known.endswith(f".{wanted}"),
        lambda known: known.startswith(wanted) or known.endswith(wanted),
        lambda known: f".{wanted}" in known,
    ):
        found = list(filter(fits, ids))
        if len(found) == 1:
            return found[0]
        if found:
            more = f"\n  and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            listed = "\n".join(f"  {known}" for known in found[:_NAMED])
            raise Ambiguous(f"{word!r} fits {len(found)} of them", f"{listed}{more}")
    return None
