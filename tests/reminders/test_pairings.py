"""Households without a cadre: their township hears of them every day, until they have one."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from policies.catalogue import County, load_county
from reminders import Planned
from storage import assignments
from storage.areas import Area, Level
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.ids import AreaId
from tests.reminders.walking import Walk, at
from tests.village import Helper, Village


@pytest.fixture
def quiet() -> County:
    """A county in which nothing else is due."""
    return replace(load_county("wangcang"), visits=(), confirmations={})


async def serves(store: Database, helper: Helper, area: AreaId | None) -> None:
    async with store.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area))


async def township(store: Database) -> AreaId | None:
    async with store.reading() as session:
        found: AreaId | None = await session.scalar(select(Area.id).where(Area.level == Level.TOWNSHIP))
        return found


async def test_the_township_hears_every_day_until_all_have_somebody(
    store: Database, people: Village, quiet: County
) -> None:
    li = await people.cadre("李梅")
    wang, chen = await people.household("王建国"), await people.household("陈秀英")
    sun = await people.cadre("孙静", role=Role.TOWNSHIP)
    await people.cadre("周县", role=Role.COUNTY)
    await serves(store, sun, await township(store))
    walk = Walk(store, quiet)
    await walk.through("2026-12-01", "2026-12-02", hours=(7, 9, 12, 20))
    async with store.writing() as session:
        assert await assignments.hand_over(session, {wang.id: None}, li.id, on=date(2026, 12, 2))
    await walk.through("2026-12-03", "2026-12-03")
    async with store.writing() as session:
        assert await assignments.hand_over(session, {chen.id: None}, li.id, on=date(2026, 12, 3))
    await walk.through("2026-12-04", "2026-12-05")
    ending = "。\n请尽快指定：比如发“把{}家交给李梅”，对方同意就定了。"
    both = "东河镇还有户没有帮扶干部：王建国、陈秀英，共2户" + ending.format("王建国")
    assert walk.said == [
        ("12-01 09:20", f"cadre:{sun.id}", both),
        ("12-02 09:20", f"cadre:{sun.id}", both),
        ("12-03 09:20", f"cadre:{sun.id}", "东河镇还有户没有帮扶干部：陈秀英" + ending.format("陈秀英")),
    ]


async def test_without_staff_the_office_hears_and_without_office_nobody(
    store: Database, people: Village, quiet: County
) -> None:
    for number in range(12):
        await people.household(f"户主{number}")
    walk = Walk(store, quiet)
    assert await walk.plan(at("2026-12-01T09:20")) == Planned(planned=0, already=0, by_kind={})
    office = await people.cadre("周县", role=Role.COUNTY)
    assert (await walk.plan(at("2026-12-01T09:20"))).by_kind == {"unpaired": 1}
    assert await walk.plan(at("2026-12-01T10:20")) == Planned(planned=0, already=1, by_kind={})
    await walk.ring(at("2026-12-01T10:21"))
    [(_, to, text)] = walk.said
    assert to == f"cadre:{office.id}"
    assert text.startswith("东河镇还有户没有帮扶干部：户主0、户主1、")
    assert "、户主9等12户。\n" in text


async def test_who_got_somebody_over_night_is_not_told_of(store: Database, people: Village, quiet: County) -> None:
    li = await people.cadre("李梅")
    wang = await people.household("王建国")
    await people.cadre("周县", role=Role.COUNTY)
    walk = Walk(store, quiet)
    assert (await walk.plan(at("2026-12-01T22:00"))).planned == 1
    async with store.writing() as session:
        assert await assignments.hand_over(session, {wang.id: None}, li.id, on=date(2026, 12, 1))
    await walk.through("2026-12-02", "2026-12-02")
    assert walk.said == []
