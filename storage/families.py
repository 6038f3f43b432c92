"""家庭变动: what happens to a household and its people, written into the register and the ledger in one act.

Each function does one act: it changes the rows, writes the events, and keeps what every cell was, so that the act can
be taken back. It raises `Impossible`, with the sentence that says why, and nothing of it may land then. Who has died or
moved away keeps their row and counts nowhere any more; a household nobody lives in is closed in the same act. A
household made by a split keeps the cadre of the one it came from (文件 000:59: 帮扶单位不脱钩); an assignment ends
only with its household.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import families as say
from storage import bindings, proxies, statuses
from storage.applications import Application
from storage.assignments import Assignment
from storage.bindings import Binding, EndReason
from storage.cases import Case
from storage.consents import Consent
from storage.database import Base, UtcDateTime, chunks
from storage.disbursements import Disbursement
from storage.family_events import FamilyEvent, FamilyEventKind, last_act
from storage.households import Household
from storage.ids import AreaId, FamilyEventId, HouseholdId, MemberId
from storage.invitations import Invitation
from storage.members import HEAD, ID_NUMBER, Member
from storage.outbox import Call, Outbox, OutboxState, Reason
from storage.people import Account, account_of
from storage.proxies import ProxyEnd
from storage.public_notices import PublicNoticeLine
from storage.reminders import Reminder
from storage.sealing import keyring_of
from storage.statuses import HouseholdStatus
from storage.visits import Visit

_TABLES: Mapping[str, type[Base]] = {
    table.__tablename__: table
    for table in (Household, Member, Assignment, Binding, Consent, HouseholdStatus, Outbox, Call, Invitation)
}
"""What an act may change."""


class Impossible(Exception):
    """It cannot be; the text is the sentence that says why. The transaction is to be given up."""


@dataclass(frozen=True, slots=True)
class Told:
    """That something happened: on which day, who says so (`cadre:7`, `office`), and when it was written down."""

    on: date
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who was not on the register yet. A newborn's identity number comes later."""

    name: str
    relation: str | None
    sex: str | None = None
    id_number: str | None = None
    birth_date: date | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one act did: its events, the first of which stands for it, and every cell that changed."""

    event_id: FamilyEventId
    kind: FamilyEventKind
    households: tuple[HouseholdId, ...]
    people: tuple[MemberId, ...]
    closed: tuple[HouseholdId, ...]
    accounts_moved: int
    accounts_ended: tuple[Account, ...]
    messages_stopped: int


@dataclass
class _Act:
    """One act under way."""

    session: AsyncSession
    told: Told
    events: list[FamilyEvent] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    people: list[Member] = field(default_factory=list)
    closed: list[Household] = field(default_factory=list)
    concerned: Sequence[Household] = ()
    accounts_ended: list[Account] = field(default_factory=list)

    def set(self, row: Any, **values: Any) -> None:
        """Change a row, and keep what it was."""
        for column, value in values.items():
            before = getattr(row, column)
            if before == value:
                continue
            setattr(row, column, value)
            self.changes.append(
                {
                    "table": row.__tablename__,
                    "row": row.id,
                    "column": column,
                    "before": _kept(before),
                    "after": _kept(value),
                }
            )

    async def make(self, row: Any) -> None:
        """Add a row, and keep that it was not there."""
        self.session.add(row)
        await self.session.flush()
        self.changes.append({"table": row.__tablename__, "row": row.id, "made": True})

    def happened(
        self,
        kind: FamilyEventKind,
        household: Household,
        *,
        member: Member | None = None,
        other: Household | None = None,
    ) -> None:
        """Note one event of this act."""
        self.events.append(
            FamilyEvent(
                household_id=household.id,
                member_id=None if member is None else member.id,
                other_household_id=None if other is None else other.id,
                kind=kind,
                happened_on=self.told.on,
                noted_at=self.told.now,
                noted_by=self.told.by,
            )
        )
        if member is not None and member not in self.people:
            self.people.append(member)

    async def end(self, undoes: FamilyEventId | None = None) -> Done:
        """Write the ledger, and tell what was done."""
        first, *later = self.events
        first.changes = self.changes
        first.undoes_id = undoes
        self.session.add(first)
        await self.session.flush()
        for event in later:
            event.act_id = first.id
        self.session.add_all(later)
        await self.session.flush()
        households = [event.household_id for event in self.events]
        households += [event.other_household_id for event in self.events if event.other_household_id is not None]
        households += [household.id for household in (*self.concerned, *self.closed)]
        return Done(
            event_id=first.id,
            kind=FamilyEventKind(first.kind),
            households=tuple(dict.fromkeys(households)),
            people=tuple(member.id for member in self.people),
            closed=tuple(household.id for household in self.closed),
            accounts_moved=self._count("binding", "household_id"),
            accounts_ended=tuple(self.accounts_ended),
            messages_stopped=self._count("outbox", "state") + self._count("call_list", "done_at"),
        )

    def _count(self, table: str, column: str) -> int:
        return sum((change["table"], change.get("column")) == (table, column) for change in self.changes)


async def born(session: AsyncSession, household: Household, child: Person, told: Told) -> Done:
    """Add a child born into the household (新生). Without a birth date it is the day that is told."""
    await _lock(session, household)
    _check_open(household, told)
    act = _Act(session, told)
    await _add(act, household, child, born_on=child.birth_date or told.on, kind=FamilyEventKind.BORN)
    return await act.end()


async def died(
    session: AsyncSession, household: Household, member: Member, told: Told, *, new_head: Member | None = None
) -> Done:
    """Note that a member has died (死亡). Where it was the head and others live there, one of them is the new head."""
    return await _leave(session, household, [member], FamilyEventKind.DIED, told, new_head=new_head)


async def moved_out(
    session: AsyncSession,
    household: Household,
    leaving: Sequence[Member],
    told: Told,
    *,
    new_head: Member | None = None,
) -> Done:
    """Note that members have moved away, to no household of this register (迁出, 婚嫁)."""
    return await _leave(session, household, leaving, FamilyEventKind.MOVED_OUT, told, new_head=new_head)


async def moved_in(session: AsyncSession, household: Household, person: Person, told: Told) -> Done:
    """Add somebody who came from elsewhere (迁入, 婚嫁)."""
    await _lock(session, household)
    _check_open(household, told)
    act = _Act(session, told)
    await _add(act, household, person, born_on=person.birth_date, kind=FamilyEventKind.MOVED_IN)
    return await act.end()


async def came_back(
    session: AsyncSession, household: Household, member: Member, told: Told, *, relation: str | None = None
) -> Done:
    """Bring back somebody who had left this household or another one, or was noted as dead by mistake (返回)."""
    await _lock(session, household)
    _check_open(household, told)
    _check_days([member], told)
    if member.left_on is None:
        raise Impossible(say.lives_there(member.name))
    await _check_lives_nowhere(session, member.id_number_index)
    act = _Act(session, told)
    act.set(
        member,
        household_id=household.id,
        relation=_not_head(relation or member.relation),
        joined_on=told.on,
        left_on=None,
    )
    _resize(act, household, +1)
    act.happened(FamilyEventKind.MOVED_IN, household, member=member)
    return await act.end()


async def transferred(
    session: AsyncSession,
    household: Household,
    members: Sequence[Member],
    to: Household,
    told: Told,
    *,
    relations: Mapping[MemberId, str] | None = None,
    new_head: Member | None = None,
) -> Done:
    """Move members from one household of the register into another (婚嫁, 投靠). Their accounts go along."""
    if to.id == household.id:
        raise Impossible(say.WITH_ITSELF)
    await _lock(session, household, to)
    _check_open(household, told)
    _check_open(to, told)
    _check_days(members, told)
    living = await _living(session, household)
    _check_living(members, living)
    staying = _others(living, members)
    _check_new_head(members, staying, new_head)
    act = _Act(session, told)
    for member in members:
        act.happened(FamilyEventKind.MOVED_OUT, household, member=member, other=to)
        act.happened(FamilyEventKind.MOVED_IN, to, member=member, other=household)
    await _rehouse(act, members, household, to, relations or {})
    await _settle_who_stays(act, household, staying, new_head)
    return await act.end()


async def head_changed(
    session: AsyncSession,
    household: Household,
    new_head: Member,
    told: Told,
    *,
    relations: Mapping[MemberId, str] | None = None,
) -> Done:
    """Make another member the head (变更户主).

    `relations` says what the others, the old head among them, are to the new one. Who is not named keeps their word,
    but for the old head, of whom nothing is known any more.
    """
    await _lock(session, household)
    _check_open(household, told)
    _check_days([new_head], told)
    living = await _living(session, household)
    _check_living([new_head], living)
    if new_head.relation == HEAD and household.head_name == new_head.name:
        raise Impossible(say.already_head(new_head.name))
    act = _Act(session, told)
    _crown(act, household, new_head, living, relations or {})
    return await act.end()


async def split(
    session: AsyncSession,
    household: Household,
    leaving: Sequence[Member],
    told: Told,
    *,
    number: str,
    head: Member,
    area_id: AreaId | None = None,
    new_head: Member | None = None,
) -> Done:
    """Make members of a household one of their own (分户), with its own number and head.

    It has the category, the causes, the house's village and the cadre of the one it came from, but neither its incomes
    nor its telephone, bank card or house. `new_head` is the head of those who stay, where the old one goes.
    """
    await _lock(session, household)
    _check_open(household, told)
    _check_days(leaving, told)
    if not leaving:
        raise Impossible(say.NOBODY_GOES)
    if head.id not in {member.id for member in leaving}:
        raise Impossible(say.HEAD_AMONG_THEM)
    living = await _living(session, household)
    _check_living(leaving, living)
    staying = _others(living, leaving)
    if not staying:
        raise Impossible(say.EVERYBODY_GOES)
    _check_new_head(leaving, staying, new_head)
    if await session.scalar(select(Household.id).where(Household.number == number)) is not None:
        raise Impossible(say.number_taken(number))
    act = _Act(session, told)
    own = await _household_like(act, household, number=number, area_id=area_id or household.area_id)
    for member in leaving:
        act.happened(FamilyEventKind.SPLIT, household, member=member, other=own)
    await _rehouse(act, leaving, household, own, {})
    _crown(act, own, head, leaving, {})
    await _settle_who_stays(act, household, staying, new_head)
    return await act.end()


async def merged(
    session: AsyncSession,
    household: Household,
    into: Household,
    told: Told,
    *,
    relations: Mapping[MemberId, str] | None = None,
) -> Done:
    """Move everybody of one household into another (并户); the emptied one is closed.

    The head of the other one stays the head; what those who join are to that head is in `relations`.
    """
    if household.id == into.id:
        raise Impossible(say.WITH_ITSELF)
    await _lock(session, household, into)
    _check_open(household, told)
    _check_open(into, told)
    joining = await _living(session, household)
    _check_days(joining, told)
    act = _Act(session, told)
    for member in joining:
        act.happened(FamilyEventKind.MERGED, household, member=member, other=into)
    if not joining:
        act.happened(FamilyEventKind.MERGED, household, other=into)
    await _rehouse(act, joining, household, into, relations or {})
    await _move_bindings(act, into, Binding.household_id == household.id)
    await _close(act, household)
    return await act.end()


async def closed(session: AsyncSession, household: Household, told: Told) -> Done:
    """Close a household nobody lives in any more (撤户)."""
    await _lock(session, household)
    _check_open(household, told)
    if await _living(session, household):
        raise Impossible(say.STILL_SOMEBODY)
    act = _Act(session, told)
    act.happened(FamilyEventKind.CLOSED, household)
    await _close(act, household)
    return await act.end()


async def undo(session: AsyncSession, household: Household, told: Told) -> Done:
    """Take the last act of a household back, by an act of its own.

    A household that a split made is closed and a person who was added has left; neither row goes. It is refused where
    a later act, or anything written down of a household it made, stands on it.
    """
    await _lock(session, household)
    last = await last_act(session, household.id)
    if last is None or last.changes is None:
        raise Impossible(say.NOTHING_TO_UNDO)
    concerned = await _households_of_act(session, last)
    await _lock(session, *concerned)
    for one in concerned:
        later = await last_act(session, one.id)
        if later is not None and later.id != last.id:
            raise Impossible(say.concerned_since(one.number))
    act = _Act(session, told, concerned=concerned)
    act.happened(FamilyEventKind.UNDONE, household)
    await _put_back(act, last.changes)
    return await act.end(undoes=last.id)


async def follow(session: AsyncSession, member_ids: Iterable[MemberId]) -> int:
    """Let the accounts of these people, and what was agreed to for them, follow into the household they live in now.

    Gives how many accounts changed.
    """
    moved = 0
    for some in chunks(member_ids):
        rows = await session.execute(
            select(Binding, Member.household_id)
            .join(Member, Member.id == Binding.member_id)
            .where(
                Member.id.in_(some),
                Binding.ended_at.is_(None),
                Binding.household_id != Member.household_id,
            )
        )
        for binding, household_id in rows.all():
            for consent in await _agreed(session, binding):
                consent.household_id = household_id
            binding.household_id = household_id
            moved += 1
    await session.flush()
    return moved


async def _lock(session: AsyncSession, *households: Household) -> None:
    """Hold these rows until the transaction ends, in one order everywhere, and read them anew."""
    ids = sorted(household.id for household in households)
    statement = select(Household).where(Household.id.in_(ids)).order_by(Household.id).with_for_update()
    await session.execute(statement.execution_options(populate_existing=True))


def _check_open(household: Household, told: Told) -> None:
    if household.closed_on is not None:
        raise Impossible(say.closed(household.number))
    if told.on > told.now.date():
        raise Impossible(say.not_yet(f"{told.on.year}年{told.on.month}月{told.on.day}日"))


def _check_days(members: Iterable[Member], told: Told) -> None:
    for member in members:
        if member.birth_date is not None and told.on < member.birth_date:
            raise Impossible(say.before_birth(member.name))


def _check_new_head(leaving: Iterable[Member], staying: Sequence[Member], new_head: Member | None) -> None:
    head = next((member for member in leaving if member.relation == HEAD), None)
    if new_head is not None and new_head.id not in {member.id for member in staying}:
        raise Impossible(say.head_goes(new_head.name))
    if head is None and new_head is not None:
        raise Impossible(say.NO_HEAD_NEEDED)
    if head is not None and staying and new_head is None:
        raise Impossible(say.head_needed(head.name))


async def _check_lives_nowhere(session: AsyncSession, *indexes: bytes | None) -> None:
    """Refuse an identity number of which somebody lives in a household of the register."""
    known = [index for index in indexes if index is not None]
    if not known:
        return
    statement = (
        select(Household.number)
        .join(Member, Member.household_id == Household.id)
        .where(Member.id_number_index.in_(known), Member.left_on.is_(None))
        .limit(1)
    )
    lives_in = await session.scalar(statement)
    if lives_in is not None:
        raise Impossible(say.lives_elsewhere(lives_in))


async def _living(session: AsyncSession, household: Household, but: Iterable[Member] = ()) -> Sequence[Member]:
    gone = [member.id for member in but]
    statement = (
        select(Member)
        .where(Member.household_id == household.id, Member.left_on.is_(None), Member.id.not_in(gone))
        .order_by(Member.number)
    )
    # Read anew: while this act waited for its lock another one may have changed them.
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


def _others(living: Sequence[Member], leaving: Iterable[Member]) -> list[Member]:
    gone = {member.id for member in leaving}
    return [member for member in living if member.id not in gone]


def _check_living(members: Iterable[Member], living: Sequence[Member]) -> None:
    ids = {member.id for member in living}
    for member in members:
        if member.id not in ids:
            raise Impossible(say.no_such_person(member.name))


async def _add(act: _Act, household: Household, person: Person, *, born_on: date | None, kind: FamilyEventKind) -> None:
    session, keyring = act.session, keyring_of(act.session)
    if born_on is not None and born_on > act.told.on:
        raise Impossible(say.before_birth(person.name))
    if person.id_number is not None:
        await _check_lives_nowhere(session, *keyring.indexes(person.id_number, ID_NUMBER))
    number = person.number or await _number_for_now(session, household)
    if await session.scalar(select(Member.id).where(Member.number == number)) is not None:
        raise Impossible(say.number_taken(number))
    member = Member(
        household_id=household.id,
        number=number,
        name=person.name,
        sex=person.sex,
        id_number_sealed=keyring.seal_if(person.id_number, ID_NUMBER),
        id_number_index=None if person.id_number is None else keyring.index(person.id_number, ID_NUMBER),
        birth_date=born_on,
        relation=_not_head(person.relation),
        joined_on=act.told.on,
    )
    await act.make(member)
    _resize(act, household, +1)
    act.happened(kind, household, member=member)
    if not await _living(session, household, but=[member]):
        # The first one in a household of which nobody was on file.
        _crown(act, household, member, [member], {})


async def _number_for_now(session: AsyncSession, household: Household) -> str:
    """A number that nobody can take for one of the national system's: 户编号-1, 户编号-2."""
    mine = Member.number.startswith(f"{household.number}-", autoescape=True)
    count = await session.scalar(select(func.count()).select_from(Member).where(mine)) or 0
    return f"{household.number}-{count + 1}"


