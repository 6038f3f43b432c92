"""户情: the register as the rules read it; silence is never a no."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policies.facts import HouseholdStatus, MemberFacts
from storage import statuses
from storage.database import Database
from storage.facts import facts_of
from storage.households import Household, HouseholdCategory
from storage.ids import Fen
from storage.members import Member
from tests.village import Village
from tests.wechat import TimeMachine


async def test_a_full_row_becomes_facts(store: Database) -> None:
    village = Village(store, TimeMachine().now())
    house = await village.household("王建国", category=HouseholdCategory.POOR, house_grade="C")
    async with store.writing() as session:
        household = await session.get_one(Household, house.id)
        household.cause, household.income_per_capita_fen = "因病", Fen(556_305)
        head = await session.get_one(Member, house.head_id)
        head.birth_date = date(1966, 11, 24)
        head.health, head.disability, head.schooling = "残疾", "二级", None
        head.labor, head.work_area, head.medical_insured, head.dibao = "弱劳动力或半劳动力", "省外", True, True
        session.add(
            Member(
                household_id=house.id,
                number="9999",
                name="王小明",
                health="健康",
                schooling="小学三年级",
                labor="普通劳动力",
                dibao=False,
            )
        )
    async with store.reading() as session:
        facts = (await facts_of(session, [house.id], date(2026, 11, 23)))[house.id]

    assert facts.status is HouseholdStatus.POOR
    assert facts.causes == {"illness": True}
    assert facts.income_pc == Decimal("5563.05")
    assert (facts.house_grade, facts.water_safe, facts.village) == ("C", True, "青山村")
    assert facts.labels == {"dibao": True, "disabled_poor": True}
    assert facts.labor == "full"
    head_facts, boy = facts.members
    assert head_facts.age == 59
    assert (head_facts.disability_level, head_facts.labor, head_facts.working) == ("severe", "partial", "out_county")
    assert (head_facts.nrcms, head_facts.chronic, head_facts.is_student) == (True, None, None)
    assert head_facts.labels == {"disabled": True, "disabled_poor": True}
    assert (boy.stage, boy.is_student, boy.disability_level, boy.chronic) == ("primary", True, "none", False)
    assert boy.nrcms is None


async def test_a_bare_row_leaves_everything_unknown(store: Database) -> None:
    village = Village(store, TimeMachine().now())
    house = await village.household("王建国", house_grade=None, water_safe=None)
    async with store.reading() as session:
        facts = (await facts_of(session, [house.id], date(2026, 11, 23)))[house.id]
    assert (facts.labels, facts.causes, facts.labor) == ({}, {}, None)
    assert (facts.house_grade, facts.water_safe) == (None, None)
    [head] = facts.members
    assert (head.stage, head.is_student, head.disability_level, head.chronic, head.labels) == (
        None,
        None,
        None,
        None,
        {},
    )


async def test_a_household_that_does_not_exist_is_left_out(store: Database) -> None:
    async with store.reading() as session:
        assert await facts_of(session, [], date(2026, 11, 23)) == {}


async def test_all_causes_the_year_of_exit_and_the_class_of_dibao_are_facts(store: Database) -> None:
    village = Village(store, TimeMachine().now())
    house = await village.household("王建国", category=HouseholdCategory.UNSTABLE)
    async with store.writing() as session:
        household = await session.get_one(Household, house.id)
        household.cause, household.other_causes = "因病", "因学、交通条件落后"
        household.lifted_in, household.dibao_class = 2018, "农村低保二类"
    async with store.reading() as session:
        facts = (await facts_of(session, [house.id], date(2026, 11, 23)))[house.id]
    assert facts.causes == {"illness": True, "schooling": True}
    assert (facts.status, facts.exit_year, facts.dibao_class) == (HouseholdStatus.UNSTABLE, 2018, 2)


async def test_a_household_poor_again_after_it_was_lifted_has_relapsed(store: Database) -> None:
    now = TimeMachine().now()
    house = await Village(store, now).household("王建国", category=HouseholdCategory.LIFTED)
    async with store.writing() as session:
        household = await session.get_one(Household, house.id)
        await statuses.change(session, household, on=date(2024, 1, 1), now=now)
        household.category = HouseholdCategory.POOR_DIBAO
        await statuses.change(session, household, on=date(2026, 3, 1), now=now)
    async with store.reading() as session:
        facts = (await facts_of(session, [house.id], date(2026, 11, 23)))[house.id]
    assert facts.status is HouseholdStatus.RELAPSED
    assert facts.labels == {"dibao": True}


@pytest.mark.parametrize(
    ("written", "stage", "studying"),
    [
        ("高中一年级", "senior", True),
        ("职业高中二年级", "secondary_voc", True),
        ("技工学校", "secondary_voc", True),
        ("高职高专一年级", "higher_voc", True),
        ("七年级", "junior", True),
        ("三年级", "primary", True),
        ("初二", "junior", True),
        ("硕士研究生", None, True),
        ("非在校生", "none", False),
        ("已毕业", "none", False),
    ],
)
async def test_school_stage_is_read_from_the_words_of_the_register(
    store: Database, written: str, stage: str | None, studying: bool
) -> None:
    facts = await head_with(store, schooling=written)
    assert (facts.stage, facts.is_student) == (stage, studying)


@pytest.mark.parametrize(
    ("area", "months", "working"),
    [
        ("乡（镇）内", 3, "in_county"),
        ("乡(镇)外县内", None, "in_county"),
        ("县外省内", 10, "out_county"),
        (None, 0, "none"),
        (None, None, None),
        ("月球", 2, None),
    ],
)
async def test_place_of_work_is_read_from_the_words_of_the_register(
    store: Database, area: str | None, months: int | None, working: str | None
) -> None:
    assert (await head_with(store, work_area=area, work_months=months)).working == working


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2026, 2, 28), 21), (date(2026, 3, 1), 22), (date(2028, 2, 28), 23), (date(2028, 2, 29), 24)],
)
async def test_who_was_born_on_a_leap_day_is_a_year_older_from_the_first_of_march(
    store: Database, on: date, age: int
) -> None:
    assert (await head_with(store, on=on, birth_date=date(2004, 2, 29))).age == age


async def head_with(store: Database, on: date = date(2026, 11, 23), **written: Any) -> MemberFacts:
    house = await Village(store, TimeMachine().now()).household("王建国")
    async with store.writing() as session:
        head = await session.get_one(Member, house.head_id)
        for name, value in written.items():
            setattr(head, name, value)
    async with store.reading() as session:
        return (await facts_of(session, [house.id], on))[house.id].members[0]


@pytest.mark.parametrize(("cleared", "risk"), [(True, "none"), (False, "relapse"), (None, None)])
async def test_risk_is_what_the_monitoring_says(store: Database, cleared: bool | None, risk: str | None) -> None:
    house = await Village(store, TimeMachine().now()).household("王建国", category=HouseholdCategory.UNSTABLE)
    async with store.writing() as session:
        (await session.get_one(Household, house.id)).risk_cleared = cleared
    async with store.reading() as session:
        assert (await facts_of(session, [house.id], date(2026, 11, 23)))[house.id].risk == risk


async def test_who_was_not_born_yet_on_that_day_was_not_there(store: Database) -> None:
    house = await Village(store, TimeMachine().now()).household("王建国")
    async with store.writing() as session:
        session.add(Member(household_id=house.id, number="9999", name="王小明", birth_date=date(2018, 9, 1)))
    async with store.reading() as session:
        seen = [(await facts_of(session, [house.id], on))[house.id] for on in (date(2018, 8, 31), date(2018, 9, 1))]
    assert [[member.age for member in facts.members if member.name == "王小明"] for facts in seen] == [[], [0]]
