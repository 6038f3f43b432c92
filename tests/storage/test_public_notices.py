"""公示: what a list shows, and what it never does; numbers given once, addresses nobody guesses."""

import asyncio
import dataclasses
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from storage import public_notices as notices
from storage.areas import Area
from storage.database import Database
from storage.households import Household
from storage.ids import MemberId
from storage.imports.public_notices import Row
from storage.members import Member
from storage.public_notices import PublicNotice, PublicNoticeLine, Wanted
from storage.sealing import Keyring, new_key
from tests.hanging import hung
from tests.village import House, Village

FAMILY = (("李秀英", "配偶", "19720304"), ("王小满", "子", "20120506"), ("王大满", "子", "20040506"))


async def lines_of(store: Database, notice: PublicNotice) -> list[PublicNoticeLine]:
    async with store.reading() as session:
        return list(await notices.lines_of(session, notice))


async def member_called(store: Database, name: str) -> MemberId:
    async with store.reading() as session:
        return (await session.scalars(select(Member.id).where(Member.name == name))).one()


async def test_a_line_shows_group_masked_name_persons_and_amount(store: Database, people: Village) -> None:
    wang = await people.household("王建国", family=FAMILY)
    await people.household("陈秀英")
    await people.household("欧阳青松")
    [line] = await lines_of(store, await hung(people, [wang], yuan=780))
    shown = (line.position, line.group_name, line.shown_name, line.persons, line.amount_fen)
    assert shown == (1, "1组", "王*国", 4, 78_000)


async def test_a_grown_member_is_named_and_for_a_child_the_head_stands(store: Database, people: Village) -> None:
    wang = await people.household("王建国", family=FAMILY)
    [grown] = await lines_of(store, await hung(people, [wang], member=await member_called(store, "王大满")))
    [child] = await lines_of(store, await hung(people, [wang], member=await member_called(store, "王小满")))
    assert (grown.shown_name, grown.persons) == ("王*满", None)
    assert (child.shown_name, child.persons) == ("王*国", None)
    async with store.writing() as session:
        unknown = update(Member).where(Member.name == "王大满").values(birth_date=None)
        await session.execute(unknown.execution_options(synchronize_session=False))
    [unsure] = await lines_of(store, await hung(people, [wang], member=await member_called(store, "王大满")))
    assert unsure.shown_name == "王*国"


async def test_a_group_of_two_homes_is_not_named(store: Database, people: Village, now: datetime) -> None:
    """Two homes: beside the group, a masked name says which door. A home that is no more does not count."""
    wang, chen = await people.household("王建国"), await people.household("陈秀英")
    gone = await people.household("赵强")
    assert (await lines_of(store, await hung(people, [wang])))[0].group_name == "1组"
    async with store.writing() as session:
        closed = update(Household).where(Household.id == gone.id).values(closed_on=now.date())
        await session.execute(closed.execution_options(synchronize_session=False))
    assert [line.group_name for line in await lines_of(store, await hung(people, [wang, chen]))] == [None, None]


@pytest.mark.parametrize(
    "benefit", ["残疾人两项补贴", "大病救助", "困境儿童补贴", "重度残疾人护理补贴", "医疗救助", "精神障碍患者监护补贴"]
)
async def test_what_would_tell_of_illness_or_a_child_in_need_names_nobody(
    store: Database, people: Village, benefit: str
) -> None:
    wang = await people.household("王建国", family=FAMILY)
    [line] = await lines_of(store, await hung(people, [wang], benefit=benefit, yuan=80))
    assert (line.shown_name, line.persons, line.amount_fen) == ("（不公示姓名）", None, None)


@pytest.mark.parametrize("benefit", ["农村低保", "特困人员救助供养", "危房改造", "高龄津贴", "产业奖补", "雨露计划"])
def test_other_lists_name_people(benefit: str) -> None:
    assert not notices.names_nobody(benefit)


