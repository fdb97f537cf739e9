"""Measures from which score on two texts are near-duplicates, on real texts of a folder

`python tests/bench/near_texts.py FOLDER`, which holds JSON and JSONL files of prompts and
responses (message trees, instructions with instances, questions with turns, lists of prompts).
They are altered in the ways of people: names and numbers changed, one or two of seven words
replaced, sentences moved, a third left out, an introduction put before, letters mistyped. How
often these are recognized stands against how often a text as it is has another one near; among
those are versions of one text, which `--pairs` lists for reading.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from trainer_tui.domain.similarity import NearIndex, pieces, similarity
from trainer_tui.domain.text import words
from trainer_tui.services.similar import NEAR, SHORTEST

THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
ALTERED = 400
"""How many texts of each part are altered, each in every way."""
REPEATED = 0.1
"""Share of drafts that repeat something, for the precision that a trainer would see."""
LENGTHS = (2, 4, 6, 8, 10, 15, 20, 30, 50, 100, 10_000)
NAMES = "Miriam Tobias Warsaw Lyon Okafor Lindqvist Delgado Kyoto Harper Osaka Bremen Quito".split()
INTRODUCTIONS = {
    "prompt": (
        "I would like your help with something. ",
        "Hello! Here is what I need today: ",
        "Please answer this as well as you can. ",
    ),
    "response": (
        "Sure, I am happy to help you with that! Here is what I would say about it. ",
        "That is a good question with several sides to it. Let us look at them one by one. ",
        "Of course. Here is an answer that I hope is useful to you.\n\n",
    ),
}
UNIT = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]|[^\W_\u3041-\u30ff\u3400-\u9fff]{4,}")
SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*(?=\S)|\n+")

Alteration = Callable[[str, random.Random, list[str]], str]


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Find prompts and responses in one document or line, of whatever known shape."""
    match value:
        case str():
            yield "prompt", value
        case list():
            for one in value:
                yield from texts(one)
        case {"role": role, "text": str(text)}:
            yield ("prompt" if role == "prompter" else "response"), text
            yield from texts(value.get("replies", []))
        case {"prompt": dict(tree)}:
            yield from texts(tree)
        case {"prompt": str(prompt)}:
            yield "prompt", prompt
        case {"instruction": str(instruction)}:
            for instance in value.get("instances") or [{}]:
                yield "prompt", "\n\n".join(filter(None, (instruction, instance.get("input"))))
                yield "response", instance.get("output") or ""
        case {"choices": list(choices)}:
            for choice in choices:
                yield from (("response", turn) for turn in choice["turns"])
        case {"turns": list(turns)}:
            yield from (("prompt", turn) for turn in turns)
            yield from (("response", turn) for turn in value.get("reference") or [])


def read(folder: Path) -> dict[str, list[str]]:
    """Return the different texts of all files by part."""
    found: dict[str, dict[str, str]] = {"prompt": {}, "response": {}}
    for file in sorted(folder.rglob("*.json*")):
        content = file.read_text("utf-8")
        try:
            rows = [json.loads(content)]
        except ValueError:
            rows = [json.loads(line) for line in content.splitlines() if line.strip()]
        for part, text in texts(rows):
            found[part].setdefault(" ".join(text.casefold().split()), text)
    return {part: list(known.values()) for part, known in found.items()}


def replaced(text: str, chance: random.Random, vocabulary: list[str], share: float) -> str:
    """Put other words, or other characters where there are no spaces, in place of a share."""
    places = [found.span() for found in UNIT.finditer(text)]
    chosen = chance.sample(places, min(len(places), max(1, round(len(places) * share))))
    for start, end in sorted(chosen, reverse=True):
        like = "字" if end - start == 1 else ""
        text = text[:start] + (like or chance.choice(vocabulary)) + text[end:]
    return text


def named(text: str, chance: random.Random, _: list[str]) -> str:
    """Change the numbers, and the capitalized words inside of sentences."""
    text = re.sub(r"\d+", lambda found: str(chance.randrange(10 ** len(found[0]))), text)
    return re.sub(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý]\w+", lambda _: chance.choice(NAMES), text)


def moved(text: str, chance: random.Random, _: list[str]) -> str:
    """Put the sentences into another order."""
    sentences = [sentence for sentence in SENTENCE_END.split(text) if sentence.strip()]
    chance.shuffle(sentences)
    return " ".join(sentences)


