"""没有帮扶干部的户: once a day each township hears which of its households have nobody (S28, S48).

文件 002#9:671 「要纳入全县结对帮扶精准扶贫信息系统,并落实帮扶干部给予积极帮扶」. Where a township has no staff with an
account, the county's office is told. Nobody's call list is filled with what is said anew every day.
"""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import pairings as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import assignments, outbox, reminders
from storage.assignments import Alone
from storage.ids import AreaId, CadreId
from storage.outbox import Claim, Kind, Promise, ToCadre
from storage.reminders import About, Due

_NO_TOWNSHIP = "none"


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find, by township, the households nobody has; one message a day to each of its staff.

    A message stands for a township, however long its list: its reminder is about the first household of it.
    """
    due_at = tellable(at)
    day = local_date(due_at)
    by_township: dict[AreaId | None, list[Alone]] = defaultdict(list)
    for alone in await assignments.alone(session, county.pairing):
        by_township[alone.township_id].append(alone)
    if not by_township:
        return Found((), 0)
    assigners = await assignments.assigners(session)
    dues = [
        _due(cadre_id, township_id, households[0], day, due_at)
        for township_id, households in by_township.items()
        for cadre_id in assigners.of(township_id)
    ]
    heard = await outbox.promised_before(session, [due.promise.key for due in dues])
    new = tuple(due for due in dues if due.promise.key not in heard)
    return Found(new, len(dues) - len(new))


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name the households of the township that have nobody still; None when all have somebody."""
    [reminder] = await reminders.of_promise(session, claimed.id)
    assert reminder.subject is not None, "it says which township"
    township_id = None if reminder.subject == _NO_TOWNSHIP else AreaId(int(reminder.subject))
    theirs = await assignments.alone_in(session, county.pairing, township_id)
    if not theirs:
        return None
    heads = [alone.head_name or f"户{alone.number}" for alone in theirs[: say.NAMED_AT_MOST]]
    return say.nobody_has(theirs[0].township, heads, len(theirs))


def _due(cadre_id: CadreId, township_id: AreaId | None, first: Alone, day: date, due_at: datetime) -> Due:
    subject = _township(township_id)
    key = f"{Kind.UNPAIRED}:{cadre_id}:{subject}:{day}"
    about = About(key=key, household_id=first.household_id, cadre_id=cadre_id, subject=subject, deadline=None)
    return Due(Promise(to=ToCadre(cadre_id), kind=Kind.UNPAIRED, key=key, due_at=due_at), (about,))


def _township(township_id: AreaId | None) -> str:
    return _NO_TOWNSHIP if township_id is None else str(township_id)
