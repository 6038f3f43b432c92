"""换钥: puts every sealed value, and the blind index beside it, under the newest key and the cipher in force.

The service goes on meanwhile, with both keys.

Nothing is kept of how far it has come: a row under the newest key is done, so after a kill it simply starts again.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Column, ColumnElement, Table, bindparam, func, literal, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cadres, cases, conversations, disbursements, households, inbox, members, outbox, recordings
from storage.bindings import BindingAttempt
from storage.database import Base, Database
from storage.import_batches import ImportBatch, ImportChange
from storage.imports import fingerprints
from storage.imports.shapes import SHAPES
from storage.invitations import Invitation
from storage.sealing import HEADER_BYTES, CannotOpen, Keyring

_AT_ONCE = 500
_PASSES = 5
_BETWEEN_TRANSACTIONS_SECONDS = 0.01
"""On SQLite only one writes at a time: those who wait for an answer come in between."""
_BETWEEN_PASSES_SECONDS = 0.2
"""Rows in other hands were passed over; they are free again soon."""


class Sealing(Protocol):
    """Something sealed in one table, that can be sealed anew some rows at a time."""

    @property
    def table(self) -> Table:
        """Where it is."""
        ...

    def headers(self) -> Sequence[ColumnElement[Any]]:
        """What tells key and cipher of each value of a row, as the store keeps it; NULL where there is no value."""
        ...

    def older(self, keyring: Keyring) -> ColumnElement[bool]:
        """Whether a row holds something under another key or cipher than those in force."""
        ...

    async def next(self, session: AsyncSession, keyring: Keyring, last: Any) -> Mapping[Any, Any]:
        """Take the next such rows that nobody else holds, by their place in the order, from after `last` on."""
        ...

    async def reseal(self, session: AsyncSession, keyring: Keyring, rows: Mapping[Any, Any]) -> int:
        """Seal those rows anew; gives how many could be."""
        ...


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
        """The primary key; every table with a sealed column has one of a single column."""
        [key] = self.table.primary_key.columns
        return key

    def headers(self) -> Sequence[ColumnElement[Any]]:
        """The first bytes of the value."""
        return [func.substr(self.column, 1, HEADER_BYTES)]

    def older(self, keyring: Keyring) -> ColumnElement[bool]:
        """Whether a value begins otherwise than those sealed now."""
        return func.substr(self.column, 1, HEADER_BYTES) != keyring.header

    async def next(self, session: AsyncSession, keyring: Keyring, last: Any) -> Mapping[Any, Any]:
        """Take the next rows; since nobody is waited for, nobody can wait for us for ever."""
        statement = select(self.key, self.column).where(self.older(keyring))
        if last is not None:
            statement = statement.where(self.key > last)
        # A row that others only refer to (a visit of this household) is free, unless a unique column changes.
        unique = self.index is not None and bool(self.index.unique)
        statement = statement.order_by(self.key).limit(_AT_ONCE).with_for_update(skip_locked=True, key_share=not unique)
        return {row[0]: row[1] for row in await session.execute(statement)}

    async def reseal(self, session: AsyncSession, keyring: Keyring, rows: Mapping[Any, Any]) -> int:
        """Write the values anew, each only where it still is what was read."""
        changes = []
        for key, old in rows.items():
            try:
                value = keyring.open(old, self.place)
            except CannotOpen:
                continue
            change = {"of": key, "old": old, "new": keyring.seal(value, self.place)}
            if self.index is not None:
                change["index"] = keyring.index(value, self.place)
            changes.append(change)
        if not changes:
            return 0
        values: dict[Any, Any] = {self.column: bindparam("new")}
        if self.index is not None:
            values[self.index] = bindparam("index")
        statement = update(self.table).where(self.key == bindparam("of"), self.column == bindparam("old"))
        connection = await session.connection()
        if self.index is None or not self.index.unique:
            await connection.execute(statement.values(values), changes)
            return len(changes)
        moved = 0
        for change in changes:
            try:
                async with connection.begin_nested():
                    await connection.execute(statement.values(values), change)
            except IntegrityError:
                # Two cadres with one number, filed under two keys: a person must say which of them stays.
                continue
            moved += 1
        return moved


class SealedBefore:
    """What import batches keep of the rows they changed: whatever was sealed there, as text within a document."""

    @property
    def table(self) -> Table:
        """The changes of all imports."""
        return cast(Table, ImportChange.__table__)

    def headers(self) -> Sequence[ColumnElement[Any]]:
        """The first characters of each value."""
        return [func.substr(self._text(name), 1, _HEADER_CHARACTERS) for name in self._names()]

    def older(self, keyring: Keyring) -> ColumnElement[bool]:
        """Whether a document holds a value that begins otherwise than those sealed now."""
        now = _as_text(keyring.header)
        return or_(*(header.not_in(now) for header in self.headers()))

    async def next(self, session: AsyncSession, keyring: Keyring, last: Any) -> Mapping[Any, Any]:
        """Take the next documents, each by its batch and its position there."""
        order = (ImportChange.batch_id, ImportChange.position)
        statement = select(*order, ImportChange.table_name, ImportChange.before).where(self.older(keyring))
        if last is not None:
            statement = statement.where(tuple_(*order) > tuple_(*map(literal, last)))
        statement = statement.order_by(*order).limit(_AT_ONCE).with_for_update(skip_locked=True)
        return {
            (batch, position): (table, before) for batch, position, table, before in await session.execute(statement)
        }

    async def reseal(self, session: AsyncSession, keyring: Keyring, rows: Mapping[Any, Any]) -> int:
        """Write the documents anew, those of which everything can be opened."""
        changes = []
        for (batch, position), (table, before) in rows.items():
            try:
                changes.append({"batch": batch, "at": position, "new": self._anew(table, before, keyring)})
            except CannotOpen:
                continue
        if not changes:
            return 0
        statement = (
            update(self.table)
            .where(ImportChange.batch_id == bindparam("batch"), ImportChange.position == bindparam("at"))
            .values(before=bindparam("new"))
        )
        await (await session.connection()).execute(statement, changes)
        return len(changes)

    def _anew(self, table: str, before: Mapping[str, Any], keyring: Keyring) -> dict[str, Any]:
        anew = dict(before)
        for name, place in SHAPES[table].sealed.items():
            sealed = before.get(f"{name}_sealed")
            if sealed is None:
                continue
            value = keyring.open(base64.b64decode(sealed), place)
            anew[f"{name}_sealed"] = base64.b64encode(keyring.seal(value, place)).decode()
            if before.get(f"{name}_index") is not None:
                anew[f"{name}_index"] = base64.b64encode(keyring.index(value, place)).decode()
        return anew

    def _names(self) -> list[str]:
        return sorted({f"{name}_sealed" for shape in SHAPES.values() for name in shape.sealed})

    def _text(self, name: str) -> ColumnElement[str]:
        return cast(ColumnElement[str], self.table.c.before[name].as_string())


# Seven characters of base64 hold the header's five bytes and two bits of what follows.
_HEADER_CHARACTERS = 7


def _as_text(header: bytes) -> list[str]:
    """Give what base64 of something with this header may begin with."""
    return sorted({base64.b64encode(header + bytes([bits << 6]))[:_HEADER_CHARACTERS].decode() for bits in range(4)})


def _as_header(kept: bytes | str) -> bytes:
    return kept if isinstance(kept, bytes) else base64.b64decode(f"{kept}=")[:HEADER_BYTES]


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
    Sealed(cases.Case, "text_sealed", cases.TEXT),
    Sealed(cases.CaseEvent, "text_sealed", cases.EVENT_TEXT),
    Sealed(recordings.Recording, "content_sealed", recordings.CONTENT),
    Sealed(recordings.Recording, "text_sealed", recordings.TEXT),
    Sealed(ImportBatch, "fingerprints_sealed", fingerprints.PLACE),
)
"""Every sealed column of the store; a test compares it with the tables."""

_EVERYTHING: tuple[Sealing, ...] = (*SEALED, SealedBefore())

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
    done = dict.fromkeys((sealed.table.name for sealed in _EVERYTHING), 0)
    for sealed in _EVERYTHING:
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
    """Count the values of each table that are not under the newest key and the cipher in force."""
    left = dict.fromkeys((sealed.table.name for sealed in _EVERYTHING), 0)
    for sealed in _EVERYTHING:
        left[sealed.table.name] += await _count(database, sealed)
    return left


async def headers(database: Database) -> Counter[bytes]:
    """Count all sealed values by what they begin with: the cipher and the key."""
    counted: Counter[bytes] = Counter()
    async with database.reading() as session:
        for sealed in _EVERYTHING:
            for header in sealed.headers():
                named = header.label("header")
                statement = select(named, func.count()).where(named.is_not(None)).group_by(named)
                for kept, count in await session.execute(statement.select_from(sealed.table)):
                    counted[_as_header(kept)] += count
    return counted


async def codes(database: Database, now: datetime) -> Codes:
    """Count the binding codes somebody may still send: those made under an older key end with it."""
    statement = select(func.count(), func.max(Invitation.expires_at)).where(
        Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    async with database.reading() as session:
        count, until = (await session.execute(statement)).one()
    return Codes(count, until)


async def _pass(database: Database, sealed: Sealing) -> AsyncIterator[int]:
    """Go through the table once; gives how many values came under the newest key, a transaction at a time."""
    last: Any = None
    while True:
        async with database.writing() as session:
            rows = await sealed.next(session, database.keyring, last)
            moved = await sealed.reseal(session, database.keyring, rows)
        if not rows:
            return
        last = list(rows)[-1]
        yield moved
        await asyncio.sleep(_BETWEEN_TRANSACTIONS_SECONDS)


async def _count(database: Database, sealed: Sealing) -> int:
    statement = select(func.count()).select_from(sealed.table).where(sealed.older(database.keyring))
    async with database.reading() as session:
        return await session.scalar(statement) or 0
