"""结对: which cadre helps which household, dated; a household never lacks one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, Index, String, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.areas import names_of_all
from storage.cadres import PHONE, Cadre
from storage.database import Base
from storage.households import Household
from storage.ids import AssignmentId, CadreId, HouseholdId
from storage.sealing import keyring_of


class Assignment(Base):
    """One pairing from a day on; it ends only when the next one begins (文件 000:59 不脱贫不脱钩).

    `role` and `rank` are what the cadre was when it began; on the cadre they may change later.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "household_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[AssignmentId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    role: Mapped[str | None] = mapped_column(String(20))
    rank: Mapped[str | None] = mapped_column(String(40))


@dataclass(frozen=True, slots=True)
class Helper:
    """A household's present cadre, as the household may know them."""

    cadre_id: CadreId
    name: str
    unit: str | None
    phone: str


@dataclass(frozen=True, slots=True)
class Alone:
    """A household nobody is paired with; its area by names from the county down."""

    number: str
    head_name: str | None
    area: str


@dataclass(frozen=True, slots=True)
class Load:
    """How many households a cadre is paired with now."""

    cadre_id: CadreId
    name: str
    households: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Households without a cadre, by number, and the cadres who have any, those with most first."""

    without_cadre: tuple[Alone, ...]
    loads: tuple[Load, ...]

    def over(self, most: int | None) -> list[Load]:
        """Give who has more than that; nobody where no number is set."""
        return [] if most is None else [load for load in self.loads if load.households > most]


async def helper_of(session: AsyncSession, household_id: HouseholdId) -> Helper | None:
    """The cadre who helps this household now; None where nobody is assigned."""
    statement = (
        select(Cadre.id, Cadre.name, Cadre.unit, Cadre.phone_sealed)
        .join(Assignment, Assignment.cadre_id == Cadre.id)
        .where(Assignment.household_id == household_id, Assignment.until.is_(None))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Helper(row.id, row.name, row.unit, keyring_of(session).open(row.phone_sealed, PHONE))


async def gaps(session: AsyncSession) -> Gaps:
    """Give which households lack a cadre, and how many each cadre has (文件 000:59 每户贫困户都有帮扶干部)."""
    paired = exists().where(Assignment.household_id == Household.id, Assignment.until.is_(None))
    alone = await session.execute(
        select(Household.number, Household.head_name, Household.area_id).where(~paired).order_by(Household.number)
    )
    households = func.count()
    loads = await session.execute(
        select(Cadre.id, Cadre.name, households)
        .join(Assignment, Assignment.cadre_id == Cadre.id)
        .where(Assignment.until.is_(None))
        .group_by(Cadre.id, Cadre.name)
        .order_by(households.desc(), Cadre.id)
    )
    areas = await names_of_all(session)
    return Gaps(
        tuple(Alone(number, head_name, "".join(areas[area])) for number, head_name, area in alone),
        tuple(Load(cadre_id, name, count) for cadre_id, name, count in loads),
    )
