"""时钟: APScheduler as a tick only. It keeps no state: the truth is in our tables, and two rings do no harm.

One scheduler a process; several processes ring for themselves, and keys and leases see to it that a thing is planned
and sent once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.clock import Clock
from bot.core.telemetry import RINGS, log, timed
from policies.catalogue import County
from reminders.schedule import SCHEDULE, Planned, Row, write_down
from storage.database import Database, chunks

_AT_ONCE = 500
"""So many messages are written down in one transaction: on SQLite nobody else writes meanwhile."""

_GRACE_SECONDS = 25
"""A ring under way may finish when the process is told to stop; a call cut off is an outcome nobody knows."""

_MISFIRE_SECONDS = 300

Ring = Callable[[], Awaitable[object]]


class Scheduler:
    """Rings for every row of the schedule, for delivery, for the audit, and once a day for forgetting what is old.

    Args:
        store: where reminders are planned.
        clock: tells the time, in the county's zone.
        county: the policy pack in force.
        deliver: delivers what is due (`Delivery.deliver`, at the clock's time).
        link: puts what was noted into the audit's chain; its outcome, the end of the chain, is kept in the log.
        purge: forgets old rows.
    """

    def __init__(
        self, store: Database, clock: Clock, county: County, *, deliver: Ring, link: Ring, purge: Ring
    ) -> None:
        self._store = store
        self._clock = clock
        self._county = county
        self._running: set[asyncio.Task[object]] = set()
        zone = clock.now().tzinfo
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _MISFIRE_SECONDS},
        )
        for row in SCHEDULE:
            self._add(f"plan_{row.kind}", partial(self.plan, row), **row.when)
        # Off the full and the half hour, when everybody calls the platform (QY 90236).
        self._add("deliver", deliver, minute="1-29,31-59", second="*/20")
        self._add("link", link, minute="1-29,31-59", second="50")
        self._add("purge", purge, hour="3", minute="40")

    def start(self) -> None:
        """Begin to ring, on the running loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Ring no more, and let what is under way finish."""
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE_SECONDS)
        self._scheduler.shutdown(wait=False)

    def jobs(self) -> list[Job]:
        """What rings, and when."""
        return list(self._scheduler.get_jobs())

    async def plan(self, row: Row) -> Planned:
        """Plan what is due of one kind: looked for without a transaction, written down in small ones."""
        now = self._clock.now()
        async with self._store.reading() as session:
            found = await row.find(session, now, self._county)
        planned = Planned(planned=0, already=found.already, by_kind={})
        for some in chunks(found.dues, _AT_ONCE):
            async with self._store.writing() as session:
                planned += await write_down(session, some, now)
        return planned

    def _add(self, name: str, ring: Ring, **when: str) -> None:
        self._scheduler.add_job(self._ring, "cron", args=[name, ring], id=name, **when)

    async def _ring(self, name: str, ring: Ring) -> None:
        """Ring once; whatever goes wrong is logged, and the next ring comes."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            with timed() as took:
                outcome = await ring()
        except Exception as error:  # the edge: the clock goes on
            RINGS.labels(name, "broke").inc()
            log.error("clock.broke", ring=name, error=error)
        else:
            RINGS.labels(name, "ok").inc()
            log.info("clock.rang", ring=name, ms=took["ms"], outcome=str(outcome))
        finally:
            self._running.discard(task)
