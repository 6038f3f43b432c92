"""Files as they come: titles, strange orders, other encodings, and files that are none."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import imports as say
from storage.imports.households import read_households
from storage.imports.layouts import Kind
from storage.imports.tables import BadFile
from storage.imports.workbook import open_book
from tests.storage.imports import dirt
from tests.storage.imports.sheets import member, wife, write


def refusal(path: Path, kind: Kind = Kind.HOUSEHOLDS) -> str:
    with pytest.raises(BadFile) as caught:
        open_book(path, kind)
    return str(caught.value)


def as_csv(rows: list[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_the_encodings_people_save(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "农户.csv"
    path.write_bytes(as_csv([member(), wife()]).encode(encoding))
    [sheet] = open_book(path, Kind.HOUSEHOLDS).sheets
    assert [(row.number, row["姓名"]) for row in sheet.rows()] == [(2, "周国平"), (3, "何秀兰")]


def test_headings_are_found_under_titles_in_any_order_and_spelling(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.title = "填表说明"
    notes.append(["请按要求填写"])
    sheet = book.create_sheet("数据")
    sheet.append([])
    sheet.append(["示范县农户信息表"])
    sheet.append(["单位：元", None, "2026年"])
    headings = (
        "身份证号",
        "户 类 型",
        "乡（镇）",
        "姓名",
        "行政村",
        "户号",
        "人员编号",
        "备注说明",
        "年人均纯收入（元）",
    )
    sheet.append(list(headings))
    sheet.append(["990100196305171217", "脱贫户", "河口镇", "周国平", "上坝村", 700001, 70000101, "住坡上", "8000"])
    sheet.append([])
    sheet.append(["合计", None, None, "1人"])
    book.save(tmp_path / "a.xlsx")
    [found] = open_book(tmp_path / "a.xlsx", Kind.HOUSEHOLDS).sheets
    [row] = found.rows()
    assert (found.name, row.number, row["姓名"], row["乡镇"], row["户编号"]) == ("数据", 5, "周国平", "河口镇", 700001)
    assert row["人均纯收入"] == "8000"
    assert found.heading("证件号码") == "身份证号"
    assert found.rest_of(row.cells) == {"备注说明": "住坡上"}


def test_an_amount_in_another_unit_is_not_taken_for_yuan(tmp_path: Path) -> None:
    row = {"户编号": "1", "补贴项目": "低保", "金额(万元)": 0.1, "发放状态": "已发放"}
    path = write(tmp_path / "a.xlsx", [row])
    assert refusal(path, Kind.DISBURSEMENTS) == "补贴发放表缺少这些列：金额(元)。请补上后再导入。"


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [member()])
    expected = "这像是农户信息表，不是结对帮扶表。请换一个文件，或换一种导入。"
    assert refusal(path, Kind.ASSIGNMENTS) == expected


def test_missing_headings_are_named(tmp_path: Path) -> None:
    row = member()
    del row["证件号码"]
    assert refusal(write(tmp_path / "a.xlsx", [row])) == "农户信息表缺少这些列：证件号码。请补上后再导入。"


def test_a_table_without_headings_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [{"一": 1, "二": 2}])
    assert refusal(path).startswith("没有找到农户信息表的表头。表头里至少要有：乡(镇)、行政村、户编号")


def test_headings_alone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(member()))
    assert refusal(path) == "只找到了表头，下面没有数据。"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这个文件里没有内容。"),
        (
            b"PK\x03\x04broken",
            say.NOT_A_TABLE,
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken",
            say.NOT_A_TABLE,
        ),
        (b"<html><table></table></html>", "这个文件其实是网页。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"),
        (b"\xff\x00\xff\x00\xff", "看不懂这个文件的文字编码。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "找不到这个文件，请核对路径。"


def good_row(**changes: object) -> list[Any]:
    return list((member() | changes).values())


def test_merged_cells_have_their_value_in_every_row_but_not_beyond_their_column(tmp_path: Path) -> None:
    heads = list(member())
    second: list[Any] = [
        None if heading in ("户编号", "行政村", "户类型") else cell for heading, cell in wife().items()
    ]
    second[heads.index("自然村(组)")] = None
    grid: dirt.Grid = [["示范县农户信息表"], heads, good_row(), second, [], ["注：以系统为准"]]
    blocks = [(0, 0, 0, len(heads) - 1), (5, 0, 5, 3)]
    blocks += [(2, heads.index(one), 3, heads.index(one)) for one in ("户编号", "户类型")]
    # 行政村 and 自然村(组) are one block over both rows: its value is the left column's.
    grid[2][heads.index("自然村(组)")] = None
    blocks.append((2, heads.index("行政村"), 3, heads.index("自然村(组)")))
    for write_as, name in ((dirt.write_xlsx, "a.xlsx"), (dirt.write_xls, "a.xls")):
        [sheet] = open_book(write_as(tmp_path / name, [dirt.Table("表", grid, blocks)]), Kind.HOUSEHOLDS).sheets
        rows = [(row.number, row["户编号"], row["行政村"], row["自然村"], row["户类型"]) for row in sheet.rows()]
        assert rows == [(3, "700001", "上坝村", "", "脱贫户"), (4, "700001", "上坝村", "", "脱贫户")]


def test_what_nobody_sees_is_not_imported(tmp_path: Path) -> None:
    seen = dirt.Table("今年", [list(member()), good_row()])
    hidden = dirt.Table("去年", [list(member()), good_row(人编号="70000109")], hidden=True)
    for write_as, name in ((dirt.write_xlsx, "a.xlsx"), (dirt.write_xls, "a.xls")):
        [sheet] = open_book(write_as(tmp_path / name, [hidden, seen]), Kind.HOUSEHOLDS).sheets
        assert sheet.name == "今年"


def test_a_cell_typed_a_mile_away_is_said_before_it_eats_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [member(), wife()])
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["XFD1048576"] = " "
    book.save(path)
    assert refusal(path) == "表格右边或下边很远的地方还有内容，多半是误填的。请删掉后面的空白行和列，另存后再导入。"


def test_cells_a_mile_away_that_are_only_coloured_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [member(), wife()])
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["XFD1048576"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    book.save(path)
    [sheet] = open_book(path, Kind.HOUSEHOLDS).sheets
    assert len(list(sheet.rows())) == 2


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_that_changes_between_two_walks_is_not_trusted(tmp_path: Path, name: str) -> None:
    table = dirt.Table("表", [list(member()), good_row()])
    path = tmp_path / name

    def save(number: str) -> None:
        table.grid[1] = good_row(户编号=number)
        dirt.write_csv(path, table) if name == "a.csv" else dirt.write_xlsx(path, [table])

    save("700001")
    [sheet] = open_book(path, Kind.HOUSEHOLDS).sheets
    assert len(list(sheet.rows())) == 1
    save("70000100")
    with pytest.raises(BadFile, match="导入的时候这个文件被改动了。请再导入一次。"):
        list(sheet.rows())


def test_numbers_a_csv_file_hides_behind_marks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [member(户编号='="700001"', 人编号="'70000101", 证件号码='="990100196305171217"', 联系电话="\t19911112222")]
    path.write_text(as_csv(rows), encoding="utf-8-sig")
    [home] = read_households(open_book(path, Kind.HOUSEHOLDS), on=date(2026, 11, 23)).rows
    [one] = home.members
    assert (home.number, one.number, one.id_number.number, one.phone) == (
        *("700001", "70000101", "990100196305171217", "19911112222"),
    )


@given(st.binary(max_size=300), st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", b"\xff\xfe"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_fails_in_another_way_than_by_one_sentence(tmp_path: Path, content: bytes, beginning: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(beginning + content)
    with pytest.raises(BadFile, match=r"。$"):
        open_book(path, Kind.HOUSEHOLDS)


@pytest.mark.parametrize("share", [0.15, 0.4, 0.8])
@pytest.mark.parametrize("write_as", [dirt.write_xlsx, dirt.write_xls])
def test_a_file_cut_short_is_refused_in_one_sentence(tmp_path: Path, write_as: Any, share: float) -> None:
    path = write_as(tmp_path / "a", [dirt.Table("表", [list(member()), *(good_row() for _ in range(200))])])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path) == say.NOT_A_TABLE
