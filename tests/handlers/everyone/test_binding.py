"""绑定: newcomers become known by facts or by a code, and nobody finds out anything by guessing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.messages import binding as say
from handlers.everyone.binding import Told, read_told, says_who
from storage import invitations
from storage.bindings import Binding, EndReason
from storage.database import Database
from storage.outbox import TEXT, Outbox
from storage.people import Account, Platform
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

BOUND = (
    "绑定好了：户主王建国，青山村。\n"
    "现在可以问：我的补贴、我能享受什么、我的干部。\n"
    "您发来这些，就是同意了《个人信息说明》。看说明回复“隐私”，不想用了回复“解绑”。"
)
WRONG = (
    "没有对上。请看看姓名、身份证后六位、登记手机后四位写对没有，再发一次。\n"
    "还不行，请帮扶干部给您一个绑定码，直接发过来就行。"
)
TOO_MANY = "今天试的次数太多了。为了您家的安全，请明天再试。\n急用的话，请帮扶干部给您一个绑定码，直接发过来就行。"


async def notices(database: Database) -> list[tuple[str, str, str]]:
    """What was promised: to whom, by which key, in which words."""
    async with database.reading() as session:
        rows = await session.scalars(select(Outbox).where(Outbox.kind == "notice").order_by(Outbox.id))
        return [
            (
                f"cadre:{row.cadre_id}" if row.cadre_id else str(row.account),
                row.key,
                database.keyring.open_if(row.text_sealed, TEXT) or "",
            )
            for row in rows
        ]


async def code_for(wechat: WeChat, *, house: House | None = None, helper: Helper | None = None) -> str:
    async with wechat.bot.database.writing() as session:
        code, _ = await invitations.make(
            session,
            household_id=house.id if house else None,
            cadre_id=helper.id if helper else None,
            made_by=None,
            now=wechat.clock.now(),
        )
    return code


async def test_one_sentence_binds(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    assert await newcomer.says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}") == BOUND
    assert await newcomer.retries() == BOUND


async def test_a_bare_sentence_with_all_three_binds_too(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", bound=False)
    assert await phone("o_new").says(f"{wang.phone[-4:]}，{wang.id_tail}，王建国") == BOUND


async def test_asked_step_by_step(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    assert await newcomer.says("绑定") == (
        "绑定就是同意我们按《个人信息说明》存和用您的信息。想先看，回复“隐私”。\n"
        "请发一句话：姓名、身份证后六位、登记手机的后四位。\n"
        "比如：王建国 123456 7890\n"
        "替家里老人绑定，就发老人的。有绑定码的，直接发绑定码。"
    )
    assert await newcomer.says("王建国") == "身份证号的最后六位是多少？最后一位是X的，X也要发。"
    assert await newcomer.says("123") == "请发六位，比如：123456。\n身份证号的最后六位是多少？最后一位是X的，X也要发。"
    assert await newcomer.says(wang.id_tail) == "登记的手机号，最后四位是多少？"
    assert await newcomer.says(wang.phone[-4:]) == BOUND


async def test_a_family_member_binds_with_the_households_phone(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", bound=False, family=[("李秀英", "配偶", "19720101")])
    async with village.database.reading() as session:
        from storage.members import ID_NUMBER, Member

        sealed = await session.scalar(select(Member.id_number_sealed).where(Member.name == "李秀英"))
    tail = (village.database.keyring.open_if(sealed, ID_NUMBER) or "")[-6:]
    assert await phone("o_new").says(f"绑定，李秀英，{tail}，{wang.phone[-4:]}") == BOUND


@pytest.mark.parametrize("wrong", ["name", "id", "phone", "nobody"])
async def test_whatever_is_wrong_the_answer_is_the_same(phone: Phones, village: Village, wrong: str) -> None:
    wang = await village.household("王建国", bound=False)
    await village.household("李四海", bound=False)
    said = {
        "name": f"绑定 李四海 {wang.id_tail} {wang.phone[-4:]}",
        "id": f"绑定 王建国 999999 {wang.phone[-4:]}",
        "phone": f"绑定 王建国 {wang.id_tail} 9876",
        "nobody": "绑定 赵无人 999999 9876",
    }
    assert await phone("o_new").says(said[wrong]) == WRONG


async def test_five_wrong_tries_close_an_account_for_a_day(
    phone: Phones, village: Village, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    for wrong in range(5):
        assert await newcomer.says(f"绑定 王建国 99999{wrong} 0000") == WRONG
    right = f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}"
    assert await newcomer.says(right) == TOO_MANY
    time_machine.move_to(time_machine.now() + timedelta(hours=24))
    assert await newcomer.says(right) == BOUND


async def test_ten_wrong_tries_close_a_name_to_every_account(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国", bound=False)
    for account in range(5):
        for wrong in range(2):
            assert await phone(f"o_{account}_guessing").says(f"绑定 王建国 99999{wrong} 0000") == WRONG
    assert await phone("o_honest").says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}") == TOO_MANY


async def test_a_code_binds_who_mistyped_too_often(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    for wrong in range(6):
        await newcomer.says(f"绑定 王建国 99999{wrong} 0000")
    assert await newcomer.says(await code_for(wechat, house=wang)) == BOUND


async def test_a_code_may_be_sent_in_small_letters_and_pieces(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    code = (await code_for(wechat, house=wang)).lower()
    assert await phone("o_new").says(f"{code[:4]} {code[4:]}") == BOUND


async def test_a_code_is_good_once_and_a_newer_one_ends_it(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    older, newer = await code_for(wechat, house=wang), await code_for(wechat, house=wang)
    not_good = "这个绑定码没有用上：可能打错了、用过了，或者过期了。\n请核对一下再发，或者请给您码的人重新给一个。"
    assert await phone("o_a").says(older) == not_good
    assert await phone("o_a").says(newer) == BOUND
    assert await phone("o_b").says(newer) == not_good


async def test_five_wrong_codes_close_an_account_for_a_day(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    for wrong in "ABCDE":
        await newcomer.says(f"ABCD234{wrong}")
    assert await newcomer.says(await code_for(wechat, house=wang)) == (
        "今天试的次数太多了。为了安全，请明天再试。急用的话，请给帮扶干部打电话。"
    )


async def test_of_two_who_send_one_code_at_once_one_gets_it(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国", bound=False)
    code = await code_for(wechat, house=wang)
    said = await asyncio.gather(phone("o_a").says(code), phone("o_b").says(code))
    assert sorted(answer == BOUND for answer in said) == [False, True]


async def test_a_cadre_binds_by_code_on_the_official_account(phone: Phones, village: Village, wechat: WeChat) -> None:
    li = await village.cadre("李梅")
    assert await phone("o_li").says(await code_for(wechat, helper=li)) == (
        "李梅，绑定好了。\n"
        "走访完了直接说一句就行，也可以问：我的户、谁还没走访。\n"
        "您发来绑定码，就是同意了《个人信息说明》。看说明回复“隐私”，不想用了回复“解绑”。"
    )


async def test_a_cadre_known_from_the_file_needs_no_binding(phone: Phones, village: Village) -> None:
    li = await village.cadre("李梅")
    assert await phone(li).says("绑定") == say.KNOWN_FROM_FILE
    assert await phone(li).says("解绑") == say.KNOWN_FROM_FILE


async def test_household_and_cadre_are_told_of_another_account(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await phone("o_new").says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}")
    assert wang.account is not None
    [to_cadre, to_household] = sorted(await notices(wechat.bot.database))
    assert to_cadre[0] == f"cadre:{li.id}"
    assert to_cadre[2] == "青山村王建国户绑定了微信，用的是王建国的信息。要是不对，请问问这一户。"
    assert to_household[0] == wang.account.key
    assert to_household[2] == (
        "又有一个微信绑定了您家，用的是王建国的信息。\n"
        f"要是您家没人办过这件事，请马上告诉帮扶干部李梅（电话{li.phone}）。"
    )


async def test_binding_again_asks_first(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.household("李四海")
    told = f"绑定 李四海 {li.id_tail} {li.phone[-4:]}"
    question = "这个微信现在绑定的是王建国户。要换成新的吗？请回复“是”或“不是”。"
    assert await phone(wang).says(told) == question
    assert await phone(wang).says("不是") == "好的，没有换，还是原来的。"
    assert await phone(wang).says(told) == question
    assert (await phone(wang).says("是")).startswith("绑定好了：户主李四海，青山村。")


async def test_unbinding_asks_first_and_ends_it(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).says("解绑") == (
        "解绑以后，这个微信就查不到您家的事，也收不到通知了。\n确定解绑吗？请回复“是”或“不是”。"
    )
    assert await phone(wang).says("不是") == "好的，没有解绑。"
    await phone(wang).says("解绑")
    assert await phone(wang).says("是") == (
        "已经解绑了。以后想再用，回复“绑定”就行。\n存着的问答30天后自动删；想现在连微信号一起删掉，回复“注销”。"
    )
    assert await phone(wang).says("我的补贴") == say.BIND_FIRST
    async with wechat.bot.database.reading() as session:
        [row] = await session.scalars(select(Binding))
        assert row.end_reason == EndReason.UNBOUND


async def test_two_households_fit_so_a_code_is_asked_for(phone: Phones, village: Village) -> None:
    from storage.members import Member

    wang = await village.household("王建国", bound=False)
    other = await village.household("王建国", bound=False)
    async with village.database.writing() as session:
        first = await session.get_one(Member, wang.head_id)
        second = await session.get_one(Member, other.head_id)
        second.id_number_sealed = first.id_number_sealed
        second.phone_sealed = village.database.keyring.seal(wang.phone, "member.phone")
    assert await phone("o_new").says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}") == (
        "光凭这些还分不清是哪一户。请帮扶干部给您一个绑定码，直接发过来就行。"
    )


@pytest.mark.parametrize("asked", ["我的补贴", "我的干部", "我能享受什么", "我家信息"])
async def test_a_newcomer_is_told_in_four_lines_how_to_bind_and_what_it_means(
    phone: Phones, village: Village, asked: str
) -> None:
    assert await phone("o_new").says(asked) == (
        "要查自家的事，先绑定一下，发一句话就行：\n"
        "姓名、身份证后六位、登记手机的后四位，比如：王建国 123456 7890\n"
        "有绑定码的，直接把绑定码发过来。\n"
        "绑定就是同意我们按《个人信息说明》存和用您的信息。想先看，回复“隐私”。"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("绑定 王建国 123456 7890", Told("王建国", "123456", "7890")),
        ("王建国，12345x，7890", Told("王建国", "12345X", "7890")),
        ("我叫王建国，身份证后六位123456，手机尾号7890", Told("王建国", "123456", "7890")),
        ("姓名：王建国 身份证：51082119700101123X 电话：13812347890", Told("王建国", "01123X", "7890")),
        ("７８９０ １２３４５６ 王建国", Told("王建国", "123456", "7890")),
        ("王建国1234567890", Told("王建国", "123456", "7890")),
        ("绑定王建国123456/7890", Told("王建国", "123456", "7890")),
        ("我要登记我是河湾村三组的王有才手机号尾号六六七八", Told("王有才", None, "6678")),
        ("我是吉克阿依 后六位一二三四五六 后四位七八九零", Told("吉克阿依", "123456", "7890")),
        ("我叫扎西·多吉", Told("扎西·多吉", None, None)),
        ("绑定", Told()),
        ("我是五保户想绑定", Told()),
        ("我妈没有智能手机，用我的微信绑她的可以不", Told()),
        ("你好", Told()),
    ],
)
def test_facts_are_read_in_any_order_and_punctuation(said: str, told: Told) -> None:
    assert read_told(said) == told


def test_a_question_is_never_taken_for_an_identity() -> None:
    assert not says_who("我的补贴到了没")
    assert not says_who("2026年低保多少钱")


async def test_a_wecom_account_of_the_cadres_file_is_known_however_it_is_written(
    village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    written_large = wechat.phone(Account(Platform.WECOM, li.account.name.upper()))
    assert await written_large.says("还有谁没走访") == "这个月还有1户没走访。\n1 王建国\n回复数字看这一户。"
    stranger = wechat.phone(Account(Platform.WECOM, "nobody"))
    assert (await stranger.says("我的户")).startswith("要查自家的事，先绑定一下")


async def test_leaving_and_coming_back_does_not_reset_the_count(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    await village.household("王建国", bound=False)
    newcomer = phone("o_new")
    for wrong in range(5):
        await newcomer.says(f"绑定 王建国 99999{wrong} 0000")
    await newcomer.platform.unfollow(newcomer.account)
    await newcomer.follows()
    assert await newcomer.says("绑定 王建国 999999 0000") == TOO_MANY


def test_accounts_of_both_platforms_differ() -> None:
    assert Account(Platform.WECHAT, "li").key != Account(Platform.WECOM, "li").key
