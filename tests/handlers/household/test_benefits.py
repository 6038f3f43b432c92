"""我的补贴: what came, when, how much, to which card; what failed and what to do."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from storage.disbursements import PaymentState, standing
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def test_one_benefit_is_told_at_once(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2025-12-15")
    await village.paid(wang, "农村低保金", 780, "2026-10-15")
    await village.paid(wang, "农村低保金", 800, "2026-11-15", card="6217000000005678")
    assert await phone(wang).says("我的补贴") == (
        "农村低保金：\n"
        "11月15日，800元，已到账（卡尾号5678）\n"
        "10月15日，780元，已到账（卡尾号1234）\n"
        "2025年12月15日，780元，已到账（卡尾号1234）\n"
        "今年一共到账1580元，2笔。"
    )


async def test_a_failed_payment_says_why_and_what_to_do(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await village.paid(wang, "农村低保金", 780, "2026-10-15")
    await village.paid(wang, "农村低保金", 780, "2026-11-15", state=PaymentState.FAILED, remark="账号户名不符。")
    assert await phone(wang).says("低保钱到了没") == (
        "农村低保金：\n"
        "11月15日，780元，没有发成功（卡尾号1234）\n"
        "原因：账号户名不符。请带身份证和银行卡，核对一下卡号和户名。\n"
        "10月15日，780元，已到账（卡尾号1234）\n"
        "今年一共到账780元，1笔。\n"
        f"想问清楚，请找帮扶干部李梅（电话{li.phone}）。"
    )


async def test_a_failure_without_a_reason_says_so(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-11-15", state=PaymentState.FAILED)
    assert await phone(wang).says("我的补贴") == (
        "农村低保金：\n"
        "11月15日，780元，没有发成功（卡尾号1234）\n"
        "没有写原因。请带身份证和银行卡，核对一下卡号和户名。\n"
        "今年还没有到账的。\n"
        "想问清楚，请到村委会问。"
    )


async def test_several_benefits_open_by_number_and_stay_open(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    await village.paid(wang, "耕地地力补贴", 312, "2026-06-20")
    await village.applied(wang, "农村危房改造补助", "2026-09-10", state="公示中", since="2026-10-20")
    assert await phone(wang).says("我的补贴") == (
        "今年一共到账1092元，2笔。\n"
        "1 农村低保金：11月15日，780元，已到账（卡尾号1234）\n"
        "2 农村危房改造补助：9月10日申请，10月20日到了“公示中”\n"
        "3 耕地地力补贴：6月20日，312元，已到账（卡尾号1234）\n"
        "回复前面的数字，看详细的。"
    )
    assert await phone(wang).says("3") == (
        "耕地地力补贴：\n6月20日，312元，已到账（卡尾号1234）\n今年一共到账312元，1笔。"
    )
    assert await phone(wang).says("2") == "农村危房改造补助：\n9月10日申请，10月20日到了“公示中”"


async def test_earlier_payments_are_a_number_away(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    for month in range(1, 8):
        await village.paid(wang, "农村低保金", 700 + month, f"2026-{month:02}-15")
    assert (await phone(wang).says("我的补贴")).endswith(
        "3月15日，703元，已到账（卡尾号1234）\n今年一共到账4928元，7笔。\n回复1，看以前的。"
    )
    assert await phone(wang).says("1") == (
        "农村低保金：\n2月15日，702元，已到账（卡尾号1234）\n1月15日，701元，已到账（卡尾号1234）\n再早的没有了。"
    )


async def test_nothing_is_said_kindly_with_whom_to_ask(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    whom = f"想问清楚，请找帮扶干部李梅（电话{li.phone}）。"
    assert await phone(wang).says("我的补贴") == f"这里还没有您家申请补贴和发钱的记录。\n{whom}"
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("高龄补贴到了没") == (
        f"没有查到您家高龄津贴的申请和发放记录。\n查得到的有：农村低保金。\n{whom}"
    )


async def test_one_household_never_sees_anothers_money(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    zhao = await village.household("赵四海")
    await village.paid(zhao, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("我的补贴") == "这里还没有您家申请补贴和发钱的记录。\n想问清楚，请到村委会问。"


async def test_everything_comes_in_one_statement(village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    statements: list[str] = []
    event.listen(
        wechat.bot.database.engine.sync_engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, *rest: statements.append(statement),
    )
    async with wechat.bot.database.writing() as session:
        found = await standing(session, wang.id)
    assert [payment.amount_fen for payment in found.payments] == [78000]
    assert found.helper is not None
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


async def test_the_longest_answer_fits_a_reply(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    for number in range(12):
        for month in range(1, 4):
            await village.paid(
                wang, f"名字很长很长的一项补贴资金第{number:02}项", 78000, f"2026-{month:02}-15",
                state=PaymentState.FAILED, remark="账号户名不符" * 40,
            )  # fmt: skip
    said = await phone(wang).says("我的补贴")
    assert len(said.encode()) <= 2048
    assert said.endswith("8 其余5项\n回复前面的数字，看详细的。")
    assert len((await phone(wang).says("8")).encode()) <= 2048
    assert len((await phone(wang).says("1")).encode()) <= 2048


async def test_what_failed_and_was_paid_again_is_told_as_made_good(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-08-15")
    await village.paid(wang, "农村低保金", 780, "2026-09-15", state=PaymentState.FAILED, remark="账户已销户")
    await village.paid(wang, "农村低保金", 780, "2026-10-15")
    await village.paid(wang, "农村低保金", 780, "2026-10-28", batch="202609低保补发", card="6217000000005678")
    assert await phone(wang).says("我的补贴") == (
        "农村低保金：\n"
        "10月28日，780元，已到账（卡尾号5678）\n"
        "10月15日，780元，已到账（卡尾号1234）\n"
        "9月15日，780元，那次没有发成功，10月28日补发到账了（卡尾号5678）\n"
        "8月15日，780元，已到账（卡尾号1234）\n"
        "今年一共到账2340元，3笔。"
    )


async def test_the_next_months_payment_makes_nothing_good(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-09-15", state=PaymentState.FAILED, remark="账户已销户")
    await village.paid(wang, "农村低保金", 780, "2026-10-15")
    assert (await phone(wang).says("我的补贴")).splitlines()[2:4] == [
        "9月15日，780元，没有发成功（卡尾号1234）",
        "原因：账户已销户。这张卡已经销了。请带身份证和银行卡到银行换一张新卡，再把新卡号告诉村里。",
    ]


async def test_one_payment_makes_good_all_that_was_outstanding(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    for month in (8, 9):
        await village.paid(wang, "农村低保金", 780, f"2026-{month:02}-15", state=PaymentState.FAILED)
    await village.paid(wang, "农村低保金", 1560, "2026-10-28", remark="8、9月重发")
    said = await phone(wang).says("我的补贴")
    assert said.count("那次没有发成功，10月28日补发到账了") == 2


@pytest.mark.parametrize(
    ("remark", "helps"),
    [
        ("卡号有误", "卡号登记得不对。请带身份证和银行卡，到村里把卡号改对。"),
        ("账号户名不符", "请带身份证和银行卡，核对一下卡号和户名。"),
        ("该账户已被冻结", "这张卡被冻结了。请带身份证和银行卡到银行问清楚。"),
        ("社保卡金融账户未激活", "这张卡还没有激活。请带身份证和银行卡到银行激活。"),
        ("长期不动户", "这张卡太久没有用，银行停了。请带身份证和银行卡到银行重新开通。"),
        ("二类户超限额", "这张卡一次收不了这么多钱。请带身份证和银行卡到银行，请他们改一改。"),
        ("账户状态异常", "请带身份证和银行卡到银行，问问这张卡怎么了。"),
        ("系统原因", ""),
    ],
)
async def test_each_reason_of_a_bank_has_its_next_step_and_an_unknown_one_is_told_as_it_is(
    phone: Phones, village: Village, remark: str, helps: str
) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-11-15", state=PaymentState.FAILED, remark=remark)
    assert (await phone(wang).says("我的补贴")).splitlines()[2] == f"原因：{remark}。{helps}"


async def test_money_whose_day_has_passed_is_late_and_money_of_a_later_day_is_due(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "耕地地力补贴", 312, "2026-11-10", state=PaymentState.WAITING)
    await village.paid(wang, "农村低保金", 780, "2026-11-30", state=PaymentState.WAITING)
    assert (await phone(wang).says("我的补贴")).splitlines()[1:3] == [
        "1 农村低保金：780元，等着发，还没有到账（卡尾号1234）（登记的日期是11月30日）",
        "2 耕地地力补贴：11月10日该发312元，日子过了，还没有到账（卡尾号1234）",
    ]


async def test_a_year_is_added_up_by_benefit_and_by_person(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", family=[("王桂花", "之母", "19400101")])
    await village.paid(wang, "农村低保金", 700, "2025-11-15")
    await village.paid(wang, "农村低保金", 700, "2025-12-15")
    await village.paid(wang, "高龄津贴", 50, "2025-12-20", person="王桂花")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("去年一共领了多少钱") == (
        "去年一共到账1450元，3笔。\n"
        "农村低保金：1400元，2笔\n"
        "高龄津贴：50元，1笔\n"
        "按人分：\n"
        "全家的：1400元，2笔\n"
        "王桂花：50元，1笔"
    )
    assert await phone(wang).says("2024年一共领了多少钱") == "没有查到2024年到账的记录。"


async def test_a_sum_and_a_month_find_their_payments(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-03-15")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    await village.paid(wang, "雨露计划补助", 1500, "2026-10-15")
    assert await phone(wang).says("这1500块是什么钱") == (
        "1500元的有这一笔：\n雨露计划补助：10月15日，1500元，已到账（卡尾号1234）"
    )
    assert await phone(wang).says("三月份的低保到了没") == "3月：\n农村低保金：3月15日，780元，已到账（卡尾号1234）"
    assert await phone(wang).says("这900块是什么钱") == (
        "补贴里没有查到900元这一笔，可能不是补贴，也可能还没有登记。看看银行短信里写的附言。\n"
        "最近的几笔是：\n"
        "农村低保金：11月15日，780元，已到账（卡尾号1234）\n"
        "雨露计划补助：10月15日，1500元，已到账（卡尾号1234）\n"
        "农村低保金：3月15日，780元，已到账（卡尾号1234）\n"
        "想问清楚，请到村委会问。"
    )


async def test_why_less_is_answered_only_from_what_the_file_says(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 1040, "2026-10-15")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("低保怎么少了") == (
        "农村低保金：11月15日到账780元，上一笔是10月15日的1040元，少了260元。为什么，表里没有写。\n"
        "想问清楚，请到村委会问。"
    )


async def test_one_of_the_household_is_found_by_how_they_are_related(phone: Phones, village: Village) -> None:
    wang = await village.household(
        "王建国",
        family=[
            *(("王桂花", "之母", "19400101"), ("赵秀英", "配偶", "19720101")),
            *(("王雨晴", "之孙女", "20120101"), ("王小宝", "之孙子", "20140101")),
        ],
    )
    await village.paid(wang, "高龄津贴", 50, "2026-11-15", person="王桂花")
    await village.paid(wang, "营养餐补助", 800, "2026-09-25", person="王小宝")
    await village.paid(wang, "雨露计划补助", 1500, "2026-09-25", person="王雨晴")
    assert await phone(wang).says("我妈的高龄津贴到了没") == (
        "高龄津贴（王桂花）：\n11月15日，50元，已到账（卡尾号1234）\n今年一共到账50元，1笔。"
    )
    assert await phone(wang).says("娃儿的补助到了没") == "您说的“娃”是哪一位？\n1 王雨晴\n2 王小宝"
    assert (await phone(wang).says("2")).startswith("营养餐补助（王小宝）：\n9月25日，800元")
    assert await phone(wang).says("我老伴的补贴到了没") == (
        "没有查到赵秀英名下的申请和发放记录。全家的，回复“我的补贴”看。\n想问清楚，请到村委会问。"
    )


async def test_earlier_payments_of_one_person_stay_of_that_person(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", family=[("王桂花", "之母", "19400101"), ("王桂兰", "之岳母", "19410101")])
    for month in range(1, 8):
        await village.paid(wang, "高龄津贴", 50, f"2026-{month:02}-15", person="王桂花")
        await village.paid(wang, "高龄津贴", 60, f"2026-{month:02}-15", person="王桂兰")
    assert (await phone(wang).says("王桂花的高龄津贴到了没")).endswith("今年一共到账350元，7笔。\n回复1，看以前的。")
    assert await phone(wang).says("1") == (
        "高龄津贴（王桂花）：\n2月15日，50元，已到账（卡尾号1234）\n1月15日，50元，已到账（卡尾号1234）\n再早的没有了。"
    )


async def test_a_year_of_many_benefits_fits_a_reply(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    for number in range(15):
        await village.paid(wang, f"名字很长很长的一项补贴资金第{number:02}项", 100 + number, "2026-02-15")
        await village.paid(
            wang, f"名字很长很长的一项补贴资金第{number:02}项", 99, "2026-03-15", state=PaymentState.FAILED
        )
    said = await phone(wang).says("今年一共领了多少钱")
    assert len(said.encode()) <= 2048
    assert "其余7项：721元" in said


async def test_this_months_money_without_a_day_is_told_as_still_to_come(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, "农村低保金", 780, "2026-10-15")
    await village.paid(wang, "农村低保金", 780, None, state=PaymentState.WAITING, batch="202611")
    assert await phone(wang).says("这个月的低保到了没") == "11月：\n农村低保金：780元，等着发，还没有到账（卡尾号1234）"


async def test_money_of_somebody_of_another_name_is_not_answered_with_ones_own(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", family=[("李桂花", "之母", "19400101")])
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    assert await phone(wang).says("赵奶奶的低保到账没有") == (
        "您家登记的人里没有“赵奶奶”。别人家的钱，我不能说。\n要是您家的人，请说全名；不在登记里，请告诉村里。"
    )
    assert (await phone(wang).says("王奶奶的低保到账没有")).startswith("农村低保金：\n11月15日，780元，已到账")


async def test_a_month_without_any_payment_is_answered(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, "农村低保", "2026-10-08", state="村公示", since="2026-11-18")
    assert await phone(wang).says("三月份的低保到了没") == (
        "没有查到3月到账的记录。\n农村低保：\n10月8日申请，11月18日到了“村公示”"
    )
