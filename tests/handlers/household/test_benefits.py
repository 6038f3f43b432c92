"""我的补贴: what came, when, how much, to which card; what failed and what to do."""

from collections.abc import Callable

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