def shortened(text: str, chance: random.Random, _: list[str]) -> str:
    """Leave a third of the sentences out, or of the words where there are few sentences."""
    sentences = [sentence for sentence in SENTENCE_END.split(text) if sentence.strip()]
    if len(sentences) >= 3:
        kept = chance.sample(range(len(sentences)), len(sentences) - round(len(sentences) / 3))
        return " ".join(sentences[n] for n in sorted(kept))
    own = text.split()
    return " ".join(own[: round(len(own) * 2 / 3)]) if len(own) > 2 else text[: len(text) * 2 // 3]


def mistyped(text: str, chance: random.Random, _: list[str]) -> str:
    """Leave out, swap or add a letter in each thirty."""
    letters = list(text)
    for _ in range(max(1, len(letters) // 30)):
        place = chance.randrange(len(letters) - 1)
        match chance.randrange(3):
            case 0:
                letters[place] = ""
            case 1:
                letters[place : place + 2] = letters[place + 1], letters[place]
            case _:
                letters[place] += chance.choice("etaoinsr")
    return "".join(letters)


def alterations(part: str) -> dict[str, Alteration]:
    """Return the ways in which a text is altered, with those that come together."""

    def introduced(text: str, chance: random.Random, _: list[str]) -> str:
        return chance.choice(INTRODUCTIONS[part]) + text

    def one_of_seven(text: str, chance: random.Random, vocabulary: list[str]) -> str:
        return replaced(text, chance, vocabulary, 1 / 7)

    def two_of_seven(text: str, chance: random.Random, vocabulary: list[str]) -> str:
        return replaced(text, chance, vocabulary, 2 / 7)

    def both(first: Alteration, second: Alteration) -> Alteration:
        return lambda text, *more: second(first(text, *more), *more)

    return {
        "names, numbers": named,
        "1 of 7 words": one_of_seven,
        "2 of 7 words": two_of_seven,
        "moved": moved,
        "a third less": shortened,
        "introduced": introduced,
        "mistyped": mistyped,
        "a third less, 1 of 7": both(shortened, one_of_seven),
        "introduced, 1 of 7": both(introduced, one_of_seven),
        "moved, mistyped": both(moved, mistyped),
    }


def neighbors(own: list[str]) -> list[tuple[float, int, int]]:
    """Return all pairs that share anything worth a look, with their scores, best first."""
    cut = [pieces(text) for text in own]
    holders: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for number, mine in enumerate(cut):
        shared = Counter(other for piece in mine for other in holders[piece])
        for other, count in shared.items():
            score = 2 * count / (len(mine) + len(cut[other]))
            if score >= THRESHOLDS[0]:
                pairs.append((score, other, number))
        for piece in mine:
            holders[piece].append(number)
    return sorted(pairs, reverse=True)


def report(part: str, found: list[str], list_pairs: bool) -> None:
    """Print what the thresholds come to for prompts or for responses."""
    least, chosen = SHORTEST[part], NEAR[part]  # type: ignore[index]
    every = [text for text in found if words(text) >= 2]
    nearest = [0.0] * len(every)
    pairs = neighbors(every)
    for score, *both in pairs:
        for number in both:
            nearest[number] = max(nearest[number], score)
    print(f"\n{part}s: {len(found):,} different texts\n\nshare that is near to another, by length")
    for low, high in pairwise(LENGTHS):
        inside = [s for s, text in zip(nearest, every, strict=True) if low <= words(text) < high]
        cells = (f"{sum(s >= t for s in inside) / max(1, len(inside)):6.1%}" for t in THRESHOLDS)
        print(f"{low:>4} to {high - 1:<5} words {len(inside):>5}", *cells)

    numbers = [n for n, text in enumerate(every) if words(text) >= least]
    long = [every[n] for n in numbers]
    vocabulary = sorted({found[0] for text in long for found in UNIT.finditer(text)})
    vocabulary = [word for word in vocabulary if len(word) > 3]
    chance = random.Random(1)
    index: NearIndex[int] = NearIndex()
    for number, text in enumerate(long):
        index.put(number, text)
    scores: dict[str, list[float]] = defaultdict(list)
    due = indexed = 0
    for number in chance.sample(range(len(long)), min(ALTERED, len(long))):
        for name, alter in alterations(part).items():
            altered = alter(long[number], chance, vocabulary)
            if altered.split() != long[number].split():
                score = similarity(long[number], altered)
                scores[name].append(score)
                if score >= chosen:
                    due += 1
                    indexed += any(m.key == number for m in index.search(altered, chosen))
    made = [score for known in scores.values() for score in known]
    apart = [nearest[n] for n in numbers]
    print(f"\n{len(long):,} texts of {least} words and more, {len(made):,} altered ones")
    print("threshold  recognized  written apart  precision if one draft in ten repeats")
    for threshold in THRESHOLDS:
        recall = sum(score >= threshold for score in made) / len(made)
        false = sum(score >= threshold for score in apart) / len(apart)
        precision = REPEATED * recall / (REPEATED * recall + (1 - REPEATED) * false)
        mark = " <- chosen" if threshold == chosen else ""
        print(f"{threshold:9.2f} {recall:11.1%} {false:14.1%} {precision:10.1%}{mark}")
    for name, known in scores.items():
        print(f"  {name:<22} {sum(s >= chosen for s in known) / len(known):6.1%} of {len(known)}")
    print(f"the index finds {indexed:,} of the {due:,} that are near enough")
    kept = set(numbers)
    pairs = [p for p in pairs if p[0] >= chosen and kept.issuperset(p[1:])]
    print(f"pairs written apart that come out as near: {len(pairs)}")
    if list_pairs:
        for score, one, other in pairs:
            print(
                f"{score:.2f}",
                *(f"\n     {' '.join(every[n].split())[:200]}" for n in (one, other)),
            )


def main() -> int:
    """Measure the texts of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", action="store_true", help="list the pairs to be read")
    args = parser.parse_args()
    for part, found in read(args.folder).items():
        report(part, found, args.pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
