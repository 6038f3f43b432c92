"""待发: what was promised to somebody, every try to send it, and what fell to the cadre's call list.

A promise is made once, by its key, in the transaction of whatever it tells of. It is claimed with a lease, an
attempt is written down before each call, and the result after it; a call without a result is an unknown outcome,
which is counted and never hidden.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    and_,
    exists,
    func,
    not_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.assignments import Assignment
from storage.database import Base, chunks, insert_into
from storage.ids import AttemptId, CadreId, CallId, HouseholdId, OutboxId
from storage.inbox import Inbox
from storage.notices import RemindersOff
from storage.people import Account, account_of, nameless
from storage.sealing import keyring_of


class OutboxState(StrEnum):
    """Where a promise stands; every one ends in one of the last five, and they sum to what was promised."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FALLBACK = "fallback"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Kind(StrEnum):
    """What a promise is about, where delivery must know it; other rooms may promise other kinds."""

    REPLY = "reply"
    URGENT = "urgent"
    """Somebody may be in danger: no hour is too late for it."""
    OFFICE_URGENT = "office_urgent"
    """To an official of the county: something urgent is on the office's call list. It stands there already."""
    VISIT_DUE = "visit_due"
    DEADLINE = "deadline"
    MONEY_ARRIVED = "money_arrived"
    MONEY_FAILED = "money_failed"
    CALLS_DUE = "calls_due"
    UNPAIRED = "unpaired"
    HANDOVER = "handover"
    HANDOVER_LAPSED = "handover_lapsed"
    OFFER = "offer"
    CASE = "case"
    CASE_PRIVATE = "case_private"
    """To a household, of a case that may be about its own cadre, on whose call list it must not end."""
    CASE_DUE = "case_due"
    PUBLIC_NOTICE = "public_notice"
    PUBLIC_NOTICE_CLOSED = "public_notice_closed"
    POLICY_CHANGE = "policy_change"
    RECORDING = "recording"
    """To a household's cadre: something that cannot be read was left for them."""


REMINDS_HOUSEHOLDS: Collection[str] = (
    Kind.DEADLINE,
    Kind.POLICY_CHANGE,
    Kind.PUBLIC_NOTICE,
    Kind.OFFER,
    Kind.MONEY_ARRIVED,
    Kind.MONEY_FAILED,
)
"""What the clock tells a household; who has turned reminders off is not told it, nor rung about it."""


class Reason(StrEnum):
    """Why a promise stands where it stands, beyond its state."""

    DONE = "done"
    """Nothing of it is open any more."""
    AGAIN = "again"
    """It may have arrived, by a way that drops duplicates: the same words go out again, that way only."""
    REPEATED = "repeated"
    """It may have arrived: it goes out, or went out, once more with a note that says so."""
    UNANSWERED = "unanswered"
    """The call was made and no answer came."""
    NO_WAY = "no_way"
    """No way leads to this person now."""
    ERROR = "error"
    """Our own code failed on it, again and again."""
    LEFT = "left"
    """The account it was promised to left us, or was taken back."""


