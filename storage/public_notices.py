"""公示: lists of who is to get a benefit, shown to the village for some days so that anybody may object."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import ApplicationId, AreaId, Fen, HouseholdId, MemberId, PublicNoticeId, PublicNoticeLineId


class PublicNotice(Base):
    """One list of one village and benefit at one stage (村公示, 乡镇公示, 公告), shown from `opens_on` to `closes_on`,
    both days included. `contact` is where to object, as the office wrote it. Taken down early, it has `withdrawn_at`.
    """

    __tablename__ = "public_notice"

    id: Mapped[PublicNoticeId] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    area_id: Mapped[AreaId] = mapped_column(ForeignKey("area.id"), index=True)
    benefit: Mapped[str] = mapped_column(String(80))
    stage: Mapped[str] = mapped_column(String(20))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    contact: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None]


class PublicNoticeLine(Base):
    """One line of a list as it was shown; `shown_name` is already masked, so that what hung out can be shown again."""

    __tablename__ = "public_notice_line"
    __table_args__ = (UniqueConstraint("notice_id", "position"),)

    id: Mapped[PublicNoticeLineId] = mapped_column(primary_key=True)
    notice_id: Mapped[PublicNoticeId] = mapped_column(ForeignKey("public_notice.id"))
    position: Mapped[int]
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    application_id: Mapped[ApplicationId | None] = mapped_column(ForeignKey("application.id"), index=True)
    shown_name: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str | None] = mapped_column(String(60))
    amount_fen: Mapped[Fen | None]
