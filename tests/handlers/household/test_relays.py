"""转人工: what a household says is taken to somebody who answers, and the answer comes back."""

from collections.abc import Callable

from bot.app import ring
from storage.cadres import Role
from tests.handlers.everyone.test_safety import news
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def test_the_words_are_taken_to_the_cadre_and_the_answer_comes_back(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    assert await phone(wang).says("人工") == (
        f"可以直接打电话给帮扶干部李梅，{li.phone}。\n想让我转达，就把要说的话写在一条消息里。"
    )
    assert await phone(wang).says("我屋头的房子还没人来看，啥时候来？") == (
        f"转给帮扶干部李梅了，编号2026-000001。他回了话，我马上告诉您。急事请直接打电话，{li.phone}。"
    )
    await ring(wechat.bot)
    notice = news(phone(li))[-1]
    assert "王建国户" in notice
    assert "我屋头的房子还没人来看，啥时候来？" in notice
    assert "2026-000001" in notice
    await phone(li).says("问题清单")
    await phone(li).says("1")
    await phone(li).says("1")
    await phone(li).says("明天上午我陪住建所的来看")
    await phone(li).says("是")
    await ring(wechat.bot)
    assert "明天上午我陪住建所的来看" in phone(wang).chat()[-1]


async def test_a_request_that_tells_the_matter_is_one_step(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    assert (await phone(wang).says("我要找人工说说房子的事")).startswith("转给帮扶干部李梅了，编号2026-000001。")


async def test_what_was_not_understood_is_kept_and_sent_if_the_person_agrees(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    for said in ("嘎叽嘎", "嘎叽叽", "叽嘎叽"):
        await phone(wang).says(said)
    assert await phone(wang).says("1") == (
        "要不要把刚才的话转给帮扶干部李梅？\n“嘎叽嘎\n嘎叽叽\n叽嘎叽”\n1 转过去\n2 我另外说\n3 不转，我自己打电话"
    )
    assert (await phone(wang).says("1")).startswith("转给帮扶干部李梅了，编号2026-000001。")
    await ring(wechat.bot)
    assert "嘎叽嘎\n嘎叽叽\n叽嘎叽" in news(phone(li))[-1]


async def test_at_night_and_without_a_cadre_it_is_said_honestly(
    phone: Phones, village: Village, time_machine: TimeMachine
) -> None:
    wang, zhao = await village.household("王建国"), await village.household("赵四")
    await village.cadre("李梅", visits=[wang])
    time_machine.move_to("2026-11-23T23:30+08:00")
    assert "现在是晚上，他早上8点看得到。" in await phone(wang).says("我要找人工说说房子的事")
    assert await phone(zhao).says("人工") == "您家现在没有登记帮扶干部。请到村委会找人，村里会帮您。"
    await village.cadre("张主任", role=Role.COUNTY)
    assert (await phone(zhao).says("人工")).startswith("我可以转给乡镇或县里管帮扶的同志。")


async def test_nothing_is_sent_without_a_yes(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    for said in ("嘎叽嘎", "嘎叽叽", "叽嘎叽", "1"):
        await phone(wang).says(said)
    assert await phone(wang).says("3") == f"好的，没有转。请直接找帮扶干部李梅（电话{li.phone}）。"
    await ring(wechat.bot)
    assert news(phone(li)) == []


async def test_the_cadre_answers_by_number_in_one_message(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li, other = await village.cadre("李梅", visits=[wang]), await village.cadre("张华")
    await phone(wang).says("人工")
    await phone(wang).says("房子的事想问一下")
    assert await phone(other).says("回复 2026-000001 明天来看") == (
        "这一件已经有人答复，或者撤回了。回复“问题清单”看还有哪些。"
    ), "what is another's and what is nobody's sound alike"
    assert await phone(li).says("回复 2026-000001 明天来看") == "2026-000001答复好了，群众会看到，同意了就销号。"
    await ring(wechat.bot)
    assert "“明天来看”" in phone(wang).chat()[-1]


async def test_words_said_instead_of_a_number_are_what_is_passed_on(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    for said in ("嘎叽嘎", "人工"):
        await phone(wang).says(said)
    assert (await phone(wang).says("我屋后头的坎垮了，找哪个看一下嘛")).startswith("转给帮扶干部李梅了")
    assert "我屋后头的坎垮了" in await phone(wang).says("我反映的事")


async def test_who_asks_to_have_something_passed_on_is_asked_once(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    assert await phone(wang).says("帮我转告李梅明天来一下") == (
        "要不要把刚才的话转给帮扶干部李梅？\n“帮我转告李梅明天来一下”\n1 转过去\n2 我另外说\n3 不转，我自己打电话"
    )
    assert (await phone(wang).says("好")).startswith("转给帮扶干部李梅了，编号2026-000001。")


async def test_what_was_said_long_ago_is_not_taken_along(
    phone: Phones, village: Village, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    for said in ("嘎叽嘎", "嘎叽叽"):
        await phone(wang).says(said)
    time_machine.move_to("2026-11-23T13:00+08:00")
    assert "嘎叽" not in await phone(wang).says("人工")
