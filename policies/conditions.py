"""条件: one condition of a benefit as data, made into a three-valued test once, when the catalogue is read.

A test answers met, not met or unknown for one case: a household with, where the benefit selects people or
events, one member and one event. Fewer facts only ever turn an answer into unknown, never into its opposite.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter, ge, gt, le, lt
from typing import Any, NamedTuple

from policies import words
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.vocabulary import Attribute, Kind, vocabulary


class State(StrEnum):
    """What is known of a condition."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Op(StrEnum):
    """How a fact is compared. `between` includes both ends; `check` is for a person, never for us."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"
    IN = "in"
    HAS = "has"
    HAS_ANY = "has_any"
    NOT_HAS = "not_has"
    IN_LIST = "in_list"
    CHECK = "check"


NUMERIC = {Op.LT: lt, Op.LE: le, Op.GT: gt, Op.GE: ge}

OPS_OF_KIND: Mapping[Kind, frozenset[Op]] = {
    Kind.STATUS: frozenset({Op.EQ, Op.IN}),
    Kind.FLAG: frozenset({Op.EQ, Op.NE}),
    Kind.NUMBER: frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN}),
    Kind.TEXT: frozenset({Op.EQ, Op.NE, Op.IN, Op.IN_LIST}),
    Kind.CHOICE: frozenset({Op.EQ, Op.NE, Op.IN}),
    Kind.LABELS: frozenset({Op.HAS, Op.HAS_ANY, Op.NOT_HAS}),
    Kind.MANUAL: frozenset({Op.CHECK}),
}


Operand = str | int | bool | Decimal

ONE_WORD_OF_MANY = frozenset(
    [one.name for one in vocabulary().attributes.values() if one.kind is Kind.LABELS] + ["event.kind"]
)
"""Facts of which a household is asked, and tells, one word at a time."""


class Asked(StrEnum):
    """Who can answer a question: the household itself, or the village and the county."""

    HOUSEHOLD = "household"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask about a comparison that is open.

    `member` is whose fact it is: None of the household, or of whomever of several it may be true. `value` is what
    the fact is compared with (a figure the county gave, its name where it gave none); of labels and of things that
    happened, the words that are not known yet.
    """

    text: str
    asked: Asked
    attribute: str
    member: str | None = None
    value: Operand | tuple[Operand, ...] | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The names an answer is kept under (told.py), one a word where a fact is a word of many."""
        if self.attribute in ONE_WORD_OF_MANY and isinstance(self.value, tuple):
            return tuple(f"{self.attribute}:{word}" for word in self.value)
        return (self.attribute,)


@dataclass(frozen=True, slots=True)
class AfterExit:
    """What the county says of help after 脱贫. `scope` is household or village; only household speaks of people."""

    keep: bool
    scope: str
    exit_year_ge: int | None = None
    quote: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or a list of words, that the county gives for a name such as poverty_line."""

    value: Decimal | None = None
    items: tuple[str, ...] = ()
    unit: str | None = None
    year: int | None = None
    text: str | None = None
    quote: str | None = None
    line: int | None = None
    by: str | None = None
    note: str | None = None


class Case(NamedTuple):
    """What one test looks at."""

    household: HouseholdFacts
    member: MemberFacts
    event: EventFacts


