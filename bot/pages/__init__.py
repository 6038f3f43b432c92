"""Web pages: what operators, phones and county staff can open; PAGES lists them all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.core.clock import Clock
from bot.pages import health, profiles, public_notices, recordings
from bot.pages.limits import Limiter
from storage import links
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Page:
    """One address a browser or a monitor can open."""

    path: str
    show: Callable[[web.Request], Awaitable[web.Response]]


PAGES = (
    Page("/healthz", health.alive),
    Page("/readyz", health.ready),
    Page("/metrics", health.metrics),
    Page("/h5/profile", profiles.show),
    Page("/h5/profile.txt", profiles.as_text),
    Page("/h5/profile.json", profiles.as_data),
    Page("/h5/recordings", recordings.show),
    Page("/h5/recordings/content", recordings.content),
    Page("/h5/notices/{page}", public_notices.show),
)


def add_pages(app: web.Application, database: Database, clock: Clock) -> None:
    """Let the application serve every page, from this store and at the time this clock tells."""
    app[health.DATABASE] = database
    app[profiles.CLOCK] = clock
    app[recordings.CLOCK] = clock
    app[recordings.LIMITS] = Limiter(recordings.OPENED_AT_MOST, links.LIVES)
    app[profiles.LIMITS] = Limiter(profiles.OPENED_AT_MOST, links.LIVES)
    app[public_notices.LIMITS] = Limiter(public_notices.OPENED_AT_MOST, public_notices.OPENED_WITHIN)
    for page in PAGES:
        app.router.add_get(page.path, page.show)
