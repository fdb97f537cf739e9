"""Rules: what a machine can check while the trainer writes.

Their names and arguments are data of a task; `kind` says what a rule is, `registry` finds
them, and each further module holds the kinds of one concern.
"""

from trainer_tui.domain.rules.kind import Finding, Kind, Place
from trainer_tui.domain.rules.registry import BadRule, Rule, describe, find, kinds, read

__all__ = ["BadRule", "Finding", "Kind", "Place", "Rule", "describe", "find", "kinds", "read"]
