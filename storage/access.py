"""查看范围: the one door to households: who may see which.

A villager sees their own household, a cadre those paired with them, area staff those of their area as well
(by the prefix of the area's code). What lies outside is not found: to the one who asks, a household that is not
theirs and one that does not exist are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.language.names import match_household, without_house
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.households import Household
from storage.ids import AreaId, HouseholdId
from storage.members import HEAD, Member
from storage.outbox import OpenCall, open_calls
from storage.people import Official, Villager

AREA_STAFF = (Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY)
"""Who sees a whole area; everybody else sees the households paired with them, whatever their area."""

_FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a household lives: its village (by id, since villages share names) and the words for it."""

    village_id: AreaId
    township: str | None
    village: str
    group: str | None


async def household_of(session: AsyncSession, villager: Villager) -> Household:
    """Give the villager's own household; a binding always has one."""
    return (await session.execute(select(Household).where(Household.id == villager.household_id))).scalar_one()


async def households_of(session: AsyncSession, official: Official) -> Sequence[Household]:
    """Give the households paired with this official today, by area and number."""
    statement = (
        select(Household)
        .join(Assignment, Assignment.household_id == Household.id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.cadre_id == official.cadre_id, Assignment.until.is_(None))
        .order_by(Area.code, Household.number)
    )
    return (await session.execute(statement)).scalars().all()


def visible_to(official: Official) -> ColumnElement[bool]:
    """The condition on households that this official may see: paired with them, or of the area they serve."""
    paired = (
        select(Assignment.household_id)
        .where(Assignment.cadre_id == official.cadre_id, Assignment.until.is_(None))
        .scalar_subquery()
    )
    served = aliased(Area)
    in_their_area = (
        select(Area.id)
        .join(served, func.substr(Area.code, 1, func.length(served.code)) == served.code)
        .join(Cadre, Cadre.area_id == served.id)
        .where(Cadre.id == official.cadre_id, Cadre.role.in_(AREA_STAFF))
        .scalar_subquery()
    )
    return or_(Household.id.in_(paired), Household.area_id.in_(in_their_area))


async def find(session: AsyncSession, official: Official, name: str) -> list[Household]:
    """Give the households an official may mean by a name; more than one is for the official to choose from.

    The head's name or the household's number as written wins, then a member's name. Only where none of these is
    known do names of the official's own households that sound alike, or share the surname said (老王, 王大爷家), count.
    """
    said = without_house(name)
    if not said:
        return []
    has_member = exists().where(Member.household_id == Household.id, Member.name == said)
    statement = (
        select(Household)
        .where(visible_to(official), or_(Household.head_name == said, Household.number == said, has_member))
        .order_by(Household.number)
        .limit(_FOUND_AT_MOST)
    )
    found = (await session.execute(statement)).scalars().all()
    by_head = [household for household in found if said in (household.head_name, household.number)]
    if by_head or found:
        return by_head or list(found)
    own = await households_of(session, official)
    return [own[place] for place in match_household(name, [household.head_name or "" for household in own])]


async def with_id(session: AsyncSession, official: Official, household_id: HouseholdId) -> Household | None:
    """Give that household, or None where this official may not see it (any more)."""
    statement = select(Household).where(visible_to(official), Household.id == household_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def people_of(session: AsyncSession, household: Household) -> Sequence[Member]:
    """Give the members of a household, the head first."""
    statement = (
        select(Member)
        .where(Member.household_id == household.id)
        .order_by(case((Member.relation == HEAD, 0), else_=1), Member.number)
    )
    return (await session.execute(statement)).scalars().all()


async def places_of(session: AsyncSession, households: Sequence[Household]) -> Mapping[AreaId, Place]:
    """Give the place of each area these households live in."""
    above, top = aliased(Area), aliased(Area)
    statement = (
        select(Area, above, top.name)
        .outerjoin(above, above.id == Area.parent_id)
        .outerjoin(top, top.id == above.parent_id)
        .where(Area.id.in_({household.area_id for household in households}))
    )
    places = {}
    for area, parent, grandparent in (await session.execute(statement)).all():
        if area.level == Level.GROUP and parent is not None:
            places[area.id] = Place(parent.id, grandparent, parent.name, area.name)
        else:
            places[area.id] = Place(area.id, None if parent is None else parent.name, area.name, None)
    return places


async def office_calls(session: AsyncSession, official: Official) -> list[OpenCall]:
    """Give what of the office's call list this official is to see: all of it at the county, their area's in a township.

    The office's list holds who has no cadre, and cadres who could not be reached.
    """
    role = await session.scalar(select(Cadre.role).where(Cadre.id == official.cadre_id))
    if role not in (Role.TOWNSHIP, Role.COUNTY):
        return []
    calls = await open_calls(session, None)
    if role == Role.COUNTY:
        return calls
    about = {call.household_id for call in calls if call.household_id is not None}
    seen = set(await session.scalars(select(Household.id).where(Household.id.in_(about), visible_to(official))))
    return [call for call in calls if call.household_id in seen]
