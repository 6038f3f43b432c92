"""对话: talks that wait for an answer, one an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.batches import Store
from storage.database import Base, insert_into
from storage.people import Account
from storage.sealing import Keyring


class Conversation(Base):
    """The half-finished talk of one account: sealed, since it holds what was said."""

    __tablename__ = "conversation"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    state_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


STATE = "conversation.state"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account's talk stands at the end of a turn; without a state it has ended."""

    account: Account
    state: str | None
    at: datetime


async def save(store: Store, keyring: Keyring, places: Sequence[Place]) -> None:
    """Keep or forget the talks of some accounts, one place each."""
    ended = [place.account.key for place in places if place.state is None]
    if ended:
        await store.execute(delete(Conversation).where(Conversation.account.in_(ended)))
    rows = [
        {
            "account": place.account.key,
            "state_sealed": keyring.seal(place.state, STATE),
            "updated_at": place.at,
        }
        # In one order everywhere, or two processes would wait for each other for ever.
        for place in sorted(places, key=lambda place: place.account.key)
        if place.state is not None
    ]
    if rows:
        statement = insert_into(store, Conversation)
        new = {"state_sealed": statement.excluded.state_sealed, "updated_at": statement.excluded.updated_at}
        await store.execute(statement.on_conflict_do_update(index_elements=[Conversation.account], set_=new), rows)


async def end(session: AsyncSession, account: Account) -> None:
    """Forget the talk of an account, if it has one."""
    await session.execute(delete(Conversation).where(Conversation.account == account.key))
