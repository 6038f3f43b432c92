"""绑定: which WeChat or WeCom account is which person."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import BindingId, CadreId, HouseholdId, MemberId


class EndReason(StrEnum):
    """Why a binding ended."""

    UNBOUND = "unbound"
    REPLACED = "replaced"
    UNFOLLOWED = "unfollowed"


class Binding(Base):
    """One account bound to one household (and member, where known) or to one cadre, while `ended_at` is empty."""

    __tablename__ = "binding"
    __table_args__ = (
        Index(
            "uq_binding_open",
            "account",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[BindingId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"))
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))


class BindingAttempt(Base):
    """One try to bind with personal facts; counted so that nobody can guess."""

    __tablename__ = "binding_attempt"
    __table_args__ = (Index("ix_binding_attempt_account_at", "account", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    target: Mapped[bytes] = mapped_column(index=True)
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool]
