"""补贴发放表: money paid, failed or waiting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from storage.disbursements import STATE_NAMES, PaymentState
from storage.ids import Fen, HouseholdId
from storage.imports import columns
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.matching import Matched, match
from storage.imports.report import Cells, Findings, Place, Progress, Read, Rejected
from storage.imports.shapes import DISBURSEMENTS
from storage.imports.tables import Cell
from storage.imports.workbook import Book
from storage.sealing import keyring_of

_Key = tuple[HouseholdId, str, str, int]

STATES: Mapping[str, PaymentState] = {
    **{name: state for state, name in STATE_NAMES.items()},
    "发放成功": PaymentState.PAID,
    "成功": PaymentState.PAID,
    "已到账": PaymentState.PAID,
    "已支付": PaymentState.PAID,
    "失败": PaymentState.FAILED,
    "退回": PaymentState.FAILED,
    "退票": PaymentState.FAILED,
    "打卡失败": PaymentState.FAILED,
    "支付失败": PaymentState.FAILED,
    "未发放": PaymentState.WAITING,
    "发放中": PaymentState.WAITING,
    "处理中": PaymentState.WAITING,
    "待支付": PaymentState.WAITING,
}
"""What the files call each state of a payment."""

# 1,000,000 yuan to one household at once is a wrong unit, not a benefit.
_FEN_AT_MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class DisbursementRow:
    """One payment; `occurrence` counts the lines of one household, benefit and batch from 1."""

    place: Place
    household: str
    head_name: str | None
    benefit: str
    batch: str
    occurrence: int
    amount_fen: Fen
    paid_on: date | None
    card: str | None
    state: PaymentState
    remark: str | None
    unstated: frozenset[str]


def read_disbursements(book: Book, *, on: date, progress: Progress | None = None) -> Read[DisbursementRow]:
    """Read the payments; household, benefit, batch and occurrence tell one from another."""
    findings = Findings()
    rows: list[DisbursementRow] = []
    for row, place in findings.rows(book, progress):
        try:
            rows.append(_disbursement(Cells(row, place, findings), on))
        except Rejected:
            continue
    counted = tuple(_counted(rows, findings))
    return Read(counted, tuple(findings.problems), tuple(findings.warnings), findings.read)


def _disbursement(cells: Cells, on: date) -> DisbursementRow:
    household = cells.need("户编号", columns.household_number)
    head_name = cells.need("户主姓名", columns.optional_name)
    benefit = cells.need("补贴项目", columns.benefit_name)
    amount_fen = cells.need("金额", _amount)
    state = cells.need(
        "发放状态", partial(columns.choice, meanings=STATES, missing="state_missing", unknown="state_unknown")
    )
    paid_on = cells.need("发放日期", columns.day)
    if paid_on is None and state == PaymentState.PAID:
        cells.findings.reject(cells.place, "发放日期", "date_missing")
        raise Rejected
    if paid_on is not None and paid_on > on and state == PaymentState.PAID:
        cells.findings.warn(cells.place, "发放日期", "date_future")
    batch = cells.need("发放批次", _batch) or (f"{paid_on:%Y%m}" if paid_on is not None else None)
    if batch is None:
        cells.findings.reject(cells.place, "发放批次", "batch_missing")
        raise Rejected
    card = cells.take("银行卡号", columns.card)
    remark = cells.take("备注", partial(columns.text, longest=400))
    unstated = frozenset(cells.unstated)
    return DisbursementRow(
        cells.place, household, head_name, benefit, batch, 1, amount_fen, paid_on, card, state, remark, unstated
    )


def _amount(cell: Cell) -> Fen:
    found = columns.needed(columns.amount(cell), "amount_missing")
    if found <= 0:
        raise columns.Unreadable("amount_sign")
    if found > _FEN_AT_MOST:
        raise columns.Unreadable("amount_large")
    return found


def _batch(cell: Cell) -> str | None:
    try:
        return columns.text(cell, longest=80)
    except columns.Unreadable as error:
        raise columns.Unreadable("batch_format") from error


def _counted(rows: Iterable[DisbursementRow], findings: Findings) -> Iterable[DisbursementRow]:
    """Number the lines of one household, benefit and batch, whatever order the file has them in."""
    alike: dict[tuple[str, str, str], list[DisbursementRow]] = defaultdict(list)
    for row in rows:
        alike[row.household, row.benefit, row.batch].append(row)
    for group in alike.values():
        if len(group) == 1:
            yield group[0]
            continue
        group.sort(key=lambda row: (row.amount_fen, row.card or "", row.paid_on or date.max, row.place.row))
        for occurrence, row in enumerate(group, start=1):
            findings.warn(row.place, "发放批次", "payment_twice")
            yield replace(row, occurrence=occurrence)


async def store_disbursements(session: AsyncSession, rows: Sequence[DisbursementRow]) -> Tally:
    """Make or change payments: a waiting one becomes paid or failed, a failed one is paid again."""
    tally = Tally()
    keyring = keyring_of(session)
    matched = await match(session, rows, tally)
    table = DISBURSEMENTS.table
    households = list({one.household_id for one in matched})
    # The batches of a file are few; with them a year's earlier payments stay where they are.
    batches = table.c.batch.in_({one.row.batch for one in matched})
    found = await rows_where(session, DISBURSEMENTS, table.c.household_id, households, batches)
    known = {(row["household_id"], row["benefit"], row["batch"], row["occurrence"]): row for row in found}
    new: list[Values] = []
    changed: list[Edit] = []
    for one in matched:
        household, benefit, batch, occurrence = key = _key(one)
        held = known.get(key)
        stated = _values(one.row, new=held is None)
        edit = None if held is None else DISBURSEMENTS.edit(held, stated, keyring)
        if held is None:
            identity = {"household_id": household, "benefit": benefit, "batch": batch, "occurrence": occurrence}
            new.append(identity | stated)
        elif edit is not None:
            changed.append(edit)
        tally.count(new=held is None, changed=edit is not None)
    await insert_all(session, DISBURSEMENTS, new, tally)
    await update_all(session, DISBURSEMENTS, changed, tally)
    return tally


def _key(one: Matched[DisbursementRow]) -> _Key:
    return one.household_id, one.row.benefit, one.row.batch, one.row.occurrence


def _values(row: DisbursementRow, *, new: bool) -> Values:
    values: Values = {"amount_fen": row.amount_fen, "state": row.state, "paid_on": row.paid_on}
    if new or "银行卡号" not in row.unstated:
        values["card"] = row.card
    if new or "备注" not in row.unstated:
        values["remark"] = row.remark
    return values
