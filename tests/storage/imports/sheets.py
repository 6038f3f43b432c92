"""Small spreadsheets for tests, written the way people write them."""

from pathlib import Path
from typing import Any

import openpyxl

from storage.imports.layouts import Kind

WHOLE_COUNTY = tuple(kind for kind in Kind if kind != Kind.AREAS)
"""The files of the sample county: its villages are invented, so there is no list of their codes."""


def member(**changes: Any) -> dict[str, Any]:
    """One good row of a households file: 周国平, head of household 700001."""
    row: dict[str, Any] = {
        "县(市、区、旗)": "示范县",
        "乡(镇)": "河口镇",
        "行政村": "上坝村",
        "自然村(组)": "2组",
        "户编号": "700001",
        "人编号": "70000101",
        "姓名": "周国平",
        "性别": "男",
        "证件号码": "990100196305171217",
        "与户主关系": "户主",
        "户类型": "脱贫户",
        "人均纯收入(元)": 8123.45,
        "联系电话": "19911112222",
        "银行卡号": "6217000000000000001",
        "帮扶责任人": "李梅",
        "帮扶责任人电话": "19900000001",
        "帮扶单位": "县教育局",
    }
    unknown = changes.keys() - row.keys()
    assert not unknown, unknown
    return row | changes


def wife(**changes: Any) -> dict[str, Any]:
    """A second good row of the same household: 何秀兰, his wife."""
    second = {
        "人编号": "70000102",
        "姓名": "何秀兰",
        "性别": "女",
        "证件号码": "990100196511034424",
        "与户主关系": "配偶",
    }
    return member(**(second | changes))


def write(path: Path, rows: list[dict[str, Any]], *, title: str | None = None) -> Path:
    """Write rows under their headings, with a title above if wanted."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title is not None:
        sheet.append([title])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path
