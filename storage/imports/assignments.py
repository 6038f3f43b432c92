"""结对帮扶表: which cadre helps which household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from storage.imports import columns
from storage.imports.bulk import Edit, Tally, update_all
from storage.imports.households import NamedCadre
from storage.imports.matching import match
from storage.imports.pairings import Naming, hand_over, named_cadres
from storage.imports.report import Cells, Place, Progress, Read, read_once
from storage.imports.shapes import HOUSEHOLDS
from storage.imports.workbook import Book


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One pairing."""

    place: Place
    household: str
    head_name: str | None
    cadre: NamedCadre


def read_assignments(book: Book, *, progress: Progress | None = None) -> Read[AssignmentRow]:
    """Read the pairings; a household stands in the file once."""
    return read_once(book, progress, _assignment, key=lambda row: row.household, heading="户编号")


def _assignment(cells: Cells) -> AssignmentRow:
    household = cells.need("户编号", columns.household_number)
    head_name = cells.take("户主姓名", columns.optional_name)
    name = cells.need("帮扶责任人", columns.name)
    phone = cells.need("帮扶责任人电话", columns.needed_phone)
    unit = cells.take("帮扶单位", partial(columns.text, longest=80))
    rank = cells.take("职务级别", partial(columns.text, longest=40))
    return AssignmentRow(cells.place, household, head_name, NamedCadre(name, phone, unit, rank))


async def store_assignments(session: AsyncSession, rows: Sequence[AssignmentRow], *, on: date) -> Tally:
    """Pair households with their cadres; a household whose head nobody could name yet gets the name given here."""
    tally = Tally()
    matched = await match(session, rows, tally)
    cadres = await named_cadres(session, [Naming(one.row.place, one.row.cadre) for one in matched], tally)
    wanted = {one.household_id: cadres[one.row.cadre.phone] for one in matched}
    handed = await hand_over(session, wanted, tally, on=on)
    named = {
        one.household_id: Edit(one.household_id, {"head_name": None}, {"head_name": one.row.head_name})
        for one in matched
        if not one.head_known and one.row.head_name is not None
    }
    await update_all(session, HOUSEHOLDS, named.values(), tally)
    for one in matched:
        changed = one.household_id in handed.changed or one.household_id in named
        tally.count(new=one.household_id in handed.first, changed=changed)
    return tally
