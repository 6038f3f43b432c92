"""代办人: somebody who may speak for a household that is not their own, until it is taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import HouseholdId, ProxyId


class Proxy(Base):
    """One account that may speak for one household, while `ended_at` is empty.

    `granted_by` is who let them: `household:3`, `cadre:7` or `office`.
    """

    __tablename__ = "proxy"
    __table_args__ = (
        Index(
            "uq_proxy_open",
            "account",
            "household_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[ProxyId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    granted_by: Mapped[str] = mapped_column(String(40))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
