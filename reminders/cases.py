"""诉求到期: who answers for a case hears of it once before the day it is due and once when that day has passed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import cases as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import cases, outbox
from storage.cases import Case, confidential
from storage.ids import CadreId, CaseId
from storage.outbox import Claim, Kind, Promise, ToCadre, ToOffice
from storage.reminders import About, Due

BEFORE = timedelta(days=2)
"""Time enough to drive there and answer."""


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the unanswered cases that are due soon or overdue, by who answers for them now."""
    today, due_at = local_date(at), tellable(at)
    dues, already = [], 0
    for case in await cases.with_a_due_day(session, today + BEFORE):
        assert case.due_on is not None
        stage = "over" if case.due_on < today else "before"
        who = await cases.officials_of(session, case)
        to: Sequence[CadreId | None] = who or [None]
        keys = {_key(case, stage, one): one for one in to}
        told = await outbox.promised_before(session, list(keys))
        already += sum(bool(_about(case, key, one)) for key, one in keys.items() if key in told)
        dues += [
            Due(
                Promise(
                    to=ToOffice() if one is None else ToCadre(one),
                    kind=Kind.CASE_DUE,
                    key=key,
                    due_at=due_at,
                ),
                _about(case, key, one),
            )
            for key, one in keys.items()
            if key not in told
        ]
    return Found(tuple(dues), already)


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say when it is due; None when it was answered, put off or given to somebody else meanwhile."""
    _, case_id, stage, due_on, _ = claimed.key.split(":")
    case = await session.get(Case, CaseId(int(case_id)))
    if case is None or case.state not in cases.UNANSWERED or str(case.due_on) != due_on or case.due_on is None:
        return None
    if isinstance(claimed.to, ToCadre) and claimed.to.cadre_id not in await cases.officials_of(session, case):
        return None
    return say.due(case.due_on, over=stage == "over")


def _key(case: Case, stage: str, who: CadreId | None) -> str:
    return f"{Kind.CASE_DUE}:{case.id}:{stage}:{case.due_on}:{who or 'office'}"


def _about(case: Case, key: str, who: CadreId | None) -> tuple[About, ...]:
    """The line of the office's list of reminders: none of what is confidential, since lists are passed around."""
    if case.household_id is None or confidential(case.kind, case.against_cadre_id):
        return ()
    return (About(key=key, household_id=case.household_id, cadre_id=who, subject=str(case.id), deadline=case.due_on),)
