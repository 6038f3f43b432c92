"""审计链: each entry of the audit carries the hash of all before it, and the end is signed.

`hash = SHA-256(hash before | JSON array [position, at, actor, action, about, detail])`, the JSON compact, in UTF-8,
its keys in order, the time in UTC to the microsecond. The first entry stands on 32 zero bytes. The end is signed under
a key that is not in the store (`storage.sealing`), so whoever has only the store can neither mend nor remake the chain.

Acts are noted unlinked, since a chain locked until commit would make everybody wait for an import. A linker gives them
their positions a moment later, in whatever order they have become visible.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import msgspec
from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import Act, AuditEntry, AuditHead
from storage.database import Database, insert_into
from storage.sealing import CannotOpen, Keyring, keyring_of

_AT_ONCE = 1_000
_HEAD = 1
_PURPOSE = "audit.head"
_CODE_DIGITS = 16
_FIRST = bytes(32)
_ANEW = b"\xff" * 32
"""What the chain goes on from when its end was lost or forged: the place stays visible for ever."""
_LOCK = 0x6261_6E67_6675_0003
"""Ours among the advisory locks of a PostgreSQL database."""

_PLAIN = msgspec.json.Encoder(order="deterministic")
_TABLE = cast(Table, AuditEntry.__table__)


class Fault(StrEnum):
    """What can be wrong at a position.

    ALTERED: the entry, or the one before it, is not what was linked there. MISSING: entries from here on are gone.
    ANEW: the end of the chain was lost before this entry, so it began anew. UNSIGNED: there are entries, but no signed
    end. FORGED: the end is not signed by us, or is not the end of these entries. BEYOND: entries stand behind the end.
    NO_KEY: the key that signed the end is not at hand.
    """

    ALTERED = "altered"
    MISSING = "missing"
    ANEW = "anew"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    BEYOND = "beyond"
    NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold; `until` is the last entry that is missing."""

    position: int
    fault: Fault
    until: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The last position and its hash; the code is what people write on paper."""

    position: int
    hash: bytes

    @property
    def code(self) -> str:
        """The first 64 bits of the hash, as 16 hexadecimal digits in fours."""
        digits = self.hash.hex()[:_CODE_DIGITS]
        return "-".join(digits[start : start + 4] for start in range(0, _CODE_DIGITS, 4))

    def __str__(self) -> str:
        """Position and code, as `bangfu audit verify --expect` takes them."""
        return f"{self.position}:{self.code}"


@dataclass(frozen=True, slots=True)
class Expected:
    """An end of the chain that somebody wrote down: `code` is 16 hexadecimal digits in fours."""

    position: int
    code: str


@dataclass(slots=True)
class Verdict:
    """What a walk through the chain found: how many acts, from when to when, and where it does not hold.

    `as_expected`: whether the end somebody wrote down was once the end; None where nobody asked.
    """

    acts: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    end: End | None = None
    as_expected: bool | None = None
    breaks: list[Break] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, left out or put in, as far as the chain can tell."""
        return not self.breaks and self.as_expected is not False


async def link(database: Database, now: datetime) -> int:
    """Link the acts that were noted and not linked yet; gives how many.

    Any number of processes may do so at once; a crash in between leaves each entry either linked or not.
    """
    linked = 0
    while await _any_waits(database):
        async with database.writing() as session:
            some = await _link_some(session, now)
        linked += some
        if some < _AT_ONCE:
            break
    return linked


async def append(session: AsyncSession, acts: Sequence[Act], now: datetime) -> None:
    """Write acts down and link them at once: for what nobody holds a transaction of."""
    end = await _take_end(session)
    entries: list[dict[str, Any]] = []
    for act in acts:
        hash_ = None
        if end is not None:
            end = _next(end, act.at, act.actor, act.action, act.about, act.detail)
            hash_ = end.hash
        entries.append(act.values | {"position": None if end is None else end.position, "hash": hash_})
    await session.execute(insert(_TABLE), entries)
    if end is not None:
        await _put_head(session, end, now)


async def end_of(database: Database) -> End | None:
    """Give the end of the chain as it stands; None before the first act."""
    async with database.reading() as session:
        found = (await session.execute(select(AuditHead.position, AuditHead.hash))).one_or_none()
    return None if found is None else End(found.position, found.hash)


