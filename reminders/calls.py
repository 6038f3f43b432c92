"""打电话提醒: a cadre hears that households have come on their call list, once a day at most.

Each call is told once to whoever has the household; what is named is what is still open when the message goes out.
"""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import calls as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import households, outbox, reminders
from storage.ids import CadreId
from storage.outbox import Claim, Kind, Promise, ToCadre
from storage.reminders import About, CallDue, Due


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find, by cadre, the calls they have not heard of; one message a cadre and day."""
    due_at = tellable(at)
    calls = await reminders.calls_due(session, before=at)
    new: dict[CadreId, list[CallDue]] = defaultdict(list)
    for call in calls:
        if not call.told:
            new[call.cadre_id].append(call)
    day = local_date(due_at)
    heard_today = await outbox.promised_before(session, [_key(cadre_id, day) for cadre_id in new])
    dues = []
    for cadre_id, theirs in sorted(new.items()):
        key = _key(cadre_id, day)
        if key in heard_today:
            continue
        about = tuple(
            About(
                key=f"{Kind.CALLS_DUE}:{cadre_id}:{call.call_id}",
                household_id=call.household_id,
                cadre_id=cadre_id,
                subject=str(call.call_id),
                deadline=None,
            )
            for call in theirs
        )
        dues.append(Due(Promise(to=ToCadre(cadre_id), kind=Kind.CALLS_DUE, key=key, due_at=due_at), about))
    return Found(tuple(dues), sum(call.told for call in calls))


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name the households on the cadre's list now; None when everybody was rung meanwhile."""
    assert isinstance(claimed.to, ToCadre)
    calls = await outbox.open_calls(session, claimed.to.cadre_id)
    names = []
    for household_id in dict.fromkeys(call.household_id for call in calls):
        if household_id is not None:
            door = await households.doorplate(session, household_id)
            names.append(say.household(door.village, door.head_name))
    return say.calls_due(names) if names else None


def _key(cadre_id: CadreId, day: date) -> str:
    return f"calls:{cadre_id}:{day}"
