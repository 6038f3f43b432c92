"""提示: benefits a household was told it may ask for, each once in its life."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache

from sqlalchemy import ForeignKey, String, UniqueConstraint, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.language.benefits import benefit_of_file_word
from policies.catalogue import County
from storage import audit
from storage.applications import Application
from storage.database import Base, insert_into
from storage.disbursements import Disbursement
from storage.ids import HouseholdId, OfferId
from storage.outbox import Kind
from storage.reminders import Reminder


class Offer(Base):
    """One benefit that was offered to one household; the row is what keeps it from being said twice."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("household_id", "benefit"),)

    id: Mapped[OfferId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    benefit: Mapped[str] = mapped_column(String(80))
    offered_at: Mapped[datetime]


async def had(
    session: AsyncSession, household_ids: Sequence[HouseholdId], county: County
) -> dict[HouseholdId, set[str]]:
    """Give, of each of these households, the benefits of the county it ever applied for or was to be paid.

    Also what was refused, and what failed. An office's word that may mean several benefits means all of them: better
    one thing less is offered than one that is there already.
    """
    audit.saw(session, household_ids)
    words = union(
        select(Application.household_id, Application.benefit).where(Application.household_id.in_(household_ids)),
        select(Disbursement.household_id, Disbursement.benefit).where(Disbursement.household_id.in_(household_ids)),
    )
    found: defaultdict[HouseholdId, set[str]] = defaultdict(set)
    for household_id, word in await session.execute(words):
        found[household_id] |= meant_by(county, word)
    return {household_id: found[household_id] for household_id in household_ids}


@lru_cache(maxsize=4096)
def meant_by(county: County, word: str) -> frozenset[str]:
    """The county's benefits an office may mean by its word for one: by their names, or by what people call them."""
    canonical = benefit_of_file_word(word)

    def is_it(name: str) -> bool:
        return word in name or name in word or (canonical is not None and _canonical(name) == canonical)

    return frozenset(one.id for one in county.benefits.values() if any(map(is_it, (one.name, *one.aliases))))


@lru_cache(maxsize=8192)
def _canonical(name: str) -> str | None:
    return benefit_of_file_word(name)


async def told(session: AsyncSession, household_ids: Collection[HouseholdId]) -> set[tuple[HouseholdId, str]]:
    """Give what these households have been told of before, each household and the benefit: by an offer, or by the
    reminder of a deadline.
    """
    by_offer = select(Offer.household_id, Offer.benefit).where(Offer.household_id.in_(household_ids))
    by_deadline = select(Reminder.household_id, Reminder.subject).where(
        Reminder.kind == Kind.DEADLINE, Reminder.household_id.in_(household_ids), Reminder.subject.is_not(None)
    )
    told_of = {(household_id, benefit) for household_id, benefit in await session.execute(by_offer)}
    return told_of | {(household_id, benefit or "") for household_id, benefit in await session.execute(by_deadline)}


async def heard_since(session: AsyncSession, household_ids: Collection[HouseholdId], since: date) -> set[HouseholdId]:
    """Give those of these households that were offered something on that day or later, in the zone of the store."""
    begins = datetime.combine(since, time.min, UTC)
    statement = select(Offer.household_id).where(Offer.household_id.in_(household_ids), Offer.offered_at >= begins)
    return set(await session.scalars(statement))


async def record(
    session: AsyncSession, made: Iterable[tuple[HouseholdId, str]], now: datetime
) -> set[tuple[HouseholdId, str]]:
    """Write down what is offered now, each household and the benefit; gives those that never were before."""
    rows = [{"household_id": household_id, "benefit": benefit, "offered_at": now} for household_id, benefit in made]
    if not rows:
        return set()
    statement = insert_into(session, Offer).on_conflict_do_nothing(index_elements=[Offer.household_id, Offer.benefit])
    new = await session.execute(statement.returning(Offer.household_id, Offer.benefit), rows)
    return {(household_id, benefit) for household_id, benefit in new}
