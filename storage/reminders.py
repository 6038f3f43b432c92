"""提醒: what the clock owes somebody, once each, by a natural key."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, HouseholdId, OutboxId, ReminderId


class Reminder(Base):
    """One thing due about one household, told to its cadre or to itself; its state is that of its promise."""

    __tablename__ = "reminder"

    id: Mapped[ReminderId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    subject: Mapped[str | None] = mapped_column(String(80))
    deadline: Mapped[date | None]
    due_at: Mapped[datetime]
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), index=True)
    planned_at: Mapped[datetime]
