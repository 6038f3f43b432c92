"""What every test can ask for: a store on each database, and a time to live at."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.telemetry import configure_logs
from storage.database import Database
from storage.people import Account, Platform
from storage.sealing import Keyring
from tests import databases
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_configure(config: pytest.Config) -> None:
    configure_logs(json=True)
    if os.environ.get("BANGFU_REQUIRE_SERVICES") == "1":
        missing = [url for url in (databases.POSTGRESQL_URL, databases.REDIS_URL) if not databases.answers(url)]
        if missing:
            raise pytest.UsageError(f"BANGFU_REQUIRE_SERVICES=1, but {len(missing)} of PostgreSQL, Redis do not answer")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    redis = "real Redis" if databases.answers(databases.REDIS_URL) else "no Redis (tests that need it were skipped)"
    terminalreporter.write_line(f"Ran on {', '.join(databases.backends())}; {redis}.")


@pytest.fixture(scope="session", params=databases.backends())
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Template]:
    """A migrated store to clone, once a database kind."""
    with databases.template(request.param, tmp_path_factory.mktemp("stores")) as made:
        yield made


@pytest.fixture
async def store_url(template: databases.Template) -> AsyncIterator[str]:
    """Where a fresh, migrated store is; every test runs once on each database."""
    async with template.clone() as url:
        yield url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated store, opened."""
    database = Database(store_url, Keyring([databases.KEY]))
    yield database
    await database.close()


@pytest.fixture
def now() -> datetime:
    """An ordinary Monday morning in the county."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
async def wechat(store_url: str) -> AsyncIterator[WeChat]:
    """WeChat, and the bot it talks to over a fresh store."""
    world = WeChat(store_url)
    await world.open()
    yield world
    await world.close()


@pytest.fixture
def time_machine(wechat: WeChat) -> TimeMachine:
    """The time of bot, platform and phones; it begins on Monday 2026-11-23 at ten."""
    return wechat.clock


@pytest.fixture
def village(wechat: WeChat) -> Village:
    """People to speak, in the store of the bot."""
    return Village(wechat.bot.database, wechat.clock.now())


@pytest.fixture
def phone(wechat: WeChat) -> Callable[[House | Helper | str], Phone]:
    """The phone of a household, of a cadre, or of a newcomer by openid."""

    def of(person: House | Helper | str) -> Phone:
        if isinstance(person, str):
            return wechat.phone(Account(Platform.WECHAT, person))
        assert person.account is not None, "this household is not bound"
        return wechat.phone(person.account)

    return of
