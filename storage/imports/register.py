"""农户登记: brings households, members and their pairings up to what a households file says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import OfficialCounty
from storage.ids import AreaId, CadreId, HouseholdId
from storage.imports.bulk import Edit, Shape, Tally, Values, insert_all, rows_where, update_all
from storage.imports.households import HouseholdRow, MemberRow
from storage.imports.pairings import Naming, hand_over, named_cadres
from storage.imports.places import area_ids
from storage.imports.shapes import HOUSEHOLDS, MEMBERS
from storage.sealing import Keyring, keyring_of

HOUSEHOLD_COLUMNS: Mapping[str, str] = {
    "cause": "致贫原因",
    "size": "家庭人口数",
    "income_per_capita_fen": "人均纯收入",
    "house_grade": "危房等级",
    "water_safe": "饮水",
    "phone": "联系电话",
    "bank": "开户银行",
    "card": "银行卡号",
}
"""Our heading for each column of a household that a file may leave out; what it leaves out stays as it is."""

MEMBER_COLUMNS: Mapping[str, str] = {
    "relation": "与户主关系",
    "ethnicity": "民族",
    "education": "文化程度",
    "schooling": "在校生状况",
    "health": "健康状况",
    "disability": "残疾等级",
    "labor": "劳动技能",
    "work_area": "务工区域",
    "work_months": "务工时间",
    "medical_insured": "医疗保险",
    "pension_insured": "养老保险",
    "dibao": "低保",
    "tekun": "特困",
    "phone": "联系电话",
}
"""The same for a member."""


async def store_households(
    session: AsyncSession, rows: Sequence[HouseholdRow], *, now: datetime, on: date, county: OfficialCounty | None
) -> Tally:
    """Make or change households, members and pairings. Each member row counts once, in the file's terms."""
    tally = Tally()
    keyring = keyring_of(session)
    areas = await area_ids(session, rows, tally, county=county)
    known = await _by_number(session, HOUSEHOLDS, [row.number for row in rows])

    new: list[Values] = []
    changed: list[Edit] = []
    for row in rows:
        held = known.get(row.number)
        stated = _household_values(row, areas[row.area], new=held is None)
        if held is None:
            new.append({"number": row.number, "imported_at": now} | stated)
        elif (edit := HOUSEHOLDS.edit(held, stated, keyring)) is not None:
            changed.append(edit.also("imported_at", held["imported_at"], now))
    await insert_all(session, HOUSEHOLDS, new, tally)
    await update_all(session, HOUSEHOLDS, changed, tally)

    ids = {number: HouseholdId(row["id"]) for number, row in known.items()}
    if new:
        added = await _by_number(session, HOUSEHOLDS, [values["number"] for values in new])
        ids |= {number: HouseholdId(row["id"]) for number, row in added.items()}
    paired = await _pair(session, rows, ids, on, tally)
    touched = paired | {HouseholdId(edit.row_id) for edit in changed}
    await _store_members(session, rows, ids, touched, keyring, tally)
    return tally


def _household_values(row: HouseholdRow, area: AreaId, *, new: bool) -> Values:
    values: Values = {"area_id": area, "category": row.category}
    if new or row.head_name is not None:
        values["head_name"] = row.head_name
    for name, heading in HOUSEHOLD_COLUMNS.items():
        if new or heading not in row.unstated:
            values[name] = getattr(row, name)
    if new or row.extra:
        values["extra"] = dict(row.extra)
    return values


async def _pair(
    session: AsyncSession,
    rows: Sequence[HouseholdRow],
    ids: Mapping[str, HouseholdId],
    on: date,
    tally: Tally,
) -> set[HouseholdId]:
    """Pair each household with the cadre its rows name; a household that names none keeps the one it has."""
    namings = [Naming(row.place, row.cadre) for row in rows if row.cadre is not None]
    cadres = await named_cadres(session, namings, tally)
    wanted: dict[HouseholdId, CadreId] = {
        ids[row.number]: cadres[row.cadre.phone] for row in rows if row.cadre is not None
    }
    handed = await hand_over(session, wanted, tally, on=on)
    return set(handed.first | handed.changed)


async def _store_members(
    session: AsyncSession,
    rows: Sequence[HouseholdRow],
    ids: Mapping[str, HouseholdId],
    touched: set[HouseholdId],
    keyring: Keyring,
    tally: Tally,
) -> None:
    known = await _by_number(session, MEMBERS, [member.number for row in rows for member in row.members])
    new: list[Values] = []
    changed: list[Edit] = []
    for row in rows:
        household = ids[row.number]
        for position, member in enumerate(row.members):
            held = known.get(member.number)
            stated = _member_values(member, household, new=held is None)
            edit = None if held is None else MEMBERS.edit(held, stated, keyring)
            if held is None:
                new.append({"number": member.number} | stated)
            elif edit is not None:
                changed.append(edit)
            # What changed for the household as a whole is counted at its first row.
            tally.count(new=held is None, changed=edit is not None or (position == 0 and household in touched))
    await insert_all(session, MEMBERS, new, tally)
    await update_all(session, MEMBERS, changed, tally)


def _member_values(member: MemberRow, household: HouseholdId, *, new: bool) -> Values:
    values: Values = {
        "household_id": household,
        "name": member.name,
        "sex": member.sex,
        "id_number": member.id_number.number,
        "birth_date": member.id_number.birth_date,
    }
    for name, heading in MEMBER_COLUMNS.items():
        if new or heading not in member.unstated:
            values[name] = getattr(member, name)
    if new or member.extra:
        values["extra"] = dict(member.extra)
    return values


async def _by_number(session: AsyncSession, shape: Shape, numbers: Sequence[str]) -> dict[str, RowMapping]:
    found = await rows_where(session, shape, shape.table.c.number, numbers)
    return {row["number"]: row for row in found}
