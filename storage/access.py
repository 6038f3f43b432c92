"""查看范围: the one door to households: who may see which.

A villager sees their own household, a cadre those paired with them, area staff those of their area as well
(by the prefix of the area's code). What lies outside is not found: to the one who asks, a household that is not
theirs and one that does not exist are the same.

Whatever gives a household out tells the audit of it (`audit.saw`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.language.names import match_household, without_house
from bot.language.spelling import fold
from storage import audit
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.batches import padded
from storage.cadres import Cadre, Role
from storage.cases import CONFIDENTIAL, UNANSWERED, Case, CaseKind, CaseState
from storage.contacts import phone_of
from storage.households import PHONE, Doorplate, Household, doorplate
from storage.ids import AreaId, CadreId, CaseId, HouseholdId, RecordingId
from storage.members import HEAD, ID_NUMBER, Member
from storage.outbox import OpenCall, ToHousehold, open_calls
from storage.people import Official, Villager
from storage.recordings import Recording, RecordingState
from storage.sealing import Keyring, keyring_of

AREA_STAFF = (Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY)
"""Who sees a whole area; everybody else sees the households paired with them, whatever their area."""

_FOUND_AT_MOST = 20
_LISTENED_TO_AT_MOST = 1_000
"""Nobody pairs with so many; who did would wait for all their names to be spoken."""

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_TELEPHONE = re.compile(r"(?:1[0-9]{10}|0[0-9]{9,11})")
_BETWEEN_DIGITS = re.compile(r"[\s\-]+")

_Ids = Select[HouseholdId] | CompoundSelect[HouseholdId]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a household lives: its village (by id, since villages share names) and the words for it."""

    village_id: AreaId
    township: str | None
    village: str
    group: str | None


async def household_of(session: AsyncSession, villager: Villager) -> Household:
    """Give the villager's own household; a binding always has one."""
    audit.saw(session, [villager.household_id])
    return (await session.execute(select(Household).where(Household.id == villager.household_id))).scalar_one()


async def households_of(session: AsyncSession, official: Official) -> Sequence[Household]:
    """Give the households paired with this official today, by area and number."""
    own = await paired_with(session, official)
    audit.saw(session, (household.id for household in own))
    return own


_PAIRED = (
    select(Household)
    .join(Assignment, Assignment.household_id == Household.id)
    .join(Area, Area.id == Household.area_id)
    .where(Assignment.cadre_id == bindparam("official"), Assignment.until.is_(None), Household.closed_on.is_(None))
    .order_by(Area.code, Household.number)
)


async def paired_with(session: AsyncSession, official: Official) -> Sequence[Household]:
    """The same, to look for a name among them only.

    Nothing of them is shown: what is shown of one of them goes through this room once more, and counts then.
    """
    return (await session.scalars(_PAIRED, {"official": official.cadre_id})).all()


async def without_cadre(session: AsyncSession, official: Official) -> Sequence[Household]:
    """Give the households this official may see that nobody is paired with, by area and number; 20 at most."""
    paired = exists().where(Assignment.household_id == Household.id, Assignment.until.is_(None))
    statement = select(Household).join(Area, Area.id == Household.area_id).where(visible_to(official), ~paired)
    found = (await session.scalars(statement.order_by(Area.code, Household.number).limit(_FOUND_AT_MOST))).all()
    audit.saw(session, (household.id for household in found))
    return found


def _visible(official: ColumnElement[CadreId]) -> ColumnElement[bool]:
    # Asked of each household that something else has found, so what it costs does not grow with the county.
    paired = exists().where(
        Assignment.household_id == Household.id,
        Assignment.cadre_id == official,
        Assignment.until.is_(None),
    )
    # The code of the area they serve is looked up once, the household's own area for each household.
    served = (
        select(Area.code)
        .join(Cadre, Cadre.area_id == Area.id)
        .where(Cadre.id == official, Cadre.role.in_(AREA_STAFF))
        .scalar_subquery()
    )
    home = aliased(Area)
    in_their_area = exists().where(
        home.id == Household.area_id, func.substr(home.code, 1, func.length(served)) == served
    )
    return Household.closed_on.is_(None) & or_(paired, in_their_area)


_VISIBLE = _visible(bindparam("official"))


def visible_to(official: Official) -> ColumnElement[bool]:
    """The condition on households that this official may see: paired with them, or of the area they serve; none that
    is closed.
    """
    return _visible(literal(official.cadre_id))


