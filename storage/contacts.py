"""联系方式: what WeChat allows us with an account: does it follow, which notices has it subscribed to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import proxies
from storage.bindings import Binding
from storage.cadres import PHONE as CADRE_PHONE
from storage.cadres import Cadre
from storage.database import Base, insert_into
from storage.households import PHONE as HOUSEHOLD_PHONE
from storage.households import Household
from storage.members import HEAD, Member
from storage.members import PHONE as MEMBER_PHONE
from storage.outbox import Recipient, ToCadre, ToHousehold, ToOffice
from storage.people import Account, Platform, account_of
from storage.sealing import keyring_of


class Contact(Base):
    """One account's reachability, from follow events and from the errors of sending."""

    __tablename__ = "contact"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    reachable: Mapped[bool]
    changed_at: Mapped[datetime]


class Subscription(Base):
    """How many notices of a template an account has accepted and not yet got (一次性订阅: one each)."""

    __tablename__ = "subscription"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    template: Mapped[str] = mapped_column(String(80), primary_key=True)
    remaining: Mapped[int]
    changed_at: Mapped[datetime]


async def set_reachable(session: AsyncSession, account: Account, *, reachable: bool, now: datetime) -> None:
    """Note that an account follows us, or that it blocked or left us."""
    statement = insert_into(session, Contact).values(account=account.key, reachable=reachable, changed_at=now)
    changed = {"reachable": reachable, "changed_at": now}
    await session.execute(statement.on_conflict_do_update(index_elements=[Contact.account], set_=changed))


async def forget(session: AsyncSession, account: Account) -> None:
    """Forget whether an account can be reached and what it has subscribed to."""
    await session.execute(delete(Contact).where(Contact.account == account.key))
    await session.execute(delete(Subscription).where(Subscription.account == account.key))


async def accounts_of(session: AsyncSession, to: Recipient, platform: Platform) -> list[Account]:
    """Give the accounts of that platform by which somebody can be reached, the longest bound first.

    A household of which nobody can be reached is reached through its proxies: an old neighbour without a telephone. A
    cadre's 企业微信账号 from the cadres file counts as bound. Accounts that blocked or left us are not given.
    """
    if isinstance(to, Account):
        found = [to] if to.platform is platform else []
    elif isinstance(to, ToOffice):
        found = []
    else:
        bound_to = (
            Binding.cadre_id == to.cadre_id if isinstance(to, ToCadre) else Binding.household_id == to.household_id
        )
        keys = await session.scalars(
            select(Binding.account)
            .where(bound_to, Binding.ended_at.is_(None), Binding.account.startswith(f"{platform}:"))
            .order_by(Binding.id)
        )
        found = [account_of(key) for key in keys]
        if isinstance(to, ToCadre) and platform is Platform.WECOM:
            user = await session.scalar(select(Cadre.wecom_user).where(Cadre.id == to.cadre_id))
            # WeCom does not tell user ids apart by case, and gives them back in lower case at times.
            if user is not None and user.lower() not in {account.name.lower() for account in found}:
                found.insert(0, Account(platform, user))
    reached = await _reachable(session, found)
    if not reached and isinstance(to, ToHousehold):
        standing_in = await proxies.accounts_of(session, to.household_id)
        reached = await _reachable(session, [account for account in standing_in if account.platform is platform])
    return reached


async def _reachable(session: AsyncSession, accounts: Sequence[Account]) -> list[Account]:
    lost = set(
        await session.scalars(
            select(Contact.account).where(
                Contact.account.in_([account.key for account in accounts]), Contact.reachable.is_(False)
            )
        )
    )
    return [account for account in accounts if account.key not in lost]


async def phone_of(session: AsyncSession, to: Recipient) -> str | None:
    """Give the telephone number of a cadre or a household (or of its head); None where none is on file."""
    keyring = keyring_of(session)
    if isinstance(to, Account | ToOffice):
        return None
    if isinstance(to, ToCadre):
        sealed = await session.scalar(select(Cadre.phone_sealed).where(Cadre.id == to.cadre_id))
        return keyring.open_if(sealed, CADRE_PHONE)
    sealed = await session.scalar(select(Household.phone_sealed).where(Household.id == to.household_id))
    if sealed is not None:
        return keyring.open(sealed, HOUSEHOLD_PHONE)
    of_head = select(Member.phone_sealed).where(
        Member.household_id == to.household_id,
        Member.relation == HEAD,
        Member.left_on.is_(None),
        Member.phone_sealed.is_not(None),
    )
    return keyring.open_if((await session.scalars(of_head)).first(), MEMBER_PHONE)


async def accept(session: AsyncSession, account: Account, template: str, now: datetime) -> None:
    """Count one more notice the account has accepted (subscribe_msg_popup_event, accept)."""
    statement = insert_into(session, Subscription).values(
        account=account.key, template=template, remaining=1, changed_at=now
    )
    one_more = {"remaining": Subscription.remaining + 1, "changed_at": now}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[Subscription.account, Subscription.template], set_=one_more)
    )


async def used(session: AsyncSession, account: Account, template: str, now: datetime) -> None:
    """Count one notice as sent."""
    await _set_remaining(session, account, template, Subscription.remaining - 1, now)


async def used_up(session: AsyncSession, account: Account, template: str, now: datetime) -> None:
    """Note that no notice is left: WeChat said so (43101), or the user switched them off."""
    await _set_remaining(session, account, template, 0, now)


async def _set_remaining(
    session: AsyncSession, account: Account, template: str, remaining: object, now: datetime
) -> None:
    await session.execute(
        update(Subscription)
        .where(
            Subscription.account == account.key,
            Subscription.template == template,
            Subscription.remaining > 0,
        )
        .values(remaining=remaining, changed_at=now)
        .execution_options(synchronize_session=False)
    )


async def subscribed(session: AsyncSession, accounts: Sequence[Account], template: str) -> list[Account]:
    """Give those of the accounts that still have a notice of the template to get, in the same order."""
    keys = set(
        await session.scalars(
            select(Subscription.account).where(
                Subscription.account.in_([account.key for account in accounts]),
                Subscription.template == template,
                Subscription.remaining > 0,
            )
        )
    )
    return [account for account in accounts if account.key in keys]
