"""`bangfu doctor`: what is wrong, and how to mend it."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.app import opened_ways
from bot.commands.store import settings as read_settings
from bot.core.errors import SendError
from bot.core.telemetry import configure_logs
from bot.messages import commands as say_commands
from bot.messages import doctor as say
from bot.settings import Settings
from policies.catalogue import check, load_county, pack_of
from storage import chain
from storage.database import Database
from storage.migrations import is_current
from storage.outbox import overdue
from storage.rotation import headers
from storage.sealing import Keyring, key_name

CLOCK_TOLERANCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what to do where it is not."""

    what: str
    advice: str | None = None


def add(commands: Any) -> None:
    """Add `doctor`."""
    parser = commands.add_parser("doctor", help=say_commands.DOCTOR, description=say_commands.DOCTOR)
    parser.set_defaults(run=_doctor)


def _doctor(_: argparse.Namespace) -> int:
    # Wrong settings stop here, with all of them named.
    of = read_settings()
    configure_logs(json=not sys.stderr.isatty())

    async def look() -> bool:
        well = True
        async for finding in _examine(of):
            well = well and finding.advice is None
            print(say.finding(finding.what, finding.advice), flush=True)
        return well

    well = asyncio.run(look())
    print(say.ALL_WELL if well else say.NOT_WELL)
    return 0 if well else 1


async def _examine(of: Settings) -> AsyncIterator[Finding]:
    yield Finding(say.SETTINGS)
    try:
        database = Database(of.database_url, Keyring(of.secret_keys, of.cipher))
    except OSError:
        # An embedded store makes its folder, which may not be allowed; the rest is looked at once it is mended.
        yield Finding(say.STORE, say_commands.NO_STORE)
        return
    try:
        async for finding in _store(database, of):
            yield finding
        if of.redis_url:
            yield await _redis(of.redis_url)
        mistakes = check(pack_of(of.county, of.catalogue))
        yield Finding(say.CATALOGUE, say.catalogue_mistakes(len(mistakes)) if mistakes else None)
        if mistakes:
            return
        async for finding in _platforms(database, of):
            yield finding
    finally:
        await database.close()


async def _store(database: Database, of: Settings) -> AsyncIterator[Finding]:
    try:
        current = await is_current(database)
    except (SQLAlchemyError, OSError):
        yield Finding(say.STORE, say_commands.NO_STORE)
        return
    yield Finding(say.STORE, None if current else say_commands.NOT_MIGRATED)
    if not current:
        return
    async with database.reading() as session:
        told = await session.scalar(select(func.current_timestamp()))
        late = await overdue(session, datetime.now(of.zone))
    yield Finding(say.CLOCK, _clock_advice(told))
    yield await _keys(database)
    yield Finding(say.DELIVERY, say.delivery_stands_still(late) if late else None)


async def _keys(database: Database) -> Finding:
    """Say what seals, and what of the store was sealed otherwise."""
    keyring = database.keyring
    what = say.keys(keyring.cipher, keyring.key_names[0])
    counted = await headers(database)
    missing = {header: count for header, count in counted.items() if not keyring.opens(header)}
    if missing:
        names = sorted({key_name(header) for header in missing})
        return Finding(what, say.keys_missing(sum(missing.values()), names))
    older = sum(count for header, count in counted.items() if header != keyring.header)
    older += await chain.under_older_keys(database)
    return Finding(what, say.under_older_keys(older) if older else None)


def _clock_advice(told: object) -> str | None:
    """Compare this machine's clock with the database's; on SQLite they are one."""
    at = datetime.fromisoformat(told) if isinstance(told, str) else told
    assert isinstance(at, datetime)
    apart = abs((datetime.now(UTC) - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds())
    return say.clocks_apart(round(apart)) if apart > CLOCK_TOLERANCE_SECONDS else None


async def _redis(url: str) -> Finding:
    redis: Redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    try:
        await redis.set("bangfu:doctor", "1", ex=5)
    except (RedisError, OSError):
        return Finding(say.REDIS, say.NO_REDIS)
    finally:
        await redis.aclose()
    return Finding(say.REDIS)


async def _platforms(database: Database, of: Settings) -> AsyncIterator[Finding]:
    """Ask each platform for something harmless: the credentials, the IP whitelist and the network show at once."""
    now = datetime.now(of.zone)
    async with opened_ways(of, database, load_county(of.county, of.catalogue)) as ways:
        if ways.wechat is None and ways.wecom is None:
            yield Finding(say.PLATFORMS, say.NOT_CONFIGURED)
        for name, api in ((say.OFFICIAL_ACCOUNT, ways.wechat), (say.WECOM, ways.wecom)):
            if api is None:
                continue
            try:
                await api.check(now=now)
            except SendError as error:
                yield Finding(name, say.platform_refuses(error.errcode))
            else:
                yield Finding(name)
