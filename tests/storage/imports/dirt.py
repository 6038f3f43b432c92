"""Tables as offices keep them: one clean table, and the same with the dirt that real files have, in every format."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from storage.imports.columns import check_character
from storage.imports.layouts import HOUSEHOLDS

Grid = list[list[Any]]
Block = tuple[int, int, int, int]
"""Top, left, bottom, right, counted from 0."""

COUNT_OF_MERGED = ("县", "乡镇", "行政村", "自然村", "户编号", "户类型", "联系电话", "银行卡号")


@dataclass
class Table:
    """The cells of one sheet, and which of them are merged."""

    name: str
    grid: Grid
    merged: list[Block] = field(default_factory=list)
    hidden: bool = False


def people(random_: random.Random, households: int) -> list[dict[str, Any]]:
    """Make good rows under our own headings, household by household."""
    rows = []
    for home in range(households):
        number = f"9901{home:06d}"
        shared = {
            "县": "示范县",
            "乡镇": random_.choice(("河口镇", "坪上乡")),
            "行政村": random_.choice(("上坝村", "下坝村")),
            "自然村": random_.choice(("1组", "2组", None)),
            "户编号": number,
            "户类型": random_.choice(("脱贫户", "一般农户", "边缘易致贫户")),
            "致贫原因": random_.choice(("因病", "缺技术", None)),
            "家庭人口数": random_.choice((1, 3, 12)),
            "人均纯收入": random_.choice((8123.45, 12000, 0.29)),
            "工资性收入": random_.choice((20000, 1.5, None)),
            "危房等级": random_.choice(("A", "C", None)),
            "饮水": random_.choice(("是", "否")),
            "联系电话": f"199{random_.randrange(10**8):08d}",
            "开户银行": "农商银行",
            "银行卡号": f"6217{random_.randrange(10**12):012d}",
            "帮扶责任人": "李梅",
            "帮扶责任人电话": "19900000001",
            "帮扶单位": "县教育局",
        }
        for position in range(random_.randint(1, 4)):
            digits = f"990100{random_.randint(1940, 2020)}{random_.randint(1, 12):02d}11{home * 10 + position + 1:03d}"
            rows.append(
                shared
                | {
                    "人编号": f"{number}{position:02d}",
                    "姓名": random_.choice("周何王李") + random_.choice(("国平", "秀兰", "芳")),
                    "性别": "男" if int(digits[16]) % 2 else "女",
                    "证件号码": digits + check_character(digits),
                    "与户主关系": "户主" if position == 0 else random_.choice(("配偶", "之子")),
                    "务工时间": random_.choice((1, 6, None)),
                    "医疗保险": random_.choice(("是", "否", None)),
                    "搬迁安置点": random_.choice(("坪上小区", None)),
                }
            )
    return rows


def table(rows: Sequence[Mapping[str, Any]], name: str = "Sheet1") -> Table:
    """Write rows cleanly: the published headings, the rows below."""
    headings = list(rows[0])
    published = [HOUSEHOLDS.headings[one][0] if one in HOUSEHOLDS.headings else one for one in headings]
    return Table(name, [published, *([row[one] for one in headings] for row in rows)])


# --- dirt ------------------------------------------------------------------------------------------------------------


def soil(random_: random.Random, rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Write the same rows as many hands would: over several sheets, in any order, with whatever people add."""
    headings = random_.sample(list(rows[0]), len(rows[0]))
    if random_.random() < 0.5:
        headings.sort(key=lambda one: one not in COUNT_OF_MERGED)
    parts = [list(rows)]
    if random_.random() < 0.4 and len(rows) > 3:
        cut = random_.randrange(1, len(rows))
        parts = [list(rows[:cut]), list(rows[cut:])]
    tables = [_soiled(random_, headings, part, f"第{index}页") for index, part in enumerate(parts, start=1)]
    if random_.random() < 0.3:
        tables.append(Table("填表说明", [["请按要求填写"], ["1、户编号按系统填写"]]))
    if random_.random() < 0.3:
        tables.append(Table("去年", table([dict(rows[0]) | {"姓名": "旧名字"}]).grid, hidden=True))
    return tables


