"""提示: what a household has of its county's benefits, and what it was told it may ask for: each once in its life."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.language.benefits import benefit_of_file_word
from policies.catalogue import County
from storage import audit
from storage.applications import Application
from storage.disbursements import Disbursement
from storage.ids import HouseholdId
from storage.outbox import Kind
from storage.reminders import Reminder


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
    reminder of a deadline. Reminders are kept for good, so what was offered once is not offered again.
    """
    statement = select(Reminder.household_id, Reminder.subject).where(
        Reminder.kind.in_((Kind.OFFER, Kind.DEADLINE)), Reminder.household_id.in_(household_ids)
    )
    return {(household_id, benefit) for household_id, benefit in await session.execute(statement) if benefit}
