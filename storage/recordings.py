"""录音和图片: what somebody sent that we cannot read, kept for their cadre where consent allows.

WeChat keeps a medium three days and gives no text for voice; so it is fetched soon, sealed, and removed after a while.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CaseId, HouseholdId, RecordingId


class RecordingState(StrEnum):
    """What became of it: still to be fetched, kept, not to be had from WeChat, removed when its time was over."""

    WAITING = "waiting"
    KEPT = "kept"
    LOST = "lost"
    REMOVED = "removed"


class Recording(Base):
    """One voice message or picture of one household, in the account of `platform` that can fetch `media_id`."""

    __tablename__ = "recording"

    id: Mapped[RecordingId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    case_id: Mapped[CaseId | None] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    platform: Mapped[str] = mapped_column(String(12))
    media_id: Mapped[str] = mapped_column(String(140), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    received_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    content_type: Mapped[str | None] = mapped_column(String(60))
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


CONTENT = "recording.content"
TEXT = "recording.text"
