"""联系方式: what WeChat allows us with an account: does it follow, which notices has it subscribed to."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class Contact(Base):
    """One account's reachability, from follow events and from the errors of sending."""

    __tablename__ = "contact"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    reachable: Mapped[bool]
    changed_at: Mapped[datetime]


class Subscription(Base):
    """How many notices of a template an account has accepted and not yet got (一次性订阅: one each)."""

    __tablename__ = "subscription"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    template: Mapped[str] = mapped_column(String(80), primary_key=True)
    remaining: Mapped[int]
    changed_at: Mapped[datetime]
