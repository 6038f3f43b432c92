"""导出的表格: one sheet's headings and lines, and how they become a file that appears whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyzipper
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


@dataclass(frozen=True)
class Draft:
    """A table as a file beside the one it is to become; `sha256` is the digest of that file."""

    beside: Path
    path: Path
    sha256: str

    def publish(self) -> None:
        """Let it take its place; what stood there is replaced.

        Raises:
            OSError: it cannot be put there.
        """
        self.beside.replace(self.path)

    def discard(self) -> None:
        """Leave nothing of it, whether it has been published or not."""
        (self.beside if self.beside.exists() else self.path).unlink(missing_ok=True)


def write_table(table: Table, path: Path) -> None:
    """Write a table as .xlsx, readable by its owner only; what stood there is replaced once the new file is whole.

    Raises:
        OSError: it cannot be written there.
    """
    draft(table, path).publish()


def draft(table: Table, path: Path, password: str | None = None) -> Draft:
    """Write a table as .xlsx beside the path, readable by its owner only; with a password, within an encrypted zip.

    Texts are stored as texts: `=1+1` stays these four characters, and long numbers keep all their digits. Where it
    is encrypted, the workbook itself is made in memory and never stands on the disk.

    Raises:
        OSError: it cannot be written there.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:60]}.", suffix=".part")
    beside = Path(name)
    try:
        with os.fdopen(handle, "r+b") as file:
            if password is None:
                _write(table, name)
            else:
                _write_encrypted(table, file, password)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256")
        return Draft(beside, path, digest.hexdigest())
    except BaseException:
        beside.unlink()
        raise


def _write(table: Table, to: str | BytesIO) -> None:
    write_worksheets(_sheets(table), to, datetime_format="yyyy-mm-dd")


def _write_encrypted(table: Table, file: IO[bytes], password: str) -> None:
    """AES-256 as WinZip and 7-Zip read it (AE-2, which gives away no checksum of the content)."""
    workbook = BytesIO()
    _write(table, workbook)
    archive = pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES, encryption_kwargs=_AES_256
    )
    with archive:
        archive.setpassword(password.encode("ascii"))
        # A workbook is compressed already.
        archive.writestr(f"{table.name}.xlsx", workbook.getbuffer())


_AES_256 = {"nbits": 256, "force_wz_aes_version": 2}


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
