"""走访: home visits, as cadres told them; corrections keep the history."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import ForeignKey, Index, String, Text, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.assignments import Assignment
from storage.cadres import Cadre
from storage.database import Base
from storage.households import Household
from storage.ids import CadreId, HouseholdId, VisitId

COUNTRY_TIME = timezone(timedelta(hours=8))
"""北京时间, in which days are counted all over the country."""


class VisitState(StrEnum):
    """Whether a visit stands as first told, was corrected, or was taken back."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class VisitKind(StrEnum):
    """How a household was seen."""

    VISIT = "visit"
    PHONE = "phone"
    BOTH = "visit+phone"


class Visit(Base):
    """One visit to one household. Lists hold what was understood of the note; the note keeps the cadre's words."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_household_day", "household_id", "visited_on"),
        Index("ix_visit_cadre_reported", "cadre_id", "reported_at"),
    )

    id: Mapped[VisitId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"))
    visited_on: Mapped[date | None]
    date_text: Mapped[str | None] = mapped_column(String(60))
    reported_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20), default=VisitKind.VISIT)
    not_home: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    measures: Mapped[list[Any]] = mapped_column(default=list)
    amounts: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(12), default=VisitState.RECORDED)


class VisitRevision(Base):
    """What a visit said before it was corrected or withdrawn; only grows."""

    __tablename__ = "visit_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[VisitId] = mapped_column(ForeignKey("visit.id"), index=True)
    revised_at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    said: Mapped[str] = mapped_column(Text)


class Changes(TypedDict, total=False):
    """What of a visit can be corrected."""

    household_id: HouseholdId
    visited_on: date | None
    date_text: str | None
    note: str
    kind: str
    not_home: bool
    items: list[Any]
    problems: list[Any]
    measures: list[Any]
    amounts: list[Any]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit as shown on a household's page: what it says, and who went."""

    visit: Visit
    cadre: str


async def record(session: AsyncSession, visit: Visit) -> Visit:
    """Write a visit down."""
    session.add(visit)
    await session.flush()
    return visit


