"""Visits due: on exactly these days, told once, silent after the visit."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from policies.catalogue import County, Period, VisitCount, load_county
from reminders import Planned, plan_due
from storage import reminders
from storage.assignments import Assignment
from storage.database import Database
from storage.households import HouseholdCategory
from storage.reminders import Reminder
from storage.visits import VisitKind, VisitState
from tests.reminders.walking import SHANGHAI, Walk, at, visited
from tests.village import Village


async def test_two_months_day_by_day(store: Database, people: Village, visits_only: County) -> None:
    """The 1st and the 20th, only what is open, and nothing in between."""
    wang, zhang = await people.household("王建国"), await people.household("张三")
    li = await people.cadre("李梅", visits=[wang, zhang])
    walk = Walk(store, visits_only)

    await walk.through("2026-11-25", "2026-12-05")
    await visited(store, li.id, wang.id, "2026-12-05", reported="2026-12-05T20:00")
    await walk.through("2026-12-06", "2026-12-25")
    await visited(store, li.id, zhang.id, "2026-12-26", reported="2026-12-26T07:00")
    await walk.through("2026-12-26", "2027-01-10")
    await visited(store, li.id, wang.id, "2027-01-11", reported="2027-01-11T07:00")
    await visited(store, li.id, zhang.id, "2027-01-12", reported="2027-01-12T07:00")
    await walk.through("2027-01-13", "2027-01-31")

    ending = "走访完发一句话就记下了，比如：今天去了{}家，一切都好。"
    assert walk.said == [
        (
            "11-25 09:20",
            f"cadre:{li.id}",
            "11月还有2户没有走访，这个月还剩5天：\n王建国、张三\n" + ending.format("王建国"),
        ),
        ("12-01 09:20", f"cadre:{li.id}", "12月有2户要走访：\n王建国、张三\n" + ending.format("王建国")),
        ("12-20 09:20", f"cadre:{li.id}", "12月还有1户没有走访，这个月还剩11天：\n张三\n" + ending.format("张三")),
        ("01-01 09:20", f"cadre:{li.id}", "1月有2户要走访：\n王建国、张三\n" + ending.format("王建国")),
    ]


async def test_planning_counts_households_and_says_what_was_there(
    store: Database, people: Village, visits_only: County
) -> None:
    houses = [await people.household(name) for name in ("王建国", "张三", "李四")]
    await people.cadre("李梅", visits=houses[:2])
    await people.cadre("赵强", visits=houses[2:])
    await people.household("没有干部的户")
    walk = Walk(store, visits_only)

    first = await walk.plan(at("2026-12-01T00:05"))
    assert first == Planned(planned=3, already=0, by_kind={"visit_due": 3})
    assert await walk.plan(at("2026-12-01T00:06")) == Planned(planned=0, already=3, by_kind={})
    assert await walk.plan(at("2026-12-19T23:59")) == Planned(planned=0, already=3, by_kind={})
    assert await walk.plan(at("2026-12-20T00:00")) == Planned(planned=3, already=0, by_kind={"visit_due": 3})


async def test_each_reminder_has_its_key_and_is_told_at_eight(
    store: Database, people: Village, visits_only: County
) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    walk = Walk(store, visits_only)
    await walk.plan(at("2026-12-01T00:05"))

    async with store.reading() as session:
        assert await reminders.listing(session, SHANGHAI) == [
            {
                "kind": "visit_due",
                "to": f"cadre:{li.id}",
                "role": "cadre",
                "household": wang.number,
                "due_at": "2026-12-01T08:00:00+08:00",
                "state": "waiting",
                "channel": None,
                "attempts": 0,
                "key": f"visit_due:{wang.id}:2026-12:1",
            }
        ]
    assert (await walk.delivery.deliver(at("2026-12-01T07:59"))).sent == 0
    assert (await walk.delivery.deliver(at("2026-12-01T08:00"))).sent == 1
    async with store.reading() as session:
        [row] = await reminders.listing(session, SHANGHAI)
        assert (row["state"], row["channel"], row["attempts"]) == ("sent", "wecom", 1)


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        ("2026-12-01T09:20", ["12-01 09:20"]),
        ("2026-12-07T20:20", ["12-07 20:20"]),
        ("2026-12-07T22:00", ["12-08 08:00"]),
        ("2026-12-19T23:59", ["12-20 08:00"]),
        ("2026-12-20T09:20", ["12-20 09:20"]),
        ("2026-12-31T20:20", ["12-31 20:20"]),
    ],
)
async def test_a_missed_day_is_made_good_once(
    store: Database, people: Village, visits_only: County, planned: str, told: list[str]
) -> None:
    """The machine was off since November; what it finds when it wakes is told once, never two stages at a time."""
    await people.cadre("李梅", visits=[await people.household("王建国")])
    walk = Walk(store, visits_only)
    await walk.ring(at(planned))
    next_morning = at(planned).replace(hour=8, minute=0)
    if not walk.said:
        await walk.delivery.deliver(next_morning.replace(day=next_morning.day + 1))
    assert walk.times == told


async def test_a_reminder_of_the_last_night_of_a_month_is_not_told_in_the_next(
    store: Database, people: Village, visits_only: County
) -> None:
    await people.cadre("李梅", visits=[await people.household("王建国")])
    walk = Walk(store, visits_only)
    await walk.plan(at("2026-12-31T22:00"))
    assert (await walk.delivery.deliver(at("2027-01-01T08:00"))).skipped == 1


@pytest.mark.parametrize(
    ("visit", "due"),
    [
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00"}, False),
        ({"on": "2026-11-30", "reported": "2026-12-01T10:00"}, True),
        ({"on": None, "reported": "2026-12-01T00:00"}, False),
        ({"on": None, "reported": "2026-11-30T23:59:59"}, True),
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00", "state": VisitState.WITHDRAWN}, True),
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00", "state": VisitState.CORRECTED}, False),
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00", "kind": VisitKind.PHONE}, True),
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00", "kind": VisitKind.BOTH}, False),
        ({"on": "2026-12-01", "reported": "2026-12-01T10:00", "not_home": True}, False),
    ],
)
async def test_what_counts_as_a_visit_this_month(
    store: Database, people: Village, visits_only: County, visit: dict[str, object], due: bool
) -> None:
    """At both sides of a Shanghai midnight; a telephone call is no home visit."""
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    await visited(store, li.id, wang.id, **visit)  # type: ignore[arg-type]
    assert (await Walk(store, visits_only).plan(at("2026-12-02T09:20"))).planned == (1 if due else 0)


async def test_a_month_begins_at_midnight_in_shanghai(store: Database, people: Village, visits_only: County) -> None:
    """16:00 UTC: the last day of November is over in the county."""
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    await visited(store, li.id, wang.id, "2026-11-28", reported="2026-11-28T10:00")
    walk = Walk(store, visits_only)
    assert (await walk.plan(at("2026-11-30T23:59"))).planned == 0
    assert (await walk.plan(at("2026-12-01T00:00"))).planned == 1


async def test_the_29th_of_february_is_a_day_like_any_other(
    store: Database, people: Village, visits_only: County
) -> None:
    wang, zhang = await people.household("王建国"), await people.household("张三")
    li = await people.cadre("李梅", visits=[wang, zhang])
    walk = Walk(store, visits_only)
    await walk.ring(at("2028-02-29T09:20"))
    await visited(store, li.id, wang.id, "2028-02-29", reported="2028-02-29T15:00")
    await walk.through("2028-02-29", "2028-03-01")
    assert [(when, text.split("：")[0]) for when, _, text in walk.said] == [
        ("02-29 09:20", "2月还有2户没有走访，今天是这个月最后一天"),
        ("03-01 09:20", "3月有2户要走访"),
    ]


async def test_a_county_that_reminds_on_the_31st_reminds_on_a_short_months_last_day(
    store: Database, people: Village, visits_only: County
) -> None:
    await people.cadre("李梅", visits=[await people.household("王建国")])
    rule = replace(visits_only.visits[0], remind_on=(31,))
    walk = Walk(store, replace(visits_only, visits=(rule,)))
    await walk.through("2027-02-01", "2027-04-30", hours=(9,))
    assert walk.times == ["02-28 09:20", "03-31 09:20", "04-30 09:20"]


async def test_households_visited_between_planning_and_telling_are_left_out(
    store: Database, people: Village, visits_only: County
) -> None:
    wang, zhang = await people.household("王建国"), await people.household("张三")
    li = await people.cadre("李梅", visits=[wang, zhang])
    walk = Walk(store, visits_only)
    await walk.plan(at("2026-12-01T00:05"))
    await visited(store, li.id, wang.id, "2026-12-01", reported="2026-12-01T07:00")
    await walk.delivery.deliver(at("2026-12-01T08:00"))
    [(_, _, text)] = walk.said
    assert text.startswith("12月有1户要走访：\n张三\n")


async def test_when_all_were_visited_nothing_is_said(store: Database, people: Village, visits_only: County) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    walk = Walk(store, visits_only)
    await walk.plan(at("2026-12-01T00:05"))
    await visited(store, li.id, wang.id, "2026-12-01", reported="2026-12-01T07:00")
    assert (await walk.delivery.deliver(at("2026-12-01T08:00"))).skipped == 1
    assert walk.said == []


async def test_a_household_handed_over_is_told_to_its_new_cadre_next_time(
    store: Database, people: Village, visits_only: County
) -> None:
    wang = await people.household("王建国")
    await people.cadre("李梅", visits=[wang])
    zhao = await people.cadre("赵强")
    walk = Walk(store, visits_only)
    await walk.plan(at("2026-12-01T00:05"))
    async with store.writing() as session:
        [assignment] = await session.scalars(select(Assignment))
        assignment.until = date(2026, 12, 1)
        await session.flush()
        session.add(Assignment(household_id=wang.id, cadre_id=zhao.id, since=date(2026, 12, 1)))
    await walk.through("2026-12-01", "2026-12-31")
    assert [(when, to) for when, to, _ in walk.said] == [("12-20 09:20", f"cadre:{zhao.id}")]


async def test_a_long_list_is_shortened_kindly(store: Database, people: Village, visits_only: County) -> None:
    houses = [await people.household(f"王{number:02d}") for number in range(12)]
    await people.cadre("李梅", visits=houses)
    walk = Walk(store, visits_only)
    await walk.ring(at("2026-12-01T09:20"))
    [(_, _, text)] = walk.said
    assert text == (
        "12月有12户要走访：\n"
        "王00、王01、王02、王03、王04、王05、王06、王07、王08、王09\n"
        "还有2户，回复“我的户”看全部。\n"
        "走访完发一句话就记下了，比如：今天去了王00家，一切都好。"
    )


async def test_a_countys_own_rule_says_whom_and_how_often(
    store: Database, people: Village, visits_only: County
) -> None:
    """Once a quarter, and only the lifted."""
    lifted = await people.household("王建国", category=HouseholdCategory.LIFTED)
    ordinary = await people.household("张三", category=HouseholdCategory.ORDINARY)
    li = await people.cadre("李梅", visits=[lifted, ordinary])
    per = (VisitCount(Period.QUARTER, 1), VisitCount(Period.YEAR, 6))
    rule = replace(visits_only.visits[0], per=per, statuses=("exited",), remind_on=(1,))
    walk = Walk(store, replace(visits_only, visits=(rule,)))
    await visited(store, li.id, lifted.id, "2026-10-02", reported="2026-10-02T10:00")
    await walk.through("2026-10-03", "2027-01-02", hours=(9,))
    assert walk.times == ["01-01 09:20"]


async def test_a_county_without_a_rule_reminds_nobody(store: Database, people: Village, visits_only: County) -> None:
    await people.cadre("李梅", visits=[await people.household("王建国")])
    assert (await Walk(store, replace(visits_only, visits=())).plan(at("2026-12-01T09:20"))).planned == 0


async def test_two_processes_planning_at_once_plan_nothing_twice(
    store: Database, people: Village, visits_only: County
) -> None:
    houses = [await people.household(f"王{number:02d}") for number in range(20)]
    for number in range(5):
        await people.cadre(f"李{number}", visits=houses[number * 4 : number * 4 + 4])

    async def plan() -> Planned:
        async with store.writing() as session:
            return await plan_due(session, at("2026-12-01T09:20"), visits_only)

    plans = await asyncio.gather(*(plan() for _ in range(4)))
    assert sum(planned.planned for planned in plans) == 20
    assert {planned.planned + planned.already for planned in plans} == {20}
    async with store.reading() as session:
        assert len((await session.scalars(select(Reminder))).all()) == 20
    walk = Walk(store, visits_only)
    assert (await walk.delivery.deliver(at("2026-12-01T09:20"))).sent == 20


def test_the_sample_county_reminds_on_the_first_and_the_twentieth() -> None:
    assert [rule.remind_on for rule in load_county("wangcang").visits] == [(1, 20)]
