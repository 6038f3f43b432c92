"""Imports in processes of their own: killed, doubled, cut off, and the bot talking meanwhile."""

import asyncio
import json
import resource
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import openpyxl
import pytest
from sqlalchemy import func, make_url, select

from bot.simulator.accounts import Side
from bot.simulator.county import County, make_county
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import Cadre
from storage.database import Database
from storage.households import CARD, Household
from storage.import_batches import ImportBatch
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.report import Outcome
from storage.members import Member
from storage.outbox import Outbox
from storage.schema import metadata
from storage.sealing import Keyring, new_key
from storage.visits import Visit
from tests.conftest import SHANGHAI
from tests.databases import KEY
from tests.processes import environment, running, said, service_settings
from tests.storage.imports.sheets import member, write
from tests.village import House, Village

ONLY_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

IN_HALVES = 300
_BEYOND_THE_COUNTY = 950

Digest = dict[str, list[Any]]


@dataclass
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


class Office:
    """Runs commands over a store, each in a process of its own, and looks at what they left."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.store = Database(url, Keyring([KEY]))
        self.village = Village(self.store, datetime.now(SHANGHAI))
        # The sample county begins to number its households where the village does.
        self.village._numbers = count(_BEYOND_THE_COUNTY)
        self.processes: list[Process] = []

    async def start(self, *arguments: str, keys: str = KEY, most_bytes: int | None = None) -> Process:
        """Start `bangfu …`; `most_bytes` is how big it may make a file."""
        settings = {"BANGFU_DATABASE_URL": self.url, "BANGFU_SECRET_KEYS": keys}

        def limit() -> None:
            if most_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self.folder,
            env=environment(**settings),
            stdout=PIPE,
            stderr=PIPE,
            preexec_fn=limit,
        )
        self.processes.append(process)
        return process

    async def ended(self, process: Process) -> Ended:
        """Wait for a command."""
        out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        return await self.ended(await self.start(*arguments))

    async def load(self, path: Path) -> Outcome:
        """Import households without a process of its own."""
        async with self.store.writing() as session:
            return await import_file(session, Kind.HOUSEHOLDS, path, now=datetime.now(SHANGHAI))

    async def everything(self) -> Digest:
        """All rows of all tables."""
        async with self.store.reading() as session:
            return {
                table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables
            }

    async def rows(self, model: Any) -> int:
        """How many rows a table has."""
        async with self.store.reading() as session:
            return int((await session.execute(select(func.count()).select_from(model))).scalar_one())

    async def has_opened(self, process: Process) -> None:
        """Return when a process has the store open: it reads its file now, or is about to."""
        if self.store.is_postgresql:
            await self.until("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bangfu' AND pid <> $1")
            return
        path = make_url(self.url).database
        await _until(lambda: _has_open(process.pid, str(path)))

    async def is_storing(self) -> None:
        """Return when somebody else has just taken SQLite's only place to write."""
        connection = sqlite3.connect(str(make_url(self.url).database), timeout=0, isolation_level=None)

        def taken() -> bool:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            connection.execute("ROLLBACK")
            return False

        try:
            await _until(taken)
        finally:
            connection.close()

    async def is_committing(self) -> None:
        """Return when somebody's rows are on their way into SQLite's log."""
        log = Path(f"{make_url(self.url).database}-wal")
        before = _size(log)
        await _until(lambda: _size(log) > before)

    @asynccontextmanager
    async def held(self, table: str) -> AsyncIterator[asyncpg.Connection]:
        """Nobody else can write to this table of PostgreSQL while this lasts."""
        connection = await self._connect()
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
                yield connection
        finally:
            await connection.close()

    async def waiting(self, count: int = 1) -> None:
        """Return when so many stand before a lock."""
        await self.until(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database() AND pid <> $1",
            count,
        )

    async def until(self, question: str, count: int = 1) -> None:
        """Ask PostgreSQL until the answer is that big."""
        connection = await self._connect()
        try:
            own = await connection.fetchval("SELECT pg_backend_pid()")
            question = question.replace("WHERE ", "WHERE datname = current_database() AND ", 1)

            async def answered() -> bool:
                return bool(await connection.fetchval(question, own) >= count)

            await _until(answered)
        finally:
            await connection.close()

    async def _connect(self) -> asyncpg.Connection:
        url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return await asyncpg.connect(url)

    async def close(self) -> None:
        """Leave nothing running."""
        for process in self.processes:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        await self.store.close()


