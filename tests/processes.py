"""The bot as its operator runs it: processes of their own, started, spoken to over HTTP, stopped and killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aiohttp import ClientConnectionError, ClientSession

from bot.simulator.accounts import Side
from bot.simulator.wire import Push, Wire
from tests.databases import KEY
from tests.wechat import OFFICIAL, WECOM

ROOT = Path(__file__).resolve().parents[1]
_WIRE = Wire(OFFICIAL, WECOM)
_message_ids = count(7_000_000_001)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """This process's environment, with these settings of the bot and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANGFU_") and name != "PORT"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | settings


def service_settings(store_url: str) -> dict[str, str]:
    """The settings of a service for the two pretend accounts."""
    return {
        "BANGFU_DATABASE_URL": store_url,
        "BANGFU_SECRET_KEYS": KEY,
        "BANGFU_WECHAT_ACCOUNT": OFFICIAL.account,
        "BANGFU_WECHAT_APP_ID": OFFICIAL.app_id,
        "BANGFU_WECHAT_APP_SECRET": OFFICIAL.app_secret,
        "BANGFU_WECHAT_TOKEN": OFFICIAL.token,
        "BANGFU_WECHAT_AES_KEY": OFFICIAL.aes_key,
        "BANGFU_WECHAT_API_BASE": "http://127.0.0.1:9",
        "BANGFU_WECOM_CORP_ID": WECOM.corp_id,
        "BANGFU_WECOM_AGENT_ID": str(WECOM.agent_id),
        "BANGFU_WECOM_SECRET": WECOM.secret,
        "BANGFU_WECOM_TOKEN": WECOM.token,
        "BANGFU_WECOM_AES_KEY": WECOM.aes_key,
        "BANGFU_WECOM_API_BASE": "http://127.0.0.1:9",
    }


@dataclass
class Running:
    """One `bangfu` process that serves, and what it prints."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def out(self) -> str:
        """What it printed so far."""
        return (self.folder / f"out-{self.port}").read_text()

    @property
    def err(self) -> str:
        """What it logged so far."""
        return (self.folder / f"err-{self.port}").read_text()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait for its end; gives its exit status."""
        return await asyncio.to_thread(self.process.wait, 30)

    async def stop(self) -> int:
        """Stop it as a container runtime does."""
        self.send(signal.SIGTERM)
        return await self.ended()

    async def get(self, path: str) -> tuple[int, str]:
        """Ask for a page."""
        async with ClientSession() as session, session.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def delivers(self, push: Push) -> str:
        """Deliver a push; gives what the person reads."""
        async with (
            ClientSession() as session,
            session.post(self.url + push.path, params=push.query, data=push.body) as answer,
        ):
            assert answer.status == 200
            reply = _WIRE.open(push, await answer.read())
            return "" if reply is None else reply.text


def said(side: Side, account: str, text: str) -> Push:
    """One sealed text, to be delivered once or more often."""
    at = int(time.time())
    fields = {"CreateTime": at, "MsgType": "text", "Content": text, "MsgId": next(_message_ids)}
    return _WIRE.seal(side, account, fields, at=at, what="text")


@asynccontextmanager
async def running(
    folder: Path, *arguments: str, settings: Mapping[str, str], path: str = "/healthz", port: int | None = None
) -> AsyncIterator[Running]:
    """Start `bangfu …` on a port and wait until it answers; it is dead afterwards, whatever happens."""
    started = _start(folder, port or free_port(), arguments, settings)
    try:
        await _until_it_answers(started, path)
        yield started
    finally:
        if started.process.poll() is None:
            os.killpg(started.process.pid, signal.SIGKILL)
            started.process.wait()


def _start(folder: Path, port: int, arguments: Sequence[str], settings: Mapping[str, str]) -> Running:
    with (folder / f"out-{port}").open("ab") as out, (folder / f"err-{port}").open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments, "--port", str(port)],
            cwd=folder,
            env=environment(**settings),
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    return Running(process, port, folder)


async def _until_it_answers(started: Running, path: str) -> None:
    for _ in range(600):
        assert started.process.poll() is None, started.err
        try:
            if (await started.get(path))[0] == 200:
                return
        except ClientConnectionError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError(f"it does not answer:\n{started.err}")
