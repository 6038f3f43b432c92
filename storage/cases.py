"""诉求: what somebody brought to the office and is owed an answer to, from its opening to its close-out.

Each case has a number people can name, an office or a cadre who answers for it, and a ledger of events that only grows.
A case about a cadre is never shown or told to that cadre, and never goes to them to be dealt with: what is said of
somebody, and who said it, is not to be passed to whom it is said of (信访工作条例 第四十六条第五项).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.messages import cases as say
from storage import assignments, audit, outbox
from storage.areas import Area, Level
from storage.cadres import Cadre, Role
from storage.database import Base
from storage.households import Household, doorplate
from storage.ids import (
    AreaId,
    CadreId,
    CaseEventId,
    CaseId,
    DisbursementId,
    HouseholdId,
    PublicNoticeId,
)
from storage.numbering import Series, next_number
from storage.outbox import Promise, Recipient, ToCadre, ToHousehold, ToOffice
from storage.sealing import keyring_of


class CaseKind(StrEnum):
    """What a case is about."""

    OBJECTION = "objection"
    COMPLAINT = "complaint"
    HELP = "help"
    QUESTION = "question"
    FEEDBACK = "feedback"
    PROBLEM = "problem"


class CaseState(StrEnum):
    """How far it has come: `resolved` (办结) once it is answered, `closed_out` (销号) once who brought it agrees.

    Who does not agree has it `open` again.
    """

    OPEN = "open"
    REFERRED = "referred"
    RESOLVED = "resolved"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"


class NotNow(Exception):
    """What was asked does not fit how far the case has come; somebody else was quicker."""


class Case(Base):
    """One case. `text_sealed` is what was said. `household_id` is who brought it, or whom a cadre brought it for;
    `against_cadre_id` whom it complains of; `handler_cadre_id` who was given it: None means the office of `area_id`.
    """

    __tablename__ = "case"

    id: Mapped[CaseId] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    opened_by_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    area_id: Mapped[AreaId | None] = mapped_column(ForeignKey("area.id"), index=True)
    handler_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    against_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    notice_id: Mapped[PublicNoticeId | None] = mapped_column(ForeignKey("public_notice.id"), index=True)
    benefit: Mapped[str | None] = mapped_column(String(80))
    disbursement_id: Mapped[DisbursementId | None] = mapped_column(ForeignKey("disbursement.id"), index=True)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class CaseEvent(Base):
    """One thing that happened to a case; only grows. `actor` is who did it in our ids: household:3, cadre:7, office."""

    __tablename__ = "case_event"

    id: Mapped[CaseEventId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


TEXT = "case.text"
EVENT_TEXT = "case_event.text"

ENDED = (CaseState.CLOSED_OUT, CaseState.WITHDRAWN)
UNANSWERED = (CaseState.OPEN, CaseState.REFERRED)

_PAST_THE_VILLAGE = (CaseKind.OBJECTION, CaseKind.COMPLAINT)


def confidential(kind: str, against: CadreId | None) -> bool:
    """Whether a case goes past village and cadre, to the township's or the county's office: an objection to what the
    village has ruled, a complaint, and whatever is about a cadre.
    """
    return against is not None or kind in _PAST_THE_VILLAGE


CONFIDENTIAL = or_(Case.against_cadre_id.is_not(None), Case.kind.in_(_PAST_THE_VILLAGE))
"""The same, as a condition on cases."""


async def open_case(
    session: AsyncSession,
    *,
    kind: CaseKind,
    text: str,
    now: datetime,
    opened_by: str,
    household_id: HouseholdId | None = None,
    opened_by_cadre_id: CadreId | None = None,
    against_cadre_id: CadreId | None = None,
    notice_id: PublicNoticeId | None = None,
    benefit: str | None = None,
    disbursement_id: DisbursementId | None = None,
    due_on: date | None = None,
    only_kept: bool = False,
) -> Case:
    """Open a case, number it (2026-000123), give it to who answers for it and promise them the notice.

    That is the household's cadre; for what is confidential (`confidential`), and where the household has nobody, its
    township's office, or the county's where the township has no official or the complaint is about one. Whoever it is
    about is never among them. `opened_by` is who in our ids: household:3, proxy:3, cadre:7, office:name. `due_on`: by
    when a document wants it answered; None where none says so. `only_kept`: there is nothing to answer (a household
    says that its cadre came), so it is at its end at once, and nobody is told.
    """
    handler = None
    if household_id is not None:
        audit.saw(session, [household_id])
        if not confidential(kind, against_cadre_id):
            handler = (await assignments.whose(session, [household_id])).get(household_id)
    home = await _home_of(session, household_id)
    office = Office(home, [handler]) if handler is not None else await office_above(session, home, against_cadre_id)
    case = Case(
        number=await next_number(session, Series.CASE, Case.number, now.year, digits=6),
        kind=kind,
        state=CaseState.CLOSED_OUT if only_kept else CaseState.OPEN,
        household_id=household_id,
        opened_by_cadre_id=opened_by_cadre_id,
        area_id=office.area_id,
        handler_cadre_id=handler,
        against_cadre_id=against_cadre_id,
        notice_id=notice_id,
        benefit=benefit,
        disbursement_id=disbursement_id,
        text_sealed=keyring_of(session).seal(text, TEXT),
        opened_at=now,
        due_on=due_on,
        ended_at=now if only_kept else None,
    )
    session.add(case)
    await session.flush()
    await _happened(session, case, actor=opened_by, text=None, now=now)
    if not only_kept:
        await _tell_handlers(session, case, office.officials, await _notice(session, case, text), now, turn=1)
    return case


async def cases_of(session: AsyncSession, household_id: HouseholdId) -> Sequence[Case]:
    """Give the cases a household has brought, or that were opened for it, the newest first; to be shown to itself only,
    since some may be about its cadre.
    """
    audit.saw(session, [household_id])
    statement = select(Case).where(Case.household_id == household_id).order_by(Case.opened_at.desc(), Case.id.desc())
    return (await session.scalars(statement)).all()


async def numbered(session: AsyncSession, number: str) -> Case | None:
    """Give the case of a number, for the commands of the county's staff; a speaker's way goes through access."""
    return (await session.scalars(select(Case).where(Case.number == number.strip()))).one_or_none()


async def ledger(session: AsyncSession, case: Case) -> Sequence[CaseEvent]:
    """Give all that happened to a case, the oldest first."""
    return (await session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))).all()


def said(session: AsyncSession, case: Case) -> str:
    """Give what was said when it was opened."""
    return keyring_of(session).open(case.text_sealed, TEXT)


def said_then(session: AsyncSession, event: CaseEvent) -> str | None:
    """Give what was said with one entry of the ledger."""
    return keyring_of(session).open_if(event.text_sealed, EVENT_TEXT)


async def answer_of(session: AsyncSession, case: Case) -> str | None:
    """Give the last answer to a case; None while there is none."""
    events = [event for event in await ledger(session, case) if event.state == CaseState.RESOLVED]
    return said_then(session, events[-1]) if events else None


async def refer(
    session: AsyncSession, case: Case, *, to: CadreId, due_on: date | None, note: str | None, actor: str, now: datetime
) -> None:
    """Give a case that is not answered yet to one official (转办), by a day where one is set; they are told.

    Raises:
        ValueError: it is about them.
        NotNow: it is answered, or at its end.
    """
    if to == case.against_cadre_id:
        raise ValueError("a case is not handled by whom it is about")
    await _as_it_is(session, case, UNANSWERED)
    case.handler_cadre_id, case.state = to, CaseState.REFERRED
    case.due_on = due_on or case.due_on
    turn = await _happened(session, case, actor=actor, text=note, now=now)
    await _tell_handlers(session, case, [to], await _notice(session, case, said(session, case)), now, turn=turn)


async def resolve(session: AsyncSession, case: Case, *, answer: str, actor: str, now: datetime) -> None:
    """Answer a case; who brought it hears so and is asked whether they agree. What nobody of a household brought is
    closed out with its answer.

    Raises:
        NotNow: it is answered already, or at its end.
    """
    await _as_it_is(session, case, UNANSWERED)
    case.state = CaseState.CLOSED_OUT if case.household_id is None else CaseState.RESOLVED
    case.ended_at = now if case.state == CaseState.CLOSED_OUT else None
    turn = await _happened(session, case, actor=actor, text=answer, now=now)
    if case.household_id is None:
        return
    audit.saw(session, [case.household_id])
    hidden = confidential(case.kind, case.against_cadre_id)
    await outbox.promise(
        session,
        ToHousehold(case.household_id),
        kind=outbox.Kind.CASE_PRIVATE if hidden else outbox.Kind.CASE,
        key=f"{outbox.Kind.CASE}:{case.id}:answer:{turn}",
        text=say.ANSWERED_PRIVATELY if hidden else say.answered(case.number, answer),
        due_at=now,
        now=now,
    )


async def close_out(session: AsyncSession, case: Case, *, actor: str, now: datetime) -> None:
    """Close a case out (销号): who brought it agrees with the answer.

    Raises:
        NotNow: there is no answer to agree to.
    """
    await _as_it_is(session, case, (CaseState.RESOLVED,))
    case.state, case.ended_at = CaseState.CLOSED_OUT, now
    await _happened(session, case, actor=actor, text=None, now=now)


async def reopen(session: AsyncSession, case: Case, *, why: str, actor: str, now: datetime) -> None:
    """Open a case anew: who brought it does not agree. Whoever answered for it does so again, and is told.

    Raises:
        NotNow: there is no answer to disagree with.
    """
    await _as_it_is(session, case, (CaseState.RESOLVED,))
    referred = any(event.state == CaseState.REFERRED for event in await ledger(session, case))
    case.state = CaseState.REFERRED if referred else CaseState.OPEN
    turn = await _happened(session, case, actor=actor, text=why, now=now)
    text = await _notice(session, case, why, again=True)
    await _tell_handlers(session, case, await officials_of(session, case), text, now, turn=turn)


async def withdraw(session: AsyncSession, case: Case, *, actor: str, now: datetime) -> None:
    """Let who brought a case take it back.

    Raises:
        NotNow: it is at its end.
    """
    await _as_it_is(session, case, (*UNANSWERED, CaseState.RESOLVED))
    case.state, case.ended_at = CaseState.WITHDRAWN, now
    await _happened(session, case, actor=actor, text=None, now=now)


async def listing(
    session: AsyncSession, *, ended: bool, zone: tzinfo, number: str | None = None
) -> list[dict[str, Any]]:
    """Give the cases, the oldest first, in the shape other programs rely on (`bangfu cases list --json`): without what
    was said, and of what is about a cadre neither by whom nor about whom.
    """
    statement = (
        select(Case, Household.number, Area.name)
        .outerjoin(Household, Household.id == Case.household_id)
        .outerjoin(Area, Area.id == Case.area_id)
        .order_by(Case.id)
    )
    if not ended:
        statement = statement.where(Case.state.not_in(ENDED))
    if number is not None:
        statement = statement.where(Case.number == number)
    return [
        {
            "number": case.number,
            "kind": case.kind,
            "state": case.state,
            "household": None if confidential(case.kind, case.against_cadre_id) else household,
            "area": area,
            "handler": None if case.handler_cadre_id is None else f"cadre:{case.handler_cadre_id}",
            "benefit": case.benefit,
            "opened_at": case.opened_at.astimezone(zone).isoformat(timespec="minutes"),
            "due_on": None if case.due_on is None else case.due_on.isoformat(),
            "ended_at": None if case.ended_at is None else case.ended_at.astimezone(zone).isoformat(timespec="minutes"),
        }
        for case, household, area in await session.execute(statement)
    ]


async def with_a_due_day(session: AsyncSession, until: date) -> Sequence[Case]:
    """Give the cases nobody has answered that are due on that day or before."""
    statement = select(Case).where(Case.state.in_(UNANSWERED), Case.due_on <= until).order_by(Case.id)
    return (await session.scalars(statement)).all()


async def handler_of(session: AsyncSession, case: Case) -> CadreId | None:
    """Give the official who answers for a case now; None: an office does.

    What was given to the household's cadre goes along when the household is handed over.
    """
    if case.state != CaseState.OPEN or case.handler_cadre_id is None or case.household_id is None:
        return case.handler_cadre_id
    return (await assignments.whose(session, [case.household_id])).get(case.household_id)


async def officials_of(session: AsyncSession, case: Case) -> Sequence[CadreId]:
    """Give who answers for a case now: its handler, or whoever holds its office; never whom it is about."""
    handler = await handler_of(session, case)
    if handler is not None:
        return [handler]
    home = await _home_of(session, case.household_id)
    return (await office_above(session, home, case.against_cadre_id)).officials


async def _as_it_is(session: AsyncSession, case: Case, wanted: Sequence[CaseState]) -> None:
    """Take hold of a case, so that two who decide about it at once follow each other."""
    await session.refresh(case, with_for_update=True)
    if case.state not in wanted:
        raise NotNow


@dataclass(frozen=True, slots=True)
class Office:
    """The office of an area, and who holds it."""

    area_id: AreaId | None
    officials: Sequence[CadreId]


async def _home_of(session: AsyncSession, household_id: HouseholdId | None) -> AreaId | None:
    """Where the household lives; of who is in no household, the county."""
    if household_id is not None:
        return await session.scalar(select(Household.area_id).where(Household.id == household_id))
    return await session.scalar(select(Area.id).where(Area.level == Level.COUNTY).order_by(Area.code).limit(1))


async def office_above(session: AsyncSession, home: AreaId | None, against: CadreId | None = None) -> Office:
    """Give the lowest office above a home that may hear of it: its township's where one serves there and the complaint
    is about nobody of an office, else the county's.
    """
    upper, lower = aliased(Area), aliased(Area)
    line = (
        select(upper.id, upper.level)
        .join(lower, func.substr(lower.code, 1, func.length(upper.code)) == upper.code)
        .where(lower.id == home)
    )
    above = {level: area_id for area_id, level in await session.execute(line)}
    accused_role = await session.scalar(select(Cadre.role).where(Cadre.id == against))
    others = select(Cadre.id).where(Cadre.id != (against or 0)).order_by(Cadre.id)
    township = above.get(Level.TOWNSHIP)
    if township is not None and accused_role not in (Role.TOWNSHIP, Role.COUNTY):
        serving = others.where(Cadre.role == Role.TOWNSHIP, Cadre.area_id == township)
        officials = (await session.scalars(serving)).all()
        if officials:
            return Office(township, officials)
    county = (await session.scalars(others.where(Cadre.role == Role.COUNTY))).all()
    return Office(above.get(Level.COUNTY, home), county)


async def _happened(session: AsyncSession, case: Case, *, actor: str, text: str | None, now: datetime) -> int:
    """Write into the ledger what was done and which state it left; gives how many entries there are now."""
    sealed = keyring_of(session).seal_if(text, EVENT_TEXT)
    session.add(CaseEvent(case_id=case.id, at=now, actor=actor[:60], state=case.state, text_sealed=sealed))
    await session.flush()
    return await session.scalar(select(func.count()).where(CaseEvent.case_id == case.id)) or 0


async def _notice(session: AsyncSession, case: Case, text: str, *, again: bool = False) -> str:
    """Word what the handler hears. What may be about a colleague is not told: it is read where it may be seen."""
    if case.handler_cadre_id is None or case.household_id is None or confidential(case.kind, case.against_cadre_id):
        return say.AGAIN_FOR_OFFICE if again else say.NEW_FOR_OFFICE
    door = await doorplate(session, case.household_id)
    word = say.again_for_cadre if again else say.new_for_cadre
    return word(case.number, case.kind, door.head_name, door.village, text)


async def _tell_handlers(
    session: AsyncSession, case: Case, officials: Sequence[CadreId], text: str, now: datetime, *, turn: int
) -> None:
    """Promise the notice to who answers for a case; nobody is told what they have just opened for themselves."""
    to: Sequence[Recipient] = [ToCadre(one) for one in officials] or [ToOffice()]
    promises = [
        Promise(
            to=one,
            kind=outbox.Kind.CASE,
            key=f"{outbox.Kind.CASE}:{case.id}:{turn}:{one.cadre_id if isinstance(one, ToCadre) else 'office'}",
            due_at=now,
            text=text,
        )
        for one in to
        if not (turn == 1 and isinstance(one, ToCadre) and one.cadre_id == case.opened_by_cadre_id)
    ]
    await outbox.promise_all(session, promises, now)
