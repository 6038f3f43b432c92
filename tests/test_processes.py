"""The service in processes of its own: killed, stopped, doubled, and never saying twice or forgetting."""

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientConnectionError
from sqlalchemy import make_url

from bot.simulator.accounts import Side
from storage.database import Database
from storage.sealing import Keyring
from tests.conftest import SHANGHAI
from tests.databases import KEY
from tests.processes import Running, environment, free_port, running, said, service_settings
from tests.village import Helper, House, Village

NOTE = "今天去了周国平家，送了3袋化肥，屋顶漏水"
ONLY_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@dataclass
class Scene:
    """A store with one cadre, Li Mei, and her household, and services over it."""

    village: Village
    house: House
    cadre: Helper
    url: str
    folder: Path

    def service(self, *arguments: str) -> AbstractAsyncContextManager[Running]:
        """A service over the store, started."""
        return running(self.folder, "serve", *arguments, settings=service_settings(self.url))

    async def notes(self) -> list[str]:
        return [visit.note for visit in await self.village.visits_to(self.house)]

    def assert_discreet(self, *services: Running) -> None:
        """No log says who spoke or what was said; every line is an event."""
        private = ("周国平", "李梅", "化肥", "屋顶", self.house.phone, self.cadre.phone, self.cadre.account.name)
        assert self.house.account is not None
        for service in services:
            assert service.out == ""
            for line in service.err.splitlines():
                assert "event" in json.loads(line)
            for word in (*private, self.house.account.name, self.house.number, KEY):
                assert word not in service.err


