"""判定: what a household is owed by the documents, with the reason for every answer.

`decide` is a pure function with three answers. `yes` and `no` are only said when the facts force them; whatever
is not on file is unknown, and unknown never becomes no. A decision speaks of the conditions alone: who tells it
to a person must also say its `strength` (only a definite promise is a promise) and `in_force`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from policies import words
from policies.catalogue import Amount, Benefit, Confirmation, County, HandIn, Payee, Strength
from policies.conditions import (
    SOMEBODY,
    SOMETHING,
    Asked,
    Case,
    Condition,
    Question,
    State,
    fact,
    question,
    unknown_leaves,
)
from policies.facts import HouseholdFacts


class Verdict(StrEnum):
    """The answer on the conditions."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class InForce(StrEnum):
    """Whether the county has confirmed that the document still applies on the day.

    `confirmed`: it has, and its word has not run out. `ended`: its word, or the document's own last year, is over.
    `unstated`: neither.
    """

    CONFIRMED = "confirmed"
    ENDED = "ended"
    UNSTATED = "unstated"


class Judged(msgspec.Struct, frozen=True, gc=False):
    """One condition in its own words, what is known of it, and the fact on file."""

    text: str
    state: State
    fact: str


class Decision(msgspec.Struct, frozen=True, dict=True):
    """The answer for one benefit. Reasons and questions are put into words when they are asked for.

    The answer is always the strictest of `conditions`: any not met makes no, else any unknown makes unknown.
    `as_read` is the benefit with the county's figures of the day in its conditions.
    `for_members`: ids of members whom every condition on a person selects (empty: the household, or a no).
    `maybe_members`: ids of those for whom something is still unknown; they are not refused.
    """

    benefit: Benefit
    as_read: Benefit
    verdict: Verdict
    in_force: InForce
    for_members: tuple[str, ...]
    maybe_members: tuple[str, ...]
    amount: Amount | None
    confirmation: Confirmation | None
    states: tuple[State, ...]
    facts: HouseholdFacts
    choice: "Choice"

    @cached_property
    def conditions(self) -> tuple[Judged, ...]:
        """Every condition in its own words, what is known of it, and the fact on file."""
        household = Case(self.facts, SOMEBODY, SOMETHING)
        told = iter(_told_of_chosen(self.as_read.selecting, self.choice))
        return tuple(
            Judged(one.text, state, next(told) if _selects(one) else fact(one, household))
            for one, state in zip(self.as_read.conditions, self.states, strict=True)
        )

    @cached_property
    def ask(self) -> Question | None:
        """The one question that decides, where one does: all that is open is the same fact, of whomever it may be."""
        return _deciding(self._open_leaves()) if self.verdict is Verdict.UNKNOWN else None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What a household can be asked while the answer is open, of each person apart.

        What could settle it soonest comes first: the household's own facts before those of its people, a condition
        that stands alone before one way of several. To be decided anew after every answer.
        """
        return _answerable(self.as_read, self._open_leaves()) if self.verdict is Verdict.UNKNOWN else ()

    @cached_property
    def change(self) -> str | None:
        """What would change a no."""
        refused = zip(self.as_read.conditions, self.states, strict=True)
        return (
            _change([one for one, state in refused if state is State.NOT_MET]) if State.NOT_MET in self.states else None
        )

    def _open_leaves(self) -> list[tuple[Condition, Case]]:
        household = Case(self.facts, SOMEBODY, SOMETHING)
        return [
            (leaf, household)
            for one, state in zip(self.as_read.conditions, self.states, strict=True)
            if state is State.UNKNOWN and not _selects(one)
            for leaf in unknown_leaves(one, household)
        ] + [
            (leaf, case)
            for case in self.choice.open_cases
            for one in self.as_read.selecting
            for leaf in unknown_leaves(one, case)
        ]


class Choice(msgspec.Struct, frozen=True):
    """What the conditions on people and events came to, over all members and events together.

    `states` are those of whoever comes closest, `closest` all who come so near, `open_cases` those that are neither
    selected nor refused where nobody is selected.
    """

    states: tuple[State, ...]
    closest: tuple[tuple[Case, tuple[State, ...]], ...]
    selected: tuple[str, ...]
    maybe: tuple[str, ...]
    open_cases: tuple[Case, ...]


class Standing(NamedTuple):
    """What holds of a benefit on a day, whoever asks; `confirmation` only while it has not run out."""

    in_force: InForce
    confirmation: Confirmation | None
    amount: Amount | None


class DocumentYears(NamedTuple):
    """The years the document itself speaks for, each as far as it says, and the year it was issued; None if hidden."""

    first: int | None
    last: int | None
    issued: int | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A window the county has confirmed and that has not closed."""

    benefit: Benefit
    window: HandIn
    confirmation: Confirmation


