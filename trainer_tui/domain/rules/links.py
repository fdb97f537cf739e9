"""Addresses on the network that a text gives, which it must not when browsing is off."""

import re

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import outermost
from trainer_tui.domain.rules.prose import prose, without_fences

_ENDS = r"\s<>\"`“”«»"
_URL = Expression(
    rf"(?:https?|ftps?|file)://[^{_ENDS}]+|mailto:[^{_ENDS}:@]{{1,64}}@[^{_ENDS}]+", re.I
)
_WWW = Expression(rf"www\.[^{_ENDS}.]+\.[^{_ENDS}]+", re.I)
_BARE = Expression(
    r"\.(?:(?:com|org|net|edu|gov|info)(?:\.[a-z]{2})?(?:/[^\s<>\"`]*)?"
    r"|(?:co|ac|gov|org)\.(?:uk|jp|nz|za|kr|in)(?:/[^\s<>\"`]*)?"
    r"|[a-z]{2,6}/[^\s<>\"`]+)(?![\w@]|-\w)"
)
_NAMES = frozenset({"asp.net", "vb.net", "ado.net", "ml.net", "paint.net"})
_TARGET = Expression(r"\]\([ \t]*<?([^\s()<>#][^\s()<>]*)[^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_DEFINITION = Expression(r"^ {0,3}\[[^\[\]\n]+\]:[ \t]*(?=\S)[^\n]*$", re.MULTILINE)
_LONGEST_NAME = 100


@rule("no_links", Arguments, "no links")
def no_links(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts addresses with a scheme (https, http, ftp, file, mailto), names that begin with
    www, Markdown links and images with a target other than a heading of the text, reference
    definitions, and bare names that end in com, org, net, edu, gov, info or as co.uk does, or
    that any path follows. A mail address is no link. Fenced code blocks are left out, since an
    example may need an address; inline code counts, but for bare names.
    """
    outside, plain = without_fences(text), prose(text)
    places: list[Place] = []
    if "](" in plain:
        checked = 0
        for found in _TARGET.finditer(plain):
            start = plain.rfind("[", checked, found.start())
            line = plain.rfind("\n", checked, found.start()) + 1
            places.append(Place(start if start >= line else found.start(), found.end()))
            checked = found.end()
    if "]:" in plain:
        places += [
            Place(*found.span())
            for found in _DEFINITION.finditer(plain)
            if not found[0].lstrip().startswith("[^") and _like_an_address(found[0])
        ]
    if "://" in outside or "mailto:" in outside.lower():
        places += [_trimmed(outside, found) for found in _URL.finditer(outside)]
    if "www." in outside.lower():
        places += [
            _trimmed(outside, found)
            for found in _WWW.finditer(outside)
            if not outside[max(0, found.start() - 1) : found.start()].isalnum()
        ]
    places += _bare(plain)
    found_places = outermost(places)
    return Finding(not found_places, counted_places(found_places, text), found_places)


def _like_an_address(definition: str) -> bool:
    target = definition.partition("]:")[2].strip()
    return "/" in target or ("." in target.rstrip(".") and " " not in target.split('"')[0].strip())


def _trimmed(text: str, found: re.Match[str]) -> Place:
    """Leave out the punctuation of the sentence, and a bracket that was opened before."""
    start, end = found.span()
    while end > start:
        last = text[end - 1]
        if last in ".,;:!?'’*_~|]}…" or (last == ")" and "(" not in found[0]):
            end -= 1
        else:
            break
    return Place(start, end)


def _bare(text: str) -> list[Place]:
    places = []
    behind = 0
    for found in _BARE.finditer(text):
        before = text[max(behind, found.start() - _LONGEST_NAME) : found.start()]
        # What a name may hold, taken from the right without trying every start of it.
        cut = len(before)
        while cut and (before[cut - 1].isalnum() or before[cut - 1] in ".-"):
            cut -= 1
        name = before[cut:].lstrip(".-")
        start = found.start() - len(name)
        if not name or (text[start - 1 : start] in ("@", "/", "_", "\\") and start):
            continue
        if (name.rpartition(".")[2] + found[0]).lower() in _NAMES:
            continue
        if not _real_path(found[0]):
            continue
        place = _trimmed(text, found)
        places.append(Place(start, place.end))
        behind = place.end
    return places


def _real_path(ending: str) -> bool:
    """Whether an ending with a path is a country's (`.fr/page`) and not a file's (`a.py/b`)."""
    name, slash, _ = ending[1:].partition("/")
    return not slash or "." in name or name in _ENDINGS


_ENDINGS = frozenset(
    "com org net edu gov info io ai app dev co uk fr de es it nl be ch at pl pt se no fi dk cz "
    "ie eu us ca mx ar br cl jp cn kr in au nz ru ua gr tr me tv ly wiki blog news".split()
)