async def _leave(
    session: AsyncSession,
    household: Household,
    leaving: Sequence[Member],
    kind: FamilyEventKind,
    told: Told,
    *,
    new_head: Member | None,
) -> Done:
    await _lock(session, household)
    _check_open(household, told)
    _check_days(leaving, told)
    living = await _living(session, household)
    _check_living(leaving, living)
    if not leaving:
        raise Impossible(say.NOBODY_GOES)
    staying = _others(living, leaving)
    _check_new_head(leaving, staying, new_head)
    act = _Act(session, told)
    for member in leaving:
        act.happened(kind, household, member=member)
        act.set(member, left_on=told.on)
        # Whoever holds this telephone now, it no longer speaks for somebody of this household.
        await _end_bindings(act, Binding.member_id == member.id)
    _resize(act, household, -len(leaving))
    await _settle_who_stays(act, household, staying, new_head)
    return await act.end()


async def _settle_who_stays(
    act: _Act, household: Household, staying: Sequence[Member], new_head: Member | None
) -> None:
    """Give who stays their new head; close what nobody lives in."""
    if new_head is not None:
        _crown(act, household, new_head, staying, {})
    if not staying:
        await _close(act, household)


def _crown(
    act: _Act,
    household: Household,
    head: Member,
    living: Sequence[Member],
    relations: Mapping[MemberId, str],
) -> None:
    for member in living:
        if member.id == head.id:
            act.set(member, relation=HEAD)
        elif member.id in relations:
            act.set(member, relation=_not_head(relations[member.id]))
        elif member.relation == HEAD:
            # What they were to a head who is no longer theirs tells nothing of the new one.
            act.set(member, relation=None)
    act.set(household, head_name=head.name)
    act.happened(FamilyEventKind.HEAD_CHANGED, household, member=head)


