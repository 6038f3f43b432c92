"""What holds of every benefit of every county, whatever is known of a household."""

import re
import shutil
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.catalogue import Amount, Benefit, Confirmation, County, county_names, load_county, read_county
from policies.conditions import SOMEBODY, SOMETHING, Asked, Case, Question, State, unknown_leaves
from policies.evaluator import InForce, Verdict, as_json, decide, decide_all
from policies.facts import HouseholdFacts
from policies.told import Told, with_told
from policies.vocabulary import CATALOGUE
from tests.policies.generated import (
    COUNTIES,
    HOUSEHOLDS,
    answers_to,
    in_another_order,
    known_and_half_forgotten,
    leaves,
)

ON = date(2018, 5, 1)
DAYS = st.dates(date(2010, 1, 1), date(2035, 1, 1))
RANK = {Verdict.NO: 0, Verdict.UNKNOWN: 1, Verdict.YES: 2}


@settings(deadline=None)
@given(county=COUNTIES, both=known_and_half_forgotten())
def test_forgetting_facts_only_ever_leads_to_unknown(
    county: County, both: tuple[HouseholdFacts, HouseholdFacts]
) -> None:
    """Read the other way: a new fact settles what was unknown and never turns a yes into a no, or back."""
    facts, less = both
    for benefit in county.benefits.values():
        after = decide(benefit, less, ON, county)
        assert after.verdict in (decide(benefit, facts, ON, county).verdict, Verdict.UNKNOWN)


@settings(deadline=None)
@given(county=COUNTIES, both=in_another_order())
def test_order_of_what_is_told_does_not_matter(county: County, both: tuple[HouseholdFacts, HouseholdFacts]) -> None:
    facts, shuffled = both
    one, other = decide_all(county, facts, ON), decide_all(county, shuffled, ON)
    assert [as_json(decision) for decision in one] == [as_json(decision) for decision in other]
    assert [set(decision.questions) for decision in one] == [set(decision.questions) for decision in other]


@settings(deadline=None)
@given(county=COUNTIES, facts=HOUSEHOLDS, on=DAYS)
def test_every_decision_is_borne_out_by_what_it_says(county: County, facts: HouseholdFacts, on: date) -> None:
    for decision in decide_all(county, facts, on):
        states = [condition.state for condition in decision.conditions]
        if State.NOT_MET in states:
            assert decision.verdict is Verdict.NO
        elif State.UNKNOWN in states:
            assert decision.verdict is Verdict.UNKNOWN
        else:
            assert decision.verdict is Verdict.YES
        assert (decision.change is not None) == (decision.verdict is Verdict.NO)
        assert decision.verdict is Verdict.UNKNOWN or (decision.ask is None and not decision.questions)
        assert all(condition.fact for condition in decision.conditions)
        assert set(decision.for_members) <= {member.id for member in facts.members} | {
            event.member for event in facts.events
        }
        assert not set(decision.for_members) & set(decision.maybe_members)
        assert (decision.confirmation is not None) == (decision.in_force is InForce.CONFIRMED)


@settings(deadline=None)
@given(county=COUNTIES, facts=HOUSEHOLDS)
def test_one_open_fact_is_asked_for(county: County, facts: HouseholdFacts) -> None:
    """With a single comparison open, of the household, there is a question, unless the figure is missing as well."""
    for decision in decide_all(county, facts, ON):
        if decision.verdict is not Verdict.UNKNOWN or decision.benefit.selecting:
            continue
        case = Case(facts, SOMEBODY, SOMETHING)
        still_open = [leaf for one in decision.benefit.conditions for leaf in unknown_leaves(one, case)]
        if len(still_open) == 1:
            [leaf] = still_open
            both_missing = leaf.symbol is not None and leaf.figure is None and leaf.get(case) is None
            assert (decision.ask is None) == both_missing


@settings(deadline=None)
@given(county=COUNTIES, facts=HOUSEHOLDS, data=st.data())
def test_answering_the_question_that_decides_decides(
    county: County, facts: HouseholdFacts, data: st.DataObject
) -> None:
    """Whatever the answer; only what a lifted household still gets may be left for the year, or for the county."""
    for decision in decide_all(county, facts, ON):
        ask = decision.ask
        if ask is None or ask.asked is Asked.OFFICE or ask.attribute.startswith("event."):
            continue
        if ask.attribute.startswith("member.") and not facts.members:
            continue  # of people who are not on file nothing can be told
        told = [Told(fact, ask.member, data.draw(st.sampled_from(answers_to(fact)))) for fact in ask.facts]
        after = decide(decision.benefit, with_told(facts, told), ON, county)
        if ask.attribute in ("household.status", "household.exit_year") and after.verdict is Verdict.UNKNOWN:
            assert after.ask is not None
            assert after.ask.asked is Asked.OFFICE or after.ask.attribute == "household.exit_year"
        else:
            assert after.verdict is not Verdict.UNKNOWN


