"""自述: a household's own words count for itself where the register is silent, and nowhere else."""

from datetime import date, timedelta

from sqlalchemy import select, update

from policies.told import Told
from storage import told_facts
from storage.database import Database
from storage.facts import facts_of
from storage.households import Household
from storage.members import Member
from storage.told_facts import ToldBy, ToldFact
from tests.village import House, Village

TODAY = date(2026, 11, 23)


async def said(village: Village, house: House, *answers: Told, days_ago: int = 0) -> None:
    """Let a household tell something of itself."""
    async with village.database.writing() as session:
        now = village.now - timedelta(days=days_ago)
        await told_facts.tell(session, house.id, answers, told_by=ToldBy.HOUSEHOLD, now=now)


async def grade(store: Database, house: House, *, own_words: bool = True) -> tuple[str | None, bool]:
    """The grade of the house as it counts, and whether it is the household's own word."""
    async with store.reading() as session:
        facts = (await facts_of(session, [house.id], TODAY, own_words=own_words))[house.id]
    return facts.house_grade, (None, "household.house_grade") in facts.told


async def test_what_was_told_counts_only_where_it_is_asked_for(store: Database, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await said(village, wang, Told("household.house_grade", None, "D"))
    assert await grade(store, wang) == ("D", True)
    assert await grade(store, wang, own_words=False) == (None, False)


async def test_the_register_wins_as_soon_as_it_knows(store: Database, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await said(village, wang, Told("household.house_grade", None, "D"))
    async with store.writing() as session:
        await session.execute(update(Household).where(Household.id == wang.id).values(house_grade="B"))
    assert await grade(store, wang) == ("B", False)


async def test_told_anew_replaces_and_taken_back_is_silent(store: Database, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await said(village, wang, Told("household.house_grade", None, "D"))
    await said(village, wang, Told("household.house_grade", None, "C"))
    assert await grade(store, wang) == ("C", True)
    async with store.writing() as session:
        [kept] = await told_facts.of_household(session, wang.id, TODAY)
        await told_facts.take_back(session, wang.id, [kept.id], village.now)
    assert await grade(store, wang) == (None, False)
    async with store.reading() as session:
        assert len((await session.scalars(select(ToldFact))).all()) == 2, "what was said is replaced, never deleted"


async def test_nobody_else_can_take_it_back(store: Database, village: Village) -> None:
    wang, zhang = await village.household("王建国", house_grade=None), await village.household("张三")
    await said(village, wang, Told("household.house_grade", None, "D"))
    async with store.writing() as session:
        [kept] = await told_facts.of_household(session, wang.id, TODAY)
        await told_facts.take_back(session, zhang.id, [kept.id], village.now)
    assert await grade(store, wang) == ("D", True)


async def test_after_a_year_it_is_asked_again(store: Database, village: Village) -> None:
    wang, zhang = [await village.household(name, house_grade=None) for name in ("王建国", "张三")]
    await said(village, wang, Told("household.house_grade", None, "D"), days_ago=365)
    await said(village, zhang, Told("household.house_grade", None, "D"), days_ago=366)
    assert await grade(store, wang) == ("D", True)
    assert await grade(store, zhang) == (None, False)


async def test_nobody_is_spoken_for_who_has_left_or_moved_to_another_house(store: Database, village: Village) -> None:
    family = [("王小红", "女", "20050101"), ("王小明", "子", "20080101")]
    wang, other = await village.household("王建国", family=family), await village.household("王大")
    red, bright = f"{wang.number}01", f"{wang.number}02"
    await said(village, wang, Told("member.major_disease", red, "true"), Told("member.major_disease", bright, "true"))
    async with store.writing() as session:
        await session.execute(update(Member).where(Member.number == red).values(left_on=TODAY))
        await session.execute(update(Member).where(Member.number == bright).values(household_id=other.id))
    async with store.reading() as session:
        found = await facts_of(session, [wang.id, other.id], TODAY, own_words=True)
        assert await told_facts.of_household(session, wang.id, TODAY) == []
    assert [facts.told for facts in found.values()] == [frozenset(), frozenset()]
    assert [member.major_disease for member in found[other.id].members] == [None, None]


async def test_what_the_vocabulary_has_no_word_for_any_more_says_nothing(store: Database, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await said(village, wang, Told("household.gone", None, "D"), Told("household.house_grade", None, "D"))
    assert await grade(store, wang) == ("D", True)
