"""表格文件: opens .xlsx, .xls and .csv and walks over their lines, holding no more of a file than a walk needs."""

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.messages import imports as say

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Line = Sequence[Cell]

_BYTES_AT_MOST = 200 * 1024 * 1024
_UNPACKED_AT_MOST = 4 * 1024 * 1024 * 1024
# A sheet is opened as one block from its first cell to its last, filled or not: 30 bytes a cell.
_CELLS_AT_MOST = 20_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGES = (b"<", b"mime-version:")
_PIECE = 1024 * 1024
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_EXTENT = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
# A cell that is only styled ends in "/>".
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*[^>/]>')
_FAR_CELL = re.compile(rb'<c r="(?:([A-Z]{1,2})(\d{5,})|([A-Z]{3})(\d+))"[^>]*[^>/]>')


class BadFile(Exception):
    """The file as a whole cannot be taken; the text is one sentence that says what to do."""


class Merged(NamedTuple):
    """A block of merged cells, lines and columns counted from 0 as `Table.lines` gives them."""

    top: int
    left: int
    bottom: int
    right: int


class Table(Protocol):
    """One sheet of a file; after a walk its cells are let go, and the next walk reads them anew."""

    @property
    def name(self) -> str:
        """The sheet's name."""

    @property
    def merged(self) -> Sequence[Merged]:
        """Its merged cells; only the top left one of each has the value."""

    def beginning(self, lines: int) -> list[Line]:
        """Give that many lines from the top."""

    def lines(self) -> Iterator[Line]:
        """Walk over all lines from the first, empty ones too.

        Raises:
            BadFile: the file has changed since it was opened, or is broken further down.
        """

    def let_go(self) -> None:
        """Hold nothing of the file any more; the next walk opens it anew."""


def tables(path: Path) -> list[Table]:
    """Give the visible sheets of a file, by what it is, not by what it is called.

    Raises:
        BadFile: it cannot be opened.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            beginning = file.read(4096)
    except FileNotFoundError as error:
        raise BadFile(say.NOT_FOUND) from error
    except OSError as error:
        raise BadFile(say.NOT_A_TABLE) from error
    if size > _BYTES_AT_MOST:
        raise BadFile(say.TOO_BIG)
    if not beginning:
        raise BadFile(say.EMPTY)
    if beginning.startswith(_ZIP):
        _refuse_too_big(path)
    if beginning.startswith((_ZIP, _OLE)):
        return _sheets(path)
    return [_text(path, beginning)]


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


def blank(cell: Cell) -> bool:
    """Nothing to be seen stands in the cell."""
    if cell is None or cell == "":
        return True
    return isinstance(cell, str) and not without_invisible(cell).strip()


def without_invisible(text: str) -> str:
    """Take out characters that nobody can see, as web pages and phones leave them behind."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise BadFile(say.PASSWORD) from error
    except (CalamineError, zipfile.BadZipFile, csv.Error, UnicodeError, OSError, ValueError, EOFError) as error:
        raise BadFile(say.NOT_A_TABLE) from error
    except BaseException as error:
        # The reader gives up on some damaged files in a way of its own, past all other exceptions.
        if type(error).__name__ == "PanicException":
            raise BadFile(say.NOT_A_TABLE) from error
        raise


@dataclass
class _Workbook:
    """Opens one sheet at a time; `stamp` tells whether the file is still the one that was opened first."""

    path: Path
    stamp: tuple[int, ...] = ()
    book: CalamineWorkbook | None = None
    sheet: CalamineSheet | None = None

    def open(self) -> CalamineWorkbook:
        stamp = _stamp(self.path)
        if self.stamp and self.stamp != stamp:
            raise BadFile(say.CHANGED_MEANWHILE)
        self.stamp = stamp
        if self.book is None:
            self.book = CalamineWorkbook.from_path(str(self.path))
        return self.book

    def sheet_named(self, name: str) -> CalamineSheet:
        with _said_plainly():
            if self.sheet is None or self.sheet.name != name:
                self.sheet = None
                self.sheet = self.open().get_sheet_by_name(name)
            return self.sheet


