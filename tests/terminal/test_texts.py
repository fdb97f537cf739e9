"""What was typed or pasted is what is exported, to the byte."""

from collections.abc import Callable
from pathlib import Path

from desk import AT_TEXT, Desk, exported, import_tasks, write_tasks

TEXTS = {
    "accents": "Ça déjà vu, naïve façade: Ærøskøbing, Łódź, Đà Nẵng.",
    "combining": "e\u0301 n\u0303 a\u0328\u0301 — kept as they were typed, not composed",
    "emoji": "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇫🇷 ☺️ 1️⃣ end",
    "wide": "東京都は日本の首都です。한국어도 됩니다。全角ＡＢＣ",
    "right to left": "שלום עולם and مرحبا بالعالم",
    "joining": "क्षत्रिय ज़्यादा نمی‌خواهم",
    "separators": "line\u2028separator and paragraph\u2029separator",
    "spaces": "no\u00a0break, thin\u2009space, ideographic\u3000space, two  spaces ",
    "long line": "word " * 300 + "end",
    "markdown": "# Title\n\n- **bold** `code`\n- [link](<https://example.org>)\n\n"
    "```py\nx = {1: [2]}\n"
    "if x:\n    y = '$HOME'\n```\n| a | b |\n| --- | --- |\n",
    "markup": "[bold]no markup[/bold] [/foo] [@click=app.quit]x[/] \\[escaped]",
    "quotes": "\"straight\" 'single' “curly” ‘x’ «guillemets» \\ \\n %s {0} \\u0041",
    "blank lines": "\n\nbegins and ends with them\n\n\n",
}
ONLY_PASTED = {
    "tabs": "a\tb\n\tc\t\n",
    "hidden": "zero\u200bwidth, \ufeffmark, soft\u00adhyphen, \u202eoverride\u202c",
}


def messages(texts: dict[str, str]) -> list[list[tuple[str, str]]]:
    return [[("user", f"The {name}"), ("assistant", text)] for name, text in texts.items()]


def test_typed_text_is_exported_to_the_byte(tmp_path: Path, open_desk: Callable[..., Desk]) -> None:
    import_tasks(tmp_path, write_tasks(len(TEXTS)))
    desk = open_desk(tmp_path)
    desk.press("enter")
    for number, (name, text) in enumerate(TEXTS.items(), 1):
        desk.until(f"Task number {number} ", AT_TEXT)
        desk.type(f"The {name}")
        desk.press("tab")
        desk.type(text)
        desk.submit()
    assert desk.quit() == 0
    assert exported(tmp_path) == messages(TEXTS)


def test_pasted_text_is_exported_to_the_byte(
    tmp_path: Path, open_desk: Callable[..., Desk]
) -> None:
    texts = TEXTS | ONLY_PASTED
    import_tasks(tmp_path, write_tasks(len(texts)))
    desk = open_desk(tmp_path)
    desk.press("enter")
    for number, (name, text) in enumerate(texts.items(), 1):
        desk.until(f"Task number {number} ", AT_TEXT)
        desk.paste(f"The {name}")
        desk.press("tab")
        desk.paste(text)
        desk.submit()
    assert desk.quit() == 0
    assert exported(tmp_path) == messages(texts)
