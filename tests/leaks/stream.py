"""What a terminal would do with the bytes that it received: all that the program did not mean.

The output is read as a terminal reads it. Every control sequence must be one that the program
and Textual themselves emit; every other control, and every character that hides or reorders
text, is a leak, wherever it came from.
"""

import base64
import re
import unicodedata

_SCREEN = re.compile(
    r"""
      \x1b\[[\d;]*m                                      # colors and styles
    | \x1b\[\d+;\d+H                                     # the cursor to a place
    | \x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]
    | \x1b\[\?(?:2026|2048)\$p                           # may synchronized output be used?
    | \x1b\[>\d+u | \x1b\[<u                             # the keyboard protocol
    | \x1b\]22;(?:default|text|pointer)\x07              # the shape of the mouse pointer
    | \r\n
    """,
    re.VERBOSE,
)
_COMMAND = re.compile(r"\r?\n|\t")
_BAR = re.compile(r"\x1b\[[\d;]*m|\x1b\[\?25[hl]|\x1b\[\d?[AK]|\r")
"""What draws and removes a progress bar."""
_PLAIN = re.compile(r"[ -~\u2500-\u259f]+")
_COPY = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07")
_IGNORABLE = re.compile(
    "[\u00ad\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "\U000e01f0-\U000e0fff]"
)
_JOINED = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def leaks(raw: bytes, *, screen: bool, bar: bool = False, copies: int = 0) -> list[str]:
    """Return each leak with what is around it.

    Args:
        raw: All that was received.
        screen: Whether the workstation was open, or only commands ran.
        bar: Whether a progress bar may have been drawn.
        copies: How often something was copied, by a key: each is one OSC 52.
    """
    found = []
    text = raw.decode("utf-8", "surrogateescape")
    allowed = [_SCREEN] if screen else [_COMMAND]
    if bar:
        allowed.append(_BAR)
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            at = plain.end()
            continue
        if match := next((m for one in allowed if (m := one.match(text, at))), None):
            at = match.end()
            continue
        if screen and (copied := _COPY.match(text, at)):
            copies -= 1
            base64.b64decode(copied[1], validate=True).decode()
            if copies < 0:
                found.append(_around("a copy that nobody asked for", text, at))
            at = copied.end()
            continue
        if said := _what(text, at):
            found.append(_around(said, text, at))
        at += 1
    return found


def _what(text: str, at: int) -> str:
    character = text[at]
    if "\udc80" <= character <= "\udcff":
        return f"byte 0x{ord(character) - 0xDC00:02x}"
    category = unicodedata.category(character)
    if category == "Cc":
        return f"control U+{ord(character):04X}"
    if category == "Cs" or _IGNORABLE.match(character):
        return f"hidden U+{ord(character):04X}"
    if _JOINED.match(character) and not _in_place(text, at):
        return f"joiner or selector U+{ord(character):04X}"
    return ""


def _in_place(text: str, at: int) -> bool:
    """Whether a joiner or selector stands between what it is for: emoji, letters that join."""
    before = text[at - 1] if at else ""
    after = text[at + 1 : at + 2]
    if text[at] >= "\U000e0100":
        return before >= "\u3000"
    if "\ufe00" <= text[at] <= "\ufe0f":
        return before > "~" or before in "0123456789#*"
    if text[at] == "\u200d" and (before == "\ufe0f" or before > "\u203b"):
        return after > "\u203b"
    return unicodedata.category(before or " ")[0] in "LM" and before > "\u0500"


def _around(what: str, text: str, at: int) -> str:
    return f"{what} in {text[max(at - 24, 0) : at + 24]!r}"