@dataclass
class _Sheet:
    name: str
    file: _Workbook = field(repr=False)

    @property
    def merged(self) -> Sequence[Merged]:
        sheet = self.file.sheet_named(self.name)
        left = 0 if sheet.start is None else sheet.start[1]
        ranges = sheet.merged_cell_ranges or ()
        return [Merged(top, first - left, bottom, last - left) for (top, first), (bottom, last) in ranges]

    def beginning(self, lines: int) -> list[Line]:
        sheet = self.file.sheet_named(self.name)
        return [] if sheet.start is None else list(islice(sheet.iter_rows(), lines))

    def lines(self) -> Iterator[Line]:
        sheet = self.file.sheet_named(self.name)
        if sheet.start is not None:
            yield from sheet.iter_rows()
        self.file.sheet = None

    def let_go(self) -> None:
        self.file.sheet = self.file.book = None


@dataclass(frozen=True)
class _Text:
    name: str
    path: Path = field(repr=False)
    encoding: str
    delimiter: str
    stamp: tuple[int, ...]
    merged: Sequence[Merged] = ()

    def beginning(self, lines: int) -> list[Line]:
        return list(islice(self.lines(), lines))

    def lines(self) -> Iterator[Line]:
        with _said_plainly():
            if _stamp(self.path) != self.stamp:
                raise BadFile(say.CHANGED_MEANWHILE)
            with self.path.open(encoding=self.encoding, newline="") as file:
                yield from csv.reader(file, delimiter=self.delimiter)

    def let_go(self) -> None:
        """A text file is not held."""


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _sheets(path: Path) -> list[Table]:
    file = _Workbook(path)
    with _said_plainly():
        # What nobody sees is not meant to be imported: lists to choose from, last year's figures.
        return [
            _Sheet(sheet.name, file)
            for sheet in file.open().sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]


def _refuse_too_big(path: Path) -> None:
    """Refuse what would need far more memory than it holds: packed a thousandfold, or a cell typed a mile away."""
    with _said_plainly(), zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _UNPACKED_AT_MOST:
            raise BadFile(say.TOO_BIG)
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and _cells(archive, part) > _CELLS_AT_MOST:
                raise BadFile(say.FAR_CELL)


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Give how many cells there are from A1 to the last with content, 0 for few; what is stated counts styled ones."""
    with archive.open(part) as file:
        piece = file.read(_PIECE)
        stated = _EXTENT.search(piece[:8192])
        if stated is not None and _column(stated[1]) * int(stated[2]) <= _CELLS_AT_MOST:
            return 0
        near = _CELL.findall(piece)
        right, bottom = max((_column(letters) for letters, _ in near), default=1), len(near)
        while piece:
            for few, row, many, of in _FAR_CELL.findall(piece):
                right, bottom = max(right, _column(few or many)), max(bottom, int(row or of))
            following = file.read(_PIECE)
            piece = piece[-64:] + following if following else b""
    return right * bottom


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(path: Path, beginning: bytes) -> Table:
    if beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
        raise BadFile(say.WEB_PAGE)
    stamp = _stamp(path)
    encoding = _encoding(path, beginning)
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(4000)
    return _Text(path.stem, path, encoding, max(",\t;|", key=text.count), stamp)


def _encoding(path: Path, beginning: bytes) -> str:
    """Tell the encoding as Excel and WPS write it: UTF-8 with or without mark, UTF-16, else GB18030."""
    for encoding in _encodings(beginning):
        try:
            with path.open(encoding=encoding, newline="") as file:
                pieces = iter(lambda: file.read(_PIECE), "")
                seen = [("\x00" in piece, bool(piece.strip("\ufeff \t\r\n"))) for piece in pieces]
        except UnicodeError:
            continue
        if any(zero for zero, _ in seen):
            raise BadFile(say.NOT_A_TABLE)
        if not any(something for _, something in seen):
            raise BadFile(say.EMPTY)
        return encoding
    raise BadFile(say.ENCODING)


def _encodings(beginning: bytes) -> tuple[str, ...]:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # Digits and commas are every other byte zero in UTF-16, and no text of the other encodings has one at all.
    if beginning[1::2].count(0) > len(beginning) // 8:
        return ("utf-16-le",)
    if beginning[0::2].count(0) > len(beginning) // 8:
        return ("utf-16-be",)
    return ("utf-8-sig", "gb18030")
