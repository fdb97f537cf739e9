"""Code that a response has to hold, and whether it can be read as its language."""

import re
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from trainer_tui.domain.rules.kind import Arguments, Finding, Place, rule
from trainer_tui.domain.rules.prose import Fence, fences

_ALIASES = {
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "node": "javascript",
    "ts": "typescript",
    "sh": "bash",
    "shell": "bash",
    "zsh": "bash",
    "c++": "cpp",
    "cxx": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "golang": "go",
    "rs": "rust",
    "rb": "ruby",
    "kt": "kotlin",
    "yml": "yaml",
    "md": "markdown",
    "postgresql": "sql",
    "mysql": "sql",
    "sqlite": "sql",
    "htm": "html",
}
_LONGEST = 100_000
"""Characters of a block that is parsed; what is longer is taken to be right."""
_warnings = Lock()


class CodeBlock(Arguments, frozen=True):
    """The language of the code; any, if it is empty."""

    language: str = ""


class _Fault(NamedTuple):
    line: int
    """From 1, within the block."""


@rule(
    "code_block", CodeBlock, lambda asked: f"code in {asked.language}" if asked.language else "code"
)
def code_block(text: str, asked: CodeBlock, language: str) -> Finding:
    """Asks for a fenced code block (``` or ~~~) whose first word behind the fence is the
    language or a usual short name of it (py, js, sh), and that each such block is closed and
    reads as its language: Python as the Python that runs this program reads it, without
    running anything, JSON strictly (double quotes, no comments, no repeated keys). Blocks of
    other languages only have to be closed.
    """
    wanted = _named(asked.language)
    blocks = fences(text)
    fitting = [block for block in blocks if not wanted or _named(block.language) == wanted]
    if not fitting:
        unnamed = tuple(block.opening for block in blocks if not block.language)
        return Finding(False, "no language named" if unnamed else "none", unnamed)
    places, said = [], ""
    for block in fitting:
        if not block.closed:
            places.append(block.opening)
            said = said or f"not closed at line {_line(text, block.start)}"
        elif fault := _fault(text, block):
            place = _line_of_code(text, block, fault.line)
            places.append(place)
            said = said or f"does not parse at line {_line(text, place.start)}"
    if places:
        return Finding(False, said, tuple(places))
    return Finding(True, f"{len(fitting)} block" + ("s" if len(fitting) > 1 else ""))


def _named(language: str) -> str:
    name = language.strip().lower()
    return _ALIASES.get(name, name)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _line_of_code(text: str, block: Fence, line: int) -> Place:
    """Return a line of a block without the space around it, or the fence if it is blank."""
    start = block.code.start
    for _ in range(line - 1):
        start = text.find("\n", start, block.code.end) + 1
        if not start:
            return block.opening
    end = text.find("\n", start, block.code.end)
    end = block.code.end if end < 0 else end
    shown = text[start:end].strip()
    if not shown:
        return block.opening
    start = text.index(shown[0], start)
    return Place(start, start + len(shown))


def _fault(text: str, block: Fence) -> _Fault | None:
    code = text[block.code.start : block.code.end]
    if len(code) > _LONGEST:
        return None
    if block.indent:
        width = min(len(block.indent), 99)
        code = re.sub(rf"^(?:{re.escape(block.indent)}|[ \t]{{0,{width}}})", "", code, flags=re.M)
    match _named(block.language):
        case "python":
            return _python(code)
        case "json":
            return _json(code)
    return None


@lru_cache(32)
def _python(code: str) -> _Fault | None:
    import ast
    import warnings

    # The filters are of the whole process: two checks at once must not restore each other's.
    with _warnings, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except SyntaxError as error:
            return _Fault(error.lineno or 1)
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return _Fault(1)
    return None


@lru_cache(32)
def _json(code: str) -> _Fault | None:
    from trainer_tui.domain.strict import BadJSON, decode

    try:
        decode(code.encode())
    except BadJSON as error:
        return _Fault(error.line)
    except (ValueError, RecursionError):
        return _Fault(1)
    return None
