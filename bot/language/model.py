"""模型: the learnt weights of one role, and what they say of a sentence.

A model file holds, packed with zlib: a line of JSON (intents, scale, temperature, the examples' mark), the features
one a line, and for each feature one byte an intent (128 is none). `bangfu understand train` writes it.
"""

import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.language.corpus import CADRE, HOUSEHOLD, NOTES, Example
from bot.language.cues import CUES
from bot.language.features import Features

CUE_SHARE = 0.3
"""How loud one cue is beside the whole wording."""
_NONE = 128
_FAMILIAR = 0.45
"""Below this share of known strokes a sentence is foreign, and no intent may look certain."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature and intent, as bytes; `scale` makes them numbers, `temperature` makes scores confidences."""

    intents: tuple[str, ...]
    weights: Mapping[str, bytes]
    scale: float
    temperature: float
    mark: str

    def scores(self, made: Features) -> list[float]:
        """How much the sentence speaks for each intent, in the order of `intents`."""
        wording = self._sums(made.wording)
        cues = self._sums(made.cues)
        loud = 1 / math.sqrt(len(made.wording) or 1)
        return [self.scale * (loud * a + CUE_SHARE * b) for a, b in zip(wording, cues, strict=True)]

    def _sums(self, features: Iterable[str]) -> list[int]:
        rows = [row for feature in features if (row := self.weights.get(feature)) is not None]
        if not rows:
            return [0] * len(self.intents)
        none = _NONE * len(rows)
        return [sum(column) - none for column in zip(*rows, strict=True)]

    def familiarity(self, made: Features) -> float:
        """1 for a sentence made of known strokes, down to 0 for one that resembles nothing."""
        pairs = [f for f in made.wording if len(f) == 2 and f[0] not in "<>"]
        if not pairs:
            return 1.0
        known = sum(f in self.weights for f in pairs) / len(pairs)
        return min(1.0, known / _FAMILIAR)

    def reasons(self, made: Features, intent: str, most: int = 6) -> list[tuple[str, float]]:
        """What spoke most for an intent, the strongest first, with its weight."""
        place = self.intents.index(intent)
        loud = 1 / math.sqrt(len(made.wording) or 1)
        said = [
            (feature, self.scale * share * (row[place] - _NONE))
            for features, share in ((made.wording, loud), (made.cues, CUE_SHARE))
            for feature in features
            if (row := self.weights.get(feature)) is not None and row[place] > _NONE
        ]
        return sorted(said, key=lambda pair: -pair[1])[:most]


def mark_of(rows: Sequence[Example]) -> str:
    """A short mark of the examples and cues a model was learnt from, to tell whether it is still theirs."""
    told = hashlib.sha256()
    for example in sorted(rows, key=lambda e: (e.role, e.intent, e.text)):
        told.update(f"{example.role}\t{example.intent}\t{example.text}\n".encode())
    for cue in CUES:
        told.update(f"{cue.name}\t{cue.pattern}\n".encode())
    return told.hexdigest()[:16]


def pack(intents: Sequence[str], weights: Mapping[str, Sequence[float]], temperature: float, mark: str) -> bytes:
    """The bytes of a model file; weights are rounded to a byte each and those that say little are left out."""
    scale = max(abs(w) for row in weights.values() for w in row) / 127
    names, rows = [], []
    for feature in sorted(weights):
        row = bytes(_NONE + round(w / scale) for w in weights[feature])
        if max(row) > _NONE + 3 or min(row) < _NONE - 3:
            names.append(feature)
            rows.append(row)
    head = {"intents": list(intents), "scale": scale, "temperature": temperature, "mark": mark, "features": len(names)}
    text = json.dumps(head) + "\n" + "\n".join(names) + "\n"
    return zlib.compress(text.encode() + b"\0" + b"".join(rows), 9)


def unpack(packed: bytes) -> Model:
    """The model of a model file's bytes."""
    text, _, body = zlib.decompress(packed).partition(b"\0")
    first, *names = text.decode().rstrip("\n").split("\n")
    head = json.loads(first)
    width = len(head["intents"])
    weights = {name: body[n * width : (n + 1) * width] for n, name in enumerate(names)}
    return Model(tuple(head["intents"]), weights, head["scale"], head["temperature"], head["mark"])


def model_file(role: str) -> Path:
    """Where the learnt weights of a role, or of the clauses of visit notes, are kept."""
    return Path(str(files("bot.language"))) / "weights" / f"{role if role in (CADRE, NOTES) else HOUSEHOLD}.bin"


@cache
def model_of(role: str) -> Model:
    """The model a speaker of this role is understood by; read once."""
    return unpack(model_file(role).read_bytes())
