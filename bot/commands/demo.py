"""`bangfu demo`: a county, the bot and a pretend WeChat on this machine, for anybody who wants to see it talk."""

import argparse
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvloop
from sqlalchemy import func, select

from bot.app import build, publish_menu, ring, web_application
from bot.commands import CommandError
from bot.commands.serve import port_is_taken, read_port, serve
from bot.core.clock import MovableClock
from bot.core.telemetry import configure_logs
from bot.messages import commands as say
from bot.messages import demo as words
from bot.settings import DEFAULT_DATABASE, DEMO_KEYS, VAR, Settings
from bot.simulator import demonstration
from bot.simulator.accounts import Side, settings_of
from bot.simulator.county import make_county
from bot.simulator.pages import mount
from bot.simulator.platform import Platform
from policies.catalogue import load_county
from storage.areas import official_county
from storage.database import Database
from storage.households import Household
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.migrations import migrate
from storage.sealing import Cipher, Keyring, new_key

HOST = "127.0.0.1"
ZONE = ZoneInfo("Asia/Shanghai")
_CLOCK = VAR / "demo-clock"
_CHATS = VAR / "simulator.json"


def add(commands: Any) -> None:
    """Add `demo`."""
    parser = commands.add_parser("demo", help=say.DEMO, description=say.DEMO)
    parser.add_argument("--port", type=read_port, default=os.environ.get("PORT") or "8000", help=say.PORT)
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> None:
    if port_is_taken(HOST, options.port):
        raise CommandError(say.port_taken(options.port))
    configure_logs(json=False)
    uvloop.run(_show(options.port))
    print(say.STOPPED)


async def _show(port: int) -> None:
    settings = _settings(f"http://{HOST}:{port}")
    clock = MovableClock(ZONE, _kept_ahead())
    await _prepare(settings, clock.now())
    bot = await build(settings, clock)
    platform = Platform(
        demonstration.OFFICIAL,
        demonstration.WECOM,
        base_url=f"http://{HOST}:{port}",
        clock=clock,
        templates=[demonstration.TEMPLATE],
        store=_CHATS,
    )

    async def ring_now() -> None:
        _CLOCK.write_text(str(clock.ahead.total_seconds()))
        await ring(bot)

    app = web_application(bot)
    mount(
        app,
        platform,
        people=demonstration.People(bot.database),
        ring=ring_now,
        suggestions={Side.OFFICIAL: words.HOUSEHOLD_SUGGESTIONS, Side.WECOM: words.CADRE_SUGGESTIONS},
    )

    async def announce() -> None:
        assert bot.ways.wechat is not None
        await publish_menu(bot.ways.wechat, clock.now())
        print(say.demo_open(f"http://{HOST}:{port}/simulator"), flush=True)

    await serve(bot, app, HOST, port, scheduler=True, when_listening=announce)


def _settings(url: str) -> Settings:
    """The demonstration's own settings: nothing of the environment, so that it never touches a real store."""
    VAR.mkdir(exist_ok=True)
    if not DEMO_KEYS.exists():
        print(say.DEMO_KEYS, flush=True)
        # Whole or not at all: a start cut off here must not leave an empty key behind.
        unfinished = DEMO_KEYS.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(new_key())
        unfinished.replace(DEMO_KEYS)
    official, work = settings_of(
        demonstration.OFFICIAL,
        demonstration.WECOM,
        api_base=f"{url}/simulator/api",
        template=demonstration.TEMPLATE,
    )
    return Settings(
        database_url=DEFAULT_DATABASE,
        redis_url=None,
        secret_keys=(DEMO_KEYS.read_text().strip(),),
        cipher=Cipher.AES,
        public_url=url,
        county="wangcang",
        sms_url=None,
        zone=ZONE,
        official=official,
        work=work,
    )


async def _prepare(settings: Settings, now: datetime) -> None:
    """Bring the store up to date and, the first time, load the sample county through the real importers."""
    database = Database(settings.database_url, Keyring(settings.secret_keys, settings.cipher))
    try:
        await migrate(database)
        async with database.reading() as session:
            loaded = await session.scalar(select(func.count()).select_from(Household))
        if loaded:
            print(say.DEMO_READY, flush=True)
            return
        with tempfile.TemporaryDirectory() as folder:
            await _load(database, Path(folder), now, settings.county)
    finally:
        await database.close()


async def _load(database: Database, folder: Path, now: datetime, county: str) -> None:
    print(say.DEMO_COUNTY, flush=True)
    make_county(folder, on=now.date())
    official = official_county(load_county(county))
    # One transaction: a start that is interrupted leaves nothing half loaded.
    async with database.writing() as session:
        for kind in (Kind.HOUSEHOLDS, Kind.CADRES, Kind.ASSIGNMENTS, Kind.APPLICATIONS, Kind.DISBURSEMENTS):
            print(say.demo_loading(words.COUNTY_FILES[kind]), flush=True)
            outcome = await import_file(session, kind, folder / f"{kind}.xlsx", now=now, county=official)
            print(
                "  "
                + say.imported(
                    outcome.batch,
                    outcome.read,
                    outcome.created,
                    outcome.updated,
                    outcome.unchanged,
                    len(outcome.rejected),
                ),
                flush=True,
            )
        await demonstration.give_phones(session, now)
        await demonstration.hang_a_list(session, now)


def _kept_ahead() -> timedelta:
    """How far ahead the demonstration's clock was moved, so that a second start goes on from there."""
    try:
        return timedelta(seconds=float(_CLOCK.read_text()))
    except (OSError, ValueError):
        return timedelta()
