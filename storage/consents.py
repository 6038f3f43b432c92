"""同意: what a person agreed to when their account was bound, and when they took it back.

个人信息保护法: consent is given freely and by who was told (第十四条), can be taken back as easily as it was given
(第十五条), and a change of the notice asks for it anew (第十四条第二款), so each row names the version it was given to.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, insert_into
from storage.ids import CadreId, ConsentId, HouseholdId
from storage.people import Account, nameless


class Consent(Base):
    """One agreement to one version of the notice (个人信息保护法 第十四条、第十七条), by one account for one person.

    Where an account agreed as the proxy of a household, it is the household it speaks for. Who was bound before there
    was a notice agreed to the sentence they were told then: `first`.
    """

    __tablename__ = "consent"

    id: Mapped[ConsentId] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(140), index=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    notice: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


async def give(
    session: AsyncSession,
    account: Account,
    *,
    notice: str,
    household_id: HouseholdId | None = None,
    cadre_id: CadreId | None = None,
    now: datetime,
) -> None:
    """Write down that this account agreed to this version of the notice, for one household or one cadre."""
    assert (household_id is None) != (cadre_id is None)
    await session.execute(
        insert_into(session, Consent).values(
            account=account.key, household_id=household_id, cadre_id=cadre_id, notice=notice, given_at=now
        )
    )


async def withdraw(
    session: AsyncSession,
    account: str,
    *,
    household_id: HouseholdId | None = None,
    cadre_id: CadreId | None = None,
    now: datetime,
) -> None:
    """Take back what this account (by its key) agreed to for that household or cadre; what was taken back stays so."""
    statement = update(Consent).where(
        Consent.account == account,
        Consent.household_id.is_not_distinct_from(household_id),
        Consent.cadre_id.is_not_distinct_from(cadre_id),
        Consent.withdrawn_at.is_(None),
    )
    await session.execute(statement.values(withdrawn_at=now).execution_options(synchronize_session=False))


async def forget(session: AsyncSession, account: Account, now: datetime) -> None:
    """Take back all this account agreed to, and its name out of it.

    That somebody agreed, and when they took it back, stays: the county must be able to show it (第六十九条).
    """
    of_account = Consent.account == account.key
    standing = update(Consent).where(of_account, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    renamed = update(Consent).where(of_account).values(account=nameless(account).key)
    for statement in (standing, renamed):
        await session.execute(statement.execution_options(synchronize_session=False))


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Sequence[Consent]:
    """Give what was agreed to for a household, oldest first."""
    statement = select(Consent).where(Consent.household_id == household_id).order_by(Consent.id)
    return (await session.scalars(statement)).all()
