"""Decisions: three answers, reasons that bear them out, one question, and no "no" out of ignorance."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.catalogue import County, load_county, read_county
from policies.conditions import Asked, State
from policies.evaluator import InForce, Verdict, as_json, decide, decide_all
from policies.facts import STATUS_OF_CATEGORY, EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts

ON = date(2018, 5, 1)

# A made-up county whose benefits use every operator and group; nothing of it is anybody's policy.
PATTERNS: dict[str, list[dict[str, Any]]] = {
    "old_or_sick": [
        {
            "text": "老、病残或者不能劳动",
            "any": [
                {"text": "满60岁", "attr": "member.age", "op": "ge", "value": 60},
                {"text": "病残", "attr": "member.labels", "op": "has_any", "value": ["sick", "disabled"]},
                {"text": "不能劳动", "attr": "member.labor", "op": "eq", "value": "none"},
            ],
        }
    ],
    "job": [
        {
            "text": "低收入又想干活，或者残疾",
            "any": [
                {
                    "text": "低收入又想干活",
                    "all": [
                        {"text": "脱贫户", "attr": "household.status", "op": "eq", "value": "exited"},
                        {"text": "低于低保线", "attr": "household.income_pc", "op": "lt", "value": "dibao_line"},
                        {"text": "想干活", "attr": "member.willing_work", "op": "eq", "value": True},
                    ],
                },
                {"text": "残疾", "attr": "member.disability_level", "op": "ne", "value": "none"},
            ],
        }
    ],
    "worker": [
        {"text": "16到59岁", "attr": "member.age", "op": "between", "value": [16, 59]},
        {"text": "在外务工", "attr": "member.working", "op": "in", "value": ["in_county", "out_county"]},
    ],
    "poor_by_income": [{"text": "低于贫困线", "attr": "household.income_pc", "op": "lt", "value": "poverty_line"}],
    "very_poor": [{"text": "低于低保线", "attr": "household.income_pc", "op": "lt", "value": "dibao_line"}],
    "listed_disease": [{"text": "名单里的病", "attr": "member.disease", "op": "in_list", "value": "major_50"}],
    "not_dibao": [{"text": "不是低保户", "attr": "household.labels", "op": "not_has", "value": "dibao"}],
    "planned": [{"text": "列入计划", "attr": "household.in_plan", "op": "has", "value": "toilet"}],
    "hospital": [
        {"text": "住院", "attr": "event.kind", "op": "eq", "value": "inpatient"},
        {"text": "县级医院", "attr": "event.hospital_level", "op": "eq", "value": "county"},
        {"text": "参加医保", "attr": "member.nrcms", "op": "eq", "value": True},
    ],
    "checked": [{"text": "村里核过", "attr": "manual", "op": "check", "value": "村里同意"}],
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return made_up(tmp_path_factory.mktemp("packs") / "made_up")


def made_up(pack: Path) -> County:
    pack.mkdir()
    source = {"document": "plan", "line": 1, "quote": "一句话"}
    benefits = [
        {
            "id": name,
            "family": name,
            "name": name,
            "payee": "household",
            "strength": "definite",
            "who": "某人",
            "conditions": conditions,
            "source": dict(source),
        }
        for name, conditions in PATTERNS.items()
    ]
    county = {
        "name": "某县",
        "level": "县",
        "area_code": "000000",
        "title": "某方案",
        "documents": {"plan": {"title": "某方案"}},
        "values": {"dibao_line": {"value": "2500.50"}},
    }
    for file, data in (("county.yaml", county), ("all.yaml", {"category": "其他", "benefits": benefits})):
        (pack / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return read_county(pack)


def test_one_member_must_meet_all_conditions_on_a_person(county: County) -> None:
    """One is of the right age, another works away: together they are not one worker."""
    young = MemberFacts(id="1", name="甲", age=30, working="none")
    away = MemberFacts(id="2", name="乙", age=70, working="out_county")
    decision = decide(county.benefits["worker"], HouseholdFacts(members=(young, away)), ON, county)
    assert decision.verdict is Verdict.NO
    assert [one.state for one in decision.conditions] == [State.MET, State.NOT_MET]

    both = MemberFacts(id="3", age=30, working="out_county")
    decision = decide(county.benefits["worker"], HouseholdFacts(members=(young, both)), ON, county)
    assert (decision.verdict, decision.for_members) == (Verdict.YES, ("3",))


def test_member_of_whom_too_little_is_known_is_not_refused(county: County) -> None:
    sure = MemberFacts(id="1", age=30, working="in_county")
    unsure = MemberFacts(id="2", age=40)
    never = MemberFacts(id="3", age=80)
    facts = HouseholdFacts(members=(never, unsure, sure))
    decision = decide(county.benefits["worker"], facts, ON, county)
    assert (decision.for_members, decision.maybe_members) == (("1",), ("2",))


def test_facts_of_people_are_said_with_their_names(county: County) -> None:
    members = (MemberFacts(id="2", name="王乙", age=40), MemberFacts(id="1", name="王甲", age=20))
    decision = decide(county.benefits["worker"], HouseholdFacts(members=members), ON, county)
    assert [one.fact for one in decision.conditions] == [
        "王乙 年龄：40岁；王甲 年龄：20岁",
        "王乙 务工：没有登记；王甲 务工：没有登记",
    ]
    assert decision.ask is not None
    assert decision.ask.text == "家里有没有人在外务工？"
    assert (decision.ask.asked, decision.ask.attribute) == (Asked.HOUSEHOLD, "member.working")


def test_figure_the_county_has_not_given_is_unknown_and_the_county_is_asked(county: County) -> None:
    facts = HouseholdFacts(income_pc=Decimal("2000"))
    decision = decide(county.benefits["poor_by_income"], facts, ON, county)
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.conditions[0].fact == "人均年纯收入：2000元（贫困线文件没有写）"
    assert decision.ask is not None
    assert decision.ask.text == "贫困线是多少？文件没有写，请问村里或县里。"
    assert decision.ask.asked is Asked.OFFICE
    # With the income missing as well, no single answer decides.
    assert decide(county.benefits["poor_by_income"], HouseholdFacts(), ON, county).ask is None


@pytest.mark.parametrize(
    ("income", "verdict"),
    [("2500.49", Verdict.YES), ("2500.50", Verdict.NO), (None, Verdict.UNKNOWN)],
)
def test_figure_the_county_has_given_is_compared_exactly(county: County, income: str | None, verdict: Verdict) -> None:
    facts = HouseholdFacts(income_pc=Decimal(income) if income else None)
    assert decide(county.benefits["very_poor"], facts, ON, county).verdict is verdict


def test_list_the_county_has_not_given_is_unknown(county: County) -> None:
    facts = HouseholdFacts(members=(MemberFacts(id="1", disease="白血病"),))
    assert decide(county.benefits["listed_disease"], facts, ON, county).verdict is Verdict.UNKNOWN


def test_label_is_so_not_so_or_unknown(county: County) -> None:
    def verdict(labels: dict[str, bool]) -> Verdict:
        return decide(county.benefits["not_dibao"], HouseholdFacts(labels=labels), ON, county).verdict

    assert verdict({}) is Verdict.UNKNOWN
    assert verdict({"tekun": True}) is Verdict.UNKNOWN
    assert verdict({"dibao": True}) is Verdict.NO
    assert verdict({"dibao": False}) is Verdict.YES


def test_check_by_a_person_is_unknown_until_told(county: County) -> None:
    def verdict(checked: dict[tuple[str, str], bool]) -> Verdict:
        return decide(county.benefits["checked"], HouseholdFacts(checked=checked), ON, county).verdict

    assert verdict({}) is Verdict.UNKNOWN
    assert verdict({("other", "村里同意"): True}) is Verdict.UNKNOWN
    assert verdict({("checked", "村里同意"): True}) is Verdict.YES
    assert verdict({("checked", "村里同意"): False}) is Verdict.NO


def test_event_concerns_its_own_member_only(county: County) -> None:
    members = (MemberFacts(id="1", nrcms=True), MemberFacts(id="2", nrcms=False))
    stay = EventFacts(kind="inpatient", hospital_level="county", member="2")
    facts = HouseholdFacts(members=members, events=(stay,), events_denied=frozenset())
    decision = decide(county.benefits["hospital"], facts, ON, county)
    assert (decision.verdict, decision.maybe_members) == (Verdict.UNKNOWN, ("1",))

    insured = replace(facts, members=(members[0], replace(members[1], nrcms=True)))
    decision = decide(county.benefits["hospital"], insured, ON, county)
    assert (decision.verdict, decision.for_members) == (Verdict.YES, ("2",))


def test_event_is_refused_only_when_we_were_told_there_was_none(county: County) -> None:
    facts = HouseholdFacts(members=(MemberFacts(id="1", nrcms=True),))
    assert decide(county.benefits["hospital"], facts, ON, county).verdict is Verdict.UNKNOWN
    denied = replace(facts, events_denied=frozenset({"inpatient"}))
    assert decide(county.benefits["hospital"], denied, ON, county).verdict is Verdict.NO


def test_household_whose_members_are_not_known_is_not_refused(county: County) -> None:
    assert decide(county.benefits["worker"], HouseholdFacts(), ON, county).verdict is Verdict.UNKNOWN


def test_group_is_met_by_one_branch_and_refused_only_by_all(county: County) -> None:
    benefit = county.benefits["old_or_sick"]

    def verdict(**known: Any) -> Verdict:
        return decide(benefit, HouseholdFacts(members=(MemberFacts(id="1", **known),)), ON, county).verdict

    assert verdict(age=61) is Verdict.YES
    assert verdict(age=59) is Verdict.UNKNOWN
    assert verdict(age=59, labor="full", labels={"sick": False}) is Verdict.UNKNOWN
    assert verdict(age=59, labor="full", labels={"sick": False, "disabled": False}) is Verdict.NO


def test_categories_of_the_register_are_read_as_statuses() -> None:
    assert {name: str(status) for name, status in STATUS_OF_CATEGORY.items()} == {
        "一般贫困户": "poor",
        "低保贫困户": "poor",
        "特困供养户": "poor",
        "脱贫户": "exited",
        "脱贫不稳定户": "unstable",
        "边缘易致贫户": "marginal",
        "突发严重困难户": "sudden_hardship",
        "一般农户": "ordinary",
    }


def test_json_is_in_the_shape_others_rely_on() -> None:
    county = load_county("wangcang")
    facts = HouseholdFacts(status=HouseholdStatus.POOR, members=(MemberFacts(id="3", labor="partial"),))
    assert as_json(decide(county.benefits["training_wangcang"], facts, date(2026, 6, 1), county)) == {
        "benefit": "training_wangcang",
        "name": "贫困家庭劳动力免费培训",
        "decision": "yes",
        "strength": "definite",
        "in_force": "confirmed",
        "for": ["3"],
        "amount": {"kind": "waive", "text": "免费：就业技能、品牌、岗位技能提升、创业培训"},
        "conditions": [
            {"text": "是建档立卡贫困户（在册或返贫）", "state": "met", "fact": "户类型：在册贫困户"},
            {"text": "家里有能劳动的人（部分能劳动也算）", "state": "met", "fact": "劳动能力：部分有"},
        ],
        "ask": None,
        "change": None,
        "source": {
            "document": "旺苍县落实十个专项扶贫方案暨十三项重点工作方案",
            "line": 48,
            "quote": "免费对贫困家庭劳动力集中开展就业技能培训、品牌培训、岗位技能提升培训和创业培训",
        },
    }


def test_most_useful_comes_first_and_refusals_last() -> None:
    county = load_county("wangcang")
    facts = HouseholdFacts(status=HouseholdStatus.ORDINARY, house_grade="D")
    decisions = decide_all(county, facts, date(2026, 6, 1))
    assert len(decisions) == 53
    assert [(one.benefit.id, one.verdict, one.in_force) for one in decisions[:3]] == [
        ("dangerous_house_wangcang", Verdict.YES, InForce.CONFIRMED),
        ("power_wangcang", Verdict.YES, InForce.CONFIRMED),
        ("water_wangcang", Verdict.UNKNOWN, InForce.CONFIRMED),
    ]
    refused = [one.verdict is Verdict.NO for one in decisions]
    assert refused == sorted(refused)
