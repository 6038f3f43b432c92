"""No route, however it is asked, shows anybody the household of others. A new route is tried here by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.app import ROUTES, ring
from bot.core.talk import Route
from bot.core.telemetry import MESSAGES
from bot.language.corpus import examples
from handlers.everyone.binding import bind_first
from storage import cases, proxies, public_notices
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.cases import CaseKind
from storage.people import Account, Newcomer, Official, Platform, Villager
from storage.proxies import ProxyEnd
from storage.public_notices import Wanted
from storage.visits import Visit
from tests.village import Helper, House, Village
from tests.wechat import TEMPLATE, Phone, WeChat

HEAD = "欧阳青松"
FAMILY = (("慕容秀兰", "配偶", "19720304"), ("欧阳小满", "子", "20120506"))
BENEFIT = "石榴坝产业奖补"
REMARK = "卡号登记有误"
VILLAGE, GROUP = "石榴坝村", "九组"
NOTE = "屋后滑坡，老人腿疼"
BROUGHT = "水管冻裂了没人管"
LISTED = "欧**松"
_NOT_SENT = ("message:video", "message:shortvideo", "message:link", "message:file", "message:unknown")
"""What the phones of the tests cannot send; the route of it is that of a picture."""


@dataclass(frozen=True)
class Stranger:
    """Somebody who is not to see the household, and what they can be on the platform."""

    phone: Phone
    kind: type[Any]


@pytest.fixture
async def theirs(village: Village) -> House:
    """A household with all there can be to see."""
    house = await village.household(HEAD, village=VILLAGE, group=GROUP, family=FAMILY)
    await village.paid(house, BENEFIT, 43210, "2026-10-08")
    await village.paid(house, BENEFIT, 71963, "2026-11-08", remark=REMARK)
    await village.applied(house, BENEFIT, "2026-09-01", state="乡镇审核", since="2026-09-09")
    cadre = await village.cadre("司徒梅", visits=[house])
    async with village.database.writing() as session:
        session.add(
            Visit(
                household_id=house.id,
                cadre_id=cadre.id,
                visited_on=date(2026, 11, 20),
                reported_at=village.now,
                note=NOTE,
                problems=["屋后滑坡"],
            )
        )
        for kind in (CaseKind.HELP, CaseKind.COMPLAINT):
            await cases.open_case(
                session,
                kind=kind,
                text=BROUGHT,
                now=village.now,
                opened_by=f"household:{house.id}",
                household_id=house.id,
            )
        [area] = await public_notices.village_called(session, VILLAGE)
        wanted = [Wanted(house.id, None, None, None)]
        today = village.now.date()
        await public_notices.make(
            session,
            area,
            await public_notices.lines_for(session, area, BENEFIT, wanted, today),
            benefit=BENEFIT,
            stage="村公示",
            opens_on=today,
            closes_on=today,
            contact="镇民政办",
            made_by="office:test",
            now=village.now,
        )
    return house


def secrets_of(house: House) -> list[str]:
    """All that only this household and its own officials may read."""
    numbers = (house.number, house.phone, house.id_tail, "43210", "71963")
    return [*numbers, BROUGHT, LISTED, HEAD, *(name for name, _, _ in FAMILY), VILLAGE, GROUP, BENEFIT, "滑坡"]


async def neighbour(village: Village, wechat: WeChat) -> Stranger:
    """Another household."""
    house = await village.household("张三")
    assert house.account is not None
    return Stranger(wechat.phone(house.account), Villager)


async def newcomer(village: Village, wechat: WeChat) -> Stranger:
    """Somebody who follows, and whom nobody knows."""
    return Stranger(wechat.phone(Account(Platform.WECHAT, "o_nobody")), Newcomer)


async def other_cadre(village: Village, wechat: WeChat) -> Stranger:
    """The cadre of another household."""
    return _official(wechat, await village.cadre("李梅", visits=[await village.household("张三")]))


async def other_township(village: Village, wechat: WeChat) -> Stranger:
    """An official of a township, of another than the household's."""
    helper = await village.cadre("赵强", visits=[await village.household("张三")], role=Role.TOWNSHIP)
    async with village.database.writing() as session:
        county = (await session.scalars(select(Area).where(Area.level == Level.COUNTY))).one()
        area = Area(code=f"{county.code}7777", name="西河镇", level=Level.TOWNSHIP, parent_id=county.id)
        session.add(area)
        await session.flush()
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area.id))
    return _official(wechat, helper)


async def other_village(village: Village, wechat: WeChat) -> Stranger:
    """A village's own official, of the village next to it."""
    house = await village.household("张三", village="青山村")
    helper = await village.cadre("孙丽", visits=[house], role=Role.VILLAGE)
    async with village.database.writing() as session:
        area = (await session.scalars(select(Area).where(Area.name == "青山村"))).one()
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area.id))
    return _official(wechat, helper)


async def _pair(village: Village, house: House, helper: Helper, *, until: date | None) -> None:
    """Let a cadre help a household, in the place of whoever does, or release them."""
    async with village.database.writing() as session:
        ended = update(Assignment).where(Assignment.household_id == house.id, Assignment.until.is_(None))
        await session.execute(ended.values(until=date(2026, 11, 23)).execution_options(synchronize_session=False))
        if until is None:
            session.add(Assignment(household_id=house.id, cadre_id=helper.id, since=date(2026, 1, 1)))


ALIKE = "only what officials see of an area is asked of the two databases in different words"
SEEN_BY_AREA = (other_township, other_village)
STRANGERS = (neighbour, newcomer, other_cadre, *SEEN_BY_AREA)


