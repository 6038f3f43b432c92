"""换钥: puts every sealed value, and the blind index beside it, under the newest key while the service runs.

Nothing is kept of how far it has come: a row under the newest key is done, so after a kill it simply starts again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cadres, conversations, disbursements, households, inbox, members, outbox
from storage.bindings import BindingAttempt
from storage.database import Base, Database
from storage.invitations import Invitation
from storage.sealing import CannotOpen, Keyring

_AT_ONCE = 500
_PASSES = 5
_BETWEEN_TRANSACTIONS_SECONDS = 0.01
"""On SQLite only one writes at a time: those who wait for an answer come in between."""
_BETWEEN_PASSES_SECONDS = 0.2
"""Rows in other hands were passed over; they are free again soon."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed column, the place its values are sealed for, and the blind index written together with it."""

    model: type[Base]
    name: str
    place: str
    index_name: str | None = None

    @property
    def table(self) -> Table:
        """The table itself, for statements over many rows."""
        return cast(Table, self.model.__table__)

    @property
    def column(self) -> Column[Any]:
        """The sealed column."""
        return self.table.c[self.name]

    @property
    def index(self) -> Column[Any] | None:
        """The column of the blind index, where there is one."""
        return None if self.index_name is None else self.table.c[self.index_name]

    @property
    def key(self) -> Column[Any]:
        """The primary key; every table with sealed values has one of a single column."""
        [key] = self.table.primary_key.columns
        return key


SEALED = (
    Sealed(cadres.Cadre, "phone_sealed", cadres.PHONE, "phone_index"),
    Sealed(households.Household, "phone_sealed", households.PHONE, "phone_index"),
    Sealed(households.Household, "card_sealed", households.CARD),
    Sealed(members.Member, "id_number_sealed", members.ID_NUMBER, "id_number_index"),
    Sealed(members.Member, "phone_sealed", members.PHONE),
    Sealed(disbursements.Disbursement, "card_sealed", disbursements.CARD),
    Sealed(conversations.Conversation, "state_sealed", conversations.STATE),
    Sealed(inbox.Inbox, "reply_sealed", inbox.REPLY),
    Sealed(inbox.Inbox, "push_sealed", inbox.PUSH),
    Sealed(outbox.Outbox, "text_sealed", outbox.TEXT),
)
"""Everything sealed in the store; a test compares it with the tables."""

LEFT_AS_THEY_ARE = (
    (Invitation, "code_index"),
    (BindingAttempt, "target"),
)
"""Blind indexes without the value beside them, which nobody can make anew: they run out by themselves, a code in seven
days, a wrong try in one."""

Progress = Callable[[str, int], None]
"""Is told a table and how many of its values have been put under the newest key so far."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Binding codes that are still good, and until when the last of them is. Their keys are not known."""

    count: int
    until: datetime | None


async def rotate(database: Database, progress: Progress) -> dict[str, int]:
    """Put what is under older keys under the newest; gives how many values of each table were.

    Small transactions in the order of the primary key. Rows in other hands are passed over and come in the next pass;
    what cannot be opened, and a number two cadres have, stays as it is and is counted by `remaining`.
    """
    done = dict.fromkeys((sealed.table.name for sealed in SEALED), 0)
    for sealed in SEALED:
        for _ in range(_PASSES):
            moved = 0
            async for count in _pass(database, sealed):
                moved += count
                done[sealed.table.name] += count
                progress(sealed.table.name, done[sealed.table.name])
            if not await _count(database, sealed):
                break
            await asyncio.sleep(_BETWEEN_PASSES_SECONDS)
    return done


async def remaining(database: Database) -> dict[str, int]:
    """Count the values of each table that are not under the newest key."""
    left = dict.fromkeys((sealed.table.name for sealed in SEALED), 0)
    for sealed in SEALED:
        left[sealed.table.name] += await _count(database, sealed)
    return left


async def codes(database: Database, now: datetime) -> Codes:
    """Count the binding codes somebody may still send: those made under an older key end with it."""
    statement = select(func.count(), func.max(Invitation.expires_at)).where(
        Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    async with database.reading() as session:
        count, until = (await session.execute(statement)).one()
    return Codes(count, until)


async def _pass(database: Database, sealed: Sealed) -> AsyncIterator[int]:
    """Go through the column once; gives how many values came under the newest key, a transaction at a time."""
    last: Any = None
    while True:
        async with database.writing() as session:
            rows = await _older(session, sealed, database.keyring, last)
            moved = await _reseal(session, sealed, database.keyring, rows)
        if not rows:
            return
        last = list(rows)[-1]
        yield moved
        await asyncio.sleep(_BETWEEN_TRANSACTIONS_SECONDS)


def _is_older(sealed: Sealed, keyring: Keyring) -> ColumnElement[bool]:
    return func.substr(sealed.column, 1, len(keyring.header)) != keyring.header


async def _count(database: Database, sealed: Sealed) -> int:
    statement = select(func.count()).select_from(sealed.table).where(_is_older(sealed, database.keyring))
    async with database.reading() as session:
        return await session.scalar(statement) or 0


async def _older(session: AsyncSession, sealed: Sealed, keyring: Keyring, last: Any) -> Mapping[Any, bytes]:
    """Take the next rows that nobody else holds. Since nobody is waited for, nobody can wait for us for ever."""
    statement = select(sealed.key, sealed.column).where(_is_older(sealed, keyring))
    if last is not None:
        statement = statement.where(sealed.key > last)
    # A row that others only refer to (a visit of this household) is free, unless a unique column changes.
    unique = sealed.index is not None and bool(sealed.index.unique)
    statement = statement.order_by(sealed.key).limit(_AT_ONCE).with_for_update(skip_locked=True, key_share=not unique)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def _reseal(session: AsyncSession, sealed: Sealed, keyring: Keyring, rows: Mapping[Any, bytes]) -> int:
    """Write the values anew, each only where it still is what was read."""
    changes = []
    for key, old in rows.items():
        try:
            value = keyring.open(old, sealed.place)
        except CannotOpen:
            continue
        change = {"of": key, "old": old, "new": keyring.seal(value, sealed.place)}
        if sealed.index is not None:
            change["index"] = keyring.index(value, sealed.place)
        changes.append(change)
    if not changes:
        return 0
    values: dict[Any, Any] = {sealed.column: bindparam("new")}
    if sealed.index is not None:
        values[sealed.index] = bindparam("index")
    statement = (
        update(sealed.table).where(sealed.key == bindparam("of"), sealed.column == bindparam("old")).values(values)
    )
    connection = await session.connection()
    if sealed.index is None or not sealed.index.unique:
        await connection.execute(statement, changes)
        return len(changes)
    moved = 0
    for change in changes:
        try:
            async with connection.begin_nested():
                await connection.execute(statement, change)
        except IntegrityError:
            # Two cadres with one number, filed under two keys: a person must say which of them stays.
            continue
        moved += 1
    return moved
