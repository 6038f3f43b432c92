"""补贴流水: what the payments to a household mean together: what is late, what failed and was made good, what came."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.disbursements import Disbursement, Payment, PaymentState
from storage.households import Household
from storage.ids import DisbursementId, Fen, HouseholdId
from storage.import_batches import ImportBatch, ImportChange

_PAID_AGAIN = re.compile(r"补发|补打|补付|重发|重打|重新|再次|二次")
"""How offices mark a payment that makes good one that failed; a payment of the next month alone does not."""


def is_late(payment: Payment, today: date) -> bool:
    """Whether the day it was registered for has passed and it neither came nor failed."""
    return payment.state is PaymentState.WAITING and payment.paid_on is not None and payment.paid_on < today


def made_good(payments: Sequence[Payment]) -> Mapping[DisbursementId, Payment]:
    """Give each failed payment that was paid later, with the payment that did it.

    It must say so, in its batch or its remark, or be of the same batch on a later day; and it must be of the same
    benefit and person, and of the same sum or that of all that was outstanding.
    """
    found: dict[DisbursementId, Payment] = {}
    failed = _by_day(payments, PaymentState.FAILED)
    if not failed:
        return found
    for again in _by_day(payments, PaymentState.PAID):
        outstanding = [one for one in failed if one.id not in found and _may_make_good(again, one)]
        same = [one for one in outstanding if one.amount_fen == again.amount_fen]
        if same:
            found[same[0].id] = again
        elif outstanding and sum(one.amount_fen for one in outstanding) == again.amount_fen:
            found |= {one.id: again for one in outstanding}
    return found


def _by_day(payments: Sequence[Payment], state: PaymentState) -> list[Payment]:
    dated = (one for one in payments if one.state is state and one.paid_on is not None)
    return sorted(dated, key=lambda one: one.paid_on or date.min)


def _may_make_good(again: Payment, failed: Payment) -> bool:
    assert again.paid_on is not None
    assert failed.paid_on is not None
    if (again.benefit, again.person) != (failed.benefit, failed.person) or again.paid_on < failed.paid_on:
        return False
    says_so = _PAID_AGAIN.search(f"{again.batch} {again.remark or ''}") is not None
    return says_so or (again.batch == failed.batch and again.paid_on > failed.paid_on)


def arrived(payments: Iterable[Payment], year: int | None = None) -> list[Payment]:
    """Give what came, in a year where one is given."""
    return [
        one
        for one in payments
        if one.state is PaymentState.PAID and one.paid_on is not None and (year is None or one.paid_on.year == year)
    ]


@dataclass(frozen=True, slots=True)
class Sum:
    """How much came in how many payments."""

    of: str
    amount_fen: Fen
    times: int


def sums(payments: Iterable[Payment], by: Mapping[DisbursementId, str]) -> list[Sum]:
    """Add payments up by what each counts as, the largest sum first."""
    totals: dict[str, tuple[int, int]] = {}
    for one in payments:
        amount, times = totals.get(by[one.id], (0, 0))
        totals[by[one.id]] = (amount + one.amount_fen, times + 1)
    found = [Sum(of, Fen(amount), times) for of, (amount, times) in totals.items()]
    return sorted(found, key=lambda one: -one.amount_fen)


@dataclass(frozen=True, slots=True)
class News:
    """A payment a file has just told of. `mark` names it by what it is, so that it is the same after an undone import
    was made again."""

    household_id: HouseholdId
    id: DisbursementId
    mark: str
    paid_on: date


async def news(session: AsyncSession, state: PaymentState, *, imported_since: datetime, paid_since: date) -> list[News]:
    """Give the payments that files imported since then have brought, or brought to that state, of days since then."""
    made = (
        select(ImportChange.row_id, ImportChange.row_count)
        .join(ImportBatch, ImportBatch.id == ImportChange.batch_id)
        .where(ImportBatch.imported_at >= imported_since, ImportBatch.kind == "disbursements")
        .where(ImportChange.table_name == Disbursement.__tablename__)
        .subquery()
    )
    statement = (
        select(*_MARKED)
        .join(made, Disbursement.id.between(made.c.row_id, made.c.row_id + made.c.row_count - 1))
        .join(Household, Household.id == Disbursement.household_id)
        .where(Disbursement.state == state, Disbursement.paid_on >= paid_since, Household.closed_on.is_(None))
        .order_by(Disbursement.household_id, Disbursement.paid_on, Disbursement.id)
        .distinct()
    )
    return [_news(*row) for row in await session.execute(statement)]


async def marks_of(session: AsyncSession, household_id: HouseholdId) -> Mapping[DisbursementId, str]:
    """Give the mark of each payment to a household that has a day."""
    of_it = Disbursement.household_id == household_id, Disbursement.paid_on.is_not(None)
    found = await session.execute(select(*_MARKED).where(*of_it))
    return {one.id: one.mark for one in (_news(*row) for row in found)}


_MARKED = (
    *(Disbursement.household_id, Disbursement.id, Disbursement.benefit, Disbursement.batch),
    *(Disbursement.occurrence, Disbursement.paid_on),
)


def _news(household_id: HouseholdId, id_: DisbursementId, *what: object) -> News:
    paid_on = what[-1]
    assert isinstance(paid_on, date)
    mark = hashlib.sha256("\t".join(map(str, what)).encode()).hexdigest()[:24]
    return News(household_id, id_, mark, paid_on)