Test = Callable[[Case], State]
Getter = Callable[[Case], Any]
SOMEBODY = MemberFacts(id="")
SOMETHING = EventFacts()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition with its own words; either one comparison, or a group (`any_of`, `all_of`).

    `about_members` and `about_events` tell whether it selects people or events.
    """

    text: str
    attribute: Attribute | None
    op: Op | None
    value: Operand | tuple[Operand, ...] | None
    any_of: tuple["Condition", ...]
    all_of: tuple["Condition", ...]
    own_ask: str | None
    own_change: str | None
    benefit: str
    symbol: str | None
    after_exit: AfterExit | None
    figure: Figure | None
    about_members: bool
    about_events: bool
    get: Getter = field(compare=False, repr=False)
    test: Test = field(compare=False, repr=False)


def comparison(
    *,
    text: str,
    attribute: Attribute,
    op: Op,
    value: Operand | tuple[Operand, ...],
    benefit: str,
    ask: str | None = None,
    change: str | None = None,
    after_exit: AfterExit | None = None,
    figures: Mapping[str, Figure] | None = None,
) -> Condition:
    """One comparison, compiled. A figure the county has not given leaves the test at unknown."""
    symbolic = op is Op.IN_LIST or (attribute.kind is Kind.NUMBER and isinstance(value, str))
    symbol = str(value) if symbolic else None
    figure = (figures or {}).get(symbol) if symbol else None
    if figure is not None and not (figure.items if op is Op.IN_LIST else figure.value is not None):
        figure = None
    return Condition(
        text=text,
        attribute=attribute,
        op=op,
        value=value,
        any_of=(),
        all_of=(),
        own_ask=ask,
        own_change=change,
        benefit=benefit,
        symbol=symbol,
        after_exit=after_exit,
        figure=figure,
        about_members=attribute.scope == "member",
        about_events=attribute.scope == "event",
        get=_getter(attribute),
        test=_compile(attribute, op, value, benefit, after_exit, figure),
    )


def group(
    *,
    text: str,
    benefit: str,
    any_of: tuple[Condition, ...] = (),
    all_of: tuple[Condition, ...] = (),
    change: str | None = None,
) -> Condition:
    """Conditions of which one (`any_of`) or every one (`all_of`) must be met."""
    parts = any_of or all_of
    tests = [part.test for part in parts]
    return Condition(
        text=text,
        attribute=None,
        op=None,
        value=None,
        any_of=any_of,
        all_of=all_of,
        own_ask=None,
        own_change=change,
        benefit=benefit,
        symbol=None,
        after_exit=None,
        figure=None,
        about_members=any(part.about_members for part in parts),
        about_events=any(part.about_events for part in parts),
        get=_nothing,
        test=_either(tests) if any_of else _every(tests),
    )


def figure_names(condition: Condition) -> Iterator[str]:
    """The county's figures that a condition compares with, given or not."""
    if condition.symbol is not None:
        yield condition.symbol
    for part in (*condition.any_of, *condition.all_of):
        yield from figure_names(part)


def with_figures(condition: Condition, figures: Mapping[str, Figure]) -> Condition:
    """The same condition, compared with other figures of the county."""
    if condition.attribute is None:
        return group(
            text=condition.text,
            benefit=condition.benefit,
            any_of=tuple(with_figures(part, figures) for part in condition.any_of),
            all_of=tuple(with_figures(part, figures) for part in condition.all_of),
            change=condition.own_change,
        )
    if condition.symbol is None:
        return condition
    assert condition.op is not None
    assert condition.value is not None
    return comparison(
        text=condition.text,
        attribute=condition.attribute,
        op=condition.op,
        value=condition.value,
        benefit=condition.benefit,
        ask=condition.own_ask,
        change=condition.own_change,
        after_exit=condition.after_exit,
        figures=figures,
    )


def unknown_leaves(condition: Condition, case: Case) -> Iterator[Condition]:
    """The comparisons that leave this condition open."""
    if condition.test(case) is not State.UNKNOWN:
        return
    if condition.attribute is not None:
        yield condition
    for part in (*condition.any_of, *condition.all_of):
        yield from unknown_leaves(part, case)


def question(leaf: Condition, case: Case) -> Question | None:
    """What to ask so that an unknown comparison is settled, or None when one answer would not settle it."""
    attribute, household = leaf.attribute, case.household
    assert attribute is not None
    if attribute.kind is Kind.MANUAL:
        return Question(leaf.own_ask or attribute.ask, Asked.OFFICE, attribute.name, value=leaf.value)
    if attribute.kind is Kind.STATUS and household.status is HouseholdStatus.SUDDEN_HARDSHIP:
        return Question(words.ASK_SUDDEN_HARDSHIP, Asked.OFFICE, attribute.name)
    if attribute.kind is Kind.STATUS and household.status is not None:
        if leaf.after_exit and leaf.after_exit.exit_year_ge and household.exit_year is None:
            asked_for = leaf.after_exit.exit_year_ge
            return Question(words.ASK_EXIT_YEAR, Asked.HOUSEHOLD, "household.exit_year", value=asked_for)
        return Question(words.ASK_AFTER_EXIT, Asked.OFFICE, attribute.name)
    if leaf.symbol is not None and leaf.figure is None:
        if leaf.get(case) is None:
            return None  # the fact is missing as well as the figure
        return Question(words.ask_figure(_symbol_words(leaf.symbol)), Asked.OFFICE, attribute.name, value=leaf.symbol)
    member = (case.member.id or case.event.member) if attribute.scope in ("member", "event") else None
    return Question(_ask(leaf, case), Asked.HOUSEHOLD, attribute.name, member or None, _asked_for(leaf, case))