async def find(session: AsyncSession, official: Official, name: str, village: str | None = None) -> list[Household]:
    """Give the households an official may mean by a name or number, 20 at most; several are to choose from.

    The head's name wins, the household's number, a whole identity number or the household's telephone, then a
    member's name. Only where none of these is known do names of the official's own households that sound alike, or
    share the surname said (老王, 王大爷家), count. A `village` (or any other area, by its name) leaves out what lies
    elsewhere. Who has moved away or died and households that are no more are not found.
    """
    said = without_house(name)
    if not said:
        return []
    given: dict[str, Any] = {"official": official.cadre_id, "said": said}
    if village is not None:
        areas = (await session.scalars(_AREAS_CALLED, {"names": [village, f"{village}村"]})).all()
        if not areas:
            return []
        given["areas"] = padded(areas)
    way, numbers = _way_of(said, keyring_of(session))
    found = await _found(session, way, given | numbers)
    if not found and way is _Way.NAME:
        found = await _found(session, _Way.MEMBER, given)
        if not found:
            found = await _sounding_like(session, name, given)
    audit.saw(session, (household.id for household in found))
    return found


class _Way(Enum):
    """By what a household is looked for; each is a statement of its own, so that each has the plan that suits it."""

    NAME = auto()
    ID_NUMBER = auto()
    TELEPHONE = auto()
    MEMBER = auto()


def _way_of(said: str, keyring: Keyring) -> tuple[_Way, dict[str, list[bytes]]]:
    """Tell what was said by its form, and give the blind indexes to look for."""
    digits = _BETWEEN_DIGITS.sub("", fold(said)).upper()
    if _ID_NUMBER.fullmatch(digits):
        return _Way.ID_NUMBER, {"indexes": keyring.indexes(digits, ID_NUMBER)}
    if _TELEPHONE.fullmatch(digits):
        return _Way.TELEPHONE, {"indexes": keyring.indexes(digits, PHONE)}
    return _Way.NAME, {}


async def _found(session: AsyncSession, way: _Way, given: Mapping[str, Any]) -> list[Household]:
    statement = _looking(way, within="areas" in given)
    return list((await session.scalars(statement, given)).all())


@cache
def _looking(way: _Way, *, within: bool) -> Select[Household]:
    """Look in one way for the households the official may see, by number; made once, since making it takes longest."""
    meant = _candidates(way, within=within)
    if within:
        meant = select(Household.id).where(Household.id.in_(meant), _in_those_areas())
    # Each step by itself: PostgreSQL would ask of all who bear a name whether they may be seen before it asks where
    # they live, or go through all households by number, hoping to meet the first twenty soon.
    candidates = meant.cte("candidates").prefix_with("MATERIALIZED", dialect="postgresql")
    seen = select(Household).where(Household.id.in_(select(candidates.c[0])), _VISIBLE)
    apart = seen.cte("seen").prefix_with("MATERIALIZED", dialect="postgresql")
    household = aliased(Household, apart)
    return select(household).order_by(household.number).limit(_FOUND_AT_MOST)


def _candidates(way: _Way, *, within: bool) -> _Ids:
    if way is _Way.MEMBER:
        return select(Member.household_id).where(Member.name == bindparam("said"), Member.left_on.is_(None))
    heads = select(Household.id).where(Household.head_name == bindparam("said"))
    if within:
        # There is an index for just this.
        heads = heads.where(_in_those_areas())
    ways = [heads, select(Household.id).where(Household.number == bindparam("said"))]
    indexes: BindParameter[Any] = bindparam("indexes", expanding=True)
    if way is _Way.ID_NUMBER:
        ways.append(select(Member.household_id).where(Member.id_number_index.in_(indexes), Member.left_on.is_(None)))
    if way is _Way.TELEPHONE:
        ways.append(select(Household.id).where(Household.phone_index.in_(indexes)))
    return union(*ways)


def _in_those_areas() -> ColumnElement[bool]:
    areas: BindParameter[Any] = bindparam("areas", expanding=True)
    return Household.area_id.in_(areas)


def _areas_called() -> CompoundSelect[AreaId]:
    """The areas of some names, and all below them.

    A level each: of a recursive query PostgreSQL cannot tell beforehand how few it finds.
    """
    names: BindParameter[Any] = bindparam("names", expanding=True)
    levels = [select(Area.id).where(Area.name.in_(names))]
    for below in range(1, len(Level)):
        line = [aliased(Area) for _ in range(below + 1)]
        statement = select(line[-1].id).where(line[0].name.in_(names))
        for upper, lower in pairwise(line):
            statement = statement.where(lower.parent_id == upper.id)
        levels.append(statement)
    return union_all(*levels)


_AREAS_CALLED = _areas_called()


@cache
def _names_to_listen_to(*, within: bool) -> Select[HouseholdId, str | None]:
    own = (
        select(Household.id, Household.head_name)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.cadre_id == bindparam("official"), Assignment.until.is_(None), Household.closed_on.is_(None))
        .order_by(Household.number)
        .limit(_LISTENED_TO_AT_MOST)
    )
    return own.where(_in_those_areas()) if within else own


async def _sounding_like(session: AsyncSession, name: str, given: Mapping[str, Any]) -> list[Household]:
    rows = (await session.execute(_names_to_listen_to(within="areas" in given), given)).all()
    alike = match_household(name, [head_name or "" for _, head_name in rows])
    if not alike:
        return []
    meant = [rows[place].id for place in alike[:_FOUND_AT_MOST]]
    statement = select(Household).where(Household.id.in_(meant)).order_by(Household.number)
    return list((await session.scalars(statement)).all())


