"""帮扶干部: cadres, village teams, township and county staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import masking
from storage.areas import Area, Level
from storage.database import Base
from storage.households import Household
from storage.ids import AreaId, CadreId, HouseholdId
from storage.sealing import keyring_of


class Role(StrEnum):
    """What somebody does in household assistance; the names of the cadres file."""

    CADRE = "cadre"
    VILLAGE_TEAM = "village_team"
    FIRST_SECRETARY = "first_secretary"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


ROLE_NAMES = {
    Role.CADRE: "帮扶干部",
    Role.VILLAGE_TEAM: "驻村工作队",
    Role.FIRST_SECRETARY: "第一书记",
    Role.VILLAGE: "村干部",
    Role.TOWNSHIP: "乡镇",
    Role.COUNTY: "县级",
}
"""What the files and the people call each role."""


class Cadre(Base):
    """One cadre, known by phone number."""

    __tablename__ = "cadre"

    id: Mapped[CadreId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    unit: Mapped[str | None] = mapped_column(String(80))
    rank: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20), default=Role.CADRE)
    area_id: Mapped[AreaId | None] = mapped_column(ForeignKey("area.id"))
    wecom_user: Mapped[str | None] = mapped_column(String(64), unique=True)


PHONE = "cadre.phone"


async def by_phone(session: AsyncSession, phone: str) -> Cadre | None:
    """The cadre of that phone number, digits only."""
    indexes = keyring_of(session).indexes(phone, PHONE)
    return (await session.scalars(select(Cadre).where(Cadre.phone_index.in_(indexes)))).one_or_none()


@dataclass(frozen=True, slots=True)
class Colleague:
    """An official among others."""

    id: CadreId
    name: str
    unit: str | None


async def roll(session: AsyncSession) -> list[Colleague]:
    """Give every official of the county."""
    rows = await session.execute(select(Cadre.id, Cadre.name, Cadre.unit).order_by(Cadre.id))
    return [Colleague(id_, name, unit) for id_, name, unit in rows]


async def phone_tails(session: AsyncSession, cadre_ids: Iterable[CadreId]) -> dict[CadreId, str]:
    """Give the last four digits of telephone numbers, which tell two of one name and unit apart."""
    keyring = keyring_of(session)
    rows = await session.execute(select(Cadre.id, Cadre.phone_sealed).where(Cadre.id.in_(list(cadre_ids))))
    return {row.id: masking.last_digits(keyring.open(row.phone_sealed, PHONE)) or "" for row in rows}


async def office(session: AsyncSession) -> list[CadreId]:
    """Who holds the county's office, and sees all of its call list."""
    return list(await session.scalars(select(Cadre.id).where(Cadre.role == Role.COUNTY).order_by(Cadre.id)))


async def township_of(session: AsyncSession, household_id: HouseholdId) -> list[CadreId]:
    """Who serves in the township of a household; nobody where the county has named none."""
    lived_in = select(Area.code).join(Household, Household.area_id == Area.id).where(Household.id == household_id)
    code = lived_in.scalar_subquery()
    statement = (
        select(Cadre.id)
        .join(Area, Area.id == Cadre.area_id)
        .where(
            Cadre.role == Role.TOWNSHIP,
            Area.level == Level.TOWNSHIP,
            func.substr(code, 1, func.length(Area.code)) == Area.code,
        )
    )
    return list(await session.scalars(statement.order_by(Cadre.id)))


async def name_of(session: AsyncSession, cadre_id: CadreId) -> str:
    """What a cadre is called."""
    return (await session.scalars(select(Cadre.name).where(Cadre.id == cadre_id))).one()
