"""公示提醒: a village hears once that a list hangs; its office, once, that the days are over and what came of them.

文件 002#19:1377 and 001:111 ask that notices be made; that the village's households are told while one hangs is the
bot's part of it. Lists that open on one day are told in one message.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import public_notices as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import cases, notices, outbox, reminders
from storage import public_notices as lists
from storage.ids import AreaId, CadreId, HouseholdId
from storage.outbox import Claim, Kind, Promise, Recipient, ToCadre, ToHousehold, ToOffice
from storage.public_notices import PublicNotice
from storage.reminders import About, Due

_MADE_GOOD_FOR = timedelta(days=30)
"""So long after its last day the office still hears of a list, where the clock stood still meanwhile."""


async def find_opened(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the households of the villages where lists hang that have not heard of them."""
    today, due_at = local_date(at), tellable(at)
    off = await notices.turned_off(session)
    new: dict[HouseholdId, list[PublicNotice]] = defaultdict(list)
    already = 0
    for notice in await lists.hanging(session, due_at.date()):
        told = await reminders.told(session, kind=Kind.PUBLIC_NOTICE, subject=str(notice.id))
        for household_id in await lists.villagers(session, notice):
            if _key(notice, household_id) in told:
                already += 1
            elif household_id not in off:
                new[household_id].append(notice)
    dues = [
        Due(
            Promise(
                to=ToHousehold(household_id),
                kind=Kind.PUBLIC_NOTICE,
                key=f"{Kind.PUBLIC_NOTICE}:{household_id}:{today}:{theirs[0].id}",
                due_at=due_at,
            ),
            tuple(
                About(
                    key=_key(notice, household_id),
                    household_id=household_id,
                    cadre_id=None,
                    subject=str(notice.id),
                    deadline=notice.closes_on,
                )
                for notice in theirs
            ),
        )
        for household_id, theirs in new.items()
    ]
    return Found(tuple(dues), already)


async def render_opened(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name the lists that still hang; None where none does, or the household wants no reminders."""
    today = local_date(now)
    rows = await reminders.of_promise(session, claimed.id)
    if await notices.turned_off(session, [row.household_id for row in rows]):
        return None
    meant = {row.subject for row in rows}
    still = [notice for notice in await lists.hanging(session, today) if str(notice.id) in meant]
    named = [
        (say.title((await lists.village_of(session, one))[0], one.benefit, one.stage), one.closes_on) for one in still
    ]
    return say.opened(named, today) if named else None


async def find_closed(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the lists whose last day has passed, for the officials of the office above their village."""
    today, due_at = local_date(at), tellable(at)
    dues = []
    officials: dict[AreaId, Sequence[CadreId]] = {}
    for notice in await lists.closed_between(session, today - _MADE_GOOD_FOR, today):
        if notice.area_id not in officials:
            officials[notice.area_id] = (await cases.office_above(session, notice.area_id)).officials
        to: Sequence[Recipient] = [ToCadre(one) for one in officials[notice.area_id]] or [ToOffice()]
        for one in to:
            who = one.cadre_id if isinstance(one, ToCadre) else "office"
            key = f"{Kind.PUBLIC_NOTICE_CLOSED}:{notice.id}:{who}"
            promise = Promise(to=one, kind=Kind.PUBLIC_NOTICE_CLOSED, key=key, due_at=due_at)
            dues.append(Due(promise, ()))
    heard = await outbox.promised_before(session, [due.promise.key for due in dues])
    return Found(tuple(due for due in dues if due.promise.key not in heard), 0)


async def render_closed(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say how many objected, as it is now."""
    notice = await session.get(PublicNotice, int(claimed.key.split(":")[1]))
    return None if notice is None or notice.withdrawn_at is not None else await _what_came_of(session, notice)


async def _what_came_of(session: AsyncSession, notice: PublicNotice) -> str:
    objections, unanswered = await lists.objections_to(session, notice)
    what = await _title(session, notice)
    return say.closed(what, notice.number, notice.closes_on, objections, unanswered)


async def _title(session: AsyncSession, notice: PublicNotice) -> str:
    village, _ = await lists.village_of(session, notice)
    return say.title(village, notice.benefit, notice.stage)


def _key(notice: PublicNotice, household_id: HouseholdId) -> str:
    return f"{Kind.PUBLIC_NOTICE}:{notice.id}:{household_id}"
