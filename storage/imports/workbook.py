"""表格文件: opens .xlsx, .xls and .csv, finds the heading row, and hands out rows with their true numbers."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from bot.messages import imports as say
from storage.imports.layouts import LAYOUTS, Kind, Layout

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_HEADING_ROWS = 20
_BYTES_AT_MOST = 200 * 1024 * 1024
_UNPACKED_AT_MOST = 4 * 1024 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BRACKETED = re.compile(r"[(\[【〔{][^)\]】〕}]*[)\]】〕}]")
_NOT_IN_A_HEADING = re.compile(r"[\W_]+")
# 金额(万元) is not 金额(元): a unit in brackets that we do not keep must not be ignored like other brackets.
_OTHER_UNIT = re.compile(r"[万千百]元|[天日周年]|小时|分")
_FOOTERS = ("合计", "总计", "小计", "填表", "制表", "填报", "注:", "注：", "说明:", "说明：")


class BadFile(Exception):
    """The file as a whole cannot be taken; the text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the sheet, its number counted as Excel shows it."""

    number: int
    cells: Sequence[Cell]
    columns: Mapping[str, int]

    def __getitem__(self, heading: str) -> Cell:
        """Give the cell under one of our headings; None when the file has no such column."""
        index = self.columns.get(heading)
        return None if index is None else self.cells[index]


@dataclass(frozen=True)
class Sheet:
    """One sheet whose headings were found. Rows are made anew each time, so that big files stay small."""

    name: str
    layout: Layout
    headings: tuple[str, ...]
    heading_row: int
    columns: Mapping[str, int]
    extra_columns: Mapping[str, int]
    lines: Callable[[], Iterator[Sequence[Cell]]]

    def rows(self) -> Iterator[Row]:
        """Give the rows below the headings; empty rows, sums and repeated headings are passed over."""
        width = len(self.headings)
        for number, cells in enumerate(self.lines(), start=1):
            if number <= self.heading_row or self._says_nothing(cells):
                continue
            padded = cells if len(cells) >= width else (*cells, *("",) * (width - len(cells)))
            yield Row(number, padded, self.columns)

    def heading(self, ours: str) -> str:
        """Give the heading as this file writes it, or as it should be written when it is missing."""
        index = self.columns.get(ours)
        return self.layout.headings[ours][0] if index is None else self.headings[index]

    def rest_of(self, row: Row) -> dict[str, str]:
        """Give what stands in the columns we have no place for."""
        kept = {heading: shown(row.cells[index]) for heading, index in self.extra_columns.items()}
        return {heading: text for heading, text in kept.items() if text}

    def _says_nothing(self, cells: Sequence[Cell]) -> bool:
        first = next((cell for cell in cells if cell is not None and cell != "" and not _blank(cell)), None)
        if first is None:
            return True
        if not isinstance(first, str):
            return False
        first = first.strip()
        if first.startswith(_FOOTERS):
            return sum(not _blank(cell) for cell in cells if cell is not None) <= len(self.columns) // 2
        return first in self.headings and tuple(map(shown, cells[: len(self.headings)])) == self.headings


@dataclass(frozen=True)
class Book:
    """A file opened for one kind: the sheets that hold such rows."""

    sheets: tuple[Sheet, ...]


def open_book(path: Path, kind: Kind) -> Book:
    """Open a file and find the sheets that hold rows of that kind.

    Raises:
        BadFile: it cannot be opened, has no such headings, or is a file of another kind.
    """
    layout = LAYOUTS[kind]
    tables = _tables(path)
    found = [sheet for name, lines in tables if (sheet := _sheet(name, lines, layout)) is not None]
    wrong = next((other for _, lines in tables if (other := _better_kind(lines, layout)) is not None), None)
    whole = tuple(sheet for sheet in found if not _missing(sheet.columns, layout))
    if wrong is not None and all(_better_kind(sheet.lines, layout) is not None for sheet in found):
        raise BadFile(say.wrong_kind(kind, wrong))
    if not found:
        raise BadFile(say.no_heading(kind, map(layout_name(layout), layout.required)))
    if not whole:
        best = max(found, key=lambda sheet: len(sheet.columns))
        raise BadFile(say.headings_missing(kind, map(layout_name(layout), _missing(best.columns, layout))))
    if not any(True for sheet in whole for _ in sheet.rows()):
        raise BadFile(say.NOTHING_BELOW)
    return Book(whole)


def layout_name(layout: Layout) -> Callable[[str], str]:
    """Give the function that names one of our headings as the published layout writes it."""
    return lambda heading: layout.headings[heading][0]


def shown(cell: Cell) -> str:
    """Give a cell as a person sees it: numbers without `.0`, dates in ISO, no space around."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


Table = tuple[str, Callable[[], Iterator[Sequence[Cell]]]]


