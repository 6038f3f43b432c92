"""Whole files into the store, on every database: what lands, what a second file changes, what is left alone."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from sqlalchemy import func, select

from bot.simulator.county import County, make_county
from storage.applications import Application, Approval
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import PHONE as CADRE_PHONE
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.disbursements import Disbursement, PaymentState
from storage.households import CARD, PHONE, Household
from storage.import_batches import ImportBatch
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.rejected import write_rejected
from storage.imports.report import Outcome
from storage.members import ID_NUMBER, Member
from tests.conftest import SHARED
from tests.storage.imports.sheets import WHOLE_COUNTY, member, wife, write

COUNTY_SMALL = SHARED / "fixtures" / "county-small"


async def load(store: Database, kind: Kind, path: Path, now: datetime, *, dry_run: bool = False) -> Outcome:
    async with store.writing() as session:
        return await import_file(session, kind, path, now=now, dry_run=dry_run)


def figures(outcome: Outcome) -> tuple[int, int, int, int, int]:
    """Read, created, updated, unchanged, rejected."""
    return outcome.read, outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)


async def all_of(store: Database, model: Any) -> list[Any]:
    async with store.reading() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


async def count(store: Database, model: Any) -> int:
    async with store.reading() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


@pytest.fixture
async def households(store: Database, tmp_path: Path, now: datetime) -> Any:
    """Import these rows as a households file."""

    async def imported(*rows: dict[str, Any], at: datetime = now) -> Outcome:
        return await load(store, Kind.HOUSEHOLDS, write(tmp_path / "households.xlsx", list(rows)), at)

    return imported


async def test_a_household_lands_sealed_and_whole(store: Database, households: Any) -> None:
    outcome = await households(member(), wife())
    assert figures(outcome) == (2, 2, 0, 0, 0)
    [home] = await all_of(store, Household)
    assert (home.number, home.head_name, home.category, home.income_per_capita_fen) == (
        *("700001", "周国平", "lifted", 812345),
    )
    assert store.keyring.open(home.phone_sealed, PHONE) == "19911112222"
    assert home.phone_index == store.keyring.index("19911112222", PHONE)
    assert store.keyring.open(home.card_sealed, CARD) == "6217000000000000001"
    head, spouse = await all_of(store, Member)
    assert (head.name, head.relation, head.birth_date) == ("周国平", "户主", date(1963, 5, 17))
    assert store.keyring.open(spouse.id_number_sealed, ID_NUMBER) == "990100196511034424"
    areas = {area.name: area for area in await all_of(store, Area)}
    assert areas["2组"].id == home.area_id
    assert areas["2组"].code.startswith(areas["上坝村"].code)
    assert areas["上坝村"].code.startswith(areas["河口镇"].code)
    [cadre] = await all_of(store, Cadre)
    assert (cadre.name, cadre.unit, cadre.role) == ("李梅", "县教育局", Role.CADRE)
    assert store.keyring.open(cadre.phone_sealed, CADRE_PHONE) == "19900000001"
    [pairing] = await all_of(store, Assignment)
    assert (pairing.household_id, pairing.cadre_id, pairing.since, pairing.until) == (
        *(home.id, cadre.id, date(2026, 11, 23), None),
    )


async def test_the_same_file_twice_changes_nothing(store: Database, households: Any, now: datetime) -> None:
    await households(member(), wife())
    outcome = await households(member(), wife(), at=now + timedelta(days=30))
    assert figures(outcome) == (2, 0, 0, 2, 0)
    [home] = await all_of(store, Household)
    assert home.imported_at == now
    assert (await count(store, Assignment), await count(store, Cadre)) == (1, 1)


async def test_a_newer_file_updates_what_differs(store: Database, households: Any) -> None:
    await households(member(), wife())
    outcome = await households(member(户类型="脱贫不稳定户", 银行卡号="6217000000000000009"), wife(姓名="何秀英"))
    assert figures(outcome) == (2, 0, 2, 0, 0)
    [home] = await all_of(store, Household)
    assert (home.category, store.keyring.open(home.card_sealed, CARD)) == ("unstable", "6217000000000000009")
    assert [one.name for one in await all_of(store, Member)] == ["周国平", "何秀英"]


async def test_what_a_file_leaves_out_or_garbles_stays_as_it_was(store: Database, households: Any) -> None:
    await households(member())
    row = member(联系电话="1380013")
    del row["人均纯收入(元)"]
    outcome = await households(row)
    assert figures(outcome) == (1, 0, 0, 1, 0)
    [home] = await all_of(store, Household)
    assert home.income_per_capita_fen == 812345
    assert store.keyring.open(home.phone_sealed, PHONE) == "19911112222"


async def test_an_emptied_cell_empties_the_store(store: Database, households: Any) -> None:
    await households(member())
    assert figures(await households(member(银行卡号=None))) == (1, 0, 1, 0, 0)
    assert [home.card_sealed for home in await all_of(store, Household)] == [None]


async def test_a_household_is_handed_over_and_never_without_a_cadre(
    store: Database, households: Any, now: datetime
) -> None:
    await households(member())
    another = member(帮扶责任人="罗平", 帮扶责任人电话="19900000002")
    assert figures(await households(another, at=now + timedelta(days=8))) == (1, 0, 1, 0, 0)
    nobody = member(帮扶责任人=None, 帮扶责任人电话=None)
    assert figures(await households(nobody, at=now + timedelta(days=9))) == (1, 0, 0, 1, 0)
    first, second = await all_of(store, Assignment)
    assert (first.since, first.until) == (date(2026, 11, 23), date(2026, 12, 1))
    assert (second.since, second.until) == (date(2026, 12, 1), None)


async def test_a_known_phone_with_another_name_is_not_renamed(store: Database, households: Any) -> None:
    await households(member())
    outcome = await households(member(帮扶责任人="李玫"))
    assert [problem.code for problem in outcome.warnings] == ["cadre_name_differs"]
    assert [cadre.name for cadre in await all_of(store, Cadre)] == ["李梅"]


async def test_assignments_pair_and_name_a_head_nobody_could_name(
    store: Database, households: Any, tmp_path: Path, now: datetime
) -> None:
    other = member(户编号="700002", 人编号="70000201", 性别="女", 证件号码="990100195705171000")
    await households(member(姓名=None), wife(), other)
    rows = [
        {"户编号": "700001", "户主姓名": "周国平", "帮扶责任人": "罗平", "帮扶责任人电话": "19900000002"},
        {"户编号": "700002", "户主姓名": "别人", "帮扶责任人": "罗平", "帮扶责任人电话": "19900000002"},
        {"户编号": "799999", "户主姓名": "周国平", "帮扶责任人": "罗平", "帮扶责任人电话": "19900000002"},
        {"户编号": "700002", "户主姓名": "周国平", "帮扶责任人": "罗平", "帮扶责任人电话": "1990000"},
    ]
    path = write(tmp_path / "assignments.xlsx", [row | {"帮扶单位": "县林业局", "职务级别": "科级"} for row in rows])
    outcome = await load(store, Kind.ASSIGNMENTS, path, now)
    assert figures(outcome) == (4, 0, 1, 0, 3)
    assert [(problem.row, problem.column, problem.code) for problem in outcome.rejected] == [
        (3, "户主姓名", "name_mismatch"),
        (4, "户编号", "household_unknown"),
        (5, "帮扶责任人电话", "phone_needed"),
    ]
    assert [home.head_name for home in await all_of(store, Household)] == ["周国平", "周国平"]
    assert figures(await load(store, Kind.ASSIGNMENTS, path, now)) == (4, 0, 0, 1, 3)


async def test_cadres_get_role_area_and_account(
    store: Database, households: Any, tmp_path: Path, now: datetime
) -> None:
    await households(member())
    headings = ("姓名", "电话", "单位", "职务级别", "角色", "管辖区划", "企业微信账号")
    people = [
        ("李梅", "19900000001", "县教育局", "科级", "帮扶干部", "河口镇上坝村", "limei"),
        ("罗平", 19900000002, "河口镇政府", "科级", "乡镇", "河口镇", "luoping"),
        ("唐芳", "199-0000-0003", "", "", "第一书记", "不知道的村", "limei"),
        ("高明", "19900000004", "", "", "村长", "上坝村", "gaoming"),
    ]
    path = write(tmp_path / "cadres.xlsx", [dict(zip(headings, one, strict=True)) for one in people])
    outcome = await load(store, Kind.CADRES, path, now)
    assert figures(outcome) == (4, 2, 1, 0, 1)
    assert [(problem.row, problem.code) for problem in outcome.rejected] == [(5, "role_unknown")]
    assert sorted((problem.row, problem.code) for problem in outcome.warnings) == [
        (4, "area_unknown"),
        (4, "wecom_taken"),
    ]
    areas = {area.id: area.name for area in await all_of(store, Area)}
    assert [(one.name, one.role, areas.get(one.area_id), one.wecom_user) for one in await all_of(store, Cadre)] == [
        ("李梅", "cadre", "上坝村", "limei"),
        ("罗平", "township", "河口镇", "luoping"),
        ("唐芳", "first_secretary", None, None),
    ]
    assert figures(await load(store, Kind.CADRES, path, now)) == (4, 0, 0, 3, 1)


def payment(**changes: Any) -> dict[str, Any]:
    row = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村低保金",
        "金额(元)": 780.0,
        "发放日期": "2026-11-15",
        "发放批次": "202611低保",
        "银行卡号": "6217000000000000001",
        "发放状态": "待发放",
        "备注": "",
    }
    return row | changes


async def test_a_payment_moves_on_and_is_never_doubled(
    store: Database, households: Any, tmp_path: Path, now: datetime
) -> None:
    await households(member())
    path = tmp_path / "d.xlsx"
    others = [payment(户编号="799999"), payment(户主姓名="别人")]
    outcome = await load(store, Kind.DISBURSEMENTS, write(path, [payment(), *others]), now)
    assert figures(outcome) == (3, 1, 0, 0, 2)
    assert [problem.code for problem in outcome.rejected] == ["household_unknown", "name_mismatch"]
    assert figures(await load(store, Kind.DISBURSEMENTS, path, now)) == (3, 0, 0, 1, 2)
    paid = write(path, [payment(发放状态="发放失败", 备注="账户已销户")])
    assert figures(await load(store, Kind.DISBURSEMENTS, paid, now)) == (1, 0, 1, 0, 0)
    [found] = await all_of(store, Disbursement)
    assert (found.state, found.remark, found.amount_fen) == (PaymentState.FAILED, "账户已销户", 78000)


async def test_an_application_keeps_every_step_it_reached(
    store: Database, households: Any, tmp_path: Path, now: datetime
) -> None:
    await households(member())
    row = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村危房改造补助",
        "申请日期": "2026-09-10",
        "当前状态": "公示中",
        "状态日期": "2026-10-20",
        "原因": "",
    }
    first = write(tmp_path / "a.xlsx", [row])
    assert figures(await load(store, Kind.APPLICATIONS, first, now)) == (1, 1, 0, 0, 0)
    assert figures(await load(store, Kind.APPLICATIONS, first, now)) == (1, 0, 0, 1, 0)
    later = row | {"当前状态": "不予批准", "状态日期": "2026-11-20", "原因": "已享受同类补贴"}
    second = write(tmp_path / "b.xlsx", [later])
    assert figures(await load(store, Kind.APPLICATIONS, second, now)) == (1, 0, 1, 0, 0)
    [found] = await all_of(store, Application)
    assert (found.state, found.state_since, found.reason) == ("不予批准", date(2026, 11, 20), "已享受同类补贴")
    steps = [(step.step, step.reached_on, step.reason) for step in await all_of(store, Approval)]
    assert steps == [
        ("公示中", date(2026, 10, 20), None),
        ("不予批准", date(2026, 11, 20), "已享受同类补贴"),
    ]


async def test_a_dry_run_tells_the_figures_and_leaves_nothing(store: Database, tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path / "h.xlsx", [member(), wife()])
    outcome = await load(store, Kind.HOUSEHOLDS, path, now, dry_run=True)
    assert (outcome.batch, figures(outcome)) == (None, (2, 2, 0, 0, 0))
    for model in (Household, Member, Area, Cadre, Assignment, ImportBatch):
        assert await count(store, model) == 0


async def test_an_import_cut_short_leaves_nothing_half_done(store: Database, tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path / "h.xlsx", [member(), wife()])
    with pytest.raises(KeyboardInterrupt):
        async with store.writing() as session:
            await import_file(session, Kind.HOUSEHOLDS, path, now=now)
            raise KeyboardInterrupt
    assert await count(store, Household) == await count(store, ImportBatch) == 0


async def test_rejected_rows_come_back_to_correct_and_import_again(
    store: Database, households: Any, tmp_path: Path, now: datetime
) -> None:
    bad = wife(证件号码="990100651103442") | {"搬迁安置点": "=1+1"}
    outcome = await households(member() | {"搬迁安置点": ""}, bad)
    back = tmp_path / "rejected.xlsx"
    assert write_rejected(back, outcome) == 1
    [headings, row] = python_calamine.CalamineWorkbook.from_path(back).get_sheet_by_index(0).to_python()
    returned = dict(zip(headings, row, strict=True))
    assert returned["未导入原因"] == "证件号码：证件号码位数不够，应为18位。"
    assert returned["姓名"] == "何秀兰"

    book = openpyxl.load_workbook(back)
    sheet = book.active
    assert sheet is not None
    sheet.cell(2, headings.index("证件号码") + 1).value = "990100196511034424"
    book.save(back)
    again = await load(store, Kind.HOUSEHOLDS, back, now)
    assert figures(again) == (1, 1, 0, 0, 0)
    assert [one.name for one in await all_of(store, Member)] == ["周国平", "何秀兰"]
    assert all("未导入原因" not in one.extra for one in await all_of(store, Member))


async def test_a_formula_in_a_rejected_row_comes_back_as_words(store: Database, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "2026年11月农户信息[第二次]国家系统导出给县里核对用的完整表格.csv"
    rows = [member(姓名='=HYPERLINK("http://x")', 银行卡号="'6217000000000000001")]
    lines = [",".join(rows[0]), ",".join(f'"{str(cell).replace(chr(34), chr(34) * 2)}"' for cell in rows[0].values())]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    outcome = await load(store, Kind.HOUSEHOLDS, path, now)
    assert [problem.code for problem in outcome.rejected] == ["name_injection"]
    write_rejected(tmp_path / "back.xlsx", outcome)
    cell = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]["G2"]
    assert (cell.value, cell.data_type) in {('=HYPERLINK("http://x")', "s"), ('=HYPERLINK("http://x")', "inlineStr")}


async def test_nothing_rejected_writes_no_workbook(households: Any, tmp_path: Path) -> None:
    outcome = await households(member())
    assert write_rejected(tmp_path / "none.xlsx", outcome) == 0
    assert not (tmp_path / "none.xlsx").exists()


async def test_the_batch_and_the_json_tell_rows_and_columns_only(store: Database, households: Any) -> None:
    outcome = await households(member(联系电话="1380013"), wife(证件号码="990100651103442"))
    assert outcome.as_json() == {
        "batch": outcome.batch,
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "warnings": [
            {
                "row": 2,
                "column": "联系电话",
                "code": "phone",
                "reason": "电话不是有效的手机号或座机号，电话没有记下，请核对。",
            }
        ],
        "rejected": [{"row": 3, "column": "证件号码", "code": "id_short", "reason": "证件号码位数不够，应为18位。"}],
        "missing": {"households": 0, "members": 0},
    }
    [batch] = await all_of(store, ImportBatch)
    assert (batch.id, batch.kind, batch.file_name, batch.read, batch.created) == (
        *(outcome.batch, "households", "households.xlsx", 2, 1),
    )
    assert [(problem["row"], problem["rejected"]) for problem in batch.problems] == [(3, True), (2, False)]
    assert "990100651103442" not in json.dumps(batch.problems)


async def test_the_sample_county_lands_and_a_second_time_changes_nothing(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    county = make_county(tmp_path, on=now.date(), seed=11, villages=4, households=60, dirt=0.04)
    first = [await load(store, kind, county.file(kind), now) for kind in WHOLE_COUNTY]
    assert [outcome.read - outcome.created - outcome.updated - outcome.unchanged for outcome in first] == [
        len(outcome.rejected) for outcome in first
    ]
    assert await count(store, Member) == first[0].created == county.members - _rejected(county)
    numbers = {one.number for one in await all_of(store, Member)}
    assert all((planted.person in numbers) != planted.rejected for planted in county.planted)
    again = [await load(store, kind, county.file(kind), now) for kind in WHOLE_COUNTY]
    assert [(outcome.created, outcome.updated) for outcome in again] == [(0, 0)] * 5


def _rejected(county: County) -> int:
    return sum(planted.rejected for planted in county.planted)


@pytest.mark.skipif(not COUNTY_SMALL.exists(), reason="the shared sample county is not here")
async def test_the_shared_county_is_taken_as_expected(store: Database, now: datetime) -> None:
    expected = json.loads((COUNTY_SMALL / "expected.json").read_text())
    kinds = [kind for kind in Kind if (COUNTY_SMALL / f"{kind}.xlsx").exists()]
    outcomes = {kind: await load(store, kind, COUNTY_SMALL / f"{kind}.xlsx", now) for kind in kinds}
    assert outcomes[Kind.HOUSEHOLDS].read == expected["rows"]
    assert await count(store, Household) == expected["households"]
    assert await count(store, Cadre) == expected["cadres"]
    assert await count(store, Disbursement) == expected["payments"]
    assert await count(store, Application) == expected["applications"]
    numbers = {one.number for one in await all_of(store, Member)}
    refused = {bad["人编号"] for bad in expected["bad"] if bad["must"] == "reject_row"}
    assert refused.isdisjoint(numbers)
    assert len(numbers) == expected["rows"] - len(refused)
    for kind in kinds:
        again = await load(store, kind, COUNTY_SMALL / f"{kind}.xlsx", now)
        assert (again.created, again.updated) == (0, 0)
