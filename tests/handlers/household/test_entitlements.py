"""我能享受什么: no firmer than the document, and never an invented figure."""

import shutil
from collections.abc import Callable
from pathlib import Path

from bot.core.talk import Reply, Talk
from bot.messages import entitlements as say
from handlers.household import entitlements
from policies.catalogue import County, county_names, load_county
from policies.vocabulary import CATALOGUE
from storage.people import Villager
from tests.counties import Chats
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]
SOURCE = (
    "出处：《旺苍县落实十个专项扶贫方案暨十三项重点工作方案》第30行："
    "“全面完成农村D级和C级危房改造，加快土坯房等旧房改造”"
)


LIST = (
    "县里确认、您家条件都符合：\n"
    "1 农村危房改造（D级、C级）（演示）\n"
    "还有几样情况不清楚，定不了：\n"
    "2 贫困家庭劳动力免费培训（演示）\n"
    "县里确认的，不是给哪一户，大家都一样：\n"
    "3 农网改造、安全用电（演示）\n"
    "4 文件里写过、已经过期的43项\n"
    "第1项您家还没申请过，想办就跟村里说。\n"
    "回复数字看详细。"
)


async def test_what_the_county_confirmed_comes_first_and_what_has_run_out_is_one_line(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国", house_grade="C", family=[("赵秀英", "配偶", "19720101")])
    assert await phone(wang).says("我能享受什么") == LIST
    assert (await phone(wang).says("其余")).startswith(
        "文件里写过，但文件已经过期，现在还有没有请问村里：\n1 农业保险保费全额补贴\n"
    )
    assert await phone(wang).says("返回") == LIST


async def test_a_number_that_is_not_on_the_list_is_said_and_the_list_stays_open(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国", house_grade="C", family=[("赵秀英", "配偶", "19720101")])
    await phone(wang).says("我能享受什么")
    assert await phone(wang).says("8") == "请回复1到4之间的数字。"
    assert (await phone(wang).says("1")).startswith("农村危房改造（D级、C级）（演示）\n按文件可以享受")


async def test_where_everything_has_run_out_it_is_listed_with_money_first(village: Village) -> None:
    wang = await village.household("王建国")
    ziyang = Chats(village.database, "ziyang", village.now)
    said = (await ziyang.says(wang, "我能享受什么")).split("\n")
    assert said[:3] == [
        "文件里写过，但文件已经过期，现在还有没有请问村里：",
        "1 贫困人口免费健康体检",
        "2 慢性病门诊自付控制在10%以内",
    ]
    assert len(said) <= 12


async def test_a_task_of_the_whole_county_is_never_told_as_ones_own(village: Village) -> None:
    wang = await village.household("王建国")
    assert "\n每户补多少，文件没有写。文件只写了：到2017年人均梯田4亩以上（全县目标）。\n" in await Chats(
        village.database, "huining", village.now
    ).says(wang, "梯田建设补多少")


async def test_a_number_opens_the_reasons_and_the_list_stays_open(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="C")
    await phone(wang).says("我能享受什么")
    told = (
        "农村危房改造（D级、C级）（演示）\n"
        "按文件可以享受，最后以村里核定为准。\n"
        "符合：房屋鉴定为C级或D级——房屋等级：C级\n"
        "多少钱：文件没有写金额，请问村里。\n"
        f"{SOURCE}\n"
        "想问清楚，请到村委会问。\n"
        "还可以接着问：补多少、带什么、去哪办。"
    )
    assert await phone(wang).says("1") == told
    assert await phone(wang).says("1") == told


async def test_a_no_says_what_would_change_it(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="A")
    assert await phone(wang).says("我家能享受危房改造吗") == (
        "农村危房改造（D级、C级）（演示）\n"
        "按登记的情况，有不符合的。\n"
        "不符合：房屋鉴定为C级或D级——房屋等级：A级\n"
        "要符合“房屋鉴定为C级或D级”才行。房子变差了，可以请村里重新鉴定。\n"
        "多少钱：文件没有写金额，请问村里。\n"
        f"{SOURCE}\n"
        "想问清楚，请到村委会问。\n"
        "说到危房改造，文件里还有：\n"
        "1 贫困残疾人危房改造\n"
        "2 危房改造信贷贴息（试点）"
    )
    assert (await phone(wang).says("2")).startswith("危房改造信贷贴息（试点）\n按登记的情况，有不符合的。\n")


async def test_a_document_that_has_run_out_names_its_years_and_whom_to_ask(village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    assert await Chats(village.database, "yiyang", village.now).says(wang, "雨露计划有没有我家的份") == (
        "“雨露计划”培训\n"
        "还差一样就能定：脱贫以后还能不能享受这一项？文件没有写，请问村里或县里。\n"
        "写这一项的文件是2020年的，已经过期。现在还有没有，请问村里。\n"
        "不清楚：是建档立卡贫困户（在册或返贫）——户类型：脱贫户（脱贫以后还享不享受，文件没有写）\n"
        "多少钱：文件没有写金额，请问村里。\n"
        "出处：《局脱贫攻坚实施方案（县级精准扶贫攻坚方案）》第725行：“加大贫困户新生代职业学历教育培训力度”\n"
        f"想问清楚，请找帮扶干部李梅（电话{li.phone}）。"
    )


async def test_the_rule_itself_is_told_and_the_own_case_is_a_number_away(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("危房改造是怎么规定的")
    assert await phone(wang).says("1") == (
        "农村危房改造（D级、C级）（演示）\n"
        "演示数据里现在有这一项，不是县里的正式答复。\n"
        "给谁：住D级、C级危房的农户，重点支持贫困户\n"
        "多少钱：文件没有写金额，请问村里。\n"
        f"{SOURCE}\n"
        "想问清楚，请到村委会问。\n"
        "回复1，看您家符不符合。"
    )
    assert "按文件可以享受，最后以村里核定为准。" in await phone(wang).says("1")


async def test_an_unknown_grade_is_the_one_question(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade=None)
    said = await phone(wang).says("我能享受什么")
    assert "还差一样就能定：\n" in said
    assert "农村危房改造（D级、C级）（演示）：您家房子鉴定是C级或D级吗？没鉴定过也请说一声。" in said


async def test_a_newcomer_may_ask_for_the_rule_but_not_for_a_case(phone: Phones) -> None:
    assert await phone("o_new").says("危房改造是怎么规定的") == (
        "说到危房改造，文件里有这几项：\n"
        "1 农村危房改造（D级、C级）\n"
        "2 贫困残疾人危房改造\n"
        "3 危房改造信贷贴息（试点）\n"
        "回复数字看详细。"
    )
    said = await phone("o_new").says("2")
    assert said.startswith("贫困残疾人危房改造\n写这一项的文件是2015—2020年的，已经过期。")
    assert "看您家符不符合" not in said


async def test_a_benefit_no_document_names_is_never_made_up(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).says("低保多少钱一个月") == (
        "我这里的县里文件没有写低保，不等于没有这项。\n想问清楚，请到村委会问。"
    )


async def test_deadlines_are_only_those_the_county_gave(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="D")
    assert await phone(wang).says("什么时候截止") == (
        "要赶在这些日子前办：\n农村危房改造（D级、C级）（演示）：12月31日前，把危房改造申请交到村委会"
    )
    other = await village.household("赵四海", house_grade="A")
    assert await phone(other).says("什么时候截止") == (
        "县里现在没有公布要赶在哪一天前办的事。\n想问清楚，请到村委会问。"
    )


async def test_a_named_benefits_day_is_told_to_anybody_and_an_old_day_as_what_it_is(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国", house_grade="A")
    assert await phone(wang).says("危房改造哪天截止") == (
        "要赶在这些日子前办：\n农村危房改造（D级、C级）（演示）：12月31日前，把危房改造申请交到村委会"
    )
    assert await phone(wang).says("养老保险交到几号") == (
        "养老保险几号截止，文件没有写，县里也还没有公布。\n想问清楚，请到村委会问。"
    )


def test_a_large_family_reads_one_line_a_condition() -> None:
    family = ["王一", "王二", "王三"]
    assert say.unknown("家里有能劳动的人", "；".join(f"{name} 劳动能力：没有登记" for name in family)) == (
        "不清楚：家里有能劳动的人——都是没有登记"
    )
    assert say.met("家里有人上学", "王一 就读学段：小学；王三 就读学段：小学；王二 就读学段：初中") == (
        "符合：家里有人上学——王一 就读学段：小学；王三 就读学段：小学等3人"
    )


async def test_every_screen_of_every_county_fits_a_reply(village: Village, wechat: WeChat) -> None:
    family = [(f"欧阳阿依{n}", "之孙子", f"20{10 + n}0101") for n in range(8)]
    wang = await village.household("王建国", family=family)
    await village.cadre("李梅", visits=[wang])
    assert wang.account is not None
    speaker = Villager(wang.account, wang.id, wang.head_id)

    async with wechat.bot.database.reading() as session:

        async def screens(county: County) -> list[Reply]:
            def talk(opened: str | None) -> Talk[Villager]:
                answers = {} if opened is None else {entitlements.OPEN: opened}
                return Talk(session, speaker, wechat.clock.now(), county, "", {}, answers=answers)

            shown = [await entitlements.entitlement_check(talk(None))]
            further = [shown[0]]
            while further and (offers := further.pop().offers) is not None:
                opened = [await entitlements.entitlement_check(talk(key)) for key in offers.keys if key[0] == "+"]
                further += opened
                shown += opened
            for benefit in county.benefits:
                shown.append(await entitlements.entitlement_check(talk(benefit)))
            return shown

        for name in county_names():
            for reply in await screens(load_county(name)):
                assert len(reply.text.encode()) <= 2048


async def test_a_benefit_no_document_has_is_answered_from_the_households_own_money(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("低保多少钱一个月") == (
        "农村低保金：\n11月15日，780元，已到账（卡尾号1234）\n今年一共到账780元，1笔。"
    )


async def test_why_not_says_each_condition_and_that_nobody_applied(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="B")
    assert (await phone(wang).says("为啥我家没得危房改造")).startswith(
        "农村危房改造（D级、C级）（演示）\n"
        "没有查到您家申请过这一项。\n"
        "按登记的情况，有不符合的。\n"
        "不符合：房屋鉴定为C级或D级——房屋等级：B级\n"
        "要符合“房屋鉴定为C级或D级”才行。房子变差了，可以请村里重新鉴定。\n"
    )


async def test_why_not_says_what_became_of_the_application(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="B")
    await village.applied(
        wang, "农村危房改造", "2026-09-01", state="不予批准", since="2026-09-20", reason="房屋不是危房"
    )
    assert "\n您家9月1日申请过，现在是“不予批准”。写的原因：房屋不是危房。\n" in await phone(wang).says(
        "为什么我家没有危房改造"
    )


async def test_who_asks_why_not_and_was_paid_hears_what_came(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="B")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert "11月15日，780元，已到账" in await phone(wang).says("为什么我没有低保")


async def test_no_document_is_never_a_no(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).says("为什么我没有低保") == (
        "没有查到您家申请过这一项。\n我这里的县里文件没有写低保，不等于没有这项。\n想问清楚，请到村委会问。"
    )


async def test_a_cadre_is_told_where_such_a_question_is_asked(phone: Phones, village: Village) -> None:
    li = await village.cadre("李梅")
    assert await phone(li).says("我能享受什么") == (
        "一户能享受什么，要那一户自己在公众号里问“我能享受什么”。\n"
        "您可以问政策，比如“危房改造补多少”；查一户，说“查王建国家”。"
    )


async def test_the_list_marks_what_was_never_asked_for(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", house_grade="C")
    assert "\n第1项您家还没申请过，想办就跟村里说。\n" in await phone(wang).says("我能享受什么")
    await village.applied(wang, "危改", "2025-09-01", state="不予批准", since="2025-09-09")
    assert "您家还没申请过" not in await phone(wang).says("我能享受什么")


async def test_confirmed_money_comes_first_with_its_sum_and_a_task_of_the_county_last(
    village: Village, tmp_path: Path
) -> None:
    """A county of three benefits: a service, a task and money, all confirmed, in that order in its file."""
    shutil.copytree(CATALOGUE / "wangcang", tmp_path / "here")
    for category in (tmp_path / "here").glob("*.yaml"):
        if category.name not in ("county.yaml", "confirmed.yaml"):
            category.unlink()
    source = "source: {document: thirteen_key_tasks, line: 30, quote: 全面完成农村D级和C级危房改造}"
    condition = "conditions: [{text: 房屋鉴定为C级或D级, attr: household.house_grade, op: in, value: [C, D]}]"
    benefits = [
        f"  - {{id: {id_}, family: x, name: {name}, aliases: [], payee: household, strength: definite, who: 农户,\n"
        f"     {condition}, amount: {amount}, window: null, how: null, department: null,\n"
        f"     {source}, valid: null}}\n"
        for id_, name, amount in (
            ("a_service", "上门看房", "{kind: service, text: 上门看}"),
            ("b_task", "全县任务", "{kind: quota, text: 全县500户, value: '500', unit: 户}"),
            ("c_money", "修房钱", "null"),
        )
    ]
    (tmp_path / "here" / "housing.yaml").write_text("category: 住房\nbenefits:\n" + "".join(benefits))
    (tmp_path / "here" / "confirmed.yaml").write_text(
        "confirmed:\n"
        "  - {benefit: a_service, on: 2026-01-05, by: 县住建局}\n"
        "  - {benefit: b_task, on: 2026-01-05, by: 县住建局}\n"
        "  - {benefit: c_money, on: 2026-01-05, by: 县住建局,\n"
        "     amount: {2026-01-05: {kind: fixed, value: '8000', unit: 元/户, text: 每户8000元}}}\n"
    )
    wang = await village.household("王建国", house_grade="D")
    here = Chats(village.database, tmp_path / "here", village.now)
    assert await here.says(wang, "我能享受什么") == (
        "县里确认、您家条件都符合：\n1 修房钱：每户8000元\n2 上门看房\n3 全县任务\n"
        "第1、2、3项您家还没申请过，想办就跟村里说。\n回复数字看详细。"
    )
    assert (await here.says(wang, "修房钱补多少")).startswith("修房钱\n县里2026年1月5日确认的：每户8000元。\n出处：")


async def test_who_is_asked_which_benefit_may_answer_in_other_words_or_with_a_part_of_its_name(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国")
    ganzi = Chats(village.database, "ganzi", village.now)
    for said in ("草原", "草原生态奖励补助"):
        assert await ganzi.says(wang, "查政策") == "想问哪一项？比如：低保、危房改造、雨露计划。"
        assert (await ganzi.says(wang, said)).startswith("草原生态奖补\n")


async def test_a_last_day_asked_in_dialect_under_a_card_is_no_question_of_how_long(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国", house_grade="D")
    await phone(wang).says("危房改造补多少")
    assert (await phone(wang).says("好久截止")).startswith(
        "农村危房改造（D级、C级）（演示）\n12月31日前，把危房改造申请交到村委会。\n"
    )


async def test_of_several_of_one_name_the_one_whose_words_were_said_comes_first(village: Village) -> None:
    wang = await village.household("王建国")
    huining = Chats(village.database, "huining", village.now)
    assert (await huining.says(wang, "住院报多少")).startswith("新农合住院报销比例提高5个百分点\n")
    assert (await huining.says(wang, "大病保险报销比例是多少")).startswith("大病保险报销比例提高3个百分点以上\n")


async def test_who_was_refused_hears_how_to_object_and_no_other_benefit(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, "临时救助", "2026-09-01", state="不予批准", since="2026-09-20", reason="收入超标")
    assert await phone(wang).says("为什么我没有临时救助") == (
        "您家9月1日申请过，现在是“不予批准”。写的原因：收入超标。\n"
        "不同意的话，回复“我的申请”，看怎么提、到什么时候。\n"
        "我这里的县里文件没有写临时救助，不等于没有这项。\n"
        "想问清楚，请到村委会问。"
    )


async def test_a_benefit_that_is_only_like_it_says_so(village: Village) -> None:
    wang = await village.household("王建国")
    assert (await Chats(village.database, "changshun", village.now).says(wang, "耕地地力补贴多少")).startswith(
        "扶贫直补（定额生活补助）\n文件里没有叫“耕地地力补贴”的，相近的是这一项。\n"
    )


async def test_the_countys_own_name_counts_more_than_what_only_sounds_like_another(village: Village) -> None:
    wang = await village.household("王建国")
    assert (await Chats(village.database, "xiang2020", village.now).says(wang, "营养餐补多少")).startswith(
        "农村义务教育学生营养改善计划\n"
    )
