"""户情变迁: stretches follow each other without a gap, and the past is never rewritten."""

from datetime import date, datetime

import pytest

from storage import statuses
from storage.database import Database
from storage.households import Household, HouseholdCategory
from storage.statuses import Status, status_of
from tests.village import Village


@pytest.mark.parametrize(
    "category", [HouseholdCategory.POOR, HouseholdCategory.POOR_DIBAO, HouseholdCategory.POOR_TEKUN]
)
def test_a_poor_category_is_registered_or_after_an_exit_relapsed(category: HouseholdCategory) -> None:
    assert status_of(category, lifted_before=False) is Status.REGISTERED
    assert status_of(category, lifted_before=True) is Status.RELAPSED


@pytest.mark.parametrize("once", [False, True])
def test_every_other_category_is_a_status_of_its_own(once: bool) -> None:
    others = [one for one in HouseholdCategory if one not in statuses.REGISTERED_AS_POOR]
    assert [status_of(one, lifted_before=once) for one in others] == [Status(one.value) for one in others]


async def test_a_life_is_told_stretch_by_stretch(store: Database, people: Village, now: datetime) -> None:
    house = await people.household("王建国", category=HouseholdCategory.POOR)
    steps = [
        (date(2014, 5, 1), HouseholdCategory.POOR, None),
        (date(2018, 12, 1), HouseholdCategory.LIFTED, 2018),
        (date(2021, 6, 1), HouseholdCategory.UNSTABLE, 2018),
        (date(2021, 6, 1), HouseholdCategory.UNSTABLE, 2018),
        (date(2020, 1, 1), HouseholdCategory.SUDDEN_HARDSHIP, 2018),
        (date(2026, 3, 1), HouseholdCategory.POOR_TEKUN, 2018),
    ]
    for day, category, year in steps:
        async with store.writing() as session:
            household = await session.get_one(Household, house.id)
            household.category, household.lifted_in = category, year
            await statuses.change(session, household, on=day, now=now)
    async with store.reading() as session:
        told = [(one.status, one.since, one.until) for one in await statuses.history(session, house.id)]
        assert await statuses.lifted_before(session, [house.id]) == {house.id}
    assert told == [
        ("registered", date(2014, 5, 1), date(2018, 12, 1)),
        ("lifted", date(2018, 12, 1), date(2021, 6, 1)),
        # Told of late, it begins where the one before had begun.
        ("unstable", date(2021, 6, 1), date(2021, 6, 1)),
        ("sudden_hardship", date(2021, 6, 1), date(2026, 3, 1)),
        ("relapsed", date(2026, 3, 1), None),
    ]
