"""Who may see which household."""

import pytest
from sqlalchemy import select, update

from storage import access
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.households import Household
from storage.ids import AreaId
from storage.members import ID_NUMBER, Member
from storage.people import Official, Villager
from storage.sealing import Keyring, new_key
from tests.databases import KEY
from tests.village import Helper, House, Village


def official(helper: Helper) -> Official:
    return Official(helper.account, helper.id)


async def serves(store: Database, helper: Helper, area_name: str) -> None:
    async with store.writing() as session:
        area_id = await session.scalar(select(Area.id).where(Area.name == area_name))
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area_id))


async def names_found(store: Database, helper: Helper, name: str) -> list[str | None]:
    async with store.reading() as session:
        return [found.head_name for found in await access.find(session, official(helper), name)]


async def test_a_villager_sees_their_own_household(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    await people.household("李秀英")
    assert wang.account is not None
    async with store.reading() as session:
        seen = await access.household_of(session, Villager(wang.account, wang.id, None))
    assert seen.head_name == "王建国"


async def test_a_cadre_has_the_households_paired_with_them_today(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    before = await people.household("赵六")
    await people.household("陈大毛")
    li = await people.household("李秀英")
    cadre = await people.cadre("李梅", visits=[li, before, wang])
    async with store.writing() as session:
        ended = update(Assignment).where(Assignment.household_id == before.id).values(until=people.now.date())
        await session.execute(ended)
    async with store.reading() as session:
        own = await access.households_of(session, official(cadre))
    assert [household.head_name for household in own] == ["王建国", "李秀英"]


async def test_a_household_of_another_is_not_found_by_any_name_or_number(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    other = await people.household("陈大毛", family=[("陈小毛", "之子", "20100505")])
    cadre = await people.cadre("李梅", visits=[wang])
    for name in ("陈大毛", "陈大毛家", "陈小毛", other.number, "没有这人", "", "%", "_"):
        assert await names_found(store, cadre, name) == []
    async with store.reading() as session:
        assert await access.with_id(session, official(cadre), other.id) is None
        seen = await access.with_id(session, official(cadre), wang.id)
    assert seen is not None and seen.head_name == "王建国"


async def test_a_household_goes_by_its_head_its_number_a_member_a_surname_or_a_sound(
    store: Database, people: Village
) -> None:
    wang = await people.household("王建国", family=[("赵小兰", "配偶", "19720303")])
    li = await people.household("李秀英")
    cadre = await people.cadre("李梅", visits=[wang, li])
    for name in ("王建国", "王建国家", wang.number, "赵小兰", "老王", "王大爷家", "王建果"):
        assert await names_found(store, cadre, name) == ["王建国"]


async def test_the_name_as_written_wins_over_one_that_only_sounds_like_it(store: Database, people: Village) -> None:
    cadre = await people.cadre("李梅", visits=[await people.household("王建国"), await people.household("王建果")])
    assert await names_found(store, cadre, "王建果") == ["王建果"]


async def test_all_that_fit_are_given_to_choose_from(store: Database, people: Village) -> None:
    first, second = await people.household("张三"), await people.household("张三", village="白石村")
    cadre = await people.cadre("李梅", visits=[first, second, await people.household("张有才")])
    assert await names_found(store, cadre, "张三") == ["张三", "张三"]
    assert sorted(map(str, await names_found(store, cadre, "老张"))) == ["张三", "张三", "张有才"]


async def test_area_staff_find_the_households_of_their_area_and_no_others(store: Database, people: Village) -> None:
    await people.household("王建国", village="青山村")
    await people.household("陈大毛", village="白石村")
    in_village = await people.cadre("村干部", role=Role.VILLAGE)
    in_township = await people.cadre("镇干部", role=Role.TOWNSHIP)
    await serves(store, in_village, "青山村")
    await serves(store, in_township, "东河镇")
    assert await names_found(store, in_village, "王建国") == ["王建国"]
    assert await names_found(store, in_village, "陈大毛") == []
    assert await names_found(store, in_township, "陈大毛") == ["陈大毛"]


async def test_staff_without_an_area_and_cadres_with_one_see_only_their_own(store: Database, people: Village) -> None:
    await people.household("王建国")
    nowhere = await people.cadre("县干部", role=Role.COUNTY)
    helper = await people.cadre("帮扶干部", role=Role.CADRE)
    await serves(store, helper, "青山村")
    assert await names_found(store, nowhere, "王建国") == []
    assert await names_found(store, helper, "王建国") == []


async def test_a_place_is_told_with_group_village_and_township(store: Database, people: Village) -> None:
    wang = await people.household("王建国", village="青山村", group="3组")
    cadre = await people.cadre("李梅", visits=[wang])
    async with store.reading() as session:
        [household] = await access.households_of(session, official(cadre))
        [(area_id, place)] = (await access.places_of(session, [household])).items()
        village_id = await session.scalar(select(Area.id).where(Area.name == "青山村"))
    assert area_id == household.area_id
    assert village_id is not None
    assert place == access.Place(AreaId(village_id), "东河镇", "青山村", "3组")


async def numbered(store: Database, house: House, id_number: str) -> None:
    """Give the head of a household an identity number."""
    async with store.writing() as session:
        member = (await session.scalars(select(Member).where(Member.household_id == house.id))).one()
        member.id_number_sealed = store.keyring.seal(id_number, ID_NUMBER)
        member.id_number_index = store.keyring.index(id_number, ID_NUMBER)


async def test_a_whole_identity_number_or_telephone_finds_its_household_where_it_may_be_seen(
    store: Database, people: Village
) -> None:
    wang, chen = await people.household("王建国"), await people.household("陈大毛")
    await numbered(store, wang, "99010019630517121X")
    await numbered(store, chen, "990100196511034424")
    cadre = await people.cadre("李梅", visits=[wang])
    for said in (
        "99010019630517121X",
        "99010019630517121x",
        "９９０１００１９６３０５１７１２１Ｘ",
        "990100 19630517 121x",
    ):
        assert await names_found(store, cadre, said) == ["王建国"]
    for said in (
        wang.phone,
        f"{wang.phone[:3]} {wang.phone[3:7]} {wang.phone[7:]}",
        f"{wang.phone[:3]}-{wang.phone[3:]}",
    ):
        assert await names_found(store, cadre, said) == ["王建国"]
    for said in ("990100196511034424", chen.phone, "99010019630517121", "990100196305171218"):
        assert await names_found(store, cadre, said) == []


async def test_numbers_are_found_under_an_older_key_too(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    cadre = await people.cadre("李梅", visits=[wang])
    both = Database(store.url.render_as_string(hide_password=False), Keyring([new_key(), KEY]))
    assert await names_found(both, cadre, wang.phone) == ["王建国"]
    await both.close()


@pytest.mark.parametrize("said", ["青山村", "青山", "东河镇", "旺苍县", "3组"])
async def test_a_village_said_beside_the_name_narrows_the_search(store: Database, people: Village, said: str) -> None:
    here = await people.household("王建国", village="青山村", group="3组", family=[("赵小兰", "配偶", "19720303")])
    await people.household("陈大毛", village="白石村")
    in_county = await people.cadre("县干部", role=Role.COUNTY)
    await serves(store, in_county, "旺苍县")
    for name in ("王建国", "赵小兰", here.number, here.phone):
        async with store.reading() as session:
            found = await access.find(session, official(in_county), name, said)
            elsewhere = await access.find(session, official(in_county), name, "白石村")
        assert [household.id for household in found] == [here.id]
        assert elsewhere == []


async def test_of_a_name_that_many_bear_twenty_are_shown_always_the_same(store: Database, people: Village) -> None:
    for number in range(23):
        await people.household("张伟", village=f"第{number}村", bound=False)
    in_county = await people.cadre("县干部", role=Role.COUNTY)
    await serves(store, in_county, "旺苍县")
    async with store.reading() as session:
        found = [household.number for household in await access.find(session, official(in_county), "张伟")]
        again = [household.number for household in await access.find(session, official(in_county), "张伟")]
        [one] = await access.find(session, official(in_county), "张伟", "第22村")
    assert len(found) == 20
    assert found == again == sorted(found)
    assert one.number not in found


async def test_who_has_gone_is_not_found_and_neither_is_a_household_that_is_no_more(
    store: Database, people: Village
) -> None:
    wang = await people.household("王建国", family=[("赵小兰", "配偶", "19720303")])
    gone = await people.household("陈大毛")
    cadre = await people.cadre("李梅", visits=[wang, gone])
    async with store.writing() as session:
        await session.execute(update(Member).where(Member.name == "赵小兰").values(left_on=people.now.date()))
        await session.execute(update(Household).where(Household.id == gone.id).values(closed_on=people.now.date()))
    for said in ("赵小兰", "陈大毛", gone.number, gone.phone, "老陈"):
        assert await names_found(store, cadre, said) == []
    assert await names_found(store, cadre, "王建国") == ["王建国"]
