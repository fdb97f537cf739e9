"""Compares the verdicts of our IFEval and M-IFEval rules with a published checker's.

`python tests/rules --rules ROWS --reference SPEC TEXTS...` asks both about every instruction of
the rows (JSONL with `instruction_id_list` and `kwargs`), on texts found in the files: each string
of 20 characters or more in any of their rows, and texts twisted from them towards the limits of
the rule. A SPEC is `[LANGUAGE=]MODULE[:NAME]`, for example

    pip install if-verifiable nltk==3.9.2     en=if_verifiable.ifeval.instructions_registry
    pip install lm-eval[ifeval] nltk==3.9.2   en=lm_eval.tasks.ifeval.instructions_registry

Both need NLTK's `punkt_tab` (`python -m nltk.downloader punkt_tab`). NLTK 3.9.3 divides words
at dashes and 3.10 sentences at typographic quotation marks, which the checkers had not seen when
they were published. The checkers of M-IFEval, whose ids carry their language, come from its
repository. `--keep FILE` keeps verdicts on our own texts, for which `test_agreement.py` asks.
Exit code 1 says that a disagreement has no known reason.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keeping
from comparing import compare, table, told
from references import Asked, Reference


def strings(value: Any) -> Iterator[str]:
    """Every string of 20 characters or more in a JSON value that is not just an identifier."""
    if isinstance(value, str):
        if len(value) >= 20 and not (value.isascii() and " " not in value):
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def rows(path: Path) -> Iterator[Any]:
    """The rows of a JSONL file, or the one value of a JSON file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        yield json.loads(text)
    else:
        yield from map(json.loads, filter(str.strip, text.split("\n")))


def instructions(paths: list[Path]) -> list[Asked]:
    """Every instruction of IFEval rows, with its language."""
    return [
        Asked(
            name if name.count(":") == 2 else f"en:{name}",
            {key: value for key, value in arguments.items() if value is not None},
        )
        for path in paths
        for row in rows(path)
        for name, arguments in zip(row["instruction_id_list"], row["kwargs"], strict=True)
    ]


def main() -> int:
    """Compare with each reference, print one table each."""
    parser = argparse.ArgumentParser(
        prog="python tests/rules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--reference", action="append", required=True, metavar="SPEC")
    parser.add_argument("--rules", action="append", type=Path, default=[], metavar="ROWS")
    parser.add_argument("--per-rule", type=int, default=60, help="texts for each instruction")
    parser.add_argument("--limits", type=float, default=0.2, help="share of texts at their limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the ids to ask")
    parser.add_argument("--keep", type=Path, help="where to keep verdicts on our own texts")
    parser.add_argument("texts", nargs="*", type=Path)
    args = parser.parse_args()
    references = [Reference(spec) for spec in args.reference]
    if args.keep:
        keeping.write(args.keep, references)
        return 0
    asked = [one for one in instructions(args.rules) if args.only in one.id]
    texts = sorted({text for path in args.texts for row in rows(path) for text in strings(row)})
    if not asked or not texts:
        parser.error("there are no rules or no texts")
    open_ones = 0
    for reference in references:
        tallies = compare(reference, asked, texts, args.per_rule, args.seed, args.limits)
        print(f"{reference.spec}, {len(texts)} texts\n{table(tallies)}\n{told(tallies)}\n")
        open_ones += sum(one.counts[-1] for one in tallies.values())
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
