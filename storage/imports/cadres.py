"""帮扶干部表: who helps, in which role, for which area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from storage.cadres import ROLE_NAMES, Role
from storage.ids import AreaId, CadreId
from storage.imports import columns
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.pairings import cadre_rows
from storage.imports.places import AreaFinder
from storage.imports.report import Cells, Place, Progress, Read, read_once
from storage.imports.shapes import CADRES
from storage.imports.workbook import Book
from storage.sealing import keyring_of

ROLES: Mapping[str, Role] = {
    **{name: role for role, name in ROLE_NAMES.items()},
    "帮扶责任人": Role.CADRE,
    "帮扶人": Role.CADRE,
    "驻村队员": Role.VILLAGE_TEAM,
    "驻村工作队员": Role.VILLAGE_TEAM,
    "驻村工作队队员": Role.VILLAGE_TEAM,
    "驻村干部": Role.VILLAGE_TEAM,
    "驻村第一书记": Role.FIRST_SECRETARY,
    "村两委": Role.VILLAGE,
    "村": Role.VILLAGE,
    "乡镇干部": Role.TOWNSHIP,
    "乡镇级": Role.TOWNSHIP,
    "镇级": Role.TOWNSHIP,
    "乡级": Role.TOWNSHIP,
    "县": Role.COUNTY,
    "县级干部": Role.COUNTY,
}
"""What the files call each role."""


@dataclass(frozen=True, slots=True)
class CadreRow:
    """One cadre. `area`: a name or a code, as the file has it."""

    place: Place
    name: str
    phone: str
    unit: str | None
    rank: str | None
    role: Role
    area: str | None
    wecom_user: str | None
    unstated: frozenset[str]


def read_cadres(book: Book, *, progress: Progress | None = None) -> Read[CadreRow]:
    """Read the cadres; the phone number is what tells one from another."""
    return read_once(book, progress, _cadre, key=lambda row: row.phone, heading="电话")


def _cadre(cells: Cells) -> CadreRow:
    name = cells.need("姓名", columns.name)
    phone = cells.need("电话", columns.needed_phone)
    role = cells.need("角色", partial(columns.choice, meanings=ROLES, missing="role_missing", unknown="role_unknown"))
    unit = cells.take("单位", partial(columns.text, longest=80))
    rank = cells.take("职务级别", partial(columns.text, longest=40))
    area = cells.take("管辖区划", partial(columns.text, longest=80))
    written = cells.take("企业微信账号", partial(columns.text, longest=64))
    # WeCom tells accounts apart without regard to case, and does not always say them in the same one.
    wecom_user = None if written is None else written.lower()
    return CadreRow(cells.place, name, phone, unit, rank, role, area, wecom_user, frozenset(cells.unstated))


async def store_cadres(session: AsyncSession, rows: Sequence[CadreRow]) -> Tally:
    """Make or change cadres, known by phone."""
    tally = Tally()
    keyring = keyring_of(session)
    known = await cadre_rows(session, [row.phone for row in rows])
    areas = await AreaFinder.load(session)
    owners = await _owners(session, rows)
    new: list[Values] = []
    changed: list[Edit] = []
    for row in rows:
        held = known.get(row.phone)
        stated = _values(row, areas, tally, new=held is None)
        who = row.phone if held is None else held["id"]
        if row.wecom_user is not None and owners.setdefault(row.wecom_user, who) != who:
            tally.warnings.append(row.place.problem("企业微信账号", "wecom_taken"))
            stated["wecom_user"] = None if held is None else held["wecom_user"]
        edit = None if held is None else CADRES.edit(held, stated, keyring)
        if held is None:
            new.append({"phone": row.phone} | stated)
        elif edit is not None:
            changed.append(edit)
        tally.count(new=held is None, changed=edit is not None)
    await update_all(session, CADRES, changed, tally)
    await insert_all(session, CADRES, new, tally)
    return tally


async def _owners(session: AsyncSession, rows: Sequence[CadreRow]) -> dict[str, CadreId | str]:
    """Give who has each WeCom account: a cadre of the store by id; a new one will be added by phone."""
    accounts = [row.wecom_user for row in rows if row.wecom_user is not None]
    found = await rows_where(session, CADRES, CADRES.table.c.wecom_user, accounts)
    return {row["wecom_user"]: row["id"] for row in found}


def _values(row: CadreRow, areas: AreaFinder, tally: Tally, *, new: bool) -> Values:
    values: Values = {"name": row.name, "role": row.role}
    for name, heading in (("unit", "单位"), ("rank", "职务级别"), ("wecom_user", "企业微信账号")):
        if new or heading not in row.unstated:
            values[name] = getattr(row, name)
    area, stated = _area(row, areas, tally)
    if new or stated:
        values["area_id"] = area
    return values


def _area(row: CadreRow, areas: AreaFinder, tally: Tally) -> tuple[AreaId | None, bool]:
    """Give the area, and whether the file states one that we could find."""
    if row.area is None:
        return None, "管辖区划" not in row.unstated
    found = areas.find(row.area)
    if len(found) == 1:
        return next(iter(found)), True
    tally.warnings.append(row.place.problem("管辖区划", "area_ambiguous" if found else "area_unknown"))
    return None, False
