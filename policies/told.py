"""自述: what a household says of itself, laid over what the register knows, and marked as its own word.

The register wins: an answer counts only where nothing is on file. A fact has one name in `HouseholdFacts.told`, in
`Question.fact` and in `Told.fact`: the attribute (`household.house_grade`), or, where a household is asked for one word
of many, the attribute with it (`household.labels:wubao`, `event.kind:inpatient`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.vocabulary import Kind, vocabulary

TRUE, FALSE = "true", "false"

_WHOLE_NUMBERS = frozenset({"household.exit_year", "household.dibao_class", "member.age", "village.clinic_population"})


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `value` is `true` or `false`, a code of the vocabulary, a number or a word, as text.

    `member` None says it of the household; for a fact of a person, of everybody of whom it is not known
    (家里没有人在外务工).
    """

    fact: str
    member: str | None
    value: str


def with_told(facts: HouseholdFacts, answers: Iterable[Told]) -> HouseholdFacts:
    """The same household with the answers where the register is silent, and which facts they are.

    The first answer to a fact counts. Of people the register does not have nothing can be told. Raises ValueError for
    a fact no condition may speak of, or a value it cannot have.
    """
    for answer in answers:
        scope = answer.fact.partition(".")[0]
        if scope == "member":
            facts = _of_members(facts, answer)
        elif scope == "event":
            facts = _of_event(facts, answer)
        else:
            changed = _laid_over(facts, answer)
            if changed:
                facts = replace(facts, **changed, told=facts.told | {(None, answer.fact)})
    return facts


def _of_members(facts: HouseholdFacts, answer: Told) -> HouseholdFacts:
    members, told = [], set()
    for member in facts.members:
        meant = answer.member in (None, member.id)
        changed = _laid_over(member, answer) if meant else {}
        if changed:
            told.add((member.id, answer.fact))
        members.append(replace(member, **changed))
    return replace(facts, members=tuple(members), told=facts.told | told) if told else facts


def _of_event(facts: HouseholdFacts, answer: Told) -> HouseholdFacts:
    """That something happened or did not; of what happened, more about it."""
    field, kind = _field_and_word(answer.fact)
    if field == "kind":
        return _happened(facts, answer, str(kind)) if _value(answer) else _did_not_happen(facts, answer, str(kind))
    for place, event in reversed(list(enumerate(facts.events))):  # what was told last is what is spoken of
        changed = _laid_over(event, answer) if answer.member in (None, event.member) or event.member is None else {}
        if changed:
            events = (*facts.events[:place], replace(event, **changed), *facts.events[place + 1 :])
            return replace(facts, events=events, told=facts.told | {(event.member, answer.fact)})
    return facts


def _happened(facts: HouseholdFacts, answer: Told, kind: str) -> HouseholdFacts:
    """One more thing happened; who tells of it tells of all there was of its kind."""
    known = [event.member for event in facts.events if event.kind == kind]
    denied = not known and (kind in facts.events_denied or (answer.member, kind) in facts.not_befallen)
    if denied:
        return facts
    if answer.member in known or None in known:
        return replace(facts, events_denied=facts.events_denied | {kind})
    return replace(
        facts,
        events=(*facts.events, EventFacts(kind=kind, member=answer.member)),
        events_denied=facts.events_denied | {kind},
        told=facts.told | {(answer.member, answer.fact)},
    )


def _did_not_happen(facts: HouseholdFacts, answer: Told, kind: str) -> HouseholdFacts:
    """Nothing more than what is known already; of one member it does not say that it befell nobody."""
    if kind in facts.events_denied or (answer.member, kind) in facts.not_befallen:
        return facts
    told = facts.told | {(answer.member, answer.fact)}
    if answer.member is not None:
        return replace(facts, not_befallen=facts.not_befallen | {(answer.member, kind)}, told=told)
    return replace(facts, events_denied=facts.events_denied | {kind}, told=told)


def _laid_over(facts: HouseholdFacts | MemberFacts | EventFacts, answer: Told) -> dict[str, Any]:
    """The field that changes, or nothing where something is on file already."""
    field, word = _field_and_word(answer.fact)
    held = getattr(facts, field)
    if word is None:
        return {field: _value(answer)} if held is None else {}
    known: Mapping[str, bool] = held
    return {} if word in known else {field: {**known, word: _value(answer)}}


def _field_and_word(fact: str) -> tuple[str, str | None]:
    name, _, word = fact.partition(":")
    if name == "household.exit_year":
        return "exit_year", None
    attribute = vocabulary().attributes.get(name)
    if attribute is None or attribute.kind is Kind.MANUAL:
        raise ValueError(f"no household can tell {fact}")
    if bool(word) != (attribute.kind is Kind.LABELS or name == "event.kind"):
        raise ValueError(f"{fact} must name one word of many, and nothing else may")
    return attribute.field, word or None


def _number(answer: Told) -> Decimal:
    try:
        number = Decimal(answer.value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{answer.fact} is a number")
    return number


def _value(answer: Told) -> Any:
    name, _, word = answer.fact.partition(":")
    attribute = vocabulary().attributes.get(name)
    if word or (attribute is not None and attribute.kind is Kind.FLAG):
        if answer.value not in (TRUE, FALSE):
            raise ValueError(f"{answer.fact} is {TRUE} or {FALSE}")
        return answer.value == TRUE
    if name in _WHOLE_NUMBERS:
        return int(answer.value)
    if attribute is not None and attribute.kind is Kind.NUMBER:
        return _number(answer)
    if attribute is not None and attribute.values and answer.value not in attribute.values:
        raise ValueError(f"{answer.value} is no value of {answer.fact}")
    return HouseholdStatus(answer.value) if name == "household.status" else answer.value
