"""健康: whether the process lives, whether it can work, and its counters; for monitors, never for people."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.migrations import is_current

DATABASE = web.AppKey("database", Database)


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


async def metrics(_request: web.Request) -> web.Response:
    """Counters in Prometheus' text form."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
