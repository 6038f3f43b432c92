"""同意: what a person agreed to when their account was bound, and when they took it back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, ConsentId, HouseholdId


class Consent(Base):
    """One agreement to one version of the notice (个人信息保护法 第十四条、第十七条), by one account for one person."""

    __tablename__ = "consent"

    id: Mapped[ConsentId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    notice: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
