"""导出台账: visits, reminders and the call lists, for people to read; nothing imports them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.messages import exports as say
from storage import cadres, households
from storage.assignments import Assignment
from storage.cadres import Cadre
from storage.exports.tables import Cell, Table, yes_no
from storage.households import Household
from storage.outbox import TEXT, Attempt, Call, Outbox, open_pairing, whose_call
from storage.reminders import Reminder
from storage.sealing import keyring_of
from storage.visits import Visit


async def visits(session: AsyncSession, zone: tzinfo) -> Table:
    """Give every visit in the order they were told, those taken back among them, marked so."""
    statement = (
        select(Visit, Household.number, Household.head_name, Cadre.name)
        .join(Household, Household.id == Visit.household_id)
        .join(Cadre, Cadre.id == Visit.cadre_id)
        .order_by(Visit.reported_at, Visit.id)
    )
    rows = (await session.execute(statement)).all()

    def lines() -> Iterator[Sequence[Cell]]:
        for visit, number, head_name, cadre in rows:
            yield (
                *(visit.id, number, head_name, cadre, visit.visited_on, say.VISIT_KINDS[visit.kind]),
                *(yes_no(visit.not_home), visit.note, say.items(visit.items), say.listed(visit.problems)),
                *(say.listed(visit.measures), say.amounts(visit.amounts), _time(visit.reported_at, zone)),
                say.VISIT_STATES[visit.state],
            )

    return Table(say.SHEETS["visits"], say.VISIT_HEADINGS, lines(), len(rows))


async def reminders(session: AsyncSession, zone: tzinfo) -> Table:
    """Give every reminder in the order it is due, with what became of it."""
    tries = select(Attempt.outbox_id, func.count().label("tries")).group_by(Attempt.outbox_id).subquery()
    statement = (
        select(
            Reminder.kind,
            Household.number,
            Household.head_name,
            Cadre.name,
            *(Reminder.deadline, Outbox.due_at, Outbox.state, Outbox.channel, func.coalesce(tries.c.tries, 0)),
        )
        .join(Outbox, Outbox.id == Reminder.outbox_id)
        .join(Household, Household.id == Reminder.household_id)
        .outerjoin(Cadre, Cadre.id == Outbox.cadre_id)
        .outerjoin(tries, tries.c.outbox_id == Outbox.id)
        .order_by(Outbox.due_at, Reminder.key)
    )
    rows = (await session.execute(statement)).all()

    def lines() -> Iterator[Sequence[Cell]]:
        for kind, number, head_name, cadre, deadline, due_at, state, channel, count in rows:
            yield (
                *(say.KINDS.get(kind, kind), number, head_name, say.TO_HOUSEHOLD if cadre is None else cadre),
                *(deadline, _time(due_at, zone), say.REMINDER_STATES[state], channel, count),
            )

    return Table(say.SHEETS["reminders"], say.REMINDER_HEADINGS, lines(), len(rows))


async def calls(session: AsyncSession, zone: tzinfo) -> Table:
    """Give every line of the call lists, made or not: whom to ring, what to tell them, and whose list it is on."""
    caller, called = aliased(Cadre), aliased(Cadre)
    statement = (
        select(
            *(Call.made_at, Call.done_at, Outbox.kind, Outbox.text_sealed),
            *(Household.number, Household.head_name, Household.phone_sealed),
            *(called.name, called.phone_sealed, caller.name),
        )
        .join(Outbox, Outbox.id == Call.outbox_id)
        .outerjoin(Household, Household.id == Call.household_id)
        .outerjoin(Assignment, open_pairing)
        .outerjoin(called, called.id == Outbox.cadre_id)
        .outerjoin(caller, caller.id == whose_call)
        .order_by(Call.id)
    )
    rows = (await session.execute(statement)).all()
    keyring = keyring_of(session)

    def lines() -> Iterator[Sequence[Cell]]:
        for made_at, done_at, kind, text, number, head_name, phone, cadre, cadre_phone, by in rows:
            ring = (
                keyring.open_if(phone, households.PHONE) if cadre is None else keyring.open(cadre_phone, cadres.PHONE)
            )
            yield (
                *(number, head_name, say.TO_HOUSEHOLD if cadre is None else cadre, ring, say.KINDS.get(kind, kind)),
                *(keyring.open_if(text, TEXT), say.OFFICE if by is None else by, _time(made_at, zone)),
                None if done_at is None else _time(done_at, zone),
            )

    return Table(say.SHEETS["calls"], say.CALL_HEADINGS, lines(), len(rows))


def _time(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
