"""结对: which cadre helps which household, dated; a household never lacks one."""

from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import AssignmentId, CadreId, HouseholdId


class Assignment(Base):
    """One pairing from a day on; it ends only when the next one begins (文件 000:59 不脱贫不脱钩)."""

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
