"""对话: talks that wait for an answer, one an account."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, insert_into
from storage.people import Account
from storage.sealing import keyring_of


class Conversation(Base):
    """The half-finished talk of one account: sealed, since it holds what was said."""

    __tablename__ = "conversation"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    state_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


STATE = "conversation.state"


async def save(session: AsyncSession, account: Account, state: str, now: datetime) -> None:
    """Keep the talk of an account; it replaces the one before."""
    values = {"state_sealed": keyring_of(session).seal(state, STATE), "updated_at": now}
    statement = insert_into(session, Conversation).values(account=account.key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[Conversation.account], set_=values))


async def end(session: AsyncSession, account: Account) -> None:
    """Forget the talk of an account, if it has one."""
    await session.execute(delete(Conversation).where(Conversation.account == account.key))