def decide(benefit: Benefit, facts: HouseholdFacts, on: date, county: County) -> Decision:
    """What the documents give this household on that day, and why.

    Conditions on people and events must be met together by one same person or event. Figures of the county, such as
    低保线, are those of the day.
    """
    household = Case(facts, SOMEBODY, SOMETHING)
    as_read = county.as_read(benefit, on)
    choice = _choose(as_read, facts) if as_read.selecting else _NO_CHOICE
    chosen = iter(choice.states)
    states = tuple([next(chosen) if _selects(one) else one.test(household) for one in as_read.conditions])
    verdict = _strictest(states)
    held = standing(benefit, county, on)
    return Decision(
        benefit=benefit,
        as_read=as_read,
        verdict=verdict,
        in_force=held.in_force,
        for_members=() if verdict is Verdict.NO else choice.selected,
        maybe_members=() if verdict is Verdict.NO else choice.maybe,
        amount=held.amount,
        confirmation=held.confirmation,
        states=states,
        facts=facts,
        choice=choice,
    )


def standing(benefit: Benefit, county: County, on: date) -> Standing:
    """Whether the document still applies that day and how much it gives, whoever asks."""
    confirmation = county.confirmation(benefit.id, on)
    in_force = _in_force(benefit, confirmation, on)
    if in_force is not InForce.CONFIRMED:
        confirmation = None
    return Standing(in_force, confirmation, (confirmation and confirmation.amount_on(on)) or benefit.amount)


def document_years(benefit: Benefit, county: County) -> DocumentYears:
    """The years a talk names when it says how old a document is."""
    if benefit.valid is None:
        return DocumentYears(None, None, county.year)
    return DocumentYears(benefit.valid.first_year, benefit.valid.last_year, county.year)


def decide_all(county: County, facts: HouseholdFacts, on: date) -> list[Decision]:
    """Every benefit of the county, the most certain and useful first, the refused last."""
    return sorted((decide(benefit, facts, on, county) for benefit in county.benefits.values()), key=_usefulness)


def deadlines(county: County, on: date) -> list[Deadline]:
    """The confirmed windows that close on that day or later, the nearest first."""
    found = []
    for benefit in county.benefits.values():
        confirmation = county.confirmation(benefit.id, on)
        if confirmation is None or _in_force(benefit, confirmation, on) is not InForce.CONFIRMED:
            continue
        if confirmation.window is not None and confirmation.window.closes >= on:
            found.append(Deadline(benefit, confirmation.window, confirmation))
    return sorted(found, key=lambda deadline: (deadline.window.closes, deadline.benefit.id))


def as_json(decision: Decision) -> dict[str, Any]:
    """The decision in the shape other programs rely on (`bangfu entitlements --json`)."""
    benefit = decision.benefit
    return {
        "benefit": benefit.id,
        "name": benefit.name,
        "decision": str(decision.verdict),
        "strength": str(benefit.strength),
        "in_force": str(decision.in_force),
        "for": list(decision.for_members),
        "amount": amount_as_json(decision.amount),
        "conditions": [{"text": one.text, "state": str(one.state), "fact": one.fact} for one in decision.conditions],
        "ask": decision.ask.text if decision.ask else None,
        "change": decision.change,
        "source": {
            "document": benefit.source.document,
            "line": benefit.source.line,
            "quote": benefit.source.quote,
        },
    }


