"""对话: talks that wait for an answer, one an account."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class Conversation(Base):
    """The half-finished talk of one account: sealed, since it holds what was said."""

    __tablename__ = "conversation"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    state_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


STATE = "conversation.state"
