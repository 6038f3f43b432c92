"""提示: benefits a household was told it may ask for, each once in its life."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import HouseholdId, OfferId


class Offer(Base):
    """One benefit that was offered to one household; the row is what keeps it from being said twice."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("household_id", "benefit"),)

    id: Mapped[OfferId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    benefit: Mapped[str] = mapped_column(String(80))
    offered_at: Mapped[datetime]
