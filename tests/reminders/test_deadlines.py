"""Deadlines: thirty, seven and one days ahead of a day the county has confirmed, to whom it concerns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from policies.catalogue import County
from storage import reminders
from storage.database import Database
from tests.reminders.conftest import ROOF
from tests.reminders.walking import SHANGHAI, Walk, at
from tests.village import Village

Closing = Callable[..., County]


async def test_two_months_day_by_day(store: Database, people: Village, closing: Closing) -> None:
    """Only the household whose house is of grade C or D, on exactly three days, each once."""
    wang = await people.household("王建国", house_grade="D")
    await people.household("张三", house_grade="A")
    await people.household("不知道", house_grade=None)
    walk = Walk(store, closing(date(2026, 12, 31)))
    await walk.through("2026-11-10", "2027-01-10")

    rest = (
        "要交：申请表和身份证。\n交到：镇便民服务中心。\n"
        "按文件您家可以申请，最后以村里核定为准。\n这是县里确认过的办理时间。"
    )
    head = "提醒您办“农村危房改造（D级、C级）”："
    assert walk.said == [
        ("12-01 09:20", f"household:{wang.id}", f"{head}2026年12月31日截止，还有30天。\n{rest}"),
        ("12-24 09:20", f"household:{wang.id}", f"{head}2026年12月31日截止，还有7天。\n{rest}"),
        ("12-30 09:20", f"household:{wang.id}", f"{head}明天截止（2026年12月31日）。\n{rest}"),
    ]


async def test_reminders_are_made_durable_with_their_keys(store: Database, people: Village, closing: Closing) -> None:
    wang = await people.household("王建国", house_grade="C")
    walk = Walk(store, closing(date(2026, 12, 31)))
    assert (await walk.plan(at("2026-12-01T00:05"))).by_kind == {"deadline": 1}
    again = await walk.plan(at("2026-12-02T09:20"))
    assert (again.planned, again.already) == (0, 1)
    async with store.reading() as session:
        [row] = await reminders.listing(session, SHANGHAI)
    assert row["key"] == f"deadline:{ROOF}:{wang.id}:2026-12-31:30"
    assert row["due_at"] == "2026-12-01T08:00:00+08:00"
    assert (row["role"], row["to"]) == ("household", f"household:{wang.id}")


@pytest.mark.parametrize(
    ("first_ring", "told"),
    [
        ("2026-12-10T09:20", ["12-10 09:20", "12-24 09:20", "12-30 09:20"]),
        ("2026-12-26T09:20", ["12-26 09:20", "12-30 09:20"]),
        ("2026-12-31T09:20", ["12-31 09:20"]),
    ],
)
async def test_a_missed_day_is_made_good_once(
    store: Database, people: Village, closing: Closing, first_ring: str, told: list[str]
) -> None:
    await people.household("王建国", house_grade="D")
    walk = Walk(store, closing(date(2026, 12, 31)))
    await walk.through(first_ring[:10], "2027-01-05")
    assert walk.times == told


async def test_the_last_day_says_today(store: Database, people: Village, closing: Closing) -> None:
    await people.household("王建国", house_grade="D")
    walk = Walk(store, closing(date(2028, 2, 29), where=None))
    await walk.ring(at("2028-02-29T09:20"))
    [(_, _, text)] = walk.said
    assert "今天截止（2028年2月29日）" in text
    assert "交到哪里，请问村里。" in text


async def test_nothing_is_said_after_the_window_has_closed(store: Database, people: Village, closing: Closing) -> None:
    """Found in the night of the last day, it could only be told the morning after."""
    await people.household("王建国", house_grade="D")
    walk = Walk(store, closing(date(2026, 12, 31)))
    assert (await walk.plan(at("2026-12-31T21:30"))).planned == 0
    assert (await walk.plan(at("2027-01-01T00:00"))).planned == 0


async def test_a_window_that_has_not_opened_is_not_announced(
    store: Database, people: Village, closing: Closing
) -> None:
    await people.household("王建国", house_grade="D")
    walk = Walk(store, closing(date(2026, 12, 31), opens=date(2026, 12, 10)))
    await walk.through("2026-12-01", "2026-12-20")
    assert walk.times == ["12-10 09:20"]


@pytest.mark.parametrize(
    ("benefit", "applied_on", "told"),
    [
        ("危房改造", "2026-11-15", False),
        ("农村危房改造（D级、C级）", "2026-11-15", False),
        ("翻修房子补助", "2026-11-15", False),
        ("雨露计划", "2026-11-15", True),
        ("危房改造", "2024-11-15", True),
    ],
)
async def test_whoever_has_applied_hears_nothing(
    store: Database, people: Village, closing: Closing, benefit: str, applied_on: str, told: bool
) -> None:
    wang = await people.household("王建国", house_grade="D")
    await people.applied(wang, benefit, applied_on, state="县级审批", since=applied_on)
    walk = Walk(store, closing(date(2026, 12, 31)))
    await walk.ring(at("2026-12-01T09:20"))
    assert bool(walk.said) is told


async def test_whoever_applies_between_planning_and_telling_hears_nothing(
    store: Database, people: Village, closing: Closing
) -> None:
    wang = await people.household("王建国", house_grade="D")
    walk = Walk(store, closing(date(2026, 12, 31)))
    await walk.plan(at("2026-12-01T00:05"))
    await people.applied(wang, "危房改造", "2026-12-01", state="村级受理", since="2026-12-01")
    assert (await walk.delivery.deliver(at("2026-12-01T08:00"))).skipped == 1
    await walk.through("2026-12-02", "2027-01-05")
    assert walk.said == []


async def test_a_window_taken_back_or_moved_is_not_told_by_its_old_day(
    store: Database, people: Village, closing: Closing
) -> None:
    await people.household("王建国", house_grade="D")
    await Walk(store, closing(date(2026, 12, 31))).plan(at("2026-12-01T00:05"))
    moved = Walk(store, closing(date(2027, 1, 31)))
    assert (await moved.delivery.deliver(at("2026-12-01T08:00"))).skipped == 1
    await moved.through("2026-12-02", "2027-02-05")
    assert moved.times == ["01-01 09:20", "01-24 09:20", "01-30 09:20"]


async def test_a_demonstration_says_so(store: Database, people: Village, closing: Closing) -> None:
    await people.household("王建国", house_grade="D")
    county = closing(date(2026, 12, 31))
    shown = replace(county.confirmations[ROOF][0], demonstration=True)
    walk = Walk(store, replace(county, confirmations={ROOF: (shown,)}))
    await walk.ring(at("2026-12-01T09:20"))
    assert walk.said[0][2].endswith("这是演示的办理时间，不是县里的正式答复。")
