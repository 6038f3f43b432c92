"""电话名单: who could not be reached is put before a cadre, who rings or drops by."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import calls as say
from storage import assignments, cadres, outbox
from storage.outbox import Claim, Kind, Promise, ToCadre, ToHousehold


async def put_down(session: AsyncSession, claimed: Claim, text: str, now: datetime) -> None:
    """Put a promise on the call list of the household's cadre.

    A household without one, and a cadre whom nobody can reach, go on the office's list. A list is looked at when
    there is time: of a cry for help on its own the office is told at once.
    """
    household_id = claimed.to.household_id if isinstance(claimed.to, ToHousehold) else None
    helper = None if household_id is None else await assignments.helper_of(session, household_id)
    cadre_id = None if helper is None else helper.cadre_id
    await outbox.add_call(session, claimed, cadre_id=cadre_id, household_id=household_id, now=now)
    if cadre_id is None and claimed.kind == Kind.URGENT:
        await _tell_office(session, claimed, text, now)


async def _tell_office(session: AsyncSession, claimed: Claim, text: str, now: datetime) -> None:
    promises = [
        Promise(
            to=ToCadre(official),
            kind=Kind.OFFICE_URGENT,
            key=f"{claimed.key}:office:{official}",
            due_at=now,
            text=say.on_the_office_list(text),
        )
        for official in await cadres.office(session)
    ]
    await outbox.promise_all(session, promises, now)
