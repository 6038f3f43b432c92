"""讲得通: whether a benefit's conditions can hold together at all, and none is said twice.

Conditions on members, and on events, are to be met by one same member and event (evaluator.py), so two that exclude
each other there exclude everybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from policies import advice
from policies.conditions import Condition, Op
from policies.pages import Entry
from policies.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, the mapping it was read from, and its parts."""

    entry: Entry
    condition: Condition
    parts: tuple["Placed", ...]


def tell_unsound(conditions: Sequence[Placed]) -> None:
    """Report conditions said twice and conditions that no household can meet together."""
    _tell_twice(conditions)
    _tell_never_together(conditions, _World())
    for one in conditions:
        _look_inside(one)


def _look_inside(one: Placed) -> None:
    if one.parts:
        _tell_twice(one.parts)
    for part in one.parts:
        # What stands under `all` was seen together with its neighbours; each way of an `any` stands for itself.
        if one.condition.any_of and part.condition.all_of:
            _tell_never_together([part], _World())
        _look_inside(part)


def _tell_twice(conditions: Sequence[Placed]) -> None:
    seen: list[tuple[Any, ...]] = []
    texts: set[str] = set()
    for one in conditions:
        said = _said(one.condition)
        if said in seen:
            one.entry.wrong(_key(one.condition), advice.SAME_CONDITION)
        elif one.condition.text and one.condition.text in texts:
            one.entry.wrong("text", advice.SAME_TEXT)
        seen.append(said)
        texts.add(one.condition.text)


def _said(condition: Condition) -> tuple[Any, ...]:
    if condition.attribute is None:
        parts = sorted((_said(part) for part in condition.any_of or condition.all_of), key=repr)
        return ("any" if condition.any_of else "all", *parts)
    value = condition.value
    return (condition.attribute.name, condition.op, sorted(map(str, value)) if isinstance(value, tuple) else value)


def _key(condition: Condition) -> str:
    return "value" if condition.attribute is not None else "any" if condition.any_of else "all"


def _tell_never_together(conditions: Iterable[Placed], world: "_World") -> None:
    """Narrow the world by one condition after the other and report the one that leaves nobody in it."""
    for one in _flat(conditions):
        against = world.narrow(one.condition)
        if against is not None:
            one.entry.wrong(_key(one.condition), advice.never_both(against.text))


def _flat(conditions: Iterable[Placed]) -> Iterable[Placed]:
    for one in conditions:
        if one.condition.all_of:
            yield from _flat(one.parts)
        else:
            yield one


_PATIENT_ONLY = ("event.hospital_level", "event.hospital_designated", "event.after_insurance_balance")
_NO_PATIENT = frozenset({"disaster", "accident", "other_special"})
_AT_SCHOOL = frozenset({"preschool", "primary", "junior", "senior", "secondary_voc", "higher_voc", "college"})
_IMPLIED: tuple[tuple[str, frozenset[Any], str, frozenset[Any]], ...] = (
    ("member.stage", _AT_SCHOOL, "member.is_student", frozenset({True})),
    ("member.stage", frozenset({"none"}), "member.is_student", frozenset({False})),
    ("member.graduate_unemployed", frozenset({True}), "member.graduate", frozenset({True})),
    ("household.dibao_class", frozenset({1, 2, 3, 4}), "household.labels:dibao", frozenset({True})),
    *(("event.kind", _NO_PATIENT, patient, frozenset[Any]()) for patient in _PATIENT_ONLY),
)
"""Where the first is only this, the second must be able to be that (nothing: must not be asked at all)."""


@dataclass(slots=True)
class _Range:
    """The numbers a fact may still be."""

    low: Decimal = Decimal("-Infinity")
    high: Decimal = Decimal("Infinity")
    low_out: bool = False
    high_out: bool = False
    never: frozenset[Decimal] = frozenset()

    def empty(self) -> bool:
        if self.low == self.high:
            return self.low_out or self.high_out or self.low in self.never
        return self.low > self.high

    def narrow(self, op: Op, value: Any) -> None:
        first, last = (value[0], value[-1]) if isinstance(value, tuple) else (value, value)
        if op is Op.NE:
            self.never |= {Decimal(first)}
        if op in (Op.EQ, Op.GE, Op.GT, Op.BETWEEN) and Decimal(first) >= self.low:
            self.low_out = op is Op.GT or (self.low_out and Decimal(first) == self.low)
            self.low = Decimal(first)
        if op in (Op.EQ, Op.LE, Op.LT, Op.BETWEEN) and Decimal(last) <= self.high:
            self.high_out = op is Op.LT or (self.high_out and Decimal(last) == self.high)
            self.high = Decimal(last)


