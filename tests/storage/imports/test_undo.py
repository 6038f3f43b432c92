"""An import taken back: the store is as it was, and nothing that stands on the import is lost."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.messages import imports as say
from bot.simulator.county import make_county
from storage.database import Database
from storage.households import Household
from storage.ids import BatchId, CadreId, HouseholdId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.report import Outcome
from storage.imports.shapes import SHAPES
from storage.imports.undo import CannotUndo, Undone, undo
from storage.schema import metadata
from storage.sealing import Keyring, new_key
from storage.visits import Visit
from tests.storage.imports.sheets import WHOLE_COUNTY, member, wife, write

Rows = dict[str, list[tuple[Any, ...]]]


async def load(store: Database, kind: Kind, path: Path, now: datetime, *, dry_run: bool = False) -> Outcome:
    async with store.writing() as session:
        return await import_file(session, kind, path, now=now, dry_run=dry_run)


async def take_back(store: Database, batch: int | None, now: datetime) -> Undone:
    assert batch is not None
    async with store.writing() as session:
        return await undo(session, BatchId(batch), now=now)


async def everything(store: Database) -> Rows:
    """All rows of all tables, but for the list of imports itself."""
    async with store.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name != "import_batch"
        }


def figures(outcome: Outcome) -> tuple[int, int, int, int, int]:
    return outcome.read, outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)


OTHERS = [
    member(户编号="700002", 人编号="70000201", 姓名="周国安", 性别="女", 证件号码="990100195705171000"),
]
CHANGED = [
    member(
        户类型="脱贫不稳定户",
        银行卡号="6217000000000000009",
        联系电话="19911113333",
        行政村="下坝村",
        帮扶责任人="罗平",
        帮扶责任人电话="19900000002",
    ),
    wife(
        姓名="何秀英",
        户类型="脱贫不稳定户",
        银行卡号="6217000000000000009",
        联系电话="19911113333",
        行政村="下坝村",
        帮扶责任人="罗平",
        帮扶责任人电话="19900000002",
    ),
]


async def visit(store: Database, now: datetime) -> None:
    async with store.writing() as session:
        household = (await session.scalars(select(Household).where(Household.number == "700001"))).one()
        cadre = (await session.execute(text("SELECT id FROM cadre"))).scalars().first()
        session.add(
            Visit(
                household_id=HouseholdId(household.id),
                cadre_id=CadreId(cadre or 0),
                visited_on=date(2026, 11, 22),
                reported_at=now,
                note="屋顶漏水",
                kind="visit",
                not_home=False,
                items=[],
                problems=[],
                measures=[],
                amounts=[],
                state="recorded",
            )
        )


async def test_an_update_taken_back_leaves_the_store_as_it_was(store: Database, tmp_path: Path, now: datetime) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member() | {"备注": "甲"}, wife()]), now)
    before = await everything(store)
    path = write(tmp_path / "2.xlsx", [row | {"备注": "乙"} for row in CHANGED])
    later = now + timedelta(days=3)
    outcome = await load(store, Kind.HOUSEHOLDS, path, later)
    assert figures(outcome) == (2, 0, 2, 0, 0)
    changed = await everything(store)
    for table in ("area", "household", "member", "cadre", "assignment", "household_status", "import_change"):
        assert changed[table] != before[table], table

    done = await take_back(store, outcome.batch, later)
    # A village and its group, a cadre, a pairing and a stretch of history were made; a household, two members, a
    # pairing and the stretch before changed.
    assert (done.deleted, done.restored) == (5, 5)
    assert await everything(store) == before
    assert figures(await load(store, Kind.HOUSEHOLDS, path, later)) == figures(outcome)


async def test_a_whole_county_taken_back_leaves_nothing_and_goes_in_again(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    empty = await everything(store)
    county = make_county(tmp_path, on=now.date(), seed=11, villages=4, households=60, dirt=0.04)
    stages = []
    first = []
    for kind in WHOLE_COUNTY:
        stages.append(await everything(store))
        first.append(await load(store, kind, county.file(kind), now))
    for outcome, stage in zip(reversed(first), reversed(stages), strict=True):
        await take_back(store, outcome.batch, now)
        assert await everything(store) == stage
    assert stages[0] == empty
    again = [await load(store, kind, county.file(kind), now) for kind in WHOLE_COUNTY]
    assert [figures(outcome) for outcome in again] == [figures(outcome) for outcome in first]


async def test_an_import_between_others_is_taken_back_alone(store: Database, tmp_path: Path, now: datetime) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member()]), now)
    second = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "2.xlsx", OTHERS), now)
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "3.xlsx", [wife()]), now)
    await take_back(store, second.batch, now)
    rows = await everything(store)
    assert (len(rows["household"]), len(rows["member"]), len(rows["assignment"])) == (1, 2, 1)


async def test_a_step_and_a_payment_go_back_too(store: Database, tmp_path: Path, now: datetime) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "h.xlsx", [member()]), now)
    asked = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村危房改造补助",
        "申请日期": "2026-09-10",
        "当前状态": "公示中",
        "状态日期": "2026-10-20",
    }
    paid = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村低保金",
        "金额(元)": 780.0,
        "发放日期": "2026-11-15",
        "发放批次": "202611低保",
        "发放状态": "待发放",
    }
    await load(store, Kind.APPLICATIONS, write(tmp_path / "a.xlsx", [asked]), now)
    await load(store, Kind.DISBURSEMENTS, write(tmp_path / "d.xlsx", [paid]), now)
    before = await everything(store)
    moved = write(tmp_path / "a.xlsx", [asked | {"当前状态": "已批准", "状态日期": "2026-11-20"}])
    approved = await load(store, Kind.APPLICATIONS, moved, now)
    settled = await load(store, Kind.DISBURSEMENTS, write(tmp_path / "d.xlsx", [paid | {"发放状态": "已发放"}]), now)
    await take_back(store, settled.batch, now)
    await take_back(store, approved.batch, now)
    assert await everything(store) == before


async def refusal(store: Database, batch: int | None, now: datetime) -> str:
    before = await everything(store)
    with pytest.raises(CannotUndo) as refused:
        await take_back(store, batch, now)
    assert await everything(store) == before
    return str(refused.value)


async def test_what_stands_on_an_import_is_named_and_nothing_changes(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    first = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member(), wife()]), now)
    await visit(store, now)
    assert await refusal(store, first.batch, now) == (
        "第1批不能撤回，什么也没有改：要删的行上已有走访1条（户编号700001）。"
    )
    second = await load(
        store, Kind.HOUSEHOLDS, write(tmp_path / "2.xlsx", [member(户类型="一般农户"), wife(户类型="一般农户")]), now
    )
    assert await refusal(store, first.batch, now) == (
        "第1批不能撤回，什么也没有改：第2批后来又动了这些行，要先撤回；要删的行上已有走访1条（户编号700001）。"
    )
    await take_back(store, second.batch, now)
    assert (await refusal(store, first.batch, now)).startswith("第1批不能撤回，什么也没有改：要删的行上已有走访1条")


async def test_a_later_import_that_hangs_on_this_one_is_named(store: Database, tmp_path: Path, now: datetime) -> None:
    first = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member()]), now)
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "2.xlsx", [wife()]), now)
    assert await refusal(store, first.batch, now) == ("第1批不能撤回，什么也没有改：第2批后来又动了这些行，要先撤回。")


async def test_a_row_changed_elsewhere_since_is_named(store: Database, tmp_path: Path, now: datetime) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member()]), now)
    second = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "2.xlsx", [member(户类型="一般农户")]), now)
    async with store.writing() as session:
        await session.execute(update(Household).values(bank="农商行"))
    async with store.writing() as session:
        await session.execute(update(Household).values(category="lifted"))
    assert await refusal(store, second.batch, now) == (
        "第2批不能撤回，什么也没有改：有1行后来在别处改过（户编号700001）。"
    )


async def test_of_many_new_rows_exactly_those_changed_since_are_named(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    county = make_county(tmp_path, on=now.date(), seed=11, villages=4, households=60, dirt=0)
    outcome = await load(store, Kind.HOUSEHOLDS, county.file(Kind.HOUSEHOLDS), now)
    async with store.writing() as session:
        homes = (await session.scalars(select(Household).order_by(Household.number))).all()
        homes[7].bank, homes[40].house_grade = "农商行", "D"
        await session.execute(text("UPDATE member SET name = '周国平' WHERE id = 21"))
        of_member = await session.scalar(text("SELECT household_id FROM member WHERE id = 21"))
    changed = {homes[7].number, homes[40].number, *(home.number for home in homes if home.id == of_member)}
    assert await refusal(store, outcome.batch, now) == (
        f"第1批不能撤回，什么也没有改：有3行后来在别处改过（户编号{'、'.join(sorted(changed))}）。"
    )


async def test_a_batch_is_taken_back_once_and_only_if_it_is_there(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    first = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member()]), now)
    await take_back(store, first.batch, now)
    assert await refusal(store, first.batch, now) == "第1批已经撤回过了。"
    assert await refusal(store, 9, now) == "没有第9批导入。请核对批号。"


async def test_what_was_sealed_with_a_key_that_is_gone_is_not_put_back(
    store: Database, store_url: str, tmp_path: Path, now: datetime
) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member()]), now)
    another = Database(store_url, Keyring([new_key()]))
    path = write(tmp_path / "2.xlsx", [member(银行卡号="6217000000000000009")])
    outcome = await load(another, Kind.HOUSEHOLDS, path, now)
    assert await refusal(another, outcome.batch, now) == (
        "第2批不能撤回，什么也没有改：原来的号码是用已经换掉的密钥加密的，请把旧密钥也填进 BANGFU_SECRET_KEYS。"
    )
    await another.close()


async def test_an_undo_cut_short_leaves_all_as_it_was(store: Database, tmp_path: Path, now: datetime) -> None:
    first = await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member(), wife()]), now)
    before = await everything(store)
    with pytest.raises(KeyboardInterrupt):
        async with store.writing() as session:
            await undo(session, BatchId(first.batch or 0), now=now)
            raise KeyboardInterrupt
    assert await everything(store) == before
    await take_back(store, first.batch, now)


async def test_a_dry_run_names_every_cell_and_changes_nothing(store: Database, tmp_path: Path, now: datetime) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member(), wife()]), now)
    before = await everything(store)
    path = write(tmp_path / "2.xlsx", [*CHANGED, *OTHERS])
    outcome = await load(store, Kind.HOUSEHOLDS, path, now, dry_run=True)
    assert await everything(store) == before
    assert [str(one) for one in outcome.differences or ()] == [
        "700001 行政村：示范县河口镇上坝村2组 → 示范县河口镇下坝村2组",
        "700001 户类型：脱贫户 → 脱贫不稳定户",
        "700001 联系电话：…2222 → …3333",
        "700001 银行卡号：…0001 → …0009",
        "700001 帮扶责任人：李梅 → 罗平",
        "70000101 联系电话：…2222 → …3333",
        "70000102 姓名：何秀兰 → 何秀英",
        "70000102 联系电话：…2222 → …3333",
        "700002 新增农户",
        "700002 帮扶责任人：（空） → 李梅",
        "70000201 新增家庭成员",
        "示范县河口镇下坝村 新增区划",
        "示范县河口镇下坝村2组 新增区划",
        "罗平 新增帮扶干部",
    ]


async def test_a_dry_run_hides_long_numbers_in_columns_of_the_countys_own(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    await load(store, Kind.HOUSEHOLDS, write(tmp_path / "1.xlsx", [member() | {"社保号": "990100196305171217"}]), now)
    path = write(tmp_path / "2.xlsx", [member() | {"社保号": "卡6217000000000000008"}])
    outcome = await load(store, Kind.HOUSEHOLDS, path, now, dry_run=True)
    assert [str(one) for one in outcome.differences or ()] == [
        "700001 社保号：…1217 → 卡…0008",
        "70000101 社保号：…1217 → 卡…0008",
    ]


def test_everything_that_may_hang_on_an_imported_row_has_a_name() -> None:
    pointing = {
        table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table.name in SHAPES
    }
    assert pointing <= say.ROWS.keys()