@settings(deadline=None, max_examples=50)
@given(county=COUNTIES, facts=HOUSEHOLDS, data=st.data())
def test_answering_one_question_after_the_other_comes_to_an_end(
    county: County, facts: HouseholdFacts, data: st.DataObject
) -> None:
    """Each answer settles its question; when a household has answered all it can, what is left is the office's."""
    selecting = [one for one in county.benefits.values() if one.about_events] or list(county.benefits.values())
    benefit = data.draw(st.sampled_from(selecting))
    asked = Counter[Question]()
    decision = decide(benefit, facts, ON, county)
    while todo := [one for one in decision.questions if (one.member or facts.members or _of_household(one.attribute))]:
        question = todo[0]
        told = [Told(fact, question.member, data.draw(st.sampled_from(answers_to(fact)))) for fact in question.facts]
        facts = with_told(facts, told)
        decision = decide(benefit, facts, ON, county)
        asked[question] += 1
        assert asked[question] <= max(1, len(facts.events))  # of each thing that happened


def _of_household(attribute: str) -> bool:
    return not attribute.startswith("member.")


@settings(deadline=None)
@given(county=COUNTIES, facts=HOUSEHOLDS)
def test_deciding_changes_nothing_and_says_the_same_again(county: County, facts: HouseholdFacts) -> None:
    before = deepcopy(facts)
    first = [as_json(decision) for decision in decide_all(county, facts, ON)]
    assert facts == before
    assert [as_json(decision) for decision in decide_all(county, facts, ON)] == first


LINES = {"poverty_line": "2800", "dibao_line": "3500.50", "x": "3000"}


@pytest.fixture(scope="module")
def counties_with_lines(tmp_path_factory: pytest.TempPathFactory) -> list[County]:
    """Every county that compares an income with a line, had it given all of its lines."""
    found = []
    for name in county_names():
        if not any(_means_tested(benefit) for benefit in load_county(name).benefits.values()):
            continue
        pack = tmp_path_factory.mktemp("lines") / name
        shutil.copytree(CATALOGUE / name, pack)
        file = pack / "county.yaml"
        given_lines = "".join(f"  {line}: {{value: '{value}', unit: 元/人·年}}\n" for line, value in LINES.items())
        text = re.sub(r"(?m)^values:\n(?:  .*\n)*", f"values:\n{given_lines}", file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        found.append(read_county(pack))
    return found


def _means_tested(benefit: Benefit) -> bool:
    incomes = ("household.income_pc", "member.annual_income")
    return any(leaf.attribute is not None and leaf.attribute.name in incomes for leaf in leaves(benefit.conditions))


@settings(deadline=None)
@given(facts=HOUSEHOLDS, more=st.integers(0, 5000_00).map(lambda fen: Decimal(fen) / 100))
def test_more_income_never_creates_a_right(
    counties_with_lines: list[County], facts: HouseholdFacts, more: Decimal
) -> None:
    assert len(counties_with_lines) >= 2
    richer = replace(
        facts,
        income_pc=None if facts.income_pc is None else facts.income_pc + more,
        members=tuple(
            replace(member, annual_income=None if member.annual_income is None else member.annual_income + more)
            for member in facts.members
        ),
    )
    for county in counties_with_lines:
        for benefit in filter(_means_tested, county.benefits.values()):
            poor, rich = (decide(benefit, one, ON, county) for one in (facts, richer))
            assert RANK[rich.verdict] <= RANK[poor.verdict]
            assert set(rich.for_members) <= set(poor.for_members)


@settings(deadline=None)
@given(
    county=COUNTIES,
    facts=HOUSEHOLDS,
    on=DAYS,
    begins=DAYS,
    lasts=st.none() | st.integers(0, 800),
    amounts=st.lists(st.tuples(DAYS, st.integers(1, 2_000_000)), max_size=3, unique_by=lambda one: one[0]),
)
def test_county_s_word_counts_from_its_day_to_its_last(
    county: County,
    facts: HouseholdFacts,
    on: date,
    begins: date,
    lasts: int | None,
    amounts: list[tuple[date, int]],
) -> None:
    """Before it nothing is known of it, after it the benefit has ended; of its amounts the latest begun is said."""
    until = None if lasts is None else begins + timedelta(days=lasts)
    by_day = tuple((day, Amount(kind="fixed", value=Decimal(fen) / 100, unit="元/户")) for day, fen in sorted(amounts))
    word = Confirmation(
        benefit="",
        on=begins,
        until=until,
        by="县里",
        note=None,
        demonstration=False,
        amounts=by_day,
        window=None,
    )
    said = replace(county, confirmations={name: (replace(word, benefit=name),) for name in county.benefits})
    silent = replace(county, confirmations={})
    for benefit in county.benefits.values():
        decision, without = decide(benefit, facts, on, said), decide(benefit, facts, on, silent)
        assert decision.verdict is without.verdict
        if on < begins:
            assert (decision.in_force, decision.amount) == (without.in_force, without.amount)
        elif until is not None and on > until:
            assert (decision.in_force, decision.amount) == (InForce.ENDED, benefit.amount)
        else:
            begun = [amount for day, amount in by_day if day <= on]
            assert decision.in_force is InForce.CONFIRMED
            assert decision.amount == (begun[-1] if begun else benefit.amount)