@dataclass(slots=True)
class _World:
    """What every fact may still be, and by which condition it came to that."""

    numbers: dict[str, _Range] = field(default_factory=dict)
    words: dict[str, frozenset[Any]] = field(default_factory=dict)
    by: dict[str, Condition] = field(default_factory=dict)

    def copy(self) -> "_World":
        return _World({name: replace(one) for name, one in self.numbers.items()}, dict(self.words), dict(self.by))

    def narrow(self, condition: Condition) -> Condition | None:
        """Take a condition in; the earlier one it cannot stand beside, or None."""
        if condition.any_of:
            against = [_narrowed(self.copy(), part) for part in condition.any_of]
            return against[0] if against and all(one is not None for one in against) else None
        assert condition.attribute is not None
        name, kind = condition.attribute.name, condition.attribute.kind
        if kind is Kind.NUMBER:
            if condition.symbol is not None:
                return self._number(f"{name}:{condition.symbol}", condition, 0)
            return self._number(name, condition, condition.value) or self._implied(name)
        if kind is Kind.LABELS:
            return self._labels(name, condition)
        if kind is Kind.MANUAL or condition.op is Op.IN_LIST:
            return None
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        may = frozenset(values)
        if kind is Kind.STATUS:
            may |= _read_as(may)
        if condition.op is Op.NE:
            every = frozenset({True, False}) if kind is Kind.FLAG else frozenset(condition.attribute.values)
            if not every:
                return None
            may = every - may
        return self._word(name, condition, may) or self._implied(name)

    def _number(self, name: str, condition: Condition, value: Any) -> Condition | None:
        assert condition.op is not None
        still = self.numbers.setdefault(name, _Range())
        before = self.by.setdefault(name, condition)
        still.narrow(condition.op, value)
        if not still.empty():
            return None
        self.numbers[name] = _Range()
        return before

    def _word(self, name: str, condition: Condition, may: frozenset[Any]) -> Condition | None:
        before = self.by.setdefault(name, condition)
        still = self.words.get(name, may) & may
        if not still:
            return before
        self.words[name] = still
        return None

    def _labels(self, name: str, condition: Condition) -> Condition | None:
        labels = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        if condition.op is Op.NOT_HAS:
            return self._word(f"{name}:{labels[0]}", condition, frozenset({False})) or self._implied(name)
        if len(labels) == 1:
            return self._word(f"{name}:{labels[0]}", condition, frozenset({True}))
        denied = [self.by[key] for label in labels if self.words.get(key := f"{name}:{label}") == frozenset({False})]
        return denied[0] if len(denied) == len(labels) else None

    def _implied(self, name: str) -> Condition | None:
        for one, only, other, must in _IMPLIED:
            if not (name == one or other.startswith(name)):
                continue
            if one in self.words and self.words[one] <= only:
                asked = other in self.words or other in self.numbers
                if asked and not (self.words.get(other, frozenset()) & must):
                    return self.by[other if name == one else one]
        return None


def _narrowed(world: _World, condition: Condition) -> Condition | None:
    """What a way of an `any` cannot stand beside."""
    for part in condition.all_of or (condition,):
        against = world.narrow(part)
        if against is not None:
            return against
    return None


def _read_as(statuses: frozenset[Any]) -> frozenset[Any]:
    """The kinds of household a document's word may reach as well, after the county's rule on exits (facts.py)."""
    return frozenset({"exited", "unstable"}) if statuses & {"poor", "exited"} else frozenset()


def too_much(condition: Condition) -> object | None:
    """A number no fact of this kind reaches (an age of 160), or None."""
    if condition.attribute is None or condition.attribute.kind is not Kind.NUMBER or condition.symbol is not None:
        return None
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    most = 130 if condition.attribute.name == "member.age" else None
    for value in values:
        if isinstance(value, int | Decimal) and (value < 0 or (most is not None and value > most)):
            return value
    return None
