"""A rule changes, and the office has those told whose answer it changes: once, gently, and only what still stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.outbound.delivery import NOT_RUNG_ABOUT
from policies.catalogue import Amount, Confirmation, County, load_county
from reminders.impacts import due, notice_of
from reminders.schedule import write_down
from storage import notices, outbox
from storage.database import Database
from storage.impacts import Impact, Rules, impacts
from storage.outbox import REMINDS_HOUSEHOLDS, Kind
from tests.reminders.conftest import ROOF
from tests.reminders.walking import SHANGHAI, Walk, at
from tests.village import House, Village

BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 1)
OPENING, CLOSING = "补贴政策有变动，跟您家说一声：", "想看详细，回复“我能享受什么”。"

Confirming = Callable[..., County]


@pytest.fixture
def confirming() -> Confirming:
    """A county that confirms a benefit from the first of July on."""

    def make(benefit: str = ROOF, *, demonstration: bool = False, until: date | None = None) -> County:
        money = Amount(kind="fixed", value=Decimal("14000"), unit="元/户")
        word = Confirmation(
            benefit=benefit,
            on=AFTER,
            until=until,
            by="县住建局",
            note=None,
            demonstration=demonstration,
            amounts=((AFTER, money),),
            window=None,
        )
        return replace(load_county("wangcang"), visits=(), confirmations={benefit: (word,)})

    return make


async def tell(store: Database, county: County, *, before: date = BEFORE, after: date = AFTER) -> int:
    """What the command does with every household; gives how many messages are new."""
    changed: dict[int, list[Impact]] = {}
    now = at(f"{BEFORE}T22:30")
    async with store.reading() as session:
        async for one in impacts(session, before=Rules(county, before), after=Rules(county, after)):
            changed.setdefault(one.household_id, []).append(one)
    found = [notice for some in changed.values() if (notice := notice_of(some[0].household_id, some))]
    morning = datetime(after.year, after.month, after.day, 8, tzinfo=SHANGHAI)
    async with store.writing() as session:
        return (await write_down(session, [due(notice, morning) for notice in found], now)).planned


def said(walk: Walk) -> list[tuple[str, str, str]]:
    """What was said of changes; what else a household may have is offered by itself."""
    return [one for one in walk.said if one[2].startswith(OPENING)]


async def roofs(people: Village) -> House:
    house = await people.household("王建国", house_grade="D")
    await people.household("张三", house_grade="A")
    await people.household("李四", house_grade=None)
    return house


async def test_whoever_has_a_right_now_is_told_in_the_morning_and_nobody_else(
    store: Database, people: Village, confirming: Confirming
) -> None:
    wang, county = await roofs(people), confirming()
    assert await tell(store, county) == 1
    walk = Walk(store, county)
    await walk.through("2026-06-30", "2026-07-03")
    assert said(walk) == [
        (
            "07-01 09:20",
            f"household:{wang.id}",
            f"{OPENING}\n农村危房改造（D级、C级）：县里确认现在能办，按登记的您家条件都符合，最后以村里核定为准。"
            f"标准：定额14000元/户。\n{CLOSING}",
        )
    ]


async def test_telling_twice_tells_nobody_twice(store: Database, people: Village, confirming: Confirming) -> None:
    await roofs(people)
    county = confirming()
    assert (await tell(store, county), await tell(store, county)) == (1, 0)
    walk = Walk(store, county)
    await walk.through("2026-07-01", "2026-07-02")
    assert len(said(walk)) == 1


async def test_demonstration_is_marked(store: Database, people: Village, confirming: Confirming) -> None:
    await roofs(people)
    county = confirming(demonstration=True)
    await tell(store, county)
    walk = Walk(store, county)
    await walk.ring(at("2026-07-01T09:20"))
    [(_, _, text)] = said(walk)
    assert "农村危房改造（D级、C级）（演示）：县里确认现在能办" in text


async def test_direction_is_news_and_no_right(store: Database, people: Village, confirming: Confirming) -> None:
    """What the document only points to is never told as something the household can have."""
    await people.household("王建国", house_grade="D")
    county = confirming("tv_wangcang")
    await tell(store, county)
    walk = Walk(store, county)
    await walk.ring(at("2026-07-01T09:20"))
    [(_, _, text)] = said(walk)
    assert text == f"{OPENING}\n广播电视户户通：有新的消息。文件里只有这个方向，您家能不能办，请问村里。\n{CLOSING}"


async def test_who_wants_no_reminders_is_not_told(store: Database, people: Village, confirming: Confirming) -> None:
    """Turned off after it was promised."""
    wang, county = await roofs(people), confirming()
    await tell(store, county)
    async with store.writing() as session:
        await notices.turn_off(session, wang.id, at("2026-06-30T23:00"))
    walk = Walk(store, county)
    await walk.through("2026-07-01", "2026-07-02")
    assert said(walk) == []


async def test_right_that_is_gone_by_then_is_not_told(store: Database, people: Village, confirming: Confirming) -> None:
    """Between the promise and the morning the county took its word back."""
    await roofs(people)
    await tell(store, confirming())
    walk = Walk(store, replace(confirming(), confirmations={}))
    await walk.through("2026-07-01", "2026-07-02")
    assert said(walk) == []
    async with store.reading() as session:
        assert (await outbox.counts(session)).skipped == 1


async def test_confirmation_that_has_run_out_is_told(store: Database, people: Village, confirming: Confirming) -> None:
    await roofs(people)
    county = confirming(until=date(2026, 7, 31))
    await tell(store, county, before=date(2026, 7, 31), after=date(2026, 8, 1))
    walk = Walk(store, county)
    await walk.through("2026-08-01", "2026-08-02")
    [(_, _, text)] = said(walk)
    assert text == (f"{OPENING}\n农村危房改造（D级、C级）：县里原来确认的时间过了。现在还有没有，请问村里。\n{CLOSING}")


async def test_document_that_has_run_out_is_told_with_its_years(
    store: Database, people: Village, confirming: Confirming
) -> None:
    """Everything of the document ends with its last year; a household hears four of them and how many more."""
    wang, county = await roofs(people), replace(confirming(), confirmations={})
    await tell(store, county, before=date(2020, 12, 31), after=date(2021, 1, 1))
    walk = Walk(store, county)
    await walk.ring(at("2021-01-01T09:20"))
    [text] = [text for _, to, text in said(walk) if to == f"household:{wang.id}"]
    lines = text.split("\n")
    assert lines[1].endswith("：写这一项的文件是2015—2020年的，已经过期。现在还有没有，请问村里。")
    assert (len(lines), lines[5]) == (7, "还有1项也有变动。")


def test_news_that_reaches_nobody_is_no_call_for_the_cadre() -> None:
    assert Kind.POLICY_CHANGE in NOT_RUNG_ABOUT
    assert Kind.POLICY_CHANGE in REMINDS_HOUSEHOLDS