async def latest(
    session: AsyncSession,
    cadre_id: CadreId,
    *,
    since: datetime,
    household_id: HouseholdId | None = None,
) -> Visit | None:
    """Give the visit this cadre told us of last, not taken back, and not before that time; of that household, if one
    is named."""
    statement = (
        select(Visit)
        .where(Visit.cadre_id == cadre_id, Visit.reported_at >= since, Visit.state != VisitState.WITHDRAWN)
        .order_by(Visit.reported_at.desc(), Visit.id.desc())
        .limit(1)
    )
    if household_id is not None:
        statement = statement.where(Visit.household_id == household_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def told_with(session: AsyncSession, visit: Visit) -> list[Visit]:
    """Give all visits that were told in the same message as this one, also those taken back, in the order told."""
    statement = (
        select(Visit)
        .where(
            Visit.cadre_id == visit.cadre_id,
            Visit.reported_at == visit.reported_at,
        )
        .order_by(Visit.id)
    )
    return list((await session.execute(statement)).scalars().all())


async def of_cadre(session: AsyncSession, cadre_id: CadreId, visit_id: VisitId) -> Visit | None:
    """Give that visit, if this cadre told of it and it still stands."""
    statement = select(Visit).where(
        Visit.id == visit_id, Visit.cadre_id == cadre_id, Visit.state != VisitState.WITHDRAWN
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def moment(session: AsyncSession, cadre_id: CadreId, now: datetime) -> datetime:
    """Give the time at which a message of this cadre is written down: no other message of theirs has the same, so
    that the visits of one message are known by it."""
    last = await session.scalar(select(func.max(Visit.reported_at)).where(Visit.cadre_id == cadre_id))
    return now if last is None or last < now else last + timedelta(microseconds=1)


async def told_before(
    session: AsyncSession,
    cadre_id: CadreId,
    household_id: HouseholdId,
    note: str,
    *,
    since: datetime,
    visited_on: date | None = None,
) -> bool:
    """Whether this cadre has told the same of that household, word for word, since that time or of that very day."""
    same = Visit.reported_at >= since
    if visited_on is not None:
        same = or_(same, Visit.visited_on == visited_on)
    statement = select(
        exists().where(
            Visit.cadre_id == cadre_id,
            Visit.household_id == household_id,
            same,
            Visit.note == note,
            Visit.state != VisitState.WITHDRAWN,
        )
    )
    return bool((await session.execute(statement)).scalar_one())


async def correct(session: AsyncSession, visit: Visit, changes: Changes, *, said: str, at: datetime) -> None:
    """Change what a visit says, keeping what it said before and the words that changed it."""
    session.add(VisitRevision(visit_id=visit.id, revised_at=at, before=_told(visit), said=said))
    for name, value in changes.items():
        setattr(visit, name, value)
    visit.state = VisitState.CORRECTED
    await session.flush()


async def withdraw(session: AsyncSession, visit: Visit, *, said: str, at: datetime) -> bool:
    """Take a visit back, keeping what it said; False when somebody was quicker and it is taken back already."""
    before = _told(visit)
    statement = (
        update(Visit)
        .where(Visit.id == visit.id, Visit.state != VisitState.WITHDRAWN)
        .values(state=VisitState.WITHDRAWN)
        .returning(Visit.id)
    )
    if (await session.execute(statement)).scalar_one_or_none() is None:
        return False
    session.add(VisitRevision(visit_id=visit.id, revised_at=at, before=before, said=said))
    await session.flush()
    return True


async def last_days(session: AsyncSession, cadre_id: CadreId, *, since: date) -> dict[HouseholdId, date]:
    """Give the day of the last home visit since that day to each household paired with this cadre, whoever went.

    A telephone call is no home visit (文件 002#11:967 「每月走访至少1次」); a visit that found nobody at home is one.
    """
    statement = (
        select(Visit.household_id, func.max(Visit.visited_on))
        .join(Assignment, Assignment.household_id == Visit.household_id)
        .where(
            Assignment.cadre_id == cadre_id,
            Assignment.until.is_(None),
            Visit.visited_on >= since,
            Visit.kind != VisitKind.PHONE,
            Visit.state != VisitState.WITHDRAWN,
        )
        .group_by(Visit.household_id)
    )
    rows = (await session.execute(statement)).all()
    return {household_id: day for household_id, day in rows if day is not None}


async def last_to(session: AsyncSession, household_id: HouseholdId, *, limit: int) -> list[PastVisit]:
    """Give the last visits to a household, newest first, with the names of those who went."""
    statement = (
        select(Visit, Cadre.name)
        .join(Cadre, Cadre.id == Visit.cadre_id)
        .where(Visit.household_id == household_id, Visit.state != VisitState.WITHDRAWN)
        .order_by(Visit.visited_on.desc().nulls_last(), Visit.reported_at.desc(), Visit.id.desc())
        .limit(limit)
    )
    return [PastVisit(visit, cadre) for visit, cadre in (await session.execute(statement)).all()]


async def listing(
    session: AsyncSession,
    *,
    household_number: str | None = None,
    since: date | None = None,
    include_withdrawn: bool = False,
) -> list[dict[str, Any]]:
    """Give the visits as other programs read them, oldest first, in the shape `bangfu visits list --json` promises.

    A visit whose day was told only vaguely counts from the day it was reported.
    """
    statement = (
        select(Visit, Household.number, Cadre.name)
        .join(Household, Household.id == Visit.household_id)
        .join(Cadre, Cadre.id == Visit.cadre_id)
        .order_by(Visit.reported_at, Visit.id)
    )
    if household_number is not None:
        statement = statement.where(Household.number == household_number)
    if since is not None:
        reported = Visit.reported_at >= datetime.combine(since, time.min, COUNTRY_TIME)
        statement = statement.where(or_(Visit.visited_on >= since, and_(Visit.visited_on.is_(None), reported)))
    if not include_withdrawn:
        statement = statement.where(Visit.state != VisitState.WITHDRAWN)
    return [
        {
            "id": visit.id,
            "household": number,
            "cadre": cadre,
            "visited_on": None if visit.visited_on is None else visit.visited_on.isoformat(),
            "reported_at": visit.reported_at.astimezone(COUNTRY_TIME).isoformat(),
            "note": visit.note,
            "items": visit.items,
            "problems": visit.problems,
            "measures": visit.measures,
            "amounts": visit.amounts,
            "state": visit.state,
        }
        for visit, number, cadre in (await session.execute(statement)).all()
    ]


def _told(visit: Visit) -> dict[str, Any]:
    return {
        "household_id": visit.household_id,
        "visited_on": None if visit.visited_on is None else visit.visited_on.isoformat(),
        "date_text": visit.date_text,
        "note": visit.note,
        "kind": visit.kind,
        "not_home": visit.not_home,
        "items": visit.items,
        "problems": visit.problems,
        "measures": visit.measures,
        "amounts": visit.amounts,
        "state": visit.state,
    }
