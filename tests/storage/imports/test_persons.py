"""Whom of a household a payment or an application is for, where a file says so."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.applications import Application
from storage.database import Database
from storage.disbursements import Disbursement
from storage.exports.kinds import Kind as ExportKind
from storage.exports.kinds import table_of
from storage.ids import BatchId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.report import Outcome
from storage.imports.undo import undo
from storage.members import Member
from tests.conftest import SHANGHAI
from tests.storage.imports.sheets import member, wife, write

Paid = list[tuple[str | None, int, int]]


def paid_to(person: str, amount: float, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "高龄津贴",
        "享受人姓名": person,
        "金额(元)": amount,
        "发放日期": "2026-11-15",
        "发放批次": "202611",
        "发放状态": "已发放",
    }
    return row | changes


def without_person(amount: float, **changes: Any) -> dict[str, Any]:
    row = paid_to("", amount, **changes)
    del row["享受人姓名"]
    return row


class Files:
    """Money files imported into a household of two, and what stands in the store after."""

    def __init__(self, store: Database, folder: Path, now: datetime) -> None:
        self.store, self.folder, self.now = store, folder, now

    async def load(self, kind: Kind, *rows: dict[str, Any], dry_run: bool = False) -> Outcome:
        path = write(self.folder / f"{kind}.xlsx", list(rows))
        async with self.store.writing() as session:
            return await import_file(session, kind, path, now=self.now, dry_run=dry_run)

    async def payments(self) -> Paid:
        """Each payment's person, fen, and place among those of its batch, in the order they were made."""
        async with self.store.reading() as session:
            columns = select(Member.name, Disbursement.amount_fen, Disbursement.occurrence)
            rows = await session.execute(
                columns.select_from(Disbursement)
                .outerjoin(Member, Member.id == Disbursement.member_id)
                .order_by(Disbursement.id)
            )
            return [(name, fen, occurrence) for name, fen, occurrence in rows]


@pytest.fixture
async def files(store: Database, tmp_path: Path, now: datetime) -> Files:
    found = Files(store, tmp_path, now)
    await found.load(Kind.HOUSEHOLDS, member(), wife())
    return found


async def test_two_of_a_household_are_paid_in_one_batch_each_in_their_own_name(files: Files) -> None:
    rows = paid_to("周国平", 50), paid_to("何秀兰", 50)
    outcome = await files.load(Kind.DISBURSEMENTS, *rows)
    assert (outcome.created, outcome.warnings) == (2, ())
    assert await files.payments() == [("周国平", 5000, 1), ("何秀兰", 5000, 2)]
    again = await files.load(Kind.DISBURSEMENTS, *reversed(rows))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


async def test_a_file_of_one_person_alone_changes_only_theirs(files: Files) -> None:
    await files.load(Kind.DISBURSEMENTS, paid_to("周国平", 50), paid_to("何秀兰", 50))
    outcome = await files.load(Kind.DISBURSEMENTS, paid_to("何秀兰", 60))
    assert (outcome.created, outcome.updated) == (0, 1)
    assert await files.payments() == [("周国平", 5000, 1), ("何秀兰", 6000, 2)]


async def test_the_number_tells_a_person_as_well_as_the_name(files: Files) -> None:
    row = paid_to("", 50) | {"人编号": "70000102"}
    assert (await files.load(Kind.DISBURSEMENTS, row)).warnings == ()
    assert await files.payments() == [("何秀兰", 5000, 1)]


async def test_a_file_that_begins_to_say_whose_it_is_makes_no_second_payment(files: Files) -> None:
    await files.load(Kind.DISBURSEMENTS, without_person(50), without_person(80))
    outcome = await files.load(Kind.DISBURSEMENTS, paid_to("何秀兰", 80), paid_to("周国平", 50))
    assert (outcome.created, outcome.updated) == (0, 2)
    assert await files.payments() == [("周国平", 5000, 1), ("何秀兰", 8000, 2)]


async def test_a_file_that_says_nothing_of_persons_leaves_them_as_they_were(files: Files) -> None:
    await files.load(Kind.DISBURSEMENTS, paid_to("周国平", 80), paid_to("何秀兰", 50))
    outcome = await files.load(Kind.DISBURSEMENTS, without_person(50), without_person(80))
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert await files.payments() == [("周国平", 8000, 1), ("何秀兰", 5000, 2)]


async def test_somebody_who_is_not_of_the_household_is_warned_of_and_the_money_still_counts(files: Files) -> None:
    outcome = await files.load(Kind.DISBURSEMENTS, paid_to("赵四海", 50))
    assert [(problem.column, problem.code) for problem in outcome.warnings] == [("享受人姓名", "person_unknown")]
    assert await files.payments() == [(None, 5000, 1)]


async def test_the_export_carries_the_person_back_and_its_import_changes_nothing(files: Files) -> None:
    await files.load(Kind.DISBURSEMENTS, paid_to("周国平", 50), paid_to("何秀兰", 50), paid_to("", 30))
    async with files.store.reading() as session:
        table = await table_of(session, ExportKind.DISBURSEMENTS, SHANGHAI, None)
        rows = [dict(zip(table.headings, line, strict=True)) for line in table.lines]
    assert [(row["人编号"], row["享受人"]) for row in rows] == [
        ("70000101", "周国平"),
        ("70000102", "何秀兰"),
        (None, None),
    ]
    outcome = await files.load(Kind.DISBURSEMENTS, *rows)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 3)


async def test_a_dry_run_shows_whose_it_becomes_and_undo_puts_it_back(files: Files) -> None:
    await files.load(Kind.DISBURSEMENTS, without_person(50))
    shown = await files.load(Kind.DISBURSEMENTS, paid_to("何秀兰", 50), dry_run=True)
    assert [(one.field, one.old, one.new) for one in shown.differences or ()] == [("人编号", None, "70000102")]
    outcome = await files.load(Kind.DISBURSEMENTS, paid_to("何秀兰", 50))
    async with files.store.writing() as session:
        assert outcome.batch is not None
        await undo(session, BatchId(outcome.batch), now=files.now)
    assert await files.payments() == [(None, 5000, 1)]


async def test_an_application_is_for_one_of_a_household(files: Files) -> None:
    row = {
        "户编号": "700001",
        "申请人姓名": "何秀兰",
        "补贴项目": "高龄津贴",
        "申请日期": "2026-11-01",
        "当前状态": "公示中",
    }
    await files.load(Kind.APPLICATIONS, row)
    async with files.store.reading() as session:
        of_it = select(Member.name).join(Application, Application.member_id == Member.id)
        assert list(await session.scalars(of_it)) == ["何秀兰"]
    again = await files.load(Kind.APPLICATIONS, row)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
