"""Files as offices keep them say the same as clean ones, whatever the format, and rejected rows find their way back."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from storage.imports.applications import read_applications
from storage.imports.assignments import read_assignments
from storage.imports.cadres import read_cadres
from storage.imports.disbursements import read_disbursements
from storage.imports.households import HouseholdRow, read_households
from storage.imports.layouts import Kind
from storage.imports.rejected import write_rejected
from storage.imports.report import Outcome, Read
from storage.imports.workbook import Book, open_book
from tests.storage.imports import dirt

TODAY = date(2026, 11, 23)
CARD = "6217000000000000001"


def read(path: Path) -> Read[HouseholdRow]:
    return read_households(open_book(path, Kind.HOUSEHOLDS), on=TODAY)


def said(found: Read[HouseholdRow]) -> dict[str, dict[str, Any]]:
    """What a file says, wherever in it that stands."""
    homes = {}
    for home in found.rows:
        told = msgspec.structs.asdict(home)
        members = [msgspec.structs.asdict(member) for member in home.members]
        for one in (told, *members):
            del one["place"]
        homes[home.number] = told | {"members": members}
    return homes


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("gb18030", ","),
        ("gb18030", "\t"),
        ("utf-16", "\t"),
        ("utf-16-le", "\t"),
        ("utf-16-be", ","),
        ("utf-8-sig", ";"),
    ],
)
def test_a_text_file_says_what_the_workbook_says(tmp_path: Path, encoding: str, delimiter: str) -> None:
    clean = dirt.table(dirt.people(random.Random(encoding), 12))
    expected = read(dirt.write_xlsx(tmp_path / "a.xlsx", [clean]))
    assert (expected.problems, expected.warnings) == ((), ())
    found = read(dirt.write_csv(tmp_path / "a.csv", clean, encoding=encoding, delimiter=delimiter))
    assert said(found) == said(expected)


@pytest.mark.parametrize("seed", range(24))
def test_a_dirty_file_says_what_the_clean_one_says(tmp_path: Path, seed: int) -> None:
    randomly = random.Random(seed)
    rows = dirt.people(randomly, 6)
    expected = read(dirt.write_xlsx(tmp_path / "clean.xlsx", [dirt.table(rows)]))
    dirty = dirt.soil(randomly, rows)
    for path in (dirt.write_xlsx(tmp_path / "dirty.xlsx", dirty), dirt.write_xls(tmp_path / "dirty.xls", dirty)):
        found = read(path)
        assert (found.problems, found.read) == ((), len(rows))
        assert said(found) == said(expected)


@pytest.mark.parametrize("seed", range(50, 70))
def test_a_dirty_text_file_says_what_the_clean_workbook_says(tmp_path: Path, seed: int) -> None:
    randomly = random.Random(seed)
    rows = dirt.people(randomly, 6)
    expected = read(dirt.write_xlsx(tmp_path / "clean.xlsx", [dirt.table(rows)]))
    encoding, delimiter = randomly.choice((("utf-8", ","), ("gb18030", "\t"), ("utf-16", ";")))
    dirty = dirt.soil_text(randomly, rows)
    found = read(dirt.write_csv(tmp_path / "a.csv", dirty, encoding=encoding, delimiter=delimiter))
    assert (found.problems, found.read) == ((), len(rows))
    assert said(found) == said(expected)


def _written_as_text(path: Path, tables: Sequence[dirt.Table]) -> Path:
    return dirt.write_csv(path, tables[0], encoding="gb18030")


@pytest.mark.parametrize("seed", range(100, 106))
@pytest.mark.parametrize("write", [dirt.write_xlsx, dirt.write_xls, _written_as_text])
def test_rejected_rows_of_any_file_go_back_in_once_corrected(tmp_path: Path, seed: int, write: Any) -> None:
    randomly = random.Random(seed)
    rows = dirt.people(randomly, 5)
    right = {row["人编号"]: row["证件号码"] for row in rows}
    expected = said(read(dirt.write_xlsx(tmp_path / "clean.xlsx", [dirt.table(rows)])))
    bad = [row | {"证件号码": row["证件号码"][:15]} for row in rows]
    text = write is _written_as_text
    path = write(tmp_path / "bad", [dirt.soil_text(randomly, bad)] if text else dirt.soil(randomly, bad))
    book = open_book(path, Kind.HOUSEHOLDS)
    back = tmp_path / "back.xlsx"
    assert write_rejected(back, _outcome(book, read_households(book, on=TODAY))) == len(rows)

    corrected = openpyxl.load_workbook(back)
    for sheet in corrected.worksheets:
        headings = [cell.value for cell in sheet[1]]
        assert headings[-1] == "未导入原因"
        columns = open_book(back, Kind.HOUSEHOLDS).sheets[0].columns
        for line in sheet.iter_rows(min_row=2):
            number = line[columns["人编号"]].value.strip("' \u200b\u3000").removesuffix(".0")
            line[columns["证件号码"]].value = right[_narrow(number)]
    corrected.save(back)
    found = read(back)
    assert found.problems == ()
    assert said(found) == expected


def _narrow(text: str) -> str:
    return "".join(chr(ord(char) - 0xFEE0) if ord(char) > 0xFF00 else char for char in text)


def _outcome(book: Book, found: Read[HouseholdRow]) -> Outcome:
    return Outcome(None, found.read, 0, 0, 0, found.warnings, found.problems, book)


OTHER_KINDS: dict[Kind, tuple[Callable[[Book], Read[Any]], list[list[Any]], list[list[Any]]]] = {
    Kind.CADRES: (
        read_cadres,
        [
            ["姓名", "电话", "单位", "职务级别", "角色", "管辖区划", "企业微信账号"],
            ["李梅", "19900000001", "县教育局", "副科级", "帮扶干部", "河口镇上坝村", "limei"],
            ["罗平", "19900000002", "县教育局", None, "第一书记", "河口镇下坝村", None],
        ],
        [
            ["示范县帮扶干部名册"],
            ["序号", "基本情况", None, None, "职务", "人员\n类别", "联 系\n方 式", "驻村", "企微号"],
            [None, "单位", "姓名", None, None, None, None, None, None],
            [1, " 县教育局", "李 梅", None, "副科级", "帮扶责任人", 19900000001, "河口镇上坝村", "limei"],
            [2, None, "\u200b罗平", None, "", "驻村第一书记", "１９９-０００００００２", "河口镇下坝村", ""],
            ["填表人：李梅"],
        ],
    ),
    Kind.ASSIGNMENTS: (
        read_assignments,
        [
            ["户编号", "户主姓名", "帮扶责任人", "帮扶责任人电话", "帮扶单位", "职务级别"],
            ["700001", "周国平", "李梅", "19900000001", "县教育局", "副科级"],
            ["700002", "何芳", "李梅", "19900000001", "县教育局", "副科级"],
        ],
        [
            ["结对帮扶台账"],
            ["户主", None, "结对帮扶干部", None, None, None],
            ["姓名", "户编号", "姓名", "联系电话", "单位", "职务"],
            ["周国平", 700001.0, "李梅", "+86 199 0000 0001", "县教育局", "副科级"],
            ["何 芳", "'700002", None, None, None, None],
        ],
    ),
    Kind.APPLICATIONS: (
        lambda book: read_applications(book, on=TODAY),
        [
            ["户编号", "户主姓名", "补贴项目", "申请日期", "当前状态", "状态日期", "原因"],
            ["700001", "周国平", "危房改造", date(2026, 9, 1), "乡镇审核", date(2026, 9, 20), None],
            ["700001", "周国平", "雨露计划", date(2026, 9, 2), "不予批准", None, "不在读"],
        ],
        [
            ["2026年补贴申请"],
            ["户编号", "户主姓名", "申请情况", None, "办理情况", None, None],
            [None, None, "项目名称", "申请日期", "办理状态", "办理时间", "不予批准原因"],
            ["700001", "周国平", "危房改造", "2026年9月1日", "乡镇审核", 46285, "/"],
            [None, None, "雨露计划", "２０２６．９．２", "不予批准", None, "不在读"],
        ],
    ),
    Kind.DISBURSEMENTS: (
        lambda book: read_disbursements(book, on=TODAY),
        [
            ["户编号", "户主姓名", "补贴项目", "金额(元)", "发放日期", "发放批次", "银行卡号", "发放状态", "备注"],
            [
                "700001",
                "周国平",
                "农村低保金",
                780.1,
                date(2026, 10, 15),
                "202610",
                CARD,
                "已发放",
                None,
            ],
            [
                "700001",
                "周国平",
                "耕地补贴",
                1300,
                date(2026, 10, 16),
                "202610",
                CARD,
                "发放失败",
                "退票",
            ],
        ],
        [
            ["惠民惠农补贴发放明细", None, "单位：元"],
            ["户编号", "户主姓名", "一卡通账号", "补贴名称", "发放情况", None, None, None, "备注"],
            [None, None, None, None, "金额", "到账日期", "批次", "发放状态", None],
            [700001, "周国平", "6217 0000 0000 0000 001", "农村低保金", "￥780.10", "20261015", 202610, "成功", None],
            [None, None, None, "耕地补贴", "1,300.00元", "2026/10/16 8:30", "202610", "支付失败", "退票"],
            ["合计", None, None, None, "2080.10"],
        ],
    ),
}
MERGED = {
    Kind.CADRES: [(0, 0, 0, 8), (1, 1, 1, 3), (3, 1, 4, 1)],
    Kind.ASSIGNMENTS: [(0, 0, 0, 5), (1, 0, 1, 1), (1, 2, 1, 5), *((3, one, 4, one) for one in range(2, 6))],
    Kind.APPLICATIONS: [(0, 0, 0, 6), (1, 2, 1, 3), (1, 4, 1, 6), (3, 0, 4, 0), (3, 1, 4, 1)],
    Kind.DISBURSEMENTS: [(1, 4, 1, 7), *((3, one, 4, one) for one in range(3))],
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
@pytest.mark.parametrize("write", [dirt.write_xlsx, dirt.write_xls])
def test_the_other_kinds_are_read_through_the_same_dirt(tmp_path: Path, kind: Kind, write: Any) -> None:
    read_kind, clean, dirty = OTHER_KINDS[kind]
    expected = read_kind(open_book(dirt.write_xlsx(tmp_path / "a", [dirt.Table("表", clean)]), kind))
    found = read_kind(open_book(write(tmp_path / "b", [dirt.Table("表", dirty, MERGED[kind])]), kind))
    assert found.problems == expected.problems == ()
    assert list(map(_told, found.rows)) == list(map(_told, expected.rows))


def _told(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__ if name not in ("place", "unstated")}
