"""户情变迁: what a household was, from when to when. The present row is the open one; the past is never rewritten."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, chunks
from storage.family_events import FamilyEvent, FamilyEventKind
from storage.households import Household, HouseholdCategory
from storage.ids import HouseholdId, StatusId


class Status(StrEnum):
    """Where a household stands: what its category says, and 返贫 (文件 002#3:193 返贫一批、再扶一批)."""

    REGISTERED = "registered"
    LIFTED = "lifted"
    RELAPSED = "relapsed"
    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"
    ORDINARY = "ordinary"


STATUS_NAMES = {
    Status.REGISTERED: "在册",
    Status.LIFTED: "脱贫",
    Status.RELAPSED: "返贫",
    Status.UNSTABLE: "脱贫不稳定",
    Status.MARGINAL: "边缘易致贫",
    Status.SUDDEN_HARDSHIP: "突发严重困难",
    Status.ORDINARY: "一般",
}
"""What people call each status."""

ONCE_LIFTED = (Status.LIFTED, Status.RELAPSED, Status.UNSTABLE)
"""What only a household can be that has left the register of the poor; 脱贫不稳定户 is one that is watched since."""

MONITORED = (Status.UNSTABLE, Status.MARGINAL, Status.SUDDEN_HARDSHIP)
"""The three kinds that are watched, so that nobody falls (防止返贫监测对象)."""

REGISTERED_AS_POOR = (HouseholdCategory.POOR, HouseholdCategory.POOR_DIBAO, HouseholdCategory.POOR_TEKUN)


def status_of(category: str, *, lifted_before: bool) -> Status:
    """Give the status a 户类型 stands for; poor again after 脱贫 is 返贫 (文件 002#2:125 脱贫出、返贫进).

    `lifted_before` is whether the household was ever lifted until now: `lifted_before()` tells it of the store.
    """
    if category in REGISTERED_AS_POOR:
        return Status.RELAPSED if lifted_before else Status.REGISTERED
    return Status(category)


class HouseholdStatus(Base):
    """One stretch of a household's life: its status, category and what goes with them did not change in it."""

    __tablename__ = "household_status"
    __table_args__ = (
        Index(
            "uq_household_status_open",
            "household_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[StatusId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(20))
    lifted_in: Mapped[int | None]
    dibao_class: Mapped[str | None] = mapped_column(String(20))
    risk_cleared: Mapped[bool | None]
    since: Mapped[date]
    until: Mapped[date | None]
    noted_at: Mapped[datetime]


async def lifted_before(session: AsyncSession, household_ids: Iterable[HouseholdId]) -> set[HouseholdId]:
    """Give those of the households that were lifted at some time, today included.

    What befell a household before a split befell the one that was made of it too.
    """
    found: set[HouseholdId] = set()
    for some in chunks(sorted(set(household_ids))):
        found.update(
            await session.scalars(
                select(HouseholdStatus.household_id).where(
                    HouseholdStatus.household_id.in_(some), HouseholdStatus.status.in_(ONCE_LIFTED)
                )
            )
        )
        found.update(
            await session.scalars(select(Household.id).where(Household.id.in_(some), Household.lifted_in.is_not(None)))
        )
        found.update(
            await session.scalars(
                select(FamilyEvent.other_household_id)
                .join(HouseholdStatus, HouseholdStatus.household_id == FamilyEvent.household_id)
                .where(
                    FamilyEvent.kind == FamilyEventKind.SPLIT,
                    FamilyEvent.other_household_id.in_(some),
                    HouseholdStatus.status.in_(ONCE_LIFTED),
                )
            )
        )
    return found


async def history(session: AsyncSession, household_id: HouseholdId) -> Sequence[HouseholdStatus]:
    """Give the stretches of a household's life, the first one first; the last one is the open one."""
    statement = (
        select(HouseholdStatus)
        .where(HouseholdStatus.household_id == household_id)
        .order_by(HouseholdStatus.since, HouseholdStatus.id)
    )
    return (await session.scalars(statement)).all()


async def current(session: AsyncSession, household_id: HouseholdId) -> HouseholdStatus | None:
    """Give the stretch that goes on; None where nothing was ever noted, or the household is closed."""
    statement = select(HouseholdStatus).where(
        HouseholdStatus.household_id == household_id, HouseholdStatus.until.is_(None)
    )
    return (await session.scalars(statement)).one_or_none()


async def change(session: AsyncSession, household: Household, *, on: date, now: datetime) -> HouseholdStatus:
    """Begin a new stretch with what the household's row says now, if that differs from the one that goes on.

    The one before ends on the day the new one begins. A change that is told of late begins no earlier than the
    stretch it ends: the past is never rewritten.
    """
    before = await current(session, household.id)
    if before is not None and _same(before, household):
        return before
    since = on if before is None else max(on, before.since)
    status = status_of(household.category, lifted_before=household.id in await lifted_before(session, [household.id]))
    if before is not None:
        before.until = since
        await session.flush()
    begun = HouseholdStatus(
        household_id=household.id,
        status=status,
        category=household.category,
        lifted_in=household.lifted_in,
        dibao_class=household.dibao_class,
        risk_cleared=household.risk_cleared,
        since=since,
        noted_at=now,
    )
    session.add(begun)
    await session.flush()
    return begun


def _same(stretch: HouseholdStatus, household: Household) -> bool:
    return (stretch.category, stretch.lifted_in, stretch.dibao_class, stretch.risk_cleared) == (
        household.category,
        household.lifted_in,
        household.dibao_class,
        household.risk_cleared,
    )
