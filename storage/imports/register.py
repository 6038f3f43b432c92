"""农户登记: brings households, members and their pairings up to what a households file says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from storage import households, members
from storage.ids import AreaId, CadreId, HouseholdId
from storage.imports.bulk import Shape, Tally, Values, insert_all, rows_where, update_all
from storage.imports.households import HouseholdRow, MemberRow
from storage.imports.pairings import Naming, hand_over, named_cadres
from storage.imports.places import area_ids
from storage.sealing import Keyring, keyring_of

HOUSEHOLDS = Shape(households.Household, {"phone": households.PHONE, "card": households.CARD}, frozenset(("phone",)))
_MEMBERS = Shape(members.Member, {"id_number": members.ID_NUMBER, "phone": members.PHONE}, frozenset(("id_number",)))

# Our heading for each column of the store that a file may leave out; what it leaves out stays as it is.
_HOUSEHOLD_COLUMNS: Mapping[str, str] = {
    "cause": "致贫原因",
    "size": "家庭人口数",
    "income_per_capita_fen": "人均纯收入",
    "house_grade": "危房等级",
    "water_safe": "饮水",
    "phone": "联系电话",
    "bank": "开户银行",
    "card": "银行卡号",
}
_MEMBER_COLUMNS: Mapping[str, str] = {
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


async def store_households(session: AsyncSession, rows: Sequence[HouseholdRow], *, now: datetime, on: date) -> Tally:
    """Make or change households, members and pairings. Each member row counts once, in the file's terms."""
    tally = Tally()
    keyring = keyring_of(session)
    areas = await area_ids(session, {row.area for row in rows})
    known = await _by_number(session, HOUSEHOLDS, [row.number for row in rows])

    new: list[Values] = []
    changed: dict[HouseholdId, Values] = {}
    for row in rows:
        held = known.get(row.number)
        stated = _household_values(row, areas[row.area], new=held is None)
        if held is None:
            new.append({"number": row.number, "imported_at": now} | stated)
        elif HOUSEHOLDS.differs(held, stated, keyring):
            changed[held["id"]] = stated | {"imported_at": now}
    await insert_all(session, HOUSEHOLDS, new, keyring)
    await update_all(session, HOUSEHOLDS, changed, keyring)

    ids = {number: HouseholdId(row["id"]) for number, row in known.items()}
    if new:
        added = await _by_number(session, HOUSEHOLDS, [values["number"] for values in new])
        ids |= {number: HouseholdId(row["id"]) for number, row in added.items()}
    paired = await _pair(session, rows, ids, on, tally)
    touched = paired | changed.keys()
    await _store_members(session, rows, ids, touched, keyring, tally)
    return tally


def _household_values(row: HouseholdRow, area: AreaId, *, new: bool) -> Values:
    values: Values = {"area_id": area, "category": row.category}
    if new or row.head_name is not None:
        values["head_name"] = row.head_name
    for name, heading in _HOUSEHOLD_COLUMNS.items():
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
    handed = await hand_over(session, wanted, on=on)
    return set(handed.first | handed.changed)


async def _store_members(
    session: AsyncSession,
    rows: Sequence[HouseholdRow],
    ids: Mapping[str, HouseholdId],
    touched: set[HouseholdId],
    keyring: Keyring,
    tally: Tally,
) -> None:
    known = await _by_number(session, _MEMBERS, [member.number for row in rows for member in row.members])
    new: list[Values] = []
    changed: dict[int, Values] = {}
    for row in rows:
        household = ids[row.number]
        for position, member in enumerate(row.members):
            held = known.get(member.number)
            stated = _member_values(member, household, new=held is None)
            differs = held is not None and _MEMBERS.differs(held, stated, keyring)
            if held is None:
                new.append({"number": member.number} | stated)
            elif differs:
                changed[held["id"]] = stated
            # What changed for the household as a whole is counted at its first row.
            tally.count(new=held is None, changed=differs or (position == 0 and household in touched))
    await insert_all(session, _MEMBERS, new, keyring)
    await update_all(session, _MEMBERS, changed, keyring)


def _member_values(member: MemberRow, household: HouseholdId, *, new: bool) -> Values:
    values: Values = {
        "household_id": household,
        "name": member.name,
        "sex": member.sex,
        "id_number": member.id_number.number,
        "birth_date": member.id_number.birth_date,
    }
    for name, heading in _MEMBER_COLUMNS.items():
        if new or heading not in member.unstated:
            values[name] = getattr(member, name)
    if new or member.extra:
        values["extra"] = dict(member.extra)
    return values


async def _by_number(session: AsyncSession, shape: Shape, numbers: Sequence[str]) -> dict[str, RowMapping]:
    found = await rows_where(session, shape, shape.table.c.number, numbers)
    return {row["number"]: row for row in found}
