"""公示: lists of who is to get a benefit, shown to the village for some days so that anybody may object.

What a list shows is what its rule asks to be shown and no more: the group, a masked name, how many live in the home,
the amount where the office gives one (社会救助暂行办法 第六十一条; 政府信息公开条例 第十五条; 个人信息保护法 第六条、
第二十八条、第三十四条). Why so, and which of these were read in the source: docs/decisions/0012.

A list once shown is never edited: it is withdrawn and another is made.
"""

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.messages import masking
from bot.messages import public_notices as say
from storage.applications import Application
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.bindings import Binding
from storage.cadres import Cadre
from storage.cases import UNANSWERED, Case, CaseState
from storage.database import Base
from storage.households import Household
from storage.ids import ApplicationId, AreaId, CadreId, Fen, HouseholdId, MemberId, PublicNoticeId, PublicNoticeLineId
from storage.imports.public_notices import Row
from storage.members import Member
from storage.numbering import Series, next_number
from storage.sealing import Keyring, keyring_of


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
    """One line of a list as it was shown; `shown_name` is already masked, so that what hung out can be shown again.

    `persons` live in the home; None where the line is about one person of it.
    """

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
    persons: Mapped[int | None]
    amount_fen: Mapped[Fen | None]


PAGE = "public_notice.page"

SMALLEST_GROUP = 3
"""A village group of fewer homes is not named: beside it, even a masked name would say which door to knock at."""

_OF_AGE = 18
_TELLING = re.compile(
    "残疾|残障|疾病|大病|重病|慢病|精神|医疗|医保|医药|救治|护理|孤儿|儿童|未成年|失独|艾滋|康复|特殊教育"
)
"""A list of such a benefit says of everybody on it that they are ill, disabled or a child in need: sensitive
(个人信息保护法 第二十八条), and kept apart from lists (病残信息分开存)."""


def names_nobody(benefit: str) -> bool:
    """Whether a list of this benefit shows how many there are, and not who."""
    return _TELLING.search(benefit) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of a list is going to show, and whose it is."""

    household_id: HouseholdId
    member_id: MemberId | None
    application_id: ApplicationId | None
    shown_name: str
    group_name: str | None
    persons: int | None
    amount_fen: Fen | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to stand on a list: a household, or one of its people; the amount where the office gives one."""

    household_id: HouseholdId
    member_id: MemberId | None
    application_id: ApplicationId | None
    amount_fen: Fen | None


async def village_called(session: AsyncSession, name_or_code: str) -> Sequence[Area]:
    """Give the villages of that name, or the one of that code; more than one are to be told apart by the code."""
    said = name_or_code.strip()
    statement = select(Area).where(
        Area.level == Level.VILLAGE, or_(Area.code == said, Area.name.in_((said, f"{said}村")))
    )
    return (await session.scalars(statement.order_by(Area.code))).all()


