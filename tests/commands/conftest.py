"""The command line as an operator meets it: its words, its exit status, and a county it has loaded."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.commands import run
from bot.core.telemetry import configure_logs, log
from bot.simulator.county import County, make_county
from tests.databases import KEY, Template

IMPORTS = ("households", "cadres", "assignments", "applications", "disbursements")
ROOT = Path(__file__).resolve().parents[2]
COUNTY_DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; anything beside it does not parse."""
        assert self.err == ""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one sentence on stderr, with nothing on stdout."""
        assert self.out == ""
        assert self.err.endswith("。\n"), self.err
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err.strip()


Bangfu = Callable[..., Said]


def without_settings() -> dict[str, str]:
    """This process's environment without anything that concerns the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BANGFU_") and name != "PORT"}


@pytest.fixture(scope="session", autouse=True)
def _logs_outlive_a_test() -> None:
    """A log keeps the stderr it first wrote to; it must not be that of one captured command."""
    configure_logs(json=True)
    log.bind()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, and no setting at all."""
    for name in os.environ.keys() - without_settings().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bangfu(bare: Path, capsys: pytest.CaptureFixture[str]) -> Bangfu:
    """Run one command in this process."""

    def command(*arguments: str) -> Said:
        capsys.readouterr()
        status = run(arguments)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return command


@pytest.fixture
def on_clone(bare: Path, template: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh migrated store in the settings."""
    with _cloned(template) as url:
        monkeypatch.setenv("BANGFU_DATABASE_URL", url)
        monkeypatch.setenv("BANGFU_SECRET_KEYS", KEY)
        yield url


@pytest.fixture(scope="session")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> County:
    """The files of a county of 40 households."""
    return make_county(tmp_path_factory.mktemp("county"), on=COUNTY_DAY, seed=7, villages=3, households=40)


@pytest.fixture(scope="session")
def loaded_store(template: Template, county_files: County) -> Iterator[str]:
    """A store with the county in it, loaded by the commands themselves; for tests that leave it as it is."""
    with _cloned(template) as url, pytest.MonkeyPatch.context() as patched:
        patched.setenv("BANGFU_DATABASE_URL", url)
        patched.setenv("BANGFU_SECRET_KEYS", KEY)
        for kind in IMPORTS:
            assert run(["import", kind, str(county_files.file(kind)), "--json"]) == 0
        yield url


@pytest.fixture
def loaded(bare: Path, loaded_store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The loaded county in the settings."""
    monkeypatch.setenv("BANGFU_DATABASE_URL", loaded_store)
    monkeypatch.setenv("BANGFU_SECRET_KEYS", KEY)
    return loaded_store


def shell(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own, with the settings of this one."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def _cloned(template: Template) -> Iterator[str]:
    """A clone of the template, for code that runs its own event loops."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield runner.run(stack.enter_async_context(template.clone()))
        runner.run(stack.aclose())
