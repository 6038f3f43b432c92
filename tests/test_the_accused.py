"""举报不经过被举报人: from no door does a cadre learn of a case about themselves, nor who brought it."""

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.app import ring
from storage import cases, proxies, reminders
from storage.areas import Area
from storage.cadres import Cadre, Role
from storage.cases import Case, CaseKind
from storage.exports.kinds import Kind, table_of
from storage.outbox import Call, Outbox
from storage.people import Official
from tests.test_strangers import ALIKE, openings, routes_of
from tests.village import Helper, House, Village
from tests.wechat import TimeMachine, WeChat

SAID = "李梅让我家交两百块跑路费"
NUMBER = "2026-000001"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def wang(village: Village) -> House:
    return await village.household("王建国")


async def serving(village: Village, helper: Helper, area: str) -> Helper:
    async with village.database.writing() as session:
        area_id = await session.scalar(select(Area.id).where(Area.name == area))
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area_id))
    return helper


async def complained(village: Village, house: House, against: Helper, due_on: date | None = None) -> Case:
    async with village.database.writing() as session:
        return await cases.open_case(
            session,
            kind=CaseKind.COMPLAINT,
            text=SAID,
            now=village.now,
            opened_by=f"household:{house.id}",
            household_id=house.id,
            against_cadre_id=against.id,
            due_on=due_on,
        )


def tells(text: str) -> bool:
    """Whether something of the case is in it."""
    return any(part in text for part in (NUMBER, "跑路费", "000001", "反映的问题"))


ROLES = {Role.CADRE: None, Role.VILLAGE: "青山村", Role.TOWNSHIP: "东河镇", Role.COUNTY: "旺苍县"}


@pytest.mark.parametrize("role", ROLES, ids=str)
async def test_nothing_reaches_whom_it_is_about_by_any_door(
    wechat: WeChat, village: Village, wang: House, time_machine: TimeMachine, role: Role
) -> None:
    """As the household's own cadre and as an official of the area; nobody else can be reached, nor the household."""
    if wechat.bot.database.is_postgresql and role is not Role.COUNTY:
        pytest.skip(ALIKE)
    accused = await village.cadre("李梅", visits=[wang], role=role)
    if (area := ROLES[role]) is not None:
        await serving(village, accused, area)
    phone = wechat.phone(accused.account)
    case = await complained(village, wang, accused, date(2026, 11, 25))
    await ring(wechat.bot)
    async with village.database.writing() as session:
        await cases.resolve(session, await session.merge(case), answer="查过了", actor="office:t", now=village.now)
    async with village.database.writing() as session:
        reopened = await session.merge(case)
        await cases.reopen(session, reopened, why="没有查", actor=f"household:{wang.id}", now=village.now)
    for _ in range(4):
        time_machine.move_to((wechat.clock.now() + timedelta(days=1)).replace(hour=9).isoformat())
        await ring(wechat.bot)
    heard = []
    for route in routes_of(Official):
        for opening in openings(route):
            for said in (opening, "1", f"{opening} 王建国家", "1", "取消"):
                heard.append(await phone.says(said))
    heard += [text for text in phone.chat() if not text.startswith("本人：")]
    assert [text for text in heard if tells(text)] == []
    async with village.database.reading() as session:
        to_them = (await session.scalars(select(Outbox).where(Outbox.cadre_id == accused.id))).all()
        assert [row.kind for row in to_them if row.kind.startswith("case")] == []
        on_their_list = await session.scalars(select(Call).where(Call.cadre_id == accused.id))
        assert list(on_their_list) == []


async def test_no_list_that_is_passed_around_has_it(
    wechat: WeChat, village: Village, wang: House, time_machine: TimeMachine
) -> None:
    """Neither the office's reminders nor any export nor the list of cases says who complains, of whom, or of what."""
    accused = await village.cadre("李梅", visits=[wang])
    await serving(village, await village.cadre("赵强", role=Role.TOWNSHIP), "东河镇")
    await complained(village, wang, accused, date(2026, 11, 24))
    await ring(wechat.bot)
    async with village.database.reading() as session:
        planned = await reminders.listing(session, ZONE)
        assert [row for row in planned if "case" in row["kind"]] == []
        [listed] = await cases.listing(session, ended=True, zone=ZONE)
        assert (listed["household"], "against" in listed, "text" in listed) == (None, False, False)
        for kind in Kind:
            table = await table_of(session, kind, ZONE, None)
            cells = json.dumps([list(map(str, line)) for line in table.lines], ensure_ascii=False)
            assert not tells(cells), table.name


async def test_a_proxy_of_the_household_who_may_be_the_cadre_sees_none_of_it(
    wechat: WeChat, village: Village, wang: House
) -> None:
    neighbour = await village.household("张三")
    assert neighbour.account is not None
    await complained(village, wang, await village.cadre("李梅", visits=[wang]))
    await wechat.phone(neighbour.account).says("你好")
    async with village.database.writing() as session:
        await proxies.grant(session, neighbour.account, wang.id, called="张三", granted_by="office", now=village.now)
        await proxies.speak_for(session, neighbour.account, wang.id)
    answer = await wechat.phone(neighbour.account).says("我反映的事")
    assert answer == "（王建国家）您家还没有反映过事情。有事直接说，比如“屋顶漏水，找谁修”。"
