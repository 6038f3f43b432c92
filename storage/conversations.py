"""对话: talks that wait for an answer, one an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BindParameter, LargeBinary, String, Table, bindparam, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, insert_into
from storage.lines import Line
from storage.people import Account
from storage.sealing import Keyring, keyring_of


class Conversation(Base):
    """The half-finished talk of one account: sealed, since it holds what was said."""

    __tablename__ = "conversation"

    account: Mapped[str] = mapped_column(String(140), primary_key=True)
    state_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


STATE = "conversation.state"

KEPT = timedelta(days=30)
"""Who has not gone on with a talk for so long has forgotten it, and what was said in it is no longer ours to keep."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account's talk stands at the end of a turn; without a state it has ended."""

    account: Account
    state: str | None
    at: datetime


_ENDED: BindParameter[list[str]] = bindparam("ended", expanding=True)
_END = delete(Conversation).where(Conversation.account.in_(_ENDED))


async def save(line: Line, keyring: Keyring, places: Sequence[Place]) -> None:
    """Keep or forget the talks of some accounts, one place each, outside any transaction."""
    ended = [place.account.key for place in places if place.state is None]
    if ended:
        await line.execute(_END, {"ended": ended})
    # In one order everywhere, or two processes would wait for each other for ever.
    kept = sorted((place for place in places if place.state is not None), key=lambda place: place.account.key)
    if kept:
        rows = [_row(place, keyring) for place in kept]
        await line.replace(cast(Table, Conversation.__table__), rows, key="account", since="updated_at")


async def put(session: AsyncSession, place: Place) -> None:
    """Keep or forget one talk, in the transaction of its turn."""
    if place.state is None:
        await end(session, place.account)
        return
    row = _row(place, keyring_of(session))
    statement = insert_into(session, Conversation).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=[Conversation.account], set_=row))


async def end(session: AsyncSession, account: Account) -> None:
    """Forget the talk of an account, if it has one."""
    await session.execute(_END, {"ended": [account.key]})


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget talks nobody has gone on with for long; gives how many."""
    statement = delete(Conversation).where(Conversation.updated_at < now - KEPT).returning(Conversation.account)
    return len((await session.execute(statement)).all())


def _row(place: Place, keyring: Keyring) -> dict[str, Any]:
    return {
        "account": place.account.key,
        "state_sealed": keyring.seal_if(place.state, STATE),
        "updated_at": place.at,
    }