def _ask(leaf: Condition, case: Case) -> str:
    attribute = leaf.attribute
    assert attribute is not None
    if leaf.own_ask is None and attribute.kind is Kind.LABELS:
        return words.ask_words(attribute.ask, [_word(attribute, label) for label in _open_words(leaf, case)])
    return leaf.own_ask or attribute.ask


def _asked_for(leaf: Condition, case: Case) -> Operand | tuple[Operand, ...] | None:
    attribute = leaf.attribute
    assert attribute is not None
    if attribute.name in ONE_WORD_OF_MANY:
        return _open_words(leaf, case)
    return leaf.figure.value if leaf.figure is not None and leaf.figure.value is not None else leaf.value


def _open_words(leaf: Condition, case: Case) -> tuple[str, ...]:
    """Of the words a condition names, those of which nothing is known."""
    is_label = leaf.attribute is not None and leaf.attribute.kind is Kind.LABELS
    known: Collection[str] = leaf.get(case) if is_label else _denied(case)
    return tuple(word for word in _wanted_words(leaf) if word not in known)


def fact(condition: Condition, case: Case) -> str:
    """What the store says on this condition, in words; what the household itself says is marked."""
    attribute = condition.attribute
    if attribute is None:
        return "；".join(fact(part, case) for part in (*condition.any_of, *condition.all_of))
    if attribute.kind is Kind.MANUAL:
        told = case.household.checked.get((condition.benefit, str(condition.value)))
        return words.fact(str(condition.value), _flag(told, words.NOT_CHECKED))
    said = _fact_on_file(condition, attribute, case)
    return words.in_their_words(said) if case.household.told and _is_told(condition, attribute, case) else said


def _fact_on_file(condition: Condition, attribute: Attribute, case: Case) -> str:
    held = condition.get(case)
    if attribute.kind is Kind.LABELS:
        return _labels_fact(condition, attribute, case)
    if held is None and attribute.name == "event.kind":
        return _denied_fact(condition, attribute, case)
    if held is None:
        return words.fact(attribute.words, words.NOT_ON_FILE)
    said = _value_words(attribute, held)
    if attribute.kind is Kind.STATUS and condition.test(case) is State.UNKNOWN:
        said = f"{said}（{_why_status_is_open(condition, case.household)}）"
    if condition.symbol is not None and condition.figure is None:
        said = f"{said}（{words.figure_missing(_symbol_words(condition.symbol))}）"
    return words.fact(attribute.words, said)


def _denied_fact(condition: Condition, attribute: Attribute, case: Case) -> str:
    """Of things that happen we only ever know that one of these kinds did not."""
    if condition.test(case) is State.UNKNOWN:
        return words.fact(attribute.words, words.NOT_ON_FILE)
    return words.fact("、".join(_word(attribute, kind) for kind in _wanted_words(condition)), words.NO)


def _is_told(condition: Condition, attribute: Attribute, case: Case) -> bool:
    """Whether the fact that is said is the household's own word."""
    told = case.household.told
    whose = {"member": case.member.id, "event": case.event.member}.get(attribute.scope)
    if attribute.name in ONE_WORD_OF_MANY:
        of = (whose, case.member.id) if attribute.scope == "event" else (whose,)
        shown = _shown_words(condition, attribute, case)
        return any((one, f"{attribute.name}:{word}") in told for one in of for word in shown)
    if attribute.kind is Kind.STATUS and condition.after_exit and condition.after_exit.exit_year_ge:
        return (None, "household.exit_year") in told or (None, attribute.name) in told
    return (whose, attribute.name) in told


