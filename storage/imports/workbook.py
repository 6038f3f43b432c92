"""导入的文件: the sheets of a file that hold rows of one kind, and their rows with their true numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bot.messages import imports as say
from storage.imports.headings import Found, beginning_of, better_kind, find, missing, texts_of
from storage.imports.layouts import LAYOUTS, Kind, Layout
from storage.imports.tables import BadFile, Cell, Line, Merged, Table, blank, shown, tables

__all__ = ["BadFile", "Book", "Cell", "Row", "Sheet", "open_book"]

_FOOTERS = (
    *("合计", "总计", "小计", "填表", "制表", "填报", "审核", "负责人", "打印", "导出"),
    *("注:", "注：", "备注:", "备注：", "说明:", "说明：", "单位:", "单位："),
)


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row as it stands in the sheet, its number counted as Excel shows it."""

    number: int
    cells: Line
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
    found: Found = field(repr=False)
    table: Table = field(repr=False)
    merged: tuple[Merged, ...] = field(repr=False)

    @property
    def columns(self) -> Mapping[str, int]:
        """Which column is which of our headings."""
        return self.found.columns

    @property
    def extra_columns(self) -> Mapping[str, int]:
        """The columns we have no place for, by their headings."""
        return self.found.extra_columns

    @property
    def year(self) -> int | None:
        """The year that the headings or the title say the figures are of."""
        return self.found.year

    def rows(self) -> Iterator[Row]:
        """Give the rows below the headings.

        Raises:
            BadFile: the file has changed since it was opened, or is broken further down.
        """
        for number, cells in self.lines():
            yield Row(number, cells, self.columns)

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Give the number and the cells of each row below the headings, none of them shorter than the headings.

        Empty rows, sums, notes and repeated headings are passed over. The rows that merged cells stretch over each
        have the value.
        """
        width = len(self.found.headings)
        below = [block for block in self.merged if block.top >= self.found.last_line and block.bottom > block.top]
        filled = _Stretched(below) if below else None
        unlike = frozenset(text[0] for text in _FOOTERS) | self.found.initials
        for number, line in enumerate(self.table.lines(), start=1):
            if number <= self.found.last_line:
                continue
            cells = line if filled is None else filled.fill(number - 1, line)
            if not _begins_like_data(cells, unlike) and self._says_nothing(cells):
                continue
            yield number, cells if len(cells) >= width else (*cells, *("",) * (width - len(cells)))

    def heading(self, ours: str) -> str:
        """Give the heading as this file writes it, or as it should be written when it is missing."""
        index = self.columns.get(ours)
        return self.layout.headings[ours][0] if index is None else self.found.headings[index]

    def rest_of(self, cells: Line) -> dict[str, str]:
        """Give what stands in the columns we have no place for."""
        kept = {heading: shown(cells[index]) for heading, index in self.extra_columns.items()}
        return {heading: text for heading, text in kept.items() if text}

    def _says_nothing(self, cells: Line) -> bool:
        first = next((cell for cell in cells if not blank(cell)), None)
        if first is None:
            return True
        if not isinstance(first, str):
            return False
        text = first.strip()
        if text.startswith(_FOOTERS):
            return sum(not blank(cell) for cell in cells) <= len(self.columns) // 2
        # A line with one cell of words is a note, or the name of a village above its rows.
        if not text.isascii() and all(cell is first or blank(cell) for cell in cells):
            return True
        return text[0] in self.found.initials and texts_of(cells) in self.found.lines


def _begins_like_data(cells: Line, unlike: frozenset[str]) -> bool:
    """Tell quickly what nearly every row is: words in its first two cells, the first not like a sum or a heading."""
    if len(cells) < 2:
        return False
    first, second = cells[0], cells[1]
    if not (isinstance(first, str) and isinstance(second, str) and first and second):
        return False
    return first[0].isalnum() and second[0].isalnum() and first[0] not in unlike


class _Stretched:
    """Gives merged cells their value in every row they stretch over, in the leftmost of their columns."""

    def __init__(self, blocks: list[Merged]) -> None:
        self._starting: dict[int, list[Merged]] = {}
        for block in blocks:
            self._starting.setdefault(block.top, []).append(block)
        self._open: dict[int, tuple[int, Cell]] = {}

    def fill(self, index: int, line: Line) -> Line:
        starting = self._starting.get(index)
        if starting is None and not self._open:
            return line
        for block in starting or ():
            if block.left < len(line):
                self._open[block.left] = (block.bottom, line[block.left])
        # A row with nothing of its own is no row, only the lower half of one.
        cells = None if all(map(blank, line)) else list(line)
        for column, (bottom, value) in tuple(self._open.items()):
            if index >= bottom:
                del self._open[column]
            if cells is not None and index <= bottom and blank(cells[column]):
                cells[column] = value
        return line if cells is None else cells


@dataclass(frozen=True)
class Book:
    """A file opened for one kind: the sheets that hold such rows."""

    sheets: tuple[Sheet, ...]

    def let_go(self) -> None:
        """Hold nothing of the file any more; walking over its rows again opens it anew."""
        for sheet in self.sheets:
            sheet.table.let_go()


def open_book(path: Path, kind: Kind) -> Book:
    """Open a file and find the sheets that hold rows of that kind.

    Raises:
        BadFile: it cannot be opened, has no such headings, or is a file of another kind.
    """
    layout = LAYOUTS[kind]
    name = _name_in(layout)
    found: list[Sheet] = []
    kinds: list[Kind | None] = []
    for table in tables(path):
        beginning = beginning_of(table)
        better = better_kind(beginning, layout)
        headings = find(beginning, layout)
        if headings is not None or better is not None:
            kinds.append(better)
        if headings is not None:
            found.append(Sheet(table.name, layout, headings, table, tuple(table.merged)))
    wrong = next((kind for kind in kinds if kind is not None), None)
    if wrong is not None and None not in kinds:
        raise BadFile(say.wrong_kind(kind, wrong))
    if not found:
        raise BadFile(say.no_heading(kind, map(name, layout.required)))
    whole = tuple(sheet for sheet in found if not missing(sheet.columns, layout))
    best = max(found, key=lambda sheet: len(sheet.columns))
    if not whole:
        raise BadFile(say.headings_missing(kind, map(name, missing(best.columns, layout))))
    for sheet in found:
        # A sheet of sums has few of the headings; one that has most of them holds rows that must not be lost.
        if sheet not in whole and len(sheet.columns) * 2 > len(best.columns) and _has_rows(sheet):
            raise BadFile(say.sheet_headings_missing(sheet.name, map(name, missing(sheet.columns, layout))))
    if not any(map(_has_rows, whole)):
        raise BadFile(say.NOTHING_BELOW)
    return Book(whole)


def _has_rows(sheet: Sheet) -> bool:
    return any(True for _ in sheet.lines())


def _name_in(layout: Layout) -> Callable[[str], str]:
    """Give the function that names one of our headings as the published layout writes it."""
    return lambda heading: layout.headings[heading][0]
