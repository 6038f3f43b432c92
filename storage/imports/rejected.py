"""退回的行: the rows that were not taken, as a workbook to correct and import again."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import write_worksheets

from bot.messages import imports as say
from storage.imports.report import Outcome
from storage.imports.tables import shown
from storage.imports.workbook import Sheet


def write_rejected(path: Path, outcome: Outcome) -> int:
    """Write the rejected rows with their own columns and the reason beside each; give how many rows there are.

    Everything is written as text, so that a cell like `=HYPERLINK(…)` stays the words it is and numbers keep
    all their digits. With nothing rejected no file is written.
    """
    reasons: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for problem in outcome.rejected:
        reasons[problem.sheet][problem.row].append(f"{problem.column}：{problem.reason}")
    sheets: list[tuple[str, Any]] = [
        (_sheet_name(sheet.name), _rows(sheet, reasons[sheet.name]))
        for sheet in outcome.book.sheets
        if sheet.name in reasons
    ]
    if sheets:
        write_worksheets(sheets, str(path))
    return sum(len(rows) for _, rows in sheets)


def _rows(sheet: Sheet, reasons: Mapping[int, list[str]]) -> list[dict[str, str]]:
    headings = _headings(sheet)
    return [
        {heading: shown(row.cells[index]) for index, heading in headings.items()}
        | {say.REASON_COLUMN: " ".join(reasons[row.number])}
        for row in sheet.rows()
        if row.number in reasons
    ]


def _headings(sheet: Sheet) -> dict[int, str]:
    """Give the heading of each column so that it says alone what title and groups above it say in the file."""
    year = f"{sheet.year}年" if sheet.found.in_title else ""
    of_the_year = {index for ours, index in sheet.columns.items() if ours in sheet.layout.yearly}
    return {
        index: year + heading if index in of_the_year else heading
        for index, heading in enumerate(sheet.found.headings)
        if heading and heading != say.REASON_COLUMN
    }


def _sheet_name(name: str) -> str:
    """Give a name a workbook allows: at most 31 characters, without []:*?/\\. A text file lends its own name."""
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet1"
