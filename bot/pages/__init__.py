"""Web pages: what operators, phones and county staff can open; PAGES lists them all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.pages import health


@dataclass(frozen=True, slots=True)
class Page:
    """One address a browser or a monitor can open."""

    path: str
    show: Callable[[web.Request], Awaitable[web.Response]]


PAGES = (
    Page("/healthz", health.alive),
    Page("/readyz", health.ready),
    Page("/metrics", health.metrics),
)