def _official(wechat: WeChat, helper: Helper) -> Stranger:
    return Stranger(wechat.phone(helper.account), Official)


def routes_of(kind: type[Any]) -> list[Route]:
    """What this kind of speaker can say in words; last what changes who they are."""
    routes = [route for route in ROUTES if route.speaker in (kind, object) and ":" not in route.intent]
    return sorted(routes, key=lambda route: route.of_account)


def openings(route: Route) -> list[str]:
    """How a route is opened: by its words, or by how people say it where it has none."""
    if route.words:
        return [route.words[0]]
    return [example.text for example in examples() if example.intent == route.intent][:1]


async def tries(stranger: Stranger, house: House) -> list[tuple[str, str, bool]]:
    """Everything this stranger can think of; gives what was said, what was heard, and whether they knew the name.

    First all that can be said without knowing it: once it was said, their own words have it.
    """
    heard = []
    for knowing in (False, True):
        for route in routes_of(stranger.kind):
            for opening in openings(route):
                sentences = [f"{opening} {HEAD}家", "1", house.number] if knowing else [opening, "1"]
                if route.of_account and not knowing:
                    # A yes would make another of them; that comes last of all.
                    sentences = [opening]
                for said in [*sentences, "取消"]:
                    heard.append((f"{route.intent}：{said}", await stranger.phone.says(said), knowing))
    return heard


def leaks(heard: list[tuple[str, str, bool]], house: House) -> list[tuple[str, str, str]]:
    """Where something was told: the secret, and the words; who said the name before may hear it again."""
    secrets = secrets_of(house)
    said_back = {HEAD, house.number}
    return [
        (secret, said, reply)
        for said, reply, knowing in heard
        for secret in secrets
        if secret in reply and not (knowing and secret in said_back)
    ]


def held() -> set[str]:
    """The routes held so far in this process."""
    return {sample.labels["route"] for metric in MESSAGES.collect() for sample in metric.samples if sample.value}


@pytest.mark.parametrize("who", STRANGERS, ids=lambda who: who.__name__)
async def test_no_stranger_is_told_of_a_household(
    wechat: WeChat,
    village: Village,
    theirs: House,
    who: Callable[[Village, WeChat], Awaitable[Stranger]],
) -> None:
    if who not in SEEN_BY_AREA and wechat.bot.database.is_postgresql:
        pytest.skip(ALIKE)
    stranger = await who(village, wechat)
    heard = await tries(stranger, theirs)
    # What has no words of its own is opened as people say it, which officials may mean otherwise.
    by_words = {route.intent for route in routes_of(stranger.kind) if route.words and route.talk is not bind_first}
    assert by_words <= held()
    assert leaks(heard, theirs) == []
    await ring(wechat.bot)
    sent = [("sent later", text, True) for text in stranger.phone.chat()]
    assert leaks(sent, theirs) == []


async def test_a_released_cadre_is_told_nothing_any_more(wechat: WeChat, village: Village, theirs: House) -> None:
    """Not even what a list of yesterday offers, or what a talk under way still asks."""
    if wechat.bot.database.is_postgresql:
        pytest.skip(ALIKE)
    helper = await village.cadre("李梅", visits=[await village.household("张三")])
    for route in routes_of(Official):
        for opening in openings(route):
            await _pair(village, theirs, helper, until=None)
            phone = wechat.phone(helper.account)
            await phone.says(opening)
            await _pair(village, theirs, helper, until=date(2026, 11, 23))
            answers = [(f"{route.intent}：{said}", await phone.says(said), False) for said in ("1", "2", "是", "1")]
            assert leaks(answers, theirs) == []
            await phone.says("取消")


async def test_a_proxy_whose_time_is_over_is_told_nothing_any_more(
    wechat: WeChat, village: Village, theirs: House
) -> None:
    if wechat.bot.database.is_postgresql:
        pytest.skip(ALIKE)
    neighbour_ = await village.household("张三")
    assert neighbour_.account is not None
    phone = wechat.phone(neighbour_.account)
    for route in routes_of(Villager):
        for opening in openings(route):
            async with village.database.writing() as session:
                proxy_id = await proxies.grant(
                    session, neighbour_.account, theirs.id, called="张三", granted_by="office", now=wechat.clock.now()
                )
                await proxies.speak_for(session, neighbour_.account, theirs.id)
            assert proxy_id is not None
            await phone.says(opening)
            async with village.database.writing() as session:
                assert await proxies.end(session, theirs.id, proxy_id, ProxyEnd.TAKEN_BACK, wechat.clock.now())
            answers = [(f"{route.intent}：{said}", await phone.says(said), False) for said in ("1", "2", "是", opening)]
            assert leaks(answers, theirs) == []
            await phone.says("取消")


async def test_events_tell_a_stranger_nothing(wechat: WeChat, village: Village, theirs: House) -> None:
    """The routes nobody can say in words."""
    stranger = await newcomer(village, wechat)
    platform, account = wechat.platform, stranger.phone.account
    outcomes = [
        await platform.follow(account),
        await platform.scan(account, "bind_0000"),
        await platform.scan(account, theirs.number),
        await platform.send_image(account),
        await platform.send_voice(account),
        await platform.send_location(account, 32.2, 106.3, VILLAGE[:2]),
        await platform.subscribe(account, TEMPLATE.id),
        await platform.withdraw(account, TEMPLATE.id),
        await platform.unfollow(account),
    ]
    assert leaks([("event", outcome.text, False) for outcome in outcomes], theirs) == []
    assert {route.intent for route in ROUTES if ":" in route.intent} - held() <= {*_NOT_SENT}