async def from_applications(
    session: AsyncSession, village: Area, *, benefit: Callable[[str], bool], stands: Callable[[str], bool]
) -> list[Wanted]:
    """Give who of a village has an application for the benefit that stands where it is to be shown; each once, by the
    newest application.
    """
    statement = (
        select(Application)
        .join(Household, Household.id == Application.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(_within(village), Household.closed_on.is_(None))
        .order_by(Area.code, Household.number, Application.applied_on.desc(), Application.id)
    )
    newest: dict[tuple[HouseholdId, MemberId | None], Application] = {}
    for one in await session.scalars(statement):
        if benefit(one.benefit):
            newest.setdefault((one.household_id, one.member_id), one)
    return [Wanted(one.household_id, one.member_id, one.id, None) for one in newest.values() if stands(one.state)]


async def from_rows(session: AsyncSession, village: Area, rows: Sequence[Row]) -> tuple[list[Wanted], list[int]]:
    """Give who the rows of a file mean, each once, and the rows that mean nobody of this village."""
    homes = {
        number: id_
        for id_, number in await session.execute(
            select(Household.id, Household.number)
            .join(Area, Area.id == Household.area_id)
            .where(_within(village), Household.closed_on.is_(None))
        )
    }
    living = select(Member.household_id, Member.number, Member.id).where(
        Member.household_id.in_(homes.values()), Member.left_on.is_(None)
    )
    people = {(household_id, number): id_ for household_id, number, id_ in await session.execute(living)}
    found: dict[tuple[HouseholdId, MemberId | None], Wanted] = {}
    strangers = []
    for row in rows:
        household_id = homes.get(row.household)
        member_id = None if household_id is None or row.member is None else people.get((household_id, row.member))
        if household_id is None or (row.member is not None and member_id is None):
            strangers.append(row.number)
        else:
            wanted = Wanted(household_id, member_id, None, row.amount_fen)
            found.setdefault((household_id, member_id), wanted)
    return list(found.values()), strangers


async def lines_for(
    session: AsyncSession, village: Area, benefit: str, wanted: Iterable[Wanted], today: date
) -> list[Line]:
    """Give what the list shows of each, in their order.

    Who is under eighteen, or of an age nobody knows, is not named: the head of the home stands in their place. What
    would say that somebody is ill or disabled is shown without names, homes and sums (`names_nobody`).
    """
    people = list(wanted)
    homes = await _homes(session, village)
    members = await _members(session, {one.member_id for one in people if one.member_id is not None})
    living: dict[AreaId, int] = {}
    for home in homes.values():
        living[home.area_id] = living.get(home.area_id, 0) + 1
    lines = []
    for one in people:
        home = homes[one.household_id]
        group = home.group if home.group and living[home.area_id] >= SMALLEST_GROUP else None
        if names_nobody(benefit):
            lines.append(Line(one.household_id, one.member_id, one.application_id, say.NOT_NAMED, group, None, None))
            continue
        named = members.get(one.member_id) if one.member_id is not None else None
        grown = named is not None and named.birth_date is not None and _years(named.birth_date, today) >= _OF_AGE
        name = named.name if named is not None and grown else home.head
        lines.append(
            Line(
                one.household_id,
                one.member_id,
                one.application_id,
                masking.name(name) if name else say.NOT_NAMED,
                group,
                home.persons if one.member_id is None else None,
                one.amount_fen,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class _Home:
    head: str | None
    area_id: AreaId
    group: str | None
    persons: int


async def _homes(session: AsyncSession, village: Area) -> dict[HouseholdId, _Home]:
    persons = (
        select(func.count())
        .where(Member.household_id == Household.id, Member.left_on.is_(None))
        .correlate(Household)
        .scalar_subquery()
    )
    statement = (
        select(Household.id, Household.head_name, Area.id, Area.name, Area.level, persons)
        .join(Area, Area.id == Household.area_id)
        .where(_within(village), Household.closed_on.is_(None))
    )
    return {
        household_id: _Home(head, area_id, name if level == Level.GROUP else None, living)
        for household_id, head, area_id, name, level, living in await session.execute(statement)
    }


async def _members(session: AsyncSession, ids: Iterable[MemberId]) -> Mapping[MemberId, Member]:
    found = await session.scalars(select(Member).where(Member.id.in_(list(ids))))
    return {member.id: member for member in found}


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _within(village: Area) -> ColumnElement[bool]:
    return func.substr(Area.code, 1, len(village.code)) == village.code


async def make(
    session: AsyncSession,
    village: Area,
    lines: Sequence[Line],
    *,
    benefit: str,
    stage: str,
    opens_on: date,
    closes_on: date,
    contact: str,
    made_by: str,
    now: datetime,
) -> PublicNotice:
    """Put a list up and number it (2026-0001); the numbers of a year follow each other, on both databases."""
    notice = PublicNotice(
        number=await next_number(session, Series.PUBLIC_NOTICE, PublicNotice.number, now.year, digits=4),
        area_id=village.id,
        benefit=benefit,
        stage=stage,
        opens_on=opens_on,
        closes_on=closes_on,
        contact=contact,
        made_at=now,
        made_by=made_by[:60],
    )
    session.add(notice)
    await session.flush()
    session.add_all(
        PublicNoticeLine(
            notice_id=notice.id,
            position=position,
            household_id=line.household_id,
            member_id=line.member_id,
            application_id=line.application_id,
            shown_name=line.shown_name,
            group_name=line.group_name,
            persons=line.persons,
            amount_fen=line.amount_fen,
        )
        for position, line in enumerate(lines, 1)
    )
    await session.flush()
    return notice


async def withdraw(session: AsyncSession, notice: PublicNotice, now: datetime) -> bool:
    """Take a list down; false where it is down already."""
    await session.refresh(notice, with_for_update=True)
    if notice.withdrawn_at is not None:
        return False
    notice.withdrawn_at = now
    await session.flush()
    return True


async def numbered(session: AsyncSession, number: str) -> PublicNotice | None:
    """Give the list of a number."""
    return (await session.scalars(select(PublicNotice).where(PublicNotice.number == number.strip()))).one_or_none()


async def all_of(session: AsyncSession) -> Sequence[PublicNotice]:
    """Give every list there ever was, the newest last."""
    return (await session.scalars(select(PublicNotice).order_by(PublicNotice.id))).all()


async def lines_of(session: AsyncSession, notice: PublicNotice) -> Sequence[PublicNoticeLine]:
    """Give what a list shows, as it was put up."""
    statement = select(PublicNoticeLine).where(PublicNoticeLine.notice_id == notice.id)
    return (await session.scalars(statement.order_by(PublicNoticeLine.position))).all()


async def size_of(session: AsyncSession, notice: PublicNotice) -> int:
    """Count the lines of a list."""
    return await session.scalar(select(func.count()).where(PublicNoticeLine.notice_id == notice.id)) or 0


async def preview(
    session: AsyncSession,
    village: Area,
    lines: Sequence[Line],
    benefit: str,
    stage: str,
    *,
    opens_on: date,
    closes_on: date,
    contact: str,
) -> say.Notice:
    """Give a list as people will see it, before it has a number."""
    shown = [
        say.Shown(position, line.group_name, line.shown_name, line.persons, line.amount_fen)
        for position, line in enumerate(lines, 1)
    ]
    township = await session.scalar(select(Area.name).where(Area.id == village.parent_id))
    return say.Notice(say.NO_NUMBER, village.name, township, benefit, stage, opens_on, closes_on, contact, shown)


async def as_shown(session: AsyncSession, notice: PublicNotice) -> say.Notice:
    """Give a list as people see it."""
    village, township = await village_of(session, notice)
    return say.Notice(
        number=notice.number,
        village=village,
        township=township,
        benefit=notice.benefit,
        stage=notice.stage,
        opens_on=notice.opens_on,
        closes_on=notice.closes_on,
        contact=notice.contact,
        lines=[
            say.Shown(line.position, line.group_name, line.shown_name, line.persons, line.amount_fen)
            for line in await lines_of(session, notice)
        ],
    )


def state_on(notice: PublicNotice, on: date) -> str:
    """Give how a list stands on a day: waiting, hanging, closed or withdrawn."""
    if notice.withdrawn_at is not None:
        return "withdrawn"
    return "waiting" if on < notice.opens_on else "closed" if on > notice.closes_on else "hanging"


async def objections_to(session: AsyncSession, notice: PublicNotice) -> tuple[int, int]:
    """Count the objections to a list, those taken back left out, and those of them nobody has answered."""
    unanswered = func.count().filter(Case.state.in_(UNANSWERED))
    statement = select(func.count(), unanswered).where(Case.notice_id == notice.id, Case.state != CaseState.WITHDRAWN)
    in_all, still_open = (await session.execute(statement)).one()
    return in_all, still_open


async def village_of(session: AsyncSession, notice: PublicNotice) -> tuple[str, str | None]:
    """Give the names of a list's village and of its township."""
    above = aliased(Area)
    statement = (
        select(Area.name, above.name).outerjoin(above, above.id == Area.parent_id).where(Area.id == notice.area_id)
    )
    village, township = (await session.execute(statement)).one()
    return village, township


async def for_household(session: AsyncSession, household_id: HouseholdId, since: date) -> Sequence[PublicNotice]:
    """Give the lists of the village a household lives in that are up or closed on that day or later, newest last."""
    home = aliased(Area)
    statement = (
        select(PublicNotice)
        .join(Area, Area.id == PublicNotice.area_id)
        .join(home, func.substr(home.code, 1, func.length(Area.code)) == Area.code)
        .join(Household, Household.area_id == home.id)
        .where(Household.id == household_id, PublicNotice.withdrawn_at.is_(None), PublicNotice.closes_on >= since)
        .order_by(PublicNotice.closes_on, PublicNotice.id)
    )
    return (await session.scalars(statement)).all()


async def hanging(session: AsyncSession, on: date) -> Sequence[PublicNotice]:
    """Give the lists that hang on that day, of the whole county."""
    statement = select(PublicNotice).where(
        PublicNotice.withdrawn_at.is_(None), PublicNotice.opens_on <= on, PublicNotice.closes_on >= on
    )
    return (await session.scalars(statement.order_by(PublicNotice.closes_on, PublicNotice.id))).all()


async def closed_between(session: AsyncSession, since: date, before: date) -> Sequence[PublicNotice]:
    """Give the lists whose last day was since one day and before another; those taken down had none."""
    statement = select(PublicNotice).where(
        PublicNotice.withdrawn_at.is_(None), PublicNotice.closes_on >= since, PublicNotice.closes_on < before
    )
    return (await session.scalars(statement.order_by(PublicNotice.id))).all()


async def villagers(session: AsyncSession, notice: PublicNotice) -> Sequence[HouseholdId]:
    """Give the households of a list's village that somebody of can be told by a message: an account is bound.

    The others are told as the village always was: at the board, in its group, by loudspeaker.
    """
    home = aliased(Area)
    statement = (
        select(Household.id)
        .join(home, home.id == Household.area_id)
        .join(Area, func.substr(home.code, 1, func.length(Area.code)) == Area.code)
        .where(
            Area.id == notice.area_id,
            Household.closed_on.is_(None),
            exists().where(Binding.household_id == Household.id, Binding.ended_at.is_(None)),
        )
        .order_by(Household.number)
    )
    return (await session.scalars(statement)).all()


async def for_official(session: AsyncSession, cadre_id: CadreId, on: date) -> Sequence[PublicNotice]:
    """Give the lists that hang on that day where this official serves, or where households of theirs live."""
    served = (select(Area.code).join(Cadre, Cadre.area_id == Area.id).where(Cadre.id == cadre_id)).scalar_subquery()
    home = aliased(Area)
    paired = (
        exists()
        .where(
            Assignment.cadre_id == cadre_id,
            Assignment.until.is_(None),
            Household.id == Assignment.household_id,
            home.id == Household.area_id,
            func.substr(home.code, 1, func.length(Area.code)) == Area.code,
        )
        .correlate(Area)
    )
    theirs = func.substr(Area.code, 1, func.length(served)) == served
    statement = (
        select(PublicNotice)
        .join(Area, Area.id == PublicNotice.area_id)
        .where(
            PublicNotice.withdrawn_at.is_(None),
            PublicNotice.opens_on <= on,
            PublicNotice.closes_on >= on,
            or_(theirs, paired),
        )
        .order_by(Area.code, PublicNotice.closes_on, PublicNotice.id)
    )
    return (await session.scalars(statement)).all()


def page_of(session: AsyncSession, notice: PublicNotice) -> str:
    """Give the end of the address of a list's page: its number and what only we can add, so that nobody who was not
    given it finds one list after the other by counting.
    """
    return f"{notice.number}-{keyring_of(session).index(notice.number, PAGE)[:5].hex()}"


def number_of_page(keyring: Keyring, page: str) -> str | None:
    """Give the number of the list whose page that is; None where we did not make the address."""
    number, _, proof = page.rpartition("-")
    fits = [hmac.compare_digest(index[:5].hex().encode(), proof.encode()) for index in keyring.indexes(number, PAGE)]
    return number if any(fits) else None