_NO_CHOICE = Choice((), (), (), (), ())


def _selects(condition: Condition) -> bool:
    return condition.about_members or condition.about_events


def _choose(benefit: Benefit, facts: HouseholdFacts) -> Choice:
    """Try every member and event, and report those that come closest."""
    tests = [condition.test for condition in benefit.selecting]
    by_verdict: dict[Verdict, list[tuple[Case, tuple[State, ...]]]] = {verdict: [] for verdict in Verdict}
    for case in _cases(benefit, facts):
        states = tuple([test(case) for test in tests])
        by_verdict[_strictest(states)].append((case, states))

    closest = by_verdict[Verdict.YES] or by_verdict[Verdict.UNKNOWN] or by_verdict[Verdict.NO]
    _, shown = min(closest, key=lambda one: (one[1].count(State.NOT_MET), one[1].count(State.UNKNOWN)))
    selected = _people(case for case, _ in by_verdict[Verdict.YES])
    maybe = _people(case for case, _ in by_verdict[Verdict.UNKNOWN])
    return Choice(
        states=shown,
        closest=tuple(closest),
        selected=selected,
        maybe=tuple(person for person in maybe if person not in selected),
        open_cases=() if by_verdict[Verdict.YES] else tuple(case for case, _ in by_verdict[Verdict.UNKNOWN]),
    )


def _told_of_chosen(selecting: Sequence[Condition], choice: Choice) -> list[str]:
    """The facts on which each selecting condition is judged: of all who come as near to it."""
    return [
        _told(condition, [case for case, states in choice.closest if states[place] is choice.states[place]])
        for place, condition in enumerate(selecting)
    ]


def _cases(benefit: Benefit, facts: HouseholdFacts) -> list[Case]:
    """Each member beside each event; nobody known counts as somebody of whom nothing is known.

    What we were told of events is never complete, so there may always be one more of which nothing is known.
    """
    members = sorted(facts.members, key=lambda member: member.id) if benefit.about_members else ()
    events = (*facts.events, SOMETHING) if benefit.about_events else (SOMETHING,)
    return [
        Case(facts, member, event)
        for member in members or (SOMEBODY,)
        for event in events
        if event.member is None or member is SOMEBODY or event.member == member.id
    ]


def _answerable(benefit: Benefit, open_leaves: Sequence[tuple[Condition, Case]]) -> tuple[Question, ...]:
    # How it was (at which hospital, what is left to pay) can be told of what is known to have happened.
    told_of = [(leaf, case) for leaf, case in open_leaves if case.event.kind is not None or not _is_how_it_was(leaf)]
    asked = [(leaf, question(leaf, case)) for leaf, case in told_of]
    found = {one: leaf for leaf, one in asked if one is not None and one.asked is Asked.HOUSEHOLD}
    alone = [leaf for leaf in benefit.conditions if leaf.attribute is not None]
    return tuple(sorted(found, key=lambda one: (one.member is not None, not any(found[one] is leaf for leaf in alone))))


def _is_how_it_was(leaf: Condition) -> bool:
    return leaf.attribute is not None and leaf.attribute.scope == "event" and leaf.attribute.name != "event.kind"


