"""谁看过、谁改过: the acts of the audit as people ask for them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import ABOUT_AT_MOST, HOUSEHOLDS, OWN, AuditEntry, names
from storage.cadres import Cadre
from storage.database import Database, chunks
from storage.households import Household
from storage.ids import CadreId, HouseholdId

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One act as people ask for it: `name` is who the actor is now, `households` the 户编号 that still exist.

    `more`: how many households it was about beyond those that are named.
    """

    position: int
    at: datetime
    actor: str
    name: str | None
    action: str
    households: Sequence[str]
    more: int
    detail: Mapping[str, Any]


async def listing(
    database: Database, *, household_id: HouseholdId | None = None, since: datetime | None = None
) -> AsyncIterator[Listed]:
    """Give the linked acts, oldest first, a page of the store at a time.

    Of one household: also those about more households than were named, since it may have been among them.
    """
    last = 0
    while True:
        async with database.reading() as session:
            page = await _page(session, last, household_id, since)
            cadres = await _cadres(session, page)
            numbers = await _numbers(session, page)
        if not page:
            return
        for entry in page:
            assert entry.position is not None
            last = entry.position
            yield Listed(
                position=entry.position,
                at=entry.at,
                actor=entry.actor,
                name=cadres.get(entry.actor),
                action=entry.action,
                households=[numbers[id_] for id_ in entry.about if id_ in numbers],
                more=max(0, int(entry.detail.get(HOUSEHOLDS, 0)) - len(entry.about)),
                detail=entry.detail,
            )


async def _page(
    session: AsyncSession, after: int, household_id: HouseholdId | None, since: datetime | None
) -> Sequence[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.position > after).order_by(AuditEntry.position).limit(_AT_ONCE)
    if household_id is not None:
        statement = statement.where(_may_be_about(session, household_id))
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    page = (await session.scalars(statement)).all()
    session.expunge_all()
    return page


def _may_be_about(session: AsyncSession, household_id: HouseholdId) -> ColumnElement[bool]:
    """The condition on acts that name this household, or that were about more than they name."""
    length = func.jsonb_array_length if session.get_bind().dialect.name == "postgresql" else func.json_array_length
    many = and_(length(AuditEntry.about) >= ABOUT_AT_MOST, AuditEntry.actor != OWN)
    of_the_office = and_(length(AuditEntry.about) == 0, AuditEntry.actor.startswith("office:"))
    return or_(names(session, household_id), many, of_the_office)


async def _cadres(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[str, str]:
    ids = {CadreId(int(entry.actor[6:])) for entry in entries if entry.actor.startswith("cadre:")}
    found = await session.execute(select(Cadre.id, Cadre.name, Cadre.unit).where(Cadre.id.in_(ids)))
    return {f"cadre:{id_}": f"{name}（{unit}）" if unit else name for id_, name, unit in found}


async def _numbers(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[int, str]:
    ids = list({HouseholdId(id_) for entry in entries for id_ in entry.about})
    numbers: dict[int, str] = {}
    for some in chunks(ids):
        found = await session.execute(select(Household.id, Household.number).where(Household.id.in_(some)))
        numbers.update({int(id_): number for id_, number in found})
    return numbers
