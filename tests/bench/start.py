"""The start of `bangfu serve` to /readyz, and the memory of the process when it has nothing to do."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from storage.database import Database
from storage.migrations import migrate
from storage.sealing import Keyring
from tests import databases
from tests.wechat import OFFICIAL

BOT_PORT = 8462
SERVE = [sys.executable, "-m", "bot", "serve", "--port", str(BOT_PORT), "--no-scheduler"]
RUNS = 5


def environment(url: str) -> dict[str, str]:
    """The settings of the bot under load."""
    return os.environ | {
        "BANGFU_DATABASE_URL": url,
        "BANGFU_SECRET_KEYS": databases.KEY,
        "BANGFU_WECHAT_ACCOUNT": OFFICIAL.account,
        "BANGFU_WECHAT_APP_ID": OFFICIAL.app_id,
        "BANGFU_WECHAT_APP_SECRET": OFFICIAL.app_secret,
        "BANGFU_WECHAT_TOKEN": OFFICIAL.token,
        "BANGFU_WECHAT_AES_KEY": OFFICIAL.aes_key,
        "BANGFU_WECHAT_API_BASE": "http://127.0.0.1:9",
    }


def launch(
    command: list[str], port: int, path: str, env: dict[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], float]:
    """Start a server and wait until it answers; gives it and the seconds it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as answer:
                if answer.status == 200:
                    return process, time.perf_counter() - began
        except OSError as error:
            if getattr(error, "code", None) in {404, 405}:
                return process, time.perf_counter() - began
        if process.poll() is not None or time.perf_counter() - began > 30:
            raise RuntimeError(f"{command} did not start")
        time.sleep(0.01)


def main() -> None:
    """Print both, as medians of several starts with the scheduler running, as it does in service."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bangfu.db'}"
        asyncio.run(migrated(url))
        seconds, megabytes = [], []
        for _ in range(RUNS):
            process, took = launch(SERVE[:-1], BOT_PORT, "/readyz", environment(url))
            time.sleep(1)
            seconds.append(took)
            megabytes.append(_resident_megabytes(process.pid))
            process.terminate()
            process.wait()
    print(f"start to /readyz: median {median(seconds):.2f} s, worst {max(seconds):.2f} s, of {RUNS}")
    print(f"idle process: median {median(megabytes):.0f} MB resident, most {max(megabytes):.0f} MB")


async def migrated(url: str) -> None:
    """Bring an empty store to the present shape."""
    database = Database(url, Keyring([databases.KEY]))
    await migrate(database)
    await database.close()


def _resident_megabytes(pid: int) -> float:
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