class Outcome(StrEnum):
    """How one call of a channel ended."""

    SENT = "sent"
    LATER = "later"
    OTHER = "other"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Outbox(Base):
    """One promise. One of account, household, cadre says to whom, none of them: the office; `kind` says how it is
    worded and retried.

    `text_sealed` is what was promised or, once tried, the words as they last went out.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due", "state", "due_at"),)

    id: Mapped[OutboxId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    account: Mapped[str | None] = mapped_column(String(140))
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=OutboxState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(60))
    promised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Attempt(Base):
    """One call of a channel: the row is there before the call, so a crash in between is seen."""

    __tablename__ = "attempt"

    id: Mapped[AttemptId] = mapped_column(primary_key=True)
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), index=True)
    channel: Mapped[str] = mapped_column(String(30))
    account: Mapped[str | None] = mapped_column(String(140), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    errcode: Mapped[int | None]


class Call(Base):
    """One line of a call list: this person was not reached, please ring or drop by. No cadre: the office's list."""

    __tablename__ = "call_list"

    id: Mapped[CallId] = mapped_column(primary_key=True)
    outbox_id: Mapped[OutboxId] = mapped_column(ForeignKey("outbox.id"), unique=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


TEXT = "outbox.text"

_LATE = timedelta(minutes=15)
"""A promise still waiting so long after its time means that delivery stands still."""


@dataclass(frozen=True, slots=True)
class ToHousehold:
    """A promise to a household, whoever of it can be reached."""

    household_id: HouseholdId


@dataclass(frozen=True, slots=True)
class ToCadre:
    """A promise to a cadre, by whatever way reaches them."""

    cadre_id: CadreId


@dataclass(frozen=True, slots=True)
class ToOffice:
    """A promise to whoever holds the county's office: it goes straight on the office's call list."""


Recipient = Account | ToHousehold | ToCadre | ToOffice
"""To whom: one account that wrote to us (a late reply), a household, a cadre, or the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is to be told to whom, from when on. Without a text it is worded just before it is sent, by its kind."""

    to: Recipient
    kind: str
    key: str
    due_at: datetime
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A promise in the hands of one worker, until its lease ends. The token proves whose hands they are."""

    id: OutboxId
    key: str
    kind: str
    to: Recipient
    text: str | None
    tries: int
    reason: str | None
    token: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A call without an answer: whether it arrived, nobody knows."""

    attempt_id: AttemptId
    channel: str
    account: Account | None
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many promises stand where. `promised` is counted by itself and is the sum of the others."""

    promised: int
    waiting: int
    claimed: int
    sent: int
    fallback: int
    skipped: int
    failed: int
    uncertain: int


async def promise(
    session: AsyncSession,
    to: Recipient,
    *,
    kind: str,
    key: str,
    text: str | None,
    due_at: datetime,
    now: datetime,
) -> OutboxId | None:
    """Promise one message; None where this key was promised before, which stays as it was."""
    made = await promise_all(session, [Promise(to=to, kind=kind, key=key, text=text, due_at=due_at)], now)
    return made.get(key)


async def promise_all(session: AsyncSession, promises: Iterable[Promise], now: datetime) -> dict[str, OutboxId]:
    """Promise many messages at once; gives the ids by key of those that were not promised before."""
    keyring = keyring_of(session)
    rows = [
        {
            "key": one.key,
            "kind": one.kind,
            "account": one.to.key if isinstance(one.to, Account) else None,
            "household_id": one.to.household_id if isinstance(one.to, ToHousehold) else None,
            "cadre_id": one.to.cadre_id if isinstance(one.to, ToCadre) else None,
            "text_sealed": keyring.seal_if(one.text, TEXT),
            "due_at": one.due_at,
            "promised_at": now,
        }
        # In one order everywhere, or two processes promising the same would wait for each other for ever.
        for one in sorted(promises, key=lambda one: one.key)
    ]
    if not rows:
        return {}
    statement = insert_into(session, Outbox).on_conflict_do_nothing(index_elements=[Outbox.key])
    made = await session.execute(statement.returning(Outbox.key, Outbox.id), rows)
    return {key: OutboxId(id_) for key, id_ in made}


async def told(session: AsyncSession, key: str) -> bool:
    """Whether the promise of this key is out, or may be."""
    unheard = (OutboxState.WAITING, OutboxState.SKIPPED)
    state = await session.scalar(select(Outbox.state).where(Outbox.key == key))
    return state is not None and state not in unheard


async def promised_before(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Give those of the keys that were promised already."""
    found: set[str] = set()
    for some in chunks(keys):
        found.update(await session.scalars(select(Outbox.key).where(Outbox.key.in_(some))))
    return found


async def claim(
    session: AsyncSession,
    now: datetime,
    *,
    lease: timedelta,
    limit: int = 1,
    only: Collection[str] | None = None,
) -> list[Claim]:
    """Take promises that are due, the longest due first, for as long as the lease; nobody else gets them.

    On PostgreSQL rows in other hands are passed over; on SQLite a writing session has the store to itself.
    """
    statement = select(Outbox).where(Outbox.state == OutboxState.WAITING, Outbox.due_at <= now)
    if only is not None:
        statement = statement.where(Outbox.kind.in_(only))
    statement = statement.order_by(Outbox.due_at).limit(limit).with_for_update(skip_locked=True)
    rows = (await session.scalars(statement)).all()
    return await _take(session, rows, now + lease)


async def abandoned(
    session: AsyncSession, now: datetime, *, lease: timedelta, limit: int = 50
) -> list[tuple[Claim, Cut | None]]:
    """Take promises whose worker died, each with the call that was under way, if there was one."""
    statement = (
        select(Outbox)
        .where(Outbox.state == OutboxState.CLAIMED, Outbox.lease_until <= now)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(statement)).all()
    begun = await session.scalars(
        select(Attempt)
        .where(Attempt.outbox_id.in_([row.id for row in rows]), Attempt.finished_at.is_(None))
        .order_by(Attempt.id)
    )
    cuts = {attempt.outbox_id: _cut(attempt) for attempt in begun}
    return [(claimed, cuts.get(claimed.id)) for claimed in await _take(session, rows, now + lease)]


async def _take(session: AsyncSession, rows: Sequence[Outbox], until: datetime) -> list[Claim]:
    keyring = keyring_of(session)
    claims = []
    for row in rows:
        row.state, row.lease_until, row.lease_token = OutboxState.CLAIMED, until, uuid4().hex
        claims.append(
            Claim(
                id=row.id,
                key=row.key,
                kind=row.kind,
                to=_recipient(row),
                # One whose key has gone must not hold up the others; most are worded anew anyway.
                text=keyring.open_if_possible(row.text_sealed, TEXT),
                tries=row.tries,
                reason=row.reason,
                token=row.lease_token,
            )
        )
    await session.flush()
    return claims


def _recipient(row: Outbox) -> Recipient:
    if row.account is not None:
        return account_of(row.account)
    if row.household_id is not None:
        return ToHousehold(row.household_id)
    return ToOffice() if row.cadre_id is None else ToCadre(row.cadre_id)


async def begin_attempt(
    session: AsyncSession,
    claimed: Claim,
    *,
    channel: str,
    account: Account | None,
    text: str,
    now: datetime,
    lease: timedelta,
) -> AttemptId | None:
    """Write down that a call is about to be made, and with which words; commit this before making it.

    The lease begins anew. None: it ended meanwhile and the promise is in other hands; do not call.
    """
    values = {"lease_until": now + lease, "text_sealed": keyring_of(session).seal(text, TEXT)}
    if not await _change(session, claimed, values):
        return None
    attempt = Attempt(outbox_id=claimed.id, channel=channel, account=account.key if account else None, started_at=now)
    session.add(attempt)
    await session.flush()
    return attempt.id


async def finish_attempt(
    session: AsyncSession, attempt_id: AttemptId, *, outcome: Outcome, errcode: int | None, now: datetime
) -> None:
    """Write down how a call ended."""
    statement = update(Attempt).where(Attempt.id == attempt_id)
    await session.execute(statement.values(outcome=outcome, errcode=errcode, finished_at=now))


async def cut_of(session: AsyncSession, claimed: Claim) -> Cut | None:
    """Give the first call of this promise whose outcome is unknown."""
    statement = select(Attempt).where(Attempt.outbox_id == claimed.id, Attempt.outcome == Outcome.UNKNOWN)
    attempt = (await session.scalars(statement.order_by(Attempt.id).limit(1))).one_or_none()
    return None if attempt is None else _cut(attempt)


def _cut(attempt: Attempt) -> Cut:
    account = None if attempt.account is None else account_of(attempt.account)
    return Cut(attempt.id, attempt.channel, account, attempt.started_at)


async def settle(
    session: AsyncSession,
    claimed: Claim,
    state: OutboxState,
    *,
    now: datetime,
    channel: str | None = None,
    reason: str | None = None,
    text: str | None = None,
) -> bool:
    """Bring a promise to its end; false where it is in other hands meanwhile, and nothing was changed.

    `text` where it is worded now and no attempt has kept the words.
    """
    values: dict[str, object] = {
        "state": state,
        "channel": channel,
        "reason": reason,
        "settled_at": now,
        "lease_until": None,
        "lease_token": None,
    }
    if text is not None:
        values["text_sealed"] = keyring_of(session).seal(text, TEXT)
    return await _change(session, claimed, values)


async def put_off(
    session: AsyncSession, claimed: Claim, *, due_at: datetime, reason: str | None = None, tried: bool = True
) -> bool:
    """Lay a promise back until later; false where it is in other hands meanwhile."""
    values = {
        "state": OutboxState.WAITING,
        "due_at": due_at,
        "reason": reason,
        "tries": Outbox.tries + (1 if tried else 0),
        "lease_until": None,
        "lease_token": None,
    }
    return await _change(session, claimed, values)


async def put_all_off(session: AsyncSession, now: datetime, until: datetime, *, but: Collection[str]) -> list[OutboxId]:
    """Move everything due by now to a later time, but for some kinds; gives what was moved."""
    statement = (
        update(Outbox)
        .where(Outbox.state == OutboxState.WAITING, Outbox.due_at <= now, Outbox.kind.not_in(but))
        .values(due_at=until)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return list(await session.scalars(statement))


async def _change(session: AsyncSession, claimed: Claim, values: dict[str, object]) -> bool:
    """Change a promise only while it is in the hands that claim it (a fencing token)."""
    statement = (
        update(Outbox)
        .where(
            Outbox.id == claimed.id,
            Outbox.state == OutboxState.CLAIMED,
            Outbox.lease_token == claimed.token,
        )
        .values(values)
    )
    return await _rows_changed(session, statement) == 1


async def _rows_changed(session: AsyncSession, statement: object) -> int:
    result = await session.execute(
        statement,  # type: ignore[call-overload]
        execution_options={"synchronize_session": False},
    )
    return cast(CursorResult[object], result).rowcount


async def forget(session: AsyncSession, account: Account, now: datetime) -> None:
    """Tell this account nothing that was promised to it, and take its name and the words out of what was sent to it.

    A promise in a worker's hands is taken out of them. What was promised and what became of it is still counted.
    """
    to_account = Outbox.account == account.key
    untold = {
        "state": OutboxState.SKIPPED,
        "reason": Reason.LEFT,
        "settled_at": now,
        "lease_until": None,
        "lease_token": None,
    }
    nobody = nameless(account).key
    open_states = (OutboxState.WAITING, OutboxState.CLAIMED)
    for statement in (
        update(Outbox).where(to_account, Outbox.state.in_(open_states)).values(untold),
        update(Outbox).where(to_account).values(account=nobody, text_sealed=None),
        update(Attempt).where(Attempt.account == account.key).values(account=nobody),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))


async def told_since_spoken(session: AsyncSession, account: Account, *, channel: str, since: datetime) -> int | None:
    """Count what may have reached an account by a channel since it last spoke to us; None: it has not since then."""
    spoken = await session.scalar(
        select(func.max(Inbox.heard_at)).where(
            Inbox.account == account.key, Inbox.spoken.is_(True), Inbox.heard_at > since
        )
    )
    if spoken is None:
        return None
    arrived: Collection[str] = (Outcome.SENT, Outcome.UNKNOWN)
    return await session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(
            Attempt.account == account.key,
            Attempt.channel == channel,
            Attempt.started_at >= spoken,
            Attempt.outcome.is_(None) | Attempt.outcome.in_(arrived),
        )
    )


