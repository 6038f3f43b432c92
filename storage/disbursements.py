"""发放: money paid, failed or waiting, as the money files tell it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    CompoundSelect,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import masking
from storage import audit
from storage.applications import Application
from storage.assignments import Assignment
from storage.batches import Store, padded, shared
from storage.cadres import PHONE as CADRE_PHONE
from storage.cadres import Cadre
from storage.database import Base
from storage.ids import ApplicationId, DisbursementId, Fen, HouseholdId, MemberId
from storage.members import Member
from storage.sealing import Keyring, keyring_of


class PaymentState(StrEnum):
    """What became of one payment."""

    PAID = "paid"
    FAILED = "failed"
    WAITING = "waiting"


STATE_NAMES = {
    PaymentState.PAID: "已发放",
    PaymentState.FAILED: "发放失败",
    PaymentState.WAITING: "待发放",
}
"""What the files call each state."""


class Disbursement(Base):
    """One payment to a household, for one member of it where the file says which.

    `occurrence` tells equal lines of one batch apart, from 1.
    """

    __tablename__ = "disbursement"
    __table_args__ = (UniqueConstraint("household_id", "benefit", "batch", "occurrence"),)

    id: Mapped[DisbursementId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    benefit: Mapped[str] = mapped_column(String(80))
    batch: Mapped[str] = mapped_column(String(80))
    occurrence: Mapped[int] = mapped_column(default=1)
    amount_fen: Mapped[Fen]
    paid_on: Mapped[date | None]
    card_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    remark: Mapped[str | None] = mapped_column(String(400))


CARD = "disbursement.card"


class Asked(msgspec.Struct, frozen=True, gc=False):
    """An application of a household, as far as it has come. `person` is whom of it it is for, where a file says so."""

    id: ApplicationId
    benefit: str
    applied_on: date
    state: str
    state_since: date | None
    reason: str | None
    person: str | None


class Payment(msgspec.Struct, frozen=True, gc=False):
    """One payment to a household, `person` where it is for one of it. The card stays sealed until somebody is shown
    its last digits."""

    id: DisbursementId
    benefit: str
    state: PaymentState
    amount_fen: Fen
    paid_on: date | None
    batch: str
    card_sealed: bytes | None
    remark: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is asked and paid for a household, and whom it can ask about it."""

    applications: Sequence[Asked]
    payments: Sequence[Payment]
    helper: tuple[str, str] | None


# Asked more often than anything else, so it is one statement for all who ask at once: applications, payments and the
# present cadre. Columns: what, household, id, benefit or name, state, day, second day, amount, sealed, note, batch,
# person.
_households: BindParameter[list[int]] = bindparam("households", expanding=True)
_NO_DAY = cast(null(), Date)
_NO_TEXT = cast(null(), String)
_NO_SEAL = cast(null(), LargeBinary)
_NO_MONEY = cast(null(), BigInteger)
_STANDING: CompoundSelect[Any] = union_all(
    select(
        literal("payment"),
        Disbursement.household_id,
        Disbursement.id,
        Disbursement.benefit,
        Disbursement.state,
        Disbursement.paid_on,
        _NO_DAY,
        Disbursement.amount_fen,
        Disbursement.card_sealed,
        Disbursement.remark,
        Disbursement.batch,
        Member.name,
    )
    .outerjoin(Member, Member.id == Disbursement.member_id)
    .where(Disbursement.household_id.in_(_households)),
    select(
        literal("application"),
        Application.household_id,
        Application.id,
        Application.benefit,
        Application.state,
        Application.applied_on,
        Application.state_since,
        _NO_MONEY,
        _NO_SEAL,
        Application.reason,
        _NO_TEXT,
        Member.name,
    )
    .outerjoin(Member, Member.id == Application.member_id)
    .where(Application.household_id.in_(_households)),
    select(
        literal("cadre"),
        Assignment.household_id,
        Cadre.id,
        Cadre.name,
        _NO_TEXT,
        _NO_DAY,
        _NO_DAY,
        _NO_MONEY,
        Cadre.phone_sealed,
        _NO_TEXT,
        _NO_TEXT,
        _NO_TEXT,
    )
    .join(Assignment, Assignment.cadre_id == Cadre.id)
    .where(Assignment.household_id.in_(_households), Assignment.until.is_(None)),
)


async def standing(session: AsyncSession, household_id: HouseholdId) -> Standing:
    """What a household has asked for and been paid; the newest first, what waits before it."""
    audit.saw(session, [household_id])
    return await shared(session, standings, household_id)


async def standings(store: Store, keyring: Keyring, household_ids: Sequence[HouseholdId]) -> list[Standing]:
    """The same of several households, in their order, in one statement."""
    applications: defaultdict[int, list[Asked]] = defaultdict(list)
    payments: defaultdict[int, list[Payment]] = defaultdict(list)
    helpers: dict[int, tuple[str, str]] = {}
    parameters = {"households": padded(household_ids)}
    for row in await store.execute(_STANDING, parameters):
        what, household, id_, name, state, day, since, amount, sealed, note, batch, person = row
        if what == "payment":
            paid = Payment(id_, name, PaymentState(state), Fen(amount), day, batch, sealed, note, person)
            payments[household].append(paid)
        elif what == "application":
            applications[household].append(Asked(id_, name, day, state, since, note, person))
        else:
            helpers[household] = (name, keyring.open(sealed, CADRE_PHONE))
    for of_one in payments.values():
        of_one.sort(key=lambda payment: payment.paid_on or date.max, reverse=True)
    for asked in applications.values():
        asked.sort(key=lambda application: application.applied_on, reverse=True)
    return [Standing(applications[id_], payments[id_], helpers.get(id_)) for id_ in household_ids]


def card_tail(session: AsyncSession, payment: Payment) -> str | None:
    """The last four digits of the card a payment went to."""
    return masking.last_digits(keyring_of(session).open_if(payment.card_sealed, CARD))
