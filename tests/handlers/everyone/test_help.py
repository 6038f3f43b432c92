"""帮助: a way on from every message, and a human answer to somebody in distress."""

from collections.abc import Callable

from sqlalchemy import select

from storage.outbox import TEXT, Outbox
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


async def test_not_understood_twice_is_said_in_other_words_with_a_way_out(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    first, second, third = [await phone(wang).says(said) for said in ("嘎叽嘎", "嘎叽叽", "叽嘎叽")]
    assert first == third
    assert first != second
    assert second == (f"还是没弄明白，对不起。换几个字再说说看，或者直接找帮扶干部李梅（电话{li.phone}）。")


async def test_asking_for_the_menu_always_shows_it(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert [await phone(wang).says("帮助") for _ in range(3)] == [HOUSEHOLD_MENU] * 3


async def test_a_household_is_handed_to_its_cadre(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    assert await phone(wang).says("转人工") == f"请直接找帮扶干部李梅（电话{li.phone}）。"


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
        "急：青山村王建国户有人刚才说了让人担心的话，可能想不开。请马上打电话或上门看看，别让他一个人待着。"
    )
    assert (told.kind, told.due_at <= time_machine.now()) == ("urgent", True)


async def test_a_newcomer_in_distress_hears_it_too(phone: Phones) -> None:
    assert await phone("o_new").says("活着没意思，不想活了") == (
        "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
        "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
        "要是马上有危险，请打120或110，或者叫身边的人陪着您。"
    )


async def test_thanks_are_taken(phone: Phones) -> None:
    assert await phone("o_new").says("谢谢") == "不客气。有事随时发消息。"
