"""提示: what a household seems to be owed and never asked for: gently, once for ever, and only for certain."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import update

from policies.catalogue import Amount, Confirmation, County, HandIn, load_county
from policies.told import Told
from reminders import offers
from storage import notices, told_facts
from storage.database import Database
from storage.households import Household
from storage.outbox import Kind
from tests.reminders.conftest import ROOF
from tests.reminders.walking import Walk, at
from tests.village import House, Village

LOAN, RENT = "house_loan_subsidy_wangcang", "low_rent_house_wangcang"


def confirming(
    *benefits: str, demonstration: bool = False, window: HandIn | None = None, yuan: dict[str, int] | None = None
) -> County:
    """A county that has confirmed these benefits, and perhaps what they pay."""
    words = {
        benefit: Confirmation(
            benefit=benefit,
            on=date(2026, 1, 1),
            until=None,
            by="县住建局",
            note=None,
            demonstration=demonstration,
            amounts=((date(2026, 1, 1), Amount("fixed", value=Decimal((yuan or {})[benefit]))),)
            if yuan and benefit in yuan
            else (),
            window=window,
        )
        for benefit in benefits
    }
    return replace(load_county("wangcang"), visits=(), confirmations={one: (word,) for one, word in words.items()})


def day_of(house: House, month: str = "2026-12") -> str:
    """The household's own day of that month."""
    return f"{month}-{house.id % 28 + 1:02d}"


OFFER = (
    "照登记的情况，您家可能能办这些，还没见您家申请过：\n· 农村危房改造（D级、C级）\n"
    "办不办由您定，最后以村里核定为准。想看详细，回复“我能享受什么”。\n想办，请到村委会问。\n每样只提这一次。"
)


async def test_half_a_year_day_by_day(store: Database, people: Village) -> None:
    """Only the household whose house is of grade D by the register hears of it: on its day, once and never again."""
    wang = await people.household("王建国", house_grade="D")
    await people.household("张三", house_grade="A")
    await people.household("不知道", house_grade=None)
    walk = Walk(store, confirming(ROOF))
    await walk.through("2026-12-01", "2027-05-31", hours=(9,))
    assert walk.said == [(f"{day_of(wang)[5:]} 09:20", f"household:{wang.id}", OFFER)]


async def test_whoever_applied_was_paid_or_was_refused_by_any_name_hears_nothing(
    store: Database, people: Village
) -> None:
    asked, paid, refused = [await people.household(name, house_grade="D") for name in ("王一", "王二", "王三")]
    await people.applied(asked, "农村危房改造", "2026-09-01", state="公示中", since="2026-09-09")
    await people.paid(paid, "危房改造补助资金", 10000, "2024-05-01")
    await people.applied(refused, "危改", "2025-09-01", state="不予批准", since="2025-09-09")
    walk = Walk(store, confirming(ROOF))
    await walk.through("2026-12-01", "2026-12-31", hours=(9,))
    assert walk.said == []


async def test_who_applies_before_it_goes_out_or_wants_no_reminders_hears_nothing(
    store: Database, people: Village
) -> None:
    wang, zhang = [await people.household(name, house_grade="D") for name in ("王建国", "张三")]
    async with store.writing() as session:
        await notices.turn_off(session, zhang.id, people.now)
    walk = Walk(store, confirming(ROOF))
    planned = await walk.plan(at(f"{day_of(wang)}T07:00"))
    assert planned.by_kind == {Kind.OFFER: 1}
    await people.applied(wang, "农村危房改造", "2026-12-01", state="已申请", since="2026-12-01")
    await walk.through("2026-12-01", "2026-12-31", hours=(9,))
    assert walk.said == []


async def test_what_is_known_only_from_the_household_itself_is_not_offered(store: Database, people: Village) -> None:
    wang = await people.household("王建国", house_grade=None)
    async with store.writing() as session:
        answers = [Told("household.house_grade", None, "D")]
        await told_facts.tell(
            session, wang.id, answers, told_by=told_facts.ToldBy.HOUSEHOLD, now=at("2026-11-30T10:00")
        )
    walk = Walk(store, confirming(ROOF))
    await walk.ring(at(f"{day_of(wang)}T09:20"))
    assert walk.said == []
    async with store.writing() as session:
        await session.execute(update(Household).where(Household.id == wang.id).values(house_grade="D"))
    await walk.ring(at(f"{day_of(wang, '2027-01')}T09:20"))
    assert [text for _, _, text in walk.said] == [OFFER]