def _why_status_is_open(condition: Condition, household: HouseholdFacts) -> str:
    if household.status is HouseholdStatus.SUDDEN_HARDSHIP:
        return words.NOT_A_KIND_OF_THE_DOCUMENT
    if condition.after_exit and condition.after_exit.exit_year_ge and household.exit_year is None:
        return words.EXIT_YEAR_MISSING
    return words.EXITED_UNSTATED


def _symbol_words(symbol: str) -> str:
    return vocabulary().symbols.get(symbol, symbol)


def _labels_fact(condition: Condition, attribute: Attribute, case: Case) -> str:
    shown = _shown_words(condition, attribute, case)
    is_so = condition.get(case).get(shown[0])
    return words.fact("、".join(_word(attribute, word) for word in shown), _flag(is_so, words.NOT_ON_FILE))


def _shown_words(condition: Condition, attribute: Attribute, case: Case) -> list[str]:
    """Of the words a condition names those that decide it: what is so, else what is not known, else all."""
    wanted = _wanted_words(condition)
    if attribute.kind is not Kind.LABELS:
        return [case.event.kind] if case.event.kind is not None else wanted
    held: Mapping[str, bool] = condition.get(case)
    return [word for word in wanted if held.get(word)] or [word for word in wanted if word not in held] or wanted


def _wanted_words(condition: Condition) -> list[str]:
    return [str(word) for word in (condition.value if isinstance(condition.value, tuple) else (condition.value,))]


def _word(attribute: Attribute, word: object) -> str:
    # A project of one county (列入危房改造计划) has no name of its own here, and nobody reads our code for it.
    return attribute.values.get(str(word), attribute.words)


def _value_words(attribute: Attribute, held: Any) -> str:
    if isinstance(held, bool):
        return _flag(held, words.NOT_ON_FILE)
    if attribute.kind is Kind.NUMBER:
        return f"{held}{attribute.unit}"
    return attribute.values.get(held, str(held))


def _flag(held: bool | None, unknown: str) -> str:
    if held is None:
        return unknown
    return words.YES if held else words.NO


def _nothing(_: Case) -> None:
    """A group holds no fact of its own."""


def _getter(attribute: Attribute) -> Getter:
    if attribute.kind is Kind.MANUAL:
        return _nothing
    owner = "household" if attribute.scope == "village" else attribute.scope
    return attrgetter(f"{owner}.{attribute.field}")


def _answer(value: bool) -> State:
    return State.MET if value else State.NOT_MET


def _either(parts: list[Test]) -> Test:
    def test(case: Case) -> State:
        states = [part(case) for part in parts]
        if State.MET in states:
            return State.MET
        return State.UNKNOWN if State.UNKNOWN in states else State.NOT_MET

    return test


def _every(parts: list[Test]) -> Test:
    def test(case: Case) -> State:
        states = [part(case) for part in parts]
        if State.NOT_MET in states:
            return State.NOT_MET
        return State.UNKNOWN if State.UNKNOWN in states else State.MET

    return test


def _compile(
    attribute: Attribute,
    op: Op,
    value: Operand | tuple[Operand, ...],
    benefit: str,
    after_exit: AfterExit | None,
    figure: Figure | None,
) -> Test:
    several = value if isinstance(value, tuple) else (value,)
    if attribute.kind is Kind.MANUAL:
        return _checked((benefit, str(value)))
    if attribute.kind is Kind.STATUS:
        return _status(frozenset(str(status) for status in several), after_exit)
    get = _getter(attribute)
    if attribute.kind is Kind.LABELS:
        wanted = tuple(str(label) for label in several)
        return _lacks(get, wanted) if op is Op.NOT_HAS else _has(get, wanted)
    if attribute.name == "household.village":
        return _village(get, frozenset(_bare_village(str(village)) for village in several), negated=op is Op.NE)
    if attribute.name == "event.kind":
        return _event_kind(frozenset(str(kind) for kind in several), negated=op is Op.NE)
    if op is Op.IN_LIST:
        return _member_of(get, frozenset(figure.items)) if figure else _unknown
    if isinstance(value, str) and attribute.kind is Kind.NUMBER:
        return _compare(get, op, (figure.value,)) if figure else _unknown
    if op is Op.IN:
        return _member_of(get, frozenset(several))
    return _compare(get, op, several)


