"""核对: what staff should know after they added to the language: clashes, repetitions, and what is read otherwise."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from bot.language.corpus import CADRE, EVERYONE, Example
from bot.language.evaluation import bigram_f1
from bot.language.features import masked
from bot.language.intents import Understanding
from bot.language.spelling import mended, plain

_DAY = date(2025, 7, 1)
_MARKS = re.compile(r"[\s,，。.、；;：:!！?？~～…]+")
_SIGNS = re.compile(r"[Ⓐ-Ⓩ#家]")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence kept out of the examples, with what it wants and what else would be right."""

    text: str
    role: str
    intent: str
    alt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """Two examples that say the same and want different things."""

    one: Example
    other: Example


@dataclass(frozen=True, slots=True)
class Change:
    """A kept sentence that is read otherwise than before."""

    sample: Sample
    before: str
    now: str


@cache
def kept_samples() -> tuple[Sample, ...]:
    """The sentences no example was made from; they show what a change of the examples does."""
    lines = files("bot.language").joinpath("kept.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(Sample(r["text"], r["role"], r["intent"], tuple(r.get("alt", ()))) for r in rows)


def repeated(rows: Sequence[Example]) -> list[Example]:
    """Examples that stand there already, word for word but for marks."""
    seen: set[tuple[str, str, str]] = set()
    again = []
    for example in rows:
        key = (example.role, example.intent, _MARKS.sub("", example.text))
        if key in seen:
            again.append(example)
        seen.add(key)
    return again


def clashes(rows: Sequence[Example]) -> list[Clash]:
    """Examples of different intents that are the same sentence, but for names, sums, days, benefits and particles."""
    by_shape: dict[str, list[Example]] = defaultdict(list)
    for example in rows:
        shape = _MARKS.sub("", masked(mended(example.text).strip(), _DAY))
        if len(_SIGNS.sub("", shape)) >= 2:
            by_shape[shape].append(example)
    return [
        Clash(same[0], other)
        for same in by_shape.values()
        for other in same[1:]
        if other.intent != same[0].intent and _heard_together(same[0], other)
    ]


def _heard_together(one: Example, other: Example) -> bool:
    return one.role == other.role or EVERYONE in (one.role, other.role)


def changes(
    samples: Sequence[Sample], before: Callable[[Sample], Understanding], now: Callable[[Sample], Understanding]
) -> list[Change]:
    """Which samples are read otherwise now."""
    read = [(sample, before(sample).intent, now(sample).intent) for sample in samples]
    return [Change(sample, old, new) for sample, old, new in read if old != new]


def nearest(text: str, role: str, rows: Sequence[Example], most: int = 3) -> list[tuple[float, Example]]:
    """The examples most like a sentence, for showing; likeness by pairs of characters, 1 the same."""
    said = plain(mended(text).strip())
    own = CADRE if role == CADRE else "household"
    found = [
        (bigram_f1(said, plain(mended(e.text).strip())), n, e) for n, e in enumerate(rows) if e.role in (EVERYONE, own)
    ]
    return [
        (likeness, example) for likeness, _, example in sorted(found, reverse=True, key=lambda f: (f[0], -f[1]))[:most]
    ]
