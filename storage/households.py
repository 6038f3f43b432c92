"""户: the household, the unit of everything."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage import audit
from storage.areas import Area, Level
from storage.database import Base
from storage.ids import AreaId, Fen, HouseholdId


class HouseholdCategory(StrEnum):
    """户类型, the eight kinds of the national monitoring system's exports."""

    LIFTED = "lifted"
    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"
    ORDINARY = "ordinary"
    POOR = "poor"
    POOR_DIBAO = "poor_dibao"
    POOR_TEKUN = "poor_tekun"


CATEGORY_NAMES = {
    HouseholdCategory.LIFTED: "脱贫户",
    HouseholdCategory.UNSTABLE: "脱贫不稳定户",
    HouseholdCategory.MARGINAL: "边缘易致贫户",
    HouseholdCategory.SUDDEN_HARDSHIP: "突发严重困难户",
    HouseholdCategory.ORDINARY: "一般农户",
    HouseholdCategory.POOR: "一般贫困户",
    HouseholdCategory.POOR_DIBAO: "低保贫困户",
    HouseholdCategory.POOR_TEKUN: "特困供养户",
}
"""What the files and the people call each category."""


class Household(Base):
    """One household as the last import left it. `extra` keeps columns we have no place for.

    `lifted_in` is the year of 脱贫, `closed_on` the day from which there is no such household any more: its people
    were merged into another, have died or moved away. A closed household is kept and no longer counted.
    """

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_head_name_area_id", "head_name", "area_id"),)

    id: Mapped[HouseholdId] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    area_id: Mapped[AreaId] = mapped_column(ForeignKey("area.id"), index=True)
    head_name: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int | None]
    income_per_capita_fen: Mapped[Fen | None]
    house_grade: Mapped[str | None] = mapped_column(String(10))
    water_safe: Mapped[bool | None]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    bank: Mapped[str | None] = mapped_column(String(60))
    card_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    other_causes: Mapped[str | None] = mapped_column(String(200))
    lifted_in: Mapped[int | None]
    dibao_class: Mapped[str | None] = mapped_column(String(20))
    risk_cleared: Mapped[bool | None]
    closed_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported_at: Mapped[datetime]


PHONE = "household.phone"
CARD = "household.card"


@dataclass(frozen=True, slots=True)
class Doorplate:
    """What names a household to people: its head and its village, each as far as known."""

    head_name: str | None
    village: str | None


async def by_number(session: AsyncSession, number: str) -> Household | None:
    """The household of that 户编号, for commands of the county's staff; a speaker's way goes through access."""
    return (await session.scalars(select(Household).where(Household.number == number.strip()))).one_or_none()


async def doorplate(session: AsyncSession, household_id: HouseholdId) -> Doorplate:
    """Head and village of a household."""
    audit.saw(session, [household_id])
    own, above = aliased(Area), aliased(Area)
    statement = (
        select(Household.head_name, case((own.level == Level.GROUP, above.name), else_=own.name))
        .join(own, own.id == Household.area_id)
        .outerjoin(above, above.id == own.parent_id)
        .where(Household.id == household_id)
    )
    head_name, village = (await session.execute(statement)).one()
    return Doorplate(head_name, village)


async def living_in(session: AsyncSession) -> dict[AreaId, int]:
    """Give how many households live in each area that has any, those below it not counted."""
    living = (
        select(Household.area_id, func.count().label("households"))
        .where(Household.closed_on.is_(None))
        .group_by(Household.area_id)
    )
    return {row.area_id: row.households for row in await session.execute(living)}