async def counts(session: AsyncSession) -> Counts:
    """Count all promises by state, in one look."""

    def standing(state: OutboxState) -> ColumnElement[int]:
        return func.count().filter(Outbox.state == state)

    row = (await session.execute(select(func.count(), *map(standing, OutboxState)).select_from(Outbox))).one()
    promised, *standings = row
    return Counts(promised=promised, **dict(zip((str(state) for state in OutboxState), standings, strict=True)))


async def overdue(session: AsyncSession, now: datetime) -> int:
    """Count promises that should have been told a good while ago and wait still: is delivery alive?"""
    open_states = (OutboxState.WAITING, OutboxState.CLAIMED)
    statement = select(func.count()).where(Outbox.state.in_(open_states), Outbox.due_at <= now - _LATE)
    return await session.scalar(statement) or 0


async def add_call(
    session: AsyncSession,
    claimed: Claim,
    *,
    cadre_id: CadreId | None,
    household_id: HouseholdId | None,
    now: datetime,
) -> None:
    """Put a promise nobody could be told on a cadre's call list, or on the office's where there is no cadre."""
    statement = insert_into(session, Call).values(
        outbox_id=claimed.id, cadre_id=cadre_id, household_id=household_id, made_at=now
    )
    await session.execute(statement.on_conflict_do_nothing(index_elements=[Call.outbox_id]))


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Somebody to ring or drop by at, and what to tell them: a household, or a cadre who could not be reached."""

    id: CallId
    kind: str
    household_id: HouseholdId | None
    cadre_id: CadreId | None
    text: str | None
    made_at: datetime


whose_call = func.coalesce(Assignment.cadre_id, Call.cadre_id)
"""Whose list a call is on: that of the household's cadre now, else of whom it was put before; nobody's: the office's.

