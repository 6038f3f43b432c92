"""What a household says of itself: it counts where nothing is on file, it is marked, and it never contradicts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from policies.catalogue import load_county
from policies.evaluator import Verdict, decide
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.told import Told, with_told

ON = date(2026, 6, 1)
FATHER, DAUGHTER = MemberFacts(id="1", name="王甲", age=50, labor="full"), MemberFacts(id="2", name="王乙", age=17)


def test_told_fact_counts_and_is_marked() -> None:
    county = load_county("wangcang")
    told = with_told(HouseholdFacts(), [Told("household.house_grade", None, "D")])
    decision = decide(county.benefits["dangerous_house_wangcang"], told, ON, county)
    assert decision.verdict is Verdict.YES
    assert [one.fact for one in decision.conditions] == ["房屋等级：D级（您家自己说的）"]


def test_register_wins() -> None:
    on_file = HouseholdFacts(house_grade="A", labels={"dibao": False}, members=(FATHER,))
    answers = [
        Told("household.house_grade", None, "D"),
        Told("household.labels:dibao", None, "true"),
        Told("member.age", "1", "61"),
    ]
    assert with_told(on_file, answers) == on_file


def test_answers_get_the_type_of_their_fact() -> None:
    told = with_told(
        HouseholdFacts(members=(FATHER, DAUGHTER)),
        [
            Told("household.income_pc", None, "2800.50"),
            Told("household.exit_year", None, "2018"),
            Told("household.dibao_class", None, "2"),
            Told("household.water_safe", None, "false"),
            Told("household.status", None, "exited"),
            Told("household.labels:wubao", None, "true"),
            Told("member.labor", "2", "partial"),
        ],
    )
    assert (told.income_pc, told.exit_year, told.dibao_class) == (Decimal("2800.50"), 2018, 2)
    assert (told.water_safe, told.status, dict(told.labels)) == (False, HouseholdStatus.EXITED, {"wubao": True})
    assert [member.labor for member in told.members] == ["full", "partial"]
    assert (None, "household.labels:wubao") in told.told
    assert ("2", "member.labor") in told.told


def test_answer_of_nobody_in_particular_is_of_everybody_of_whom_nothing_is_known() -> None:
    told = with_told(HouseholdFacts(members=(FATHER, DAUGHTER)), [Told("member.labor", None, "none")])
    assert [member.labor for member in told.members] == ["full", "none"]
    assert told.told == {("2", "member.labor")}


def test_told_happening_is_one_more_event_and_a_denied_one_refuses() -> None:
    ill = with_told(HouseholdFacts(), [Told("event.kind:inpatient", None, "true")])
    assert ill.events == (EventFacts(kind="inpatient"),)
    assert with_told(ill, [Told("event.kind:inpatient", None, "false")]) == ill
    further = with_told(ill, [Told("event.hospital_level", None, "county")])
    assert further.events == (EventFacts(kind="inpatient", hospital_level="county"),)
    well = with_told(HouseholdFacts(), [Told("event.kind:inpatient", None, "false")])
    assert not well.events
    assert well.events_denied == {"inpatient"}


def test_stay_at_another_hospital_than_the_document_names_is_a_no_once_the_household_has_told_all() -> None:
    county = load_county("yiyang")
    benefit = county.benefits["med_deductible_yiyang"]
    facts = HouseholdFacts(labels={"dibao": True}, members=(FATHER,))
    for fact, value in (("event.kind:inpatient", "true"), ("event.hospital_level", "town")):
        [question] = decide(benefit, facts, ON, county).questions
        assert question.facts == (fact,)
        facts = with_told(facts, [Told(fact, question.member, value)])
    decision = decide(benefit, facts, ON, county)
    assert decision.verdict is Verdict.NO
    assert [one.fact for one in decision.conditions][1:] == [
        "家里的事：住院（您家自己说的）",
        "医院级别：乡镇（您家自己说的）",
    ]


def test_denied_event_is_said_as_the_household_said_it() -> None:
    county = load_county("wangcang")
    benefit = county.benefits["disaster_house_wangcang"]
    kinds = [fact for found in decide(benefit, HouseholdFacts(), ON, county).questions for fact in found.facts]
    assert kinds
    denied = with_told(HouseholdFacts(), [Told(fact, None, "false") for fact in kinds])
    decision = decide(benefit, denied, ON, county)
    assert decision.verdict is Verdict.NO
    assert any(one.fact.endswith("：否（您家自己说的）") for one in decision.conditions)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("household.house_grade", "E"),
        ("household.water_safe", "yes"),
        ("household.income_pc", "NaN"),
        ("household.income_pc", "很多"),
        ("household.labels", "true"),
        ("household.house_grade:D", "true"),
        ("manual", "true"),
        ("household.members", "true"),
    ],
)
def test_answer_no_fact_can_have_is_refused(fact: str, value: str) -> None:
    with pytest.raises(ValueError):
        with_told(HouseholdFacts(), [Told(fact, None, value)])


def test_questions_are_of_each_person_apart_and_the_deciding_one_of_whomever() -> None:
    county = load_county("wangcang")
    members = (MemberFacts(id="1", name="王甲"), MemberFacts(id="2", name="王乙"))
    facts = HouseholdFacts(status=HouseholdStatus.POOR, members=members)
    decision = decide(county.benefits["training_wangcang"], facts, ON, county)
    assert decision.ask is not None
    assert (decision.ask.attribute, decision.ask.member) == ("member.labor", None)
    assert [(one.attribute, one.member) for one in decision.questions] == [("member.labor", "1"), ("member.labor", "2")]
    answered = with_told(facts, [Told("member.labor", "2", "full")])
    assert decide(county.benefits["training_wangcang"], answered, ON, county).for_members == ("2",)


def test_what_did_not_befall_one_member_may_have_befallen_another() -> None:
    county = load_county("huining")
    benefit = county.benefits["med_inpatient_huining"]
    insured = replace(FATHER, nrcms=True), replace(DAUGHTER, nrcms=True)
    facts = HouseholdFacts(status=HouseholdStatus.POOR, members=insured)
    asked = decide(benefit, facts, ON, county).questions
    assert [(one.facts, one.member) for one in asked] == [
        (("event.kind:inpatient",), "1"),
        (("event.kind:inpatient",), "2"),
    ]

    father_well = with_told(facts, [Told("event.kind:inpatient", "1", "false")])
    decision = decide(benefit, father_well, ON, county)
    assert (decision.verdict, [one.member for one in decision.questions]) == (Verdict.UNKNOWN, ["2"])
    both_well = with_told(father_well, [Told("event.kind:inpatient", "2", "false")])
    decision = decide(benefit, both_well, ON, county)
    assert decision.verdict is Verdict.NO
    assert decision.conditions[-1].fact == "住院：否（您家自己说的）"
    daughter_ill = with_told(father_well, [Told("event.kind:inpatient", "2", "true")])
    assert decide(benefit, daughter_ill, ON, county).for_members == ("2",)
