"""文件里没有的户: what the store has and a newer file lacks is named, and never deleted for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import Area, Level, names_of_all
from storage.households import Household
from storage.ids import AreaId, HouseholdId
from storage.imports.report import AbsentHousehold, AbsentMember, Missing

_Place = Row[AreaId, str, str, AreaId | None]
_SCOPES = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY)


@dataclass
class Mentioned:
    """Whom a file names, and which people of its households it does not name there; those in `moved` elsewhere."""

    households: set[str] = field(default_factory=set)
    areas: set[AreaId] = field(default_factory=set)
    absent: list[AbsentMember] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)


async def missing(session: AsyncSession, mentioned: Mentioned) -> Missing:
    """Name the households of the area a file covers that it lacks, and the people its households lack.

    A file of one village says nothing of the next one: it covers the smallest of village, township and county that
    all its households live in.
    """
    if not mentioned.areas:
        return Missing()
    above = {row.id: row for row in await session.execute(select(Area.id, Area.code, Area.level, Area.parent_id))}
    codes = _covered(above, mentioned.areas)
    found: list[Row[HouseholdId, str, str | None, AreaId]] = []
    for code in codes:
        statement = (
            select(Household.id, Household.number, Household.head_name, Household.area_id)
            .join(Area, Area.id == Household.area_id)
            .where(Area.code.startswith(code, autoescape=True), Household.closed_on.is_(None))
            .order_by(Household.number)
        )
        found.extend(row for row in await session.execute(statement) if row.number not in mentioned.households)
    areas = await names_of_all(session) if found else {}
    return Missing(
        tuple(AbsentHousehold(row.number, row.head_name, "".join(areas[row.area_id])) for row in found),
        tuple(member for member in mentioned.absent if member.number not in mentioned.moved),
    )


def _covered(above: Mapping[AreaId, _Place], areas: Collection[AreaId]) -> list[str]:
    for level in _SCOPES:
        around = {_at(above, area, level) for area in areas}
        if len(around) == 1 or level == Level.COUNTY:
            break
    return sorted(code for code in around if code is not None)


def _at(above: Mapping[AreaId, _Place], area: AreaId, level: Level) -> str | None:
    row = above[area]
    while row.level != level and row.parent_id is not None:
        row = above[row.parent_id]
    return str(row.code)
