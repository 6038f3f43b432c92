"""绑定码: one-time codes that bind whoever sends them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, HouseholdId, InvitationId


class Invitation(Base):
    """One code, kept only as a blind index; good once, until it expires."""

    __tablename__ = "invitation"

    id: Mapped[InvitationId] = mapped_column(primary_key=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"))
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    made_by: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
