"""录音和图片: what somebody sent that we cannot read, kept for their cadre where they agreed to it.

WeChat keeps a medium three days (OA Get_temporary_materials) and gives no text for voice; so it is fetched soon, sealed
here, and removed after a while.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import audit
from storage.consents import Consent
from storage.database import Base, insert_into
from storage.ids import CaseId, HouseholdId, RecordingId
from storage.people import Account, account_of, nameless
from storage.sealing import keyring_of


class RecordingState(StrEnum):
    """What became of it: still to be fetched, kept, not to be had from WeChat, removed when its time was over."""

    WAITING = "waiting"
    KEPT = "kept"
    LOST = "lost"
    REMOVED = "removed"


class Recording(Base):
    """One voice message or picture of one household, sent by the account that is answered when its words are known."""

    __tablename__ = "recording"

    id: Mapped[RecordingId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    case_id: Mapped[CaseId | None] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    account: Mapped[str] = mapped_column(String(140), index=True)
    media_id: Mapped[str] = mapped_column(String(140), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    received_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    content_type: Mapped[str | None] = mapped_column(String(60))
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


CONTENT = "recording.content"
TEXT = "recording.text"

AGREED = "recordings"
"""The name under which it is on record whether an account agreed that what it sends is kept for the cadre."""

AT_WECHAT = timedelta(days=3)
"""So long WeChat keeps a medium."""

KEPT_FOR = timedelta(days=30)
"""So long we keep one: long enough to be heard, and no longer (个人信息保护法 第十九条)."""

_LEASE = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that is to be fetched now, in the hands of one worker until its lease ends."""

    id: RecordingId
    household_id: HouseholdId
    account: Account
    kind: str
    media_id: str
    received_at: datetime
    tries: int


async def agreed(session: AsyncSession, account: Account, household_id: HouseholdId) -> bool | None:
    """Whether this account agreed that what it sends for this household is kept; None where it was never asked, or took
    its consent back since.
    """
    statement = (
        select(Consent)
        .where(Consent.account == account.key, Consent.household_id == household_id, Consent.notice == AGREED)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    last = (await session.scalars(statement)).one_or_none()
    if last is None:
        return None
    if last.withdrawn_at is None:
        return True
    return False if last.withdrawn_at == last.given_at else None


async def decide(
    session: AsyncSession, account: Account, household_id: HouseholdId, *, agrees: bool, now: datetime
) -> None:
    """Write down whether an account agrees; a no is a consent that was taken back as it was given."""
    row = Consent(
        account=account.key,
        household_id=household_id,
        notice=AGREED,
        given_at=now,
        withdrawn_at=None if agrees else now,
    )
    session.add(row)
    await session.flush()


async def keep(
    session: AsyncSession, account: Account, household_id: HouseholdId, *, kind: str, media_id: str, now: datetime
) -> None:
    """Have a medium fetched from WeChat and kept."""
    await session.execute(
        insert_into(session, Recording)
        .values(
            household_id=household_id,
            account=account.key,
            kind=kind,
            media_id=media_id,
            state=RecordingState.WAITING,
            received_at=now,
            tries=0,
            next_try_at=now,
        )
        .on_conflict_do_nothing()
    )


async def claim(session: AsyncSession, now: datetime, *, most: int) -> list[Waiting]:
    """Take up what is to be fetched now; whoever dies with it lets it go when the lease ends."""
    due = (
        select(Recording)
        .where(Recording.state == RecordingState.WAITING, Recording.next_try_at <= now)
        .order_by(Recording.next_try_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = (await session.scalars(due)).all()
    for one in found:
        one.next_try_at, one.tries = now + _LEASE, one.tries + 1
    await session.flush()
    return [
        Waiting(one.id, one.household_id, account_of(one.account), one.kind, one.media_id, one.received_at, one.tries)
        for one in found
    ]


async def fetched(
    session: AsyncSession, recording_id: RecordingId, content: bytes, content_type: str, words: str | None
) -> bool:
    """Keep what was fetched, sealed, with its words where something could hear them; False where it is settled."""
    keyring = keyring_of(session)
    return await _settle(
        session,
        recording_id,
        RecordingState.KEPT,
        content_type=content_type,
        content_sealed=keyring.seal(b64encode(content).decode(), CONTENT),
        text_sealed=keyring.seal_if(words, TEXT),
    )


async def lost(session: AsyncSession, recording_id: RecordingId) -> bool:
    """WeChat has it no more, or it is none we may keep; False where it is settled."""
    return await _settle(session, recording_id, RecordingState.LOST)


async def try_later(session: AsyncSession, waiting: Waiting, now: datetime) -> None:
    """Let it be fetched again, each time a little later."""
    wait = min(timedelta(minutes=2**waiting.tries), _LONGEST_WAIT)
    await session.execute(
        update(Recording)
        .where(Recording.id == waiting.id, Recording.state == RecordingState.WAITING)
        .values(next_try_at=now + wait)
        .execution_options(synchronize_session=False)
    )


async def _settle(session: AsyncSession, recording_id: RecordingId, state: RecordingState, **kept: object) -> bool:
    statement = (
        update(Recording)
        .where(Recording.id == recording_id, Recording.state == RecordingState.WAITING)
        .values(state=state, next_try_at=None, **kept)
        .returning(Recording.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None


def content_of(session: AsyncSession, recording: Recording) -> bytes:
    """Open what is kept of one."""
    assert recording.content_sealed is not None
    return b64decode(keyring_of(session).open(recording.content_sealed, CONTENT))


async def of_household(session: AsyncSession, household_id: HouseholdId) -> Sequence[Recording]:
    """Give what a household has sent, the newest first, without the content."""
    audit.saw(session, [household_id])
    statement = select(Recording).where(Recording.household_id == household_id).order_by(Recording.id.desc())
    return (await session.scalars(statement)).all()


async def forget(session: AsyncSession, account: Account) -> None:
    """Remove what an account sent, and its name."""
    await _remove(session, Recording.account == account.key, account=nameless(account).key)


async def purge(session: AsyncSession, now: datetime) -> int:
    """Remove what was kept long enough; that there was something stays; gives how many."""
    return await _remove(session, Recording.received_at < now - KEPT_FOR)


async def _remove(session: AsyncSession, which: object, **also: object) -> int:
    statement = (
        update(Recording)
        .where(which, Recording.state != RecordingState.REMOVED)  # type: ignore[arg-type]
        .values(state=RecordingState.REMOVED, next_try_at=None, content_sealed=None, text_sealed=None, **also)
        .returning(Recording.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(statement)).all())
