"""绑定: which WeChat or WeCom account is which person."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import consents
from storage.database import Base, insert_into
from storage.households import PHONE as HOUSEHOLD_PHONE
from storage.households import Household
from storage.ids import BindingId, CadreId, HouseholdId, MemberId
from storage.members import ID_NUMBER, Member
from storage.members import PHONE as MEMBER_PHONE
from storage.people import Account, nameless
from storage.sealing import keyring_of

ID_TAIL = 6
PHONE_TAIL = 4
TRIES_OF_AN_ACCOUNT = 5
TRIES_AT_A_NAME = 10
TRIES_COUNT_FOR = timedelta(hours=24)
"""Six and four digits are few: five wrong tries an account, ten at a name from all accounts together, in a day."""

TRIES_KEPT = timedelta(days=7)
"""Longer than they count, so that an attack of the last days can still be looked into; no longer."""

TARGET = "binding_attempt.target"
CODES = "绑定码"
"""What stands in the place of a name when codes are tried: no code is guessed at in particular."""
TRIER = "binding_attempt.account"
"""Whose tries are counted is known by a blind index only, so that leaving us, which takes an account's name out of the
store, does not start the count anew."""


class EndReason(StrEnum):
    """Why a binding ended."""

    UNBOUND = "unbound"
    REPLACED = "replaced"
    UNFOLLOWED = "unfollowed"
    ERASED = "erased"
    """注销: with everything else that was kept of the account."""
    PROXY_ENDED = "proxy_ended"
    """It was nobody's but a household's proxy, and that has ended."""
    LEFT_HOUSEHOLD = "left_household"
    """Who it was has died or moved away, or there is no such household any more."""


class Binding(Base):
    """One account bound to one household (and member, where known) or to one cadre, while `ended_at` is empty.

    `speaks_for_id` is the household this account speaks for just now as its proxy (`storage.proxies`). Who has no
    household of their own and is a proxy has neither household nor cadre here.
    """

    __tablename__ = "binding"
    __table_args__ = (
        Index(
            "uq_binding_open",
            "account",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[BindingId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    speaks_for_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))


class BindingAttempt(Base):
    """One try to bind with personal facts; counted so that nobody can guess. `account` is a blind index, as text."""

    __tablename__ = "binding_attempt"
    __table_args__ = (Index("ix_binding_attempt_account_at", "account", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    target: Mapped[bytes] = mapped_column(index=True)
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool]


@dataclass(frozen=True, slots=True)
class Fit:
    """A member whom the facts that were given fit."""

    household_id: HouseholdId
    member_id: MemberId


async def fitting(session: AsyncSession, *, name: str, id_tail: str, phone_tail: str) -> list[Fit]:
    """The members of that name whose identity number and registered phone end as told.

    Every member of the name is compared in full and in constant time, so the time taken tells nothing of which
    part was wrong.
    """
    keyring = keyring_of(session)
    rows = await session.execute(
        select(Member.id, Member.household_id, Member.id_number_sealed, Member.phone_sealed, Household.phone_sealed)
        .join(Household, Household.id == Member.household_id)
        .where(Member.name == name, Member.left_on.is_(None), Household.closed_on.is_(None))
        .order_by(Member.id)
    )
    found = []
    for member_id, household_id, id_number_sealed, member_phone_sealed, household_phone_sealed in rows:
        id_fits = _ends(keyring.open_if(id_number_sealed, ID_NUMBER), id_tail, ID_TAIL)
        own_fits = _ends(keyring.open_if(member_phone_sealed, MEMBER_PHONE), phone_tail, PHONE_TAIL)
        house_fits = _ends(keyring.open_if(household_phone_sealed, HOUSEHOLD_PHONE), phone_tail, PHONE_TAIL)
        if id_fits & (own_fits | house_fits):
            found.append(Fit(household_id, member_id))
    return found


def _ends(value: str | None, tail: str, length: int) -> bool:
    known = (value or "")[-length:]
    same = hmac.compare_digest(known.upper().encode(), tail.upper().encode())
    return same & (len(known) == length)


async def may_try(session: AsyncSession, account: Account, name: str, now: datetime) -> bool:
    """Whether this account may try once more to be the person of this name.

    Tries at one name wait for each other, so that many accounts at once cannot slip past the limit.
    """
    targets = keyring_of(session).indexes(name, TARGET)
    if session.get_bind().dialect.name == "postgresql":
        lock = int.from_bytes(targets[0][:8], "big", signed=True)
        await session.execute(select(func.pg_advisory_xact_lock(lock)))
    codes = keyring_of(session).indexes(CODES, TARGET)
    by_account = await _wrong(session, now, _by(session, account), BindingAttempt.target.not_in(codes))
    at_name = await _wrong(session, now, BindingAttempt.target.in_(targets))
    return by_account < TRIES_OF_AN_ACCOUNT and at_name < TRIES_AT_A_NAME


async def may_try_code(session: AsyncSession, account: Account, now: datetime) -> bool:
    """Whether this account may send one more code. Counted apart, so that a code helps who mistyped too often."""
    codes = keyring_of(session).indexes(CODES, TARGET)
    wrong = await _wrong(session, now, _by(session, account), BindingAttempt.target.in_(codes))
    return wrong < TRIES_OF_AN_ACCOUNT


def _by(session: AsyncSession, account: Account) -> ColumnElement[bool]:
    indexes = keyring_of(session).indexes(account.key, TRIER)
    return BindingAttempt.account.in_([index.hex() for index in indexes])


async def _wrong(session: AsyncSession, now: datetime, *which: ColumnElement[bool]) -> int:
    statement = (
        select(func.count())
        .select_from(BindingAttempt)
        .where(BindingAttempt.tried_at > now - TRIES_COUNT_FOR, ~BindingAttempt.succeeded, *which)
    )
    return await session.scalar(statement) or 0


async def note_try(session: AsyncSession, account: Account, target: str, *, succeeded: bool, now: datetime) -> None:
    """Count one try at a name or, as `CODES`, at a code. Wrong ones count against the account and name for a day."""
    session.add(
        BindingAttempt(
            account=keyring_of(session).index(account.key, TRIER).hex(),
            target=keyring_of(session).index(target, TARGET),
            tried_at=now,
            succeeded=succeeded,
        )
    )
    await session.flush()


async def bind(
    session: AsyncSession,
    account: Account,
    *,
    household_id: HouseholdId | None = None,
    member_id: MemberId | None = None,
    cadre_id: CadreId | None = None,
    now: datetime,
) -> BindingId:
    """Bind the account to one household (and member, where known) or one cadre; an earlier binding of it ends."""
    assert (household_id is None) != (cadre_id is None)
    await end(session, account, EndReason.REPLACED, now)
    statement = (
        insert_into(session, Binding)
        .values(
            account=account.key,
            household_id=household_id,
            member_id=member_id,
            cadre_id=cadre_id,
            bound_at=now,
        )
        .returning(Binding.id)
    )
    return BindingId((await session.execute(statement)).scalar_one())


async def bind_to_nobody(session: AsyncSession, account: Account, now: datetime) -> None:
    """Give the account a binding of neither kind: that of who is nothing but somebody's proxy (`storage.proxies`)."""
    await session.execute(insert_into(session, Binding).values(account=account.key, bound_at=now))


