"""度量: how well sentences and visit notes are understood, on rows in the form of the speech samples."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.language.corpus import Additions
from bot.language.intents import DISCLOSURES, NOBODYS_ADDITIONS, WRITES, understand
from bot.language.names import without_house
from bot.language.notes import VisitNote, read_note

INVENTED = ("items", "problems", "measures", "amounts")
"""What of a note is counted as invented: whatever is handed back where the label holds nothing."""
CORE_SLOTS = ("benefit", "household", "date", "amount", "village", "question_type")


@dataclass(slots=True)
class Tally:
    """Counts over some rows."""

    rows: int = 0
    strict: int = 0
    lenient: int = 0
    first_three: int = 0
    asked: int = 0
    score: float = 0.0

    def shares(self) -> dict[str, float]:
        """The counts as shares of the rows, three places."""
        if not self.rows:
            return {}
        return {
            "rows": self.rows,
            "strict": round(self.strict / self.rows, 3),
            "lenient": round(self.lenient / self.rows, 3),
            "first_three": round(self.first_three / self.rows, 3),
            "asked_back": round(self.asked / self.rows, 3),
            "score": round(self.score / self.rows, 3),
        }


@dataclass(slots=True)
class Overlap:
    """Right, surplus and missed answers."""

    right: int = 0
    surplus: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """The balance of precision and recall."""
        total = 2 * self.right + self.surplus + self.missed
        return round(2 * self.right / total, 3) if total else 1.0


@dataclass(slots=True)
class Figures:
    """Everything measured on one file; `wrong` holds the ids of the rows that were wrong even leniently."""

    whole: Tally = field(default_factory=Tally)
    by_role: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_style: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_source: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_intent: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    slots: dict[str, Overlap] = field(default_factory=lambda: defaultdict(Overlap))
    notes: dict[str, Overlap] = field(default_factory=lambda: defaultdict(Overlap))
    invented: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    harmful: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The figures as plain data."""
        core = Overlap()
        for name in CORE_SLOTS:
            for part in ("right", "surplus", "missed"):
                setattr(core, part, getattr(core, part) + getattr(self.slots[name], part))
        return {
            "whole": self.whole.shares(),
            "role": {name: tally.shares() for name, tally in sorted(self.by_role.items())},
            "style": {name: tally.shares() for name, tally in sorted(self.by_style.items())},
            "source": {name: tally.shares() for name, tally in sorted(self.by_source.items())},
            "intent": {name: tally.shares() for name, tally in sorted(self.by_intent.items())},
            "core_slot_f1": core.f1,
            "slot_f1": {name: overlap.f1 for name, overlap in sorted(self.slots.items())},
            "note_f1": {name: overlap.f1 for name, overlap in sorted(self.notes.items())},
            "note_invented": {name: self.invented[name] for name in INVENTED},
            "harmful": self.harmful,
            "wrong": [{"id": number, "heard": heard, "text": text} for number, heard, text in self.wrong],
        }


def evaluate(
    rows: Iterable[Mapping[str, Any]], today: date | None = None, additions: Additions = NOBODYS_ADDITIONS
) -> Figures:
    """Measure rows of utterances (with `intent`) and of visit notes (with `expect`), mixed freely.

    Strict is the label itself, lenient also `alt` except where rule 10 forbids it. Asking back counts half
    when the label is among the choices. Harmful is an act or disclosure nobody asked for, said with certainty.
    """
    figures = Figures()
    for row in rows:
        if "expect" in row:
            _measure_note(figures, row)
        else:
            _measure_utterance(figures, row, today or date(2025, 3, 7), additions)
    return figures