def _deciding(open_leaves: Sequence[tuple[Condition, Case]]) -> Question | None:
    leaf, case = open_leaves[0]
    if len(open_leaves) == 1:
        return question(leaf, case)
    if any(one.attribute is not leaf.attribute for one, _ in open_leaves):
        return None
    asked = [question(one, of) for one, of in open_leaves]
    found = [one for one in asked if one is not None]
    if len(found) < len(asked) or any(_key(one) != _key(found[0]) for one in found):
        of_one_leaf = len(found) == len(asked) and all(one is leaf for one, _ in open_leaves)
        return _of_whomever(found) if of_one_leaf else None
    whose = found[0].member if len({one.member for one in found}) == 1 else None
    if any(one.text != found[0].text for one in found) and leaf.attribute is not None:
        return Question(leaf.attribute.ask, found[0].asked, found[0].attribute, whose)
    return found[0] if found[0].member == whose else replace(found[0], member=whose)


def _of_whomever(found: Sequence[Question]) -> Question:
    """One question for all of whom it is open, about every word that is open of any of them."""
    fullest = max(found, key=lambda one: len(one.facts))
    whose = fullest.member if len({one.member for one in found}) == 1 else None
    several = [one.value for one in found if isinstance(one.value, tuple)]
    words = tuple(dict.fromkeys(word for value in several for word in value))
    return replace(fullest, member=whose, value=words or fullest.value)


def _key(found: Question) -> tuple[Asked, object]:
    """Questions of one key are answered by one answer."""
    return found.asked, found.text if found.asked is Asked.OFFICE else found.facts


def _people(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(sorted({person for case in cases if (person := case.member.id or case.event.member)}))


def _told(condition: Condition, cases: Iterable[Case]) -> str:
    """The facts of the people in question, each said once."""
    said: dict[str, None] = {}
    for case in cases:
        name = f"{case.member.name} " if case.member.name and condition.about_members else ""
        said[name + fact(condition, case)] = None
    return "；".join(sorted(said))


def _strictest(states: Collection[State]) -> Verdict:
    if State.NOT_MET in states:
        return Verdict.NO
    return Verdict.UNKNOWN if State.UNKNOWN in states else Verdict.YES


def _in_force(benefit: Benefit, confirmation: Confirmation | None, on: date) -> InForce:
    if confirmation is not None:
        over = confirmation.until is not None and confirmation.until < on
        return InForce.ENDED if over else InForce.CONFIRMED
    if benefit.valid is not None and benefit.valid.last_year is not None and benefit.valid.last_year < on.year:
        return InForce.ENDED
    return InForce.UNSTATED


def _change(refused: Sequence[Condition]) -> str:
    hints = [hint for condition in refused if (hint := _hint(condition)) is not None]
    return words.needed([condition.text for condition in refused], "".join([*dict.fromkeys(hints)]))


def _hint(condition: Condition) -> str:
    if condition.own_change is not None:
        return condition.own_change
    if condition.attribute is not None and condition.attribute.change is not None:
        return condition.attribute.change
    return words.CORRECT_THE_FILE


_BY_FORCE = {InForce.CONFIRMED: 0, InForce.UNSTATED: 1, InForce.ENDED: 2}
_BY_STRENGTH = {strength: place for place, strength in enumerate(Strength)}


def _usefulness(decision: Decision) -> tuple[bool, int, int, bool, int, str]:
    """Refused last; what the county confirmed first; then yes, one question away, open; firm promises first."""
    distance = 0 if decision.verdict is Verdict.YES else 1 if decision.ask else 2
    return (
        decision.verdict is Verdict.NO,
        _BY_FORCE[decision.in_force],
        distance,
        decision.benefit.payee is Payee.GROUP,
        _BY_STRENGTH[decision.benefit.strength],
        decision.benefit.id,
    )


def amount_as_json(amount: Amount | None) -> dict[str, Any] | None:
    """Give it with plain numbers, exact as written; with a figure its unit and period are said even when null."""
    if amount is None:
        return None
    said = {field.name: getattr(amount, field.name) for field in fields(amount)}
    figure = any(isinstance(value, Decimal) for value in said.values()) or amount.rate is not None
    return {
        name: _number_as_json(value) if isinstance(value, Decimal) else value
        for name, value in said.items()
        if value is not None or (figure and name in ("unit", "period"))
    }


def _number_as_json(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
