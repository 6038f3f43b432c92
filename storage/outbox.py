"""待发: what was promised to somebody, every try to send it, and what fell to the cadre's call list."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import AttemptId, CadreId, CallId, HouseholdId, OutboxId


class OutboxState(StrEnum):
    """Where a promise stands; every one ends in one of the last five, and they sum to what was promised."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FALLBACK = "fallback"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Outbox(Base):
    """One promise. Exactly one of account, household, cadre says to whom; `kind` says how it is worded and retried."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due", "state", "due_at"),)

    id: Mapped[OutboxId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    account: Mapped[str | None] = mapped_column(String(140))
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"))
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=OutboxState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(60))
    promised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Attempt(Base):
    """One call of a channel: the row is there before the call, so a crash in between is seen."""

    __tablename__ = "attempt"

    id: Mapped[AttemptId] = mapped_column(primary_key=True)
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), index=True)
    channel: Mapped[str] = mapped_column(String(30))
    account: Mapped[str | None] = mapped_column(String(140), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    errcode: Mapped[int | None]


class Call(Base):
    """One line of a call list: this person was not reached, please ring or drop by. No cadre: the office's list."""

    __tablename__ = "call_list"

    id: Mapped[CallId] = mapped_column(primary_key=True)
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), unique=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


TEXT = "outbox.text"
