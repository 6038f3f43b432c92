"""Makes up households of which anything, nothing or half is known, for properties that must hold of all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from policies.catalogue import county_names, load_county
from policies.conditions import Condition
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.vocabulary import Attribute, Kind, vocabulary

COUNTIES = st.sampled_from(county_names()).map(load_county)
VILLAGES = ("元圩村", "共同村委会", "青山村")
PROJECTS = ("toilet", "relocation_2018", "relocation")


def leaves(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """The single comparisons of conditions, however deep in groups."""
    for condition in conditions:
        parts = (*condition.any_of, *condition.all_of)
        yield from leaves(parts) if parts else (condition,)


def _value_of(attribute: Attribute) -> st.SearchStrategy[Any]:
    match attribute.kind:
        case Kind.STATUS:
            return st.none() | st.sampled_from(HouseholdStatus)
        case Kind.FLAG:
            return st.none() | st.booleans()
        case Kind.NUMBER if attribute.name == "member.age":
            return st.none() | st.integers(0, 100)
        case Kind.NUMBER:
            return st.none() | st.integers(0, 9000_00).map(lambda fen: Decimal(fen) / 100)
        case Kind.LABELS:
            return st.dictionaries(st.sampled_from([*attribute.values, *PROJECTS]), st.booleans(), max_size=6)
        case Kind.CHOICE:
            return st.none() | st.sampled_from(sorted(attribute.values, key=str))
        case _:
            return st.none() | st.sampled_from(["白血病", *VILLAGES])


def _facts_of(scope: str) -> dict[str, st.SearchStrategy[Any]]:
    return {one.field: _value_of(one) for one in vocabulary().attributes.values() if one.scope == scope}


def _checks() -> list[tuple[str, str]]:
    every = [benefit for name in county_names() for benefit in load_county(name).benefits.values()]
    found = {
        (benefit.id, str(leaf.value))
        for benefit in every
        for leaf in leaves(benefit.conditions)
        if leaf.attribute is not None and leaf.attribute.kind is Kind.MANUAL
    }
    return sorted({*found, ("checked", "村里同意")})


MEMBERS = st.lists(
    st.builds(MemberFacts, id=st.sampled_from("123456"), **_facts_of("member")),
    max_size=4,
    unique_by=lambda member: member.id,
).map(tuple)
EVENTS = st.lists(
    st.builds(EventFacts, member=st.none() | st.sampled_from("123456"), **_facts_of("event")), max_size=2
).map(tuple)
KINDS = sorted(str(kind) for kind in vocabulary().attributes["event.kind"].values)


def _without_contradiction(facts: HouseholdFacts) -> HouseholdFacts:
    """What happened was not denied."""
    happened = {event.kind for event in facts.events}
    return replace(
        facts,
        events_denied=facts.events_denied - happened,
        not_befallen=frozenset(one for one in facts.not_befallen if one[1] not in happened),
    )


HOUSEHOLDS = st.builds(
    HouseholdFacts,
    **_facts_of("household"),
    **_facts_of("village"),
    exit_year=st.none() | st.integers(2014, 2022),
    members=MEMBERS,
    events=EVENTS,
    events_denied=st.frozensets(st.sampled_from(KINDS)),
    not_befallen=st.frozensets(st.tuples(st.sampled_from("123456"), st.sampled_from(KINDS)), max_size=4),
    checked=st.dictionaries(st.sampled_from(_checks()), st.booleans(), max_size=40),
).map(_without_contradiction)


def _forget(draw: st.DrawFn, facts: Any) -> Any:
    """The same facts with some of them no longer known."""
    kept: dict[str, Any] = {}
    for one in fields(facts):
        held = getattr(facts, one.name)
        if one.name in ("id", "name", "members", "events", "member"):
            continue
        if isinstance(held, dict):
            kept[one.name] = {key: value for key, value in held.items() if draw(st.booleans())}
        elif isinstance(held, frozenset):
            kept[one.name] = frozenset(kind for kind in held if draw(st.booleans()))
        elif held is not None and draw(st.booleans()):
            kept[one.name] = None
    return replace(facts, **kept)


@st.composite
def known_and_half_forgotten(draw: st.DrawFn) -> tuple[HouseholdFacts, HouseholdFacts]:
    facts = draw(HOUSEHOLDS)
    less = _forget(draw, facts)
    members = tuple(_forget(draw, member) for member in facts.members) if draw(st.booleans()) else ()
    events = tuple(_forget(draw, event) for event in facts.events if draw(st.booleans()))
    return facts, replace(less, members=members, events=events)


@st.composite
def in_another_order(draw: st.DrawFn) -> tuple[HouseholdFacts, HouseholdFacts]:
    """The same household, told in another order."""
    facts = draw(HOUSEHOLDS)

    def shuffled(held: Any) -> Any:
        if isinstance(held, dict):
            return dict(draw(st.permutations(list(held.items()))))
        return tuple(draw(st.permutations(held))) if isinstance(held, tuple) else held

    members = tuple(replace(member, labels=shuffled(member.labels)) for member in facts.members)
    others = {one.name: shuffled(getattr(facts, one.name)) for one in fields(facts) if one.name != "members"}
    return facts, replace(facts, **others, members=shuffled(members))


def answers_to(fact: str) -> list[str]:
    """Everything a household could answer to a question about this fact, as it would be kept."""
    if fact == "household.exit_year":
        return ["2015", "2020"]
    name, _, word = fact.partition(":")
    attribute = vocabulary().attributes[name]
    if word or attribute.kind is Kind.FLAG:
        return ["true", "false"]
    if attribute.kind is Kind.NUMBER:
        return ["0", "17", "60", "2799.99", "100000"]
    return [str(value) for value in attribute.values] or ["元圩村", "别的村"]