def _not_head(relation: str | None) -> str | None:
    return None if relation == HEAD else relation


def _resize(act: _Act, household: Household, difference: int) -> None:
    if household.size is not None:
        act.set(household, size=max(household.size + difference, 0))


async def _rehouse(
    act: _Act, members: Sequence[Member], household: Household, to: Household, relations: Mapping[MemberId, str]
) -> None:
    """Move people and the accounts bound to them. What they were to the old head tells nothing of the new one."""
    for member in members:
        relation = _not_head(relations.get(member.id))
        act.set(member, household_id=to.id, relation=relation, joined_on=act.told.on)
        await _move_bindings(act, to, Binding.member_id == member.id)
    _resize(act, household, -len(members))
    _resize(act, to, +len(members))
    await act.session.flush()


async def _household_like(act: _Act, household: Household, *, number: str, area_id: AreaId) -> Household:
    """Make the household of a split: what the law says of the old one holds of it too, what it owns does not."""
    session, told = act.session, act.told
    own = Household(
        number=number,
        area_id=area_id,
        head_name=None,
        category=household.category,
        cause=household.cause,
        other_causes=household.other_causes,
        lifted_in=household.lifted_in,
        dibao_class=household.dibao_class,
        risk_cleared=household.risk_cleared,
        size=0,
        extra={},
        imported_at=told.now,
    )
    await act.make(own)
    before = await statuses.current(session, household.id)
    if before is not None:
        await act.make(
            HouseholdStatus(
                household_id=own.id,
                status=before.status,
                category=own.category,
                lifted_in=own.lifted_in,
                dibao_class=own.dibao_class,
                risk_cleared=own.risk_cleared,
                since=told.on,
                noted_at=told.now,
            )
        )
    open_now = Assignment.household_id == household.id, Assignment.until.is_(None)
    for assignment in await session.scalars(select(Assignment).where(*open_now)):
        await act.make(
            Assignment(
                household_id=own.id,
                cadre_id=assignment.cadre_id,
                since=told.on,
                role=assignment.role,
                rank=assignment.rank,
            )
        )
    return own


