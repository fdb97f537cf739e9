"""What a person can set, with the words that describe it in the file, the screen and the docs."""

from typing import Annotated

import msgspec
from msgspec import Meta

THEMES = ("dusk", "paper", "high-contrast", "terminal")
"""`terminal` uses the terminal's own sixteen colors."""

DENSITIES = ("auto", "comfortable", "compact")
CHOICES = {"theme": THEMES, "density": DENSITIES}
"""What the settings that are one of a few may be."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `config.toml`."""

    trainer: Annotated[str, Meta(description="Your name, as it stands in submissions.")] = ""
    theme: Annotated[
        str, Meta(description="Colors: dusk, paper, high-contrast, or the terminal's own.")
    ] = "dusk"
    density: Annotated[
        str, Meta(description="Spacing: comfortable, compact, or auto by the terminal's height.")
    ] = "auto"
    idle_minutes: Annotated[
        float, Meta(description="Minutes without a key after which time counts as idle.", ge=1)
    ] = 2.0
    editor: Annotated[
        str, Meta(description="Command of your own editor; empty: $VISUAL, then $EDITOR.")
    ] = ""
    next_task: Annotated[
        bool, Meta(description="Open the next task by itself when one is sent, skipped or flagged.")
    ] = True
    spelling: Annotated[
        bool, Meta(description="Mark misspelled words in English, French and Spanish texts.")
    ] = True
    claimed_tasks: Annotated[
        float, Meta(description="Tasks to have from the hub at a time; 0 asks for none.", ge=0)
    ] = 20.0
    opt_out: Annotated[
        str, Meta(description="Content warnings of which you want no tasks, separated by commas.")
    ] = ""
    keys: Annotated[
        dict[str, str],
        Meta(description="Keys by action id, several separated by commas; 'keys' lists the ids."),
    ] = {}
