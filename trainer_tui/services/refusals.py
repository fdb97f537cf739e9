"""What a refused record means for the trainer: why the hub does not take it, and the way out."""

from collections.abc import Mapping
from typing import NamedTuple

from trainer_tui.sync.protocol import Refusal


class Meaning(NamedTuple):
    """A code of the hub in two sentences."""

    reason: str
    way_out: str


_KEEP = "It stays on this machine and can be exported."
_SHORTER = "Open the task, shorten the text, and send it again."
_MEANINGS: Mapping[str, Meaning] = {
    Refusal.OTHER_BODY: Meaning(
        "The hub has another record under the same id, and has put this one aside.",
        f"Tell your lead; a person decides between the two. {_KEEP}",
    ),
    Refusal.UNREADABLE: Meaning(
        "The hub cannot read it.",
        f"Update the program, then let it leave again. {_KEEP}",
    ),
    Refusal.UNKNOWN_KIND: Meaning(
        "The hub is older than this program and does not know such records.",
        "Let it leave again when the hub was updated.",
    ),
    Refusal.TOO_LARGE: Meaning("It is larger than the hub takes.", _SHORTER),
    Refusal.UNKNOWN_TASK: Meaning(
        "The hub has no such task in that batch.",
        f"Tell your lead, who may have to publish the batch again. {_KEEP}",
    ),
    Refusal.NOT_CLAIMED: Meaning(
        "The task was never given to you.",
        f"Tell your lead; when it was given to you, let it leave again. {_KEEP}",
    ),
    Refusal.NOT_YOURS: Meaning(
        "It takes back, or corrects, what somebody else sent.",
        _KEEP,
    ),
    Refusal.NOT_A_MEMBER: Meaning(
        "You are no member of the team.",
        f"Tell your lead; when you are back in the team, let it leave again. {_KEEP}",
    ),
    Refusal.BAD_TEXT: Meaning(
        "The text holds control characters, or half of one.",
        "Open the task, take them out, and send it again.",
    ),
}


def meaning(code: str) -> Meaning:
    """Return what a code means; one that this version does not know is named."""
    return _MEANINGS.get(code) or Meaning(
        f"The hub says {code!r}, which this version does not know.",
        f"Update the program. {_KEEP}",
    )
