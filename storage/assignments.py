"""结对: which cadre helps which household, dated; a household never lacks one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ForeignKey, Index, String, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from policies.catalogue import PairingRule
from policies.facts import STATUS_OF_CATEGORY
from policies.pairing import Fit, Standing, standing
from storage import audit
from storage.areas import Area, Level
from storage.bindings import Binding
from storage.cadres import PHONE, ROLE_NAMES, Cadre, Role
from storage.database import Base, insert_into
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory
from storage.ids import AreaId, AssignmentId, CadreId, HouseholdId
from storage.sealing import keyring_of

_MOBILE = re.compile(r"1\d{10}")


class Assignment(Base):
    """One pairing from a day on; it ends only when the next one begins (文件 000:59 不脱贫不脱钩).

    `role` and `rank` are what the cadre was when it began; on the cadre they may change later.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "household_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[AssignmentId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    role: Mapped[str | None] = mapped_column(String(20))
    rank: Mapped[str | None] = mapped_column(String(40))


@dataclass(frozen=True, slots=True)
class Helper:
    """A household's present cadre, as the household may know them."""

    cadre_id: CadreId
    name: str
    unit: str | None
    phone: str


_BOUND = or_(Cadre.wecom_user.is_not(None), exists().where(Binding.cadre_id == Cadre.id, Binding.ended_at.is_(None)))
"""Whether an official has an account, by a binding or from the cadres file."""


async def helper_of(session: AsyncSession, household_id: HouseholdId) -> Helper | None:
    """The cadre who helps this household now; None where nobody is assigned."""
    audit.saw(session, [household_id])
    statement = (
        select(Cadre.id, Cadre.name, Cadre.unit, Cadre.phone_sealed)
        .join(Assignment, Assignment.cadre_id == Cadre.id)
        .where(Assignment.household_id == household_id, Assignment.until.is_(None))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Helper(row.id, row.name, row.unit, keyring_of(session).open(row.phone_sealed, PHONE))


@dataclass(frozen=True, slots=True)
class Stretch:
    """One pairing of a household's history; `role` and `rank` as they were when it began, where that is on file."""

    cadre_id: CadreId
    name: str
    unit: str | None
    role: str | None
    rank: str | None
    since: date
    until: date | None


async def history(session: AsyncSession, household_id: HouseholdId) -> list[Stretch]:
    """Give who has helped a household from when to when, the present cadre last."""
    rows = await session.execute(
        select(Assignment, Cadre.name, Cadre.unit)
        .join(Cadre, Cadre.id == Assignment.cadre_id)
        .where(Assignment.household_id == household_id)
        .order_by(Assignment.since, Assignment.id)
    )
    return [
        Stretch(
            cadre_id=pairing.cadre_id,
            name=name,
            unit=unit,
            role=None if pairing.role is None else ROLE_NAMES[Role(pairing.role)],
            rank=pairing.rank,
            since=pairing.since,
            until=pairing.until,
        )
        for pairing, name, unit in rows
    ]


async def whose(session: AsyncSession, household_ids: Sequence[HouseholdId]) -> dict[HouseholdId, CadreId]:
    """Give the present cadre of each of these households that has one."""
    rows = await session.execute(
        select(Assignment.household_id, Assignment.cadre_id).where(
            Assignment.household_id.in_(household_ids), Assignment.until.is_(None)
        )
    )
    return {row.household_id: row.cadre_id for row in rows}


async def of_cadre(session: AsyncSession, cadre_id: CadreId) -> dict[str, HouseholdId]:
    """Give the households a cadre is paired with now, by 户编号."""
    rows = await session.execute(
        select(Household.number, Household.id)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.cadre_id == cadre_id, Assignment.until.is_(None), Household.closed_on.is_(None))
        .order_by(Household.number)
    )
    return {row.number: row.id for row in rows}


async def count_of(session: AsyncSession, cadre_id: CadreId) -> int:
    """How many households a cadre is paired with now."""
    return len(await of_cadre(session, cadre_id))


