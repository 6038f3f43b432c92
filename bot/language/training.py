"""学习: from the example sentences to the weights the bot reads with (`bangfu understand train`).

A linear model learns how much each piece of wording, sound and cue speaks for each intent. Every sentence is also
learnt as it might have been typed in a hurry: by ear, without marks, in traditional characters.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.language.clauses import clause_features
from bot.language.corpus import NOTES, Example
from bot.language.features import Features, features
from bot.language.model import CUE_SHARE, mark_of, pack
from bot.language.sounds import alike, syllable

DAY = date(2025, 7, 1)
ROUNDS, STEP, DECAY = 9, 0.6, 2e-5
ONCE = 1
"""A feature seen no more often than this teaches nothing."""
FOLDS = 3
BY_EAR = 0.12
"""The share of characters replaced by others of the same sound in a sentence typed by ear."""

Weights = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence as its features, the place of its intent, and how much it counts."""

    features: Features
    intent: int
    weight: float


def train(role: str, rows: Sequence[Example]) -> bytes:
    """The model file of a role or of NOTES, learnt from its examples; the same examples always give the same file."""
    intents = sorted({example.intent for example in rows})
    taught = lessons(rows, role, intents)
    everything = [lesson for same in taught for lesson in same]
    return pack(intents, learn(everything, len(intents)), _temperature(rows, taught, len(intents)), mark_of(rows))


def typed_by_ear(text: str, chance: random.Random) -> str:
    """The sentence as typed in a hurry: some characters become others of the same sound, marks are dropped."""
    out = []
    for character in text:
        if "\u4e00" <= character <= "\u9fff" and chance.random() < BY_EAR:
            out.append(chance.choice(alike(syllable(character)) or character))
        else:
            out.append(character)
    said = "".join(out)
    if chance.random() < 0.7:
        said = re.sub(r"[，。！？、；：,.!?;:\s]+", "" if chance.random() < 0.7 else " ", said)
    return said


def lessons(rows: Sequence[Example], role: str, intents: Sequence[str]) -> list[list[Lesson]]:
    """For each example its lessons: as it stands, and as it might be typed by ear. Rare intents count for more."""
    chance = random.Random(20250701)
    place = {intent: number for number, intent in enumerate(intents)}
    size = Counter(example.intent for example in rows)
    usual = sum(size.values()) / len(size)
    taught = []
    for example in rows:
        weight = min(3.0, max(0.5, math.sqrt(usual / size[example.intent])))
        same = [Lesson(_made(example.text, role), place[example.intent], weight)]
        other = typed_by_ear(example.text, chance)
        if other != example.text:
            same.append(Lesson(_made(other, role), place[example.intent], weight * 0.6))
        taught.append(same)
    return taught


def _made(text: str, role: str) -> Features:
    return clause_features(text) if role == NOTES else features(text, role, DAY)


def learn(taught: Sequence[Lesson], classes: int) -> Weights:
    """Weights by feature and intent: multinomial logistic regression, every feature with a step of its own."""
    count: Counter[str] = Counter()
    for lesson in taught:
        count.update(lesson.features.wording)
        count.update(lesson.features.cues)
    weights: Weights = {feature: [0.0] * classes for feature, times in count.items() if times > ONCE}
    squares: Weights = {feature: [1e-2] * classes for feature in weights}
    prepared = [
        (
            [f for f in lesson.features.wording if f in weights],
            [f for f in lesson.features.cues if f in weights],
            1 / math.sqrt(len(lesson.features.wording) or 1),
            lesson.intent,
            lesson.weight,
        )
        for lesson in taught
    ]
    chance = random.Random(7)
    for _ in range(ROUNDS):
        chance.shuffle(prepared)
        for wording, cues, loud, label, importance in prepared:
            shares = _shares(_scores(weights, wording, cues, loud, classes))
            slopes = [(k, importance * (share - (k == label))) for k, share in enumerate(shares)]
            slopes = [(k, slope) for k, slope in slopes if abs(slope) > 0.01]
            for group, value in ((wording, loud), (cues, CUE_SHARE)) if slopes else ():
                for feature in group:
                    row, past = weights[feature], squares[feature]
                    for k, slope in slopes:
                        down = slope * value + DECAY * row[k]
                        past[k] += down * down
                        row[k] -= STEP * down / math.sqrt(past[k])
    return weights


def _scores(weights: Weights, wording: list[str], cues: list[str], loud: float, classes: int) -> list[float]:
    words = [sum(column) * loud for column in zip(*(weights[f] for f in wording), strict=True)] or [0.0] * classes
    hints = [sum(column) * CUE_SHARE for column in zip(*(weights[f] for f in cues), strict=True)] or [0.0] * classes
    return [a + b for a, b in zip(words, hints, strict=True)]


def _shares(scores: list[float], temperature: float = 1.0) -> list[float]:
    top = max(scores)
    shares = [math.exp((score - top) / temperature) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def held_out(
    rows: Sequence[Example], taught: Sequence[Sequence[Lesson]], classes: int
) -> list[tuple[int, list[float]]]:
    """Every example as read by what the other voices taught: its number and its scores."""
    voices = sorted({example.voice for example in rows})
    fold = {voice: number % FOLDS for number, voice in enumerate(voices)}
    read = []
    for number in range(FOLDS):
        others = [
            lesson
            for example, same in zip(rows, taught, strict=True)
            if fold[example.voice] != number
            for lesson in same
        ]
        weights = learn(others, classes)
        for place, (example, same) in enumerate(zip(rows, taught, strict=True)):
            if fold[example.voice] == number:
                wording = [f for f in same[0].features.wording if f in weights]
                cues = [f for f in same[0].features.cues if f in weights]
                loud = 1 / math.sqrt(len(same[0].features.wording) or 1)
                read.append((place, _scores(weights, wording, cues, loud, classes)))
    return read


def _temperature(rows: Sequence[Example], taught: Sequence[Sequence[Lesson]], classes: int) -> float:
    """What makes confidences true on voices that were not learnt: nine in ten right where it says 0.9."""
    read = held_out(rows, taught, classes)

    def surprise(temperature: float) -> float:
        return -sum(
            math.log(max(1e-6, _shares(scores, temperature)[taught[place][0].intent])) for place, scores in read
        )

    return min((t / 10 for t in range(6, 31)), key=surprise)
