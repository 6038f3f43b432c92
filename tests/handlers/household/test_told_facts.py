"""自述: only what decides is asked, an answer counts for this household alone, and what was wrong is taken back."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from storage import invitations, told_facts
from storage.database import Database
from storage.facts import facts_of
from storage.households import Household
from tests.counties import Chats
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]
TODAY = date(2026, 11, 23)
GRADE = "您家房子鉴定是哪一级？（A、B、C、D，没鉴定过也请说）\n1 A级\n2 B级\n3 C级\n4 D级\n5 不知道"
OPENING = (
    "看您家够不够“农村危房改造（D级、C级）（演示）”，登记的还不够定，问您几句。\n您说的只用来看够不够，不改登记。\n"
)
SOURCE = (
    "出处：《旺苍县落实十个专项扶贫方案暨十三项重点工作方案》第30行："
    "“全面完成农村D级和C级危房改造，加快土坯房等旧房改造”\n想问清楚，请到村委会问。\n"
)
OTHERS = "说到危房改造，文件里还有：\n1 贫困残疾人危房改造\n2 危房改造信贷贴息（试点）"


async def told(village: Village, house: House) -> list[str]:
    """What stands of a household's own words."""
    async with village.database.reading() as session:
        return [one.in_words for one in await told_facts.of_household(session, house.id, TODAY)]