async def hand_over(
    session: AsyncSession, households: Mapping[HouseholdId, CadreId | None], to: CadreId, *, on: date
) -> bool:
    """Pair households with a cadre from that day on; the pairing each has now ends the same day.

    `households` says whose each is now, nobody's where None. False: one of them is not (any more); undo everything
    then, since the others are handed over already.
    """
    for household_id, cadre_id in sorted(households.items()):
        if cadre_id is None:
            continue
        ending = (
            update(Assignment)
            .where(Assignment.household_id == household_id, Assignment.cadre_id == cadre_id, Assignment.until.is_(None))
            .values(until=on)
            .returning(Assignment.id)
            .execution_options(synchronize_session=False)
        )
        if (await session.execute(ending)).first() is None:
            return False
    role, rank = (await session.execute(select(Cadre.role, Cadre.rank).where(Cadre.id == to))).one()
    beginning = [
        {"household_id": household_id, "cadre_id": to, "since": on, "role": role, "rank": rank}
        for household_id in sorted(households)
    ]
    statement = insert_into(session, Assignment).on_conflict_do_nothing().returning(Assignment.id)
    return len((await session.execute(statement, beginning)).all()) == len(beginning)


# ---- gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A household nobody is paired with, and where it lives; `area` by names from the county down."""

    household_id: HouseholdId
    number: str
    head_name: str | None
    township_id: AreaId | None
    township: str | None
    village: str | None
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many households an official is paired with now, and where they stand by the county's rule.

    `reachable`: an account is bound, or SMS can go to the number on file.
    """

    cadre_id: CadreId
    name: str
    unit: str | None
    role: str
    rank: str | None
    households: int
    standing: Standing
    reachable: bool


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A household whose cadre no message can reach."""

    number: str
    head_name: str | None
    area: str
    cadre_id: CadreId
    cadre: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """Households without a cadre, by number; those whose cadre nobody reaches; and all officials, the fullest first."""

    without_cadre: tuple[Alone, ...]
    out_of_reach: tuple[OutOfReach, ...]
    loads: tuple[Load, ...]

    def standing(self, fit: Fit) -> list[Load]:
        """Give who stands so by the rule."""
        return [load for load in self.loads if load.standing.fit is fit]


@dataclass(frozen=True, slots=True)
class _Place:
    township_id: AreaId | None = None
    township: str | None = None
    village: str | None = None
    names: tuple[str, ...] = field(default=())


async def gaps(session: AsyncSession, rule: PairingRule | None) -> Gaps:
    """Give which households lack a cadre (文件 000:59 每户贫困户都有帮扶干部), and where every official stands."""
    places = await _places(session)
    loads = await _loads(session, rule)
    lost = {load.cadre_id: load.name for load in loads if not load.reachable and load.households}
    return Gaps(tuple(await _alone(session, rule, places)), tuple(await _out_of_reach(session, lost, places)), loads)


async def alone(session: AsyncSession, rule: PairingRule | None) -> list[Alone]:
    """Give the households nobody is paired with, of those that must have somebody, by number."""
    return await _alone(session, rule, await _places(session))


async def alone_in(session: AsyncSession, rule: PairingRule | None, township_id: AreaId | None) -> list[Alone]:
    """Give those of one township, or of the areas that belong to none."""
    places = await _places(session)
    within = [area_id for area_id, place in places.items() if place.township_id == township_id]
    return await _alone(session, rule, places, within)


async def _alone(
    session: AsyncSession,
    rule: PairingRule | None,
    places: Mapping[AreaId, _Place],
    within: Sequence[AreaId] | None = None,
) -> list[Alone]:
    paired = exists().where(Assignment.household_id == Household.id, Assignment.until.is_(None))
    statement = (
        select(Household.id, Household.number, Household.head_name, Household.area_id)
        .where(~paired, Household.closed_on.is_(None))
        .order_by(Household.number)
    )
    if rule is not None and rule.statuses:
        statement = statement.where(Household.category.in_(_categories(rule)))
    if within is not None:
        statement = statement.where(Household.area_id.in_(within))
    found = []
    for household_id, number, head_name, area_id in await session.execute(statement):
        at = places[area_id]
        found.append(
            Alone(
                household_id=household_id,
                number=number,
                head_name=head_name,
                township_id=at.township_id,
                township=at.township,
                village=at.village,
                area="".join(at.names),
            )
        )
    return found


