"""The scheduler only rings: off the full and the half hour, on after a mistake, and quietly to its end."""

import asyncio
from datetime import datetime, timedelta

from bot.core.clock import MovableClock
from policies.catalogue import County
from reminders.schedule import SCHEDULE
from reminders.scheduler import Scheduler
from storage import outbox
from storage.database import Database
from tests.reminders.walking import SHANGHAI, at
from tests.village import Village


class Standing(MovableClock):
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        super().__init__(SHANGHAI)
        self._now = now

    def now(self) -> datetime:
        return self._now


async def nothing() -> None:
    """Nothing."""


async def test_a_ring_plans_each_kind_once(store: Database, people: Village, visits_only: County) -> None:
    await people.cadre("李梅", visits=[await people.household("王建国"), await people.household("张三")])
    scheduler = Scheduler(
        store, Standing(at("2026-12-01T08:20")), visits_only, deliver=nothing, link=nothing, purge=nothing
    )
    planned = [(await scheduler.plan(row)).planned for row in SCHEDULE * 2]
    assert planned == [2, *[0] * (2 * len(SCHEDULE) - 1)]
    async with store.reading() as session:
        assert (await outbox.counts(session)).waiting == 1


async def test_rings_stay_off_the_full_and_the_half_hour(store: Database, visits_only: County) -> None:
    scheduler = Scheduler(
        store, Standing(at("2026-12-01T07:59")), visits_only, deliver=nothing, link=nothing, purge=nothing
    )
    for job in scheduler.jobs():
        fires, now = 0, at("2026-12-01T07:59")
        while fires < 500:
            now = job.trigger.get_next_fire_time(None, now + timedelta(microseconds=1))
            assert now.minute not in (0, 30), job.id
            fires += 1
    assert {job.id for job in scheduler.jobs()} == {
        *("plan_visit_due", "plan_deadline", "plan_calls_due", "plan_unpaired", "plan_handover"),
        *("plan_handover_lapsed", "plan_case_due", "plan_offer", "plan_public_notice", "plan_public_notice_closed"),
        *("plan_money_arrived", "plan_money_failed", "deliver", "link", "purge"),
    }


async def test_stopping_waits_for_the_ring_under_way(store: Database, visits_only: County) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def deliver() -> None:
        begun.set()
        await may_end.wait()
        ended.append("delivered")

    scheduler = Scheduler(
        store, Standing(at("2026-12-01T08:20")), visits_only, deliver=deliver, link=nothing, purge=nothing
    )
    scheduler.start()
    [job] = [job for job in scheduler.jobs() if job.id == "deliver"]
    job.modify(next_run_time=datetime.now(SHANGHAI))
    await begun.wait()
    stopping = asyncio.create_task(scheduler.stop())
    await asyncio.sleep(0)
    may_end.set()
    await stopping
    assert ended == ["delivered"]


async def test_a_ring_that_fails_does_not_stop_the_clock(store: Database, visits_only: County) -> None:
    rung: asyncio.Queue[str] = asyncio.Queue()

    async def deliver() -> None:
        rung.put_nowait("rang")
        raise ValueError("a mistake of ours")

    scheduler = Scheduler(
        store, Standing(at("2026-12-01T08:20")), visits_only, deliver=deliver, link=nothing, purge=nothing
    )
    scheduler.start()
    for _ in range(2):
        [job] = [job for job in scheduler.jobs() if job.id == "deliver"]
        job.modify(next_run_time=datetime.now(SHANGHAI))
        assert await rung.get() == "rang"
        await asyncio.sleep(0)
    await scheduler.stop()
