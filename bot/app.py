"""接线: builds everything from the settings and wires it together; the only room that knows all others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from redis.asyncio import Redis

from bot.core.clock import Clock
from bot.core.speech import Listener
from bot.core.talk import Route
from bot.core.telemetry import log
from bot.inbound.callback import Callback
from bot.inbound.pipeline import PATIENCE, Pipeline
from bot.language.additions import language_of
from bot.language.intents import NOBODYS_ADDITIONS
from bot.messages import menu
from bot.outbound.api import WeChatApi, WeComApi, open_http
from bot.outbound.channels import Channel
from bot.outbound.channels.official_account import CustomerService, SubscriptionNotices
from bot.outbound.channels.sms import Sms
from bot.outbound.channels.wecom import WeCom
from bot.outbound.delivery import Delivered, Delivery
from bot.outbound.media import Fetching
from bot.outbound.tokens import MemoryTokens, RedisTokens
from bot.pages import add_pages
from bot.settings import Settings
from bot.wechat.envelope import Envelope
from bot.wechat.markup import MAX_BYTES
from handlers import cadre, everyone, household
from policies.catalogue import County, load_county, pack_of
from reminders import plan_due, renders
from reminders.scheduler import Scheduler
from storage import bindings, chain, conversations, inbox, invitations, recordings
from storage.database import Database
from storage.people import Platform
from storage.sealing import Keyring

ROUTES: tuple[Route, ...] = (*everyone.ROUTES, *household.ROUTES, *cadre.ROUTES)
"""All that people can say."""


@dataclass
class Ways:
    """The ways out of this process: WeChat's APIs, and what uses them: the delivery, and the fetching of recordings."""

    delivery: Delivery
    fetching: Fetching
    wechat: WeChatApi | None
    wecom: WeComApi | None


@dataclass
class Bot:
    """The parts that live as long as the process."""

    settings: Settings
    database: Database
    clock: Clock
    county: County
    pipeline: Pipeline
    ways: Ways
    _closing: AsyncExitStack = field(repr=False)

    async def close(self) -> None:
        """Answer what was heard, then let go of everything."""
        await self.pipeline.close()
        await self._closing.aclose()


async def build(
    settings: Settings, clock: Clock, *, patience: timedelta = PATIENCE, listener: Listener | None = None
) -> Bot:
    """Build and open the parts; nothing rings or listens yet. `listener`: the speech service, where there is one."""
    closing = AsyncExitStack()
    database = Database(settings.database_url, Keyring(settings.secret_keys, settings.cipher))
    closing.push_async_callback(database.close)
    county = load_county(settings.county, settings.catalogue)
    try:
        additions = language_of(pack_of(settings.county, settings.catalogue))
    except ValueError:
        # A slip in the county's own words must not silence the bot; `bangfu understand check --county` says what it is.
        log.warning("words.refused", county=settings.county)
        additions = NOBODYS_ADDITIONS
    pipeline = Pipeline(
        database, clock, county, ROUTES, pages=settings.public_url, patience=patience, additions=additions
    )
    ways = await closing.enter_async_context(opened_ways(settings, database, county, listener))
    return Bot(settings, database, clock, county, pipeline, ways, closing)


@asynccontextmanager
async def opened_ways(
    settings: Settings, database: Database, county: County, listener: Listener | None = None
) -> AsyncIterator[Ways]:
    """Open the ways out that are configured."""
    async with AsyncExitStack() as closing:
        http = await closing.enter_async_context(open_http())
        tokens: MemoryTokens | RedisTokens = MemoryTokens()
        if settings.redis_url:
            redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=1, socket_connect_timeout=1)
            closing.push_async_callback(redis.aclose)
            tokens = RedisTokens(redis)
        channels: list[Channel] = []
        wechat, wecom = None, None
        if (official := settings.official) is not None:
            wechat = WeChatApi(
                http, tokens, base=official.api_base, app_id=official.app_id, app_secret=official.app_secret
            )
            channels.append(CustomerService(wechat))
            if official.notice_template:
                channels.append(SubscriptionNotices(wechat, official.notice_template))
        if (work := settings.work) is not None:
            wecom = WeComApi(
                http, tokens, base=work.api_base, corp_id=work.corp_id, agent_id=work.agent_id, secret=work.secret
            )
            channels.append(WeCom(wecom))
        if settings.sms_url:
            channels.append(Sms(http, settings.sms_url))
        libraries = {
            platform: api for platform, api in ((Platform.WECHAT, wechat), (Platform.WECOM, wecom)) if api is not None
        }
        fetching = Fetching(database, libraries, listener)
        yield Ways(Delivery(database, channels, renders(county)), fetching, wechat, wecom)


def web_application(bot: Bot) -> web.Application:
    """The application that serves callbacks and pages; it closes the bot when it stops."""
    app = web.Application(client_max_size=MAX_BYTES)
    for path, callback in _callbacks(bot.settings, bot.pipeline):
        app.router.add_get(path, callback.check)
        app.router.add_post(path, callback.push)
    add_pages(app, bot.database, bot.clock)

    async def close(_: web.Application) -> None:
        await bot.close()

    app.on_cleanup.append(close)
    return app


async def publish_menu(wechat: WeChatApi, now: datetime) -> None:
    """Put the menu under the 公众号's chat; raises SendError."""
    await wechat.post("/cgi-bin/menu/create", menu.as_json(), now=now)


@asynccontextmanager
async def ringing(bot: Bot) -> AsyncIterator[None]:
    """Let the clock ring while the block lasts."""
    scheduler = Scheduler(
        bot.database,
        bot.clock,
        bot.county,
        deliver=lambda: _deliver(bot),
        link=lambda: _link(bot),
        purge=lambda: purge(bot),
    )
    scheduler.start()
    try:
        yield
    finally:
        bot.ways.delivery.close()
        await scheduler.stop()


async def ring(bot: Bot) -> Delivered:
    """Ring once, now: plan what is due and deliver it."""
    async with bot.database.writing() as session:
        planned = await plan_due(session, bot.clock.now(), bot.county)
    log.info("clock.planned", planned=planned.planned, already=planned.already)
    return await _deliver(bot)


async def _deliver(bot: Bot) -> Delivered:
    """Fetch what was left for cadres, finish the turns of processes that died, then send what is due, their replies
    with it.
    """
    await bot.ways.fetching.fetch(bot.clock.now())
    await bot.pipeline.resume()
    return await bot.ways.delivery.deliver(bot.clock.now())


async def _link(bot: Bot) -> str:
    """Link what the commands and other processes have noted; gives the end of the audit's chain, for the log.

    Logs are kept apart from the store, so its tail cannot be cut off without somebody being able to tell.
    """
    await chain.link(bot.database, bot.clock.now())
    return str(await chain.end_of(bot.database))


async def purge(bot: Bot) -> int:
    """Forget what nobody would miss any more: messages, talks, tries and codes of long ago; gives how many rows."""
    now = bot.clock.now()
    gone = 0
    for forget in (inbox.purge, conversations.purge, bindings.purge, invitations.purge, recordings.purge):
        async with bot.database.writing() as session:
            gone += await forget(session, now)
    return gone


def _callbacks(settings: Settings, pipeline: Pipeline) -> list[tuple[str, Callback]]:
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
