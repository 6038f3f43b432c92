"""我的信息: all that is held about one household or one cadre, for themselves to see (个人信息保护法 第四十五条).

Numbers are given by their last four digits only: a telephone is looked at over a shoulder, lent and lost. What a cadre
wrote in their own words of a visit is not among it, only what was understood and stands in the ledger: words about one
household may speak of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages.masking import last_digits
from storage import audit, cases, consents, members, recordings
from storage.applications import Application, Approval
from storage.areas import names_of_all
from storage.assignments import Assignment
from storage.audit import AuditEntry
from storage.bindings import Binding
from storage.cadres import PHONE as CADRE_PHONE
from storage.cadres import Cadre
from storage.cases import Case
from storage.consents import Consent
from storage.database import Base
from storage.disbursements import CARD as PAYMENT_CARD
from storage.disbursements import Disbursement
from storage.family_events import FamilyEvent
from storage.households import CARD, PHONE, Household
from storage.ids import CadreId, HouseholdId, MemberId
from storage.incomes import Income
from storage.members import ID_NUMBER, Member
from storage.members import PHONE as MEMBER_PHONE
from storage.notices import RemindersOff
from storage.outbox import Call, Outbox
from storage.people import account_of
from storage.proxies import Proxy
from storage.public_notices import PublicNotice, PublicNoticeLine
from storage.recordings import Recording
from storage.reminders import Reminder
from storage.sealing import keyring_of
from storage.statuses import HouseholdStatus
from storage.told_facts import ToldFact
from storage.visits import Visit, VisitState

READINGS_SHOWN = 200
"""So many of the newest acts about a household are shown; of the rest, how many."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member, with the ends of their numbers."""

    member: Member
    id_tail: str | None
    phone_tail: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One application, whom of the household it is for where that is known, and the steps it reached."""

    application: Application
    person: str | None
    steps: Sequence[Approval]


@dataclass(frozen=True, slots=True)
class Brought:
    """One case the household brought, what was said and what was answered."""

    case: Case
    text: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a public notice that is about the household, as it was shown."""

    notice: PublicNotice
    line: PublicNoticeLine


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment, whom of the household it is for where that is known, and the end of the card it went to."""

    payment: Disbursement
    person: str | None
    card_tail: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the household told of itself: of whom, and whether it still counts."""

    fact: ToldFact
    member: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit, and who went."""

    visit: Visit
    cadre: str


@dataclass(frozen=True, slots=True)
class Paired:
    """Who helped the household, from when to when."""

    cadre: str
    unit: str | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class BoundAccount:
    """One account that is, or was, bound. By whose facts, where it was by facts; never which account."""

    platform: str
    by: str | None
    bound_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """One reminder, and what became of it."""

    kind: str
    due_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One call that was put on a list because no message arrived."""

    kind: str
    made_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read or changed something about the household: `by` is a cadre's name, where it was one."""

    at: datetime
    actor: str
    by: str | None
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that is held about one household."""

    household: Household
    place: str
    phone_tail: str | None
    card_tail: str | None
    people: Sequence[Person]
    statuses: Sequence[HouseholdStatus]
    incomes: Sequence[Income]
    events: Sequence[FamilyEvent]
    asked: Sequence[Asked]
    brought: Sequence[Brought]
    listed: Sequence[Listed]
    told: Sequence[Said]
    paid: Sequence[Paid]
    visits: Sequence[Seen]
    pairings: Sequence[Paired]
    calls: Sequence[Rung]
    reminders: Sequence[Told]
    reminders_off_since: datetime | None
    bindings: Sequence[BoundAccount]
    recordings: Sequence[Recording]
    proxies: Sequence[Proxy]
    consents: Sequence[Consent]
    readings: Sequence[Reading]
    readings_in_all: int


@dataclass(frozen=True, slots=True)
class CadreProfile:
    """All that is held about one cadre."""

    name: str
    phone_tail: str | None
    unit: str | None
    role: str
    rank: str | None
    households: int
    visits: int
    bindings: Sequence[BoundAccount]
    agreed_at: datetime | None


async def counts_of(session: AsyncSession, household_id: HouseholdId) -> dict[str, int]:
    """Count what is held about a household, by what the short answer tells of it."""

    async def count(table: type[Base], *which: ColumnElement[bool]) -> int:
        return await session.scalar(select(func.count()).select_from(table).where(*which)) or 0

    return {
        "people": await count(Member, Member.household_id == household_id, Member.left_on.is_(None)),
        "payments": await count(Disbursement, Disbursement.household_id == household_id),
        "applications": await count(Application, Application.household_id == household_id),
        "visits": await count(Visit, Visit.household_id == household_id, Visit.state != VisitState.WITHDRAWN),
        "accounts": await count(Binding, Binding.household_id == household_id, Binding.ended_at.is_(None)),
        "proxies": await count(Proxy, Proxy.household_id == household_id, Proxy.ended_at.is_(None)),
        "readings": await count(AuditEntry, audit.names(session, household_id)),
    }


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Profile:
    """Give all that is held about a household, the newest first where there is a time."""
    household = await session.get_one(Household, household_id)
    keyring = keyring_of(session)

    async def all_of(table: Any, *order: Any) -> Sequence[Any]:
        statement = select(table).where(table.household_id == household_id).order_by(*order)
        return (await session.scalars(statement)).all()

    everybody = await session.scalars(select(Member).where(Member.household_id == household_id))
    names: dict[MemberId | None, str] = {member.id: member.name for member in everybody}
    off = await session.get(RemindersOff, household_id)
    readings, in_all = await _readings(session, household_id)
    return Profile(
        household=household,
        place="".join((await names_of_all(session))[household.area_id]),
        phone_tail=last_digits(keyring.open_if(household.phone_sealed, PHONE)),
        card_tail=last_digits(keyring.open_if(household.card_sealed, CARD)),
        people=[
            Person(
                member,
                last_digits(keyring.open_if(member.id_number_sealed, ID_NUMBER)),
                last_digits(keyring.open_if(member.phone_sealed, MEMBER_PHONE)),
            )
            for member in await members.of_household(session, household_id)
        ],
        statuses=await all_of(HouseholdStatus, HouseholdStatus.since.desc(), HouseholdStatus.id.desc()),
        incomes=await all_of(Income, Income.year.desc(), Income.id),
        events=await all_of(FamilyEvent, FamilyEvent.happened_on.desc(), FamilyEvent.id.desc()),
        asked=await _asked(session, household_id, names),
        brought=[
            Brought(case, cases.said(session, case), await cases.answer_of(session, case))
            for case in await cases.cases_of(session, household_id)
        ],
        listed=await _listed(session, household_id),
        told=await _said(session, household_id),
        paid=[
            Paid(payment, names.get(payment.member_id), last_digits(keyring.open_if(payment.card_sealed, PAYMENT_CARD)))
            for payment in await all_of(Disbursement, Disbursement.paid_on.desc().nulls_first(), Disbursement.id.desc())
        ],
        visits=await _visits(session, household_id),
        pairings=await _pairings(session, household_id),
        calls=await _calls(session, household_id),
        reminders=await _reminders(session, household_id),
        reminders_off_since=None if off is None else off.since,
        bindings=await _bindings(session, Binding.household_id == household_id),
        recordings=await recordings.of_household(session, household_id),
        proxies=await all_of(Proxy, Proxy.id.desc()),
        consents=await consents.of_household(session, household_id),
        readings=readings,
        readings_in_all=in_all,
    )


async def of_cadre(session: AsyncSession, cadre_id: CadreId) -> CadreProfile:
    """Give all that is held about a cadre themselves."""
    cadre = await session.get_one(Cadre, cadre_id)
    paired = select(func.count()).where(Assignment.cadre_id == cadre_id, Assignment.until.is_(None))
    told = select(func.count()).where(Visit.cadre_id == cadre_id, Visit.state != VisitState.WITHDRAWN)
    agreed = select(func.max(Consent.given_at)).where(Consent.cadre_id == cadre_id, Consent.withdrawn_at.is_(None))
    return CadreProfile(
        name=cadre.name,
        phone_tail=last_digits(keyring_of(session).open(cadre.phone_sealed, CADRE_PHONE)),
        unit=cadre.unit,
        role=cadre.role,
        rank=cadre.rank,
        households=await session.scalar(paired) or 0,
        visits=await session.scalar(told) or 0,
        bindings=await _bindings(session, (Binding.cadre_id == cadre_id) & Binding.ended_at.is_(None)),
        agreed_at=await session.scalar(agreed),
    )


async def may_open(session: AsyncSession, account: str, household_id: HouseholdId) -> bool:
    """Whether that account (by its key) is bound to the household itself at this moment; its proxies are not."""
    statement = select(
        exists().where(Binding.account == account, Binding.household_id == household_id, Binding.ended_at.is_(None))
    )
    return bool(await session.scalar(statement))


async def _asked(session: AsyncSession, household_id: HouseholdId, names: Mapping[MemberId | None, str]) -> list[Asked]:
    statement = (
        select(Application, Approval)
        .outerjoin(Approval, Approval.application_id == Application.id)
        .where(Application.household_id == household_id)
        .order_by(Application.applied_on.desc(), Application.id, Approval.id)
    )
    steps: dict[int, tuple[Application, list[Approval]]] = {}
    for application, approval in await session.execute(statement):
        of_one = steps.setdefault(application.id, (application, []))[1]
        if approval is not None:
            of_one.append(approval)
    return [Asked(application, names.get(application.member_id), of_one) for application, of_one in steps.values()]


async def _listed(session: AsyncSession, household_id: HouseholdId) -> list[Listed]:
    statement = (
        select(PublicNotice, PublicNoticeLine)
        .join(PublicNoticeLine, PublicNoticeLine.notice_id == PublicNotice.id)
        .where(PublicNoticeLine.household_id == household_id)
        .order_by(PublicNotice.opens_on.desc(), PublicNoticeLine.id.desc())
    )
    return [Listed(*row) for row in await session.execute(statement)]


async def _visits(session: AsyncSession, household_id: HouseholdId) -> list[Seen]:
    statement = (
        select(Visit, Cadre.name)
        .join(Cadre, Cadre.id == Visit.cadre_id)
        .where(Visit.household_id == household_id, Visit.state != VisitState.WITHDRAWN)
        .order_by(Visit.visited_on.desc().nulls_last(), Visit.reported_at.desc(), Visit.id.desc())
    )
    return [Seen(visit, cadre) for visit, cadre in await session.execute(statement)]


async def _pairings(session: AsyncSession, household_id: HouseholdId) -> list[Paired]:
    statement = (
        select(Cadre.name, Cadre.unit, Assignment.since, Assignment.until)
        .join(Cadre, Cadre.id == Assignment.cadre_id)
        .where(Assignment.household_id == household_id)
        .order_by(Assignment.since.desc(), Assignment.id.desc())
    )
    return [Paired(*row) for row in await session.execute(statement)]


async def _said(session: AsyncSession, household_id: HouseholdId) -> list[Said]:
    statement = (
        select(ToldFact, Member.name)
        .outerjoin(Member, Member.id == ToldFact.member_id)
        .where(ToldFact.household_id == household_id)
        .order_by(ToldFact.id.desc())
    )
    return [Said(fact, name) for fact, name in await session.execute(statement)]


async def _calls(session: AsyncSession, household_id: HouseholdId) -> list[Rung]:
    statement = (
        select(Outbox.kind, Call.made_at, Call.done_at)
        .join(Outbox, Outbox.id == Call.outbox_id)
        .where(Call.household_id == household_id)
        .order_by(Call.id.desc())
    )
    return [Rung(*row) for row in await session.execute(statement)]


async def _reminders(session: AsyncSession, household_id: HouseholdId) -> list[Told]:
    statement = (
        select(Reminder.kind, Outbox.due_at, Outbox.state)
        .join(Outbox, Outbox.id == Reminder.outbox_id)
        .where(Reminder.household_id == household_id, Reminder.cadre_id.is_(None))
        .order_by(Outbox.due_at.desc(), Reminder.id.desc())
    )
    return [Told(*row) for row in await session.execute(statement)]


async def _bindings(session: AsyncSession, which: ColumnElement[bool]) -> list[BoundAccount]:
    statement = (
        select(Binding.account, Member.name, Binding.bound_at, Binding.ended_at)
        .outerjoin(Member, Member.id == Binding.member_id)
        .where(which)
        .order_by(Binding.id.desc())
    )
    return [
        BoundAccount(str(account_of(account).platform), name, bound_at, ended_at)
        for account, name, bound_at, ended_at in await session.execute(statement)
    ]


async def _readings(session: AsyncSession, household_id: HouseholdId) -> tuple[list[Reading], int]:
    about = audit.names(session, household_id)
    in_all = await session.scalar(select(func.count()).select_from(AuditEntry).where(about)) or 0
    statement = (
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action)
        .where(about)
        .order_by(AuditEntry.id.desc())
        .limit(READINGS_SHOWN)
    )
    rows = (await session.execute(statement)).all()
    names = await _names_of(session, {actor for _, actor, _ in rows})
    return [Reading(at, actor, names.get(actor), action) for at, actor, action in rows], in_all


async def _names_of(session: AsyncSession, actors: set[str]) -> Mapping[str, str]:
    """The names of those actors that are cadres."""
    ids = {actor: int(number) for actor in actors for kind, _, number in [actor.partition(":")] if kind == "cadre"}
    found = await session.execute(select(Cadre.id, Cadre.name).where(Cadre.id.in_(ids.values())))
    names = {int(id_): name for id_, name in found}
    return {actor: names[id_] for actor, id_ in ids.items() if id_ in names}
