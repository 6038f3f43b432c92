"""发放: money paid, failed or waiting, as the money files tell it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import DisbursementId, Fen, HouseholdId


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
    """One payment to a household. `occurrence` tells equal lines of one batch apart, from 1."""

    __tablename__ = "disbursement"
    __table_args__ = (UniqueConstraint("household_id", "benefit", "batch", "occurrence"),)

    id: Mapped[DisbursementId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    benefit: Mapped[str] = mapped_column(String(80))
    batch: Mapped[str] = mapped_column(String(80))
    occurrence: Mapped[int] = mapped_column(default=1)
    amount_fen: Mapped[Fen]
    paid_on: Mapped[date | None]
    card_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    remark: Mapped[str | None] = mapped_column(String(400))


CARD = "disbursement.card"
