"""绑定码: one-time codes that bind whoever sends them."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, false, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, insert_into
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
KEPT = timedelta(days=30)
"""How long a code that has expired is remembered, for whoever asks who let whom in."""


class Invitation(Base):
    """One code, kept only as a blind index; good once, until it expires."""

    __tablename__ = "invitation"

    id: Mapped[InvitationId] = mapped_column(primary_key=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    household_id: Mapped[HouseholdId | None] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"))
    as_proxy: Mapped[bool] = mapped_column(default=False, server_default=false())
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
    """Whom a code was made for: one of the two."""

    household_id: HouseholdId | None
    cadre_id: CadreId | None


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
    same_target = (
        Invitation.household_id == household_id if household_id is not None else Invitation.cadre_id == cadre_id
    )
    await session.execute(
        update(Invitation)
        .where(same_target, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    code = _new_code()
    expires_at = now + (HOUSEHOLD_CODE_LIVES if household_id is not None else CADRE_CODE_LIVES)
    await session.execute(
        insert_into(session, Invitation).values(
            code_index=keyring_of(session).index(code, CODE),
            household_id=household_id,
            cadre_id=cadre_id,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
        )
    )
    return code, expires_at


def _new_code() -> str:
    # A code of digits only, or one that ends like an identity number, could be taken for a part of one.
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code[:-1].isdigit():
            return code


async def redeem(session: AsyncSession, code: str, now: datetime) -> Invited | None:
    """Use a code up and tell whom it was made for; None where it is unknown, used or expired.

    Of two accounts that send one code at the same moment, one gets it: the row is marked by a single UPDATE. A
    failing code tells nothing about why.
    """
    statement = (
        update(Invitation)
        .where(
            Invitation.code_index.in_(keyring_of(session).indexes(code, CODE)),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation.household_id, Invitation.cadre_id)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Invited(row.household_id, row.cadre_id)


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget codes that expired long ago, used or not; gives how many."""
    gone = await session.execute(delete(Invitation).where(Invitation.expires_at < now - KEPT).returning(Invitation.id))
    return len(gone.all())
