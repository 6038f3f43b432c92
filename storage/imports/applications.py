"""补贴申请表: who asked for what, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from storage.ids import HouseholdId
from storage.imports import columns
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.matching import Matched, match, persons
from storage.imports.report import Cells, Place, Progress, Read, read_once
from storage.imports.shapes import APPLICATIONS, APPROVALS
from storage.imports.workbook import Book
from storage.sealing import keyring_of

_Key = tuple[HouseholdId, str, date]


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application; the state in the words of the office."""

    place: Place
    household: str
    head_name: str | None
    benefit: str
    applied_on: date
    state: str
    state_since: date | None
    reason: str | None
    person: str | None
    person_name: str | None
    unstated: frozenset[str]


def read_applications(book: Book, *, on: date, progress: Progress | None = None) -> Read[ApplicationRow]:
    """Read the applications; household, benefit and day of asking tell one from another."""
    return read_once(
        book,
        progress,
        lambda cells: _application(cells, on),
        key=lambda row: (row.household, row.benefit, row.applied_on),
        heading="户编号",
    )


def _application(cells: Cells, on: date) -> ApplicationRow:
    household = cells.need("户编号", columns.household_number)
    head_name = cells.need("户主姓名", columns.optional_name)
    benefit = cells.need("补贴项目", columns.benefit_name)
    applied_on = cells.need("申请日期", lambda cell: columns.needed(columns.day(cell), "date_missing"))
    state = cells.need("当前状态", columns.state_name)
    state_since = cells.take("状态日期", columns.day)
    reason = cells.take("原因", partial(columns.text, longest=400))
    person = cells.take("人编号", columns.code)
    person_name = cells.take("享受人", columns.optional_name)
    if applied_on > on:
        cells.findings.warn(cells.place, "申请日期", "date_future")
    if state_since is not None and state_since < applied_on:
        cells.findings.warn(cells.place, "状态日期", "date_order")
    unstated = frozenset(cells.unstated)
    return ApplicationRow(
        *(cells.place, household, head_name, benefit, applied_on, state, state_since, reason),
        *(person, person_name, unstated),
    )


async def store_applications(session: AsyncSession, rows: Sequence[ApplicationRow]) -> Tally:
    """Make or change applications; each state an application reaches is added to its approval steps."""
    tally = Tally()
    keyring = keyring_of(session)
    matched = await match(session, rows, tally)
    people = await persons(session, matched, tally)
    known = await _known(session, matched)
    new: list[Values] = []
    changed: list[Edit] = []
    stepped: list[Matched[ApplicationRow]] = []
    for place, one in enumerate(matched):
        held = known.get(_key(one))
        stated = _values(one.row, new=held is None)
        if place in people:
            stated["member_id"] = people[place]
        edit = None if held is None else APPLICATIONS.edit(held, stated, keyring)
        if held is None:
            household, benefit, applied_on = _key(one)
            new.append({"household_id": household, "benefit": benefit, "applied_on": applied_on} | stated)
        elif edit is not None:
            changed.append(edit)
        if held is None or edit is not None:
            stepped.append(one)
        tally.count(new=held is None, changed=edit is not None)
    await insert_all(session, APPLICATIONS, new, tally)
    await update_all(session, APPLICATIONS, changed, tally)
    await _add_steps(session, stepped, tally)
    return tally


async def _known(session: AsyncSession, matched: Sequence[Matched[ApplicationRow]]) -> dict[_Key, RowMapping]:
    households = list({one.household_id for one in matched})
    found = await rows_where(session, APPLICATIONS, APPLICATIONS.table.c.household_id, households)
    return {(row["household_id"], row["benefit"], row["applied_on"]): row for row in found}


def _key(one: Matched[ApplicationRow]) -> _Key:
    return one.household_id, one.row.benefit, one.row.applied_on


def _values(row: ApplicationRow, *, new: bool) -> Values:
    values: Values = {"state": row.state}
    if new or "状态日期" not in row.unstated:
        values["state_since"] = row.state_since
    if new or "原因" not in row.unstated:
        values["reason"] = row.reason
    return values


async def _add_steps(session: AsyncSession, stepped: Sequence[Matched[ApplicationRow]], tally: Tally) -> None:
    known = await _known(session, stepped)
    ids = [known[_key(one)]["id"] for one in stepped]
    found = await rows_where(session, APPROVALS, APPROVALS.table.c.application_id, ids)
    taken = {(step["application_id"], step["step"], step["reached_on"]) for step in found}
    steps: list[Values] = [
        {
            "application_id": application,
            "step": one.row.state,
            "reached_on": one.row.state_since,
            "reason": one.row.reason,
        }
        for application, one in zip(ids, stepped, strict=True)
        if (application, one.row.state, one.row.state_since) not in taken
    ]
    await insert_all(session, APPROVALS, steps, tally)
