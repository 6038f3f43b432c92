"""特征: what a sentence is made of, for comparing and learning: strokes of its wording, its sounds, and cues.

Dates, sums, benefits, names, phones and case numbers each become one sign, so that one example serves them all.
Sounds are taken without tones and as dialects blur them, so that what was typed by ear is known by ear.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from bot.language.benefits import find_benefit, mentions
from bot.language.cues import CUES, Cue
from bot.language.dates import find_dates
from bot.language.lexicon import KEY_WORDS
from bot.language.meanings import meanings
from bot.language.names import find_names
from bot.language.numbers import find_amounts
from bot.language.sounds import loose, sound
from bot.language.spelling import mended, plain

_BREAKS = re.compile(r"[\s,，。；;、!！?？：:\"'“”‘’~～….·（）()【】\[\]《》<>|—\-]+")
_QUESTION = re.compile(r"[?？]|[吗么不没呢][\s。！!]*$|什么|怎么|多少|能不能|是不是|哪|几")
LONG = 45
"""From so many signs on, where a message begins and ends says more than what stands between."""


@dataclass(frozen=True, slots=True)
class Features:
    """The wording (strokes and sounds) and the cues of a sentence."""

    wording: tuple[str, ...]
    cues: tuple[str, ...]


def masked(said: str, day: date) -> str:
    """The sentence with dates (Ⓓ), sums (Ⓜ), benefits (Ⓑ), phones (Ⓣ), case numbers (Ⓦ) and names (Ⓝ) made signs."""
    spans: list[tuple[int, int, str]] = [(s, e, "Ⓑ") for s, e, _ in mentions(said)]
    spans += [(a.start, a.end, "Ⓜ") for a in find_amounts(said)]
    spans += [(d.start, d.end, "Ⓓ") for d in find_dates(said, day)]
    spans += [(m.start(), m.end(), "Ⓣ") for m in re.finditer(r"1\d{10}", said)]
    spans += [(m.start(), m.end(), "Ⓦ") for m in re.finditer(r"[a-z]{2}-?\d{2,}", said)]
    spans += [
        (n.start, n.end, "Ⓝ家" if n.text.endswith("家") else "Ⓝ")
        for n in find_names(said)
        if not any(word in n.text for word in KEY_WORDS)
    ]
    out: list[str] = []
    place = 0
    for start, end, sign in sorted(spans):
        if start >= place:
            out += [said[place:start], sign]
            place = end
    out.append(said[place:])
    return re.sub(r"\d+", "#", plain("".join(out)))


def features(text: str, role: str, day: date) -> Features:
    """What a sentence is made of, for a speaker of this role."""
    said = mended(text).strip()
    signs = masked(said, day)
    parts = [part for part in _BREAKS.split(signs) if part]
    wording: set[str] = set()
    for number, part in enumerate(parts):
        _strokes(part, wording, first=number == 0, last=number == len(parts) - 1)
    _sounds("".join(parts), wording)
    if len(signs) > LONG and len(parts) > 2:
        _edges(parts, wording)
    cues = _cues(said, signs, parts, role)
    _kinds(plain(said), cues)
    return Features(tuple(sorted(wording)), tuple(sorted(cues)))


def wording(said: str) -> tuple[str, ...]:
    """The strokes and sounds of one clause."""
    found: set[str] = set()
    _strokes(said, found, first=True, last=True)
    _sounds(said, found)
    return tuple(sorted(found))


def _strokes(part: str, into: set[str], *, first: bool, last: bool) -> None:
    text = ("^" if first else "|") + part + ("$" if last else "|")
    size = len(text)
    into.update(text)
    into.update(text[i : i + 2] for i in range(size - 1))
    into.update(text[i : i + 3] for i in range(size - 2))


def _sounds(text: str, into: set[str]) -> None:
    heard = [loose(s) for s in sound(text)]
    into.update("~" + " ".join(heard[i : i + 2]) for i in range(len(heard) - 1))
    into.update("~" + " ".join(heard[i : i + 3]) for i in range(len(heard) - 2))


def _edges(parts: list[str], into: set[str]) -> None:
    for sign, part in (("<", parts[0]), (">", parts[-1]), (">", parts[-2])):
        into.update(sign + part[i : i + 2] for i in range(len(part) - 1))


def _kinds(clear: str, into: set[str]) -> None:
    """The kinds of words said, and which follow which."""
    words = meanings(clear)
    for kinds in words:
        into.update("#" + kind for kind in kinds)
    for first, second in pairwise(words):
        into.update(f"#{one}>{other}" for one in first for other in second)


def _cues(said: str, signs: str, parts: list[str], role: str) -> set[str]:
    benefit = find_benefit(said)
    clear = plain(said)
    found = {"@" + cue.name for cue in CUES if _fires(cue, clear, signs, role, has_benefit=benefit is not None)}
    found.add(f"@benefit {benefit}" if benefit else "@no benefit")
    if benefit:
        found.add("@some benefit")
    found.add(f"@length {min(7, len(signs) // 8 if len(signs) < 32 else 3 + len(signs) // 32)}")
    if _QUESTION.search(clear):
        found.add("@asks")
    if parts and _QUESTION.search(parts[-1]):
        found.add("@asks at the end")
    return found


def _fires(cue: Cue, clear: str, signs: str, role: str, *, has_benefit: bool) -> bool:
    if cue.role not in ("any", "cadre" if role == "cadre" else "household"):
        return False
    if cue.benefit is not None and cue.benefit != has_benefit:
        return False
    return bool(_compiled(cue.pattern).search(signs if cue.masked else clear))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Cues are compiled when first needed: the room stays quick to import."""
    return re.compile(pattern)
