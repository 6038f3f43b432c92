"""诉求: numbered once, given to who answers for it, never to whom it is about, and told to nobody who may not know."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select, update

from storage import access, assignments, cases
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.cases import Case, CaseEvent, CaseKind
from storage.database import Database
from storage.outbox import TEXT, Outbox
from storage.people import Official
from tests.village import Helper, House, Village

SAID = "李梅收了我家两百块跑路费"


async def officials_of(people: Village, area: str, *names: str, role: Role = Role.TOWNSHIP) -> list[Helper]:
    """Officials who serve that area."""
    made = [await people.cadre(name, role=role) for name in names]
    async with people.database.writing() as session:
        area_id = await session.scalar(select(Area.id).where(Area.name == area))
        serving = update(Cadre).where(Cadre.id.in_([one.id for one in made])).values(area_id=area_id)
        await session.execute(serving.execution_options(synchronize_session=False))
    return made


async def opened(
    store: Database,
    house: House | None,
    kind: CaseKind,
    now: datetime,
    *,
    against: Helper | None = None,
    opened_by: Helper | None = None,
) -> Case:
    async with store.writing() as session:
        return await cases.open_case(
            session,
            kind=kind,
            text=SAID,
            now=now,
            opened_by="household:1",
            household_id=None if house is None else house.id,
            against_cadre_id=None if against is None else against.id,
            opened_by_cadre_id=None if opened_by is None else opened_by.id,
        )


async def told(store: Database) -> list[tuple[int | None, str]]:
    """Which cadre was promised what; None is the office's list."""
    async with store.reading() as session:
        rows = (await session.scalars(select(Outbox).order_by(Outbox.id))).all()
    return [(row.cadre_id, store.keyring.open(row.text_sealed or b"", TEXT)) for row in rows]


