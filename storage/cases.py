"""诉求: what somebody brought to the office and is owed an answer to, from its opening to its close-out.

Each case has a number people can name, an office or a cadre who answers for it, and a ledger of events that only grows.
A case about a cadre is never shown or told to that cadre, and never goes to them to be dealt with: what is said of
somebody, and who said it, is not to be passed to whom it is said of (信访工作条例 第三十条；信访条例 2005 第二十三条).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, func, select
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
from storage.outbox import Promise, Recipient, ToCadre, ToOffice
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
    """How far it has come; `closed_out` (销号) once who brought it agrees or does not answer in time."""

    OPEN = "open"
    REFERRED = "referred"
    RESOLVED = "resolved"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"


class Case(Base):
    """One case. `text_sealed` is what was said. `household_id` is who brought it, or whom a cadre brought it for;
    `against_cadre_id` whom it complains of; `handler_cadre_id` who answers for it: None means the office of `area_id`.
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

TOLD = "case"
"""What the outbox calls a message about a case."""

_NUMBERING = 0x62616E67
"""The lock under which a number is given, so that no two cases get the same."""


def confidential(kind: str, against: CadreId | None) -> bool:
    """Whether a case goes past village and cadre, to the township's or the county's office: an objection to what the
    village has ruled, a complaint, and whatever is about a cadre.
    """
    return against is not None or kind in (CaseKind.OBJECTION, CaseKind.COMPLAINT)


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
    handler_cadre_id: CadreId | None = None,
    notice_id: PublicNoticeId | None = None,
    benefit: str | None = None,
    disbursement_id: DisbursementId | None = None,
    due_on: date | None = None,
) -> Case:
    """Open a case, number it (2026-000123), give it to who answers for it and promise them the notice.

    That is `handler_cadre_id` where it is given; else the household's cadre; for what is confidential (`confidential`),
    and where the household has nobody, its township's office, or the county's where the township has no official or
    the complaint is about one. Whoever it is about is never among them. `opened_by` is who in our ids: household:3,
    proxy:3, cadre:7, office:name. `due_on`: by when a document wants it answered; None where none says so.

    Raises:
        ValueError: who is to handle it is whom it is about.
    """
    if handler_cadre_id is not None and handler_cadre_id == against_cadre_id:
        raise ValueError("a case is not handled by whom it is about")
    if household_id is not None:
        audit.saw(session, [household_id])
    handler = handler_cadre_id
    if handler is None and household_id is not None and not confidential(kind, against_cadre_id):
        handler = (await assignments.whose(session, [household_id])).get(household_id)
    home = await _home_of(session, household_id)
    office = _Office(home, ()) if handler is not None else await _office(session, home, against_cadre_id)
    case = Case(
        number=await _next_number(session, now.year),
        kind=kind,
        state=CaseState.OPEN,
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
    )
    session.add(case)
    await session.flush()
    await _happened(session, case, actor=opened_by, text=None, now=now)
    await _tell_handlers(session, case, office.officials, await _notice(session, case, text), now)
    return case


async def cases_of(session: AsyncSession, household_id: HouseholdId) -> Sequence[Case]:
    """Give the cases a household has brought, or that were opened for it, the newest first; to be shown to itself only,
    since some may be about its cadre.
    """
    audit.saw(session, [household_id])
    statement = select(Case).where(Case.household_id == household_id).order_by(Case.opened_at.desc(), Case.id.desc())
    return (await session.scalars(statement)).all()


@dataclass(frozen=True, slots=True)
class _Office:
    """The office of an area, and who holds it."""

    area_id: AreaId | None
    officials: Sequence[CadreId]


async def _home_of(session: AsyncSession, household_id: HouseholdId | None) -> AreaId | None:
    """Where the household lives; of who is in no household, the county."""
    if household_id is not None:
        return await session.scalar(select(Household.area_id).where(Household.id == household_id))
    return await session.scalar(select(Area.id).where(Area.level == Level.COUNTY).order_by(Area.code).limit(1))


async def _office(session: AsyncSession, home: AreaId | None, against: CadreId | None) -> _Office:
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
            return _Office(township, officials)
    county = (await session.scalars(others.where(Cadre.role == Role.COUNTY))).all()
    return _Office(above.get(Level.COUNTY, home), county)


async def _next_number(session: AsyncSession, year: int) -> str:
    # On SQLite whoever writes has the store alone; on PostgreSQL who numbers waits for who numbered before to commit.
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_NUMBERING, year)))
    last = await session.scalar(select(func.max(Case.number)).where(Case.number.startswith(f"{year}-")))
    return f"{year}-{1 + int(last.partition('-')[2] if last else 0):06d}"


async def _happened(session: AsyncSession, case: Case, *, actor: str, text: str | None, now: datetime) -> int:
    """Write into the ledger what was done and which state it left; gives how many entries there are now."""
    sealed = keyring_of(session).seal_if(text, EVENT_TEXT)
    session.add(CaseEvent(case_id=case.id, at=now, actor=actor[:60], state=case.state, text_sealed=sealed))
    await session.flush()
    return await session.scalar(select(func.count()).where(CaseEvent.case_id == case.id)) or 0


async def _notice(session: AsyncSession, case: Case, text: str) -> str:
    """Word what the handler hears. What may be about a colleague is not told: it is read where it may be seen."""
    if case.handler_cadre_id is None or case.household_id is None or confidential(case.kind, case.against_cadre_id):
        return say.NEW_FOR_OFFICE
    door = await doorplate(session, case.household_id)
    return say.new_for_cadre(case.number, case.kind, door.head_name, door.village, text)


async def _tell_handlers(
    session: AsyncSession, case: Case, officials: Sequence[CadreId], text: str, now: datetime
) -> None:
    """Promise the notice to who answers for a case; nobody is told what they have just opened for themselves."""
    who = [case.handler_cadre_id] if case.handler_cadre_id is not None else officials
    to: Sequence[Recipient] = [ToCadre(one) for one in who] or [ToOffice()]
    promises = [
        Promise(
            to=one,
            kind=TOLD,
            key=f"{TOLD}:{case.id}:handler:{one.cadre_id if isinstance(one, ToCadre) else 'office'}",
            due_at=now,
            text=text,
        )
        for one in to
        if not (isinstance(one, ToCadre) and one.cadre_id == case.opened_by_cadre_id)
    ]
    await outbox.promise_all(session, promises, now)