async def _close(act: _Act, household: Household) -> None:
    """Close a household: nobody helps it, is told of it, visits it or speaks for it any more."""
    session, told = act.session, act.told
    act.set(household, closed_on=told.on)
    act.closed.append(household)
    of_it = Assignment.household_id == household.id, Assignment.until.is_(None)
    for assignment in await session.scalars(select(Assignment).where(*of_it)):
        act.set(assignment, until=max(told.on, assignment.since))
    stretch = await statuses.current(session, household.id)
    if stretch is not None:
        act.set(stretch, until=max(told.on, stretch.since))
    await _end_bindings(act, Binding.household_id == household.id)
    for proxy in await proxies.of_household(session, household.id):
        await proxies.end(session, household.id, proxy.id, ProxyEnd.TAKEN_BACK, told.now)
    good = Invitation.household_id == household.id, Invitation.used_at.is_(None), Invitation.expires_at > told.now
    for invitation in await session.scalars(select(Invitation).where(*good)):
        act.set(invitation, expires_at=told.now)
    await _stop_messages(act, household)
    await session.flush()


async def _stop_messages(act: _Act, household: Household) -> None:
    """Skip what waits to be said to a household, or to its cadre of it alone; tick off the calls it was to get."""
    others = exists().where(Reminder.outbox_id == Outbox.id, Reminder.household_id != household.id)
    about_it = exists().where(Reminder.outbox_id == Outbox.id, Reminder.household_id == household.id)
    waiting = select(Outbox).where(
        Outbox.state == OutboxState.WAITING, or_(Outbox.household_id == household.id, about_it & ~others)
    )
    for promise in await act.session.scalars(waiting.with_for_update(skip_locked=True)):
        act.set(promise, state=OutboxState.SKIPPED, reason=Reason.DONE, settled_at=act.told.now)
    calls = select(Call).where(Call.household_id == household.id, Call.done_at.is_(None))
    for call in await act.session.scalars(calls):
        act.set(call, done_at=act.told.now)


