"""电话名单: who could not be reached is put before a cadre, who rings or drops by."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import assignments, outbox
from storage.outbox import Claim, ToHousehold


async def put_down(session: AsyncSession, claimed: Claim, now: datetime) -> None:
    """Put a promise on the call list of the household's cadre.

    A household without one, and a cadre whom nobody can reach, go on the office's list.
    """
    household_id = claimed.to.household_id if isinstance(claimed.to, ToHousehold) else None
    helper = None if household_id is None else await assignments.helper_of(session, household_id)
    cadre_id = None if helper is None else helper.cadre_id
    await outbox.add_call(session, claimed, cadre_id=cadre_id, household_id=household_id, now=now)