def _tables(path: Path) -> list[Table]:
    """Give each sheet's name and a way to walk over its lines, by what the file is, not by what it is called."""
    try:
        if path.stat().st_size > _BYTES_AT_MOST:
            raise BadFile(say.TOO_BIG)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BadFile(say.NOT_FOUND) from error
    except OSError as error:
        raise BadFile(say.NOT_A_TABLE) from error
    if not content:
        raise BadFile(say.EMPTY)
    if content.startswith((_ZIP, _OLE)):
        return _workbook_tables(content)
    return [_text_table(path.stem, content)]


def _workbook_tables(content: bytes) -> list[Table]:
    try:
        if content.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(part.file_size for part in archive.infolist()) > _UNPACKED_AT_MOST:
                    raise BadFile(say.TOO_BIG)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return [(name, _lines_of(book.get_sheet_by_name(name))) for name in names]
    except PasswordError as error:
        raise BadFile(say.PASSWORD) from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile(say.NOT_A_TABLE) from error


def _lines_of(sheet: CalamineSheet) -> Callable[[], Iterator[Sequence[Cell]]]:
    if sheet.start is None:
        return lambda: iter(())
    return lambda: iter(sheet.iter_rows())


def _text_table(name: str, content: bytes) -> Table:
    if content.lstrip()[:1] == b"<":
        raise BadFile(say.WEB_PAGE)
    text = _decode(content)
    if not text.strip():
        raise BadFile(say.EMPTY)
    if "\x00" in text:
        raise BadFile(say.NOT_A_TABLE)
    beginning = text[:4000]
    delimiter = max(",\t;", key=beginning.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadFile(say.NOT_A_TABLE) from error
    return name, lambda: iter(lines)


def _decode(content: bytes) -> str:
    """Read text as Excel and WPS write it: UTF-8 with or without mark, UTF-16 with mark, else GB18030."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(say.ENCODING)


def _sheet(name: str, lines: Callable[[], Iterator[Sequence[Cell]]], layout: Layout) -> Sheet | None:
    known = _known(layout)
    best: Mapping[str, int] = {}
    best_row, best_cells = 0, tuple[str, ...]()
    for number, cells in _first_lines(lines):
        texts = tuple(map(shown, cells))
        columns = _match(texts, known)
        if len(columns) > len(best):
            best, best_row, best_cells = columns, number, texts
    if len(best) < 2:
        return None
    while best_cells and not best_cells[-1]:
        best_cells = best_cells[:-1]
    return Sheet(name, layout, best_cells, best_row, best, _extra(best_cells, best), lines)


def _better_kind(lines: Callable[[], Iterator[Sequence[Cell]]], layout: Layout) -> Kind | None:
    """Give the kind whose headings fit clearly better than the wanted one's, if there is one."""
    fits: dict[Kind, int] = {}
    for other in LAYOUTS.values():
        known = _known(other)
        matches = [_match(tuple(map(shown, cells)), known) for _, cells in _first_lines(lines)]
        columns = max(matches, key=len, default={})
        if other.kind == layout.kind or not _missing(columns, other):
            fits[other.kind] = len(columns)
    best = max(fits, key=lambda kind: fits[kind])
    return best if fits[best] > fits[layout.kind] else None


def _first_lines(
    lines: Callable[[], Iterator[Sequence[Cell]]],
) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, cells in enumerate(lines(), start=1):
        if number > _HEADING_ROWS:
            return
        yield number, cells


def _missing(columns: Mapping[str, int], layout: Layout) -> list[str]:
    return [heading for heading in layout.required if heading not in columns]


def _known(layout: Layout) -> dict[str, str]:
    """Give our heading for every spelling; the earlier of two wins, and a full name beats a bare one."""
    known: dict[str, str] = {}
    for reduce in (_bare, lambda text: _bare(_BRACKETED.sub("", _half_width(text)))):
        for ours, names in layout.headings.items():
            for name in names:
                known.setdefault(reduce(name), ours)
    return known


def _match(texts: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, text in enumerate(texts):
        ours = _ours(text, known) if text else None
        if ours is not None:
            columns.setdefault(ours, index)
    return columns


def _ours(text: str, known: Mapping[str, str]) -> str | None:
    half = _half_width(text)
    ours = known.get(_bare(half))
    if ours is not None or any(_OTHER_UNIT.fullmatch(part[1:-1].strip()) for part in _BRACKETED.findall(half)):
        return ours
    return known.get(_bare(_BRACKETED.sub("", half)))


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _bare(text: str) -> str:
    return _NOT_IN_A_HEADING.sub("", _half_width(text)).upper()


def _extra(headings: Sequence[str], columns: Mapping[str, int]) -> dict[str, int]:
    taken = set(columns.values())
    extra: dict[str, int] = {}
    for index, heading in enumerate(headings):
        # The reasons we wrote beside rejected rows are not part of the file that comes back corrected.
        if index in taken or heading in ("", say.REASON_COLUMN):
            continue
        name, again = heading, 2
        while name in extra:
            name, again = f"{heading}({again})", again + 1
        extra[name] = index
    return extra
