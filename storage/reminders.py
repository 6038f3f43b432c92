"""提醒: what the clock owes somebody, once each, by a natural key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, cast, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.applications import Application
from storage.assignments import Assignment
from storage.database import Base, chunks, insert_into
from storage.households import Household
from storage.ids import CadreId, CallId, HouseholdId, OutboxId, ReminderId
from storage.outbox import Attempt, Call, Kind, Outbox, Promise, open_pairing, promise_all, wanted, whose_call
from storage.visits import Visit, VisitKind, VisitState


class Reminder(Base):
    """One thing due about one household, told to its cadre or to itself; its state is that of its promise.

    `subject` is what it is about within its kind: the month and its stage, the benefit, or the call to be made.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_kind_subject", "kind", "subject"),)

    id: Mapped[ReminderId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    subject: Mapped[str | None] = mapped_column(String(80))
    deadline: Mapped[date | None]
    due_at: Mapped[datetime]
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), index=True)
    planned_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One household's part of a reminder that is to be told; `cadre_id` where it is told to the cadre."""

    key: str
    household_id: HouseholdId
    cadre_id: CadreId | None
    subject: str
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """One message the clock owes, and the households it is about: written down together or not at all."""

    promise: Promise
    about: tuple[About, ...]


async def write_down(session: AsyncSession, dues: Sequence[Due], now: datetime) -> dict[str, int]:
    """Make what is due durable, each once, by key; gives how many reminders of each kind are new.

    A message promised before brings no new reminders with it: its words are out, or about to be.
    """
    promised = await promise_all(session, [due.promise for due in dues], now)
    rows = [
        {
            "key": about.key,
            "kind": due.promise.kind,
            "household_id": about.household_id,
            "cadre_id": about.cadre_id,
            "subject": about.subject,
            "deadline": about.deadline,
            "due_at": due.promise.due_at,
            "outbox_id": promised[due.promise.key],
            "planned_at": now,
        }
        for due in dues
        if due.promise.key in promised
        for about in due.about
    ]
    if not rows:
        return {}
    rows.sort(key=lambda row: str(row["key"]))
    statement = insert_into(session, Reminder).on_conflict_do_nothing(index_elements=[Reminder.key])
    made: dict[str, int] = {}
    for (kind,) in await session.execute(statement.returning(Reminder.kind), rows):
        made[kind] = made.get(kind, 0) + 1
    return made