async def test_one_question_decides_and_the_answer_is_marked_and_kept(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    assert await phone(wang).says("我家够不够条件危房改造") == OPENING + GRADE
    assert await phone(wang).says("4") == (
        "农村危房改造（D级、C级）（演示）\n"
        "照您说的，条件都符合。\n"
        "您家自己说的，村里还要核。说错了，回“改一下我说的”。\n"
        "符合：房屋鉴定为C级或D级——房屋等级：D级（您家自己说的）\n"
        "多少钱：文件没有写金额，请问村里。\n" + SOURCE + "还可以接着问：补多少、带什么、去哪办。\n" + OTHERS
    )
    assert await told(village, wang) == ["房屋等级：D级"]
    assert "1 农村危房改造（D级、C级）（演示）（按您家自己说的）" in await phone(wang).says("我能享受什么")


async def test_the_register_is_never_written_and_nobody_else_hears_it(
    phone: Phones, village: Village, store: Database
) -> None:
    wang = await village.household("王建国", house_grade=None)
    await phone(wang).says("我家够不够条件危房改造")
    await phone(wang).says("D级")
    async with village.database.reading() as session:
        assert await session.scalar(select(Household.house_grade).where(Household.id == wang.id)) is None
        facts = (await facts_of(session, [wang.id], TODAY))[wang.id]
    assert (facts.house_grade, facts.told) == (None, frozenset())


async def test_who_does_not_know_is_left_in_peace(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    for said in ("不知道", "5", "跳过", "没鉴定过"):
        await phone(wang).says("我家够不够条件危房改造")
        answer = await phone(wang).says(said)
        assert answer.startswith("农村危房改造（D级、C级）（演示）\n还定不了。您也不清楚的，请村里帮您核一核。\n")
        assert "答几句话" not in answer
    assert await told(village, wang) == []


async def test_an_answer_that_is_none_is_asked_again_and_never_taken_for_a_no(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await phone(wang).says("我家够不够条件危房改造")
    assert (await phone(wang).says("九级")).endswith(GRADE)
    assert await told(village, wang) == []


async def test_what_was_wrong_is_taken_back_and_told_anew(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await phone(wang).says("我家够不够条件危房改造")
    await phone(wang).says("1")
    assert await phone(wang).says("改一下我说的") == (
        "您跟我说过这些，哪样不对？回数字就去掉，都不对就回“全部”。\n1 房屋等级：A级"
    )
    assert await phone(wang).says("1") == ("好，去掉了：房屋等级：A级。\n以后看够不够，这些不再算。\n要重新说，回复1。")
    assert await phone(wang).says("1") == OPENING + GRADE
    assert "照您说的，条件都符合。" in await phone(wang).says("3")
    assert await told(village, wang) == ["房屋等级：C级"]


async def test_who_says_under_an_answer_that_it_was_wrong_is_heard(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await phone(wang).says("我家够不够条件危房改造")
    await phone(wang).says("1")
    assert (await phone(wang).says("刚才说错了")).startswith("您跟我说过这些，哪样不对？")


async def test_nothing_told_is_nothing_to_change(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).says("改一下我说的") == "您还没有跟我说过家里的情况，没有要改的。"


async def test_a_proxy_may_answer_and_the_list_says_so(phone: Phones, village: Village, wechat: WeChat) -> None:
    gui = await village.household("王桂兰", house_grade=None, bound=False)
    async with village.database.writing() as session:
        code, _ = await invitations.make_for_proxy(
            session, gui.id, called="邻居老李", by_household=True, now=wechat.clock.now()
        )
    await phone("o_li").says(code)
    assert await phone("o_li").says("我家够不够条件危房改造") == f"（王桂兰家）{OPENING}{GRADE}"
    await phone("o_li").says("4")
    assert (await phone("o_li").says("改一下我说的")).endswith("\n1 房屋等级：D级（代办人说的）")


async def test_the_office_that_registers_it_has_the_last_word(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    await phone(wang).says("我家够不够条件危房改造")
    await phone(wang).says("D")
    async with village.database.writing() as session:
        await session.execute(update(Household).where(Household.id == wang.id).values(house_grade="B"))
    answer = await phone(wang).says("我家够不够条件危房改造")
    assert "不符合：房屋鉴定为C级或D级——房屋等级：B级\n" in answer
    assert "您家自己说的" not in answer


FAMILY = [("李秀英", "配偶", "19720304"), ("王小红", "女", "20080506")]


async def test_of_several_people_it_is_asked_who(village: Village) -> None:
    """在读 is asked of all at once; whoever is not named is not."""
    wang = await village.household("王建国", family=FAMILY)
    ziyang = Chats(village.database, "ziyang", village.now)
    assert await ziyang.says(wang, "助学金我家够不够") == (
        "看您家够不够“助学政策、教育基金资助”，登记的还不够定，问您几句。\n"
        "写这一项的文件是2018年的，已经过期。现在还有没有，请问村里。\n"
        "您说的只用来看够不够，不改登记。\n"
        "家里有没有人在上学？是哪几个人？可以选几个，比如1、3。\n1 王建国\n2 李秀英\n3 王小红\n4 都没有\n5 不知道"
    )
    answer = await ziyang.says(wang, "3")
    assert "符合：家里有在校学生——王小红 在读：是（您家自己说的）\n是给：王小红\n" in answer
    assert await told(village, wang) == ["在读：是", "在读：否", "在读：否"]


async def test_health_is_asked_with_its_reason_and_stops_as_soon_as_it_is_decided(village: Village) -> None:
    wang = await village.household("王建国", family=FAMILY)
    ziyang = Chats(village.database, "ziyang", village.now)
    first = await ziyang.says(wang, "我家能不能享受残疾人补贴")
    assert first.endswith(
        "家里有没有残疾人？是哪几个人？可以选几个，比如1、3。\n1 王建国\n2 李秀英\n3 王小红\n4 都没有\n5 不知道\n"
        "这样问只为看这一项，不想说就回“跳过”。"
    )
    assert await ziyang.says(wang, "李秀英和王小红") == (
        "李秀英的残疾程度，是哪一样？\n1 没有残疾\n2 轻度\n3 中度\n4 重度\n5 不知道\n"
        "这样问只为看这一项，不想说就回“跳过”。"
    )
    answer = await ziyang.says(wang, "中度")
    assert "照您说的，条件都符合。\n写这一项的文件是2018年的，已经过期。" in answer
    assert "是给：李秀英\n" in answer
    assert await told(village, wang) == ["残疾程度：中度", "残疾程度：没有残疾"]


async def test_nobody_has_it_is_one_answer_and_not_knowing_asks_nobody_apart(village: Village) -> None:
    wang = await village.household("王建国", family=FAMILY)
    ziyang = Chats(village.database, "ziyang", village.now)
    await ziyang.says(wang, "我家能不能享受残疾人补贴")
    assert "不清楚：家里有残疾人——都是没有登记\n" in await ziyang.says(wang, "不知道")
    await ziyang.says(wang, "我家能不能享受残疾人补贴")
    assert "不符合：家里有残疾人——都是没有残疾（您家自己说的）\n" in await ziyang.says(wang, "都没有")


async def test_words_of_many_are_chosen_by_number_or_name(village: Village) -> None:
    wang = await village.household("王建国")
    lichuan = Chats(village.database, "lichuan", village.now)
    question = await lichuan.says(wang, "我家够不够大病救助")
    assert question.endswith("可以选几个，比如1、3。\n1 低保户\n2 五保户\n3 特困户\n4 都不是\n5 不知道")
    answer = await lichuan.says(wang, "都不是")
    assert answer.startswith("降低大病保险起付线\n照您说的，有不符合的。\n文件没有写是哪一年的，")
    await lichuan.says(wang, "改一下我说的")
    await lichuan.says(wang, "全部")
    await lichuan.says(wang, "我家够不够大病救助")
    assert "符合：是低保户、五保户或特困户——五保户：是（您家自己说的）" in await lichuan.says(wang, "2")


@pytest.mark.parametrize("said", ["没听懂啥意思", "对不起", "啥"])
async def test_what_is_no_answer_is_never_a_no(village: Village, said: str) -> None:
    wang = await village.household("王建国")
    lichuan = Chats(village.database, "lichuan", village.now)
    await lichuan.says(wang, "我家够不够大病救助")
    await lichuan.says(wang, said)
    assert await told(village, wang) == []


async def test_what_the_household_says_it_has_is_not_taken_for_the_register(village: Village) -> None:
    wang = await village.household("王建国")
    lichuan = Chats(village.database, "lichuan", village.now)
    await lichuan.says(wang, "我家够不够大病救助")
    await lichuan.says(wang, "低保户")
    assert await told(village, wang) == ["特困户：否", "五保户：否", "低保户：是"]
    answer = await Chats(village.database, "huining", village.now).says(wang, "为啥我家没有低保")
    assert answer.startswith("农村低保（应保尽保）\n没有查到您家申请过这一项。\n")


async def test_no_is_an_answer_to_which_of_several_it_is(village: Village) -> None:
    wang = await village.household("王建国", family=FAMILY)
    lichuan = Chats(village.database, "lichuan", village.now)
    await lichuan.says(wang, "我家够不够营养餐")
    assert "的就读学段，是哪一样？\n" in await lichuan.says(wang, "1")
    assert "请回复前面的数字" not in await lichuan.says(wang, "没有读书")
    assert "就读学段：不在读" in await told(village, wang)
