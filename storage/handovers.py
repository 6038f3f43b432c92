"""移交: a cadre offers a household to another; the pairing changes only when the other says yes.

An offer is open while nobody has answered it, for seven days, and while the household is still with whom it was
with. Nothing has to be swept up: an offer that has lapsed, or that a newer pairing has overtaken, is simply open no
more, and is closed when the household is offered again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.messages import handovers as say
from storage.assignments import Assignment
from storage.cadres import PHONE, Cadre
from storage.database import Base, insert_into
from storage.households import Household, doorplate
from storage.ids import CadreId, HandoverId, HouseholdId
from storage.outbox import Promise, ToCadre, ToHousehold, promise_all
from storage.sealing import keyring_of

HOLDS_FOR = timedelta(days=7)
"""So long the other may take to answer."""

NEWS = "handover_news"
"""What is told of handovers when it has happened."""


class Outcome(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    """Nobody answered in time, or the household was paired otherwise meanwhile."""


class Handover(Base):
    """One household offered to a cadre. While `ended_at` is empty the old pairing holds (000:59 不脱贫不脱钩).

    `from_cadre_id` is whose household it is, empty where it is nobody's; `asked_by_id` who asks: that cadre, or the
    staff of the township or county.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_open",
            "household_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[HandoverId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"), index=True)
    from_cadre_id: Mapped[CadreId | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    to_cadre_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    asked_by_id: Mapped[CadreId] = mapped_column(ForeignKey("cadre.id"), index=True)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One open offer, and what the people in it are called. No `from_cadre_id`: the household has nobody."""

    id: HandoverId
    household_id: HouseholdId
    number: str
    head_name: str | None
    from_cadre_id: CadreId | None
    from_name: str | None
    to_cadre_id: CadreId
    to_name: str
    asked_by_id: CadreId
    asked_by_name: str
    asked_by_unit: str | None
    asked_at: datetime


_FROM, _TO, _ASKED_BY = aliased(Cadre), aliased(Cadre), aliased(Cadre)


async def offered_to(session: AsyncSession, cadre_id: CadreId, now: datetime) -> list[Offer]:
    """Give the open offers this cadre is to answer, the oldest first."""
    return await _offers(session, open_at(now), Handover.to_cadre_id == cadre_id)


async def asked_by(session: AsyncSession, cadre_id: CadreId, now: datetime) -> list[Offer]:
    """Give the open offers this cadre has made, the oldest first."""
    return await _offers(session, open_at(now), Handover.asked_by_id == cadre_id)


async def of_households(
    session: AsyncSession, household_ids: Collection[HouseholdId], now: datetime
) -> dict[HouseholdId, Offer]:
    """Give the open offer of each of these households that has one."""
    offers = await _offers(session, open_at(now), Handover.household_id.in_(household_ids))
    return {offer.household_id: offer for offer in offers}


async def leaving(session: AsyncSession, cadre_id: CadreId, now: datetime) -> dict[HouseholdId, str]:
    """Give which households of a cadre are offered to whom, by name."""
    offers = await _offers(session, open_at(now), Handover.from_cadre_id == cadre_id)
    return {offer.household_id: offer.to_name for offer in offers}


async def unanswered(session: AsyncSession, *, asked_before: datetime, now: datetime) -> list[Offer]:
    """Give the open offers made before that time."""
    return await _offers(session, open_at(now), Handover.asked_at <= asked_before)


async def lapsed(session: AsyncSession, now: datetime) -> list[Offer]:
    """Give the offers nobody has answered in time, whose household is still with whom it was with."""
    return await _offers(session, _unended, _still_theirs, Handover.asked_at <= now - HOLDS_FOR)


async def offer(
    session: AsyncSession,
    households: Mapping[HouseholdId, CadreId | None],
    *,
    to: CadreId,
    asked_by: CadreId,
    now: datetime,
) -> bool:
    """Offer households, each with whose it is now, to a cadre. False: one of them is offered by somebody else just
    now; undo everything then."""
    # Asked once: an offer that somebody makes after this is not among those that have passed, and stops ours below.
    earlier = (
        _joined().with_only_columns(Handover.id, open_at(now)).where(_unended, Handover.household_id.in_(households))
    )
    found = (await session.execute(earlier)).all()
    if any(is_open for _, is_open in found):
        return False
    await _end(session, Handover.id.in_([id_ for id_, _ in found]), Outcome.PASSED, now)
    rows = [
        {
            "household_id": household_id,
            "from_cadre_id": from_cadre_id,
            "to_cadre_id": to,
            "asked_by_id": asked_by,
            "asked_at": now,
        }
        for household_id, from_cadre_id in sorted(households.items())
    ]
    statement = insert_into(session, Handover).on_conflict_do_nothing().returning(Handover.id)
    made = (await session.execute(statement, rows)).all()
    return len(made) == len(rows)


async def end(session: AsyncSession, offers: Sequence[Offer], outcome: Outcome, now: datetime) -> bool:
    """End offers. False: one of them has ended otherwise meanwhile; undo everything then."""
    ended = await _end(session, Handover.id.in_([one.id for one in offers]), outcome, now)
    return ended == len(offers)


def open_at(now: datetime) -> ColumnElement[bool]:
    """The condition on an offer, joined as `_offers` joins it, that it is open at that time."""
    return and_(_unended, _still_theirs, Handover.asked_at > now - HOLDS_FOR)


_unended = Handover.ended_at.is_(None)
_still_theirs = and_(
    Household.closed_on.is_(None),
    Assignment.cadre_id.is_not_distinct_from(Handover.from_cadre_id),
)


def _joined() -> Select[Handover, Household, str, Cadre, Cadre]:
    paired = and_(Assignment.household_id == Handover.household_id, Assignment.until.is_(None))
    return (
        select(Handover, Household, _FROM.name, _TO, _ASKED_BY)
        .join(Household, Household.id == Handover.household_id)
        .join(_TO, _TO.id == Handover.to_cadre_id)
        .join(_ASKED_BY, _ASKED_BY.id == Handover.asked_by_id)
        .outerjoin(_FROM, _FROM.id == Handover.from_cadre_id)
        .outerjoin(Assignment, paired)
    )


async def _offers(session: AsyncSession, *which: ColumnElement[bool]) -> list[Offer]:
    rows = await session.execute(_joined().where(*which).order_by(Handover.asked_at, Handover.id))
    return [
        Offer(
            id=handover.id,
            household_id=household.id,
            number=household.number,
            head_name=household.head_name,
            from_cadre_id=handover.from_cadre_id,
            from_name=from_name,
            to_cadre_id=to.id,
            to_name=to.name,
            asked_by_id=asked_by.id,
            asked_by_name=asked_by.name,
            asked_by_unit=asked_by.unit,
            asked_at=handover.asked_at,
        )
        for handover, household, from_name, to, asked_by in rows
    ]


async def _end(session: AsyncSession, which: ColumnElement[bool], outcome: Outcome, now: datetime) -> int:
    statement = (
        update(Handover)
        .where(which, _unended)
        .values(ended_at=now, outcome=outcome)
        .returning(Handover.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(statement)).all())


async def tell(
    session: AsyncSession,
    households: Mapping[HouseholdId, CadreId | None],
    *,
    to: CadreId,
    asked_by: Collection[CadreId] = (),
    by_office: bool = False,
    due_at: datetime,
    now: datetime,
) -> None:
    """Promise to everybody concerned the news that households have a new cadre, in the transaction that gives it.

    `households` says whose each was before. The old cadres and who asked are told, each household, and the new
    cadre where it was the office's doing; one who took them knows.
    """
    new = await session.get_one(Cadre, to)
    phone = keyring_of(session).open(new.phone_sealed, PHONE)
    names = {household_id: await name_of(session, household_id) for household_id in households}
    stamp = f"{to}:{now.astimezone(UTC):%Y%m%d%H%M%S%f}"
    promises = [
        Promise(
            to=ToHousehold(household_id),
            kind=NEWS,
            key=f"paired:{household_id}:{stamp}",
            due_at=due_at,
            text=say.new_helper(new.name, new.unit, phone, first=old is None),
        )
        for household_id, old in households.items()
    ]
    for cadre_id in {*asked_by, *(old for old in households.values() if old is not None)} - {to}:
        theirs = [
            names[household_id] for household_id, old in households.items() if cadre_id in asked_by or old == cadre_id
        ]
        key = f"handed_over:{cadre_id}:{stamp}"
        text = say.now_theirs(new.name, theirs)
        promises.append(Promise(to=ToCadre(cadre_id), kind=NEWS, key=key, due_at=due_at, text=text))
    if by_office:
        text = say.now_yours(list(names.values()))
        promises.append(Promise(to=ToCadre(to), kind=NEWS, key=f"handed_over:{to}:{stamp}", due_at=due_at, text=text))
    await promise_all(session, promises, now)


async def name_of(session: AsyncSession, household_id: HouseholdId) -> str:
    """What a household is called when it is handed over: its village and its head."""
    door = await doorplate(session, household_id)
    return say.household(door.village, door.head_name)
