"""代办人: let, told, speaking for others without ever being mistaken, and ended at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.errors import NotUnderstood
from bot.messages import binding as say_binding
from handlers.everyone.proxies import read_called
from storage import invitations
from storage.audit import AuditEntry
from storage.bindings import Binding
from storage.consents import Consent
from storage.outbox import TEXT, Outbox
from storage.proxies import Proxy
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

CONSENT = "您发来代办码，就是同意了《个人信息说明》。看说明回复“隐私”，不想代办了回复“不代办了”。"
NO_SUCH_CODE = "这个绑定码没有用上：可能打错了、用过了，或者过期了。\n请核对一下再发，或者请给您码的人重新给一个。"
FOR_NOBODY = (
    "您现在没有替谁代办。\n"
    "要替人问，请那一户回复“代办人”拿一个代办码；没有手机的，请他家的帮扶干部开码。您把码发过来就行。"
)
OWN_FIRST = "您现在替别人家问着。要办自己的事，先回复“换人”，换回您自己。"
GUIS_MONEY = "（王桂兰家）高龄津贴：\n11月1日，80元，已到账（卡尾号1234）\n今年一共到账80元，1笔。"
SPEAKS_AT_ONCE = (
    f"好了，您现在替王建国家问，可以问：我的补贴、我能享受什么、我的干部。每句回答前面都写着（王建国家）。\n{CONSENT}"
)
SIS_MONEY = "耕地地力补贴：\n10月1日，300元，已到账（卡尾号1234）\n今年一共到账300元，1笔。"


async def notices_to(wechat: WeChat, who: House | Helper | str) -> list[str]:
    """What was promised to somebody, oldest first."""
    async with wechat.bot.database.reading() as session:
        rows = await session.scalars(select(Outbox).where(Outbox.kind == "notice").order_by(Outbox.id))
        key = f"wechat:{who}" if isinstance(who, str) else None
        if isinstance(who, House) and who.account is not None:
            key = who.account.key
        mine = [row for row in rows if (row.cadre_id == who.id if isinstance(who, Helper) else row.account == key)]
        return [wechat.bot.database.keyring.open_if(row.text_sealed, TEXT) or "" for row in mine]


async def acts(wechat: WeChat, subject: str) -> list[tuple[str, str, list[int]]]:
    """What the audit says of one subject."""
    async with wechat.bot.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.actor, row.action, row.about) for row in rows if row.action.startswith(f"{subject}.")]


async def code_of(wechat: WeChat, house: House, called: str = "邻居老李") -> str:
    async with wechat.bot.database.writing() as session:
        code, _ = await invitations.make_for_proxy(
            session, house.id, called=called, by_household=True, now=wechat.clock.now()
        )
    return code


@pytest.fixture
async def gui(village: Village) -> House:
    """An old woman without a telephone."""
    house = await village.household("王桂兰", bound=False)
    await village.paid(house, "高龄津贴", 80, "2026-11-01")
    return house


@pytest.fixture
async def si(village: Village) -> House:
    """Her neighbour, who has one."""
    house = await village.household("李四海")
    await village.paid(house, "耕地地力补贴", 300, "2026-10-01")
    return house


async def test_a_household_lets_somebody_speak_for_it_and_takes_it_back(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    home, son = phone(wang), phone("o_son")
    assert await home.says("代办人") == (
        "现在没有人替您家问。\n"
        "1 请一个人代办\n"
        "回复数字。请了人，他能替您家查补贴、问政策、收提醒；注销、再请别人，只有您家自己能做。"
    )
    assert await home.says("1") == "这个码给谁用？回复他的称呼，比如：儿子、邻居老李。"
    said = await home.says("给我儿子用！")
    code = said.removeprefix("代办码：")[:8]
    assert said == (
        f"代办码：{code}\n"
        "请告诉儿子，让他关注这个公众号，把码发过来。到11月24日10:00有效，只能用一次。\n"
        "他用了我会告诉您。不认识的人来要，不要给。"
    )
    assert await son.says(code) == (
        "好了，您现在替王建国家问，可以问：我的补贴、我能享受什么、我的干部。每句回答前面都写着（王建国家）。\n"
        + CONSENT
    )
    assert await son.retries() == (
        "好了，您现在替王建国家问，可以问：我的补贴、我能享受什么、我的干部。每句回答前面都写着（王建国家）。\n"
        + CONSENT
    )
    assert await notices_to(wechat, wang) == [
        "儿子用代办码绑定了，现在能替您家问事。\n不是您家的意思，回复“代办人”，马上收回。"
    ]
    assert await notices_to(wechat, li) == ["青山村王建国户请了代办人：儿子。要是不对，请问问这一户。"]
    assert (await son.says("我的干部")).startswith("（王建国家）")

    assert await home.says("代办人") == (
        "能替您家问的人：\n1 收回：儿子（11月23日起）\n2 再请一个人代办\n回复数字。收回以后，他马上就查不到您家的事。"
    )
    assert await home.says("1") == "收回了，儿子不能再替您家问了。"
    assert await home.retries() == "收回了，儿子不能再替您家问了。"
    assert await son.says("我的干部") == say_binding.BIND_FIRST
    assert await notices_to(wechat, "o_son") == ["王建国家不用您代办了，以后您查不到他家的事。谢谢您帮忙。"]
    assert await acts(wechat, "proxy") == [
        (f"household:{wang.id}", "proxy.code_made", [wang.id]),
        (f"household:{wang.id}", "proxy.granted", [wang.id]),
        (f"household:{wang.id}", "proxy.ended", [wang.id]),
    ]


async def test_a_cadre_makes_a_code_for_an_old_neighbour_and_can_take_the_proxy_back(
    phone: Phones, village: Village, wechat: WeChat, gui: House, si: House
) -> None:
    li = await village.cadre("李梅", visits=[gui])
    cadre, neighbour = phone(li), phone(si)
    assert await cadre.says("给王桂兰家开代办码") == "这个码给谁用？回复他的称呼，比如：儿子、邻居老李。"
    said = await cadre.says("邻居老李")
    code = said.removeprefix("王桂兰家的代办码：")[:8]
    assert said == (
        f"王桂兰家的代办码：{code}\n"
        "请当着王桂兰家的面，问清楚愿意请邻居老李代办，再告诉他。让他关注公众号，把码发过来。\n"
        "到11月24日10:00有效，只能用一次。谁开的码都有记录。"
    )
    assert await neighbour.says(code) == (
        "好了，您可以替王桂兰家问了，先回复“替王桂兰问”；问自己的事，照常问。\n" + CONSENT
    )
    assert await neighbour.says("我的补贴") == SIS_MONEY
    assert await neighbour.says("替王桂兰问") == (
        "好的，现在替王桂兰家问。每句回答前面都写着（王桂兰家）。\n换回自己，回复“换人”；两个小时不说话，也会自动换回。"
    )
    assert await neighbour.says("我的补贴") == GUIS_MONEY
    assert await cadre.says("王桂兰家的代办人") == (
        "替王桂兰家代办的人：\n1 收回：邻居老李（11月23日起）\n回复数字就收回。"
    )
    assert await cadre.says("1") == "收回了，邻居老李不能再替王桂兰家问了。"
    assert await neighbour.says("我的补贴") == SIS_MONEY
    assert await acts(wechat, "proxy") == [
        (f"cadre:{li.id}", "proxy.code_made", [gui.id]),
        (f"cadre:{li.id}", "proxy.granted", [gui.id]),
        (f"cadre:{li.id}", "proxy.ended", [gui.id]),
    ]


async def test_a_cadre_makes_no_code_for_a_household_that_is_not_theirs(
    phone: Phones, village: Village, gui: House, si: House
) -> None:
    await village.cadre("李梅", visits=[gui])
    stranger = await village.cadre("赵强", visits=[si])
    refused = "您能查的户里没有找到“{}”。请核对户主名字再说一次；说“我的户”可以看名单。"
    assert await phone(stranger).says("给王桂兰家开代办码") == refused.format("王桂兰")
    assert await phone(stranger).says("给赵无人家开代办码") == refused.format("赵无人")


async def test_the_bound_phones_of_a_household_hear_of_a_code_an_official_made(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await phone(li).says("给王建国家开代办码")
    await phone(li).says("外甥")
    assert await notices_to(wechat, wang) == [
        "李梅给您家开了一个代办码，给外甥用，让他替您家问事。\n"
        "不是您家的意思，回复“代办人”，看看有没有人在代办，可以收回。"
    ]


async def test_a_proxy_chooses_whom_to_speak_for_themselves_first(
    phone: Phones, village: Village, wechat: WeChat, gui: House, si: House
) -> None:
    chen = await village.household("陈大毛", bound=False)
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says(await code_of(wechat, chen))
    assert await neighbour.says("换人") == "您要替谁问？\n1 我自己\n2 王桂兰家\n3 陈大毛家"
    assert (await neighbour.says("2")).startswith("好的，现在替王桂兰家问。")
    assert await neighbour.says("我的补贴") == GUIS_MONEY
    assert await neighbour.says("谢谢") == "（王桂兰家）不客气。有事随时发消息。"
    await neighbour.says("换人")
    assert await neighbour.says("1") == "好的，换回您自己了。现在问的是您自己的事。"
    assert await neighbour.says("我的补贴") == SIS_MONEY


async def test_two_households_of_one_name_are_told_apart_by_their_villages(
    phone: Phones, village: Village, wechat: WeChat, gui: House, si: House
) -> None:
    other = await village.household("王桂兰", village="白石村", bound=False)
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says(await code_of(wechat, other))
    assert await neighbour.says("替王桂兰问") == "您要替谁问？\n1 我自己\n2 青山村王桂兰家\n3 白石村王桂兰家"
    await neighbour.says("2")
    assert await neighbour.says("我的补贴") == GUIS_MONEY


async def test_two_hours_without_a_word_lead_back_to_oneself_and_that_is_said(
    phone: Phones, wechat: WeChat, time_machine: TimeMachine, gui: House, si: House
) -> None:
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says("替王桂兰问")
    for _ in range(2):
        time_machine.move_to(time_machine.now() + timedelta(minutes=119))
        assert await neighbour.taps("我的补贴") == GUIS_MONEY
    time_machine.move_to(time_machine.now() + timedelta(minutes=121))
    again = f"（隔了两个小时，已换回您自己。还要替人问，回复“换人”。）\n{SIS_MONEY}"
    assert await neighbour.says("我的补贴") == again
    assert await neighbour.retries() == again
    assert await neighbour.says("我的补贴") == SIS_MONEY


async def test_a_talk_about_the_other_household_does_not_go_on_as_ones_own(
    phone: Phones, wechat: WeChat, time_machine: TimeMachine, gui: House, si: House
) -> None:
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says("替王桂兰问")
    await neighbour.says("帮助")
    time_machine.move_to(time_machine.now() + timedelta(hours=3))
    assert (await neighbour.says("1")).startswith("（隔了两个小时，已换回您自己。")
    assert "王桂兰" not in await neighbour.says("1")


async def test_words_said_for_one_household_are_not_passed_on_to_the_cadre_of_another(
    phone: Phones, village: Village, wechat: WeChat, gui: House
) -> None:
    si = await village.household("赵四", bound=False)
    await village.cadre("李梅", visits=[gui])
    await village.cadre("张华", visits=[si])
    neighbour = phone("o_neighbour")
    for house in (gui, si):
        await neighbour.says(await code_of(wechat, house))
    assert "报给帮扶干部李梅" in await neighbour.says("屋顶漏雨，没钱修")
    assert "王桂兰" in await neighbour.says("换人")
    assert "还没说完" not in await neighbour.says("2")
    asked = await neighbour.says("人工")
    assert asked.startswith("（赵四家）可以直接打电话给帮扶干部张华")
    assert "漏雨" not in asked


async def test_who_has_no_household_of_their_own_keeps_speaking_for_the_one_they_have(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine, gui: House
) -> None:
    chen = await village.household("陈大毛", bound=False)
    niece = phone("o_niece")
    await niece.says(await code_of(wechat, gui))
    time_machine.move_to(time_machine.now() + timedelta(days=9))
    assert await niece.says("我的补贴") == GUIS_MONEY
    assert await niece.says("换人") == "您替王桂兰家问，直接问就行。每句回答前面都写着（王桂兰家）。"
    await niece.says(await code_of(wechat, chen))
    time_machine.move_to(time_machine.now() + timedelta(hours=3))
    # Now it could be either, so nobody guesses.
    assert await niece.says("我的补贴") == (
        "（隔了两个小时，已换回您自己。还要替人问，回复“换人”。）\n您要替谁问？\n1 王桂兰家\n2 陈大毛家"
    )
    await niece.says("1")
    assert await niece.says("我的补贴") == GUIS_MONEY
    async with wechat.bot.database.reading() as session:
        [binding] = await session.scalars(select(Binding))
        assert (binding.household_id, binding.cadre_id, binding.speaks_for_id) == (None, None, gui.id)


async def test_while_speaking_for_others_nobody_unbinds_or_erases(
    phone: Phones, wechat: WeChat, gui: House, si: House
) -> None:
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says("替王桂兰问")
    for said in ("注销", "解绑", "绑定"):
        assert await neighbour.says(said) == OWN_FIRST
    assert await neighbour.says("我的补贴") == GUIS_MONEY
    # Unbound from their own, they speak for the other still: those are two things.
    await neighbour.says("换人")
    await neighbour.says("1")
    await neighbour.says("解绑")
    assert (await neighbour.says("是")).startswith("已经解绑了。")
    await neighbour.says("换人")
    assert await neighbour.says("我的补贴") == GUIS_MONEY


async def test_a_proxy_lets_nobody_else_in_and_gets_no_export(
    phone: Phones, wechat: WeChat, gui: House, si: House
) -> None:
    neighbour, niece = phone(si), phone("o_niece")
    await neighbour.says(await code_of(wechat, gui))
    await neighbour.says("替王桂兰问")
    await niece.says(await code_of(wechat, gui, "外甥女"))
    for proxy in (neighbour, niece):
        assert await proxy.says("代办人") == "您是替别人家问的，这件事要他们自己家来办。"
        exported = await proxy.says("导出我的信息")
        assert exported.startswith("这一份只给这一户自己看，代办人看不到。")
        assert "http" not in exported


async def test_a_newcomer_hears_how_one_becomes_a_proxy(phone: Phones, village: Village) -> None:
    for said in ("代办人", "换人", "替王桂兰问", "不代办了"):
        assert await phone("o_new").says(said) == FOR_NOBODY


async def test_a_code_for_proxies_is_good_once_and_for_a_day(
    phone: Phones, wechat: WeChat, time_machine: TimeMachine, gui: House
) -> None:
    code = await code_of(wechat, gui)
    assert (await phone("o_a").says(code)).startswith("好了，您现在替王桂兰家问")
    assert await phone("o_b").says(code) == NO_SUCH_CODE
    late = await code_of(wechat, gui)
    time_machine.move_to(time_machine.now() + timedelta(hours=24))
    assert await phone("o_b").says(late) == NO_SUCH_CODE


async def test_codes_are_not_guessed_by_who_is_bound_either(
    phone: Phones, wechat: WeChat, gui: House, si: House
) -> None:
    neighbour = phone(si)
    for wrong in "ABCDE":
        assert await neighbour.says(f"ABCD234{wrong}") == NO_SUCH_CODE
    assert await neighbour.says(await code_of(wechat, gui)) == (
        "今天试的次数太多了。为了安全，请明天再试。急用的话，请给帮扶干部打电话。"
    )


async def test_ones_own_household_needs_no_proxy_and_binding_to_it_ends_one(
    phone: Phones, wechat: WeChat, gui: House, si: House
) -> None:
    neighbour, niece = phone(si), phone("o_niece")
    assert await neighbour.says(await code_of(wechat, si)) == "您绑定的就是这一户，不用代办码。"
    await niece.says(await code_of(wechat, gui))
    assert await niece.says(await code_of(wechat, gui)) == "您已经是这一户的代办人了。"
    assert (await niece.says(f"绑定 王桂兰 {gui.id_tail} {gui.phone[-4:]}")).startswith("绑定好了：户主王桂兰")
    assert await niece.says("换人") == FOR_NOBODY
    assert (await niece.says("我的补贴")).startswith("高龄津贴")


async def test_a_cadre_may_be_their_mothers_proxy(phone: Phones, village: Village, wechat: WeChat, gui: House) -> None:
    zhao = phone(await village.cadre("赵强", visits=[await village.household("陈大毛")]))
    assert (await zhao.says(await code_of(wechat, gui, "女婿"))).startswith("好了，您可以替王桂兰家问了")
    assert (await zhao.says("我的户")).startswith("您帮扶1户")
    await zhao.says("替王桂兰问")
    assert await zhao.says("我的补贴") == GUIS_MONEY
    await zhao.says("换人")
    await zhao.says("1")
    assert (await zhao.says("我的户")).startswith("您帮扶1户")


async def test_a_proxy_gives_up_and_the_household_hears_of_it(
    phone: Phones, village: Village, wechat: WeChat, si: House
) -> None:
    wang = await village.household("王建国")
    neighbour = phone(si)
    await neighbour.says(await code_of(wechat, wang))
    assert await neighbour.says("不代办了") == "您以后不再替王建国家问了，对吗？请回复“是”或“不是”。"
    assert await neighbour.says("不是") == "好的，没有变。"
    await neighbour.says("不代办了")
    assert await neighbour.says("是") == "好的，您不再替别人家代办了。"
    assert (await notices_to(wechat, wang))[-1] == "邻居老李不再替您家代办了。要再请人，回复“代办人”。"
    assert await neighbour.says("换人") == FOR_NOBODY


async def test_who_was_only_a_proxy_and_unbinds_is_nobody_again(phone: Phones, wechat: WeChat, gui: House) -> None:
    niece = phone("o_niece")
    await niece.says(await code_of(wechat, gui))
    assert await niece.says("解绑") == "您以后不再替王桂兰家问了，对吗？请回复“是”或“不是”。"
    await niece.says("是")
    assert await niece.says("我的补贴") == say_binding.BIND_FIRST
    async with wechat.bot.database.reading() as session:
        [binding] = await session.scalars(select(Binding))
        [consent] = await session.scalars(select(Consent))
        assert binding.end_reason == "proxy_ended"
        assert consent.withdrawn_at is not None


async def test_the_proxys_consent_is_written_down_for_the_household_they_speak_for(
    phone: Phones, wechat: WeChat, gui: House
) -> None:
    await phone("o_niece").says(await code_of(wechat, gui))
    async with wechat.bot.database.reading() as session:
        [consent] = await session.scalars(select(Consent))
        [proxy] = await session.scalars(select(Proxy))
    assert (consent.account, consent.household_id, consent.notice) == ("wechat:o_niece", gui.id, "2026-11")
    assert (proxy.called, proxy.granted_by) == ("邻居老李", f"household:{gui.id}")


async def test_a_cry_for_help_of_a_proxy_says_who_may_be_meant(
    phone: Phones, village: Village, wechat: WeChat, gui: House
) -> None:
    li = await village.cadre("李梅", visits=[gui])
    niece = phone("o_niece")
    await niece.says(await code_of(wechat, gui))
    assert "12356" in await niece.says("我不想活了")
    async with wechat.bot.database.reading() as session:
        rows = await session.scalars(select(Outbox).where(Outbox.kind == "urgent").order_by(Outbox.id))
        row, office = rows
        assert (row.cadre_id, office.cadre_id) == (li.id, None)
        assert "说的可能是这一户，也可能是自己" in (wechat.bot.database.keyring.open_if(row.text_sealed, TEXT) or "")


@pytest.mark.parametrize(
    ("said", "called"),
    [("儿子", "儿子"), ("给邻居老李用。", "邻居老李"), ("是我女婿", "女婿"), ("他是村医小张", "村医小张")],
)
def test_what_a_proxy_is_called_is_read_as_people_say_it(said: str, called: str) -> None:
    assert read_called(said) == called


@pytest.mark.parametrize("wrong", ["13812345678", "一个很长很长很长很长的称呼", "？"])
def test_a_number_is_no_name(wrong: str) -> None:
    with pytest.raises(NotUnderstood):
        read_called(wrong)
