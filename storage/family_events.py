"""家庭变动: births, deaths, moves, a new head, splits and merges; a ledger that only grows."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

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


FAMILY_EVENT_NAMES = {
    FamilyEventKind.BORN: "出生",
    FamilyEventKind.DIED: "死亡",
    FamilyEventKind.MOVED_IN: "迁入",
    FamilyEventKind.MOVED_OUT: "迁出",
    FamilyEventKind.HEAD_CHANGED: "变更户主",
    FamilyEventKind.SPLIT: "分户",
    FamilyEventKind.MERGED: "并户",
}
"""What people call each event."""


class FamilyEvent(Base):
    """One event of one household. `other_household_id` is where somebody came from or went to, where known.

    `noted_by` is who told: `import:12`, `cadre:7` or `office`.
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
