"""改动清单: what an import would change, cell by cell, in the words of the file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import imports as say
from bot.messages import masking
from storage.areas import Area
from storage.cadres import ROLE_NAMES, Cadre, Role
from storage.database import chunks
from storage.disbursements import STATE_NAMES, PaymentState
from storage.family_events import FAMILY_EVENT_NAMES, FamilyEventKind
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.ids import in_yuan
from storage.import_batches import What
from storage.imports.bulk import Change, Ids, Shape, Values, rows_where
from storage.imports.drivers import among
from storage.imports.register import HOUSEHOLD_COLUMNS, MEMBER_COLUMNS
from storage.imports.report import Difference
from storage.imports.shapes import HOUSEHOLDS, MEMBERS, SHAPES
from storage.imports.workbook import Book
from storage.incomes import INCOME_NAMES, IncomeKind
from storage.sealing import CannotOpen, Keyring, keyring_of

_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "household": {
        "head_name": "户主姓名",
        "category": "户类型",
        "area_id": "行政村",
        "closed_on": "撤户日期",
        **HOUSEHOLD_COLUMNS,
    },
    "member": {
        "household_id": "户编号",
        "number": "人编号",
        "name": "姓名",
        "sex": "性别",
        "id_number": "证件号码",
        "left_on": "离开日期",
        **MEMBER_COLUMNS,
    },
    "area": {"code": "区划代码", "name": "名称", "parent_id": "上级"},
    "cadre": {
        "name": "姓名",
        "role": "角色",
        "unit": "单位",
        "rank": "职务级别",
        "area_id": "管辖区划",
        "wecom_user": "企业微信账号",
    },
    "application": {"member_id": "人编号", "state": "当前状态", "state_since": "状态日期", "reason": "原因"},
    "disbursement": {
        "member_id": "人编号",
        "amount_fen": "金额",
        "state": "发放状态",
        "paid_on": "发放日期",
        "card": "银行卡号",
        "remark": "备注",
    },
}
"""Our heading for what is shown. A birth date follows from the identity number; the day of import is nobody's cell."""

_WORDS: Mapping[tuple[str, str], Mapping[Any, str]] = {
    ("household", "category"): {category.value: CATEGORY_NAMES[category] for category in HouseholdCategory},
    ("cadre", "role"): {role.value: ROLE_NAMES[role] for role in Role},
    ("disbursement", "state"): {state.value: STATE_NAMES[state] for state in PaymentState},
}


# What names a new row of each table to people; the rest of it is in the file.
_LABELS: Mapping[str, tuple[str, ...]] = {
    "household": ("number",),
    "member": ("number",),
    "area": (),
    "cadre": ("name",),
    "application": ("household_id",),
    "disbursement": ("household_id",),
    "assignment": ("household_id", "cadre_id"),
    "income": ("household_id", "year", "kind", "amount_fen"),
    "family_event": ("household_id", "member_id", "other_household_id", "kind"),
}
# A pairing that ends is told with the one that begins; a stretch of history with what changed in the household.
_NOT_TOLD = frozenset(("assignment", "household_status"))


async def differences(session: AsyncSession, book: Book, changes: Sequence[Change]) -> tuple[Difference, ...]:
    """Tell the changes that were just made, while the store still holds them."""
    made = {place: await _made(session, change) for place, change in enumerate(changes) if _is_told_as_made(change)}
    updated = await _updated(session, [change for change in changes if change.what == What.UPDATED])
    labels = [*(row for rows in made.values() for row in rows), *updated.values()]
    teller = _Teller(book, keyring_of(session), await _names(session, changes, labels))
    ended = {row["household_id"]: row["cadre_id"] for (table, _), row in updated.items() if table == "assignment"}
    new = Ids(change for change in changes if change.what == What.CREATED and change.table == "household")
    told: list[Difference] = []
    for place, change in enumerate(changes):
        rows = made.get(place, ())
        match change.table:
            case _ if change.what == What.UPDATED:
                if change.table not in _NOT_TOLD:
                    told.extend(teller.cells(change, updated[change.table, change.row_id]))
            case "assignment":
                told.extend(teller.handed_over(row, ended.get(row["household_id"])) for row in rows)
            case "income":
                told.extend(teller.income(row) for row in rows if row["household_id"] not in new)
            case "family_event":
                told.extend(teller.event(row) for row in rows)
            case table:
                told.extend(teller.made(table, row) for row in rows)
    return tuple(sorted(told, key=lambda one: one.row_of))


def _is_told_as_made(change: Change) -> bool:
    # A step goes with its application, which is told.
    return change.what == What.CREATED and change.table in _LABELS


async def _made(session: AsyncSession, change: Change) -> Sequence[RowMapping]:
    columns = SHAPES[change.table].table.c
    wanted = [columns[name] for name in ("id", *_LABELS[change.table])]
    made = columns.id.between(change.ids[0], change.ids[-1])
    return (await session.execute(select(*wanted).where(made))).mappings().all()


async def _updated(session: AsyncSession, changes: Sequence[Change]) -> dict[tuple[str, int], RowMapping]:
    rows: dict[tuple[str, int], RowMapping] = {}
    for table in {change.table for change in changes}:
        shape = SHAPES[table]
        row_ids = {change.row_id for change in changes if change.table == table}
        found = await rows_where(session, shape, shape.table.c.id, row_ids)
        rows |= {(table, row["id"]): row for row in found}
    return rows


