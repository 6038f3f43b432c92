"""Backup and restore on a real PostgreSQL; only `docker compose exec` is played, by this machine's own programs."""

import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from tests import databases

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
URL = make_url(databases.POSTGRESQL_URL)

# `docker compose --file F exec -T postgres PROGRAM …` runs the program; other compose commands are written down.
DOCKER = r"""#!/usr/bin/env bash
shift 3
if [ "$1" = exec ]; then
    shift 3
    arguments=("${@//--username=bangfu/--username=$PGUSER}")
    arguments=("${arguments[@]//\/var\/lib\/bangfu/$VOLUMES}")
    exec "${arguments[@]//bangfu/$STORE}"
fi
echo "$*" >>"$COMPOSED"
"""

CONFIRMED = "confirmed: []\n"


@dataclass(frozen=True)
class Machine:
    """A machine the scripts run on, with a store of its own."""

    folder: Path
    environment: dict[str, str]

    def run(self, script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(DEPLOY / script), *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def sql(self, statement: str, *, database: str | None = None) -> str:
        command = ["psql", "-qtA", "-d", database or self.environment["STORE"], "-c", statement]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def composed(self) -> list[str]:
        path = Path(self.environment["COMPOSED"])
        return path.read_text().splitlines() if path.exists() else []

    def back_up(self) -> Path:
        done = self.run("backup.sh", self.folder / "backups")
        assert done.returncode == 0, done.stderr
        [made] = (self.folder / "backups").glob("*.dump")
        return made


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    if not databases.answers(databases.POSTGRESQL_URL) or not shutil.which("pg_dump"):
        pytest.skip("no PostgreSQL, or none of its programs, on this machine")
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    store = f"bangfu_test_{uuid4().hex[:12]}"
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": URL.host or "127.0.0.1",
        "PGPORT": str(URL.port or 5432),
        "PGUSER": URL.username or "postgres",
        "PGPASSWORD": URL.password or "",
        "STORE": store,
        "VOLUMES": str(tmp_path / "volumes"),
        "COMPOSED": str(tmp_path / "composed"),
    }
    environment.pop("AGE_RECIPIENT", None)
    (tmp_path / "volumes/catalogue/wangcang").mkdir(parents=True)
    (tmp_path / "volumes/catalogue/wangcang/confirmed.yaml").write_text(CONFIRMED)
    made = Machine(tmp_path, environment)
    made.sql(f"CREATE DATABASE {store}", database="postgres")
    try:
        probe = subprocess.run(["pg_dump", "-s", store], env=environment, capture_output=True, check=False)
        if probe.returncode != 0:
            pytest.skip("the PostgreSQL here is newer than the programs on this machine")
        made.sql("CREATE TABLE household (name text)")
        made.sql("INSERT INTO household SELECT md5(i::text) FROM generate_series(1, 2000) i")
        yield made
    finally:
        names = made.sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{store}%'", database="postgres")
        for name in names.splitlines():
            made.sql(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


def test_what_was_backed_up_comes_back_and_the_store_of_before_is_kept(machine: Machine) -> None:
    backup = machine.back_up()
    machine.sql("DELETE FROM household")

    done = machine.run("restore.sh", backup)

    assert done.returncode == 0, done.stderr
    assert machine.sql("SELECT count(*) FROM household") == "2000"
    store = machine.environment["STORE"]
    [before] = machine.sql(
        f"SELECT datname FROM pg_database WHERE datname LIKE '{store}_before%'", database="postgres"
    ).splitlines()
    assert machine.sql("SELECT count(*) FROM household", database=before) == "0"
    assert machine.composed() == ["stop bot-a bot-b worker", "up --detach"]


def test_what_staff_added_to_the_policies_is_backed_up_too(machine: Machine) -> None:
    [kept] = machine.back_up().parent.glob("*.catalogue.tar.gz")
    with tarfile.open(kept) as archive:
        page = archive.extractfile("catalogue/wangcang/confirmed.yaml")
        assert page is not None
        assert page.read().decode() == CONFIRMED


def test_only_its_owner_can_read_a_backup(machine: Machine) -> None:
    for made in machine.back_up().parent.iterdir():
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_backup_that_was_cut_short_changes_nothing_and_stops_nobody(machine: Machine) -> None:
    backup = machine.back_up()
    cut = machine.folder / "cut.dump"
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])

    done = machine.run("restore.sh", cut)

    assert done.returncode == 1
    assert "没有恢复：备份文件不完整或打不开。现在的库没有动。" in done.stderr
    assert machine.sql("SELECT count(*) FROM household") == "2000"
    assert machine.composed() == []


def test_a_store_that_cannot_be_read_leaves_no_half_a_backup(machine: Machine) -> None:
    machine.sql(f"ALTER DATABASE {machine.environment['STORE']} ALLOW_CONNECTIONS false", database="postgres")
    done = machine.run("backup.sh", machine.folder / "backups")
    machine.sql(f"ALTER DATABASE {machine.environment['STORE']} ALLOW_CONNECTIONS true", database="postgres")
    assert done.returncode != 0
    assert list((machine.folder / "backups").iterdir()) == []