async def told(session: AsyncSession, *, kind: str, subject: str) -> set[str]:
    """Give the keys of what was planned before of this kind about this subject."""
    statement = select(Reminder.key).where(Reminder.kind == kind, Reminder.subject == subject)
    return set(await session.scalars(statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unvisited:
    """A household not visited often enough yet, and its cadre. Where no head is known, `head` is its number."""

    cadre_id: CadreId
    household_id: HouseholdId
    number: str
    head: str
    category: str


async def unvisited(
    session: AsyncSession,
    *,
    since: date,
    until: date,
    at_least: int,
    now: datetime,
    of_promise: OutboxId | None = None,
) -> list[Unvisited]:
    """Give each paired household with fewer home visits than that from one day to before another.

    Whoever went, it counts; a visit taken back and a telephone call do not (文件 002#11:967 「每月走访至少1次」).
    Where the day was told only vaguely, the day it was reported counts. `of_promise`: only the households this
    message was promised about, as far as they are still with the same cadre.
    """
    start, end = (datetime.combine(day, time.min, now.tzinfo) for day in (since, until))
    visited = (
        select(Visit.household_id)
        .where(
            Visit.state != VisitState.WITHDRAWN,
            Visit.kind != VisitKind.PHONE,
            or_(
                and_(Visit.visited_on >= since, Visit.visited_on < until),
                and_(Visit.visited_on.is_(None), Visit.reported_at >= start, Visit.reported_at < end),
            ),
        )
        .group_by(Visit.household_id)
        .having(func.count() >= at_least)
    )
    statement = (
        select(Assignment.cadre_id, Assignment.household_id, Household.number, Household.head_name, Household.category)
        .join(Household, Household.id == Assignment.household_id)
        .where(Assignment.until.is_(None), Assignment.household_id.not_in(visited), Household.closed_on.is_(None))
        .order_by(Assignment.cadre_id, Household.number)
    )
    if of_promise is not None:
        same = and_(Reminder.household_id == Assignment.household_id, Reminder.cadre_id == Assignment.cadre_id)
        statement = statement.join(Reminder, same).where(Reminder.outbox_id == of_promise)
    return [
        Unvisited(cadre_id=cadre_id, household_id=household_id, number=number, head=head or number, category=category)
        for cadre_id, household_id, number, head, category in await session.execute(statement)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDue:
    """A call on a cadre's list; `told`: the cadre has heard of it, or is about to."""

    call_id: CallId
    household_id: HouseholdId
    cadre_id: CadreId
    told: bool


async def calls_due(session: AsyncSession, *, before: datetime) -> list[CallDue]:
    """Give every call that was put on a cadre's list before that time and is not made yet."""
    told = exists().where(
        Reminder.kind == Kind.CALLS_DUE,
        Reminder.subject == cast(Call.id, String),
        Reminder.cadre_id == whose_call,
    )
    statement = (
        select(Call.id, Call.household_id, whose_call, told)
        .select_from(Call)
        .join(Outbox, Outbox.id == Call.outbox_id)
        .outerjoin(Assignment, open_pairing)
        .where(Call.done_at.is_(None), Call.made_at < before, Call.household_id.is_not(None), whose_call.is_not(None))
        .where(wanted)
        .order_by(Call.id)
    )
    return [
        CallDue(call_id=call_id, household_id=household_id, cadre_id=cadre_id, told=was_told)
        for call_id, household_id, cadre_id, was_told in await session.execute(statement)
        if household_id is not None
    ]


async def written_down(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Give those of the keys that were planned already."""
    found: set[str] = set()
    for some in chunks(keys):
        found.update(await session.scalars(select(Reminder.key).where(Reminder.key.in_(some))))
    return found


async def of_promise(session: AsyncSession, outbox_id: OutboxId) -> list[Reminder]:
    """Give the reminders a promised message tells."""
    return list(await session.scalars(select(Reminder).where(Reminder.outbox_id == outbox_id).order_by(Reminder.id)))


async def applied_since(
    session: AsyncSession, since: date, household_ids: Iterable[HouseholdId] | None = None
) -> list[tuple[HouseholdId, str]]:
    """Give what was applied for from that day on: each household and the benefit in the office's words."""
    statement = select(Application.household_id, Application.benefit).where(Application.applied_on >= since)
    if household_ids is not None:
        statement = statement.where(Application.household_id.in_(list(household_ids)))
    return [(household_id, benefit) for household_id, benefit in await session.execute(statement)]


async def all_households(session: AsyncSession) -> list[HouseholdId]:
    """Give the id of every household there is, in the registry's order."""
    return list(
        await session.scalars(select(Household.id).where(Household.closed_on.is_(None)).order_by(Household.number))
    )


async def told_by(session: AsyncSession, outbox_ids: Sequence[OutboxId]) -> int:
    """Count what these promises tell of: each reminder of a digest, and one for a promise without reminders."""
    told = len(outbox_ids)
    for some in chunks(outbox_ids):
        counts = select(func.count(), func.count(distinct(Reminder.outbox_id))).where(Reminder.outbox_id.in_(some))
        reminders, promises = (await session.execute(counts)).one()
        told += reminders - promises
    return told


async def deadline_of(session: AsyncSession, outbox_id: OutboxId) -> date | None:
    """Give the day by which what a promised message tells of must be done, where there is one."""
    statement = select(func.min(Reminder.deadline)).where(Reminder.outbox_id == outbox_id)
    return await session.scalar(statement)


async def listing(session: AsyncSession, zone: tzinfo) -> list[dict[str, Any]]:
    """Give every reminder with what became of it, in the order it is due, in the shape other programs rely on.

    `to` is our own id (`cadre:12`), `household` the 户编号 (`bangfu reminders list --json`).
    """
    tries = select(func.count()).select_from(Attempt).where(Attempt.outbox_id == Reminder.outbox_id).scalar_subquery()
    statement = (
        select(
            Reminder.kind,
            Reminder.key,
            Outbox.cadre_id,
            Outbox.household_id,
            Household.number,
            Outbox.due_at,
            Outbox.state,
            Outbox.channel,
            tries,
        )
        .join(Outbox, Outbox.id == Reminder.outbox_id)
        .join(Household, Household.id == Reminder.household_id)
        .order_by(Outbox.due_at, Reminder.key)
    )
    rows = await session.execute(statement)
    return [
        {
            "kind": kind,
            "to": f"household:{household_id}" if cadre_id is None else f"cadre:{cadre_id}",
            "role": "household" if cadre_id is None else "cadre",
            "household": number,
            "due_at": due_at.astimezone(zone).isoformat(),
            "state": state,
            "channel": channel,
            "attempts": attempts,
            "key": key,
        }
        for kind, key, cadre_id, household_id, number, due_at, state, channel, attempts in rows
    ]
