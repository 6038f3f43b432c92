"""The ledgers as tables: who went where, what was reminded of, whom to ring."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy import event, update

from policies.catalogue import load_county
from storage import visits
from storage.cadres import Cadre
from storage.database import Database
from storage.disbursements import Disbursement
from storage.exports.kinds import Kind, table_of
from storage.exports.tables import write_table
from storage.households import Household
from storage.members import Member
from storage.outbox import TEXT, Attempt, Call, Outbox, OutboxState
from storage.reminders import Reminder
from storage.visits import Visit, VisitKind
from tests.village import Helper, House, Village

COUNTY = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store, NOW)


async def lines_of(store: Database, kind: Kind) -> list[dict[str, Any]]:
    async with store.reading() as session:
        table = await table_of(session, kind, COUNTY, None)
    lines = [dict(zip(table.headings, line, strict=True)) for line in table.lines]
    assert len(lines) == table.count
    return lines


async def promised(store: Database, key: str, **values: Any) -> Outbox:
    async with store.writing() as session:
        row = Outbox(
            key=key,
            kind="visit_due",
            text_sealed=store.keyring.seal("该去看看了。", TEXT),
            due_at=NOW,
            promised_at=NOW,
            **values,
        )
        session.add(row)
        await session.flush()
        return row


async def test_a_visit_is_one_line_in_the_countys_time(store: Database, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    async with store.writing() as session:
        told = Visit(
            household_id=wang.id,
            cadre_id=li.id,
            visited_on=date(2026, 11, 30),
            reported_at=NOW,
            note="=送了两袋米",
            kind=VisitKind.VISIT,
            items=[{"name": "米", "quantity": 2, "unit": "袋"}, {"name": "油", "quantity": None, "unit": None}],
            problems=["屋顶漏水", "路烂"],
            amounts=[{"value": 200, "what": "慰问金"}],
        )
        await visits.record(session, told)
        await visits.withdraw(session, told, said="撤回", at=NOW)
    [line] = await lines_of(store, Kind.VISITS)
    assert line == {
        "编号": told.id,
        "户编号": wang.number,
        "户主姓名": "王建国",
        "帮扶干部": "李梅",
        "走访日期": date(2026, 11, 30),
        "走访方式": "入户",
        "家里没人": "否",
        "记录": "=送了两袋米",
        "物品": "米2袋；油",
        "问题": "屋顶漏水；路烂",
        "措施": None,
        "金额": "慰问金200元",
        "上报时间": "2026-12-01 01:05",
        "状态": "已撤回",
    }


async def test_a_reminder_says_to_whom_and_what_became_of_it(store: Database, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    row = await promised(store, "one", cadre_id=li.id, state=OutboxState.SENT, channel="wecom")
    async with store.writing() as session:
        session.add_all(Attempt(outbox_id=row.id, channel="wecom", started_at=NOW) for _ in range(2))
        session.add(
            Reminder(
                key="visit_due:1",
                kind="visit_due",
                household_id=wang.id,
                cadre_id=li.id,
                subject="2026-11",
                deadline=None,
                due_at=NOW,
                outbox_id=row.id,
                planned_at=NOW,
            )
        )
    assert await lines_of(store, Kind.REMINDERS) == [
        {
            "事项": "走访",
            "户编号": wang.number,
            "户主姓名": "王建国",
            "发给谁": "李梅",
            "截止日期": None,
            "该发时间": "2026-12-01 01:05",
            "状态": "已发出",
            "渠道": "wecom",
            "发送次数": 2,
        }
    ]


async def call(store: Database, row: Outbox, house: House | None, helper: Helper | None, done: bool) -> None:
    async with store.writing() as session:
        session.add(
            Call(
                outbox_id=row.id,
                household_id=None if house is None else house.id,
                cadre_id=None if helper is None else helper.id,
                made_at=NOW,
                done_at=NOW + timedelta(hours=1) if done else None,
            )
        )


async def test_a_call_says_whom_to_ring_and_who_is_to_do_it(store: Database, village: Village) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    li = await village.cadre("李梅", visits=[wang])
    await call(store, await promised(store, "one", household_id=wang.id), wang, None, done=True)
    await call(store, await promised(store, "two", household_id=chen.id), chen, None, done=False)
    await call(store, await promised(store, "three", cadre_id=li.id), None, None, done=False)
    told = [tuple(line.values()) for line in await lines_of(store, Kind.CALLS)]
    at, later = "2026-12-01 01:05", "2026-12-01 02:05"
    assert told == [
        (wang.number, "王建国", "农户", wang.phone, "走访", "该去看看了。", "李梅", at, later),
        (chen.number, "陈秀英", "农户", chen.phone, "走访", "该去看看了。", "县办公室", at, None),
        (None, None, "李梅", li.phone, "走访", "该去看看了。", "县办公室", at, None),
    ]


async def test_a_big_table_asks_no_more_than_a_small_one(store: Database, village: Village) -> None:
    async def statements(kind: Kind) -> int:
        asked: list[str] = []

        def note(*arguments: Any) -> None:
            asked.append(arguments[2])

        event.listen(store.engine.sync_engine, "before_cursor_execute", note)
        await lines_of(store, kind)
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)
        return len(asked)

    await village.cadre("李梅", visits=[await village.household("王建国")])
    few = [await statements(kind) for kind in Kind]
    homes = [await village.household(f"王{name}", family=[("何秀兰", "配偶", "19720101")]) for name in "甲乙丙丁戊己"]
    await village.cadre("张磊", visits=homes)
    assert [await statements(kind) for kind in Kind] == few


TEXTS = {
    Household: ("head_name", "cause", "other_causes", "dibao_class", "house_grade", "bank"),
    Member: (
        *("name", "relation", "ethnicity", "education", "schooling", "health", "disability", "labor", "work_area"),
    ),
    Cadre: ("name", "unit", "rank"),
    Disbursement: ("benefit", "batch", "remark"),
}


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t=", "\r="])
async def test_no_text_of_any_table_becomes_a_formula(
    store: Database, village: Village, tmp_path: Path, beginning: str
) -> None:
    """Whoever writes into the store: what a cadre tells, what an office types, what a file holds."""
    text = f"{beginning}1"
    wang = await village.household("王建国", family=[("赵小兰", "配偶", "19720303")])
    alone = await village.household("何秀兰")
    li = await village.cadre("李梅", visits=[wang])
    await village.paid(wang, "低保", 300, "2026-11-01")
    told: dict[str, Any] = {"note": text, "items": [{"name": text}], "problems": [text], "measures": [text]}
    async with store.writing() as session:
        visit = Visit(household_id=wang.id, cadre_id=li.id, visited_on=NOW.date(), reported_at=NOW, **told)
        await visits.record(session, visit)
        for table, names in TEXTS.items():
            await session.execute(update(table).values(dict.fromkeys(names, text)))
        await session.execute(update(Member).values(extra={"说法": text}))
    await call(store, await promised(store, "one", household_id=alone.id), alone, None, done=False)
    found = 0
    for kind in Kind:
        async with store.reading() as session:
            write_table(await table_of(session, kind, COUNTY, None), tmp_path / "out.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}, kind
        found += sum(cell.data_type == "s" and str(cell.value).endswith(text[-2:]) for cell in cells)
    assert found > 40


async def test_gaps_are_told_line_by_line(store: Database, village: Village) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    await village.cadre("李梅", visits=[wang])
    lines = await lines_of(store, Kind.GAPS)
    assert [line for line in lines if line["问题"] == "没有帮扶干部"] == [
        dict.fromkeys(("帮扶干部", "单位", "职务级别", "结对户数", "该结对几户", "说明"))
        | {"问题": "没有帮扶干部", "户编号": chen.number, "户主姓名": "陈秀英", "所在地": "旺苍县东河镇青山村1组"}
    ]


async def test_officials_with_too_many_households_are_told_with_what_they_should_have(
    store: Database, village: Village
) -> None:
    rule = load_county("yiyang").pairing
    assert rule is not None
    homes = [await village.household(f"王{name}") for name in "甲乙丙丁戊己"]
    li = await village.cadre("李梅", visits=homes)
    async with store.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id == li.id).values(rank="正科级"))
    async with store.reading() as session:
        table = await table_of(session, Kind.GAPS, COUNTY, rule)
    [line] = [dict(zip(table.headings, line, strict=True)) for line in table.lines if "李梅" in line]
    assert (line["问题"], line["结对户数"], line["职务级别"]) == ("结对户数多了", 6, "正科级")
    assert line["该结对几户"] == "2户"