async def _bindings(session: AsyncSession, whose: ColumnElement[bool]) -> Sequence[Binding]:
    statement = select(Binding).where(whose, Binding.ended_at.is_(None)).order_by(Binding.id)
    return (await session.scalars(statement)).all()


async def _move_bindings(act: _Act, to: Household, whose: ColumnElement[bool]) -> None:
    """Let accounts speak for another household, with what was agreed to for them."""
    for binding in await _bindings(act.session, whose):
        for consent in await _agreed(act.session, binding):
            act.set(consent, household_id=to.id)
        act.set(binding, household_id=to.id)


async def _agreed(session: AsyncSession, binding: Binding) -> Sequence[Consent]:
    agreed = select(Consent).where(
        Consent.account == binding.account,
        Consent.household_id == binding.household_id,
        Consent.withdrawn_at.is_(None),
    )
    return (await session.scalars(agreed)).all()


async def _end_bindings(act: _Act, whose: ColumnElement[bool]) -> None:
    """End bindings for good: what was agreed to ends with them, and an act taken back does not agree again."""
    for binding in await _bindings(act.session, whose):
        account = account_of(binding.account)
        await bindings.end(act.session, account, EndReason.LEFT_HOUSEHOLD, act.told.now)
        act.accounts_ended.append(account)


