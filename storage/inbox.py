"""已收消息: what was heard, and the reply it got; heard again, it gets the same."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class InboxState(StrEnum):
    """Where a heard message stands."""

    ANSWERED = "answered"
    LATER = "later"


class Inbox(Base):
    """One delivery's message, by its dedupe key. Reply and message are sealed; old rows are purged."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_account_heard", "account", "heard_at"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    heard_at: Mapped[datetime] = mapped_column(index=True)
    spoken: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    push_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    lease_until: Mapped[datetime | None]


REPLY = "inbox.reply"
PUSH = "inbox.push"