async def end(session: AsyncSession, account: Account, reason: EndReason, now: datetime) -> bool:
    """End the account's binding, and with it what was agreed to for it; false where it had none."""
    statement = (
        update(Binding)
        .where(Binding.account == account.key, Binding.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason, speaks_for_id=None)
        .returning(Binding.household_id, Binding.cadre_id)
        .execution_options(synchronize_session=False)
    )
    ended = (await session.execute(statement)).first()
    if ended is not None:
        await consents.withdraw(session, account.key, household_id=ended.household_id, cadre_id=ended.cadre_id, now=now)
    return ended is not None


async def forget(session: AsyncSession, account: Account, reason: EndReason, now: datetime) -> None:
    """End the account's binding and take its name out of all its bindings."""
    await end(session, account, reason, now)
    statement = (
        update(Binding)
        .where(Binding.account == account.key)
        .values(account=nameless(account).key)
        .execution_options(synchronize_session=False)
    )
    await session.execute(statement)


async def others_of(session: AsyncSession, household_id: HouseholdId, account: Account) -> Sequence[Binding]:
    """The open bindings of a household to other accounts than this one, oldest first."""
    statement = (
        select(Binding)
        .where(Binding.household_id == household_id, Binding.ended_at.is_(None), Binding.account != account.key)
        .order_by(Binding.id)
    )
    return (await session.scalars(statement)).all()


async def has_binding(session: AsyncSession, account: Account) -> bool:
    """Whether the account is bound by a row of its own, and not only known from the cadres file."""
    statement = select(Binding.id).where(Binding.account == account.key, Binding.ended_at.is_(None))
    return await session.scalar(statement) is not None


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget tries to bind that stopped counting days ago; gives how many."""
    statement = delete(BindingAttempt).where(BindingAttempt.tried_at < now - TRIES_KEPT).returning(BindingAttempt.id)
    return len((await session.execute(statement)).all())
