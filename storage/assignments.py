"""结对: which cadre helps which household, dated; a household never lacks one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.cadres import PHONE, Cadre
from storage.database import Base
from storage.ids import AssignmentId, CadreId, HouseholdId
from storage.sealing import keyring_of


class Assignment(Base):
    """One pairing from a day on; it ends only when the next one begins (文件 000:59 不脱贫不脱钩)."""

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


@dataclass(frozen=True, slots=True)
class Helper:
    """A household's present cadre, as the household may know them."""

    cadre_id: CadreId
    name: str
    unit: str | None
    phone: str


async def helper_of(session: AsyncSession, household_id: HouseholdId) -> Helper | None:
    """The cadre who helps this household now; None where nobody is assigned."""
    statement = (
        select(Cadre.id, Cadre.name, Cadre.unit, Cadre.phone_sealed)
        .join(Assignment, Assignment.cadre_id == Cadre.id)
        .where(Assignment.household_id == household_id, Assignment.until.is_(None))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Helper(row.id, row.name, row.unit, keyring_of(session).open(row.phone_sealed, PHONE))
