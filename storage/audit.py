"""审计: who read or wrote whose data, in a chain in which nothing can be changed or left out unnoticed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import AuditId, HouseholdId


class AuditEntry(Base):
    """One act. `position` and `hash` are empty until the entry is linked into the chain, moments later.

    `about` holds ids of households, `detail` counts and kinds; neither ever holds what a person is called or said.
    """

    __tablename__ = "audit"

    id: Mapped[AuditId] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    about: Mapped[list[Any]]
    detail: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The end of the chain: one row, signed with the newest key, so that a chain computed anew is noticed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(48))
    linked_at: Mapped[datetime]


async def note(
    session: AsyncSession,
    *,
    actor: str,
    action: str,
    about: Iterable[HouseholdId] = (),
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write down an act; it lands with the transaction of what was done.

    `actor` is `household:3`, `cadre:7` or `office:` with the name of the login; `action` is a subject and a verb,
    `household.split`. `detail` takes counts, kinds and our own ids only.
    """
    values = {"at": now, "actor": actor, "action": action, "about": sorted(set(about)), "detail": dict(detail or {})}
    await session.execute(insert(AuditEntry).values(values))