@pytest.fixture
async def scene(store_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    database = Database(store_url, Keyring([KEY]))
    village = Village(database, datetime.now(SHANGHAI))
    house = await village.household("周国平")
    cadre = await village.cadre("李梅", visits=[house])
    yield Scene(village, house, cadre, store_url, tmp_path)
    await database.close()


@asynccontextmanager
async def store_held(scene: Scene) -> AsyncIterator[None]:
    """Nobody else can write a visit down while this lasts."""
    if scene.village.database.is_postgresql:
        url = make_url(scene.url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE visit IN ACCESS EXCLUSIVE MODE")
                yield
        finally:
            await connection.close()
    else:
        held = sqlite3.connect(make_url(scene.url).database or "", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            held.close()


_WAITING = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE NOT granted AND datname = current_database()"""


async def is_waiting(scene: Scene) -> None:
    """Return when a turn stands before the held store."""
    if not scene.village.database.is_postgresql:
        await asyncio.sleep(0.7)
        return
    url = make_url(scene.url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        for _ in range(400):
            if await connection.fetchval(_WAITING):
                return
            await asyncio.sleep(0.02)
    finally:
        await connection.close()
    raise AssertionError("no turn waits for the store")


async def test_a_process_killed_in_the_middle_of_a_turn_leaves_nothing_half_done(scene: Scene) -> None:
    """kill -9 between delivery and reply: the redelivery is answered properly, and the visit is there once."""
    push = said(Side.WECOM, scene.cadre.account.name, NOTE)
    async with scene.service() as service:
        async with store_held(scene):
            delivery = asyncio.create_task(service.delivers(push))
            await is_waiting(scene)
            assert not delivery.done()
            service.send(signal.SIGKILL)
            assert await service.ended() == -signal.SIGKILL
            with pytest.raises(ClientConnectionError):
                await delivery
        assert await scene.notes() == []
    async with scene.service() as again:
        reply = await again.delivers(push)
        assert "走访周国平户" in reply
        assert "送了：化肥3袋" in reply
        again.send(signal.SIGKILL)
        await again.ended()
    async with scene.service() as third:
        assert await third.delivers(push) == reply
        assert await scene.notes() == [NOTE]
        assert await third.stop() == 0
    scene.assert_discreet(service, again, third)


async def test_two_processes_hear_the_same_message_at_once_and_write_it_down_once(scene: Scene) -> None:
    async with scene.service("--no-scheduler") as one, scene.service() as other:
        check_in, question = (
            said(Side.WECOM, scene.cadre.account.name, NOTE),
            said(Side.OFFICIAL, scene.house.account.name if scene.house.account else "", "我的干部"),
        )
        for push in (check_in, question):
            replies = await asyncio.gather(*(service.delivers(push) for service in (one, other) * 4))
            assert len(set(replies)) == 1
            assert replies[0]
        assert await scene.notes() == [NOTE]
        assert [await one.stop(), await other.stop()] == [0, 0]
    scene.assert_discreet(one, other)


async def test_a_stop_answers_what_was_heard_before_it_ends(scene: Scene) -> None:
    push = said(Side.WECOM, scene.cadre.account.name, NOTE)
    async with scene.service() as service:
        async with store_held(scene):
            delivery = asyncio.create_task(service.delivers(push))
            await is_waiting(scene)
            service.send(signal.SIGTERM)
            await _hangs_up(service)
            assert not delivery.done()
        assert "送了：化肥3袋" in await delivery
        assert await service.ended() == 0
    assert await scene.notes() == [NOTE]
    scene.assert_discreet(service)


async def _hangs_up(service: Running) -> None:
    """Return when nobody new is let in any more."""
    for _ in range(200):
        try:
            await service.get("/healthz")
        except ClientConnectionError:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it goes on listening")


@ONLY_SQLITE
async def test_several_workers_serve_one_port_and_stop_together(scene: Scene) -> None:
    async with scene.service("--workers", "2") as service:
        for _ in range(200):
            if service.err.count("serve.started") == 2:
                break
            await asyncio.sleep(0.05)
        started = [json.loads(line) for line in service.err.splitlines() if "serve.started" in line]
        assert sorted(line["scheduler"] for line in started) == [False, True]
        push = said(Side.WECOM, scene.cadre.account.name, NOTE)
        replies = await asyncio.gather(*(service.delivers(push) for _ in range(12)))
        assert len(set(replies)) == 1
        assert await scene.notes() == [NOTE]
        assert await service.stop() == 0
        assert service.err.count("serve.stopped") == 2
    scene.assert_discreet(service)


@ONLY_SQLITE
async def test_the_pages_for_monitors_answer(scene: Scene) -> None:
    async with scene.service() as service:
        assert await service.get("/healthz") == (200, "ok")
        assert await service.get("/readyz") == (200, "ok")
        await service.delivers(said(Side.WECOM, scene.cadre.account.name, NOTE))
        status, counters = await service.get("/metrics")
        assert status == 200
        assert 'bangfu_messages_total{outcome="done",platform="wecom",route="visit_checkin"} 1.0' in counters
        assert (await service.get("/simulator"))[0] == 404
        assert (await service.get("/metrics/"))[0] == 404
        for word in ("周国平", scene.cadre.account.name):
            assert word not in counters
        assert await service.stop() == 0


def bangfu(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("workers", ["1", "2"])
@ONLY_SQLITE
async def test_a_taken_port_is_one_sentence(store_url: str, tmp_path: Path, workers: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await asyncio.to_thread(
            bangfu, tmp_path, "serve", "--port", str(port), "--workers", workers, **service_settings(store_url)
        )
    said_before = "".join(line for line in ended.stderr.splitlines(keepends=True) if not line.startswith("{"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert said_before == f"端口 {port} 已被占用。请换一个：PORT=8001 make demo，或 bangfu serve --port 8001。\n"


@ONLY_SQLITE
async def test_an_address_of_another_machine_is_one_sentence(store_url: str, tmp_path: Path) -> None:
    ended = await asyncio.to_thread(
        bangfu, tmp_path, "serve", "--host", "192.0.2.1", "--port", str(free_port()), **service_settings(store_url)
    )
    told = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    assert (ended.returncode, ended.stdout) == (1, "")
    assert told == ["不能在 192.0.2.1 上监听。--host 请写本机的地址，如 127.0.0.1 或 0.0.0.0。"]


def test_wrong_settings_stop_the_start_with_every_mistake_named(tmp_path: Path) -> None:
    settings = {"BANGFU_SECRET_KEYS": KEY, "BANGFU_COUNTY": "nowhere", "BANGFU_WECOM_AGENT_ID": "one"}
    ended = bangfu(tmp_path, "serve", **settings)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "设置有6处要改，改好后再启动：\n"
        "  BANGFU_COUNTY 没有这个县的政策目录，可用的在 policies/catalogue/ 下\n"
        "  BANGFU_WECOM_CORP_ID 也要填写（已经填了BANGFU_WECOM_AGENT_ID）\n"
        "  BANGFU_WECOM_AGENT_ID 要填数字\n"
        "  BANGFU_WECOM_SECRET 也要填写（已经填了BANGFU_WECOM_AGENT_ID）\n"
        "  BANGFU_WECOM_TOKEN 也要填写（已经填了BANGFU_WECOM_AGENT_ID）\n"
        "  BANGFU_WECOM_AES_KEY 也要填写（已经填了BANGFU_WECOM_AGENT_ID）\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_not_migrated_stops_the_start(tmp_path: Path) -> None:
    settings = service_settings(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    ended = bangfu(tmp_path, "serve", "--port", str(free_port()), **settings)
    told = (ended.returncode, ended.stdout, ended.stderr)
    assert told == (1, "", "数据库还没有建好，请先运行 bangfu migrate。\n")
