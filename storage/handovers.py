"""移交: a cadre offers a household to another; the pairing changes only when the other says yes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, HandoverId, HouseholdId


class Handover(Base):
    """One household offered by one cadre to another. While `answered_at` is empty the old pairing holds (000:59)."""

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_open",
            "household_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[HandoverId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    from_cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    to_cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