def _measure_utterance(figures: Figures, row: Mapping[str, Any], today: date, additions: Additions) -> None:
    role = row.get("role", "household")
    heard = understand(row["text"], "cadre" if role == "cadre" else "household", today=today, additions=additions)
    label = row["intent"]
    accepted = {label, *row.get("alt", ()), *row.get("also", ())}
    if label == "out_of_scope":
        # What a naive reader would do with somebody else's data or a trick is never right.
        accepted -= DISCLOSURES | WRITES
    strict, lenient = heard.intent == label, heard.intent in accepted
    choices = [heard.intent, *(a.intent for a in heard.alternatives[:2])]
    tallies = [figures.whole, figures.by_role[role], figures.by_style[row.get("style", "")], figures.by_intent[label]]
    if row.get("source"):
        tallies.append(figures.by_source[row["source"]])
    for tally in tallies:
        tally.rows += 1
        tally.strict += strict
        tally.lenient += lenient
        tally.first_three += any(choice in accepted for choice in choices)
        tally.asked += not heard.sure
        tally.score += float(lenient) if heard.sure else 0.5 * any(c in accepted for c in choices)
    acts = heard.intent in WRITES or (heard.intent in DISCLOSURES and label == "out_of_scope")
    if heard.sure and acts and heard.intent not in accepted:
        figures.harmful.append(row.get("id", ""))
    if not lenient:
        figures.wrong.append((row.get("id", ""), heard.intent, row["text"]))
    if strict:
        _measure_slots(figures, row.get("slots", {}), heard.slots)


def _measure_slots(figures: Figures, expected: Mapping[str, Any], heard: Mapping[str, object]) -> None:
    for name in sorted({*expected, *heard} - {"crisis"}):
        want, got = expected.get(name), heard.get(name)
        overlap = figures.slots[name]
        if want is not None and got is not None and _same_slot(name, str(want), str(got)):
            overlap.right += 1
        else:
            overlap.surplus += got is not None
            overlap.missed += want is not None


def _same_slot(name: str, want: str, got: str) -> bool:
    if name in ("benefit", "question_type", "date", "amount", "village", "field", "phone", "code", "issue_no"):
        return want == got
    if name == "household":
        return without_house(want) == without_house(got)
    return bigram_f1(want, got) >= 0.5


def bigram_f1(one: str, other: str) -> float:
    """How much two phrases overlap, by their character pairs."""
    first = {one[i : i + 2] for i in range(max(1, len(one) - 1))}
    second = {other[i : i + 2] for i in range(max(1, len(other) - 1))}
    return 2 * len(first & second) / (len(first) + len(second))


def _measure_note(figures: Figures, row: Mapping[str, Any]) -> None:
    notes = read_note(row["text"], date.fromisoformat(row["today"]))
    for number, expected in enumerate(row["expect"]):
        note = notes[number] if number < len(notes) else None
        _compare_note(figures, expected, note)
    figures.notes["household"].surplus += max(0, len(notes) - len(row["expect"]))


def _compare_note(figures: Figures, expected: Mapping[str, Any], note: VisitNote | None) -> None:
    def one(name: str, want: object, got: object) -> None:
        overlap = figures.notes[name]
        if want == got:
            overlap.right += want is not None
        else:
            overlap.surplus += got is not None
            overlap.missed += want is not None

    want_name = expected["household"]
    one(
        "household",
        without_house(want_name) if want_name else None,
        without_house(note.household) if note and note.household else None,
    )
    one("visit_date", expected["visit_date"], note.visit_date.isoformat() if note and note.visit_date else None)
    one("not_home", bool(expected.get("not_home")) or None, bool(note and note.not_home) or None)
    one("visit_type", expected.get("visit_type", "visit"), note.visit_type if note else None)
    one("cancelled", bool(expected.get("cancelled")) or None, bool(note and note.cancelled) or None)
    sums = [float(a.value) for a in note.amounts] if note else []
    for value in expected["amounts"]:
        if float(value["value"]) in sums:
            sums.remove(float(value["value"]))
            figures.notes["amounts"].right += 1
        else:
            figures.notes["amounts"].missed += 1
    figures.notes["amounts"].surplus += len(sums)
    for name, got in (
        ("items", [i.name + i.quantity for i in note.items] if note else []),
        ("problems", list(note.problems) if note else []),
        ("measures", list(note.measures) if note else []),
    ):
        _compare_phrases(figures.notes[name], [str(w) for w in expected[name]], got)
        figures.invented[name] += 0 if expected[name] else len(got)
    figures.invented["amounts"] += 0 if expected["amounts"] else len(sums)


def _compare_phrases(overlap: Overlap, want: list[str], got: list[str]) -> None:
    left = list(got)
    for phrase in want:
        best = max(left, key=lambda g: bigram_f1(phrase, g), default=None)
        if best is not None and bigram_f1(phrase, best) >= 0.5:
            left.remove(best)
            overlap.right += 1
        else:
            overlap.missed += 1
    overlap.surplus += len(left)