async def under_older_keys(database: Database) -> int:
    """Count the ends that are signed with another key than the newest: one, or none."""
    async with database.reading() as session:
        signatures = await session.scalars(select(AuditHead.signature))
    return sum(not database.keyring.signed_with_newest(signature) for signature in signatures)


async def sign_anew(database: Database, now: datetime) -> int:
    """Put the end under the newest key; gives whether it was not. What we cannot check is left as it is."""
    if not await under_older_keys(database):
        return 0
    async with database.writing() as session:
        end = await _take_end(session)
        if end is None or end.hash in (_FIRST, _ANEW):
            return 0
        await _put_head(session, end, now)
    return 1


async def verify(database: Database, expected: Expected | None = None) -> Verdict:
    """Walk through the whole chain, a page at a time; whoever calls has linked what waits."""
    verdict = Verdict(as_expected=None if expected is None else False)
    async with database.reading() as session:
        head = (await session.scalars(select(AuditHead))).one_or_none()
        if head is not None:
            session.expunge(head)
    walk = _Walk(verdict, expected)
    async for row in _entries(database, None if head is None else head.position):
        walk.step(row)
    if head is None:
        if verdict.acts:
            verdict.breaks.append(Break(walk.end.position, Fault.UNSIGNED))
        return verdict
    verdict.end = End(head.position, head.hash)
    fault = _fault_of_head(database.keyring, head, walk.end)
    if walk.end.position < head.position and fault is not Fault.FORGED:
        verdict.breaks.append(Break(walk.end.position + 1, Fault.MISSING, head.position))
    if fault is not None:
        verdict.breaks.append(Break(head.position, fault))
    beyond = await _beyond(database)
    if beyond is not None:
        verdict.breaks.append(Break(beyond, Fault.BEYOND))
    return verdict


class _Walk:
    """Goes from entry to entry; after a place that does not hold it goes on from what stands there."""

    def __init__(self, verdict: Verdict, expected: Expected | None) -> None:
        self.end = End(0, _FIRST)
        self._verdict = verdict
        self._expected = expected

    def step(self, row: Row[Any] | int) -> None:
        """Take one entry, or the position of one that cannot even be read."""
        self._verdict.acts += 1
        if isinstance(row, int):
            self._break(row, Fault.ALTERED)
            self.end = End(row, b"")
            return
        if row.position <= 0:
            self._break(row.position, Fault.ALTERED)
            return
        if row.position > self.end.position + 1:
            self._break(self.end.position + 1, Fault.MISSING, row.position - 1)
        elif not _stands_on(self.end.hash, row):
            self._break(row.position, Fault.ANEW if _stands_on(_ANEW, row) else Fault.ALTERED)
        self.end = End(row.position, row.hash or b"")
        self._verdict.first_at = self._verdict.first_at or row.at
        self._verdict.last_at = row.at
        if self._expected is not None and row.position == self._expected.position:
            self._verdict.as_expected = self.end.code == self._expected.code

    def _break(self, position: int, fault: Fault, until: int | None = None) -> None:
        self._verdict.breaks.append(Break(position, fault, until))


def _stands_on(previous: bytes, row: Row[Any]) -> bool:
    try:
        hash_ = _hash(previous, row.position, row.at, row.actor, row.action, row.about, row.detail)
    except (TypeError, AttributeError):
        # Only what was put in past our own code has a column of another type.
        return False
    return bool(row.hash == hash_)


def _fault_of_head(keyring: Keyring, head: AuditHead, end: End) -> Fault | None:
    try:
        if not keyring.signed(_signed_part(head.position, head.hash), _PURPOSE, head.signature):
            return Fault.FORGED
    except CannotOpen:
        return Fault.NO_KEY
    return Fault.FORGED if end.position == head.position and end.hash != head.hash else None


async def _entries(database: Database, until: int | None) -> AsyncIterator[Row[Any] | int]:
    """Give the linked entries in their order; of one that cannot be read, its position."""
    columns = [_TABLE.c[name] for name in ("position", "hash", "at", "actor", "action", "about", "detail")]
    everything = select(*columns).order_by(_TABLE.c.position)
    if until is not None:
        everything = everything.where(_TABLE.c.position <= until)
    after: int | None = None
    while True:
        page = everything.limit(_AT_ONCE)
        page = page.where(_TABLE.c.position.is_not(None) if after is None else _TABLE.c.position > after)
        async with database.reading() as session:
            try:
                rows: Sequence[Row[Any] | int] = (await session.execute(page)).all()
            except (TypeError, ValueError):
                rows = await _one_by_one(session, page)
        if not rows:
            return
        for row in rows:
            yield row
        last = rows[-1]
        after = last if isinstance(last, int) else last.position


