"""家庭变动上报: what a cadre or a household tells is put before who checks it; the register stays as it is."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from storage.areas import Area, Level
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.members import Member
from storage.outbox import TEXT, Outbox
from tests.village import Helper, House, Village
from tests.wechat import Phone

Phones = Callable[[House | Helper | str], Phone]
FAMILY = (("李秀英", "配偶", "19720202"), ("王小明", "之子", "19980303"))


async def staff(village: Village, name: str, role: Role, level: Level) -> Helper:
    """Somebody of the township or village of 青山村."""
    helper = await village.cadre(name, role=role)
    await village.area()
    async with village.database.writing() as session:
        area = (await session.scalars(select(Area).where(Area.level == level))).one()
        (await session.get_one(Cadre, helper.id)).area_id = area.id
    return helper


async def promised(database: Database) -> Sequence[tuple[int | None, str]]:
    async with database.reading() as session:
        rows = await session.scalars(select(Outbox).where(Outbox.kind == "family_report").order_by(Outbox.id))
        return [(row.cadre_id, database.keyring.open(row.text_sealed or b"", TEXT)) for row in rows]


async def living(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Member.name).where(Member.left_on.is_(None)).order_by(Member.id)))


async def test_a_cadre_tells_of_a_death_and_the_village_and_township_are_asked_to_check(
    village: Village, phone: Phones
) -> None:
    wang = await village.household("王建国", family=FAMILY)
    cadre = await village.cadre("李梅", visits=[wang])
    township = await staff(village, "周镇长", Role.TOWNSHIP, Level.TOWNSHIP)
    li = phone(cadre)

    assert await li.says("王大爷上个月过世了") == (
        "是哪一位？\n1 王建国（户主）\n2 李秀英（配偶）\n3 王小明（之子）\n4 不在上面"
    )
    assert await li.says("1") == "以后谁当户主？\n1 李秀英（配偶）\n2 王小明（之子）\n3 不在上面"
    assert await li.says("1") == (
        "青山村王建国家，去世：王建国（户主）；以后李秀英当户主；上个月。\n报给村里和镇上核实，对吗？"
    )
    assert await li.says("对") == "已经报上去了。村里和镇上核实以后才改登记，改好前名单还和原来一样。"
    assert await promised(village.database) == [
        (
            township.id,
            f"家庭变动待核：青山村王建国家（户编号{wang.number}），"
            "去世：王建国（户主）；以后李秀英当户主；上个月。帮扶干部李梅报的。核实后请办登记。",
        )
    ]
    assert await living(village.database) == ["王建国", "李秀英", "王小明"]


async def test_without_staff_of_the_area_it_goes_on_the_offices_list(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国", family=FAMILY)
    li = phone(await village.cadre("李梅", visits=[wang]))
    assert await li.says("王建国家添了个孙子") == "请说一下叫什么、男孩女孩。名字还没取，就回“没取名”。"
    assert await li.says("王小宝，男孩") == "是什么时候的事？比如“昨天”“10月3日”；说不准就说个大概。"
    await li.says("昨天")
    await li.says("是")
    [(to, text)] = await promised(village.database)
    assert to is None
    assert "添人口：王小宝，男孩；昨天。" in text


async def test_a_cadre_who_says_no_reports_nothing(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国", family=FAMILY)
    li = phone(await village.cadre("李梅", visits=[wang]))
    await li.says("王建国家户主换成他儿子")
    await li.says("3")
    await li.says("昨天")
    assert await li.says("不是") == "好的，没有上报。"
    assert await promised(village.database) == []


async def test_a_household_that_lost_somebody_hears_a_human_word_first(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国", family=FAMILY)
    home = phone(wang)
    assert (await home.says("我妈昨天走了")).startswith(
        "听到这个消息很难过，请您和家人节哀。\n是哪一位？\n1 王建国（户主）"
    )
    assert (await home.says("2")).startswith("青山村王建国家，去世：李秀英（配偶）；昨天。\n")
    assert (await home.says("对")).endswith("改好前名单还和原来一样。请您多保重。")
    [(_, text)] = await promised(village.database)
    assert text.endswith("农户自己报的。核实后请办登记。")


async def test_a_household_says_what_else_is_to_be_changed(village: Village, phone: Phones) -> None:
    home = phone(await village.household("王建国", family=FAMILY))
    assert await home.says("我换电话了") == "要改成什么？请说一句完整的，比如“户主的电话改成……”。"
    assert await home.says("户主的电话改成19900001111") == (
        "青山村王建国家，改登记的信息：我换电话了；户主的电话改成19900001111。\n报给村里和镇上核实，对吗？"
    )
    assert (await home.says("改登记的信息")).startswith("家里有什么变动？\n1 去世\n2 添人口\n")
