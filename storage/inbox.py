"""已收消息: what was heard, and the reply it got; heard again, it gets the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Index, LargeBinary, String, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, insert_into
from storage.lines import Line
from storage.people import Account, account_of, nameless
from storage.sealing import Keyring, keyring_of


class InboxState(StrEnum):
    """Where a heard message stands."""

    ANSWERED = "answered"
    LATER = "later"


class Inbox(Base):
    """One delivery's message, by its dedupe key. Reply and message are sealed; old rows are purged."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_account_heard", "account", "heard_at"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    account: Mapped[str] = mapped_column(String(140))
    heard_at: Mapped[datetime]
    spoken: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    push_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    lease_until: Mapped[datetime | None]


REPLY = "inbox.reply"
PUSH = "inbox.push"

KEPT = timedelta(days=30)
"""How long a key is remembered: far longer than WeChat retries, so that a captured delivery stays harmless."""

LEASE = timedelta(minutes=2)
"""How long a process that said "later" may take before another takes the message over."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one message gets: the reply every delivery of it is given, or None where there is nothing to say."""

    key: str
    account: Account
    heard_at: datetime
    spoken: bool
    reply: str | None


class Settled(StrEnum):
    """What became of an answer that was offered to the inbox.

    FIRST: it is the answer of this message. LATE: likewise, but the deliveries were let go with `success`, so the
    reply must go out by itself. ELSEWHERE: another process answered first; this one must undo what it did.
    """

    FIRST = "first"
    LATE = "late"
    ELSEWHERE = "elsewhere"


async def settle_new(line: Line, keyring: Keyring, answers: Sequence[Answer]) -> set[str]:
    """Write many answers down in one statement; gives the keys of those nobody had written anything of before."""
    rows = [_row(answer, keyring) for answer in answers]
    return await line.insert_new(cast(Table, Inbox.__table__), rows, returning="key")


async def settle(session: AsyncSession, answer: Answer) -> Settled:
    """Write one answer down, in the transaction of its turn."""
    statement = insert_into(session, Inbox).values(_row(answer, keyring_of(session)))
    statement = statement.on_conflict_do_update(
        index_elements=[Inbox.key],
        set_={
            "state": InboxState.ANSWERED,
            "account": statement.excluded.account,
            "reply_sealed": statement.excluded.reply_sealed,
        },
        where=Inbox.state == InboxState.LATER,
    ).returning(Inbox.push_sealed)
    # (SQLite 3.40 says "is not null" of a column the insert left out, so the column itself is asked for.)
    written = (await session.execute(statement)).one_or_none()
    if written is None:
        return Settled.ELSEWHERE
    return Settled.FIRST if written.push_sealed is None else Settled.LATE


def _row(answer: Answer, keyring: Keyring) -> dict[str, Any]:
    return {
        "key": answer.key,
        "account": answer.account.key,
        "heard_at": answer.heard_at,
        "spoken": answer.spoken,
        "state": InboxState.ANSWERED,
        "reply_sealed": keyring.seal_if(answer.reply, REPLY),
    }


async def reply_to(session: AsyncSession, key: str) -> str | None:
    """Give the reply a message got; None where it had none or was not answered yet."""
    sealed = await session.scalar(select(Inbox.reply_sealed).where(Inbox.key == key))
    return keyring_of(session).open_if(sealed, REPLY)


async def keep_for_later(session: AsyncSession, answer: Answer, push: str) -> bool:
    """Keep a message whose turn takes longer than WeChat waits, so that even a crash does not lose it.

    False where it was kept before, or where its answer was written down in the meantime.
    """
    statement = insert_into(session, Inbox).values(
        key=answer.key,
        account=answer.account.key,
        heard_at=answer.heard_at,
        spoken=answer.spoken,
        state=InboxState.LATER,
        push_sealed=keyring_of(session).seal(push, PUSH),
        lease_until=answer.heard_at + LEASE,
    )
    kept = await session.execute(statement.on_conflict_do_nothing().returning(Inbox.key))
    return kept.first() is not None


async def state_of(session: AsyncSession, key: str) -> InboxState | None:
    """Say where a message stands; None where it was never written down."""
    state = await session.scalar(select(Inbox.state).where(Inbox.key == key))
    return None if state is None else InboxState(state)


async def take_over(session: AsyncSession, now: datetime) -> list[tuple[Account, str]]:
    """Claim messages whose process died before it answered; gives each account and its push.

    One whose key has gone is let be: nobody knows what it said, and the others must not wait for it.
    """
    waiting = (
        select(Inbox.key)
        .where(Inbox.state == InboxState.LATER, Inbox.lease_until < now)
        .limit(20)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Inbox)
        .where(Inbox.key.in_(waiting.scalar_subquery()))
        .values(lease_until=now + LEASE)
        .returning(Inbox.account, Inbox.push_sealed)
    )
    keyring = keyring_of(session)
    rows = (await session.execute(statement)).all()
    opened = [(account_of(account), keyring.open_if_possible(push, PUSH)) for account, push in rows]
    return [(account, push) for account, push in opened if push is not None]


async def forget(session: AsyncSession, account: Account) -> None:
    """Take an account's name, what it said and what it was told out of what was heard; the keys stay, so that a
    delivery that was captured stays harmless.

    A message of it that waits to be answered later will not be: there is nobody any more to tell.
    """
    statement = update(Inbox).where(Inbox.account == account.key)
    nothing = {"account": nameless(account).key, "reply_sealed": None, "push_sealed": None}
    await session.execute(statement.values(nothing).execution_options(synchronize_session=False))


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget messages heard long ago; gives how many."""
    gone = await session.execute(delete(Inbox).where(Inbox.heard_at < now - KEPT).returning(Inbox.key))
    return len(gone.all())
