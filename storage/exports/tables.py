"""导出的表格: one sheet's headings and lines, and how they become a file that appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import write_worksheets

from storage.imports.layouts import Layout

Cell = str | int | float | date | None

# A sheet has 1,048,576 rows, its headings among them; what does not fit goes on in a second one.
_LINES_A_SHEET = 1_000_000


@dataclass(frozen=True)
class Table:
    """One table. `lines` are made while they are written, so that a big table is never held twice.

    `left_out` counts the households that have no line in it, because nobody of theirs is known.
    """

    name: str
    headings: tuple[str, ...]
    lines: Iterator[Sequence[Cell]]
    count: int
    left_out: int = 0


def headings_of(layout: Layout) -> tuple[str, ...]:
    """Give the headings of a layout as it is published."""
    return tuple(names[0] for names in layout.headings.values())


def in_order(layout: Layout, values: Mapping[str, Cell]) -> list[Cell]:
    """Put the cells of one line, by our headings, in the order of the layout."""
    return [values[ours] for ours in layout.headings]


def yuan(fen: int | None) -> float | None:
    """Give money for a cell: the nearest number a spreadsheet can hold, which the importer reads back to the fen."""
    return None if fen is None else fen / 100


def yes_no(value: bool | None) -> str | None:
    """Give 是 or 否; an empty cell for what is not known."""
    return None if value is None else "是" if value else "否"


def write_table(table: Table, path: Path) -> None:
    """Write a table as .xlsx, readable by its owner only; what stood there is replaced once the new file is whole.

    Texts are stored as texts: `=1+1` stays these four characters, and long numbers keep all their digits.

    Raises:
        OSError: it cannot be written there.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:60]}.", suffix=".part")
    try:
        write_worksheets(_sheets(table), beside, datetime_format="yyyy-mm-dd")
        os.fsync(handle)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink()
        raise
    finally:
        os.close(handle)


def _sheets(table: Table) -> list[tuple[str, Any]]:
    keys = _keys(table.headings)
    if not table.count:
        # Headings are written with the first record, so an empty table has an empty one.
        return [(table.name, [dict.fromkeys(keys)])]
    sheets = range(-(-table.count // _LINES_A_SHEET))
    records = (dict(zip(keys, line, strict=True)) for line in table.lines)
    return [(f"{table.name}{sheet + 1 if sheet else ''}", islice(records, _LINES_A_SHEET)) for sheet in sheets]


def _keys(headings: Sequence[str]) -> list[str]:
    """Tell equal headings apart by a space at the end, which no reader minds: a record has each key once."""
    keys: list[str] = []
    for heading in headings:
        key = heading
        while key in keys:
            key += " "
        keys.append(key)
    return keys
