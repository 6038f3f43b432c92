"""我的申请: where it stands by the steps of the county's procedure, what comes next, what to do after a no."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from policies.catalogue import Counted, Objection, Procedure, Step, Subject, TimeLimit, load_county
from storage.cadres import Role
from storage.cases import CaseKind, cases_of
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]

DIBAO = "农村低保金"


def step(name: str, *words: str, by: str | None = None, days: int | None = None, working: bool = False) -> Step:
    counted = Counted.WORKING_DAYS if working else Counted.DAYS
    within = None if days is None else TimeLimit(days, None, counted)
    return Step(name=name, words=words, by=by, within=within, text=None)


@pytest.fixture
def procedure(wechat: WeChat) -> Procedure:
    """The steps of a made-up county, in force for everything it gives."""
    found = Procedure(
        id="usual",
        name="办理程序",
        subject=Subject.BENEFIT,
        applies_to=(),
        steps=(
            step("申请"),
            step("村民代表大会评议", by="村委会", days=10),
            step("村公示", days=7),
            step("乡镇审核", by="乡镇政府", days=10, working=True),
            step("公示", by="乡镇政府", days=7),
            step("县审批", "民政局签批", by="县民政局", days=20),
            step("公告"),
            step("发放", days=30),
        ),
        objection=Objection(days=15, counted=Counted.DAYS, where="县民政局", phone="0839-1234567", text=None),
        demonstration=False,
        note=None,
        source=load_county("wangcang").benefits["dangerous_house_wangcang"].source,
    )
    wechat.bot.pipeline._county = replace(load_county("wangcang"), procedures=(found,))
    return found


async def test_an_application_is_told_by_the_steps_of_its_procedure(
    phone: Phones, village: Village, procedure: Procedure
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await village.applied(
        wang,
        DIBAO,
        "2026-10-20",
        state="镇里审核中",
        since="2026-11-16",
        steps=[("村民代表会议评议", "2026-10-30"), ("村级公示", "2026-11-05")],
    )
    assert await phone(wang).says("低保批到哪一步了") == (
        "农村低保金，10月20日申请。\n"
        "办过了：村民代表大会评议（10月30日）、村公示（11月5日）。\n"
        "现在：乡镇审核（镇里审核中），11月16日到这一步，由乡镇政府办。\n"
        "按文件，乡镇审核要在10个工作日内办完，大约11月30日到期。\n"
        "下一步：公示，由乡镇政府办，再往后是县审批、公告、发放。\n"
        f"想问清楚，请找帮扶干部李梅（电话{li.phone}）。"
    )


async def test_a_step_that_takes_too_long_is_said_with_whom_to_ask(
    phone: Phones, village: Village, procedure: Procedure
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await village.applied(wang, DIBAO, "2026-09-01", state="民政局签批", since="2026-10-20")
    assert (await phone(wang).says("我的申请")).splitlines()[1:] == [
        "现在：县审批（民政局签批），10月20日到这一步，由县民政局办。",
        "按文件，县审批要在20天内办完，11月9日到期，已经过了。",
        "下一步：公告，再往后是发放。",
        f"请帮扶干部李梅（电话{li.phone}）帮您问一问，卡在哪里。",
    ]


async def test_a_limit_in_working_days_is_not_called_past_while_holidays_may_still_move_it(
    phone: Phones, village: Village, procedure: Procedure
) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-09-01", state="乡镇审核", since="2026-11-02")
    assert "大约11月16日到期。" in await phone(wang).says("我的申请")


async def test_the_sample_steps_are_nobodys_rule(phone: Phones, village: Village) -> None:
    """Without a procedure of a document, the sample pack's own is taken, and called what it is."""
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-11-01", state="乡镇审核通过", since="2026-11-20")
    told = await phone(wang).says("我的申请")
    assert "\n按演示的步骤，公示要在7天内办完，11月27日到期。\n" in told
    assert told.endswith("\n（办理步骤是演示数据）")


async def test_a_step_that_is_done_names_the_next(phone: Phones, village: Village, procedure: Procedure) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-11-01", state="乡镇审核通过", since="2026-11-20")
    assert await phone(wang).says("我的申请") == (
        "农村低保金，11月1日申请。\n"
        "现在：乡镇审核过了（乡镇审核通过），11月20日。\n"
        "按文件，公示要在7天内办完，11月27日到期。\n"
        "下一步：公示，由乡镇政府办，再往后是县审批、公告、发放。\n"
        "想问清楚，请到村委会问。"
    )


