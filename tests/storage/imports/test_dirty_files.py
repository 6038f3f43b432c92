"""Files as offices keep them say the same as clean ones, whatever the format, and rejected rows find their way back."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from storage.imports.households import HouseholdRow, read_households
from storage.imports.layouts import Kind
from storage.imports.rejected import write_rejected
from storage.imports.report import Outcome, Read
from storage.imports.workbook import Book, open_book
from tests.storage.imports import dirt

TODAY = date(2026, 11, 23)


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


@pytest.mark.parametrize("seed", range(100, 106))
@pytest.mark.parametrize("write", [dirt.write_xlsx, dirt.write_xls])
def test_rejected_rows_of_any_file_go_back_in_once_corrected(tmp_path: Path, seed: int, write: Any) -> None:
    randomly = random.Random(seed)
    rows = dirt.people(randomly, 5)
    right = {row["人编号"]: row["证件号码"] for row in rows}
    expected = said(read(dirt.write_xlsx(tmp_path / "clean.xlsx", [dirt.table(rows)])))
    bad = [row | {"证件号码": row["证件号码"][:15]} for row in rows]
    path = write(tmp_path / "bad", dirt.soil(randomly, bad))
    book = open_book(path, Kind.HOUSEHOLDS)
    back = tmp_path / "back.xlsx"
    assert write_rejected(back, _outcome(book, read_households(book, on=TODAY))) == len(rows)

    corrected = openpyxl.load_workbook(back)
    for sheet in corrected.worksheets:
        headings = [cell.value for cell in sheet[1]]
        assert headings[-1] == "未导入原因"
        columns = open_book(back, Kind.HOUSEHOLDS).sheets[0].columns
        for line in sheet.iter_rows(min_row=2):
            number = line[columns["人编号"]].value.strip("' \u200b\u3000")
            line[columns["证件号码"]].value = right[_narrow(number)]
    corrected.save(back)
    found = read(back)
    assert found.problems == ()
    assert said(found) == expected


def _narrow(text: str) -> str:
    return "".join(chr(ord(char) - 0xFEE0) if ord(char) > 0xFF00 else char for char in text)


def _outcome(book: Book, found: Read[HouseholdRow]) -> Outcome:
    return Outcome(None, found.read, 0, 0, 0, found.warnings, found.problems, book)
