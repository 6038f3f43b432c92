"""家庭变动的告知: what an act did, for whoever ordered it, for the cadres and for the households it concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.messages import families as say
from bot.messages.families import Happened, Home
from storage import assignments, outbox
from storage.areas import Area
from storage.cadres import Cadre, Role
from storage.families import Done
from storage.family_events import FamilyEvent, FamilyEventKind
from storage.households import Household
from storage.ids import CadreId, HouseholdId, MemberId
from storage.members import Member
from storage.outbox import Promise, Recipient, ToCadre, ToHousehold, ToOffice
from storage.people import Official, Villager

KIND = "family"


async def in_words(session: AsyncSession, done: Done, *, dry_run: bool) -> str:
    """Tell the office what an act did, or would do."""
    homes = await _homes(session, done.households)
    cadres = [
        (homes[one], None if (helper := await assignments.helper_of(session, one)) is None else helper.name)
        for one in done.households
        if one not in done.closed
    ]
    return say.done(
        await happened(session, done),
        closed=[homes[one] for one in done.closed],
        cadres=cadres,
        accounts_moved=done.accounts_moved,
        accounts_ended=len(done.accounts_ended),
        messages_stopped=done.messages_stopped,
        dry_run=dry_run,
    )


async def happened(session: AsyncSession, done: Done) -> list[Happened]:
    """Give the events of an act, those of one kind in one household together; who moves is named once."""
    own = (FamilyEvent.id == done.event_id) | (FamilyEvent.act_id == done.event_id)
    events = (await session.scalars(select(FamilyEvent).where(own).order_by(FamilyEvent.id))).all()
    homes = await _homes(session, done.households)
    rows = await session.execute(select(Member.id, Member.name).where(Member.id.in_(done.people)))
    names = {MemberId(id_): name for id_, name in rows}
    people: dict[tuple[str, HouseholdId, HouseholdId | None], list[str]] = {}
    for event in events:
        if event.kind == FamilyEventKind.MOVED_IN and event.other_household_id is not None:
            continue
        who = people.setdefault((event.kind, event.household_id, event.other_household_id), [])
        if event.member_id is not None:
            who.append(names[event.member_id])
    return [
        Happened(kind, tuple(who), homes[household], None if other is None else homes[other])
        for (kind, household, other), who in people.items()
    ]


async def tell(session: AsyncSession, done: Done, *, due_at: datetime, now: datetime) -> None:
    """Promise a word to each cadre whose households changed, and to a household that is new or was joined.

    Who moved away hears that their account is bound no more. Nobody writes to the account of the dead: whoever holds
    it now, the cadre hears of it and goes.
    """
    events = await happened(session, done)
    homes = await _homes(session, done.households)
    closed = [homes[one] for one in done.closed]
    promises = [
        Promise(
            to=ToCadre(cadre),
            kind=KIND,
            key=f"family:{done.event_id}:cadre:{cadre}",
            due_at=due_at,
            text=say.to_cadre(events, closed),
        )
        for cadre in await _cadres_of(session, done.households)
    ]
    if done.kind == FamilyEventKind.MOVED_OUT:
        promises += [
            Promise(
                to=account,
                kind=KIND,
                key=f"family:{done.event_id}:account:{place}",
                due_at=due_at,
                text=say.TO_WHO_LEFT,
            )
            for place, account in enumerate(done.accounts_ended)
        ]
    joined = done.households[1] if len(done.households) > 1 and done.kind in _JOINS else None
    if joined is not None:
        promises.append(
            Promise(
                to=ToHousehold(joined),
                kind=KIND,
                key=f"family:{done.event_id}:household:{joined}",
                due_at=due_at,
                text=await _to_household(session, done, homes[joined], joined, events),
            )
        )
    await outbox.promise_all(session, promises, now)


_JOINS = (FamilyEventKind.SPLIT, FamilyEventKind.MERGED, FamilyEventKind.MOVED_OUT)
"""What brings people into a household beside the first one."""


async def _to_household(
    session: AsyncSession, done: Done, home: Home, household_id: HouseholdId, events: Sequence[Happened]
) -> str:
    if done.kind == FamilyEventKind.SPLIT:
        helper = await assignments.helper_of(session, household_id)
        return say.to_new_household(home.head, None if helper is None else helper.name)
    return say.to_joined_household(events[0].who or (events[0].home.called,), home.head)


async def _cadres_of(session: AsyncSession, households: Iterable[HouseholdId]) -> list[CadreId]:
    """Give who helps these households, or did until they were closed."""
    found: dict[CadreId, None] = {}
    for household in households:
        pairings = await assignments.history(session, household)
        if pairings:
            found[pairings[-1].cadre_id] = None
    return list(found)


async def _homes(session: AsyncSession, households: Sequence[HouseholdId]) -> dict[HouseholdId, Home]:
    rows = await session.execute(
        select(Household.id, Household.number, Household.head_name).where(Household.id.in_(households))
    )
    return {id_: Home(number, head) for id_, number, head in rows}


REPORT_KIND = "family_report"


async def report(
    session: AsyncSession,
    household: Household,
    text: str,
    *,
    kind: str,
    reporter: Official | Villager,
    due_at: datetime,
    now: datetime,
) -> None:
    """Put what somebody reported of a household before the cadres of its village and township who check it.

    Where there are none, or they are who reported it, it goes on the office's list.
    """
    own = reporter.cadre_id if isinstance(reporter, Official) else None
    checking = [one for one in await _who_checks(session, household) if one != own]
    to: Sequence[Recipient] = [ToCadre(one) for one in checking] or [ToOffice()]
    key = f"{REPORT_KIND}:{household.id}:{kind}:{now:%Y%m%d%H%M%S}"
    await outbox.promise_all(
        session,
        [
            Promise(to=one, kind=REPORT_KIND, key=f"{key}:{place}", due_at=due_at, text=text)
            for place, one in enumerate(to)
        ],
        now,
    )


async def _who_checks(session: AsyncSession, household: Household) -> list[CadreId]:
    """Give the cadres of the village and township a household lies in."""
    served, home = aliased(Area), aliased(Area)
    statement = (
        select(Cadre.id)
        .join(served, served.id == Cadre.area_id)
        .join(home, func.substr(home.code, 1, func.length(served.code)) == served.code)
        .where(home.id == household.area_id, Cadre.role.in_((Role.VILLAGE, Role.TOWNSHIP)))
        .order_by(Cadre.id)
    )
    return list(await session.scalars(statement))
