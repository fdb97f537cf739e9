"""List the kinds of rules that a batch can use, or tell what one of them checks.

A batch names a rule by its kind and gives its arguments:
  {"rule": "words", "relation": "at_most", "count": 200, "applies_to": "response"}

`applies_to` is response (when it is left out), prompt or both.

Examples:
  trainer-tui rules
  trainer-tui rules no_citations
"""

from argparse import Namespace
from collections.abc import Mapping

import msgspec

from trainer_tui.cli.output import one_line, put_json, say, table
from trainer_tui.cli.parsing import Parser, add_json, nearest
from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.rules import Kind, find, kinds


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("kind", nargs="?", metavar="KIND", help="the name of one kind")
    add_json(parser)


def run(args: Namespace) -> int:
    """Print them."""
    chosen = {args.kind: _kind(args.kind)} if args.kind else kinds()
    if args.json:
        put_json([_fields(kind) for kind in chosen.values()])
    elif args.kind:
        _tell(chosen[args.kind])
    else:
        table(("kind", "arguments"), [(k.name, ", ".join(_arguments(k))) for k in _sorted(chosen)])
    return 0


def _kind(name: str) -> Kind:
    kind = find(name)
    if kind is None:
        raise NotFound(
            f"no rule {one_line(name)!r}{nearest(name, kinds())}", "'trainer-tui rules' lists them."
        )
    return kind


def _sorted(chosen: Mapping[str, Kind]) -> list[Kind]:
    """Ours first, then the published ones by their group, each with its languages together."""

    def place(kind: Kind) -> tuple[bool, list[str]]:
        group, _, name = kind.name.rpartition(":")
        language, _, group = group.rpartition(":")
        return ":" in kind.name, [group, name, language]

    return sorted(chosen.values(), key=place)


def _arguments(kind: Kind) -> list[str]:
    return [field.name for field in msgspec.structs.fields(kind.arguments)]


def _fields(kind: Kind) -> dict[str, object]:
    return {"rule": kind.name, "arguments": _arguments(kind), "checks": kind.help}


def _tell(kind: Kind) -> None:
    say(kind.name)
    say(f"Arguments: {', '.join(_arguments(kind)) or 'none'}")
    say(kind.help)