@dataclass(frozen=True)
class _Names:
    households: Mapping[int, str]
    members: Mapping[int, str]
    cadres: Mapping[int, str]
    areas: Mapping[int, str]


async def _names(session: AsyncSession, changes: Iterable[Change], rows: Sequence[RowMapping]) -> _Names:
    homes = {row[name] for row in rows for name in ("household_id", "other_household_id") if name in row}
    homes |= {change.before["household_id"] for change in changes if "household_id" in change.before}
    people = {row["member_id"] for row in rows if "member_id" in row}
    people |= {change.before["member_id"] for change in changes if "member_id" in change.before}
    areas: dict[int, str] = {}
    for area in await session.scalars(select(Area).order_by(Area.code)):
        areas[area.id] = ("" if area.parent_id is None else areas[area.parent_id]) + area.name
    cadres: dict[int, str] = {row.id: row.name for row in await session.execute(select(Cadre.id, Cadre.name))}
    households = await _numbers(session, HOUSEHOLDS, homes - {None})
    return _Names(households, await _numbers(session, MEMBERS, people - {None}), cadres, areas)


async def _numbers(session: AsyncSession, shape: Shape, ids: Collection[int]) -> dict[int, str]:
    columns = shape.table.c
    numbers: dict[int, str] = {}
    for some in chunks(ids):
        found = await session.execute(select(columns.id, columns.number).where(among(session, columns.id, some)))
        numbers.update((row_id, number) for row_id, number in found)
    return numbers


@dataclass(frozen=True)
class _Teller:
    book: Book
    keyring: Keyring
    names: _Names

    def handed_over(self, pairing: RowMapping, ended: int | None) -> Difference:
        return Difference(
            self.names.households[pairing["household_id"]],
            self._heading("帮扶责任人"),
            None if ended is None else self.names.cadres[ended],
            self.names.cadres[pairing["cadre_id"]],
        )

    def made(self, table: str, row: RowMapping) -> Difference:
        return Difference(self._row_of(table, row), say.NEW, None, say.MADE[table])

    def income(self, row: RowMapping) -> Difference:
        heading = say.income_of(row["year"], INCOME_NAMES[IncomeKind(row["kind"])])
        return Difference(self.names.households[row["household_id"]], heading, None, in_yuan(row["amount_fen"]))

    def event(self, row: RowMapping) -> Difference:
        kind = FAMILY_EVENT_NAMES[FamilyEventKind(row["kind"])]
        other, person = row["other_household_id"], row["member_id"]
        what = say.family_event(
            kind,
            None if person is None else self.names.members[person],
            None if other is None else self.names.households[other],
        )
        return Difference(self.names.households[row["household_id"]], say.FAMILY_EVENT, None, what)

    def cells(self, change: Change, row: RowMapping) -> Iterable[Difference]:
        shape, row_of = SHAPES[change.table], self._row_of(change.table, row)
        if change.table == "income":
            heading = say.income_of(row["year"], INCOME_NAMES[IncomeKind(row["kind"])])
            yield Difference(row_of, heading, in_yuan(change.before["amount_fen"]), in_yuan(row["amount_fen"]))
            return
        headings = _HEADINGS.get(change.table, {})
        for name in change.names:
            if name == "extra":
                yield from _extra_cells(row_of, change.before[name], row[name])
            elif name in headings:
                old, new = (self._said(shape, name, held) for held in (change.before, row))
                yield Difference(row_of, self._heading(headings[name]), old, new)

    def _row_of(self, table: str, row: RowMapping) -> str:
        match table:
            case "household" | "member":
                return str(row["number"])
            case "area":
                return self.names.areas[row["id"]]
            case "cadre":
                return str(row["name"])
        return self.names.households[row["household_id"]]

    def _heading(self, ours: str) -> str:
        sheet = self.book.sheets[0]
        return sheet.heading(ours) if ours in sheet.layout.headings else ours

    def _said(self, shape: Shape, name: str, held: Values | RowMapping) -> str | None:
        if name in shape.sealed:
            return self._tail(held[f"{name}_sealed"], shape.sealed[name])
        value = held[name]
        words = _WORDS.get((shape.table.name, name), {})
        if value is None or value in words:
            return None if value is None else words[value]
        match name:
            case "household_id":
                return self.names.households[value]
            case "member_id":
                return self.names.members[value]
            case "code":
                return str(value)
            case "area_id" | "parent_id":
                return self.names.areas[value]
            case "amount_fen" | "income_per_capita_fen":
                return in_yuan(value)
        return _plain(value)

    def _tail(self, sealed: bytes | None, place: str) -> str | None:
        try:
            return masking.number(self.keyring.open_if(sealed, place))
        except CannotOpen:
            return say.UNREADABLE


def _extra_cells(row_of: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[Difference]:
    for heading in dict.fromkeys((*old, *new)):
        if old.get(heading) != new.get(heading):
            yield Difference(row_of, heading, _plain(old.get(heading)), _plain(new.get(heading)))


def _plain(value: object) -> str | None:
    """Say a value; a long number in a free text may be a card's or a person's, so only its end is shown."""
    if value is None:
        return None
    if isinstance(value, bool):
        return say.YES if value else say.NO
    if isinstance(value, date):
        return value.isoformat()
    return masking.in_text(str(value))
