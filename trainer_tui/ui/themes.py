"""The color themes; every state also has a glyph and a word, so none depends on color."""

from textual.theme import Theme

TERMINAL = "ansi-dark"
"""Textual's theme of the terminal's own sixteen colors, called `terminal` in the settings."""

_SHARED = {"footer-key-foreground": "$accent"}

DUSK = Theme(
    name="dusk",
    primary="#7fa6d9",
    secondary="#5f7f9f",
    accent="#e0b36a",
    warning="#e0b36a",
    error="#e07a7a",
    success="#8fbf88",
    foreground="#d9d7d1",
    background="#15171c",
    surface="#1b1e25",
    panel="#262a33",
    variables={
        **_SHARED,
        "border-blurred": "#3d4352",
        "block-cursor-background": "#34507a",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#34507a",
    },
)
PAPER = Theme(
    name="paper",
    primary="#2f5d8a",
    secondary="#5b7a99",
    accent="#9a5b13",
    warning="#8a5a00",
    error="#a8323a",
    success="#2f6b34",
    foreground="#24262b",
    background="#faf8f3",
    surface="#f3f0e8",
    panel="#e6e1d5",
    dark=False,
    variables={
        **_SHARED,
        "border-blurred": "#c4bcaa",
        "block-cursor-background": "#2f5d8a",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#b9cfe4",
    },
)
HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#00ffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    text_alpha=1.0,
    variables={
        **_SHARED,
        "text-muted": "#ffffff",
        "foreground-muted": "#ffffff",
        "text-disabled": "#c0c0c0",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "input-selection-background": "#0050ff",
        "border": "#ffffff",
        "border-blurred": "#909090",
    },
)
OURS = (DUSK, PAPER, HIGH_CONTRAST)


def textual_name(theme: str) -> str:
    """Return Textual's name of a theme of the settings."""
    return TERMINAL if theme == "terminal" else theme
