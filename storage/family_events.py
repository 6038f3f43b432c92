"""家庭变动: births, deaths, moves, a new head, splits and merges; a ledger that only grows."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.database import Base
from storage.ids import FamilyEventId, HouseholdId, MemberId


class FamilyEventKind(StrEnum):
    """What can happen to a household or to one of its members."""

    BORN = "born"
    DIED = "died"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    HEAD_CHANGED = "head_changed"
    SPLIT = "split"
    MERGED = "merged"
    CLOSED = "closed"
    UNDONE = "undone"


FAMILY_EVENT_NAMES = {
    FamilyEventKind.BORN: "出生",
    FamilyEventKind.DIED: "死亡",
    FamilyEventKind.MOVED_IN: "迁入",
    FamilyEventKind.MOVED_OUT: "迁出",
    FamilyEventKind.HEAD_CHANGED: "变更户主",
    FamilyEventKind.SPLIT: "分户",
    FamilyEventKind.MERGED: "并户",
    FamilyEventKind.CLOSED: "撤户",
    FamilyEventKind.UNDONE: "撤回",
}
"""What people call each event."""


class FamilyEvent(Base):
    """One event of one household. `other_household_id` is where somebody came from or went to, where known.

    `noted_by` is who told: `import:12`, `cadre:7` or `office`. One act (a split, and the new head it needs) may be
    several events: `act_id` of the later ones is the first one, which holds in `changes` every cell of the store that
    the act changed, what it was and what it became. An event that takes an act back names it in `undoes_id`. What an
    import tells of has no `changes`: it is taken back with its batch.
    """

    __tablename__ = "family_event"

    id: Mapped[FamilyEventId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    other_household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(40))
    act_id: Mapped[FamilyEventId | None] = mapped_column(ForeignKey("family_event.id"), index=True)
    undoes_id: Mapped[FamilyEventId | None] = mapped_column(ForeignKey("family_event.id"), unique=True)
    changes: Mapped[list[Any] | None]


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Sequence[FamilyEvent]:
    """Give what happened to a household, or brought somebody from it or to it, in the order it was noted."""
    statement = (
        select(FamilyEvent)
        .where(or_(FamilyEvent.household_id == household_id, FamilyEvent.other_household_id == household_id))
        .order_by(FamilyEvent.id)
    )
    return (await session.scalars(statement)).all()


async def last_act(session: AsyncSession, household_id: HouseholdId) -> FamilyEvent | None:
    """Give the first event of the last act that concerned a household and was not taken back; None: there is none."""
    own, taken_back = aliased(FamilyEvent), aliased(FamilyEvent)
    concerned = select(own.act_id).where(
        own.act_id.is_not(None), or_(own.household_id == household_id, own.other_household_id == household_id)
    )
    statement = (
        select(FamilyEvent)
        .where(
            FamilyEvent.act_id.is_(None),
            FamilyEvent.kind != FamilyEventKind.UNDONE,
            or_(
                FamilyEvent.household_id == household_id,
                FamilyEvent.other_household_id == household_id,
                FamilyEvent.id.in_(concerned),
            ),
            ~select(taken_back.id).where(taken_back.undoes_id == FamilyEvent.id).exists(),
        )
        .order_by(FamilyEvent.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def taken_back(session: AsyncSession, act_ids: Collection[FamilyEventId]) -> set[FamilyEventId]:
    """Give those of the acts, by their first events, that were taken back."""
    undone = select(FamilyEvent.undoes_id).where(FamilyEvent.undoes_id.in_(act_ids))
    return {act_id for act_id in await session.scalars(undone) if act_id is not None}
