"""收入: what a household had in a year, by kind, as the register was told it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import Fen, HouseholdId, IncomeId


class IncomeKind(StrEnum):
    """The kinds of the national system's 收入核算; `expense` is what production cost, `per_capita` net a head."""

    WAGE = "wage"
    BUSINESS = "business"
    PROPERTY = "property"
    TRANSFER = "transfer"
    EXPENSE = "expense"
    PER_CAPITA = "per_capita"


INCOME_NAMES = {
    IncomeKind.WAGE: "工资性收入",
    IncomeKind.BUSINESS: "生产经营性收入",
    IncomeKind.PROPERTY: "财产性收入",
    IncomeKind.TRANSFER: "转移性收入",
    IncomeKind.EXPENSE: "生产经营性支出",
    IncomeKind.PER_CAPITA: "人均纯收入",
}
"""What the files and the people call each kind."""


class Income(Base):
    """One kind of one year. A newer file of the same year corrects it; another year is another row."""

    __tablename__ = "income"
    __table_args__ = (UniqueConstraint("household_id", "year", "kind"),)

    id: Mapped[IncomeId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    noted_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Year:
    """What a household had in one year, by kind, in the order people name them; what was not told is left out."""

    year: int
    amounts: Mapping[IncomeKind, Fen]


async def of_household(session: AsyncSession, household_id: HouseholdId) -> list[Year]:
    """Give what was told of a household's incomes, the newest year first."""
    statement = select(Income).where(Income.household_id == household_id).order_by(Income.year.desc())
    rows = (await session.scalars(statement)).all()
    years = []
    for year, of_year in groupby(rows, key=lambda row: row.year):
        told = {IncomeKind(row.kind): row.amount_fen for row in of_year}
        years.append(Year(year, {kind: told[kind] for kind in IncomeKind if kind in told}))
    return years
