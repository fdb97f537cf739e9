"""Show or change your own dictionary: words that are right although no dictionary has them.

LANGUAGE is en, fr or es. A word counts in every variety of its language and with any
capitals. Without a language all that you have are shown.

Examples:
  trainer-tui words
  trainer-tui words en
  trainer-tui words en --add gochujang --add umami
  trainer-tui words fr --remove quiz
"""

from argparse import Namespace

from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Suggestion, Usage, add_json
from trainer_tui.domain.errors import NotFound
from trainer_tui.spelling.dictionaries import LANGUAGES
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "language",
        nargs="?",
        type=Suggestion(lambda: LANGUAGES),
        metavar="LANGUAGE",
        help=f"one of {', '.join(LANGUAGES)}; fr-CA counts as fr",
    )
    parser.add_argument("--add", action="append", default=[], metavar="WORD", help="add a word")
    parser.add_argument(
        "--remove", action="append", default=[], metavar="WORD", help="take a word out"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Show or change them."""
    if not args.add and not args.remove:
        return _show(args.language, as_json=args.json)
    if args.language is None:
        raise Usage("in which language are the words?", "Such as: trainer-tui words en --add umami")
    with writing() as workstation:
        spelling = workstation.spelling
        before = {word.casefold() for word in spelling.own_words(args.language)}
        added, removed = spelling.change(args.add, args.remove, args.language)
        now = spelling.own_words(args.language)
    if args.json:
        put_json({"language": args.language, "words": now})
    for word in added:
        known = "was known before" if word.casefold() in before else "is known now"
        narrate(f"{word} {known}.")
    for word in removed:
        gone = "is not known any more" if word.casefold() in before else "was not there"
        narrate(f"{word} {gone}.")
    return 0


def _show(language: str | None, *, as_json: bool) -> int:
    with reading() as workstation:
        spelling = workstation.spelling
        if language is not None and not spelling.knows(language):
            raise NotFound(
                f"texts in {language!r} are not checked for spelling",
                f"There are {', '.join(LANGUAGES)}.",
            )
        chosen = (language,) if language else LANGUAGES
        own = {one: spelling.own_words(one) for one in chosen}
    if as_json:
        put_json(own)
        return 0
    for one, words in own.items():
        for word in words:
            say(word if language else f"{one}  {word}")
    if not any(own.values()):
        narrate("There are none yet. 'trainer-tui words en --add WORD' adds one.")
    else:
        narrate(f"{counted(sum(map(len, own.values())), 'word')} in all.")
    return 0
