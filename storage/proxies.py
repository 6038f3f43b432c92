"""代办人: somebody who may speak for a household that is not their own, until it is taken back.

For an old neighbour without a telephone (S82 信息员替不会用手机的户代查). What is taken back ends at once: the same
transaction ends the proxy and clears `binding.speaks_for_id`, which is all that a turn looks at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import bindings, consents
from storage.bindings import Binding, EndReason
from storage.cadres import Cadre
from storage.database import Base, insert_into
from storage.households import Household
from storage.ids import CadreId, HouseholdId, ProxyId
from storage.inbox import Inbox
from storage.people import Account, Platform, account_of, nameless

SILENCE = timedelta(hours=2)
"""Who has said nothing for so long speaks for themselves again: nobody remembers in the evening whom they asked for."""

CALLED_AT_MOST = 10
"""Characters of what a granter calls their proxy."""


class ProxyEnd(StrEnum):
    """Why a proxy ended."""

    TAKEN_BACK = "taken_back"
    """By the household, or by an official who sees it."""
    GIVEN_UP = "given_up"
    """By the proxy."""
    ERASED = "erased"
    """With all that is kept of an account (注销, or it unfollowed)."""
    OWN_NOW = "own_now"
    """The account was bound to the household itself."""


class Proxy(Base):
    """One account that may speak for one household, while `ended_at` is empty.

    `granted_by` is who let them: `household:3`, `cadre:7` or `office`. `called` is what the granter calls them:
    邻居老李; we ask a proxy for no name of their own.
    """

    __tablename__ = "proxy"
    __table_args__ = (
        Index(
            "uq_proxy_open",
            "account",
            "household_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[ProxyId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    called: Mapped[str | None] = mapped_column(String(20))
    granted_by: Mapped[str] = mapped_column(String(40))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))


@dataclass(frozen=True, slots=True)
class Represented:
    """A household somebody may speak for, and since when."""

    household_id: HouseholdId
    head_name: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A proxy that has just ended."""

    id: ProxyId
    household_id: HouseholdId
    called: str | None


async def grant(
    session: AsyncSession,
    account: Account,
    household_id: HouseholdId,
    *,
    called: str | None,
    granted_by: str,
    now: datetime,
) -> ProxyId | None:
    """Let this account speak for a household; None where it may already.

    Who is nobody to us gets a binding of neither kind, and speaks for the household at once.
    """
    statement = (
        insert_into(session, Proxy)
        .values(account=account.key, household_id=household_id, called=called, granted_by=granted_by, granted_at=now)
        .on_conflict_do_nothing()
        .returning(Proxy.id)
    )
    granted = await session.scalar(statement)
    if granted is None:
        return None
    if not await bindings.has_binding(session, account):
        await bindings.bind_to_nobody(session, account, now)
        if await own_of(session, account) == (None, None):
            await speak_for(session, account, household_id)
    return ProxyId(granted)


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Sequence[Proxy]:
    """Give who may speak for a household now, the longest first."""
    statement = select(Proxy).where(Proxy.household_id == household_id, Proxy.ended_at.is_(None)).order_by(Proxy.id)
    return (await session.scalars(statement)).all()


async def of_account(session: AsyncSession, account: Account) -> list[Represented]:
    """Give whom an account may speak for now, in the order it was let."""
    statement = (
        select(Proxy.household_id, Household.head_name, Proxy.granted_at)
        .join(Household, Household.id == Proxy.household_id)
        .where(Proxy.account == account.key, Proxy.ended_at.is_(None))
        .order_by(Proxy.id)
    )
    return [Represented(*row) for row in await session.execute(statement)]


async def accounts_of(session: AsyncSession, household_id: HouseholdId) -> list[Account]:
    """Give the accounts that may speak for a household now, the longest first."""
    return [account_of(proxy.account) for proxy in await of_household(session, household_id)]


async def is_proxy(session: AsyncSession, account: Account, household_id: HouseholdId) -> bool:
    """Whether this account may speak for that household now."""
    statement = select(
        exists().where(Proxy.account == account.key, Proxy.household_id == household_id, Proxy.ended_at.is_(None))
    )
    return bool(await session.scalar(statement))


async def speak_for(session: AsyncSession, account: Account, household_id: HouseholdId | None) -> bool:
    """Let the account speak for that household from now on, or for itself; false where it is not its proxy (any more).

    The proxy's row is held until the end: one that is being taken back at this moment is either ended before, and
    then this is false, or it clears what is written here.
    """
    if household_id is not None:
        held = select(Proxy.id).where(
            Proxy.account == account.key, Proxy.household_id == household_id, Proxy.ended_at.is_(None)
        )
        if await session.scalar(held.with_for_update()) is None:
            return False
    statement = update(Binding).where(Binding.account == account.key, Binding.ended_at.is_(None))
    await session.execute(statement.values(speaks_for_id=household_id).execution_options(synchronize_session=False))
    return True


