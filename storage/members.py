"""成员: the people of a household."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, case, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import audit
from storage.database import Base
from storage.ids import HouseholdId, MemberId

HEAD = "户主"
"""The relation of the head to the head, as the files write it."""


class Member(Base):
    """One person of a household. Words such as relation or schooling stay as the file writes them.

    Who has died or moved away has `left_on` and is kept; `storage.family_events` says what happened.
    """

    __tablename__ = "member"

    id: Mapped[MemberId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    sex: Mapped[str | None] = mapped_column(String(4))
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    birth_date: Mapped[date | None]
    relation: Mapped[str | None] = mapped_column(String(20))
    ethnicity: Mapped[str | None] = mapped_column(String(20))
    education: Mapped[str | None] = mapped_column(String(20))
    schooling: Mapped[str | None] = mapped_column(String(20))
    health: Mapped[str | None] = mapped_column(String(40))
    disability: Mapped[str | None] = mapped_column(String(20))
    labor: Mapped[str | None] = mapped_column(String(20))
    work_area: Mapped[str | None] = mapped_column(String(20))
    work_months: Mapped[int | None]
    medical_insured: Mapped[bool | None]
    pension_insured: Mapped[bool | None]
    dibao: Mapped[bool | None]
    tekun: Mapped[bool | None]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


ID_NUMBER = "member.id_number"
PHONE = "member.phone"


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Sequence[Member]:
    """The people who live in a household now, the head first, then by their numbers."""
    audit.saw(session, [household_id])
    statement = (
        select(Member)
        .where(Member.household_id == household_id, Member.left_on.is_(None))
        .order_by(case((Member.relation == HEAD, 0), else_=1), Member.number)
    )
    return (await session.scalars(statement)).all()


async def formerly_of(session: AsyncSession, household_id: HouseholdId) -> Sequence[Member]:
    """The people who died in a household or moved away from it, as they left."""
    audit.saw(session, [household_id])
    statement = (
        select(Member)
        .where(Member.household_id == household_id, Member.left_on.is_not(None))
        .order_by(Member.left_on, Member.number)
    )
    return (await session.scalars(statement)).all()
