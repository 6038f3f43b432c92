"""Inbound: 「我的补贴」 answered from PostgreSQL, against the echo, by one load tool in one run.

Every request is another message, sealed as WeChat seals it, from one of many bound households.
"""

import asyncio
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
from sqlalchemy import insert, make_url, select
from wechatpy.crypto import WeChatCrypto

from bot.simulator.county import make_county
from storage.bindings import Binding
from storage.database import Database
from storage.households import Household
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.migrations import migrate
from storage.sealing import Keyring
from tests import databases
from tests.bench.start import BOT_PORT, SERVE, environment, launch
from tests.wechat import OFFICIAL, SHANGHAI

ECHO_PORT = 8461
SECONDS = 8
ROUNDS = 3
SPEAKERS = 2_000
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """One run of the load tool."""

    per_second: float
    median_ms: float
    p99_ms: float
    errors: int


async def fill(households: int) -> str:
    """Make a PostgreSQL store of that many households through the importers; gives its URL."""
    name = f"bangfu_bench_{households}"
    admin = make_url(databases.POSTGRESQL_URL).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(admin)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    url = make_url(databases.POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    database = Database(url, Keyring([databases.KEY]))
    await migrate(database)
    now = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
    with tempfile.TemporaryDirectory() as folder:
        make_county(Path(folder), on=date(2026, 11, 23), households=households, villages=max(10, households // 60))
        for kind in (Kind.HOUSEHOLDS, Kind.APPLICATIONS, Kind.DISBURSEMENTS):
            async with database.writing() as session:
                await import_file(session, kind, Path(folder) / f"{kind}.xlsx", now=now)
    async with database.writing() as session:
        ids = list(await session.scalars(select(Household.id)))
        chosen = random.Random(1).sample(ids, min(SPEAKERS, len(ids)))
        rows = [
            {"account": f"wechat:o_{order}", "household_id": id_, "bound_at": now} for order, id_ in enumerate(chosen)
        ]
        await session.execute(insert(Binding), rows)
    await database.close()
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return url


def write_load(path: Path, count: int, speakers: int, series: int) -> None:
    """Write that many sealed pushes, each another message."""
    crypto = WeChatCrypto(OFFICIAL.token, OFFICIAL.aes_key, OFFICIAL.app_id)
    with path.open("w") as file:
        for order in range(count):
            sender = f"o_{order % speakers}"
            stamp, nonce = str(int(time.time())), str(order)
            xml = (
                f"<xml><ToUserName><![CDATA[{OFFICIAL.account}]]></ToUserName>"
                f"<FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>{stamp}</CreateTime>"
                f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[我的补贴]]></Content>"
                f"<MsgId>{series * 10**9 + order}</MsgId></xml>"
            )
            sealed = crypto.encrypt_message(xml, nonce, stamp)
            encrypt = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", sealed, re.S)
            signature = re.search(r"<MsgSignature><!\[CDATA\[(.*?)\]\]>", sealed)
            assert encrypt is not None
            assert signature is not None
            query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes", "msg_signature": signature[1]}
            body = (
                f"<xml><ToUserName><![CDATA[{OFFICIAL.account}]]></ToUserName>"
                f"<Encrypt><![CDATA[{encrypt[1]}]]></Encrypt></xml>"
            )
            file.write(f"/wechat?{urlencode(query)}\t{body}\n")


def measure(port: int, load: Path) -> Result:
    """Run wrk: one thread, 16 connections."""
    printed = subprocess.run(
        [
            "wrk", "-t1", "-c16", f"-d{SECONDS}s", "--timeout", "10s", "-s", str(HERE / "load.lua"),
            f"http://127.0.0.1:{port}", "--", str(load),
        ],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", printed)
    assert found is not None, printed
    requests, microseconds, median, p99, errors = map(int, found.groups())
    return Result(requests / microseconds * 1e6, median / 1000, p99 / 1000, errors)


def main() -> None:
    """Print throughput and latency of both, and their ratio, for 30,000 households and for 1,000."""
    folder = Path(tempfile.mkdtemp())
    echo, _ = launch([sys.executable, "-m", "tests.bench.echo", str(ECHO_PORT)], ECHO_PORT, "/wechat")
    series = int(time.time()) % 10**6
    try:
        for households in (30_000, 1_000):
            print(f"filling {households} households …", flush=True)
            url = asyncio.run(fill(households))
            bot, _ = launch(SERVE, BOT_PORT, "/readyz", environment(url))
            try:
                for round_number in range(ROUNDS):
                    series += 1
                    load = folder / "load.txt"
                    write_load(load, 40_000, min(SPEAKERS, households), series)
                    base = measure(ECHO_PORT, load)
                    ours = measure(BOT_PORT, load)
                    print(
                        f"{households} households, round {round_number + 1}: echo {base.per_second:.0f}/s, "
                        f"bangfu {ours.per_second:.0f}/s, ratio {ours.per_second / base.per_second:.2f}, "
                        f"median {ours.median_ms:.1f} ms, p99 {ours.p99_ms:.1f} ms, errors {ours.errors}",
                        flush=True,
                    )
            finally:
                bot.terminate()
                bot.wait()
    finally:
        echo.terminate()


if __name__ == "__main__":
    main()
