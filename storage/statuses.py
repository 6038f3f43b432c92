"""户情变迁: what a household was, from when to when. The present row is the open one; the past is never rewritten."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
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
