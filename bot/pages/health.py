"""健康: whether the process lives, whether it can work, and its counters; for monitors, never for people."""

from dataclasses import asdict
from datetime import UTC, datetime
from math import nan

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from storage import outbox
from storage.database import Database
from storage.migrations import is_current

DATABASE = web.AppKey("database", Database)
OUTBOX = Gauge("bangfu_outbox", "Promises by where they stand; `promised` is the sum of the others", ["state"])
LATE = Gauge("bangfu_outbox_late", "Promises still waiting 15 minutes after their time")


async def alive(_request: web.Request) -> web.Response:
    """The process answers at all."""
    return web.Response(text="ok")


async def ready(request: web.Request) -> web.Response:
    """The store is reachable and has every migration; 503 with the reason otherwise."""
    try:
        current = await is_current(request.app[DATABASE])
    except (SQLAlchemyError, OSError):
        return web.Response(status=503, text="store unreachable")
    if not current:
        return web.Response(status=503, text="store not migrated: run bangfu migrate")
    return web.Response(text="ok")


async def metrics(request: web.Request) -> web.Response:
    """Counters in Prometheus' text form, with how the promises stand where the store can be asked."""
    try:
        async with request.app[DATABASE].reading() as session:
            counts = await outbox.counts(session)
            late = await outbox.overdue(session, datetime.now(UTC))
    except (SQLAlchemyError, OSError):
        # Old figures would look like good news.
        OUTBOX.clear()
        LATE.set(nan)
    else:
        for state, number in asdict(counts).items():
            OUTBOX.labels(state).set(number)
        LATE.set(late)
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