async def _one_by_one(session: AsyncSession, page: Any) -> list[Row[Any] | int]:
    """A page in which some entry holds what its columns cannot: that one by its position alone."""
    rows: list[Row[Any] | int] = []
    positions = await session.scalars(page.with_only_columns(_TABLE.c.position))
    for position in positions.all():
        try:
            rows.append((await session.execute(page.where(_TABLE.c.position == position))).one())
        except (TypeError, ValueError):
            rows.append(position)
    return rows


async def _beyond(database: Database) -> int | None:
    """Give the first position behind the end; asked in one statement, since others go on linking meanwhile."""
    end = select(AuditHead.position).scalar_subquery()
    statement = select(func.min(_TABLE.c.position)).where(_TABLE.c.position > end)
    async with database.reading() as session:
        found: int | None = await session.scalar(statement)
    return found


async def _any_waits(database: Database) -> bool:
    async with database.reading() as session:
        waiting = select(_TABLE.c.id).where(_TABLE.c.position.is_(None)).limit(1)
        return (await session.scalar(waiting)) is not None


async def _link_some(session: AsyncSession, now: datetime) -> int:
    end = await _take_end(session)
    if end is None:
        return 0
    waiting = select(_TABLE).where(_TABLE.c.position.is_(None)).order_by(_TABLE.c.id).limit(_AT_ONCE)
    rows = (await session.execute(waiting)).all()
    links = []
    for row in rows:
        end = _next(end, row.at, row.actor, row.action, row.about, row.detail)
        links.append({"of": row.id, "at_position": end.position, "with_hash": end.hash})
    if links:
        values: dict[Any, Any] = {_TABLE.c.position: bindparam("at_position"), _TABLE.c.hash: bindparam("with_hash")}
        connection = await session.connection()
        await connection.execute(update(_TABLE).where(_TABLE.c.id == bindparam("of")).values(values), links)
        await _put_head(session, end, now)
    return len(links)


async def _take_end(session: AsyncSession) -> End | None:
    """Hold the chain until commit, and give the end to go on from; None where its key is not at hand.

    Whoever goes on from an end that does not hold would make it good. So what is lost or forged is left as it is, and
    the chain begins anew behind it.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    at_head = select(AuditHead.position).where(AuditHead.id == _HEAD).scalar_subquery()
    statement = select(
        select(func.max(_TABLE.c.position)).scalar_subquery(),
        select(_TABLE.c.hash).where(_TABLE.c.position == at_head).scalar_subquery(),
        at_head,
        select(AuditHead.hash).where(AuditHead.id == _HEAD).scalar_subquery(),
        select(AuditHead.signature).where(AuditHead.id == _HEAD).scalar_subquery(),
    )
    last, hash_there, position, hash_, signature = (await session.execute(statement)).one()
    if position is None:
        return End(0, _FIRST) if last is None else End(last, _ANEW)
    try:
        ours = keyring_of(session).signed(_signed_part(position, hash_), _PURPOSE, signature)
    except CannotOpen:
        return None
    if ours and position == last and hash_ == hash_there:
        return End(position, hash_)
    return End(max(last or 0, position if ours else 0), _ANEW)


async def _put_head(session: AsyncSession, end: End, now: datetime) -> None:
    values = {
        "position": end.position,
        "hash": end.hash,
        "signature": keyring_of(session).sign(_signed_part(end.position, end.hash), _PURPOSE),
        "linked_at": now,
    }
    statement = insert_into(session, AuditHead).values(id=_HEAD, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[AuditHead.id], set_=values))


def _next(end: End, at: datetime, actor: str, action: str, about: list[Any], detail: dict[str, Any]) -> End:
    position = end.position + 1
    return End(position, _hash(end.hash, position, at, actor, action, about, detail))


def _hash(
    previous: bytes, position: int, at: datetime, actor: str, action: str, about: list[Any], detail: dict[str, Any]
) -> bytes:
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(previous + _PLAIN.encode((position, when, actor, action, about, detail))).digest()


def _signed_part(position: int, hash_: bytes) -> bytes:
    return position.to_bytes(8, signed=True) + hash_
