"""补贴发放表: money paid, failed or waiting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from storage.disbursements import STATE_NAMES, PaymentState
from storage.ids import Fen, HouseholdId, MemberId
from storage.imports import columns
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.matching import Matched, match, persons
from storage.imports.report import Cells, Findings, Place, Progress, Read, Rejected
from storage.imports.shapes import DISBURSEMENTS
from storage.imports.tables import Cell
from storage.imports.workbook import Book
from storage.sealing import keyring_of

_Group = tuple[HouseholdId, str, str]
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
    """One payment; `occurrence` counts the lines of one household, benefit, batch and person from 1."""

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
    person: str | None
    person_name: str | None
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
    person = cells.take("人编号", columns.code)
    person_name = cells.take("享受人", columns.optional_name)
    unstated = frozenset(cells.unstated)
    return DisbursementRow(
        *(cells.place, household, head_name, benefit, batch, 1, amount_fen, paid_on, card, state, remark),
        *(person, person_name, unstated),
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
    """Number the lines of one household, benefit, batch and person, whatever order the file has them in."""
    alike: dict[tuple[str | None, ...], list[DisbursementRow]] = defaultdict(list)
    for row in rows:
        alike[row.household, row.benefit, row.batch, row.person or row.person_name].append(row)
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
    people = await persons(session, matched, tally)
    numbered = _numbered(matched, people, known)
    new: list[Values] = []
    changed: list[Edit] = []
    for place, one in enumerate(matched):
        household, benefit, batch, occurrence = key = numbered.get(place) or _key(one)
        held = known.get(key)
        stated = _values(one.row, new=held is None)
        if place in people:
            stated["member_id"] = people[place]
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


def _numbered(
    matched: Sequence[Matched[DisbursementRow]], people: Mapping[int, MemberId | None], known: Mapping[_Key, RowMapping]
) -> dict[int, _Key]:
    """Find which stored payment each row is, by its place among them, where a batch's lines are told apart by person.

    A row is the payment of its own person; where the store does not say whose a payment is, or the file does not, that
    of the same sum. Else it is a further one.
    """
    of_persons = {_key(matched[place])[:3] for place, person in people.items() if person is not None}
    of_persons |= {key[:3] for key, held in known.items() if held["member_id"] is not None}
    if not of_persons:
        return {}
    stored: defaultdict[_Group, dict[int, RowMapping]] = defaultdict(dict)
    for key in sorted(known):
        stored[key[:3]][key[3]] = known[key]
    last = {group: max(held) for group, held in stored.items()}
    numbered: dict[int, _Key] = {}
    for place, one in enumerate(matched):
        group = _key(one)[:3]
        if group not in of_persons:
            continue
        occurrence = _the_same(one.row, stored[group], people, place)
        if occurrence is None:
            occurrence = last[group] = last.get(group, 0) + 1
        stored[group].pop(occurrence, None)
        numbered[place] = (*group, occurrence)
    return numbered


def _the_same(
    row: DisbursementRow, free: Mapping[int, RowMapping], people: Mapping[int, MemberId | None], place: int
) -> int | None:
    """Give which of the stored payments that no row has taken yet this row is; None: a further one."""
    same_sum = [number for number, held in free.items() if held["amount_fen"] == row.amount_fen]
    if place not in people:
        return next(iter(same_sum or free), None)
    own = [number for number, held in free.items() if held["member_id"] == people[place]]
    nobodys = [number for number in same_sum if free[number]["member_id"] is None]
    return next(iter(own or nobodys), None)


def _values(row: DisbursementRow, *, new: bool) -> Values:
    values: Values = {"amount_fen": row.amount_fen, "state": row.state, "paid_on": row.paid_on}
    if new or "银行卡号" not in row.unstated:
        values["card"] = row.card
    if new or "备注" not in row.unstated:
        values["remark"] = row.remark
    return values