def _categories(rule: PairingRule) -> list[HouseholdCategory]:
    return [category for category, name in CATEGORY_NAMES.items() if STATUS_OF_CATEGORY[name] in rule.statuses]


async def _loads(session: AsyncSession, rule: PairingRule | None) -> tuple[Load, ...]:
    keyring = keyring_of(session)
    paired = (
        select(Assignment.cadre_id, func.count().label("households"))
        .join(Household, Household.id == Assignment.household_id)
        .where(Assignment.until.is_(None), Household.closed_on.is_(None))
        .group_by(Assignment.cadre_id)
        .subquery()
    )
    households = func.coalesce(paired.c.households, 0)
    rows = await session.execute(
        select(Cadre.id, Cadre.name, Cadre.unit, Cadre.role, Cadre.rank, households, _BOUND, Cadre.phone_sealed)
        .outerjoin(paired, paired.c.cadre_id == Cadre.id)
        .order_by(households.desc(), Cadre.id)
    )
    return tuple(
        Load(
            cadre_id=cadre_id,
            name=name,
            unit=unit,
            role=ROLE_NAMES[Role(role)],
            rank=rank,
            households=count,
            standing=standing(rule, role=ROLE_NAMES[Role(role)], rank=rank, households=count),
            reachable=is_bound or _MOBILE.fullmatch(keyring.open(phone, PHONE)) is not None,
        )
        for cadre_id, name, unit, role, rank, count, is_bound, phone in rows
    )


async def _out_of_reach(
    session: AsyncSession, lost: Mapping[CadreId, str], places: Mapping[AreaId, _Place]
) -> list[OutOfReach]:
    if not lost:
        return []
    rows = await session.execute(
        select(Household.number, Household.head_name, Household.area_id, Assignment.cadre_id)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.until.is_(None), Household.closed_on.is_(None))
        .order_by(Household.number)
    )
    return [
        OutOfReach(number, head_name, "".join(places[area_id].names), cadre_id, lost[cadre_id])
        for number, head_name, area_id, cadre_id in rows
        if cadre_id in lost
    ]


@dataclass(frozen=True, slots=True)
class Assigners:
    """Who can give a household a cadre and has an account: the staff of each township, and the county's office."""

    of_township: Mapping[AreaId, Sequence[CadreId]]
    office: Sequence[CadreId]

    def of(self, township_id: AreaId | None) -> Sequence[CadreId]:
        """Give a township's staff; the office where there is none."""
        return (None if township_id is None else self.of_township.get(township_id)) or self.office


async def assigners(session: AsyncSession) -> Assigners:
    """Give who is to be told of households without a cadre."""
    rows = await session.execute(
        select(Cadre.id, Cadre.role, Area.id, Area.level)
        .outerjoin(Area, Area.id == Cadre.area_id)
        .where(Cadre.role.in_((Role.TOWNSHIP, Role.COUNTY)), _BOUND)
        .order_by(Cadre.id)
    )
    of_township: dict[AreaId, list[CadreId]] = {}
    office = []
    for cadre_id, role, area_id, level in rows:
        if role == Role.COUNTY:
            office.append(cadre_id)
        elif level == Level.TOWNSHIP:
            of_township.setdefault(area_id, []).append(cadre_id)
    return Assigners(of_township, office)


async def _places(session: AsyncSession) -> dict[AreaId, _Place]:
    """Give where each area lies: its township, its village, and its names from the county down."""
    found = {row.id: row for row in await session.execute(select(Area.id, Area.name, Area.level, Area.parent_id))}
    places: dict[AreaId, _Place] = {}

    def place(area_id: AreaId) -> _Place:
        if area_id not in places:
            row = found[area_id]
            above = _Place() if row.parent_id is None else place(row.parent_id)
            township = row.level == Level.TOWNSHIP
            places[area_id] = _Place(
                area_id if township else above.township_id,
                row.name if township else above.township,
                row.name if row.level == Level.VILLAGE else above.village,
                (*above.names, row.name),
            )
        return places[area_id]

    return {area_id: place(area_id) for area_id in found}
