"""自述: what a household told us about itself in a talk, kept beside the register and never as part of it.

The register is what the office recorded; a told fact only helps to answer the household that told it, says so wherever
it counts, and gives way as soon as the register knows better.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import HouseholdId, MemberId, ToldFactId


class ToldFact(Base):
    """One fact as a household told it: an attribute of the catalogue's vocabulary and its value, of one member or of
    all. Told anew, the older row gets `replaced_at`; taken back, it gets the same.
    """

    __tablename__ = "told_fact"
    __table_args__ = (Index("ix_told_fact_standing", "household_id", "replaced_at"),)

    id: Mapped[ToldFactId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    attribute: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(40))
    replaced_at: Mapped[datetime | None]
