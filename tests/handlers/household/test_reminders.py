"""退订 and 重新提醒: who wants no reminders hears none, nor does their cadre; asking and undoing stay open."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from bot.app import ring
from reminders import plan_due
from tests.village import Helper, House, Village
from tests.wechat import SHANGHAI, Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

OFF = (
    "好的，以后不再提醒您家哪项补贴快截止，也不会请帮扶干部为这个给您打电话。\n"
    "您来问，我还是照样回答：查钱发“我的补贴”，查日子发“什么时候截止”。\n"
    "想再收提醒，回复“重新提醒”。"
)
OFF_ALREADY = "您家的提醒11月23日就关了，没有再发。\n想再收提醒，回复“重新提醒”。"
ON = "好的，提醒打开了。您家能办的补贴快截止了，我会告诉您。\n不想收了，回复“退订”。"
ON_ALREADY = "您家的提醒本来就开着。您家能办的补贴快截止了，我会告诉您。\n不想收了，回复“退订”。"
NO_CALLS = "名单是空的，没有要打电话的。哪一户的消息送不到，我会告诉您。"


def reminded(phone: Phone) -> list[str]:
    """How many days were left in each reminder that reached this phone."""
    return [re.split("[，：]", said.split("\n")[0])[-1] for said in phone.chat() if "提醒您办" in said]


async def through(wechat: WeChat, clock: TimeMachine, first: str, last: str, *awake: Phone) -> None:
    """Day by day: these people say something in the morning, so that they may be written to; then the clock rings."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        clock.move_to(datetime.combine(day, time(9), SHANGHAI))
        for phone in awake:
            await phone.says("谢谢")
        for at in (time(9, 20), time(9, 50), time(10, 50)):
            clock.move_to(datetime.combine(day, at, SHANGHAI))
            await ring(wechat.bot)
        day += timedelta(days=1)


async def test_off_and_on_again_as_often_as_one_likes(
    village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = phone(await village.household("王建国"))
    assert await wang.says("重新提醒") == ON_ALREADY
    assert await wang.says("别再发提醒了") == OFF
    assert await wang.retries() == OFF
    time_machine.move_to("2026-11-24T00:10+08:00")
    assert await wang.says("退订") == OFF_ALREADY
    assert await wang.says("恢复提醒") == ON
    assert await wang.retries() == ON
    assert await wang.says("重新提醒") == ON_ALREADY
    assert await wang.says("退订") == OFF


@pytest.mark.parametrize("said", ["TD", "取消提醒", "短信太多了 不要发了", "我不需要提醒"])
async def test_it_is_understood_in_their_own_words(village: Village, phone: Phones, said: str) -> None:
    assert await phone(await village.household("王建国")).says(said) == OFF


async def test_only_who_asked_for_it_hears_nothing(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    """The window closes on 31 December: reminders thirty, seven and one days ahead."""
    houses = [await village.household(name, house_grade="D") for name in ("王建国", "张三")]
    li = phone(await village.cadre("李梅", visits=houses))
    wang, zhang = map(phone, houses)
    assert await wang.says("退订") == OFF
    await through(wechat, time_machine, "2026-11-29", "2026-12-03", wang, zhang)
    assert (reminded(wang), reminded(zhang)) == ([], ["还有30天。"])
    await through(wechat, time_machine, "2026-12-23", "2026-12-31", wang, zhang)
    assert (reminded(wang), reminded(zhang)) == ([], ["还有30天。", "还有7天。", "明天截止（2026年12月31日）。"])
    assert await li.says("打电话名单") == NO_CALLS


async def test_turned_on_again_what_is_due_then_is_told_once(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = phone(await village.household("王建国", house_grade="D"))
    await wang.says("退订")
    await through(wechat, time_machine, "2026-12-01", "2026-12-02", wang)
    assert await wang.says("重新提醒") == ON
    await through(wechat, time_machine, "2026-12-03", "2026-12-05", wang)
    assert reminded(wang) == ["还有28天。"]


async def test_silent_and_turned_off_nobody_is_asked_to_ring_them(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    """They cannot be written to days after they last spoke; without the word, it would end on the cadre's list."""
    houses = [await village.household(name, house_grade="D") for name in ("王建国", "张三")]
    li = phone(await village.cadre("李梅", visits=houses))
    await phone(houses[0]).says("退订")
    await through(wechat, time_machine, "2026-11-30", "2026-12-02")
    listed = await li.says("打电话名单")
    assert "张三" in listed
    assert "王建国" not in listed
    assert not [said for said in li.chat() if "请给他们打个电话" in said and "王建国" in said]


async def test_a_call_that_stands_on_the_list_goes_and_comes_back_with_the_word(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    house = await village.household("王建国", house_grade="D")
    li, wang = phone(await village.cadre("李梅", visits=[house])), phone(house)
    time_machine.move_to("2026-12-01T09:20+08:00")
    await ring(wechat.bot)
    assert house.phone in await li.says("打电话名单")
    await wang.says("退订")
    assert await li.says("打电话名单") == NO_CALLS
    time_machine.move_to("2026-12-01T09:50+08:00")
    await ring(wechat.bot)
    assert not [said for said in li.chat() if "请给他们打个电话" in said]
    await wang.says("重新提醒")
    assert house.phone in await li.says("打电话名单")


async def test_what_was_planned_before_the_word_is_not_told(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = phone(await village.household("王建国", house_grade="D"))
    time_machine.move_to("2026-12-01T00:05+08:00")
    async with wechat.bot.database.writing() as session:
        planned = await plan_due(session, time_machine.now(), wechat.bot.county)
    assert planned.by_kind == {"deadline": 1}
    time_machine.move_to("2026-12-01T07:00+08:00")
    assert await wang.says("退订") == OFF
    time_machine.move_to("2026-12-01T08:00+08:00")
    assert (await ring(wechat.bot)).skipped == 1
    assert reminded(wang) == []


async def test_what_they_ask_is_answered_as_before(village: Village, phone: Phones) -> None:
    house = await village.household("王建国", house_grade="D")
    await village.paid(house, "农村低保金", 300, "2026-11-10")
    wang = phone(house)
    questions = ("我的补贴", "什么时候截止", "我能享受什么", "我的干部")
    before = [await wang.says(question) for question in questions]
    await wang.says("退订")
    assert [await wang.says(question) for question in questions] == before


async def test_it_holds_for_the_whole_household_and_for_no_other(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    await phone(wang).says("退订")
    son = phone("o_son")
    await son.says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}")
    assert await son.says("退订") == OFF_ALREADY
    assert await phone(zhang).says("重新提醒") == ON_ALREADY