async def spoken_for(session: AsyncSession, account: Account) -> HouseholdId | None:
    """Give the household the account speaks for just now; None where it speaks for itself."""
    statement = select(Binding.speaks_for_id).where(Binding.account == account.key, Binding.ended_at.is_(None))
    return await session.scalar(statement)


async def own_of(session: AsyncSession, account: Account) -> tuple[HouseholdId | None, CadreId | None]:
    """Give who an account is itself, whomever it speaks for: its household or cadre, as bound or by the cadres file."""
    statement = select(Binding.household_id, Binding.cadre_id)
    row = (await session.execute(statement.where(Binding.account == account.key, Binding.ended_at.is_(None)))).first()
    own = (None, None) if row is None else (row.household_id, row.cadre_id)
    if own == (None, None) and account.platform is Platform.WECOM:
        known = select(Cadre.id).where(Cadre.wecom_user == account.name.lower())
        return None, await session.scalar(known)
    return own


async def fell_silent(session: AsyncSession, account: Account, now: datetime) -> bool:
    """Whether the account has said nothing for so long that it speaks for itself again.

    Who has no household of their own and speaks for one only cannot be mistaken for anybody, and goes on.
    """
    # A tap on the menu is no message to WeChat, but it was answered.
    said = or_(Inbox.spoken.is_(True), Inbox.reply_sealed.is_not(None))
    last = await session.scalar(select(func.max(Inbox.heard_at)).where(Inbox.account == account.key, said))
    if last is not None and now - last <= SILENCE:
        return False
    return await own_of(session, account) != (None, None) or len(await of_account(session, account)) > 1


async def end(
    session: AsyncSession, household_id: HouseholdId, proxy_id: ProxyId, reason: ProxyEnd, now: datetime
) -> bool:
    """End one proxy of that household at once; false where it had ended or is none of its."""
    return bool(await _end(session, reason, now, Proxy.household_id == household_id, Proxy.id == proxy_id))


async def end_of_account(
    session: AsyncSession, account: Account, reason: ProxyEnd, now: datetime, *, household_id: HouseholdId | None = None
) -> list[Ended]:
    """End all that this account was let, or for that household alone; gives what has ended."""
    which = [Proxy.account == account.key]
    if household_id is not None:
        which.append(Proxy.household_id == household_id)
    return await _end(session, reason, now, *which)


async def end_granted_by(session: AsyncSession, granted_by: str, now: datetime) -> int:
    """End every proxy somebody granted; gives how many."""
    return len(await _end(session, ProxyEnd.TAKEN_BACK, now, Proxy.granted_by == granted_by))


async def _end(session: AsyncSession, reason: ProxyEnd, now: datetime, *which: ColumnElement[bool]) -> list[Ended]:
    statement = (
        update(Proxy)
        .where(Proxy.ended_at.is_(None), *which)
        .values(ended_at=now, end_reason=reason)
        .returning(Proxy.account, Proxy.id, Proxy.household_id, Proxy.called)
        .execution_options(synchronize_session=False)
    )
    ended = (await session.execute(statement)).all()
    for account, _, household_id, _ in ended:
        await session.execute(
            update(Binding)
            .where(Binding.account == account, Binding.speaks_for_id == household_id)
            .values(speaks_for_id=None)
            .execution_options(synchronize_session=False)
        )
        await consents.withdraw(session, account, household_id=household_id, now=now)
        await _let_go(session, account, now)
    return [Ended(proxy_id, household_id, called) for _, proxy_id, household_id, called in ended]


async def _let_go(session: AsyncSession, account: str, now: datetime) -> None:
    """End the binding of who was nothing but a proxy and is none any more."""
    still = exists().where(Proxy.account == account, Proxy.ended_at.is_(None))
    await session.execute(
        update(Binding)
        .where(
            Binding.account == account,
            Binding.ended_at.is_(None),
            Binding.household_id.is_(None),
            Binding.cadre_id.is_(None),
            ~still,
        )
        .values(ended_at=now, end_reason=EndReason.PROXY_ENDED)
        .execution_options(synchronize_session=False)
    )


async def forget(session: AsyncSession, account: Account, now: datetime) -> list[Ended]:
    """End all that this account was let and take its name out of it; gives what has ended."""
    ended = await end_of_account(session, account, ProxyEnd.ERASED, now)
    statement = update(Proxy).where(Proxy.account == account.key).values(account=nameless(account).key)
    await session.execute(statement.execution_options(synchronize_session=False))
    return ended
