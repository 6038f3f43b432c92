"""绑定码: one-time codes that bind whoever sends them."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, Row, String, delete, false, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import CadreId, HouseholdId, InvitationId
from storage.sealing import keyring_of

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that looks like something else: no 0 and O, no 1, I and L."""
LENGTH = 8
CODE = "invitation.code"

HOUSEHOLD_CODE_LIVES = timedelta(days=7)
"""Long enough to be carried on paper from one visit to the grandchild who comes home on Sunday."""
CADRE_CODE_LIVES = timedelta(days=3)
"""Shorter, since it opens the households of a cadre."""
PROXY_CODE_LIVES = timedelta(hours=24)
"""Shortest, since it opens a household to somebody outside it: it is made when the other is there to take it."""
KEPT = timedelta(days=30)
"""How long a code that has expired is remembered, for whoever asks who let whom in."""


class Invitation(Base):
    """One code, kept only as a blind index; good once, until it expires.

    `as_proxy`: it makes who sends it the household's proxy, whom the granter calls `called`; granted by `made_by`, or
    by the household itself where `by_household`.
    """

    __tablename__ = "invitation"

    id: Mapped[InvitationId] = mapped_column(primary_key=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    as_proxy: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_household: Mapped[bool] = mapped_column(default=False, server_default=false())
    called: Mapped[str | None] = mapped_column(String(20))
    made_by: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-–—_,，.。、:：“”\"']+")
_LEAD = re.compile(r"^(?:我的|我家的|这是)?(?:绑定码|邀请码|验证码|绑定|码)?是?")


def read_code(text: str) -> str | None:
    """Read a code as people send it: small letters, full width, parted by spaces or strokes, 绑定码 before it."""
    said = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    said = _LEAD.sub("", said)
    # Of digits only, it is a part of an identity or phone number.
    return said if _CODE.fullmatch(said) and not said[:-1].isdigit() else None


def looks_like_code(text: str) -> bool:
    """Whether a message is a binding code and nothing else."""
    return read_code(text) is not None


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a code was made for: a household, a cadre, or whoever may speak for a household (`as_proxy`)."""

    household_id: HouseholdId | None
    cadre_id: CadreId | None
    as_proxy: bool = False
    called: str | None = None
    granted_by: str = "office"


async def make(
    session: AsyncSession,
    *,
    household_id: HouseholdId | None = None,
    cadre_id: CadreId | None = None,
    made_by: CadreId | None,
    now: datetime,
) -> tuple[str, datetime]:
    """Make a code for a household (good for 7 days) or a cadre (3 days), and tell until when it is good.

    Older unused codes of the same target expire now: the newest paper is the one that counts. The code is told once,
    here; the store cannot say it again.
    """
    assert (household_id is None) != (cadre_id is None)
    invitation = Invitation(household_id=household_id, cadre_id=cadre_id, made_by=made_by)
    lives = HOUSEHOLD_CODE_LIVES if household_id is not None else CADRE_CODE_LIVES
    return await _make(session, invitation, lives, now)


async def make_for_proxy(
    session: AsyncSession,
    household_id: HouseholdId,
    *,
    called: str | None,
    made_by: CadreId | None = None,
    by_household: bool = False,
    now: datetime,
) -> tuple[str, datetime]:
    """Make a code whose sender may speak for this household (good for 24 hours), and tell until when it is good.

    An older unused one of the household expires now. `called` is what the granter calls who is to have it.
    """
    invitation = Invitation(
        household_id=household_id, as_proxy=True, called=called, made_by=made_by, by_household=by_household
    )
    return await _make(session, invitation, PROXY_CODE_LIVES, now)


async def _make(session: AsyncSession, invitation: Invitation, lives: timedelta, now: datetime) -> tuple[str, datetime]:
    same_target: tuple[ColumnElement[bool], ...] = (
        Invitation.household_id.is_not_distinct_from(invitation.household_id),
        Invitation.cadre_id.is_not_distinct_from(invitation.cadre_id),
        Invitation.as_proxy.is_(bool(invitation.as_proxy)),
    )
    await session.execute(
        update(Invitation)
        .where(*same_target, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    code = _new_code()
    invitation.code_index = keyring_of(session).index(code, CODE)
    invitation.made_at, invitation.expires_at = now, now + lives
    session.add(invitation)
    await session.flush()
    return code, invitation.expires_at


def _new_code() -> str:
    # A code of digits only, or one that ends like an identity number, could be taken for a part of one.
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code[:-1].isdigit():
            return code


async def read(session: AsyncSession, code: str, now: datetime) -> Invited | None:
    """Tell whom a code was made for, without using it up; None where it is unknown, used or expired."""
    statement = select(*_TOLD).where(*_good(session, code, now))
    return _invited((await session.execute(statement)).one_or_none())


async def redeem(session: AsyncSession, code: str, now: datetime) -> Invited | None:
    """Use a code up and tell whom it was made for; None where it is unknown, used or expired.

    Of two accounts that send one code at the same moment, one gets it: the row is marked by a single UPDATE. A
    failing code tells nothing about why.
    """
    statement = (
        update(Invitation)
        .where(*_good(session, code, now))
        .values(used_at=now)
        .returning(*_TOLD)
        .execution_options(synchronize_session=False)
    )
    return _invited((await session.execute(statement)).one_or_none())


_TOLD = (
    Invitation.household_id,
    Invitation.cadre_id,
    Invitation.as_proxy,
    Invitation.called,
    Invitation.by_household,
    Invitation.made_by,
)


def _good(session: AsyncSession, code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    indexes = keyring_of(session).indexes(code, CODE)
    return Invitation.code_index.in_(indexes), Invitation.used_at.is_(None), Invitation.expires_at > now


def _invited(
    row: Row[HouseholdId | None, CadreId | None, bool, str | None, bool, CadreId | None] | None,
) -> Invited | None:
    if row is None:
        return None
    granted_by = "office" if row.made_by is None else f"cadre:{row.made_by}"
    if row.by_household:
        granted_by = f"household:{row.household_id}"
    return Invited(row.household_id, row.cadre_id, row.as_proxy, row.called, granted_by)


async def cancel_of_household(session: AsyncSession, household_id: HouseholdId, now: datetime) -> None:
    """Let the codes for proxies run out now that the household itself made and nobody has used."""
    statement = update(Invitation).where(
        Invitation.household_id == household_id,
        Invitation.by_household.is_(True),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    await session.execute(statement.values(expires_at=now).execution_options(synchronize_session=False))


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget codes that expired long ago, used or not; gives how many."""
    gone = await session.execute(delete(Invitation).where(Invitation.expires_at < now - KEPT).returning(Invitation.id))
    return len(gone.all())