_VILLAGE_ENDING = re.compile("村?(?:村民委员会|村委会|村)$")


def _unknown(_: Case) -> State:
    return State.UNKNOWN


def _checked(key: tuple[str, str]) -> Test:
    def test(case: Case) -> State:
        told = case.household.checked.get(key)
        return State.UNKNOWN if told is None else _answer(told)

    return test


def _status(wanted: frozenset[str], after_exit: AfterExit | None) -> Test:
    """How each kind of household is read is told in facts.py."""

    def test(case: Case) -> State:
        status = case.household.status
        if status is None:
            return State.UNKNOWN
        if status in wanted:
            return State.MET
        if status is HouseholdStatus.SUDDEN_HARDSHIP:
            return State.UNKNOWN
        if status not in (HouseholdStatus.EXITED, HouseholdStatus.UNSTABLE):
            return State.NOT_MET
        if HouseholdStatus.EXITED in wanted:
            return State.MET
        if HouseholdStatus.POOR not in wanted:
            return State.NOT_MET
        return _goes_on(after_exit, case.household.exit_year)

    return test


def _goes_on(after_exit: AfterExit | None, exit_year: int | None) -> State:
    if after_exit is None or after_exit.scope != "household":
        return State.UNKNOWN
    if not after_exit.keep:
        return State.NOT_MET
    if after_exit.exit_year_ge is None:
        return State.MET
    if exit_year is not None and exit_year >= after_exit.exit_year_ge:
        return State.MET
    return State.UNKNOWN


def _has(get: Getter, wanted: tuple[str, ...]) -> Test:
    def test(case: Case) -> State:
        held = get(case)
        states = [held.get(label) for label in wanted]
        if True in states:
            return State.MET
        return State.UNKNOWN if None in states else State.NOT_MET

    return test


def _lacks(get: Getter, wanted: tuple[str, ...]) -> Test:
    has = _has(get, wanted)
    opposite = {State.MET: State.NOT_MET, State.NOT_MET: State.MET, State.UNKNOWN: State.UNKNOWN}

    def test(case: Case) -> State:
        return opposite[has(case)]

    return test


def _denied(case: Case) -> frozenset[str]:
    """The kinds that did not happen to this household, or not to this member of it."""
    household = case.household
    if not household.not_befallen:
        return household.events_denied
    return household.events_denied | {kind for member, kind in household.not_befallen if member == case.member.id}


def _event_kind(wanted: frozenset[str], *, negated: bool) -> Test:
    def test(case: Case) -> State:
        kind = case.event.kind
        if kind is not None:
            return _answer((kind in wanted) != negated)
        return State.NOT_MET if not negated and wanted <= _denied(case) else State.UNKNOWN

    return test


def _village(get: Getter, wanted: frozenset[str], *, negated: bool) -> Test:
    def test(case: Case) -> State:
        held = get(case)
        return State.UNKNOWN if held is None else _answer((_bare_village(held) in wanted) != negated)

    return test


def _bare_village(name: str) -> str:
    """Documents say 元圩 where the register says 元圩村 or 元圩村委会."""
    return _VILLAGE_ENDING.sub("", name)


def _member_of(get: Getter, wanted: frozenset[Any]) -> Test:
    def test(case: Case) -> State:
        held = get(case)
        return State.UNKNOWN if held is None else _answer(held in wanted)

    return test


def _compare(get: Getter, op: Op, operands: tuple[Any, ...]) -> Test:
    first, last = operands[0], operands[-1]

    def holds(held: Any) -> bool:
        if op is Op.EQ:
            return bool(held == first)
        if op is Op.NE:
            return bool(held != first)
        if op is Op.BETWEEN:
            return bool(first <= held <= last)
        return bool(NUMERIC[op](held, first))

    def test(case: Case) -> State:
        held = get(case)
        return State.UNKNOWN if held is None else _answer(holds(held))

    return test