async def test_without_a_procedure_the_offices_word_is_told_as_it_is(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wechat.bot.pipeline._county = replace(load_county("wangcang"), procedures=())
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-11-01", state="乡镇审核通过", since="2026-11-20")
    assert await phone(wang).says("我的申请") == (
        "农村低保金，11月1日申请。\n现在：“乡镇审核通过”，11月20日到这一步。\n想问清楚，请到村委会问。"
    )


async def test_asked_granted_and_paid_are_three_things(phone: Phones, village: Village, procedure: Procedure) -> None:
    wang = await village.household("王建国")
    await village.paid(wang, DIBAO, 700, "2026-05-15")
    await village.applied(wang, DIBAO, "2026-08-20", state="县级审批通过", since="2026-10-10")
    assert await phone(wang).says("我的申请") == (
        "农村低保金，8月20日申请。\n"
        "批了：10月10日，批下来了（县级审批通过）。\n"
        "发钱：还没有发放记录。批了和发了是两回事，钱到账了这里能查到。\n"
        "按文件，发放要在30天内办完，从哪一天算起没有写。\n"
        "想问清楚，请到村委会问。"
    )
    await village.paid(wang, DIBAO, 780, "2026-11-15")
    assert (await phone(wang).says("我的申请")).splitlines()[-1] == "发钱：11月15日，780元，已到账（卡尾号1234）"


async def test_several_applications_are_a_list_whose_numbers_open_them(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, "农村危房改造补助", "2026-09-10", state="县级审批", since="2026-10-20")
    await village.applied(wang, "临时救助", "2026-08-01", state="审批通过", since="2026-08-20")
    await village.applied(wang, DIBAO, "2026-07-01", state="不予批准", since="2026-07-30", reason="人均收入超过标准")
    assert await phone(wang).says("我的申请") == (
        "1 农村危房改造补助：9月10日申请，10月20日到了“县级审批”\n"
        "2 临时救助：8月1日申请，8月20日批下来了（审批通过）\n"
        "3 农村低保金：7月1日申请，7月30日没有批（不予批准）。原因：人均收入超过标准\n"
        "回复前面的数字，看办到哪一步。"
    )
    assert (await phone(wang).says("2")).startswith("临时救助，8月1日申请。\n批了：8月20日，批下来了")
    assert (await phone(wang).says("3")).startswith("农村低保金，7月1日申请。\n结果：7月30日，没有批（不予批准）。")


async def test_a_refusal_says_why_and_until_when_to_object_and_becomes_a_case(
    phone: Phones, village: Village, procedure: Procedure
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    clerk = await village.cadre("赵敏", role=Role.COUNTY)
    await village.applied(
        wang, DIBAO, "2026-10-01", state="不予批准", since="2026-11-16", reason="家庭人均收入超过标准。"
    )
    assert await phone(wang).says("我的申请") == (
        "农村低保金，10月1日申请。\n"
        "结果：11月16日，没有批（不予批准）。\n"
        "原因：家庭人均收入超过标准。\n"
        "不同意的话，按文件可以在15天内向县民政局（电话0839-1234567）提出来，12月1日到期。\n"
        "回复1，或者回复“我不同意”，我帮您报上去。"
    )
    assert await phone(wang).says("1") == "您为什么不同意？用一句话说说。我帮您报上去，不报了回复“取消”。"
    assert await phone(wang).says("我家只有老两口，没有收入") == (
        "我这样报上去：\n对“农村低保金”没有批，不同意。理由：我家只有老两口，没有收入\n对吗？回复“对”或“不对”。"
    )
    assert (await phone(wang).says("对")).startswith("报上去了，编号2026-000001，由旺苍县办公室来办。")
    assert await phone(wang).says("我不同意") == "“农村低保金”您已经提过不同意，编号2026-000001，还在办。"

    async with village.database.writing() as session:
        [case] = await cases_of(session, wang.id)
    assert (case.kind, case.benefit, case.handler_cadre_id) == (CaseKind.OBJECTION, DIBAO, None)
    assert li.id != clerk.id


async def test_a_refusal_where_nothing_is_written_says_to_be_quick(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wechat.bot.pipeline._county = replace(load_county("wangcang"), procedures=())
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-10-01", state="不予批准", since="2026-11-16")
    said = await phone(wang).says("我的申请")
    assert "没有写原因。\n不同意的话，可以提出来。文件没有写期限，请尽快。\n" in said


async def test_a_refusal_that_is_not_confirmed_opens_nothing(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-10-01", state="不予批准", since="2026-11-16")
    await phone(wang).says("我不同意")
    await phone(wang).says("我家没有收入")
    assert await phone(wang).says("不对") == "好的，没有报。想报的时候，回复“我不同意”。"
    async with village.database.writing() as session:
        assert not await cases_of(session, wang.id)


async def test_nothing_refused_is_nothing_to_object_to(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-10-01", state="公示中", since="2026-11-16")
    assert await phone(wang).says("我不同意") == "这里没有查到您家没批的申请。\n想问清楚，请到村委会问。"


async def test_who_may_object_is_asked_which_of_several_refusals(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.applied(wang, DIBAO, "2026-10-01", state="不予批准", since="2026-11-16")
    await village.applied(wang, "临时救助", "2026-09-01", state="未通过", since="2026-09-16")
    assert await phone(wang).says("我不同意") == "您不同意的是哪一项？\n1 农村低保金\n2 临时救助"
    assert (await phone(wang).says("2")).startswith("您为什么不同意？")


async def test_what_was_only_reported_is_the_cadres_to_answer(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    assert (await phone(wang).says("我的申请")).startswith("这里没有查到您家的申请记录。\n您反映的事，请找帮扶干部李梅")
