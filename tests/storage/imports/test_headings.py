"""Headings as people draw them: on several lines, under groups, with years and units."""

from pathlib import Path
from typing import Any

import pytest

from storage.imports.headings import bare_names
from storage.imports.layouts import LAYOUTS, Kind, Layout
from storage.imports.tables import BadFile
from storage.imports.workbook import Sheet, open_book
from tests.storage.imports import dirt

WHO = ["河口镇", "上坝村", "700001", "70000101", "周国平", "990100196305171217", "脱贫户"]
NEEDED = ["乡镇", "行政村", "户编号", "人编号", "姓名", "证件号码", "户类型"]


def sheet_of(path: Path, *grid: list[Any], merged: list[dirt.Block] | None = None) -> Sheet:
    written = dirt.write_xlsx(path / "a.xlsx", [dirt.Table("Sheet1", list(grid), merged or [])])
    return open_book(written, Kind.HOUSEHOLDS).sheets[0]


def only_row(sheet: Sheet) -> dict[str, Any]:
    [row] = sheet.rows()
    return {heading: row[heading] for heading in sheet.columns} | sheet.rest_of(row.cells)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: str(layout.kind))
def test_no_synonym_belongs_to_two_headings_of_a_kind(layout: Layout) -> None:
    owner: dict[str, str] = {}
    for ours, names in layout.headings.items():
        for name in names:
            for spelling in bare_names(name):
                assert owner.setdefault(spelling, ours) == ours, name


def test_every_heading_a_file_needs_is_one_of_its_kind() -> None:
    for layout in LAYOUTS.values():
        assert set(layout.required) | layout.yearly <= layout.headings.keys()


@pytest.mark.parametrize("merged", [True, False])
def test_a_group_over_headings_tells_two_names_apart(tmp_path: Path, merged: bool) -> None:
    upper = [*NEEDED, "帮扶责任人", None, None, "备注"]
    lower = [*[None] * 7, "姓名", "联系电话", "单位", None]
    row = [*WHO, "李梅", "19900000001", "县教育局", "住坡上"]
    blocks: list[dirt.Block] = [(0, 7, 0, 9), *((0, one, 1, one) for one in (*range(7), 10))] if merged else []
    found = only_row(sheet_of(tmp_path, upper, lower, row, merged=blocks))
    assert (found["姓名"], found["帮扶责任人"], found["帮扶责任人电话"]) == ("周国平", "李梅", "19900000001")
    assert (found["帮扶单位"], found["备注"]) == ("县教育局", "住坡上")
    assert "联系电话" not in found


def test_the_name_of_the_head_is_not_taken_for_the_members(tmp_path: Path) -> None:
    upper = ["户主", None, *NEEDED]
    lower = ["姓名", "排序", *[None] * 7]
    found = only_row(sheet_of(tmp_path, upper, lower, ["何秀兰", "1", *WHO], merged=[(0, 0, 0, 1)]))
    assert (found["姓名"], found["户主姓名"], found["排序"]) == ("周国平", "何秀兰", "1")


def test_headings_on_three_lines_and_the_line_that_counts_the_columns(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        ["示范县农户信息表"],
        [*NEEDED, "收入情况", None, None],
        [*[None] * 7, "工资性", "转移性", None],
        [*[None] * 7, "收入", "收入(元)", "低保金"],
        ["甲", "乙", *map(str, range(1, 9))],
        [*WHO, 100, 200, 30],
        merged=[(0, 0, 0, 9), (1, 7, 1, 9), (2, 8, 2, 9)],
    )
    found = only_row(sheet)
    assert (found["工资性收入"], found["转移性收入"], found["户编号"]) == (100, 200, "700001")
    assert next(iter(sheet.rows())).number == 6


def test_a_line_of_unknown_parts_below_the_headings_is_no_row(tmp_path: Path) -> None:
    upper = [*NEEDED, "产业", None]
    lower = [*[None] * 7, "养殖", "种植"]
    found = only_row(sheet_of(tmp_path, upper, lower, [*WHO, "鸡10只", "茶2亩"]))
    assert (found["养殖"], found["种植"]) == ("鸡10只", "茶2亩")


@pytest.mark.parametrize(
    ("above", "heading", "year"),
    [
        ([], "2025年人均纯收入(元)", 2025),
        ([], "2025年度家庭人均纯收入", 2025),
        (["示范县2025年度农户信息表"], "人均纯收入", 2025),
        (["示范县农户信息表", "导出时间：2026年11月20日"], "人均纯收入", None),
        (["2024年至2025年农户信息表"], "人均纯收入", None),
        ([], "本年度人均纯收入", None),
    ],
)
def test_the_year_of_the_incomes_is_read_where_it_stands(
    tmp_path: Path, above: list[str], heading: str, year: int | None
) -> None:
    sheet = sheet_of(tmp_path, *([line] for line in above), [*NEEDED, heading], [*WHO, 8000])
    assert (only_row(sheet)["人均纯收入"], sheet.year) == (8000, year)


def test_of_two_years_the_later_is_taken_and_the_other_kept_beside(tmp_path: Path) -> None:
    headings = [*NEEDED, "2024年人均纯收入", "2025年人均纯收入", "2024年工资性收入"]
    sheet = sheet_of(tmp_path, headings, [*WHO, 7000, 8000, 500])
    found = only_row(sheet)
    assert (found["人均纯收入"], found["2024年人均纯收入"], found["2024年工资性收入"]) == (8000, "7000", "500")
    assert sheet.year == 2025


@pytest.mark.parametrize(
    "grid",
    [
        [["单位：万元"], [*NEEDED, "人均纯收入"], [*WHO, 0.8]],
        [[*NEEDED, "收入(万元)", None], [*[None] * 7, "人均纯收入", "其他"], [*WHO, 0.8, 1]],
        [[*NEEDED, "人均纯收入(万元)"], [*WHO, 0.8]],
    ],
)
def test_money_in_another_unit_is_kept_beside_never_taken_for_yuan(tmp_path: Path, grid: list[list[Any]]) -> None:
    found = only_row(sheet_of(tmp_path, *grid))
    assert "人均纯收入" not in found
    assert found["人均纯收入(万元)"] == "0.8"


def test_two_columns_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    found = only_row(sheet_of(tmp_path, [*NEEDED, "备注", "备注", "姓名"], [*WHO, "一", "二", "三"]))
    assert (found["姓名"], found["备注"], found["备注(2)"], found["姓名(2)"]) == ("周国平", "一", "二", "三")


def test_a_sheet_that_lacks_one_heading_is_named_and_one_of_sums_is_not(tmp_path: Path) -> None:
    good = dirt.Table("上坝村", [NEEDED, WHO])
    sums = dirt.Table("汇总", [["乡镇", "行政村", "户数"], ["河口镇", "上坝村", 1]])
    path = dirt.write_xlsx(tmp_path / "a.xlsx", [sums, good])
    assert [sheet.name for sheet in open_book(path, Kind.HOUSEHOLDS).sheets] == ["上坝村"]
    lacking = dirt.Table("下坝村", [[*NEEDED[:-1], "什么户"], WHO])
    path = dirt.write_xlsx(tmp_path / "b.xlsx", [good, lacking])
    with pytest.raises(BadFile) as caught:
        open_book(path, Kind.HOUSEHOLDS)
    assert str(caught.value) == "工作表“下坝村”缺少这些列：户类型。请补上，或删掉这张工作表后再导入。"
