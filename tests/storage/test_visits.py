"""Visits: written down, corrected with their history, taken back once, listed."""

import asyncio
from datetime import date, datetime, timedelta

from sqlalchemy import select

from storage import visits
from storage.database import Database
from storage.visits import Visit, VisitRevision
from tests.village import Helper, House, Village


async def a_visit(store: Database, cadre: Helper, house: House, at: datetime, **told: object) -> Visit:
    given: dict[str, object] = {"visited_on": at.date(), "note": "走访", "reported_at": at}
    async with store.writing() as session:
        visit = Visit(household_id=house.id, cadre_id=cadre.id, **{**given, **told})
        return await visits.record(session, visit)


async def revisions(store: Database) -> list[VisitRevision]:
    async with store.reading() as session:
        return list((await session.scalars(select(VisitRevision).order_by(VisitRevision.id))).all())


async def test_a_correction_keeps_what_was_said_before(store: Database, people: Village, now: datetime) -> None:
    wang = await people.household("王建国")
    cadre = await people.cadre("李梅", visits=[wang])
    bags = {"name": "化肥", "quantity": 2, "unit": "袋"}
    visit = await a_visit(store, cadre, wang, now, note="送化肥2袋", items=[bags])

    async with store.writing() as session:
        found = await visits.latest(session, cadre.id, since=now)
        assert found is not None and found.id == visit.id
        three = visits.Changes(items=[bags | {"quantity": 3}])
        await visits.correct(session, found, three, said="不是2袋是3袋", at=now)

    [after] = await people.visits_to(wang)
    assert (after.state, after.items, after.note) == ("corrected", [bags | {"quantity": 3}], "送化肥2袋")
    [revision] = await revisions(store)
    assert revision.said == "不是2袋是3袋"
    assert revision.before == {
        "household_id": wang.id,
        "visited_on": "2026-11-23",
        "date_text": None,
        "note": "送化肥2袋",
        "kind": "visit",
        "not_home": False,
        "items": [bags],
        "problems": [],
        "measures": [],
        "amounts": [],
        "state": "recorded",
    }


async def test_taken_back_twice_at_once_is_taken_back_once(store: Database, people: Village, now: datetime) -> None:
    wang = await people.household("王建国")
    cadre = await people.cadre("李梅", visits=[wang])
    visit = await a_visit(store, cadre, wang, now)

    async def take_back() -> bool:
        async with store.writing() as session:
            return await visits.withdraw(session, visit, said="撤回", at=now)

    assert sorted(await asyncio.gather(take_back(), take_back())) == [False, True]
    assert [revision.said for revision in await revisions(store)] == ["撤回"]
    [after] = await people.visits_to(wang)
    assert after.state == "withdrawn"


async def test_the_latest_is_the_one_told_last_and_not_taken_back(
    store: Database, people: Village, now: datetime
) -> None:
    wang, li = await people.household("王建国"), await people.household("李秀英")
    cadre, other = await people.cadre("李梅", visits=[wang, li]), await people.cadre("赵强")
    first = await a_visit(store, cadre, wang, now)
    second = await a_visit(store, cadre, li, now + timedelta(minutes=5))
    await a_visit(store, other, li, now + timedelta(minutes=9))

    async with store.writing() as session:
        latest = await visits.latest(session, cadre.id, since=now)
        assert latest is not None and latest.id == second.id
        of_wang = await visits.latest(session, cadre.id, since=now, household_id=wang.id)
        assert of_wang is not None and of_wang.id == first.id
        await visits.withdraw(session, second, said="撤回", at=now)
        latest = await visits.latest(session, cadre.id, since=now)
        assert latest is not None and latest.id == first.id
        assert await visits.latest(session, cadre.id, since=now + timedelta(seconds=1)) is None


async def test_a_month_s_visits_count_whoever_went_but_no_call_and_none_taken_back(
    store: Database, people: Village, now: datetime
) -> None:
    houses = [await people.household(name) for name in ("王建国", "李秀英", "张三", "赵六", "钱七")]
    wang, li, zhang, zhao, qian = houses
    cadre, other = await people.cadre("李梅", visits=houses), await people.cadre("赵强")
    await a_visit(store, cadre, wang, now, visited_on=date(2026, 11, 1))
    await a_visit(store, cadre, wang, now, visited_on=date(2026, 11, 5))
    await a_visit(store, other, li, now, visited_on=date(2026, 11, 7), not_home=True)
    await a_visit(store, cadre, zhang, now, kind="phone")
    await a_visit(store, cadre, zhao, now, state="withdrawn")
    await a_visit(store, cadre, qian, now, visited_on=date(2026, 10, 31))

    async with store.reading() as session:
        days = await visits.last_days(session, cadre.id, since=date(2026, 11, 1))
    assert days == {wang.id: date(2026, 11, 5), li.id: date(2026, 11, 7)}


async def test_the_listing_has_the_promised_shape(store: Database, people: Village, now: datetime) -> None:
    wang, li = await people.household("王建国"), await people.household("李秀英")
    cadre = await people.cadre("李梅", visits=[wang, li])
    bags = {"name": "化肥", "quantity": 2, "unit": "袋"}
    money = {"value": 500, "what": "慰问金"}
    visit = await a_visit(
        store, cadre, wang, now, note="送化肥2袋，慰问金500元，屋顶漏水", items=[bags], amounts=[money],
        problems=["屋顶漏水"], measures=["联系住建所"],
    )  # fmt: skip
    gone = await a_visit(store, cadre, wang, now, state="withdrawn")
    vague = await a_visit(store, cadre, li, now, visited_on=None, date_text="国庆前")

    async with store.reading() as session:
        whole = await visits.listing(session)
        assert whole[0] == {
            "id": visit.id,
            "household": wang.number,
            "cadre": "李梅",
            "visited_on": "2026-11-23",
            "reported_at": "2026-11-23T10:00:00+08:00",
            "note": "送化肥2袋，慰问金500元，屋顶漏水",
            "items": [bags],
            "problems": ["屋顶漏水"],
            "measures": ["联系住建所"],
            "amounts": [money],
            "state": "recorded",
        }
        assert [each["id"] for each in whole] == [visit.id, vague.id]
        of_wang = await visits.listing(session, household_number=wang.number, include_withdrawn=True)
        assert [(each["id"], each["state"]) for each in of_wang] == [(visit.id, "recorded"), (gone.id, "withdrawn")]
        assert [each["id"] for each in await visits.listing(session, since=date(2026, 11, 23))] == [visit.id, vague.id]
        assert await visits.listing(session, since=date(2026, 11, 24)) == []
        assert await visits.listing(session, household_number="没有") == []


async def test_told_before_means_the_same_words_of_the_same_household(
    store: Database, people: Village, now: datetime
) -> None:
    wang, li = await people.household("王建国"), await people.household("李秀英")
    cadre = await people.cadre("李梅", visits=[wang, li])
    visit = await a_visit(store, cadre, wang, now, note="走访王建国 屋顶漏水")

    async with store.writing() as session:

        async def told(house: House, note: str, since: datetime = now) -> bool:
            return await visits.told_before(session, cadre.id, house.id, note, since=since)

        assert await told(wang, "走访王建国 屋顶漏水")
        assert not await told(li, "走访王建国 屋顶漏水")
        assert not await told(wang, "走访王建国 屋顶又漏水")
        assert not await told(wang, "走访王建国 屋顶漏水", now + timedelta(days=1))
        await visits.withdraw(session, visit, said="撤回", at=now)
        assert not await told(wang, "走访王建国 屋顶漏水")
