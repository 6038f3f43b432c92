"""事件: following, leaving, scanning, accepting notices."""

from collections.abc import Callable

from sqlalchemy import func, select

from storage import invitations
from storage.bindings import Binding
from storage.contacts import Contact, Subscription
from storage.conversations import Conversation
from tests.village import Helper, House, Village
from tests.wechat import TEMPLATE, Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]

WELCOME = (
    "您好，这里是帮扶通。\n"
    "补贴到没到、能享受什么、帮扶干部是谁，发句话就能查。\n"
    "要查自家的事，先绑定一下，发一句话就行：\n"
    "姓名、身份证后六位、登记手机的后四位，比如：王建国 123456 7890\n"
    "有绑定码的，直接把绑定码发过来。\n"
    "绑定就是同意我们按《个人信息说明》存和用您的信息。想先看，回复“隐私”。"
)


async def household_code(wechat: WeChat, house: House) -> str:
    async with wechat.bot.database.writing() as session:
        code, _ = await invitations.make(session, household_id=house.id, made_by=None, now=wechat.clock.now())
    return code


async def test_who_follows_is_welcomed_and_told_how_to_bind(phone: Phones) -> None:
    assert await phone("o_new").follows() == WELCOME


async def test_a_household_that_follows_again_sees_what_it_can_ask(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).follows() == (
        "您好，这里是帮扶通。您可以问：\n"
        "1 我的补贴到了没有\n"
        "2 我能享受什么\n"
        "3 我的帮扶干部是谁\n"
        "4 什么时候截止\n"
        "5 找人帮忙\n"
        "回复数字，或者直接说。"
    )


async def test_the_code_in_a_qr_code_binds(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    said = await phone("o_new").scans(await household_code(wechat, wang))
    assert said.startswith("绑定好了：户主王建国，青山村。")


async def test_a_strange_qr_code_only_welcomes(phone: Phones) -> None:
    assert await phone("o_new").scans("poster-3") == WELCOME


async def test_who_leaves_is_forgotten(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    leaving = phone(wang)
    await leaving.says("解绑")
    await leaving.platform.subscribe(leaving.account, TEMPLATE.id)
    await leaving.platform.unfollow(leaving.account)
    async with wechat.bot.database.reading() as session:
        for table in (Conversation, Subscription, Contact):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
        [binding] = await session.scalars(select(Binding))
        assert (binding.account, binding.end_reason) == ("wechat:left", "unfollowed")
    assert await leaving.follows() == WELCOME


async def test_accepted_notices_are_counted_and_switching_off_ends_them(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    async def remaining() -> list[int]:
        async with wechat.bot.database.reading() as session:
            return list(await session.scalars(select(Subscription.remaining)))

    wang = await village.household("王建国")
    own = phone(wang)
    await own.platform.subscribe(own.account, TEMPLATE.id)
    await own.platform.subscribe(own.account, TEMPLATE.id)
    assert await remaining() == [2]
    await own.platform.refuse(own.account, TEMPLATE.id)
    assert await remaining() == [2]
    await own.platform.withdraw(own.account, TEMPLATE.id)
    assert await remaining() == [0]


async def test_a_picture_or_a_voice_is_answered_in_words(phone: Phones) -> None:
    own = phone("o_new")
    assert (await own.platform.send_image(own.account)).text == "对不起，我看不懂图片。请打字说一声是什么事。"
    assert (await own.platform.send_voice(own.account)).text == (
        "对不起，我听不懂录音。请打字，或者按住输入法上的话筒说话，它会帮您变成字。"
    )
