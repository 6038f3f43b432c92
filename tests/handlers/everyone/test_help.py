"""帮助: a way on from every message, and a human answer to somebody in distress."""

from collections.abc import Callable

from sqlalchemy import select, update

from bot.app import ring
from storage import outbox
from storage.cadres import Cadre, Role
from storage.outbox import TEXT, Outbox, open_calls
from storage.people import Account, Platform
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

HOUSEHOLD_MENU = (
    "您可以问：\n"
    "1 我的补贴到了没有\n"
    "2 我能享受什么\n"
    "3 我的帮扶干部是谁\n"
    "4 什么时候截止\n"
    "5 找人帮忙\n"
    "回复数字，或者直接说。"
)


async def test_the_menu_of_a_household_opens_by_number(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    assert await phone(wang).says("帮助") == HOUSEHOLD_MENU
    assert await phone(wang).says("3") == f"您家的帮扶干部是李梅，县教育局。\n电话：{li.phone}\n有事可以直接打电话。"


async def test_the_menu_of_a_newcomer(phone: Phones) -> None:
    assert await phone("o_new").says("帮助") == (
        "您可以问：\n1 绑定，查自家的事\n2 查政策\n3 找人帮忙\n回复数字，或者直接说。"
    )


async def test_the_menu_of_a_cadre(phone: Phones, village: Village) -> None:
    li = await village.cadre("李梅")
    assert await phone(li).says("帮助") == (
        "您可以问：\n1 记一次走访\n2 谁还没走访\n3 我的户\n4 查一户\n5 查政策\n回复数字，或者直接说。"
    )


async def test_what_is_not_understood_again_and_again_is_never_answered_with_the_same_words(
    phone: Phones, village: Village
) -> None:
    wang = phone(await village.household("王建国"))
    answers = [await wang.says(said) for said in ("嘎叽嘎", "嘎叽叽", "叽嘎叽", "叽叽嘎", "嘎嘎叽")]
    assert len(set(answers)) == 5
    assert answers[1].startswith("还是没弄明白，对不起。换几个字再说说看，或者看是不是这里面的：\n1 ")
    assert answers[2] == (
        "您说的3句话我都没看懂，对不起。话我给您留着，可以转给人看：\n1 找人帮忙\n回复数字，或者直接说。"
    )


async def test_asking_for_the_menu_always_shows_it(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert [await phone(wang).says("帮助") for _ in range(3)] == [HOUSEHOLD_MENU] * 3


async def test_without_a_cadre_the_village_is_named(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).says("转人工") == "您家现在没有登记帮扶干部。请到村委会找人，村里会帮您。"
    assert await phone(wang).says("我的干部") == (
        "您家现在没有登记帮扶干部。有事请到村委会问，也请村里给您家安排一位。"
    )


async def test_somebody_in_distress_hears_a_human_answer_and_the_cadre_is_told_at_any_hour(
    phone: Phones, village: Village, time_machine: TimeMachine, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    time_machine.move_to("2026-11-23T23:30+08:00")
    assert await phone(wang).says("我不想活了") == (
        "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
        "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
        "要是马上有危险，请打120或110，或者叫身边的人陪着您。\n"
        f"我已经请帮扶干部李梅（电话{li.phone}）尽快联系您。"
    )
    await phone(wang).says("我不想活了")
    async with wechat.bot.database.reading() as session:
        [told] = await session.scalars(select(Outbox).where(Outbox.cadre_id == li.id))
    assert wechat.bot.database.keyring.open_if(told.text_sealed, TEXT) == (
        "急：青山村王建国户有人11月23日23:30:01说了让人担心的话，可能想不开。"
        f"请马上打电话（{wang.phone}）或上门看看，别让他一个人待着。"
    )
    assert (told.kind, told.due_at <= time_machine.now()) == ("urgent", True)


async def test_a_newcomer_in_distress_hears_it_too(phone: Phones) -> None:
    assert await phone("o_new").says("活着没意思，不想活了") == (
        "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
        "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
        "要是马上有危险，请打120或110，或者叫身边的人陪着您。"
    )


HUMAN_ANSWER = (
    "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
    "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
    "要是马上有危险，请打120或110，或者叫身边的人陪着您。"
)
ON_THE_LIST = "\n这件事记在打电话名单上，办了以后回复“打电话名单”勾掉。"


async def test_a_cry_from_a_household_without_a_cadre_reaches_the_office_at_any_hour(
    phone: Phones, village: Village, time_machine: TimeMachine, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    offices = [phone(await village.cadre(name, role=Role.COUNTY)) for name in ("张主任", "李主任")]
    bystander = phone(await village.cadre("李梅"))
    time_machine.move_to("2026-11-23T23:30+08:00")
    assert await phone(wang).says("我不想活了") == f"{HUMAN_ANSWER}\n我已经请县里管帮扶的同志尽快联系您。"
    await phone(wang).says("我不想活了")
    await ring(wechat.bot)
    await ring(wechat.bot)

    text = (
        "急：青山村王建国户有人11月23日23:30:01说了让人担心的话，可能想不开。"
        f"请马上打电话（{wang.phone}）或上门看看，别让他一个人待着。"
    )
    for office in offices:
        assert office.chat() == [f"应用消息：{text}{ON_THE_LIST}"]
    assert bystander.chat() == []
    zhang, li = offices
    assert await zhang.says("打电话名单") == (
        "消息没送到，要打电话的有1户：\n"
        "1 急：青山村王建国户有人11月23日23:30:01说了让人担心的话，可能想不开\n"
        "回复数字看要说的话。"
    )
    assert await zhang.says("1") == f"{text}\n1 打过了\n2 没打通，先留着"
    assert await zhang.says("打过了") == "记下了：11月23日打过电话。\n名单上的都打完了，辛苦了。"
    assert (await li.says("打电话名单")).startswith("名单是空的")


async def test_a_cry_is_on_the_list_even_where_the_county_has_named_nobody(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    assert await phone(await village.household("王建国")).says("我不想活了") == HUMAN_ANSWER
    await ring(wechat.bot)
    async with wechat.bot.database.reading() as session:
        [call] = await open_calls(session, None)
    assert (call.kind, call.household_id, call.cadre_id) == ("urgent", None, None)


async def test_a_cry_from_who_is_not_bound_tells_the_office_where_to_find_it(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    office = phone(await village.cadre("张主任", role=Role.COUNTY))
    newcomers = [phone("o_new"), phone("o_other")]
    for newcomer in newcomers:
        assert (
            await newcomer.says("活着没意思，不想活了") == f"{HUMAN_ANSWER}\n我已经请县里管帮扶的同志马上看您的消息。"
        )
    colleague = wechat.phone(Account(Platform.WECOM, "wangwei"))
    await colleague.says("我不想活了")
    await ring(wechat.bot)
    assert sorted(office.chat()) == [
        "应用消息：急：企业微信里账号是“wangwei”的人，11月23日10:00:03发来让人担心的话，可能想不开，干部名单里没有他。"
        f"请马上在通讯录里找到他，打个电话问问。{ON_THE_LIST}",
        *(
            f"应用消息：急：公众号上有个还没绑定的人，11月23日{at}发来让人担心的话，可能想不开，我们不知道是谁。"
            f"请马上到公众号后台的私信里找到这条消息，回复他，问清楚在哪里。{ON_THE_LIST}"
            for at in ("10:00:01", "10:00:02")
        ),
    ]
    async with wechat.bot.database.reading() as session:
        assert len(await open_calls(session, None)) == 3, "two people are two calls, however alike they read"
        keys = await session.scalars(select(Outbox.key))
        assert not [key for key in keys if "o_new" in key or "wangwei" in key]


async def test_a_cadres_cry_reaches_the_office_too(phone: Phones, village: Village, wechat: WeChat) -> None:
    office = phone(await village.cadre("张主任", role=Role.COUNTY))
    li = await village.cadre("李梅")
    assert await phone(li).says("我不想活了") == f"{HUMAN_ANSWER}\n我已经请县里管帮扶的同志尽快联系您。"
    await ring(wechat.bot)
    assert office.chat() == [
        "应用消息：急：帮扶干部李梅11月23日10:00:01发来让人担心的话，说的可能是自己，也可能是哪一户。"
        f"请马上打电话（{li.phone}）问问，帮一把。{ON_THE_LIST}"
    ]


async def test_where_the_cadre_cannot_be_reached_the_office_is_told(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    office = phone(await village.cadre("张主任", role=Role.COUNTY))
    away = await village.cadre("刘主任", role=Role.COUNTY)
    li = await village.cadre("李梅", visits=[wang])
    async with wechat.bot.database.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id.in_([li.id, away.id])).values(wecom_user=None))
    await phone(wang).says("我不想活了")
    await ring(wechat.bot)
    assert all(told.startswith("应用消息：急：青山村王建国户有人11月23日10:00:01说了") for told in office.chat())
    assert office.chat(), "the county is the office of who has no township's, and stands in for the cadre"
    async with wechat.bot.database.reading() as session:
        calls = [call for call in await open_calls(session, None) if call.kind == "urgent"]
        counts = await outbox.counts(session)
    assert {call.cadre_id for call in calls} == {li.id, None}
    assert counts.failed == 2, "one of the office was not reached: it stands on the list, and is counted"
    listed = (await office.says("打电话名单")).split("\n")
    assert any(line[2:].startswith(f"帮扶干部李梅，{li.phone}，11月23日起：急：") for line in listed)


async def test_what_was_said_in_distress_is_kept_nowhere_for_others(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    office = phone(await village.cadre("张主任", role=Role.COUNTY))
    for person in (await village.household("王建国"), "o_new"):
        await phone(person).says("我不想活了，欠了张三八千块")
    await ring(wechat.bot)
    await office.says("打电话名单")
    await office.says("1")
    async with wechat.bot.database.reading() as session:
        sealed = list(await session.scalars(select(Outbox.text_sealed)))
    texts = [wechat.bot.database.keyring.open_if(each, TEXT) or "" for each in sealed] + office.chat()
    assert len(texts) > 4
    assert not [text for text in texts if "不想活" in text or "八千" in text]


async def test_thanks_are_taken(phone: Phones) -> None:
    assert await phone("o_new").says("谢谢") == "不客气。有事随时发消息。"


async def test_a_short_answer_to_nothing_is_taken_kindly_and_writes_nothing(phone: Phones, village: Village) -> None:
    wang = phone(await village.household("王建国"))
    await wang.says("我的补贴")
    for word in ("好的", "嗯"):
        assert await wang.says(word) == "不客气。有事随时发消息。"
    for word in ("不要", "不要了"):
        assert "1 不再收提醒" in await wang.says(word), "it is asked first"
