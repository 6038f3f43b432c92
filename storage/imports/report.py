"""导入结果: what was found wrong with which row, and what came of a file as a whole."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from bot.messages import imports as say
from storage.ids import BatchId
from storage.imports.columns import Unreadable
from storage.imports.tables import Cell, Line
from storage.imports.workbook import Book, Row, Sheet

T = TypeVar("T")

Progress = Callable[[int], None]
"""Is told now and then how many rows have been read."""

_PROGRESS_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row. Never holds what stood in the cell."""

    row: int
    column: str
    code: str
    reason: str
    sheet: str

    def __str__(self) -> str:
        """Say it in one line."""
        return say.at_row(self.row, self.column, self.reason)

    def as_json(self) -> dict[str, Any]:
        """Give it in the published form."""
        return {"row": self.row, "column": self.column, "code": self.code, "reason": self.reason}


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a file says: the good rows, the rows not taken, the cells left out, and how many rows there were.

    `doubtful`: the numbers of households with rows that were not taken; who seems to be missing may stand there.
    """

    rows: tuple[T, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    read: int
    doubtful: frozenset[str] = frozenset()


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a row came from, so that a problem found later can still name it."""

    sheet: Sheet
    row: int

    def problem(self, heading: str, code: str, reason: str | None = None) -> Problem:
        """Name a problem in one of our columns."""
        return Problem(self.row, self.sheet.heading(heading), code, reason or say.REASONS[code], self.sheet.name)

    def name_of(self, other: "Place") -> str:
        """Name another row to somebody who looks at this one."""
        return say.row_of(other.row, None if other.sheet is self.sheet else other.sheet.name)


@dataclass
class Findings:
    """Collects what is wrong while a file is read."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    read: int = 0

    def rows(self, book: Book, progress: Progress | None) -> Iterator[tuple[Row, Place]]:
        """Walk over all rows of the book and count them."""
        for sheet in book.sheets:
            for number, cells in self.lines(sheet, progress):
                yield Row(number, cells, sheet.columns), Place(sheet, number)
        book.let_go()

    def lines(self, sheet: Sheet, progress: Progress | None) -> Iterator[tuple[int, Line]]:
        """Walk over the rows of one sheet as number and cells, and count them."""
        for line in sheet.lines():
            self.read += 1
            if progress is not None and self.read % _PROGRESS_EVERY == 0:
                progress(self.read)
            yield line
        if progress is not None:
            progress(self.read)

    def reject(self, place: Place, heading: str, code: str, reason: str | None = None) -> None:
        """A row is not taken."""
        self.problems.append(place.problem(heading, code, reason))

    def warn(self, place: Place, heading: str, code: str) -> None:
        """A row is taken, but one cell of it should be looked at."""
        self.warnings.append(place.problem(heading, code))


@dataclass
class Cells:
    """Reads the cells of one row, remembering which of them state nothing we could use."""

    row: Row
    place: Place
    findings: Findings
    unstated: set[str] = field(default_factory=set)

    def need(self, heading: str, reader: Callable[[Cell], T]) -> T:
        """Read a cell the row cannot do without.

        Raises:
            Rejected: it could not be read; the problem is noted.
        """
        try:
            return reader(self.row[heading])
        except Unreadable as error:
            self.findings.reject(self.place, heading, error.code)
            raise Rejected from error

    def take(self, heading: str, reader: Callable[[Cell], T | None], *, code: str | None = None) -> T | None:
        """Read a cell the row can do without; what cannot be read is warned of and left out."""
        if heading not in self.row.columns:
            self.unstated.add(heading)
            return None
        try:
            return reader(self.row[heading])
        except Unreadable as error:
            self.findings.warn(self.place, heading, code or error.code)
            self.unstated.add(heading)
            return None


class Rejected(Exception):
    """This row is not taken; why was noted already."""


def read_once(
    book: Book,
    progress: Progress | None,
    reader: Callable[[Cells], T],
    *,
    key: Callable[[T], Hashable],
    heading: str,
) -> Read[T]:
    """Read every row of a book in which each key stands once; a row that repeats one is sent back under `heading`."""
    findings = Findings()
    rows: list[T] = []
    seen: dict[Hashable, Place] = {}
    for row, place in findings.rows(book, progress):
        try:
            found = reader(Cells(row, place, findings))
        except Rejected:
            continue
        if (first := seen.setdefault(key(found), place)) is not place:
            findings.reject(place, heading, "repeated", say.repeated_row(place.name_of(first)))
            continue
        rows.append(found)
    return Read(tuple(rows), tuple(findings.problems), tuple(findings.warnings), findings.read)


@dataclass(frozen=True, slots=True)
class AbsentHousehold:
    """A household of the store that a newer file of its area does not name."""

    number: str
    head_name: str | None
    area: str


@dataclass(frozen=True, slots=True)
class AbsentMember:
    """A person of the store whom a newer file does not name, though it names the household."""

    household: str
    head_name: str | None
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Whom the store has and a file lacks; nothing is deleted for it."""

    households: tuple[AbsentHousehold, ...] = ()
    members: tuple[AbsentMember, ...] = ()

    def as_json(self) -> dict[str, int]:
        """Give how many; who they are is for the office's own eyes."""
        return {"households": len(self.households), "members": len(self.members)}


@dataclass(frozen=True, slots=True)
class Sums:
    """How much of the register an import makes or changes; categories from one to another, with how many."""

    households_new: int
    households_changed: int
    members_new: int
    members_changed: int
    handed_over: int
    recategorised: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell an import would change, or one row it would make; long numbers only by their last digits."""

    row_of: str
    field: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        """Say it in one line."""
        return say.difference(self.row_of, self.field, self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """What came of importing a file. Every row read is created, updated, unchanged or rejected."""

    batch: BatchId | None
    read: int
    created: int
    updated: int
    unchanged: int
    warnings: tuple[Problem, ...]
    rejected: tuple[Problem, ...]
    book: Book = field(repr=False)
    differences: tuple[Difference, ...] | None = field(default=None, repr=False)
    missing: Missing | None = field(default=None, repr=False)
    sums: Sums | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it in the published form: sums, rows and columns; what stood in cells is for the office's own eyes."""
        return {
            "batch": self.batch,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": self._listed(self.warnings),
            "rejected": self._listed(self.rejected),
            **({} if self.missing is None else {"missing": self.missing.as_json()}),
        }

    def _listed(self, problems: Iterable[Problem]) -> list[dict[str, Any]]:
        several = len(self.book.sheets) > 1
        return [problem.as_json() | ({"sheet": problem.sheet} if several else {}) for problem in problems]
