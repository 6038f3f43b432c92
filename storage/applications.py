"""申请与审批: what was asked for, and the steps it has taken."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import ApplicationId, ApprovalId, HouseholdId, MemberId


class Application(Base):
    """One application of a household for a benefit, for one member of it where the file says which.

    `state` is in the words of the office (公示中, 县级审批 …).
    """

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("household_id", "benefit", "applied_on"),)

    id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    benefit: Mapped[str] = mapped_column(String(80))
    applied_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(40))
    state_since: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(400))


class Approval(Base):
    """One step an application reached: the history behind its state; only grows."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("application_id", "step", "reached_on"),)

    id: Mapped[ApprovalId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    step: Mapped[str] = mapped_column(String(40))
    reached_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(400))
