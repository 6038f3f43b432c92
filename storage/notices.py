"""提醒开关: households that asked not to be told anything by the clock, and since when.

It holds for the household, not for the account that said so: reminders are owed to a household and reach whoever of it
can be reached, and a telephone number has nobody bound to it. What somebody asks is answered all the same.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import audit
from storage.database import Base, insert_into
from storage.ids import HouseholdId


class RemindersOff(Base):
    """One household that wants no reminders; gone once it wants them again."""

    __tablename__ = "reminders_off"

    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), primary_key=True)
    since: Mapped[datetime]


async def turn_off(session: AsyncSession, household_id: HouseholdId, now: datetime) -> datetime:
    """Tell this household nothing by the clock from now on; gives since when that is so."""
    audit.saw(session, [household_id])
    statement = insert_into(session, RemindersOff).values(household_id=household_id, since=now)
    await session.execute(statement.on_conflict_do_nothing(index_elements=[RemindersOff.household_id]))
    since = select(RemindersOff.since).where(RemindersOff.household_id == household_id)
    return (await session.scalars(since)).one()


async def turn_on(session: AsyncSession, household_id: HouseholdId) -> bool:
    """Remind this household again; false where it was never off."""
    audit.saw(session, [household_id])
    statement = delete(RemindersOff).where(RemindersOff.household_id == household_id)
    gone = await session.execute(statement.returning(RemindersOff.household_id))
    return gone.first() is not None


async def turned_off(session: AsyncSession, among: Collection[HouseholdId] | None = None) -> set[HouseholdId]:
    """Give the households that want no reminders, of all or of some."""
    statement = select(RemindersOff.household_id)
    if among is not None:
        statement = statement.where(RemindersOff.household_id.in_(among))
    return set(await session.scalars(statement))
