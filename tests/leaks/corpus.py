"""Texts that would act on a terminal, or hide in it, if they reached it as they are."""

from typing import Any

SEQUENCES: dict[str, str] = {
    "title (OSC 0)": "\x1b]0;owned\x07",
    "hyperlink (OSC 8)": "\x1b]8;;http://owned.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard (OSC 52)": "\x1b]52;c;b3duZWQ=\x07",
    "pointer (OSC 22)": "\x1b]22;wait\x07",
    "device control (DCS)": '\x1bP$q"p\x1b\\',
    "sixel": "\x1bPq#0;2;0;0;0#0~~\x1b\\",
    "application command (APC)": "\x1b_Gi=31,a=q;AAAA\x1b\\",
    "privacy message (PM)": "\x1b^secret\x1b\\",
    "start of string (SOS)": "\x1bXstring\x1b\\",
    "where is the cursor (CSI 6n)": "\x1b[6n",
    "who are you (CSI c)": "\x1b[c\x1b[>c\x1bZ",
    "modes": "\x1b[?1049l\x1b[?25l\x1b[?1000h\x1b[?2004l\x1b[>25u",
    "clear and move": "\x1b[2J\x1b[1;1H\x1b[3J",
    "scroll region": "\x1b[1;5r\x1bM\x1bD",
    "reset": "\x1bc\x1b[!p",
    "color": "\x1b[31;1m",
    "charset": "\x1b(0\x0e\x0f",
    "C1 CSI": "\x9b6n",
    "C1 OSC": "\x9d0;owned\x9c",
    "C1 DCS": "\x90q\x9c",
    "C1 SOS, PM, APC, NEL": "\x98x\x9c\x9ex\x9c\x9fx\x9c\x85",
    "controls": "a\x07b\x08c\rd\x0be\x0cf\x0eg\x0fh\x7fij\x1a",
    "markup": "[@click=app.quit]click me[/] [/foo] [bold red]x [link=http://owned.example]y[/link]",
    "escaped markup": "\\[bold]\\",
    "right to left": "\u202etxt.exe\u202c",
    "isolates and marks": "\u2066a\u2069\u2067b\u2069\u2068c\u2069\u200e\u200f\u061c",
    "embeddings": "\u202a\u202b\u202d\u202c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "tag characters": "\U000e0001\U000e0041\U000e007f",
    "variation selectors": "a\ufe0f\ufe01\U000e0101",
    "soft hyphen and fillers": "so\u00adft\u3164\uffa0\u180e",
    "line separators": "a\u2028b\u2029c",
    "annotations": "\ufff9a\ufffab\ufffb",
    "combining stack": "a" + "\u0301\u0489" * 40,
    "Markdown's own ways": "<http://x/%1b]0;owned%07%9b%c2%9b6n> "
    "&#x202e;&#27;&#x9b;&zwj;&lrm;&shy;&#xE0041;",
    "format": "{0} %s %(x)s ${HOME} $(id) `id`",
}
"""By what each is to a terminal; none holds NUL or half a character, which no JSON file may."""
FIRST_HALF, SECOND_HALF = "\x1b", "]0;halves\x07"
"""Two fields side by side: harmless each, a sequence together."""
SHORT = "\u202ea\u200b\U000e0041\x9b6n\x1b[6n"
"""What is seen at either end of a line of input."""
UNTERMINATED = "\x1b]0;until the end of the screen"

HOSTILE = " ".join((SECOND_HALF, *SEQUENCES.values(), UNTERMINATED, FIRST_HALF))
LONG_LINE = ("x\x1b[6n\u202e" * 150_000)[: 2**20]
"""A line of a megabyte."""
RAW = b"\x9b31m\x9d0;owned\x07\x1b]0;raw\x07\xff\xfe\xc3"
"""Bytes that are no UTF-8, but commands to a terminal of eight bits."""
FILE_NAME = "".join(
    SEQUENCES[name]
    for name in (
        "title (OSC 0)",
        "where is the cursor (CSI 6n)",
        "C1 CSI",
        "right to left",
        "color",
    )
).replace("/", "_")
"""A name that a file may have."""

CANARY = "CANARYqx7"
"""A text of the trainer's, to look for where none may be."""


def hostile(name: str) -> str:
    """Return all of it as the text of a field that can be told from the others."""
    return f"{name} {HOSTILE}"


def task(name: str, **fields: Any) -> dict[str, Any]:
    """Return a task whose every text is hostile."""
    return {
        "id": name,
        "kind": "respond",
        "title": hostile(f"Title-{name}"),
        "instructions": f"{HOSTILE}\n\n# {HOSTILE}\n",
        "category": "other",
        "prompts": [hostile("Prompt")],
        "system": hostile("System"),
        "context": [
            {"role": "user", "content": hostile("Context")},
            {"role": "assistant", "content": hostile("Answered")},
        ],
        "responses": [hostile("Candidate")],
        "rules": [
            {"rule": "startend:end_checker", "end_phrase": hostile("a rule")},
            {"rule": "code_block", "language": HOSTILE},
            {"rule": "combination:repeat_prompt", "prompt_to_repeat": HOSTILE},
        ],
        "extra": {HOSTILE: HOSTILE},
        **fields,
    }


def batch(tasks: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Return a batch whose every text is hostile."""
    return {
        "format": "trainer-tui/batch",
        "version": 1,
        "id": "b",
        "title": hostile("Batch"),
        "team": hostile("Team"),
        "guidelines": {"version": hostile("1"), "text": f"# {HOSTILE}\n\n- {HOSTILE}\n"},
        "rubric": [
            {
                "name": hostile("Scale"),
                "description": HOSTILE,
                "low": HOSTILE,
                "high": HOSTILE,
            }
        ],
        "skip_reasons": [hostile("Skip"), "Other"],
        "flag_reasons": [hostile("Flag"), "Other"],
        **fields,
        "tasks": tasks,
    }