async def _households_of_act(session: AsyncSession, first: FamilyEvent) -> Sequence[Household]:
    own = (FamilyEvent.id == first.id) | (FamilyEvent.act_id == first.id)
    events = (await session.scalars(select(FamilyEvent).where(own))).all()
    ids = {event.household_id for event in events} | {event.other_household_id for event in events}
    statement = select(Household).where(Household.id.in_(ids - {None})).order_by(Household.id)
    return (await session.scalars(statement)).all()


async def _put_back(act: _Act, changes: Sequence[Mapping[str, Any]]) -> None:
    """Give every cell what it held; what was made is closed, or has left, and stays."""
    for change in reversed(changes):
        model: Any = _TABLES[change["table"]]
        row = await act.session.get(model, change["row"], populate_existing=True)
        if row is None:
            raise Impossible(say.CHANGED_SINCE)
        if not change.get("made"):
            column = change["column"]
            if _kept(getattr(row, column)) != change["after"]:
                raise Impossible(say.CHANGED_SINCE)
            act.set(row, **{column: _given_back(model, column, change["before"])})
            await act.session.flush()
        elif isinstance(row, Household):
            await _check_nothing_of_its_own(act.session, row)
            await _close(act, row)
        elif isinstance(row, Member):
            await _end_bindings(act, Binding.member_id == row.id)
            act.set(row, left_on=row.joined_on)
            if row not in act.people:
                act.people.append(row)


async def _check_nothing_of_its_own(session: AsyncSession, household: Household) -> None:
    for table in (Visit, Application, Disbursement, Case, PublicNoticeLine):
        if await session.scalar(select(table.id).where(table.household_id == household.id).limit(1)) is not None:
            raise Impossible(say.things_since(household.number))


def _kept(value: Any) -> Any:
    """A value as the ledger keeps it; a time in UTC, as the store gives it back."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return value.isoformat() if isinstance(value, date) else value


def _given_back(model: type[Base], column: str, value: Any) -> Any:
    """A value as its column holds it."""
    kind = model.__table__.c[column].type
    if isinstance(value, str) and isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(kind, Date) else value
