"""查政策: what was asked, first and alone; what the document does not say is never made up."""

from collections.abc import Callable

import pytest

from tests.counties import Chats
from tests.village import Helper, House, Village
from tests.wechat import Phone

Phones = Callable[[House | Helper | str], Phone]
ROOF = "农村危房改造（D级、C级）（演示）"
SOURCE = (
    "出处：《旺苍县落实十个专项扶贫方案暨十三项重点工作方案》第30行："
    "“全面完成农村D级和C级危房改造，加快土坯房等旧房改造”\n想问清楚，请到村委会问。"
)


async def test_the_amount_is_answered_first_and_the_own_case_is_a_number_away(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    assert await phone(wang).says("危房改造补多少") == (
        f"{ROOF}\n补多少钱，文件没有写。\n演示数据里现在有这一项，不是县里的正式答复。\n{SOURCE}\n"
        "回复1，看您家符不符合。\n"
        "说到危房改造，文件里还有：\n2 贫困残疾人危房改造\n3 危房改造信贷贴息（试点）"
    )
    assert (await phone(wang).says("1")).startswith(f"{ROOF}\n按文件可以享受，最后以村里核定为准。\n")


async def test_short_questions_are_about_what_stands_on_the_screen(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("危房改造补多少")
    for asked, told in {
        "要什么材料": "要带：户主身份证、户口簿、房屋鉴定结果、银行卡。\n这是演示数据，不是县里的正式答复。",
        "去哪里办": "去村委会办，电话0839-0000000。\n这是演示数据，不是县里的正式答复。",
        "多久能办好": "演示数据：60天内办好。",
        "什么时候截止": "12月31日前，把危房改造申请交到村委会。\n这是演示数据，不是县里的正式答复。",
    }.items():
        assert await phone(wang).says(asked) == f"{ROOF}\n{told}\n{SOURCE}\n回复1，看您家符不符合。"


async def test_the_steps_are_told_with_whose_word_they_are(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("危房改造补多少")
    assert (await phone(wang).says("要走几步")).startswith(
        f"{ROOF}\n一共8步：申请→村民代表大会评议→村公示→乡镇审核→公示→县审批→公告→发放。\n"
        "这几步是演示，不是县里的正式规定。\n"
    )


async def test_after_a_card_the_question_needs_no_name(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("我能享受什么")
    await phone(wang).says("1")
    assert (await phone(wang).says("补多少")).startswith(f"{ROOF}\n补多少钱，文件没有写。\n")


async def test_what_asks_nothing_of_it_is_helped_as_ever(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("危房改造补多少")
    assert "危房改造" not in await phone(wang).says("嘎嘎嘎")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("低保要什么材料", "要带什么材料，文件没有写。"),
        ("低保多久能办好", "多久能办好，文件没有写。"),
        ("低保一个月多少钱", "补多少钱，文件没有写。"),
        ("低保去哪里办", "文件写的是县民政局、各乡镇等管。去哪个窗口，文件没有写。"),
    ],
)
async def test_another_county_says_only_what_its_document_says(village: Village, asked: str, told: str) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "lichuan", village.now).says(wang, asked)
    assert answer.startswith(
        f"农村低保（应保尽保）\n{told}\n文件没有写是哪一年的，县里还没说现在算不算，请问村里。\n出处：《"
    )


async def test_an_old_document_is_told_with_its_year_and_its_own_figure(village: Village) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "ziyang", village.now).says(wang, "代缴养老保险多少钱")
    assert answer.startswith(
        "代缴城乡居民基本养老保险费\n文件写的是：100元/人·年（代缴）。\n"
        "写这一项的文件是2018年的，已经过期。现在还有没有，请问村里。\n"
    )


async def test_a_task_of_the_county_is_nobodys_money(village: Village) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "ziyang", village.now).says(wang, "危房改造补多少")
    assert answer.split("\n")[1] == "每户补多少，文件没有写。文件只写了：全市完成3228户改造（没有写每户金额）。"


async def test_the_countys_own_name_is_known_where_no_common_one_is(village: Village) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "yiyang", village.now).says(wang, "住房救助交钥匙工程补多少钱")
    assert answer.startswith("住房救助“交钥匙”工程\n")


async def test_a_newcomer_hears_the_rule_without_an_own_case(phone: Phones) -> None:
    answer = await phone("o_new").says("危房改造补多少")
    assert answer.startswith(f"{ROOF}\n补多少钱，文件没有写。\n")
    assert "看您家符不符合" not in answer


@pytest.mark.parametrize("few_words", ["要带啥子", "流程", "找哪个部门"])
async def test_few_words_under_an_answer_are_about_it(phone: Phones, village: Village, few_words: str) -> None:
    """By themselves these say nothing, and are taken for small talk; under a benefit they ask of it."""
    wang = await village.household("王建国", house_grade="D")
    assert not (await phone(wang).says(few_words)).startswith(ROOF)
    await phone(wang).says("危房改造补多少")
    assert (await phone(wang).says(few_words)).startswith(f"{ROOF}\n")


async def test_what_only_sounds_like_it_is_told_as_such(village: Village) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "ziyang", village.now).says(wang, "务工交通补贴给多少钱")
    assert answer.startswith("劳务补助\n文件里没有叫“务工交通补贴”的，相近的是这一项。\n")


async def test_what_is_no_money_is_not_told_as_an_amount(village: Village) -> None:
    wang = await village.household("王建国")
    answer = await Chats(village.database, "wangcang", village.now).says(wang, "农村廉租房补多少钱")
    assert answer.startswith("农村廉租房\n多少钱文件没有写，写的是：提供保障性住房\n写这一项的文件是2015—2020年的，")


async def test_what_most_mean_by_a_name_is_answered_first(village: Village) -> None:
    """甘孜 also pays insurance premiums for 低保 families; who says 低保 means the allowance."""
    wang = await village.household("王建国")
    answer = await Chats(village.database, "ganzi", village.now).says(wang, "低保要什么材料")
    assert answer.startswith("低保政策兜底\n要带什么材料，文件没有写。\n")


async def test_a_cadre_is_sent_to_the_office_and_not_to_the_village(phone: Phones, village: Village) -> None:
    li = await village.cadre("李梅")
    assert (await phone(li).says("危房改造要什么材料")).split("\n")[4] == "想问清楚，请问县里管这一项的部门。"


async def test_a_countys_own_benefit_is_never_out_of_scope(village: Village) -> None:
    wang = await village.household("王建国")
    lvliang = Chats(village.database, "lvliang", village.now)
    assert (await lvliang.says(wang, "吕梁山护工")).startswith("“吕梁山护工”培训就业\n")
