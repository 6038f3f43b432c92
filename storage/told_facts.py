"""自述: what a household told us about itself in a talk, kept beside the register and never as part of it.

The register is what the office recorded; a told fact only helps to answer the household that told it, says so wherever
it counts, and gives way as soon as the register knows better. Facts and values are named as in policies/told.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import told_facts as say
from policies import words
from policies.told import FALSE, TRUE, Told
from policies.vocabulary import vocabulary
from storage import audit
from storage.database import Base
from storage.ids import HouseholdId, MemberId, ToldFactId
from storage.members import Member

SPEAKS_FOR = timedelta(days=365)
"""So long a told fact counts; what was so a year ago is asked again. No document says how long: it is our own rule."""


class ToldBy(StrEnum):
    """Who said it; never which account."""

    HOUSEHOLD = "household"
    PROXY = "proxy"


class ToldFact(Base):
    """One fact as a household told it: an attribute of the catalogue's vocabulary and its value, of one member or of
    all. Told anew, the older row gets `replaced_at`; taken back, it gets the same.
    """

    __tablename__ = "told_fact"
    __table_args__ = (Index("ix_told_fact_standing", "household_id", "replaced_at"),)

    id: Mapped[ToldFactId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    attribute: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(40))
    replaced_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One told fact that stands; `member` is what the person is called, None of the household."""

    id: ToldFactId
    member: str | None
    fact: str
    value: str
    told_at: datetime
    told_by: ToldBy

    @property
    def in_words(self) -> str:
        """What was told, as it is said: 房屋等级：D级; of one word of many: 孤儿：是."""
        return in_words(self.fact, self.value)


async def tell(
    session: AsyncSession, household_id: HouseholdId, answers: Iterable[Told], *, told_by: ToldBy, now: datetime
) -> None:
    """Keep what a household has just said; what it said before of the same fact is replaced.

    An answer about a person who is not of the household now is left out.
    """
    audit.saw(session, [household_id])
    members = await _members(session, household_id)
    for answer in answers:
        if answer.member is not None and answer.member not in members:
            continue
        member_id = None if answer.member is None else members[answer.member]
        whose = ToldFact.member_id.is_(None) if member_id is None else ToldFact.member_id == member_id
        await _replace(session, household_id, whose & (ToldFact.attribute == answer.fact), now)
        session.add(
            ToldFact(
                household_id=household_id,
                member_id=member_id,
                attribute=answer.fact,
                value=answer.value,
                told_at=now,
                told_by=told_by,
            )
        )
    await session.flush()


def in_words(fact: str, value: str) -> str:
    """A fact and its value by the vocabulary's words; one it has no word for stands as it was kept."""
    name, _, word = fact.partition(":")
    attribute = vocabulary().attributes.get(name)
    if attribute is None:
        return words.fact(say.EXIT_YEAR if fact == "household.exit_year" else name, value)
    values = {str(code): said for code, said in attribute.values.items()}
    said = {TRUE: words.YES, FALSE: words.NO}.get(value) or values.get(value, value + attribute.unit)
    return words.fact(values.get(word, attribute.words), said)


async def take_back(
    session: AsyncSession, household_id: HouseholdId, ids: Collection[ToldFactId], now: datetime
) -> None:
    """Let these facts of the household count no more."""
    audit.saw(session, [household_id])
    await _replace(session, household_id, ToldFact.id.in_(ids), now)


async def standing(
    session: AsyncSession, household_ids: Sequence[HouseholdId], on: date
) -> dict[HouseholdId, list[Told]]:
    """Give what these households said of themselves and still counts that day, in the order it was said."""
    said: defaultdict[HouseholdId, list[Told]] = defaultdict(list)
    for fact, number, _ in await session.execute(_standing(household_ids, on)):
        said[fact.household_id].append(Told(fact.attribute, number, fact.value))
    return dict(said)


async def of_household(session: AsyncSession, household_id: HouseholdId, on: date) -> list[Kept]:
    """Give what a household said of itself and still counts that day, the newest first."""
    audit.saw(session, [household_id])
    rows = await session.execute(_standing([household_id], on))
    return [
        Kept(
            id=fact.id,
            member=name,
            fact=fact.attribute,
            value=fact.value,
            told_at=fact.told_at,
            told_by=ToldBy(fact.told_by),
        )
        for fact, _, name in reversed(rows.all())
    ]


def _standing(household_ids: Sequence[HouseholdId], on: date) -> Select[ToldFact, str, str]:
    """What was said of a person counts while they are of that household: nobody is spoken for who has left it."""
    since = datetime.combine(on - SPEAKS_FOR, time.min, UTC)
    of_the_house = (Member.id == ToldFact.member_id) & (Member.household_id == ToldFact.household_id)
    return (
        select(ToldFact, Member.number, Member.name)
        .outerjoin(Member, of_the_house & Member.left_on.is_(None))
        .where(
            ToldFact.household_id.in_(household_ids),
            ToldFact.replaced_at.is_(None),
            ToldFact.told_at >= since,
            or_(ToldFact.member_id.is_(None), Member.id.is_not(None)),
        )
        .order_by(ToldFact.id)
    )


async def _replace(session: AsyncSession, household_id: HouseholdId, which: ColumnElement[bool], now: datetime) -> None:
    standing = ToldFact.household_id == household_id, ToldFact.replaced_at.is_(None)
    statement = update(ToldFact).where(*standing, which).values(replaced_at=now)
    await session.execute(statement.execution_options(synchronize_session=False))


async def _members(session: AsyncSession, household_id: HouseholdId) -> dict[str, MemberId]:
    here = Member.household_id == household_id, Member.left_on.is_(None)
    rows = await session.execute(select(Member.number, Member.id).where(*here))
    return dict(rows.all())