async def _until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    for _ in range(3_000):
        answer = true()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _has_open(pid: int, path: str) -> bool:
    try:
        return any(str(link.readlink()) == path for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


@pytest.fixture
async def office(store_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(store_url, tmp_path)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county whose import takes a moment."""
    return make_county(tmp_path_factory.mktemp("county"), on=datetime.now(SHANGHAI).date(), villages=8, households=500)


@pytest.fixture(scope="module")
def halves(county: County, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two files of that county with 60 households in both."""
    sheet = openpyxl.load_workbook(county.file("households"), read_only=True).active
    assert sheet is not None
    _, headings, *rows = sheet.iter_rows(values_only=True)
    number = headings.index("户编号")
    numbers = list(dict.fromkeys(row[number] for row in rows))[:IN_HALVES]
    folder = tmp_path_factory.mktemp("halves")
    paths = (folder / "one.xlsx", folder / "other.xlsx")
    for path, own in zip(paths, (set(numbers[:180]), set(numbers[120:])), strict=True):
        write(path, [dict(zip(headings, row, strict=True)) for row in rows if row[number] in own])
    return paths


async def killed(office: Office, process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    assert (await office.ended(process)).status == -signal.SIGKILL


async def test_a_killed_import_leaves_nothing_half_done_and_the_next_one_works(office: Office, county: County) -> None:
    """kill -9 while it reads, in the middle of storing, and while it commits."""
    arguments = ("import", "households", str(county.file("households")), "--json")
    before = await office.everything()

    process = await office.start(*arguments)
    await office.has_opened(process)
    await killed(office, process)
    assert await office.everything() == before

    if office.store.is_postgresql:
        for table in ("household", "import_change"):
            async with office.held(table):
                process = await office.start(*arguments)
                await office.waiting()
                await killed(office, process)
            assert await office.everything() == before
    else:
        for moment in (office.is_storing, office.is_committing):
            process = await office.start(*arguments)
            await moment()
            await killed(office, process)
            left = await office.everything()
            # The last moment may be a little too late: then all of it is there.
            assert left == before or len(left["household"]) == county.households

    done = (await office.run(*arguments)).document
    assert done["created"] + done["unchanged"] == done["read"]
    assert await office.rows(Household) == county.households
    assert await office.rows(Member) == county.members


async def test_two_imports_at_once_come_to_what_one_after_the_other_does(
    office: Office, halves: tuple[Path, Path]
) -> None:
    both = [await office.start("import", "households", str(path), "--json") for path in halves]
    one, other = [ended.document for ended in await asyncio.gather(*map(office.ended, both))]
    counts = [await office.rows(model) for model in (Household, ImportBatch)]
    assert counts == [IN_HALVES, 2]
    for sums in (one, other):
        assert sums["created"] + sums["unchanged"] == sums["read"]
        assert sums["rejected"] == []
    async with office.store.reading() as session:
        names = (await session.execute(select(Area.parent_id, Area.name))).all()
        codes = (await session.scalars(select(Area.code))).all()
        phones = (await session.scalars(select(Cadre.phone_index))).all()
        paired = (await session.scalars(select(Assignment.household_id).where(Assignment.until.is_(None)))).all()
    assert len(set(names)) == len(names) == len(set(codes))
    assert len(set(phones)) == len(phones)
    assert len(paired) == IN_HALVES
    for path in halves:
        outcome = await office.load(path)
        assert outcome.unchanged == outcome.read


async def test_whoever_checks_in_or_asks_while_a_county_is_imported_is_heard(office: Office, county: County) -> None:
    """Every visit is written down once; every question gets its answer, at once or by itself a little later."""
    houses = [await office.village.household(name) for name in ("周国平", "何秀兰", "唐大明")]
    cadres = [
        await office.village.cadre(name, visits=[house])
        for name, house in zip(("李梅", "罗平", "高明"), houses, strict=True)
    ]
    replies: list[str] = []
    visits = 0
    async with running(office.folder, "serve", settings=service_settings(office.url)) as service:
        importing = await office.start("import", "households", str(county.file("households")), "--json")
        ended = asyncio.create_task(office.ended(importing))
        while not ended.done():
            notes = [
                said(Side.WECOM, cadre.account.name, f"今天去了{house.head_name}家，送了{visits + 1}袋化肥")
                for cadre, house in zip(cadres, houses, strict=True)
            ]
            questions = [said(Side.OFFICIAL, _account(house), "我的补贴") for house in houses]
            replies += await asyncio.gather(*map(service.delivers, (*notes, *questions)))
            visits += 1
        assert (await ended).document["created"] > 0
        assert await service.stop() == 0
    later = await office.rows(Outbox)
    assert replies.count("") <= later
    if office.store.is_postgresql:
        assert "" not in replies
    assert not [reply for reply in replies if "系统正忙" in reply or "出了点问题" in reply]
    for house in houses:
        async with office.store.reading() as session:
            notes_kept = (await session.scalars(select(Visit.note).where(Visit.household_id == house.id))).all()
        assert sorted(notes_kept) == sorted(
            f"今天去了{house.head_name}家，送了{order + 1}袋化肥" for order in range(visits)
        )


def _account(house: House) -> str:
    assert house.account is not None
    return house.account.name


async def test_an_import_taken_back_while_somebody_checks_in_leaves_no_visit_without_its_household(
    office: Office,
) -> None:
    li = await office.village.cadre("李梅")
    rows = [member(帮扶责任人="李梅", 帮扶责任人电话=li.phone)]
    await office.load(write(office.folder / "h.xlsx", rows))
    note = said(Side.WECOM, li.account.name, "今天去了周国平家，送了3袋化肥")
    async with running(office.folder, "serve", settings=service_settings(office.url)) as service:
        undoing = await office.start("import", "undo", "1")
        reply, undone = await asyncio.gather(service.delivers(note), office.ended(undoing))
        assert await service.stop() == 0
    left = (await office.rows(Household), await office.rows(Visit))
    if undone.status == 0:
        assert left == (0, 0)
        assert "送了：化肥3袋" not in reply
    else:
        assert left == (1, 1)
        assert "送了：化肥3袋" in reply
        assert undone.err.count("\n") == 1
        assert "第1批不能撤回，什么也没有改" in undone.err


async def test_keys_change_while_a_file_goes_in(office: Office, halves: tuple[Path, Path]) -> None:
    await office.load(halves[0])
    newest = new_key()
    keys = f"{newest},{KEY}"
    rotating = await office.start("keys", "rotate", keys=keys)
    importing = await office.start("import", "households", str(halves[1]), "--json", keys=keys)
    rotated, imported = await asyncio.gather(office.ended(rotating), office.ended(importing))
    assert imported.document["rejected"] == []
    assert rotated.status == 0, rotated.err
    alone = Keyring([newest])
    async with office.store.reading() as session:
        cards = (await session.scalars(select(Household.card_sealed))).all()
    assert len(cards) == IN_HALVES
    assert all(alone.open_if(card, CARD) for card in cards)


async def test_a_store_that_goes_away_in_the_middle_is_one_sentence_and_nothing_changes(
    office: Office, halves: tuple[Path, Path]
) -> None:
    before = await office.everything()
    arguments = ("import", "households", str(halves[0]))
    if office.store.is_postgresql:
        async with office.held("household") as connection:
            process = await office.start(*arguments)
            await office.waiting()
            ours = "datname = current_database() AND wait_event_type = 'Lock'"
            await connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
            ended = await office.ended(process)
        sentence = "和数据库的连接中途断了，没做完的都没有改。请确认数据库已经启动，再来一次。\n"
    else:
        # No file of this process may grow any more, as on a disk that is full.
        ended = await office.ended(await office.start(*arguments, most_bytes=100_000))
        sentence = "存数据库的磁盘写不进去（多半是满了），这次什么也没有改。请腾出空间再来一次。\n"
    assert (ended.status, ended.out, ended.err) == (1, "", sentence)
    assert await office.everything() == before
