"""家庭变动 in the store: every act, what it refuses, and that it can be taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, bindings, cases, families, family_events, family_notices, outbox, statuses
from storage.assignments import Assignment
from storage.bindings import Binding
from storage.cases import CaseKind
from storage.consents import Consent
from storage.database import Database
from storage.facts import facts_of
from storage.families import Impossible, Person, Told
from storage.family_events import FamilyEvent, FamilyEventKind
from storage.households import Household, HouseholdCategory
from storage.ids import CadreId, HouseholdId
from storage.members import HEAD, Member
from storage.outbox import Outbox, ToHousehold
from storage.people import Account, Official, Platform
from storage.reminders import all_households, unvisited
from tests.village import Helper, House, Village, id_number

FAMILY = (("李秀英", "配偶", "19720202"), ("王小明", "之子", "19980303"), ("王小红", "之女", "20150404"))


@dataclass
class Register:
    """The store of a test, a household in it, and one transaction at a time."""

    store: Database
    people: Village
    now: datetime
    house: House
    cadre: Helper

    @property
    def told(self) -> Told:
        return Told(self.now.date(), "office", self.now)

    async def household(self, session: AsyncSession, house: House | None = None) -> Household:
        return await session.get_one(Household, (house or self.house).id)

    async def named(self, session: AsyncSession, *names: str) -> list[Member]:
        found = {one.name: one for one in await session.scalars(select(Member).where(Member.name.in_(names)))}
        return [found[name] for name in names]

    async def living(self, number: str) -> list[tuple[str, str | None]]:
        async with self.store.reading() as session:
            rows = await session.execute(
                select(Member.name, Member.relation)
                .join(Household, Household.id == Member.household_id)
                .where(Household.number == number, Member.left_on.is_(None))
                .order_by(Member.number)
            )
            return [(name, relation) for name, relation in rows]

    async def row(self, number: str) -> Household:
        async with self.store.reading() as session:
            return (await session.scalars(select(Household).where(Household.number == number))).one()

    async def cadre_of(self, household_id: HouseholdId) -> CadreId | None:
        async with self.store.reading() as session:
            open_now = Assignment.household_id == household_id, Assignment.until.is_(None)
            return await session.scalar(select(Assignment.cadre_id).where(*open_now))

    async def bound_to(self, account: Account) -> HouseholdId | None:
        async with self.store.reading() as session:
            open_now = Binding.account == account.key, Binding.ended_at.is_(None)
            return await session.scalar(select(Binding.household_id).where(*open_now))


@pytest.fixture
async def register(store: Database, people: Village, now: datetime) -> Register:
    house = await people.household("王建国", family=FAMILY, category=HouseholdCategory.UNSTABLE)
    cadre = await people.cadre("李梅", visits=[house])
    return Register(store, people, now, house, cadre)


async def split_off(register: Register, *names: str, number: str = "NEW-1") -> families.Done:
    async with register.store.writing() as session:
        leaving = await register.named(session, *names)
        return await families.split(
            session,
            await register.household(session),
            leaving,
            register.told,
            number=number,
            head=leaving[0],
        )


async def test_a_split_makes_a_household_with_its_own_number_head_and_the_same_cadre(register: Register) -> None:
    async with register.store.writing() as session:
        household = await register.household(session)
        household.cause, household.other_causes, household.lifted_in = "因病", "因学", 2019
        await statuses.change(session, household, on=register.told.on, now=register.now)

    await split_off(register, "王小明", "王小红")

    own, old = await register.row("NEW-1"), await register.row(register.house.number)
    assert await register.living("NEW-1") == [("王小明", HEAD), ("王小红", None)]
    assert await register.living(old.number) == [("王建国", HEAD), ("李秀英", "配偶")]
    assert (own.head_name, own.area_id, own.category) == ("王小明", old.area_id, "unstable")
    assert (own.cause, own.other_causes, own.lifted_in) == ("因病", "因学", 2019)
    assert (own.size, old.size) == (2, 2)
    assert (own.income_per_capita_fen, own.phone_sealed, own.card_sealed, own.house_grade) == (None, None, None, None)
    assert await register.cadre_of(own.id) == register.cadre.id
    assert await register.cadre_of(old.id) == register.cadre.id
    async with register.store.reading() as session:
        [stretch] = await statuses.history(session, own.id)
        assert (stretch.status, stretch.since) == ("unstable", register.told.on)


async def test_who_was_lifted_before_the_split_has_relapsed_when_poor_after_it(register: Register) -> None:
    async with register.store.writing() as session:
        household = await register.household(session)
        household.category = "lifted"
        await statuses.change(session, household, on=date(2024, 1, 1), now=register.now)
        household.category = "sudden_hardship"
        await statuses.change(session, household, on=date(2025, 1, 1), now=register.now)
    await split_off(register, "王小明")
    async with register.store.writing() as session:
        own = (await session.scalars(select(Household).where(Household.number == "NEW-1"))).one()
        own.category = "poor"
        begun = await statuses.change(session, own, on=register.told.on, now=register.now)
        assert begun.status == "relapsed"


async def test_an_account_and_what_it_agreed_to_follow_the_person_into_the_new_household(register: Register) -> None:
    account = Account(Platform.WECHAT, "o_xiaoming")
    async with register.store.writing() as session:
        [son] = await register.named(session, "王小明")
        await bindings.bind(session, account, household_id=register.house.id, member_id=son.id, now=register.now)
        session.add(Consent(account=account.key, household_id=register.house.id, notice="1", given_at=register.now))

    done = await split_off(register, "王小明")

    own = await register.row("NEW-1")
    assert done.accounts_moved == 1
    assert await register.bound_to(account) == own.id
    assert register.house.account is not None
    assert await register.bound_to(register.house.account) == register.house.id
    async with register.store.reading() as session:
        assert await session.scalar(select(Consent.household_id)) == own.id


async def test_a_split_is_refused_for_everybody_nobody_a_strange_head_and_a_number_in_use(register: Register) -> None:
    async def refused(leaving: Sequence[str], head: str, number: str = "NEW-1", new_head: str | None = None) -> str:
        with pytest.raises(Impossible) as error:
            async with register.store.writing() as session:
                await families.split(
                    session,
                    await register.household(session),
                    await register.named(session, *leaving),
                    register.told,
                    number=number,
                    head=(await register.named(session, head))[0],
                    new_head=None if new_head is None else (await register.named(session, new_head))[0],
                )
        return str(error.value)

    everybody = ["王建国", "李秀英", "王小明", "王小红"]
    assert await refused(everybody, "王小明") == "全家都走，就不是分户了；这一户至少要留一个人。"
    assert await refused([], "王小明") == "请写明分出去的是哪些人。"
    assert await refused(["王小明"], "王小红") == "新户的户主要在分出去的人里面。"
    assert (
        await refused(["王小明"], "王小明", register.house.number)
        == f"编号{register.house.number}已经有人用了，请换一个。"
    )
    assert await refused(["王建国"], "王建国") == "王建国是户主，家里还有别人。请写明谁来当户主。"
    assert await refused(["王建国"], "王建国", new_head="王建国") == "王建国要离开这一户，不能当这一户的户主。"
    assert await refused(["王小明"], "王小明", new_head="李秀英") == "这一户不用换户主，请去掉新户主再试。"
    assert len(await register.living(register.house.number)) == 4


async def test_the_dead_count_nowhere_any_more_and_their_facts_bind_nobody(register: Register) -> None:
    async with register.store.writing() as session:
        household = await register.household(session)
        head, wife = await register.named(session, "王建国", "李秀英")
        done = await families.died(session, household, head, register.told, new_head=wife)
    assert done.accounts_ended == (register.house.account,)

    old = await register.row(register.house.number)
    assert (old.head_name, old.size) == ("李秀英", 3)
    assert await register.living(old.number) == [("李秀英", HEAD), ("王小明", "之子"), ("王小红", "之女")]
    assert register.house.account is not None
    assert await register.bound_to(register.house.account) is None
    async with register.store.reading() as session:
        tails = {"id_tail": register.house.id_tail, "phone_tail": register.house.phone[-4:]}
        assert await bindings.fitting(session, name="王建国", **tails) == []
        official = Official(register.cadre.account, register.cadre.id)
        assert await access.find(session, official, "王建国") == []
        assert [one.name for one in await access.people_of(session, old)] == ["李秀英", "王小明", "王小红"]
        facts = await facts_of(session, [old.id], register.told.on)
        assert [one.name for one in facts[old.id].members] == ["李秀英", "王小明", "王小红"]


async def test_a_head_who_dies_needs_a_living_successor(register: Register) -> None:
    with pytest.raises(Impossible, match=r"^王建国是户主，家里还有别人。请写明谁来当户主。$"):
        async with register.store.writing() as session:
            [head] = await register.named(session, "王建国")
            await families.died(session, await register.household(session), head, register.told)


async def test_when_the_last_one_goes_the_household_closes_and_nobody_is_reminded_of_it(register: Register) -> None:
    alone = await register.people.household("赵大爷")
    async with register.store.writing() as session:
        session.add(Assignment(household_id=alone.id, cadre_id=register.cadre.id, since=date(2026, 1, 1)))
        to = ToHousehold(alone.id)
        await outbox.promise(session, to, kind="deadline", key="x", text="…", due_at=register.now, now=register.now)
    async with register.store.writing() as session:
        [last] = await register.named(session, "赵大爷")
        done = await families.died(session, await register.household(session, alone), last, register.told)

    assert (done.closed, done.messages_stopped) == ((alone.id,), 1)
    assert (await register.row(alone.number)).closed_on == register.told.on
    assert await register.cadre_of(alone.id) is None
    async with register.store.reading() as session:
        assert await session.scalar(select(Outbox.state)) == "skipped"
        assert await statuses.current(session, alone.id) is None
        assert await all_households(session) == [register.house.id]
        official = Official(register.cadre.account, register.cadre.id)
        assert [one.id for one in await access.households_of(session, official)] == [register.house.id]
        assert await access.with_id(session, official, alone.id) is None
        due = await unvisited(session, since=date(2026, 11, 1), until=date(2026, 12, 1), at_least=1, now=register.now)
        assert [one.household_id for one in due] == [register.house.id]
        assert await facts_of(session, [alone.id], register.told.on) == {}


async def test_a_child_is_born_without_an_identity_number(register: Register) -> None:
    async with register.store.writing() as session:
        child = Person(name="王小宝", relation="之孙子", sex="男")
        await families.born(session, await register.household(session), child, register.told)
    async with register.store.reading() as session:
        baby = (await session.scalars(select(Member).where(Member.name == "王小宝"))).one()
        assert (baby.birth_date, baby.joined_on, baby.id_number_sealed) == (register.told.on, register.told.on, None)
        assert baby.number == f"{register.house.number}-1"
    assert (await register.row(register.house.number)).size == 5


async def test_who_lives_in_another_household_is_moved_there_and_not_registered_twice(register: Register) -> None:
    other = await register.people.household("张三")
    async with register.store.reading() as session:
        theirs = (await session.scalars(select(Member).where(Member.id == other.head_id))).one()
        number = session.info["keyring"].open(theirs.id_number_sealed, "member.id_number")
    with pytest.raises(Impossible, match=f"登记在{other.number}这一户"):
        async with register.store.writing() as session:
            person = Person(name="张三", relation="女婿", id_number=number)
            await families.moved_in(session, await register.household(session), person, register.told)


async def test_a_bride_moves_from_one_household_into_another(register: Register) -> None:
    other = await register.people.household("张三", family=[("张小妹", "之女", "19990505")])
    async with register.store.writing() as session:
        [bride] = await register.named(session, "张小妹")
        await families.transferred(
            session,
            await register.household(session, other),
            [bride],
            await register.household(session),
            register.told,
            relations={bride.id: "之儿媳"},
        )
    assert await register.living(other.number) == [("张三", HEAD)]
    assert ("张小妹", "之儿媳") in await register.living(register.house.number)
    async with register.store.reading() as session:
        events = await family_events.of_household(session, register.house.id)
        assert [event.kind for event in events] == ["moved_out", "moved_in"]


async def test_who_moved_away_comes_back(register: Register) -> None:
    async with register.store.writing() as session:
        [son] = await register.named(session, "王小明")
        await families.moved_out(session, await register.household(session), [son], register.told)
    assert len(await register.living(register.house.number)) == 3
    async with register.store.writing() as session:
        [son] = await register.named(session, "王小明")
        await families.came_back(session, await register.household(session), son, register.told)
    assert ("王小明", "之子") in await register.living(register.house.number)


async def test_a_merge_closes_the_emptied_household_and_takes_its_accounts_along(register: Register) -> None:
    other = await register.people.household("张三", family=[("张小妹", "之女", "19990505")])
    async with register.store.writing() as session:
        household, into = await register.household(session, other), await register.household(session)
        [head] = await register.named(session, "张三")
        await families.merged(session, household, into, register.told, relations={head.id: "岳父"})
    assert (await register.row(other.number)).closed_on == register.told.on
    members = [
        ("王建国", HEAD),
        ("李秀英", "配偶"),
        ("王小明", "之子"),
        ("王小红", "之女"),
        ("张三", "岳父"),
        ("张小妹", None),
    ]
    assert await register.living(register.house.number) == members
    assert other.account is not None
    assert await register.bound_to(other.account) == register.house.id


async def test_a_new_head_leaves_the_words_of_the_others_but_for_the_old_one(register: Register) -> None:
    async with register.store.writing() as session:
        [son] = await register.named(session, "王小明")
        await families.head_changed(session, await register.household(session), son, register.told)
    assert (await register.row(register.house.number)).head_name == "王小明"
    assert await register.living(register.house.number) == [
        ("王建国", None),
        ("李秀英", "配偶"),
        ("王小明", HEAD),
        ("王小红", "之女"),
    ]


async def test_nothing_happens_tomorrow_nor_in_a_closed_household(register: Register) -> None:
    tomorrow = Told(date(2026, 11, 24), "office", register.now)
    child = Person(name="王小宝", relation="之孙子")
    with pytest.raises(Impossible, match=r"^2026年11月24日还没到。事情发生以后再办。$"):
        async with register.store.writing() as session:
            await families.born(session, await register.household(session), child, tomorrow)
    with pytest.raises(Impossible, match=r"^家里还有人，不能撤户。先办迁出、死亡或者并户。$"):
        async with register.store.writing() as session:
            await families.closed(session, await register.household(session), register.told)
    alone = await register.people.household("赵大爷")
    async with register.store.writing() as session:
        [last] = await register.named(session, "赵大爷")
        await families.died(session, await register.household(session, alone), last, register.told)
    with pytest.raises(Impossible, match="这一户已经撤了，不能再办变动。"):
        async with register.store.writing() as session:
            await families.born(session, await register.household(session, alone), child, register.told)


async def test_a_split_is_not_taken_back_once_the_new_household_has_brought_something(register: Register) -> None:
    await split_off(register, "王小明")
    own = await register.row("NEW-1")
    async with register.store.writing() as session:
        await cases.open_case(
            session,
            kind=CaseKind.HELP,
            text="房子漏水",
            now=register.now,
            opened_by=f"household:{own.id}",
            household_id=own.id,
        )
    with pytest.raises(Impossible, match="NEW-1这一户已经有了走访、申请、发放、公示或诉求记录"):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session), register.told)


async def test_a_split_is_taken_back_but_not_once_somebody_was_paid_there(register: Register) -> None:
    await split_off(register, "王小明", "王小红")
    async with register.store.writing() as session:
        done = await families.undo(session, await register.household(session), register.told)
    own = await register.row("NEW-1")
    assert done.closed == (own.id,)
    assert await register.living(register.house.number) == [("王建国", HEAD), *((name, was) for name, was, _ in FAMILY)]
    assert await register.cadre_of(own.id) is None

    await split_off(register, "王小明", number="NEW-2")
    second = await register.row("NEW-2")
    house = House(second.id, "NEW-2", "王小明", register.house.head_id, "", "", None)
    await register.people.paid(house, "低保", 100, "2026-11-01")
    with pytest.raises(Impossible, match="NEW-2这一户已经有了走访、申请、发放、公示或诉求记录"):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session), register.told)


async def test_a_merge_taken_back_gives_the_cadre_the_accounts_and_the_messages_back(register: Register) -> None:
    other = await register.people.household("张三")
    async with register.store.writing() as session:
        session.add(Assignment(household_id=other.id, cadre_id=register.cadre.id, since=date(2026, 1, 1)))
        to = ToHousehold(other.id)
        await outbox.promise(session, to, kind="deadline", key="x", text="…", due_at=register.now, now=register.now)
    async with register.store.writing() as session:
        await families.merged(
            session, await register.household(session, other), await register.household(session), register.told
        )
    assert await register.cadre_of(other.id) is None
    async with register.store.writing() as session:
        await families.undo(session, await register.household(session, other), register.told)
    assert (await register.row(other.number)).closed_on is None
    assert await register.living(other.number) == [("张三", HEAD)]
    assert await register.cadre_of(other.id) == register.cadre.id
    assert other.account is not None
    assert await register.bound_to(other.account) == other.id
    async with register.store.reading() as session:
        assert await session.scalar(select(Outbox.state)) == "waiting"


async def test_only_the_last_act_is_taken_back_and_only_while_its_cells_are_as_it_left_them(register: Register) -> None:
    other = await register.people.household("张三", family=[("张小妹", "之女", "19990505")])
    async with register.store.writing() as session:
        [bride] = await register.named(session, "张小妹")
        await families.transferred(
            session, await register.household(session, other), [bride], await register.household(session), register.told
        )
    async with register.store.writing() as session:
        child = Person(name="王小宝", relation="之孙子")
        await families.born(session, await register.household(session), child, register.told)
    with pytest.raises(Impossible, match=f"{register.house.number}这一户后来又办过变动，请先撤回那一次。"):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session, other), register.told)
    for house in (register.house, other):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session, house), register.told)
    assert ("张小妹", "之女") in await register.living(other.number)
    assert "王小宝" not in [name for name, _ in await register.living(register.house.number)]
    with pytest.raises(Impossible, match=r"^这一户没有可以撤回的变动。$"):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session, other), register.told)

    async with register.store.writing() as session:
        [son] = await register.named(session, "王小明")
        await families.moved_out(session, await register.household(session), [son], register.told)
    async with register.store.writing() as session:
        (await register.household(session)).size = 9
    with pytest.raises(Impossible, match="登记又改过了"):
        async with register.store.writing() as session:
            await families.undo(session, await register.household(session), register.told)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["born", "died", "moved_out", "moved_in", "came_back", "transferred", "head", "split", "merged", "undo"]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=9,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_after_any_changes_everybody_lives_in_one_household_with_a_head_and_a_cadre(
    store: Database, people: Village, now: datetime, steps: list[tuple[str, int, int, int]]
) -> None:
    houses = [await people.household(f"户{n}", family=FAMILY[:n], bound=n == 1) for n in range(3)]
    await people.cadre("李梅", visits=houses)
    began = await _present(store, [house.id for house in houses])
    ids = [house.id for house in houses]
    for step, first, second, third in steps:
        try:
            async with store.writing() as session:
                ids += await _take(session, ids, Told(now.date(), "office", now), step, (first, second, third))
        except Impossible:
            continue
    async with store.reading() as session:
        for household_id in ids:
            household = await session.get_one(Household, household_id, populate_existing=True)
            mine = Member.household_id == household_id, Member.left_on.is_(None)
            living = (await session.scalars(select(Member).where(*mine))).all()
            open_now = Assignment.household_id == household_id, Assignment.until.is_(None)
            paired = await session.scalar(select(Assignment.id).where(*open_now)) is not None
            heads = [member.name for member in living if member.relation == HEAD]
            if household.closed_on is None:
                assert heads == [household.head_name]
                assert paired
                assert household.size == len(living)
            else:
                assert living == []
                assert not paired
    assert await _replayed(store, began, ids) == await _present(store, ids)


async def _take(
    session: AsyncSession, ids: list[HouseholdId], told: Told, step: str, picks: tuple[int, int, int]
) -> list[HouseholdId]:
    """Take one step with whoever the numbers pick; gives the households it made."""
    household = await session.get_one(Household, ids[picks[0] % len(ids)])
    other = await session.get_one(Household, ids[picks[1] % len(ids)])
    people = select(Member).where(Member.household_id == household.id).order_by(Member.id)
    members = (await session.scalars(people)).all()
    living = [member for member in members if member.left_on is None]
    left = [member for member in members if member.left_on is not None]
    stays = living[1] if len(living) > 1 and picks[2] % 2 else None
    serial = await session.scalar(select(Household.id).order_by(Household.id.desc()).limit(1)) or 0
    match step:
        case "born":
            await families.born(session, household, Person(name=f"宝{picks[2]}", relation="之子"), told)
        case "moved_in":
            await families.moved_in(session, household, Person(name=f"客{picks[2]}", relation="其他"), told)
        case "died" if living:
            await families.died(session, household, living[picks[2] % len(living)], told, new_head=stays)
        case "moved_out" if living:
            await families.moved_out(session, household, living[: 1 + picks[2] % len(living)], told, new_head=stays)
        case "came_back" if left:
            await families.came_back(session, household, left[0], told)
        case "transferred" if living:
            await families.transferred(session, household, living[:1], other, told, new_head=stays)
        case "head" if living:
            await families.head_changed(session, household, living[picks[2] % len(living)], told)
        case "split" if living:
            leaving = living[picks[2] % len(living) :]
            done = await families.split(session, household, leaving, told, number=f"N{serial}", head=leaving[0])
            return [one for one in done.households if one not in ids]
        case "merged":
            await families.merged(session, household, other, told)
        case "undo":
            await families.undo(session, household, told)
    return []


Cells = dict[tuple[str, int, str], Any]
_COLUMNS: dict[str, tuple[str, ...]] = {
    "member": ("household_id", "relation", "left_on"),
    "household": ("head_name", "closed_on", "size"),
}


async def _present(store: Database, ids: Sequence[HouseholdId]) -> Cells:
    cells: Cells = {}
    async with store.reading() as session:
        for table, model, whose in (("household", Household, Household.id), ("member", Member, Member.household_id)):
            rows: Sequence[Any] = (
                await session.scalars(select(model).where(whose.in_(ids)).execution_options(populate_existing=True))
            ).all()
            for row in rows:
                for column in _COLUMNS[table]:
                    value = getattr(row, column)
                    cells[table, row.id, column] = value.isoformat() if isinstance(value, date) else value
    return cells


async def _replayed(store: Database, began: Cells, ids: Sequence[HouseholdId]) -> Cells:
    """The ledger, read from its beginning onto what was there before it; what it says was made is taken as made."""
    present = await _present(store, ids)
    cells = dict(began)
    async with store.reading() as session:
        acts = select(FamilyEvent).where(FamilyEvent.household_id.in_(ids), FamilyEvent.act_id.is_(None))
        for act in await session.scalars(acts.order_by(FamilyEvent.id)):
            assert act.kind in set(FamilyEventKind)
            for change in act.changes or []:
                row = change["table"], change["row"]
                if change.get("made"):
                    for column in _COLUMNS.get(change["table"], ()):
                        cells.setdefault((*row, column), _MADE)
                elif change["column"] in _COLUMNS.get(change["table"], ()):
                    key = (*row, change["column"])
                    assert cells[key] in (change["before"], _MADE)
                    cells[key] = change["after"]
    return {key: present[key] if value is _MADE else value for key, value in cells.items()}


_MADE = object()


async def test_a_new_person_whose_identity_number_is_free_moves_in(register: Register) -> None:
    number = id_number("19900101", 7)
    async with register.store.writing() as session:
        person = Person(name="周慧", relation="之儿媳", id_number=number, birth_date=date(1990, 1, 1))
        await families.moved_in(session, await register.household(session), person, register.told)
    async with register.store.reading() as session:
        fits = await bindings.fitting(session, name="周慧", id_tail=number[-6:], phone_tail=register.house.phone[-4:])
        assert [fit.household_id for fit in fits] == [register.house.id]


async def test_whoever_moved_somebody_can_let_their_account_and_what_it_agreed_to_follow(register: Register) -> None:
    other = await register.people.household("张三")
    account = register.house.account
    assert account is not None
    async with register.store.writing() as session:
        session.add(Consent(account=account.key, household_id=register.house.id, notice="1", given_at=register.now))
        [head] = await register.named(session, "王建国")
        head.household_id = other.id
        assert await families.follow(session, [head.id]) == 1
        assert await families.follow(session, [head.id]) == 0
    assert await register.bound_to(account) == other.id
    async with register.store.reading() as session:
        assert await session.scalar(select(Consent.household_id)) == other.id


async def test_who_moved_away_hears_that_their_account_is_bound_no_more_but_nobody_writes_to_the_dead(
    register: Register,
) -> None:
    account = register.house.account
    assert account is not None
    for leave, told in ((families.moved_out, [account.key]), (families.died, [])):
        async with register.store.writing() as session:
            household = await register.household(session)
            head, wife = await register.named(session, "王建国", "李秀英")
            leaving: Any = [head] if leave is families.moved_out else head
            done = await leave(session, household, leaving, register.told, new_head=wife)
            await family_notices.tell(session, done, due_at=register.now, now=register.now)
            assert list(await session.scalars(select(Outbox.account).where(Outbox.account.is_not(None)))) == told
            assert await session.scalar(select(Outbox.id).where(Outbox.cadre_id == register.cadre.id)) is not None
            await session.rollback()


async def test_two_acts_at_once_do_not_move_one_person_twice(register: Register) -> None:
    """The second one waits for the first, and then sees that there is nobody to move any more."""
    ends = await asyncio.gather(
        split_off(register, "王小明", number="NEW-1"),
        split_off(register, "王小明", number="NEW-2"),
        return_exceptions=True,
    )
    refused = [str(one) for one in ends if isinstance(one, Impossible)]
    assert refused == ["这一户里没有“王小明”这个人，请写人编号，或者写全名。"]
    async with register.store.reading() as session:
        assert len((await session.scalars(select(Household).where(Household.number.like("NEW-%")))).all()) == 1
