"""接线: builds everything from the settings and wires it together; the only room that knows all others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.core.clock import Clock
from bot.core.talk import Route
from bot.inbound.callback import Callback
from bot.inbound.pipeline import PATIENCE, Pipeline
from bot.pages import PAGES
from bot.pages.health import DATABASE
from bot.settings import Settings
from bot.wechat.envelope import Envelope
from bot.wechat.markup import MAX_BYTES
from handlers import cadre, everyone, household
from policies.catalogue import load_county
from storage.database import Database
from storage.people import Platform
from storage.sealing import Keyring

ROUTES: tuple[Route, ...] = (*everyone.ROUTES, *household.ROUTES, *cadre.ROUTES)
"""All that people can say."""


@dataclass(frozen=True)
class Bot:
    """The parts that live as long as the process."""

    settings: Settings
    database: Database
    clock: Clock
    pipeline: Pipeline


def build(settings: Settings, clock: Clock, *, patience: timedelta = PATIENCE) -> Bot:
    """Build the parts; nothing is opened or started yet."""
    database = Database(settings.database_url, Keyring(settings.secret_keys))
    county = load_county(settings.county)
    pipeline = Pipeline(database, clock, county, ROUTES, patience=patience)
    return Bot(settings, database, clock, pipeline)


def web_application(bot: Bot) -> web.Application:
    """The application that serves callbacks and pages; it closes the bot when it stops."""
    app = web.Application(client_max_size=MAX_BYTES)
    app[DATABASE] = bot.database
    for path, callback in callbacks(bot.settings, bot.pipeline):
        app.router.add_get(path, callback.check)
        app.router.add_post(path, callback.push)
    for page in PAGES:
        app.router.add_get(page.path, page.show)
    app.cleanup_ctx.append(_lifetime(bot))
    return app


def callbacks(settings: Settings, pipeline: Pipeline) -> list[tuple[str, Callback]]:
    """The callback addresses of the platforms that are configured."""
    made = []
    if (official := settings.official) is not None:
        keys = [key for key in (official.aes_key, official.previous_aes_key) if key]
        envelope = Envelope(official.token, keys, official.app_id)
        made.append(("/wechat", Callback(Platform.WECHAT, envelope, pipeline, plain=official.mode == "plain")))
    if (work := settings.work) is not None:
        envelope = Envelope(work.token, [work.aes_key], work.corp_id)
        made.append(("/wecom", Callback(Platform.WECOM, envelope, pipeline)))
    return made


def _lifetime(bot: Bot):  # type: ignore[no-untyped-def]
    async def live(_: web.Application) -> AsyncIterator[None]:
        yield
        # The server takes no new connections any more; what was heard is still answered.
        await bot.pipeline.close()
        await bot.database.close()

    return live