A call goes along when its household is handed over. The query joins the open assignment by `open_pairing`.
"""
open_pairing = and_(Assignment.household_id == Call.household_id, Assignment.until.is_(None))

wanted = not_(
    and_(
        Outbox.kind.in_(REMINDS_HOUSEHOLDS),
        exists().where(RemindersOff.household_id == Outbox.household_id),
    )
)
"""A call that is to be made: not a reminder to a household that has turned them off since. Turned on again, it is."""


async def open_calls(session: AsyncSession, cadre_id: CadreId | None) -> list[OpenCall]:
    """Give a cadre's call list, or the office's, the oldest first."""
    rows = await session.execute(
        select(Call.id, Outbox.kind, Call.household_id, Outbox.cadre_id, Outbox.text_sealed, Call.made_at)
        .join(Outbox, Outbox.id == Call.outbox_id)
        .outerjoin(Assignment, open_pairing)
        .where(whose_call.is_not_distinct_from(cadre_id), Call.done_at.is_(None), wanted)
        .order_by(Call.id)
    )
    keyring = keyring_of(session)
    return [
        OpenCall(call_id, kind, household_id, not_reached, keyring.open_if(sealed, TEXT), made_at)
        for call_id, kind, household_id, not_reached, sealed, made_at in rows
    ]


async def call_made(session: AsyncSession, call_id: CallId, cadre_id: CadreId | None, now: datetime) -> bool:
    """Tick a call of one's own list off; false where it is not there, or done."""
    mine = select(Call.id).outerjoin(Assignment, open_pairing).where(whose_call.is_not_distinct_from(cadre_id))
    statement = update(Call).where(Call.id == call_id, Call.id.in_(mine), Call.done_at.is_(None)).values(done_at=now)
    return await _rows_changed(session, statement) == 1
