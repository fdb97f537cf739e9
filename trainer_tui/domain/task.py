"""Tasks and the batches that hold them: what a lead publishes to a team."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from trainer_tui.domain.message import Message


class Kind(StrEnum):
    """What the trainer does in a task."""

    WRITE = "write"
    """Write a prompt and the ideal response to it."""
    RESPOND = "respond"
    """Write the ideal response to given prompts."""
    DIALOGUE = "dialogue"
    """Write both sides of a conversation of several turns."""
    REWRITE = "rewrite"
    """Improve a model's response."""
    RANK = "rank"
    """Order candidate responses."""
    RATE = "rate"
    """Score one response, 1 to 7."""
    LABEL = "label"
    """Classify a text."""


WORKABLE = frozenset({Kind.WRITE, Kind.RESPOND, Kind.DIALOGUE})
"""The kinds that the Write screen can open; the others are listed as not yet workable."""


class Category(StrEnum):
    """The field's prompt categories."""

    GENERATION = "generation"
    OPEN_QA = "open_qa"
    BRAINSTORM = "brainstorm"
    CHAT = "chat"
    REWRITE = "rewrite"
    SUMMARIZE = "summarize"
    CODING = "coding"
    CLASSIFY = "classify"
    CLOSED_QA = "closed_qa"
    EXTRACT = "extract"
    OTHER = "other"


class Turns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many pairs of prompt and response a task asks for, both ends included."""

    at_least: int = 1
    at_most: int = 1


class Task(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of work."""

    id: str
    """Unique in the workspace; see `domain.ids`."""
    kind: Kind
    title: str
    instructions: str
    category: Category = Category.OTHER
    prompts: tuple[str, ...] = ()
    """Prompts given by the task, one a turn; the trainer writes the rest."""
    system: str | None = None
    """System message that opens the conversation."""
    context: tuple[Message, ...] = ()
    """Messages that come before the trainer's first turn."""
    responses: tuple[str, ...] = ()
    """A model's responses: the one to improve or score, or the candidates to order."""
    turns: Turns | None = None
    rules: tuple[dict[str, Any], ...] = ()
    """Machine-checkable conditions, each `{"rule": name, ...arguments}`."""
    browsing: bool | None = None
    """True: allowed, False: disabled, None: the task does not say."""
    language: str | None = None
    """BCP 47; None: the batch's."""
    estimate_minutes: float | None = None
    warnings: tuple[str, ...] = ()
    """Content warnings: the text stays covered until the trainer asks for it."""
    priority: int = 0
    """Higher comes first."""
    extra: dict[str, Any] = {}
    """Fields of the source that we do not interpret, kept as they came."""

    @property
    def workable(self) -> bool:
        """Whether this version can open the task."""
        return self.kind in WORKABLE

    @property
    def turn_limits(self) -> Turns:
        """The number of turns asked for: the task's own, or what its kind implies."""
        if self.turns is not None:
            return self.turns
        given = max(1, len(self.prompts))
        if self.kind is Kind.DIALOGUE:
            return Turns(max(2, given), max(8, given))
        return Turns(given, given)


class Guidelines(msgspec.Struct, frozen=True, omit_defaults=True):
    """The written rules of a batch; `text` is Markdown."""

    version: str = "1"
    """As the lead named it."""
    text: str = ""
    revision: int = 1
    """Tells texts apart that came under the same version, in the order in which they came."""

    @property
    def label(self) -> str:
        """What this very text is called: the version, and which of its texts it is."""
        return self.version if self.revision == 1 else f"{self.version}, revised {self.revision}"


HIGHEST_SCORE = 7
"""Scales are judged from 1 to this."""


class Scale(msgspec.Struct, frozen=True, omit_defaults=True):
    """One scale of a rubric, judged 1 to 7."""

    name: str
    description: str = ""
    low: str = ""
    """What a 1 looks like."""
    high: str = ""
    """What a 7 looks like."""


SKIP_REASONS = (
    "Outside my expertise",
    "Not comfortable with the topic",
    "Instructions unclear",
    "Would take too long",
    "Other",
)
FLAG_REASONS = (
    "Instructions contradict each other",
    "Text is missing or garbled",
    "Wrong language",
    "Duplicate of another task",
    "Harmful content without a warning",
    "Other",
)


class BatchHead(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A batch without its tasks."""

    id: str
    title: str
    team: str = ""
    language: str = "en"
    guidelines: Guidelines = Guidelines()
    earlier_guidelines: tuple[Guidelines, ...] = ()
    """Every other text that was in force before, the newest last; kept here, not imported."""
    rubric: tuple[Scale, ...] = ()
    skip_reasons: tuple[str, ...] = SKIP_REASONS
    flag_reasons: tuple[str, ...] = FLAG_REASONS
    source: str = ""
    """Name of the file that it was imported from, and its format."""
    waivers: bool = True
    """Whether a rule may be set aside with a reason; otherwise all must be met before sending."""
    self_score: bool = False
    """Whether the trainer must score the own work on the rubric before sending."""
    provenance: bool = False
    """Whether what was typed and pasted leaves with the work, and pastes must be explained."""
    sample: bool = False
    """Shipped with the program."""
    hub: str = ""
    """Id of the hub that it came from, to which its work goes; empty: work stays here."""
    imported_at: datetime | None = None


class Batch(BatchHead, frozen=True, kw_only=True, omit_defaults=True):
    """A list of tasks that a lead publishes to a team."""

    tasks: tuple[Task, ...] = ()
