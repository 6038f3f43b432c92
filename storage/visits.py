"""走访: home visits, as cadres told them; corrections keep the history."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, HouseholdId, VisitId


class VisitState(StrEnum):
    """Whether a visit stands as first told, was corrected, or was taken back."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Visit(Base):
    """One visit to one household. Lists hold what was understood of the note; the note keeps the cadre's words."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_household_day", "household_id", "visited_on"),
        Index("ix_visit_cadre_reported", "cadre_id", "reported_at"),
    )

    id: Mapped[VisitId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"))
    visited_on: Mapped[date | None]
    date_text: Mapped[str | None] = mapped_column(String(60))
    reported_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20), default="visit")
    not_home: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    measures: Mapped[list[Any]] = mapped_column(default=list)
    amounts: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(12), default=VisitState.RECORDED)


class VisitRevision(Base):
    """What a visit said before it was corrected or withdrawn; only grows."""

    __tablename__ = "visit_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[VisitId] = mapped_column(ForeignKey("visit.id"), index=True)
    revised_at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    said: Mapped[str] = mapped_column(Text)
