"""句意: what a clause of a visit note tells (trouble, a step of help, a gift, or none of them), learnt from clauses.

The clauses stand in examples/notes, a theme a file; `bangfu understand train` learns from them.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from bot.language.corpus import NOTES
from bot.language.features import Features, wording
from bot.language.harm import BEFORE, GREETING, OVER, WELL, weighs
from bot.language.model import model_of

TROUBLE, HELP, NEITHER = "trouble", "help", "neither"
_CUES = (("@over", OVER), ("@before", BEFORE), ("@greeting", GREETING), ("@well", WELL))


@dataclass(frozen=True, slots=True)
class Tells:
    """How surely a clause tells of trouble and of a step of help, each from 0 to 1."""

    trouble: float
    help: float


def clause_features(text: str) -> Features:
    """What a clause is made of: its strokes and sounds, and whether the lists of words know it for trouble or good."""
    said = re.sub(r"\d+", "#", text)
    cues = {name for name, pattern in _CUES if pattern.search(text)}
    cues.add("@harm" if weighs(text) else "@no harm")
    return Features(wording(said), tuple(sorted(cues)))


@lru_cache(maxsize=256)
def tells(text: str) -> Tells:
    """What a clause tells, as the learnt weights have it."""
    model = model_of(NOTES)
    scores = [score / model.temperature for score in model.scores(clause_features(text))]
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    whole = sum(shares)
    return Tells(
        shares[model.intents.index(TROUBLE)] / whole,
        shares[model.intents.index(HELP)] / whole,
    )
