"""诉求: what somebody brought to the office and is owed an answer to, from its opening to its close-out.

Each case has a number people can name, an office or a cadre who answers for it, and a ledger of events that only grows.
A case about a cadre is never shown or told to that cadre (举报不经过被举报人).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import (
    AreaId,
    CadreId,
    CaseEventId,
    CaseId,
    DisbursementId,
    HouseholdId,
    PublicNoticeId,
)


class CaseKind(StrEnum):
    """What a case is about."""

    OBJECTION = "objection"
    COMPLAINT = "complaint"
    HELP = "help"
    QUESTION = "question"
    FEEDBACK = "feedback"
    PROBLEM = "problem"


class CaseState(StrEnum):
    """How far it has come; `closed_out` (销号) once who brought it agrees or does not answer in time."""

    OPEN = "open"
    REFERRED = "referred"
    RESOLVED = "resolved"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"


class Case(Base):
    """One case. `text_sealed` is what was said. `household_id` is who brought it, or whom a cadre brought it for;
    `against_cadre_id` whom it complains of; `handler_cadre_id` who answers for it: None means the office of `area_id`.
    """

    __tablename__ = "case"

    id: Mapped[CaseId] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    opened_by_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    area_id: Mapped[AreaId | None] = mapped_column(ForeignKey("area.id"), index=True)
    handler_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    against_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    notice_id: Mapped[PublicNoticeId | None] = mapped_column(ForeignKey("public_notice.id"), index=True)
    benefit: Mapped[str | None] = mapped_column(String(80))
    disbursement_id: Mapped[DisbursementId | None] = mapped_column(ForeignKey("disbursement.id"), index=True)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class CaseEvent(Base):
    """One thing that happened to a case; only grows. `actor` is who did it in our ids: household:3, cadre:7, office."""

    __tablename__ = "case_event"

    id: Mapped[CaseEventId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


TEXT = "case.text"
EVENT_TEXT = "case_event.text"
