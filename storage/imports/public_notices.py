"""公示的表格: who is to stand on a list, from a file of the office: 户编号, perhaps 人编号 and 金额.

What else stands in the file (numbers of cards and papers, causes, illnesses) never comes in.
"""

from dataclasses import dataclass
from pathlib import Path

from storage.ids import Fen
from storage.imports import columns
from storage.imports.layouts import LAYOUTS, Kind
from storage.imports.tables import BadFile, Cell, Line, blank, shown, tables

__all__ = ["BadFile", "NoHeading", "Row", "read"]

_LOOKED_AT = 20
_HOUSEHOLD, _MEMBER, _AMOUNT = "户编号", "人编号", "金额"
_NAMES = {
    _HOUSEHOLD: LAYOUTS[Kind.HOUSEHOLDS].headings["户编号"],
    _MEMBER: LAYOUTS[Kind.HOUSEHOLDS].headings["人编号"],
    _AMOUNT: LAYOUTS[Kind.DISBURSEMENTS].headings["金额"],
}


class NoHeading(Exception):
    """No line of the file says which column is the household's number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, numbered as Excel shows it."""

    number: int
    household: str
    member: str | None
    amount_fen: Fen | None


def read(path: Path) -> list[Row]:
    """Read the first sheet that has the heading 户编号.

    Raises:
        BadFile: it cannot be opened.
        NoHeading: no sheet has it.
        columns.Unreadable: a sum is none.
    """
    for table in tables(path):
        for place, line in enumerate(table.beginning(_LOOKED_AT)):
            found = _columns(line)
            if _HOUSEHOLD in found:
                rows = [(number, cells) for number, cells in enumerate(table.lines(), 1) if number > place + 1]
                return [_row(number, cells, found) for number, cells in rows if _filled(cells, found[_HOUSEHOLD])]
    raise NoHeading


def _columns(line: Line) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(line):
        heading = shown(cell).partition("(")[0].partition("（")[0].strip()
        for ours, names in _NAMES.items():
            if heading in names:
                found.setdefault(ours, place)
    return found


def _filled(cells: Line, place: int) -> bool:
    return place < len(cells) and not blank(cells[place])


def _row(number: int, cells: Line, found: dict[str, int]) -> Row:
    def cell(ours: str) -> Cell:
        place = found.get(ours)
        return None if place is None or place >= len(cells) else cells[place]

    return Row(
        number, columns.household_number(cell(_HOUSEHOLD)), shown(cell(_MEMBER)) or None, columns.amount(cell(_AMOUNT))
    )
