"""What households files tell over time: what a household was and had, who came and went, and all of it taken back."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import bindings, families
from storage.assignments import Assignment
from storage.bindings import Binding
from storage.database import Database
from storage.family_events import FamilyEvent, FamilyEventKind
from storage.households import Household
from storage.import_batches import ImportBatch
from storage.imports import register
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.report import Outcome
from storage.imports.undo import undo
from storage.incomes import Income
from storage.members import Member
from storage.people import Account, Platform
from storage.schema import metadata
from storage.statuses import HouseholdStatus
from tests.storage.imports.sheets import member, wife, write

Import = Callable[..., Awaitable[Outcome]]


@pytest.fixture
def bring(store: Database, tmp_path: Path, now: datetime) -> Import:
    """Import these rows as a households file, some days after the first one."""

    async def imported(*rows: dict[str, Any], days: int = 0, dry_run: bool = False) -> Outcome:
        path = write(tmp_path / "households.xlsx", list(rows))
        async with store.writing() as session:
            return await import_file(session, Kind.HOUSEHOLDS, path, now=now + timedelta(days=days), dry_run=dry_run)

    return imported


async def all_of(store: Database, model: Any) -> list[Any]:
    async with store.reading() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


async def everything(store: Database) -> dict[str, list[Any]]:
    async with store.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name != ImportBatch.__tablename__
        }


async def take_back(store: Database, outcome: Outcome, now: datetime) -> None:
    assert outcome.batch is not None
    async with store.writing() as session:
        await undo(session, outcome.batch, now=now)


def changes(outcome: Outcome) -> list[str]:
    return [str(one) for one in outcome.differences or ()]


def son(**columns: Any) -> dict[str, Any]:
    return member(
        **(
            {
                "人编号": "70000103",
                "姓名": "周小平",
                "性别": "男",
                "证件号码": "990100199003152313",
                "与户主关系": "之子",
            }
            | columns
        )
    )


async def stretches(store: Database) -> list[tuple[Any, ...]]:
    return [
        (one.status, one.category, one.lifted_in, one.since, one.until) for one in await all_of(store, HouseholdStatus)
    ]


async def test_a_households_past_stays_when_its_category_changes(store: Database, bring: Import, now: datetime) -> None:
    extra = {"脱贫年度": 2019, "其他致贫原因": "因病、缺劳力", "低保类别": None, "风险是否已消除": None}
    await bring(member() | extra)
    before = await everything(store)
    assert await stretches(store) == [("lifted", "lifted", 2019, date(2026, 11, 23), None)]
    outcome = await bring(member(户类型="一般贫困户") | extra, days=8)
    # Poor again after 脱贫 is 返贫.
    assert await stretches(store) == [
        ("lifted", "lifted", 2019, date(2026, 11, 23), date(2026, 12, 1)),
        ("relapsed", "poor", 2019, date(2026, 12, 1), None),
    ]
    assert outcome.sums is not None
    assert outcome.sums.recategorised == (("lifted", "poor", 1),)
    again = await bring(member(户类型="一般贫困户") | extra, days=9)
    assert (again.unchanged, len(await stretches(store))) == (1, 2)
    cleared = await bring(member(户类型="一般贫困户") | extra | {"风险是否已消除": "是"}, days=10)
    assert [one.risk_cleared for one in await all_of(store, HouseholdStatus)] == [None, None, True]
    [home] = await all_of(store, Household)
    assert (home.other_causes, home.lifted_in, home.risk_cleared) == ("因病、缺劳力", 2019, True)
    for one in (cleared, outcome):
        await take_back(store, one, now)
    assert await everything(store) == before


async def incomes(store: Database) -> list[tuple[int, str, int]]:
    return sorted((one.year, one.kind, one.amount_fen) for one in await all_of(store, Income))


async def test_incomes_are_kept_by_year_and_kind_and_corrected_within_their_year(
    store: Database, bring: Import, now: datetime
) -> None:
    stated = {"收入年度": 2025, "工资性收入(元)": 12000, "转移性收入(元)": 340.5}
    await bring(member() | stated)
    first = [(2025, "per_capita", 812345), (2025, "transfer", 34050), (2025, "wage", 1200000)]
    assert await incomes(store) == first
    before = await everything(store)
    corrected = await bring(member() | stated | {"工资性收入(元)": 12500}, days=1)
    assert corrected.updated == 1
    assert await incomes(store) == [*first[:2], (2025, "wage", 1250000)]
    tried = await bring(member(**{"人均纯收入(元)": 9000}) | {"收入年度": 2026}, days=2, dry_run=True)
    assert changes(tried) == [
        "700001 人均纯收入(元)：8123.45 → 9000.00",
        "700001 2026年人均纯收入：（空） → 9000.00",
    ]
    newer = await bring(member(**{"人均纯收入(元)": 9000}) | {"收入年度": 2026}, days=2)
    assert (2026, "per_capita", 900000) in await incomes(store)
    # An older year's file corrects that year, and not what the household has now.
    older = await bring(member(**{"人均纯收入(元)": 8200}) | {"收入年度": 2025}, days=3)
    assert (2025, "per_capita", 820000) in await incomes(store)
    assert [home.income_per_capita_fen for home in await all_of(store, Household)] == [900000]
    for one in (older, newer, corrected):
        await take_back(store, one, now)
    assert await everything(store) == before


async def test_a_file_without_a_year_tells_nothing_new_in_january(store: Database, bring: Import) -> None:
    await bring(member())
    assert await incomes(store) == [(2026, "per_capita", 812345)]
    assert (await bring(member(), days=60)).unchanged == 1
    assert await incomes(store) == [(2026, "per_capita", 812345)]
    assert (await bring(member(**{"人均纯收入(元)": 9000}), days=60)).updated == 1
    assert await incomes(store) == [(2026, "per_capita", 812345), (2027, "per_capita", 900000)]


async def events(store: Database) -> list[tuple[str, str, str | None, str | None, str]]:
    homes = {one.id: one.number for one in await all_of(store, Household)}
    people = {one.id: one.number for one in await all_of(store, Member)}
    return [
        (one.kind, homes[one.household_id], people.get(one.member_id), homes.get(one.other_household_id), one.noted_by)
        for one in await all_of(store, FamilyEvent)
    ]


async def test_the_first_file_tells_of_no_comings_and_goings(store: Database, bring: Import) -> None:
    await bring(member(), wife(), son())
    assert await events(store) == []
    assert [one.joined_on for one in await all_of(store, Member)] == [None, None, None]


async def test_a_newer_file_tells_who_was_born_who_came_and_who_heads_the_household(
    store: Database, bring: Import, now: datetime
) -> None:
    await bring(member())
    before = await everything(store)
    child = son(人编号="70000104", 姓名="周小小", 证件号码="990100202611252312", 与户主关系="之孙")
    rows = (member(与户主关系="之父"), wife(), son(与户主关系="户主"), child)
    tried = await bring(*rows, days=8, dry_run=True)
    assert [line for line in changes(tried) if "家庭变动" in line] == [
        "700001 家庭变动：迁入（人编号70000102）",
        "700001 家庭变动：迁入（人编号70000103）",
        "700001 家庭变动：变更户主（人编号70000103）",
        "700001 家庭变动：出生（人编号70000104）",
    ]
    outcome = await bring(*rows, days=8)
    batch = f"import:{outcome.batch}"
    assert await events(store) == [
        (FamilyEventKind.MOVED_IN, "700001", "70000102", None, batch),
        (FamilyEventKind.MOVED_IN, "700001", "70000103", None, batch),
        (FamilyEventKind.HEAD_CHANGED, "700001", "70000103", None, batch),
        (FamilyEventKind.BORN, "700001", "70000104", None, batch),
    ]
    joined = {one.number: one.joined_on for one in await all_of(store, Member)}
    assert (joined["70000102"], joined["70000104"]) == (date(2026, 12, 1), date(2026, 11, 25))
    assert [home.head_name for home in await all_of(store, Household)] == ["周小平"]
    await take_back(store, outcome, now)
    assert await everything(store) == before


async def test_a_child_the_office_wrote_down_is_the_one_a_newer_file_brings(
    store: Database, bring: Import, now: datetime
) -> None:
    await bring(member())
    async with store.writing() as session:
        [home] = (await session.scalars(select(Household))).all()
        told = families.Told(on=date(2026, 11, 25), by="office", now=now + timedelta(days=3))
        await families.born(session, home, families.Person(name="周小小", relation="之孙"), told)
    before = await everything(store)
    child = son(人编号="70000104", 姓名="周小小", 证件号码="990100202611252312", 与户主关系="之孙")
    outcome = await bring(member(), child, days=8)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 1)
    assert outcome.missing is not None
    assert outcome.missing.members == ()
    people = {one.number: (one.name, one.birth_date) for one in await all_of(store, Member)}
    assert people == {"70000101": ("周国平", people["70000101"][1]), "70000104": ("周小小", date(2026, 11, 25))}
    assert [kind for kind, *_ in await events(store)] == [FamilyEventKind.BORN]
    again = await bring(member(), child, days=9)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    await take_back(store, again, now)
    await take_back(store, outcome, now)
    assert await everything(store) == before


async def test_a_namesake_born_on_another_day_is_somebody_else(store: Database, bring: Import, now: datetime) -> None:
    await bring(member())
    async with store.writing() as session:
        [home] = (await session.scalars(select(Household))).all()
        told = families.Told(on=date(2026, 11, 25), by="office", now=now + timedelta(days=3))
        child = families.Person(name="周小小", relation="之孙", birth_date=date(2026, 11, 20))
        await families.born(session, home, child, told)
    await bring(member(), son(人编号="70000104", 姓名="周小小", 证件号码="990100202611252312"), days=8)
    assert [one.number for one in await all_of(store, Member)] == ["70000101", "700001-1", "70000104"]


async def test_a_corrected_name_is_no_new_head(store: Database, bring: Import) -> None:
    await bring(member())
    await bring(member(姓名="周国萍"), days=1)
    assert await events(store) == []


async def test_a_household_split_off_keeps_the_cadre_of_the_one_it_comes_from(
    store: Database, bring: Import, now: datetime
) -> None:
    await bring(member(), wife(), son())
    before = await everything(store)
    own = son(户编号="700009", 与户主关系="户主", 帮扶责任人=None, 帮扶责任人电话=None)
    outcome = await bring(member(), wife(), own, days=8)
    assert await events(store) == [("split", "700001", "70000103", "700009", f"import:{outcome.batch}")]
    [old, new] = await all_of(store, Assignment)
    assert (new.cadre_id, new.since, new.until, old.until) == (old.cadre_id, date(2026, 12, 1), None, None)
    assert outcome.missing is not None
    assert (outcome.missing.households, outcome.missing.members) == ((), ())
    await take_back(store, outcome, now)
    assert await everything(store) == before


async def test_who_moves_to_another_household_leaves_one_and_joins_the_other(store: Database, bring: Import) -> None:
    other = member(户编号="700002", 人编号="70000201", 姓名="周国安", 性别="女", 证件号码="990100195705171000")
    await bring(member(), son(), other)
    outcome = await bring(member(), other, son(户编号="700002"), days=8)
    assert await events(store) == [
        ("moved_out", "700001", "70000103", "700002", f"import:{outcome.batch}"),
        ("moved_in", "700002", "70000103", "700001", f"import:{outcome.batch}"),
    ]
    assert outcome.missing is not None
    assert outcome.missing.members == ()


async def test_an_account_goes_with_its_person_and_back(store: Database, bring: Import, now: datetime) -> None:
    await bring(member(), wife(), son())
    person = (await all_of(store, Member))[2]
    async with store.writing() as session:
        account = Account(Platform.WECHAT, "o_son")
        await bindings.bind(session, account, household_id=person.household_id, member_id=person.id, now=now)
    before = await everything(store)
    outcome = await bring(member(), wife(), son(户编号="700009", 与户主关系="户主"), days=8)
    homes = {one.number: one.id for one in await all_of(store, Household)}
    assert [one.household_id for one in await all_of(store, Binding)] == [homes["700009"]]
    await take_back(store, outcome, now)
    assert await everything(store) == before


@pytest.mark.parametrize("at_once", [1, 2, 3])
async def test_a_file_stored_in_pieces_tells_the_same(
    store: Database, bring: Import, now: datetime, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(register, "_HOUSEHOLDS_AT_ONCE", at_once)
    other = member(户编号="700002", 人编号="70000201", 姓名="周国安", 性别="女", 证件号码="990100195705171000")
    first = await bring(wife(), son(), member(), other)
    before = await everything(store)
    assert changes(await bring(wife(), son(), member(), other, dry_run=True)) == []
    # The son goes to a household that comes later in the file, the wife to one that comes earlier.
    outcome = await bring(wife(户编号="700000"), member(户类型="一般农户"), other, son(户编号="700002"), days=8)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 3, 1)
    assert [event[:4] for event in sorted(await events(store))] == [
        ("moved_in", "700002", "70000103", "700001"),
        ("moved_out", "700001", "70000103", "700002"),
        ("split", "700001", "70000102", "700000"),
    ]
    assert outcome.missing is not None
    assert outcome.missing.as_json() == {"households": 0, "members": 0}
    await take_back(store, outcome, now)
    assert await everything(store) == before
    await take_back(store, first, now)
    assert await all_of(store, Member) == []


async def test_who_stands_in_a_newer_file_again_has_come_back_but_nobody_from_the_dead(
    store: Database, bring: Import, now: datetime
) -> None:
    await bring(member(), wife(), son())
    [home] = await all_of(store, Household)
    people = {one.number: one.id for one in await all_of(store, Member)}
    async with store.writing() as session:
        for number, kind in (("70000102", "died"), ("70000103", "moved_out")):
            await session.execute(update(Member).where(Member.number == number).values(left_on=date(2026, 11, 25)))
            event = {"kind": kind, "happened_on": date(2026, 11, 25), "noted_at": now, "noted_by": "office"}
            session.add(FamilyEvent(household_id=home.id, member_id=people[number], **event))
        await session.execute(update(Household).values(closed_on=date(2026, 11, 26)))
    before = await everything(store)
    outcome = await bring(member(), wife(), son(), days=8)
    left = {one.number: one.left_on for one in await all_of(store, Member)}
    assert left == {"70000101": None, "70000102": date(2026, 11, 25), "70000103": None}
    assert (await events(store))[2:] == [("moved_in", "700001", "70000103", None, f"import:{outcome.batch}")]
    assert [one.code for one in outcome.warnings] == ["household_reopened", "member_died"]
    assert [home.closed_on for home in await all_of(store, Household)] == [None]
    await take_back(store, outcome, now)
    assert await everything(store) == before


def neighbour(village: str, number: str, id_number: str, township: str = "河口镇") -> dict[str, Any]:
    columns = {"乡(镇)": township, "行政村": village, "户编号": number, "人编号": f"{number}01", "证件号码": id_number}
    return member(**columns, 性别="女", 姓名="周国安")


async def test_a_file_of_one_village_says_nothing_of_the_next(store: Database, bring: Import) -> None:
    near = neighbour("上坝村", "700002", "990100195705171000")
    next_village = neighbour("下坝村", "700003", "990100196511034424")
    far = neighbour("石门村", "700004", "990100199301011228", "石门镇")

    async def absent(*rows: dict[str, Any]) -> list[str]:
        outcome = await bring(*rows, days=1)
        assert outcome.missing is not None
        return [one.number for one in outcome.missing.households]

    assert await absent(member(), near, next_village, far) == []
    assert await absent(member()) == ["700002"]
    assert await absent(member(), next_village) == ["700002"]
    assert await absent(member(), far) == ["700002", "700003"]
    assert len(await all_of(store, Household)) == 4


async def test_who_stands_in_a_row_that_was_sent_back_is_not_missing(bring: Import) -> None:
    near = neighbour("上坝村", "700002", "990100195705171000")
    await bring(member(), wife(), near)
    outcome = await bring(member(), wife(证件号码="990100651103442"), near | {"姓名": ""}, days=1)
    assert len(outcome.rejected) == 2
    assert outcome.missing is not None
    assert outcome.missing.as_json() == {"households": 0, "members": 0}
