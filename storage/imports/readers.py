"""按列读: reads the cells of many rows, asking once a column where it stands and once a word what it means."""

from collections.abc import Callable, Sequence
from operator import getitem, itemgetter
from typing import Any, NamedTuple

from storage.imports.columns import Unreadable
from storage.imports.tables import Cell, Line
from storage.imports.workbook import Sheet

Reader = Callable[[Cell], object]

_TEXT = frozenset((str,))
_EXACT_BELOW = 10**15


class Wrong(NamedTuple):
    """A cell that could not be read: under which of our headings, why, and what stands in it."""

    heading: str
    code: str
    cell: Cell


class _Unread(NamedTuple):
    code: str


class _Meanings(dict[Cell, Any]):
    """What the cells of one column mean: each word is read once, unless few in the column are alike."""

    def __init__(self, reader: Reader, *, few_alike: bool) -> None:
        super().__init__()
        self._reader = reader
        self._few_alike = few_alike

    def __missing__(self, cell: Cell) -> object:
        try:
            meaning = self._reader(cell)
        except Unreadable as error:
            meaning = _Unread(error.code)
        if not self._few_alike and _is_itself(cell):
            self[cell] = meaning
        return meaning


class _Absent(dict[Cell, Any]):
    """A column the sheet does not have: nothing in it means anything."""

    def __missing__(self, cell: Cell) -> None:
        return None


class ColumnReaders:
    """The readers of some columns of one sheet. `unstated`: those of their headings that the sheet does not have."""

    def __init__(self, sheet: Sheet, readers: Sequence[tuple[str, Reader]], few_alike: frozenset[str]) -> None:
        self.unstated = frozenset(heading for heading, _ in readers if heading not in sheet.columns)
        self._headings = [heading for heading, _ in readers]
        self._meanings = [
            _Absent() if heading in self.unstated else _Meanings(reader, few_alike=heading in few_alike)
            for heading, reader in readers
        ]
        self._cells = itemgetter(*(sheet.columns.get(heading, 0) for heading in self._headings))

    def read(self, line: Line) -> tuple[list[Any], tuple[Wrong, ...]]:
        """Give what the cells of a row mean, in the order of the readers, None for those that cannot be read."""
        cells = self._cells(line)
        meanings = list(map(getitem, self._meanings, cells))
        if _Unread not in map(type, meanings):
            return meanings, ()
        wrong = []
        for position, meaning in enumerate(meanings):
            if type(meaning) is _Unread:
                meanings[position] = None
                wrong.append(Wrong(self._headings[position], meaning.code, cells[position]))
        return meanings, tuple(wrong)


def are_themselves(cells: Sequence[Cell]) -> bool:
    """Whether cells equal to these are read as these are: 1, 1.0 and 是 (True) are equal to Python, not to people."""
    return _TEXT.issuperset(map(type, cells)) or all(type(cell) is str or _is_itself(cell) for cell in cells)


def _is_itself(cell: Cell) -> bool:
    if isinstance(cell, str):
        return True
    return isinstance(cell, int | float) and cell not in (0, 1) and abs(cell) < _EXACT_BELOW