async def test_nothing_shown_holds_what_is_nobodys_business(store: Database, people: Village) -> None:
    wang = await people.household("王建国", family=FAMILY)
    notice = await hung(people, [wang])
    async with store.reading() as session:
        shown = str(dataclasses.asdict(await notices.as_shown(session, notice)))
    for never in (wang.number, wang.id_tail, wang.phone, "王建国", "王小满", "李秀英", "6217", "1970"):
        assert never not in shown


async def test_numbers_follow_each_other_however_many_are_made_at_once(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    made = await asyncio.gather(*(hung(people, [wang]) for _ in range(5)))
    assert sorted(notice.number for notice in made) == [f"2026-000{n}" for n in range(1, 6)]


async def test_a_year_may_have_more_lists_than_four_digits_count(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    for number in ("2026-9999", "2026-10000"):
        made = await hung(people, [wang])
        async with store.writing() as session:
            await session.execute(update(PublicNotice).where(PublicNotice.id == made.id).values(number=number))
    assert (await hung(people, [wang])).number == "2026-10001"


async def test_applications_that_stand_there_are_found_once_and_others_not(store: Database, people: Village) -> None:
    wang, chen = await people.household("王建国"), await people.household("陈秀英")
    elsewhere = await people.household("赵强", village="石坝村")
    for house in (wang, elsewhere):
        await people.applied(house, "农村低保金", "2026-10-01", state="公示中", since="2026-11-20")
    await people.applied(wang, "农村低保金", "2025-10-01", state="公示中", since="2025-11-20")
    await people.applied(chen, "农村低保金", "2026-09-01", state="公示中", since="2026-09-20")
    await people.applied(chen, "农村低保金", "2026-10-01", state="不予批准", since="2026-11-01")
    async with store.reading() as session:
        [area] = await notices.village_called(session, "青山")
        found = await notices.from_applications(
            session, area, benefit=lambda word: "低保" in word, stands=lambda state: state == "公示中"
        )
    assert [one.household_id for one in found] == [wang.id]


async def test_an_address_is_known_by_our_keys_alone(store: Database, people: Village) -> None:
    notice = await hung(people, [await people.household("王建国")])
    async with store.reading() as session:
        page = notices.page_of(session, notice)
    assert notices.number_of_page(store.keyring, page) == notice.number
    for wrong in (notice.number, f"{notice.number}-", page[:-1], page.replace("0001", "0002"), "", "-"):
        assert notices.number_of_page(store.keyring, wrong) is None
    assert notices.number_of_page(Keyring([new_key()]), page) is None


async def test_a_list_taken_down_stays_as_it_was(store: Database, people: Village, now: datetime) -> None:
    wang = await people.household("王建国")
    notice = await hung(people, [wang])
    async with store.writing() as session:
        mine = await session.merge(notice)
        assert await notices.withdraw(session, mine, now)
        assert not await notices.withdraw(session, mine, now)
        assert notices.state_on(mine, date(2026, 11, 24)) == "withdrawn"
        assert await notices.for_household(session, wang.id, date(2026, 11, 24)) == []
    assert [line.shown_name for line in await lines_of(store, notice)] == ["王*国"]


async def test_rows_of_a_file_that_mean_nobody_of_the_village_are_named(store: Database, people: Village) -> None:
    wang: House = await people.household("王建国", family=FAMILY)
    zhao = await people.household("赵强", village="石坝村")
    rows = [
        Row(2, wang.number, None, None),
        Row(3, wang.number, f"{wang.number}00", None),
        Row(4, wang.number, "99", None),
        Row(5, zhao.number, None, None),
        Row(6, wang.number, None, None),
    ]
    async with store.reading() as session:
        area = (await session.scalars(select(Area).where(Area.name == "青山村"))).one()
        wanted, strangers = await notices.from_rows(session, area, rows)
    assert wanted == [Wanted(wang.id, None, None, None), Wanted(wang.id, wang.head_id, None, None)]
    assert strangers == [4, 5]
