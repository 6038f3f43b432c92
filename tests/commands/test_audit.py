"""`bangfu audit verify|list`: the office can prove the record, and tell a household who looked."""

import hashlib
import sqlite3
from asyncio import to_thread
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from openpyxl import load_workbook
from sqlalchemy import make_url

from bot.app import ROUTES
from bot.messages.audit import did
from bot.simulator.county import County
from handlers.everyone.binding import bind_first
from tests.commands.conftest import Bangfu

TAMPERED = "UPDATE audit SET actor = 'cadre:99' WHERE position = 2"


async def execute(url: str, statement: str) -> None:
    """What somebody does who has the store and not the keys."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(parsed.database or "")) as connection, connection:
            connection.execute(statement)
        return
    connection = await asyncpg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False))
    await connection.execute(statement)
    await connection.close()


def import_households(bangfu: Bangfu, county_files: County) -> str:
    """Load the county's households; gives a 户编号."""
    assert bangfu("import", "households", str(county_files.file("households")), "--json").status == 0
    return _numbers(county_files.file("households"))[0]


def _numbers(path: Path) -> list[str]:
    sheet = load_workbook(path, read_only=True).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    [head] = [row for row in rows[:5] if row and "户编号" in row]
    column = head.index("户编号")
    return [str(row[column]) for row in rows[rows.index(head) + 1 :]]


def test_before_anything_was_done_there_is_nothing_to_prove(bangfu: Bangfu, on_clone: str) -> None:
    said = bangfu("audit", "verify")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("还没有任何审计记录。")
    assert bangfu("audit", "list").out == "没有这样的记录。\n"
    assert bangfu("audit", "list", "--json").document == []


def test_the_office_proves_its_record_and_writes_its_code_on_paper(
    bangfu: Bangfu, on_clone: str, county_files: County
) -> None:
    number = import_households(bangfu, county_files)
    code = bangfu("audit", "verify", "--json").document["head"]
    assert bangfu("household", "show", number).status == 0

    said = bangfu("audit", "verify")
    assert said.status == 0
    assert said.out.startswith("审计记录完好：共 2 条，从 ")
    on_paper = bangfu("audit", "verify", "--expect", code.replace("-", "").upper())
    assert on_paper.status == 0
    assert on_paper.out.endswith(f"纸上的校验码 {code} 对得上：到那一条为止，没有被动过。\n")

    another = bangfu("audit", "verify", "--expect", "1:0000-0000-0000-0000")
    assert another.status == 1
    assert "纸上的校验码 1:0000-0000-0000-0000 对不上" in another.out
    assert bangfu("audit", "verify", "--expect", "1:三").status == 2


async def test_what_was_tampered_with_is_named_in_plain_words(
    bangfu: Bangfu, on_clone: str, county_files: County
) -> None:
    number = await to_thread(import_households, bangfu, county_files)
    for _ in range(2):
        await to_thread(bangfu, "household", "show", number)
    await execute(on_clone, TAMPERED)
    said = await to_thread(bangfu, "audit", "verify")
    assert said.status == 1
    assert said.out == "审计记录有问题：第 2 条对不上：它或它前面的一条被改过、换过，或是插进来的。\n"
    found = await to_thread(bangfu, "audit", "verify", "--json")
    assert (found.status, found.document["holds"]) == (1, False)
    assert found.document["breaks"] == [{"position": 2, "until": None, "fault": "altered"}]

    await execute(on_clone, "DELETE FROM audit WHERE position = 2")
    said = await to_thread(bangfu, "audit", "verify")
    assert said.out == "审计记录有问题：第 2 条不见了：记录被删掉过。\n"


def test_commands_that_touch_personal_data_are_in_the_record(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "zhang")
    file = county_files.file("households")
    number = import_households(bangfu, county_files)
    assert bangfu("import", "households", str(file), "--dry-run", "--json").status == 0
    assert bangfu("household", "show", number).status == 0
    assert bangfu("visits", "list", "--household", number).status == 0
    assert bangfu("visits", "list").status == 0
    assert bangfu("entitlements", number).status == 0
    assert bangfu("reminders", "list").status == 0
    assert bangfu("invite", "--household", number).status == 0
    assert bangfu("import", "undo", "1").status in (0, 1)

    acts = bangfu("audit", "list", "--json").document
    assert [act["action"] for act in acts][:8] == [
        "import.households",
        "import.tried",
        "household.show",
        "visits.list",
        "visits.list",
        "entitlements.shown",
        "reminders.list",
        "invitation.made",
    ]
    assert {act["actor"] for act in acts} == {"office:zhang"}
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert acts[0]["detail"]["sha256"] == acts[1]["detail"]["sha256"] == digest
    assert acts[0]["detail"]["batch"] == 1
    assert acts[2]["households"] == acts[3]["households"] == [number]
    assert [act["position"] for act in acts] == list(range(1, len(acts) + 1))


def test_a_household_can_be_told_who_looked(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "zhang")
    import_households(bangfu, county_files)
    mine, other = sorted(set(_numbers(county_files.file("households"))))[:2]
    for number in (mine, other, mine):
        assert bangfu("household", "show", number).status == 0
    listed = bangfu("audit", "list", "--household", mine, "--json").document
    # The import touched everybody; what was looked at of another is not in it.
    assert [act["action"] for act in listed] == ["import.households", "household.show", "household.show"]
    told = bangfu("audit", "list", "--household", mine).out.splitlines()
    assert len(told) == 3
    assert told[-1].endswith(f"　办公室 zhang　看登记　{mine}")
    assert bangfu("audit", "list", "--household", mine, "--since", "2999-01-01").out == "没有这样的记录。\n"
    assert bangfu("audit", "list", "--household", "没有").sentence == "没有这个户编号。请核对后再试。"


def test_every_thing_people_can_say_has_words_in_the_list() -> None:
    """An office reads what was done, not what we call it."""
    said = {route.intent for route in ROUTES if ":" not in route.intent and route.talk is not bind_first}
    assert [intent for intent in sorted(said) if intent in did(intent, None)] == []