async def test_numbers_are_given_once_however_many_come_at_the_same_moment(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await people.household("王建国")
    await people.cadre("李梅", visits=[wang])
    made = await asyncio.gather(*(opened(store, wang, CaseKind.HELP, now) for _ in range(8)))
    assert sorted(case.number for case in made) == [f"2026-00000{n}" for n in range(1, 9)]
    assert (await opened(store, wang, CaseKind.HELP, now.replace(year=2027))).number == "2027-000001"
    async with store.reading() as session:
        found: Sequence[Case] = await cases.cases_of(session, wang.id)
    assert found[0].number == "2027-000001"
    assert len(found) == 9


async def test_a_hardship_goes_to_the_households_cadre_with_what_was_said(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    await officials_of(people, "东河镇", "赵强")
    case = await opened(store, wang, CaseKind.PROBLEM, now)
    assert (case.handler_cadre_id, case.state, case.due_on) == (li.id, "open", None)
    assert await told(store) == [
        (
            li.id,
            f"青山村王建国户有一个问题要解决（编号2026-000001）：\n“{SAID}”\n回复“问题清单”，可以写办得怎么样了。",
        )
    ]


@pytest.mark.parametrize("kind", [CaseKind.OBJECTION, CaseKind.COMPLAINT])
async def test_objections_and_complaints_go_to_the_townships_office_and_are_not_spelt_out(
    store: Database, people: Village, now: datetime, kind: CaseKind
) -> None:
    wang = await people.household("王建国")
    await people.cadre("李梅", visits=[wang])
    zhao, sun = await officials_of(people, "东河镇", "赵强", "孙丽")
    [village] = await officials_of(people, "青山村", "周平", role=Role.VILLAGE)
    case = await opened(store, wang, kind, now)
    async with store.reading() as session:
        office = await session.scalar(select(Area.name).where(Area.id == case.area_id))
    assert (case.handler_cadre_id, office) == (None, "东河镇")
    words = "有一件新的诉求要由您这里办。回复“问题清单”看是什么事。"
    assert await told(store) == [(zhao.id, words), (sun.id, words)]
    assert village.id not in [who for who, _ in await told(store)]


@pytest.mark.parametrize("kind", list(CaseKind))
async def test_nothing_said_of_a_cadre_goes_to_that_cadre(
    store: Database, people: Village, now: datetime, kind: CaseKind
) -> None:
    """Whatever it is called: the household's own cadre, and a township's official, whose colleagues are passed too."""
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    zhao, sun = await officials_of(people, "东河镇", "赵强", "孙丽")
    [chief] = await officials_of(people, "旺苍县", "马超", role=Role.COUNTY)
    assert (await opened(store, wang, kind, now, against=li)).handler_cadre_id is None
    assert {who for who, _ in await told(store)} == {zhao.id, sun.id}
    await opened(store, wang, kind, now, against=zhao)
    assert [who for who, _ in await told(store)][2:] == [chief.id]
    case = await opened(store, wang, kind, now, against=zhao)
    with pytest.raises(ValueError, match="about"):
        async with store.writing() as session:
            await cases.refer(
                session, await session.merge(case), to=zhao.id, due_on=None, note=None, actor="office:t", now=now
            )


async def test_without_officials_it_goes_on_the_offices_list_which_the_accused_may_read(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await people.household("王建国")
    [chief] = await officials_of(people, "旺苍县", "马超", role=Role.COUNTY)
    await opened(store, wang, CaseKind.COMPLAINT, now, against=chief)
    [(who, text)] = await told(store)
    assert who is None
    assert "2026" not in text
    assert "马超" not in text


async def test_who_opens_a_case_they_handle_is_not_told_of_it(store: Database, people: Village, now: datetime) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    case = await opened(store, wang, CaseKind.PROBLEM, now, opened_by=li)
    assert case.handler_cadre_id == li.id
    assert await told(store) == []


async def test_who_is_in_no_household_is_heard_by_the_county(store: Database, people: Village, now: datetime) -> None:
    await people.household("王建国")
    [chief] = await officials_of(people, "旺苍县", "马超", role=Role.COUNTY)
    assert (await opened(store, None, CaseKind.COMPLAINT, now)).household_id is None
    assert [who for who, _ in await told(store)] == [chief.id]


async def test_what_was_said_is_sealed_and_the_ledger_begins(
    store: Database, people: Village, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    wang = await people.household("王建国")
    async with store.writing() as session:
        case = await cases.open_case(
            session,
            kind=CaseKind.COMPLAINT,
            text=SAID,
            now=now,
            opened_by=f"household:{wang.id}",
            household_id=wang.id,
            due_on=date(2026, 12, 1),
        )
    assert SAID.encode() not in case.text_sealed
    assert store.keyring.open(case.text_sealed, cases.TEXT) == SAID
    async with store.reading() as session:
        [event] = await session.scalars(select(CaseEvent))
    assert (event.actor, event.state, event.text_sealed) == (f"household:{wang.id}", "open", None)
    assert SAID not in caplog.text


async def test_a_case_goes_along_when_the_household_is_handed_over_and_comes_to_the_office_without_a_cadre(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await people.household("王建国")
    li, sun = await people.cadre("李梅", visits=[wang]), await people.cadre("孙丽")
    [zhao] = await officials_of(people, "东河镇", "赵强")
    case = await opened(store, wang, CaseKind.HELP, now)

    async def seeing() -> list[bool]:
        async with store.reading() as session:
            mine = await session.get_one(Case, case.id)
            seen = [bool(await access.cases_for(session, Official(one.account, one.id))) for one in (li, sun)]
            return [*seen, list(await cases.officials_of(session, mine)) == [sun.id]]

    assert await seeing() == [True, False, False]
    async with store.writing() as session:
        assert await assignments.hand_over(session, {wang.id: li.id}, sun.id, on=now.date())
    assert await seeing() == [False, True, True]
    async with store.writing() as session:
        await session.execute(delete(Assignment).where(Assignment.until.is_(None)))
    async with store.reading() as session:
        assert list(await cases.officials_of(session, await session.get_one(Case, case.id))) == [zhao.id]
    async with store.writing() as session:
        mine = await session.get_one(Case, case.id)
        await cases.refer(session, mine, to=li.id, due_on=None, note=None, actor="office:t", now=now)
    assert (await seeing())[0]
