"""结对: who helps whom since when, households handed over all at once or not at all, and gaps."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from policies.catalogue import load_county
from policies.pairing import Fit
from storage import assignments
from storage.assignments import Assignment, Stretch
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.households import Household, HouseholdCategory
from tests.village import Village

TODAY = date(2026, 11, 23)


@pytest.fixture
def village(store: Database, now: datetime) -> Village:
    return Village(store, now)


async def test_a_household_keeps_the_history_of_its_cadres(store: Database, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    zhang = await village.cadre("张磊", unit="县水利局", role=Role.FIRST_SECRETARY)
    async with store.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id == zhang.id).values(rank="副科级"))
    async with store.writing() as session:
        assert await assignments.hand_over(session, {wang.id: li.id}, zhang.id, on=TODAY)
    async with store.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id == zhang.id).values(rank="正科级", role=Role.TOWNSHIP))
    async with store.reading() as session:
        assert await assignments.history(session, wang.id) == [
            Stretch(li.id, "李梅", "县教育局", None, None, date(2026, 1, 1), TODAY),
            Stretch(zhang.id, "张磊", "县水利局", "第一书记", "副科级", TODAY, None),
        ], "rank and role are those of the day it began"


async def test_households_are_handed_over_only_by_whom_they_are_with(store: Database, village: Village) -> None:
    wang, zhang_san = await village.household("王建国"), await village.household("张三")
    li, zhang = await village.cadre("李梅", visits=[wang]), await village.cadre("张磊")
    async with store.writing() as session:
        assert not await assignments.hand_over(session, {wang.id: zhang.id}, zhang.id, on=TODAY)
        assert not await assignments.hand_over(session, {wang.id: None}, zhang.id, on=TODAY)
        assert not await assignments.hand_over(session, {zhang_san.id: li.id}, zhang.id, on=TODAY)
        assert await assignments.whose(session, [wang.id, zhang_san.id]) == {wang.id: li.id}
        assert await assignments.hand_over(session, {wang.id: li.id, zhang_san.id: None}, zhang.id, on=TODAY)
        assert await assignments.whose(session, [wang.id, zhang_san.id]) == dict.fromkeys(
            (wang.id, zhang_san.id), zhang.id
        )
        assert await assignments.count_of(session, zhang.id) == 2


async def test_who_has_no_cadre_and_how_many_each_cadre_has(store: Database, village: Village) -> None:
    wang, chen, zhao = [await village.household(name) for name in ("王建国", "陈秀英", "赵强")]
    li = await village.cadre("李梅", visits=[wang])
    zhang = await village.cadre("张磊", visits=[chen, zhao])
    sun = await village.household("孙丽", village="石门村", group="3组")
    gone, left = await village.household("不在了的户"), await village.household("搬走了的户")
    wu = await village.cadre("吴芳", visits=[left])
    async with store.writing() as session:
        await session.execute(update(Household).where(Household.id.in_([gone.id, left.id])).values(closed_on=TODAY))
    async with store.reading() as session:
        gaps = await assignments.gaps(session, load_county("chengtou").pairing)
    [alone] = gaps.without_cadre
    assert (alone.number, alone.head_name, alone.township, alone.village, alone.area) == (
        sun.number,
        "孙丽",
        "东河镇",
        "石门村",
        "旺苍县东河镇石门村3组",
    )
    assert [(load.cadre_id, load.name, load.households, load.standing.fit) for load in gaps.loads] == [
        (zhang.id, "张磊", 2, Fit.UNDER),
        (li.id, "李梅", 1, Fit.UNDER),
        (wu.id, "吴芳", 0, Fit.UNDER),
    ]


async def test_a_county_may_say_which_households_must_have_somebody(store: Database, village: Village) -> None:
    await village.household("一般", category=HouseholdCategory.ORDINARY)
    poor = await village.household("在册", category=HouseholdCategory.POOR_DIBAO)
    rule = load_county("wangcang").pairing
    assert rule is not None
    async with store.reading() as session:
        assert len(await assignments.alone(session, rule)) == 2
        found = await assignments.alone(session, replace(rule, statuses=("poor",)))
    assert [alone.number for alone in found] == [poor.number]


async def test_a_pairing_that_ended_is_no_longer_anybodys(store: Database, village: Village) -> None:
    wang = await village.household("王建国")
    li, zhang = await village.cadre("李梅", visits=[wang]), await village.cadre("张磊")
    async with store.writing() as session:
        await assignments.hand_over(session, {wang.id: li.id}, zhang.id, on=TODAY)
    async with store.reading() as session:
        assert await assignments.of_cadre(session, li.id) == {}
        assert await assignments.of_cadre(session, zhang.id) == {wang.number: wang.id}
        open_ = await session.scalars(select(Assignment.cadre_id).where(Assignment.until.is_(None)))
        assert list(open_) == [zhang.id]