def soil_text(random_: random.Random, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Do the same to a text file, which is one sheet and knows nothing of merged cells."""
    return _soiled(random_, random_.sample(list(rows[0]), len(rows[0])), rows, "表", merging=False)


def _soiled(
    random_: random.Random,
    headings: list[str],
    rows: Sequence[Mapping[str, Any]],
    name: str,
    *,
    merging: bool = True,
) -> Table:
    above, merged = _headings(random_, headings)
    grid: Grid = [[_typed(random_, one, row[one]) for one in headings] for row in rows]
    stretched: list[Block] = []
    if merging and random_.random() < 0.5:
        stretched = _merge_households(headings, rows, grid)
    else:
        _scatter(random_, grid, above)
    before: Grid = []
    for line in (["示范县农户信息表"], [], ["单位：元", None, "填表人：李梅"], ["注：本表按户填写"]):
        if random_.random() < 0.4:
            before.append(line)
    if random_.random() < 0.3:
        above.append([str(index) for index in range(1, len(headings) + 1)])
    down = len(before)
    merged = [(top + down, left, bottom + down, right) for top, left, bottom, right in merged]
    if before and len(before[0]) == 1:
        merged.append((0, 0, 0, len(headings) - 1))
    down += len(above)
    merged += [(top + down, left, bottom + down, right) for top, left, bottom, right in stretched]
    after: Grid = random_.choice(([], [["合计", None, f"{len(rows)}人"]], [[], ["注：以系统为准"]]))
    whole = Table(name, [*before, *above, *grid, *after], merged)
    return _moved_right(whole, random_.choice((0, 0, 2)))


def _headings(random_: random.Random, headings: list[str]) -> tuple[Grid, list[Block]]:
    line = [_spelled(random_, one) for one in headings]
    if random_.random() < 0.5:
        return [line], []
    upper: list[Any] = []
    lower: list[Any] = []
    merged: list[Block] = []
    for index, one in enumerate(headings):
        if one in ("帮扶责任人", "帮扶责任人电话"):
            upper.append("帮扶责任人")
            lower.append("姓名" if one == "帮扶责任人" else "电话")
        elif one == "工资性收入":
            upper.append("家庭收入(元)")
            lower.append("工资性收入")
        else:
            upper.append(line[index])
            lower.append(None)
            merged.append((0, index, 1, index))
    return [upper, lower], merged


def _spelled(random_: random.Random, heading: str) -> str:
    names = HOUSEHOLDS.headings.get(heading, (heading,))
    name = random_.choice(names)
    change: Callable[[str], str] = random_.choice(
        (
            lambda text: text,
            lambda text: text.replace("(", "（").replace(")", "）"),
            lambda text: " ".join(text) if text.isalpha() and not text.isascii() else text,
            lambda text: text[:2] + "\n" + text[2:],
            lambda text: f" {text}\u3000",
            lambda text: f"*{text}" if heading in HOUSEHOLDS.required else text,
        )
    )
    return change(name)


def _typed(random_: random.Random, heading: str, value: Any) -> Any:
    if value is None:
        return random_.choice((None, "", "  "))
    if heading == "搬迁安置点":
        return value
    if isinstance(value, int | float):
        return random_.choice((value, str(value), f" {value}", _wide(str(value))))
    changes: list[Callable[[str], Any]] = [
        lambda text: text,
        lambda text: f" {text}\u3000",
        lambda text: f"\u200b{text}",
    ]
    if value.isascii():
        changes += [_wide, lambda text: f"'{text}"]
        if value.isdigit() and len(value) < 15:
            changes += [int, float]
    return random_.choice(changes)(value)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isalnum() else char for char in text)


def _merge_households(headings: list[str], rows: Sequence[Mapping[str, Any]], grid: Grid) -> list[Block]:
    """Merge what the rows of one household share over these rows."""
    blocks = []
    top = 0
    while top < len(rows):
        bottom = top
        while bottom + 1 < len(rows) and rows[bottom + 1]["户编号"] == rows[top]["户编号"]:
            bottom += 1
        for column, heading in enumerate(headings):
            if heading in COUNT_OF_MERGED and bottom > top:
                blocks.append((top, column, bottom, column))
                for below in range(top + 1, bottom + 1):
                    grid[below][column] = None
        top = bottom + 1
    return blocks


def _scatter(random_: random.Random, grid: Grid, heading_lines: Grid) -> None:
    """Put between the rows what is none: empty lines, the headings of the next printed page, a village's name."""
    between: Grid = [[], ["  ", None], ["上坝村"], *heading_lines]
    for line in between:
        if random_.random() < 0.4:
            grid.insert(random_.randint(0, len(grid)), list(line))


def _moved_right(whole: Table, columns: int) -> Table:
    whole.grid = [[None] * columns + line if line else line for line in whole.grid]
    whole.merged = [(top, left + columns, bottom, right + columns) for top, left, bottom, right in whole.merged]
    return whole


# --- formats ---------------------------------------------------------------------------------------------------------


def write_xlsx(path: Path, tables: Sequence[Table]) -> Path:
    """Write an .xlsx file as Excel would."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for one in tables:
        sheet = book.create_sheet(one.name)
        sheet.sheet_state = "hidden" if one.hidden else "visible"
        for row, line in enumerate(one.grid, start=1):
            for column, value in enumerate(line, start=1):
                if value is not None:
                    sheet.cell(row, column, value)
        for top, left, bottom, right in one.merged:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)
    return path


def write_xls(path: Path, tables: Sequence[Table]) -> Path:
    """Write a genuine .xls file, as the older systems do."""
    book = xlwt.Workbook(encoding="utf-8")
    for one in tables:
        sheet = book.add_sheet(one.name)
        sheet.visibility = int(one.hidden)
        covered = {
            (row, column)
            for top, left, bottom, right in one.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        for top, left, bottom, right in one.merged:
            sheet.write_merge(top, bottom, left, right, one.grid[top][left])
        for row, line in enumerate(one.grid):
            for column, value in enumerate(line):
                if value is not None and (row, column) not in covered:
                    sheet.write(row, column, value)
    book.save(str(path))
    return path


def write_csv(path: Path, whole: Table, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write a text file; merged cells keep their value in the first row only, as a spreadsheet saves them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(whole.grid)
    path.write_bytes(out.getvalue().encode(encoding))
    return path
