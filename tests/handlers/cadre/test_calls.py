"""打电话名单: who was not reached is rung, ticked off once, and never forgotten when people change."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select, update

from bot.app import ring
from storage import outbox
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.outbox import Call, Recipient, ToCadre, ToHousehold
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

EMPTY = "名单是空的，没有要打电话的。哪一户的消息送不到，我会告诉您。"
ROOF = "提醒您办“农村危房改造”：明天截止（2026年11月24日）。\n要交：申请表和身份证。"


async def missed(wechat: WeChat, to: Recipient, text: str = ROOF) -> None:
    """Something was promised to somebody whom no way reaches."""
    now = wechat.clock.now()
    async with wechat.bot.database.writing() as session:
        key = f"{to}{text}{now}"[-100:]
        await outbox.promise(session, to, kind="note", key=key, text=text, due_at=now, now=now)
    await ring(wechat.bot)


def told(phone: Phone) -> list[str]:
    """What the cadre was told of calls, without being asked."""
    return [said for said in phone.chat() if "请给他们打个电话" in said]


async def test_a_cadre_rings_who_was_not_reached_and_ticks_them_off(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    li = phone(await village.cadre("李梅", visits=[wang, zhang]))
    assert await li.says("打电话名单") == EMPTY
    await missed(wechat, ToHousehold(wang.id))
    await missed(wechat, ToHousehold(zhang.id), "您家的补贴发放失败，请带存折到村委会。")

    listed = await li.says("我的打电话名单")
    assert listed == (
        "消息没送到，要打电话的有2户：\n"
        f"1 青山村王建国，{wang.phone}，11月23日起：提醒您办“农村危房改造”：明天截止\n"
        f"2 青山村张三，{zhang.phone}，11月23日起：您家的补贴发放失败，请带存折到村委会\n"
        "回复数字看要说的话。"
    )
    assert await li.says("1") == (
        f"青山村王建国，电话{wang.phone}。\n11月23日要告诉的：{ROOF}\n1 打过了\n2 没打通，先留着"
    )
    assert await li.says("没人接") == "好的，还留在名单上。"
    assert await li.says("要给谁打电话") == listed
    assert (await li.says("1")).endswith("1 打过了\n2 没打通，先留着")
    assert await li.says("打过了") == (
        "记下了：11月23日给青山村王建国打过电话。\n名单上还有1户，回复“打电话名单”接着打。"
    )
    await li.retries()
    await li.says("名单")
    await li.says("1")
    assert await li.says("1") == "记下了：11月23日给青山村张三打过电话。\n名单上的都打完了，辛苦了。"
    assert await li.says("名单") == EMPTY


async def test_several_messages_to_one_household_are_one_call(wechat: WeChat, village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    await missed(wechat, ToHousehold(wang.id), "第一件")
    await missed(wechat, ToHousehold(wang.id), "第二件")
    assert await li.says("名单") == (
        f"消息没送到，要打电话的有1户：\n1 青山村王建国，{wang.phone}，11月23日起：第一件等2件事\n回复数字看要说的话。"
    )
    card = f"青山村王建国，电话{wang.phone}。\n11月23日要告诉的：第一件\n11月23日要告诉的：第二件"
    assert await li.says("1") == f"{card}\n1 打过了\n2 没打通，先留着"
    await missed(wechat, ToHousehold(wang.id), "第三件")
    assert await li.says("打过了") == f"{card}\n11月23日要告诉的：第三件\n1 打过了\n2 没打通，先留着", (
        "what came in between was not read yet, so it is not ticked off"
    )
    assert (await li.says("打过了")).startswith("记下了")
    assert await li.says("名单") == EMPTY


async def test_a_long_list_has_an_end_in_sight(wechat: WeChat, village: Village, phone: Phones) -> None:
    houses = [await village.household(f"户{number}") for number in range(10)]
    li = phone(await village.cadre("李梅", visits=houses))
    for house in houses:
        await missed(wechat, ToHousehold(house.id))
    lines = (await li.says("名单")).split("\n")
    assert lines[0] == "消息没送到，要打电话的有10户："
    assert [line[0] for line in lines[1:9]] == list("12345678")
    assert lines[9:] == ["还有2户，打完上面的就轮到。", "回复数字看要说的话。"]


async def test_a_call_somebody_made_meanwhile_is_said_to_be_made(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    await missed(wechat, ToHousehold((await village.household("王建国")).id))
    one, other = [phone(await village.cadre(name, role=Role.COUNTY)) for name in ("张主任", "李主任")]
    assert await one.says("名单") == await other.says("名单")
    for each in (one, other):
        assert "1 打过了" in await each.says("1")
    assert (await one.says("1")).startswith("记下了")
    assert await other.says("1") == "这一个已经打过了，不在名单上了。回复“打电话名单”看还有谁。"


async def test_nobody_sees_or_ticks_off_what_is_on_another_list(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    await missed(wechat, ToHousehold(wang.id))
    for name, role in (("赵强", Role.CADRE), ("张主任", Role.COUNTY)):
        assert await phone(await village.cadre(name, role=role)).says("名单") == EMPTY
    assert wang.phone in await li.says("名单")


async def test_a_call_goes_along_when_the_household_is_handed_over(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    helper, successor = await village.cadre("李梅", visits=[wang]), await village.cadre("赵强")
    li, zhao = phone(helper), phone(successor)
    await missed(wechat, ToHousehold(wang.id))
    async with wechat.bot.database.writing() as session:
        await session.execute(update(Assignment).values(until=date(2026, 11, 23)))
        session.add(Assignment(household_id=wang.id, cadre_id=successor.id, since=date(2026, 11, 23)))
    time_machine.move_to("2026-11-24T09:00+08:00")
    await ring(wechat.bot)
    assert (len(told(li)), len(told(zhao))) == (0, 1)
    assert await li.says("名单") == EMPTY
    assert wang.phone in await zhao.says("名单")
    await zhao.says("1")
    assert (await zhao.says("打过了")).endswith("名单上的都打完了，辛苦了。")


async def test_the_office_sees_who_has_no_cadre_and_cadres_nobody_reaches(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    wang, far = await village.household("王建国"), await village.household("张三", village="白水村")
    gone = await village.cadre("赵强")
    county, township, cadre = [
        await village.cadre(name, role=role)
        for name, role in (("张主任", Role.COUNTY), ("刘镇长", Role.TOWNSHIP), ("李梅", Role.CADRE))
    ]
    async with wechat.bot.database.writing() as session:
        served = await session.scalar(select(Area.id).where(Area.name == "青山村"))
        await session.execute(update(Cadre).where(Cadre.id == township.id).values(area_id=served))
        await session.execute(update(Cadre).where(Cadre.id == gone.id).values(wecom_user=None))
    await missed(wechat, ToHousehold(wang.id))
    await missed(wechat, ToHousehold(far.id))
    await missed(wechat, ToCadre(gone.id), "请走访")

    assert await phone(county).says("名单") == (
        "消息没送到，要打电话的有3户：\n"
        f"1 青山村王建国，{wang.phone}，11月23日起：提醒您办“农村危房改造”：明天截止\n"
        f"2 白水村张三，{far.phone}，11月23日起：提醒您办“农村危房改造”：明天截止\n"
        f"3 帮扶干部赵强，{gone.phone}，11月23日起：请走访\n"
        "回复数字看要说的话。"
    )
    assert "王建国" in await phone(township).says("名单")
    assert "张三" not in await phone(township).says("名单")
    assert await phone(cadre).says("名单") == EMPTY


async def test_the_cadre_hears_of_new_calls_once_and_once_a_day(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    li = phone(await village.cadre("李梅", visits=[wang, zhang]))
    await missed(wechat, ToHousehold(wang.id))
    assert told(li) == []
    first = "应用消息：有1户的消息没送到，请给他们打个电话：\n青山村王建国\n回复“打电话名单”，看电话和要说的话。"
    for time in ("10:50", "11:50"):
        time_machine.move_to(f"2026-11-23T{time}+08:00")
        await ring(wechat.bot)
        assert told(li) == [first]

    await missed(wechat, ToHousehold(zhang.id))
    time_machine.move_to("2026-11-23T15:50+08:00")
    await ring(wechat.bot)
    assert told(li) == [first], "once a day is enough"
    time_machine.move_to("2026-11-24T08:50+08:00")
    await ring(wechat.bot)
    both = "青山村王建国、青山村张三"
    second = f"应用消息：有2户的消息没送到，请给他们打个电话：\n{both}\n回复“打电话名单”，看电话和要说的话。"
    assert told(li) == [first, second]
    for day in range(25, 30):
        time_machine.move_to(f"2026-11-{day}T08:50+08:00")
        await ring(wechat.bot)
    assert told(li) == [first, second], "an old call stands on the list; nobody is nagged about it"


async def test_who_was_rung_before_the_message_went_out_is_not_named(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    time_machine.move_to("2026-11-23T20:58+08:00")
    await missed(wechat, ToHousehold(wang.id))
    time_machine.move_to("2026-11-23T21:30+08:00")
    await ring(wechat.bot)
    async with wechat.bot.database.writing() as session:
        await session.execute(update(Call).values(done_at=wechat.clock.now() + timedelta(minutes=1)))
    time_machine.move_to("2026-11-24T08:00+08:00")
    await ring(wechat.bot)
    assert told(li) == []


async def test_planning_again_at_once_finds_nothing_new(wechat: WeChat, village: Village, phone: Phones) -> None:
    """A call that came up in a round is told from the next one on: two rings at the same time do no harm."""
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    await missed(wechat, ToHousehold(wang.id))
    await ring(wechat.bot)
    assert told(li) == []
