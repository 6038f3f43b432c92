"""审计: who read or wrote whose data. Acts are noted here; `storage.chain` links them so that none can be changed.

An act is noted in the transaction of what was done, or, where a turn only read, in a statement shared with other turns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, LargeBinary, String, exists, func, insert, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import AuditId, HouseholdId

ABOUT_AT_MOST = 200
"""So many households an entry names; of a longer list it says how many there were."""

HOUSEHOLDS = "households"
"""What `detail` calls the number of households of a list too long to name."""

OWN = "households"
"""The actor where several households have each read what is their own."""

_COLLECTED = "audit"


class AuditEntry(Base):
    """One act. `position` and `hash` are empty until the entry is linked into the chain, moments later.

    `about` holds ids of households, `detail` counts and kinds; neither ever holds what a person is called or said.
    """

    __tablename__ = "audit"
    # A household asks who has read of it. (SQLite cannot look into a list by an index; its stores are small.)
    __table_args__ = (Index("ix_audit_about", "about", postgresql_using="gin"),)

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


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what, about which households, and when."""

    at: datetime
    actor: str
    action: str
    about: list[int]
    detail: dict[str, Any]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of its entry."""
        return {
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "about": self.about,
            "detail": self.detail,
        }


def act(
    *,
    actor: str,
    action: str,
    about: Iterable[HouseholdId] = (),
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> Act:
    """Make an act; the arguments are those of `note`.

    Raises:
        ValueError: `detail` holds a fraction, which no two databases keep alike.
    """
    named, told = sorted(set(about)), dict(detail or {})
    if any(isinstance(value, float) for value in told.values()):
        raise ValueError("the detail of an act takes no fractions")
    if len(named) > ABOUT_AT_MOST:
        told[HOUSEHOLDS] = len(named)
    return Act(now, actor[:60], action[:40], [int(id_) for id_ in named[:ABOUT_AT_MOST]], told)


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

    `actor` is `household:3`, `proxy:3` (somebody who speaks for that household), `cadre:7`, or `office:` with the name
    of the login; `action` is a subject and a verb, `household.split`, or what was said (`household_lookup`). `detail`
    takes counts, kinds and our own ids only. Of more than 200 households the first are named and all are counted.
    """
    about = set(about)
    await session.execute(
        insert(AuditEntry).values(act(actor=actor, action=action, about=about, detail=detail, now=now).values)
    )
    collected: Collected | None = session.info.get(_COLLECTED)
    if collected is not None:
        collected.noted.update(about)


def names(session: AsyncSession, household_id: HouseholdId) -> ColumnElement[bool]:
    """The condition on acts that name this household."""
    if session.get_bind().dialect.name == "postgresql":
        return type_coerce(AuditEntry.about, JSONB).contains([int(household_id)])
    each = func.json_each(AuditEntry.about).table_valued("value")
    return exists(select(literal(1)).select_from(each).where(each.c.value == int(household_id)))


class Collected:
    """What one turn gave out or changed: `seen` while it ran, `noted` what it has written down of it by itself.

    Collects while it is entered (`with collecting(session) as collected`).
    """

    __slots__ = ("_session", "noted", "seen")

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.seen: set[HouseholdId] = set()
        self.noted: set[HouseholdId] = set()

    @property
    def left(self) -> bool:
        """Whether the turn has still to be noted."""
        return not self.seen <= self.noted

    def __enter__(self) -> "Collected":
        self._session.info[_COLLECTED] = self
        return self

    def __exit__(self, *_: object) -> None:
        del self._session.info[_COLLECTED]


def collecting(session: AsyncSession) -> Collected:
    """Collect which households are given out by this session while the block lasts."""
    return Collected(session)


def saw(session: AsyncSession, household_ids: Iterable[HouseholdId]) -> None:
    """Tell that data of these households are given out or changed; whatever does so calls this."""
    collected: Collected | None = session.info.get(_COLLECTED)
    if collected is not None:
        collected.seen.update(household_ids)


def undone(session: AsyncSession) -> None:
    """Tell that what was noted in this session has been undone; what was seen has been seen."""
    collected: Collected | None = session.info.get(_COLLECTED)
    if collected is not None:
        collected.noted.clear()
