"""A cadre pastes the visits of a whole village: all of it is kept after one yes, or nothing."""

from collections.abc import Callable
from datetime import date

from tests.village import Helper, House, Village
from tests.wechat import Phone

Phones = Callable[[House | Helper | str], Phone]

LIST = "11月20日走访情况：\n1. 王建国：屋顶漏水，联系住建所\n2、李秀英 送大米1袋\n3）张三家，没在家"
SHOWN = (
    "看懂了3户，都是11月20日，还没有记：\n1 王建国：屋顶漏水；联系住建所\n2 李秀英：送大米1袋\n3 张三：没有见到人\n"
    "回复数字：\n1 记下这3户\n2 都不记"
)
RECORDED = (
    "记下了3户。要改哪一户，说名字和哪里不对，比如“王建国，不是2袋是3袋”；撤回一户说“撤回第3户”，整张都不要了说“撤回”。"
)


async def three(village: Village) -> list[House]:
    return [await village.household(name) for name in ("王建国", "李秀英", "张三")]


async def test_a_list_is_shown_once_and_kept_after_one_yes(village: Village, phone: Phones) -> None:
    wang, li, zhang = await three(village)
    cadre = phone(await village.cadre("李梅", visits=[wang, li, zhang]))

    assert await cadre.says(LIST) == SHOWN
    assert await village.visits_to(wang) == []
    assert await cadre.says("1") == RECORDED

    [visit] = await village.visits_to(wang)
    assert (visit.visited_on, visit.note) == (date(2026, 11, 20), "王建国：屋顶漏水，联系住建所")
    assert (visit.problems, visit.measures) == (["屋顶漏水"], ["联系住建所"])
    [visit] = await village.visits_to(zhang)
    assert visit.not_home


async def test_a_list_sent_again_is_not_kept_twice(village: Village, phone: Phones) -> None:
    households = await three(village)
    cadre = phone(await village.cadre("李梅", visits=households))

    await cadre.says(LIST)
    await cadre.says("是")
    assert await cadre.says(LIST) == "这些今天都已经记过了，没有再记。"
    assert [len(await village.visits_to(house)) for house in households] == [1, 1, 1]


async def test_no_keeps_nothing(village: Village, phone: Phones) -> None:
    households = await three(village)
    cadre = phone(await village.cadre("李梅", visits=households))

    await cadre.says(LIST)
    assert await cadre.says("2") == "好的，都没有记。改好了再发一次就行。"
    assert [await village.visits_to(house) for house in households] == [[], [], []]


async def test_a_row_of_a_household_not_theirs_is_asked_about_and_the_rest_waits(
    village: Village, phone: Phones
) -> None:
    wang, li, zhang = await three(village)
    other = await village.household("陈大毛")
    await village.cadre("赵强", visits=[other])
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))

    question = "第{}行“{}”，您能查的户里没有找到。是哪一户？请说户主名字；这一行不要了，就回复“跳过”。"
    assert await cadre.says("王建国：腿疼\n陈大毛：屋顶漏水\n张山：都好") == question.format(2, "陈大毛")
    assert await village.visits_to(wang) == []
    assert await cadre.says("吴有有") == "“吴有有”也没有找到。" + question.format(2, "陈大毛")
    assert await cadre.says("跳过") == question.format(3, "张山")
    assert await cadre.says("李秀英") == (
        "看懂了2户，都是11月23日，还没有记：\n1 王建国：腿疼\n2 李秀英：都好\n"
        "没认出是哪一户、不会记的：陈大毛\n回复数字：\n1 记下这2户\n2 都不记"
    )
    assert (await cadre.says("1")).startswith("记下了2户。")
    assert len(await village.visits_to(li)) == 1
    assert (await village.visits_to(zhang), await village.visits_to(other)) == ([], [])


async def test_a_long_list_is_shown_a_page_at_a_time(village: Village, phone: Phones) -> None:
    names = [f"{surname}{given}" for surname in "王李张刘陈杨" for given in ("大山", "二河", "三江", "四海", "五岳")]
    households = [await village.household(name) for name in names]
    cadre = phone(await village.cadre("李梅", visits=households))
    text = "今天入户\n" + "\n".join(f"{place}. {name}：屋顶漏水" for place, name in enumerate(names, 1))

    first = await cadre.says(text)
    assert first.startswith("看懂了30户，都是11月23日，还没有记：\n1 王大山：屋顶漏水\n")
    assert first.endswith("12 张二河：屋顶漏水\n回复数字：\n1 记下这30户\n2 都不记\n3 看后面的18户")
    assert (await cadre.says("3")).endswith("3 看后面的6户")
    assert (await cadre.says("3")).endswith("30 杨五岳：屋顶漏水\n回复数字：\n1 记下这30户\n2 都不记")
    assert (await cadre.says("1")).startswith("记下了30户。")
    assert [len(await village.visits_to(house)) for house in households] == [1] * 30


async def test_one_row_or_all_of_them_are_taken_back(village: Village, phone: Phones) -> None:
    wang, li, zhang = await three(village)
    cadre = phone(await village.cadre("李梅", visits=[wang, li, zhang]))
    await cadre.says(LIST)
    await cadre.says("1")

    assert await cadre.says("撤回第9户") == "上一次一共记了3户，请说“撤回第1户”这样的话；都不要了就说“撤回”。"
    assert await cadre.says("撤回第2户") == "撤回了：11月20日走访李秀英户，这一条不算了。"
    assert await cadre.says("撤回第2户") == "今天没有可以撤回的走访记录。更早的记录要改，直接说哪里不对。"
    assert await cadre.says("王建国，还有孩子要上学") == (
        "改好了：11月20日走访王建国户。\n问题：屋顶漏水；孩子要上学\n措施：联系住建所"
    )
    assert await cadre.says("撤回") == "撤回了2户：\n11月20日走访王建国户\n11月20日走访张三户\n都不算了。"
    assert [visit.state for visit in await village.visits_to(wang)] == ["withdrawn"]


async def test_a_visit_that_did_not_happen_is_named_and_not_kept(village: Village, phone: Phones) -> None:
    wang, li, zhang = await three(village)
    cadre = phone(await village.cadre("李梅", visits=[wang, li, zhang]))

    assert await cadre.says("王建国：腿疼\n李秀英：没去成，路断了\n张三：都好") == (
        "看懂了2户，都是11月23日，还没有记：\n1 王建国：腿疼\n2 张三：都好\n没去成、不用记的：李秀英\n"
        "回复数字：\n1 记下这2户\n2 都不记"
    )
    await cadre.says("1")
    assert await village.visits_to(li) == []


async def test_households_of_one_name_are_told_apart_first(village: Village, phone: Phones) -> None:
    near, far = await village.household("张三"), await village.household("张三", village="白石村")
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[near, far, wang]))

    assert await cadre.says("王建国：腿疼\n张三：都好") == "“张三”是哪一户？\n1 张三（青山村1组）\n2 张三（白石村1组）"
    assert "2 张三（白石村1组）：都好" in await cadre.says("2")
    await cadre.says("1")
    assert len(await village.visits_to(far)) == 1
