"""Money that came or failed: told once, of what a file has just brought, and never of what was put right since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from policies.catalogue import load_county
from storage import notices
from storage.database import Database
from storage.ids import BatchId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.undo import undo
from tests.reminders.walking import Walk, at
from tests.storage.imports.sheets import write
from tests.village import House, Village

File = Callable[..., Any]


@pytest.fixture
def walk(store: Database) -> Walk:
    """The clock of a county that reminds of nothing else."""
    return Walk(store, replace(load_county("wangcang"), visits=(), confirmations={}, benefits={}))


@pytest.fixture
def file(store: Database, tmp_path: Path) -> File:
    """Import a file of payments at a time; each row as household, day, yuan, state and remark."""

    async def imported(when: datetime, *rows: tuple[House, str, int, str, str]) -> BatchId:
        lines = [
            {
                "户编号": house.number,
                "补贴项目": "农村低保金",
                "金额(元)": yuan,
                "发放日期": day,
                "发放批次": f"{day[:7]}",
                "银行卡号": "6217000000001234",
                "发放状态": state,
                "备注": remark,
            }
            for house, day, yuan, state, remark in rows
        ]
        async with store.writing() as session:
            outcome = await import_file(session, Kind.DISBURSEMENTS, write(tmp_path / "d.xlsx", lines), now=when)
        assert outcome.batch is not None
        return BatchId(outcome.batch)

    return imported


def told(house: House, text: str) -> tuple[str, str]:
    return f"household:{house.id}", text


async def test_money_of_a_new_file_is_told_once_by_day(people: Village, walk: Walk, file: File) -> None:
    wang, zhao = await people.household("王建国"), await people.household("赵四海")
    li = await people.cadre("李梅", visits=[wang, zhao])
    await file(
        at("2026-11-15T21:00"),
        (wang, "2026-11-15", 780, "已发放", ""),
        (zhao, "2026-11-15", 520, "发放失败", "账户已销户"),
    )
    await walk.through("2026-11-16", "2026-12-10")
    assert sorted(walk.said) == [
        (
            "11-16 09:20",
            *told(
                wang, "补贴到账了：\n农村低保金：11月15日，780元，已到账（卡尾号1234）\n要看以前的，回复“我的补贴”。"
            ),
        ),
        (
            "11-16 09:20",
            *told(
                zhao,
                "有补贴没有发成功：\n"
                "农村低保金：11月15日，520元，没有发成功（卡尾号1234）\n"
                "原因：账户已销户。这张卡已经销了。请带身份证和银行卡到银行换一张新卡，再把新卡号告诉村里。\n"
                f"想问清楚，请找帮扶干部李梅（电话{li.phone}）。",
            ),
        ),
    ]


async def test_a_first_file_of_years_tells_nobody_of_old_money(people: Village, walk: Walk, file: File) -> None:
    wang = await people.household("王建国")
    await file(
        at("2026-11-23T10:00"),
        *((wang, f"2025-{month:02}-15", 780, "已发放", "") for month in range(1, 13)),
        (wang, "2026-08-15", 780, "发放失败", ""),
        (wang, "2026-11-10", 780, "已发放", ""),
    )
    await walk.through("2026-11-23", "2026-11-30")
    assert walk.said == []


async def test_several_payments_of_a_household_are_one_message(people: Village, walk: Walk, file: File) -> None:
    wang = await people.household("王建国")
    await file(at("2026-11-20T10:00"), (wang, "2026-11-16", 300, "已发放", ""), (wang, "2026-11-19", 200, "已发放", ""))
    assert (await walk.plan(at("2026-11-20T11:20"))).by_kind == {"money_arrived": 2}
    assert (await walk.plan(at("2026-11-20T11:25"))).already == 2
    await walk.ring(at("2026-11-20T12:20"))
    [(_, _, text)] = walk.said
    assert text.count("已到账") == 2


async def test_what_was_paid_before_it_was_told_is_told_as_paid(people: Village, walk: Walk, file: File) -> None:
    wang = await people.household("王建国")
    await file(at("2026-11-20T20:00"), (wang, "2026-11-20", 300, "发放失败", "卡号有误"))
    await walk.plan(at("2026-11-20T21:30"))
    await file(at("2026-11-20T21:40"), (wang, "2026-11-20", 300, "已发放", ""))
    await walk.through("2026-11-21", "2026-11-25")
    assert [text.splitlines()[0] for _, _, text in walk.said] == ["补贴到账了："]


async def test_an_import_taken_back_is_not_told_and_made_again_is_told_once(
    people: Village, walk: Walk, file: File, store: Database
) -> None:
    wang = await people.household("王建国")
    payment = (wang, "2026-11-20", 300, "已发放", "")
    batch = await file(at("2026-11-20T10:00"), payment)
    await walk.ring(at("2026-11-20T11:20"))
    async with store.writing() as session:
        await undo(session, batch, now=at("2026-11-20T12:00"))
    await file(at("2026-11-20T13:00"), payment)
    await walk.through("2026-11-20", "2026-11-25")
    assert len(walk.said) == 1

    taken_back = await file(at("2026-11-26T10:00"), (wang, "2026-11-26", 900, "已发放", ""))
    await walk.plan(at("2026-11-26T10:20"))
    async with store.writing() as session:
        await undo(session, taken_back, now=at("2026-11-26T10:30"))
    await walk.through("2026-11-26", "2026-11-28")
    assert len(walk.said) == 1


async def test_who_wants_no_reminders_is_told_neither(people: Village, walk: Walk, file: File, store: Database) -> None:
    wang, zhao = await people.household("王建国"), await people.household("赵四海")
    rows = (wang, "2026-11-20", 300, "发放失败", ""), (zhao, "2026-11-20", 300, "已发放", "")
    async with store.writing() as session:
        await notices.turn_off(session, wang.id, at("2026-11-01T10:00"))
    await file(at("2026-11-20T10:00"), *rows)
    await walk.plan(at("2026-11-20T11:20"))
    async with store.writing() as session:
        await notices.turn_off(session, zhao.id, at("2026-11-20T11:25"))
    await walk.through("2026-11-20", "2026-11-22")
    assert walk.said == []