_WITH_ID = select(Household).where(_VISIBLE, Household.id == bindparam("household"))


async def with_id(session: AsyncSession, official: Official, household_id: HouseholdId) -> Household | None:
    """Give that household, or None where this official may not see it (any more)."""
    household = await session.scalar(_WITH_ID, {"official": official.cadre_id, "household": household_id})
    if household is not None:
        audit.saw(session, [household.id])
    return household


async def people_of(session: AsyncSession, household: Household) -> Sequence[Member]:
    """Give the members who live in a household now, the head first."""
    audit.saw(session, [household.id])
    statement = (
        select(Member)
        .where(Member.household_id == household.id, Member.left_on.is_(None))
        .order_by(case((Member.relation == HEAD, 0), else_=1), Member.number)
    )
    return (await session.execute(statement)).scalars().all()


async def places_of(session: AsyncSession, households: Sequence[Household]) -> Mapping[AreaId, Place]:
    """Give the place of each area these households live in."""
    audit.saw(session, (household.id for household in households))
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


async def to_ring(session: AsyncSession, call: OpenCall) -> tuple[Doorplate, str | None]:
    """Give what names the household of a call, and its telephone; a call on one's list is the permission to see it."""
    assert call.household_id is not None, "a call to a cadre is about no household"
    audit.saw(session, [call.household_id])
    door = await doorplate(session, call.household_id)
    return door, await phone_of(session, ToHousehold(call.household_id))


async def recordings_for(session: AsyncSession, official: Official) -> Sequence[Recording]:
    """Give what the households that are paired with this official now have left for them, the newest first."""
    return (await session.scalars(select(Recording).where(_left_for(official)).order_by(Recording.id.desc()))).all()


async def recording_with_id(session: AsyncSession, official: Official, recording_id: RecordingId) -> Recording | None:
    """Give that one, or None where it is not this official's to open (any more), or was removed."""
    found = select(Recording).where(Recording.id == recording_id, _left_for(official))
    return (await session.scalars(found)).one_or_none()


def _left_for(official: Official) -> ColumnElement[bool]:
    """The condition on recordings: a household leaves them for its own cadre, and nobody of an office opens them."""
    paired = exists().where(
        Assignment.household_id == Recording.household_id,
        Assignment.cadre_id == official.cadre_id,
        Assignment.until.is_(None),
    )
    return (Recording.state == RecordingState.KEPT) & paired


async def cases_for(session: AsyncSession, official: Official) -> Sequence[Case]:
    """Give the cases this official may see that nobody has answered yet, the longest waiting first; see `_may_see`."""
    found = await session.scalars(
        select(Case).where(Case.state.in_(UNANSWERED), _may_see(official)).order_by(Case.opened_at, Case.id)
    )
    return found.all()


async def case_with_id(session: AsyncSession, official: Official, case_id: CaseId) -> Case | None:
    """Give that case, or None where this official may not see it (any more)."""
    return (await session.scalars(select(Case).where(Case.id == case_id, _may_see(official)))).one_or_none()


def _may_see(official: Official) -> ColumnElement[bool]:
    """The condition on cases: those given to this official, those of households they may see; of what is confidential
    only what has come to their own office, and everything at the county. Never one about themselves.

    Who no longer helps a household sees no more of what was brought for it, unless it was referred to them.
    """
    me = official.cadre_id
    theirs = exists().where(Household.id == Case.household_id, visible_to(official))
    office = exists().where(
        Cadre.id == me,
        or_(Cadre.role == Role.COUNTY, and_(Cadre.role == Role.TOWNSHIP, Cadre.area_id == Case.area_id)),
    )
    return and_(
        Case.against_cadre_id.is_distinct_from(me),
        or_(
            and_(Case.handler_cadre_id == me, or_(Case.state != CaseState.OPEN, theirs)),
            and_(Case.opened_by_cadre_id == me, theirs),
            and_(not_(CONFIDENTIAL), theirs),
            and_(Case.handler_cadre_id.is_(None), office),
        ),
    )


async def who_brought(session: AsyncSession, official: Official, case: Case) -> tuple[Doorplate, str | None] | None:
    """Give whose case it is, and their telephone; None where this official is not to know, or where nobody does.

    Who complains, and who speaks of a cadre, is named to nobody; who objects to a list, not to the village that ruled
    on it.
    """
    if case.household_id is None or case.kind == CaseKind.COMPLAINT or case.against_cadre_id is not None:
        return None
    if case.kind == CaseKind.OBJECTION and not await holds_office(session, official):
        return None
    door = await doorplate(session, case.household_id)
    return door, await phone_of(session, ToHousehold(case.household_id))


async def holds_office(session: AsyncSession, official: Official) -> bool:
    """Whether this official is of a township or of the county."""
    role = await session.scalar(select(Cadre.role).where(Cadre.id == official.cadre_id))
    return role in (Role.TOWNSHIP, Role.COUNTY)