async def test_a_direction_a_quota_and_a_closed_window_are_never_offered(store: Database, people: Village) -> None:
    wang = await people.household("王建国", house_grade="D")
    closed = HandIn(opens=None, closes=date(2026, 11, 30), what="申请表", where=None)
    later = HandIn(opens=date(2027, 1, 1), closes=date(2027, 3, 31), what="申请表", where=None)
    for county in (confirming(LOAN), confirming(ROOF, window=closed), confirming(ROOF, window=later)):
        assert (await Walk(store, county).plan(at(f"{day_of(wang)}T09:20"))).by_kind == {}


async def test_a_demonstration_is_offered_only_where_there_is_nothing_else(store: Database, people: Village) -> None:
    wang = await people.household("王建国", house_grade="D")
    shown = confirming(ROOF, demonstration=True)
    real = confirming(RENT)
    both = replace(shown, confirmations={**shown.confirmations, **real.confirmations})
    assert (await Walk(store, both).plan(at(f"{day_of(wang)}T09:20"))).by_kind == {}
    walk = Walk(store, shown)
    await walk.ring(at(f"{day_of(wang)}T09:20"))
    assert [text for _, _, text in walk.said] == [
        OFFER.replace("农村危房改造（D级、C级）", "农村危房改造（D级、C级）（演示）")
    ]


async def test_two_rings_on_one_day_and_two_processes_at_once_offer_it_once(store: Database, people: Village) -> None:
    wang = await people.household("王建国", house_grade="D")
    county = confirming(ROOF)
    first, second = Walk(store, county), Walk(store, county)
    when = at(f"{day_of(wang)}T09:20")
    planned = [(await walk.plan(when)).by_kind for walk in (first, second, first)]
    assert planned == [{Kind.OFFER: 1}, {}, {}]


async def test_a_clock_that_dies_before_it_has_promised_has_told_nothing(store: Database, people: Village) -> None:
    wang = await people.household("王建国", house_grade="D")
    county, when = confirming(ROOF), at(f"{day_of(wang)}T09:20")
    async with store.reading() as session:
        assert len((await offers.find(session, when, county)).dues) == 1
    walk = Walk(store, county)
    await walk.ring(when)
    assert [text for _, _, text in walk.said] == [OFFER]


async def test_the_most_money_comes_first_and_at_most_three_a_month(store: Database, people: Village) -> None:
    """Five that everybody with a grade D house may have, told three and then two."""
    wang = await people.household("王建国", house_grade="D")
    plain = load_county("wangcang")
    roof = plain.benefits[ROOF]
    made = {f"help_{n}": replace(roof, id=f"help_{n}", name=f"补助{n}", aliases=()) for n in range(1, 6)}
    words = confirming(*made, yuan={"help_4": 900, "help_2": 5000}).confirmations
    walk = Walk(store, replace(plain, visits=(), benefits=made, confirmations=words))
    await walk.ring(at(f"{day_of(wang)}T09:20"))
    await walk.ring(at(f"{day_of(wang)}T15:20"))
    await walk.ring(at(f"{day_of(wang, '2027-01')}T09:20"))
    await walk.ring(at(f"{day_of(wang, '2027-02')}T09:20"))
    offered = [[line for line in text.split("\n") if line.startswith("·")] for _, _, text in walk.said]
    assert offered == [["· 补助2", "· 补助4", "· 补助1"], ["· 补助3", "· 补助5"]]


async def test_each_household_has_its_own_day(store: Database, people: Village) -> None:
    houses = [await people.household(f"王{n}", house_grade="D") for n in "一二三四"]
    walk = Walk(store, confirming(ROOF))
    await walk.through("2026-12-01", "2026-12-31", hours=(9,))
    assert sorted((when[:5], to) for when, to, _ in walk.said) == sorted(
        (day_of(house)[5:], f"household:{house.id}") for house in houses
    )
    assert len({when for when, _, _ in walk.said}) == 4
