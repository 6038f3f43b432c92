"""家庭变动的登记: what a newer file tells of who came, went, was born, or heads a household now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import chunks
from storage.family_events import FamilyEvent, FamilyEventKind
from storage.ids import HouseholdId, MemberId
from storage.imports.bulk import Tally, Values, insert_all
from storage.imports.drivers import among
from storage.imports.shapes import FAMILY_EVENTS


@dataclass
class Events:
    """What has happened to the households of a file, gathered until it is written down together."""

    on: date
    now: datetime
    noted_by: str
    rows: list[Values] = field(default_factory=list)

    def add(
        self,
        kind: FamilyEventKind,
        household: HouseholdId,
        *,
        member: MemberId | None = None,
        other: HouseholdId | None = None,
        on: date | None = None,
    ) -> None:
        """Note one event, of today unless a day is given."""
        self.rows.append(
            {
                "household_id": household,
                "member_id": member,
                "other_household_id": other,
                "kind": kind,
                "happened_on": on or self.on,
                "noted_at": self.now,
                "noted_by": self.noted_by,
            }
        )

    def moved(self, member: MemberId, before: HouseholdId, after: HouseholdId, *, new_household: bool) -> None:
        """Note that somebody went from one household of ours to another; a new one is split off the old."""
        if new_household:
            self.add(FamilyEventKind.SPLIT, before, member=member, other=after)
        else:
            self.add(FamilyEventKind.MOVED_OUT, before, member=member, other=after)
            self.add(FamilyEventKind.MOVED_IN, after, member=member, other=before)

    async def write(self, session: AsyncSession, tally: Tally) -> None:
        """Write down what was gathered."""
        await insert_all(session, FAMILY_EVENTS, self.rows, tally)
        self.rows.clear()


def origin(homes: Sequence[HouseholdId | None]) -> HouseholdId | None:
    """Give the household that most of a new household's people come from, by where each was until now."""
    known = Counter(home for home in homes if home is not None)
    if not known:
        return None
    [(home, count)] = known.most_common(1)
    return home if count * 2 > len(homes) else None


async def died(session: AsyncSession, members: Iterable[MemberId]) -> set[MemberId]:
    """Give those of the members whose last leave was death; such a one does not come back with a list."""
    last: dict[MemberId | None, str] = {}
    gone = (FamilyEventKind.DIED, FamilyEventKind.MOVED_OUT)
    for some in chunks(members):
        statement = (
            select(FamilyEvent.member_id, FamilyEvent.kind)
            .where(among(session, FamilyEvent.__table__.c.member_id, some), FamilyEvent.kind.in_(gone))
            .order_by(FamilyEvent.id)
        )
        last.update((member, kind) for member, kind in await session.execute(statement))
    return {member for member, kind in last.items() if member is not None and kind == FamilyEventKind.DIED}
