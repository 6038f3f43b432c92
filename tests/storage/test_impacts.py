"""A rule changes on a day: whose answer changes with it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from policies.catalogue import County, read_county
from policies.conditions import Op, comparison
from policies.evaluator import InForce, Verdict
from policies.vocabulary import CATALOGUE, vocabulary
from storage.database import Database
from storage.households import Household
from storage.impacts import Rules, impacts
from tests.policies.test_figures import written
from tests.village import Village

ROOF = "dangerous_house_wangcang"
CONFIRMED = """confirmed:
  - benefit: dangerous_house_wangcang
    on: 2026-01-05
    by: 县住建局
    amount:
      2026-01-05: {kind: fixed, value: '12000', unit: 元/户}
      2026-07-01: {kind: fixed, value: '14000', unit: 元/户}
"""


@pytest.fixture
def county(tmp_path: Path) -> County:
    """旺苍 with one benefit confirmed, whose amount is another one from July on."""
    pack = tmp_path / "wangcang"
    pack.mkdir()
    for path in (CATALOGUE / "wangcang").glob("*.yaml"):
        (pack / path.name).write_bytes(path.read_bytes())
    (pack / "confirmed.yaml").write_text(CONFIRMED, encoding="utf-8")
    county_file = pack / "county.yaml"
    county_file.write_text(
        county_file.read_text(encoding="utf-8").replace("    file: thirteen_key_tasks.txt\n", ""), encoding="utf-8"
    )
    return read_county(pack)


async def changes(
    store: Database, county: County, before: date, after: date
) -> list[tuple[str, Verdict, object, object]]:
    async with store.reading() as session:
        return [
            (one.number, one.after.verdict, one.before.amount, one.after.amount)
            async for one in impacts(session, before=Rules(county, before), after=Rules(county, after))
            if one.before is not None and one.after is not None
        ]


async def test_those_whose_amount_is_another_one_are_named_and_nobody_else(village: Village, county: County) -> None:
    fits = await village.household("王建国", house_grade="D")
    await village.household("张三", house_grade="A")
    unknown = await village.household("李四", house_grade=None)
    found = await changes(village.database, county, date(2026, 6, 30), date(2026, 7, 1))
    told = {
        number: (verdict, getattr(was, "value", None), getattr(is_, "value", None))
        for number, verdict, was, is_ in found
    }
    assert told == {
        fits.number: (Verdict.YES, 12000, 14000),
        unknown.number: (Verdict.UNKNOWN, 12000, 14000),
    }


async def test_days_between_which_nothing_changed_name_nobody(village: Village, county: County) -> None:
    await village.household("王建国", house_grade="D")
    assert await changes(village.database, county, date(2026, 7, 1), date(2026, 12, 31)) == []


async def test_a_confirmation_that_begins_changes_the_answer(village: Village, county: County) -> None:
    house = await village.household("王建国", house_grade="D")
    async with village.database.reading() as session:
        before, after = Rules(county, date(2026, 1, 4)), Rules(county, date(2026, 1, 5))
        [one] = [one async for one in impacts(session, before=before, after=after)]
    assert one.before is not None
    assert one.after is not None
    assert (one.number, one.before.in_force, one.after.in_force) == (house.number, InForce.ENDED, InForce.CONFIRMED)


async def test_a_line_that_is_raised_names_the_households_between_the_lines(village: Village, tmp_path: Path) -> None:
    line = "{2025-01-01: {value: '4200', unit: 元/人·年}, 2026-07-01: {value: '4560', unit: 元/人·年}}"
    county = read_county(written(tmp_path, line))
    houses = {income: await village.household(f"王{income}") for income in (4199, 4200, 4559, 4560)}
    async with village.database.writing() as session:
        for income, house in houses.items():
            own = update(Household).where(Household.id == house.id)
            await session.execute(own.values(income_per_capita_fen=income * 100))
    async with village.database.reading() as session:
        between = Rules(county, date(2026, 6, 30)), Rules(county, date(2026, 7, 1))
        found = [one async for one in impacts(session, before=between[0], after=between[1])]
        later = Rules(county, date(2026, 12, 31))
        assert [one async for one in impacts(session, before=between[1], after=later)] == []
    told = [(one.number, one.before and one.before.verdict, one.after and one.after.verdict) for one in found]
    assert told == [(houses[income].number, Verdict.NO, Verdict.YES) for income in (4200, 4559)]


async def test_two_versions_of_a_pack_are_compared_on_their_conditions(village: Village, county: County) -> None:
    """The later pack asks for grade D: who lives in a house of grade C is refused now; a new benefit is new to all."""
    stricter = comparison(
        text="房屋鉴定为D级",
        attribute=vocabulary().attributes["household.house_grade"],
        op=Op.EQ,
        value="D",
        benefit=ROOF,
    )
    roof = county.benefits[ROOF]
    gone = "tv_wangcang"
    later = replace(
        county,
        benefits={
            **{name: one for name, one in county.benefits.items() if name != gone},
            ROOF: replace(roof, conditions=(stricter,)),
            "new": replace(roof, id="new"),
        },
    )
    grade_c = await village.household("王建国", house_grade="C")
    await village.household("张三", house_grade="A")
    on = date(2026, 8, 1)
    seen = []
    async with village.database.reading() as session:
        async for one in impacts(
            session, before=Rules(county, on), after=Rules(later, on), progress=lambda done, of: seen.append((done, of))
        ):
            if one.number == grade_c.number:
                verdicts = tuple(said and said.verdict for said in (one.before, one.after))
                assert verdicts == {
                    ROOF: (Verdict.YES, Verdict.NO),
                    "new": (None, Verdict.YES),
                    gone: (Verdict.YES, None),
                }.pop(one.benefit.id)
            else:
                assert one.benefit.id == gone
    assert seen == [(2, 2)]
