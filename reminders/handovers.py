"""移交的答复: who was asked to take households hears of it, once more after some days; who asked hears of silence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import in_zone_of, local_date
from bot.messages import handovers as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import handovers, outbox, reminders
from storage.handovers import Offer
from storage.ids import CadreId
from storage.outbox import Claim, Kind, Promise, ToCadre
from storage.reminders import About, Due

AGAIN_AFTER = timedelta(days=3)
"""Who has not answered by then is asked once more."""


async def find_unanswered(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find, by who was asked, what they have left unanswered for some days; told once more."""
    offers = await handovers.unanswered(session, asked_before=at - AGAIN_AFTER, now=at)
    return await _found(session, offers, Kind.HANDOVER, at)


async def render_offers(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name everything this cadre is asked to take, by who asks; None when it was answered or taken back."""
    assert isinstance(claimed.to, ToCadre)
    offers = await handovers.offered_to(session, claimed.to.cadre_id, now)
    return await please_take(session, offers, now) if offers else None


async def find_lapsed(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find, by who asked, the offers nobody has answered in time."""
    return await _found(session, await handovers.lapsed(session, at), Kind.HANDOVER_LAPSED, at)


async def render_lapsed(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say who never answered, about what; None when the households were offered anew or went elsewhere."""
    about = {reminder.household_id for reminder in await reminders.of_promise(session, claimed.id)}
    offers = [offer for offer in await handovers.lapsed(session, now) if offer.household_id in about]
    if not offers:
        return None
    names = [await handovers.name_of(session, offer.household_id) for offer in offers]
    return say.lapsed(offers[0].to_name, names)


async def please_take(session: AsyncSession, offers: Iterable[Offer], now: datetime) -> str:
    """Word what somebody is asked to take, by who asks and until when."""
    askers: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    for offer in offers:
        asker = say.somebody(offer.asked_by_name, offer.asked_by_unit)
        askers[asker, offer.asked_at].append(await handovers.name_of(session, offer.household_id))
    return say.please_take(
        [
            (asker, names, local_date(in_zone_of(now, asked_at + handovers.HOLDS_FOR)))
            for (asker, asked_at), names in askers.items()
        ]
    )


async def _found(session: AsyncSession, offers: Sequence[Offer], kind: Kind, at: datetime) -> Found:
    """One message for what was asked at once of one cadre: to them, or to who asked."""
    together: dict[tuple[CadreId, str], list[Offer]] = defaultdict(list)
    for offer in offers:
        told = offer.to_cadre_id if kind is Kind.HANDOVER else offer.asked_by_id
        together[told, f"{kind}:again:{offer.to_cadre_id}:{offer.asked_by_id}:{offer.asked_at.timestamp()}"].append(
            offer
        )
    heard = await outbox.promised_before(session, [key for _, key in together])
    dues = []
    for (told, key), some in together.items():
        if key in heard:
            continue
        about = tuple(
            About(
                key=f"{kind}:{offer.id}",
                household_id=offer.household_id,
                cadre_id=told,
                subject=str(offer.id),
                deadline=None,
            )
            for offer in some
        )
        dues.append(Due(Promise(to=ToCadre(told), kind=kind, key=key, due_at=tellable(at)), about))
    return Found(tuple(dues), sum(len(some) for (_, key), some in together.items() if key in heard))
