"""公示: a village hears once that a list hangs, reads it, and says what is wrong with it past the village."""

from collections.abc import Callable

from sqlalchemy import event, select

from bot.app import ring
from reminders import public_notices
from storage import cases, notices
from storage import public_notices as lists
from storage.cadres import Role
from storage.cases import Case
from storage.outbox import Outbox
from tests.handlers.household.test_cases import official
from tests.hanging import CONTACT, hung
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def test_a_household_reads_the_list_and_says_what_is_wrong(phone: Phones, village: Village) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    await village.household("赵强")
    zhao = await official(village, "赵明")
    notice = await hung(village, [wang, chen])
    home = phone(chen)

    said = await home.says("公示")
    link = next(part for part in said.split("\n") if part.startswith("看整份："))
    assert said.replace(link, "看整份：…") == (
        "青山村农村低保村公示名单（2026-0001号）\n11月29日截止，还有6天。\n"
        "1 1组 王*国 家里1人\n2 1组 陈*英 家里1人\n一共2户（人）。\n"
        f"有不同意见，请向这里反映：{CONTACT}。\n看整份：…\n回复1，提意见。"
    )
    assert await home.says("1") == ("对名单上第几个有意见？回复前面的数字；是漏了人，或者说的是整份名单，回复0。")
    assert (await home.says("7")).startswith("名单上没有这个数字。\n对名单上第几个有意见？")
    assert await home.says("1") == (
        "哪里不对？说清楚一点，比如“这家人早搬走了”。\n"
        "您的意见直接交给镇上或县里办。办的人知道是您家提的，村干部和帮扶干部看不到是谁提的。"
    )
    assert await home.says("这家早就搬到城里了") == (
        "青山村农村低保村公示名单，第1个：\n“这家早就搬到城里了”\n这就交上去，对吗？回复“是”或“不是”。"
    )
    assert await home.says("是") == (
        "收到了，编号2026-000001，交给东河镇办公室办。\n"
        "什么时候答复，文件没有写，有了答复马上告诉您。想知道办到哪了，回复“我反映的事”。"
    )
    async with village.database.reading() as session:
        case = (await session.scalars(select(Case))).one()
        assert (case.kind, case.notice_id, case.household_id) == ("objection", notice.id, chen.id)
        assert cases.said(session, case) == "青山村农村低保村公示名单（2026-0001号），第1个：这家早就搬到城里了"
        assert await lists.objections_to(session, notice) == (1, 1)
    assert "青山村陈秀英" in await phone(zhao).says("问题清单")


async def test_a_long_list_is_read_in_pages_and_several_are_chosen_from(phone: Phones, village: Village) -> None:
    houses = [await village.household(f"王{n}国", bound=n == "一") for n in "一二三四五六七八九十百千万"]
    await hung(village, houses)
    await hung(village, houses[:1], benefit="危房改造", closes="2026-11-25")
    home = phone(houses[0])
    assert await home.says("公示名单") == (
        "正在公示的名单：\n1 青山村危房改造村公示名单：11月25日截止，还有2天\n"
        "2 青山村农村低保村公示名单：11月29日截止，还有6天\n回复数字看一份。"
    )
    first = await home.says("2")
    assert "12 1组 王*国" in first
    assert first.endswith("回复1，看后面的。\n回复2，提意见。")
    rest = await home.says("1")
    assert "13 1组 王*国 家里1人\n一共13户（人）。" in rest
    assert rest.endswith("回复1，提意见。")


async def test_after_the_last_day_nothing_is_shown_and_an_objection_is_still_heard(
    phone: Phones, village: Village, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    await hung(village, [wang])
    home = phone(wang)
    time_machine.move_to("2026-11-30T10:00+08:00")
    assert await home.says("公示") == "您村现在没有正在公示的名单。有了，我会告诉您。"
    for said in ("我对公示有异议", "0"):
        await home.says(said)
    assert "这份名单的公示期已经过了，意见照样可以提。" in await home.says("漏了我家")
    assert (await home.says("是")).startswith("收到了，编号2026-000001，")


async def test_another_village_and_who_is_nobody_see_none_of_it(phone: Phones, village: Village) -> None:
    wang, other = await village.household("王建国"), await village.household("张三", village="石坝村")
    await hung(village, [wang])
    assert await phone(other).says("公示") == "您村现在没有正在公示的名单。有了，我会告诉您。"
    assert await phone(other).says("我有意见") == ("您村现在没有公示的名单，最近也没有。对别的事有意见，直接说就行。")
    assert "村委会可以看" in await phone("o_nobody").says("公示")


async def test_officials_see_what_hangs_where_they_serve_or_help(phone: Phones, village: Village) -> None:
    wang, other = await village.household("王建国"), await village.household("张三", village="石坝村")
    await hung(village, [wang])
    helper, stranger = await village.cadre("李梅", visits=[wang]), await village.cadre("孙丽", visits=[other])
    there, elsewhere = (
        await official(village, "周平", Role.VILLAGE, "青山村"),
        await official(village, "吴强", Role.VILLAGE, "石坝村"),
    )
    for one, sees in ((helper, True), (there, True), (stranger, False), (elsewhere, False)):
        said = await phone(one).says("公示")
        assert ("王*国" in said) == sees, one.name
        assert "提意见" not in said


async def test_a_village_hears_once_in_one_message_and_the_office_when_it_is_over(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine
) -> None:
    """At a decent hour, not who wants no reminders, not the next village, and not of a list that was taken down."""
    wang, quiet = await village.household("王建国"), await village.household("陈秀英")
    other = await village.household("张三", village="石坝村")
    zhao = await official(village, "赵明")
    for house in (wang, quiet, other):
        await phone(house).says("你好")
    async with village.database.writing() as session:
        await notices.turn_off(session, quiet.id, village.now)
    await hung(village, [wang], opens="2026-11-24", closes="2026-11-25")
    await hung(village, [wang], benefit="危房改造", opens="2026-11-24", closes="2026-11-26")
    down = await hung(village, [wang], benefit="产业奖补", opens="2026-11-24", closes="2026-11-25")
    async with village.database.writing() as session:
        await lists.withdraw(session, await session.merge(down), village.now)
        await cases.open_case(
            session,
            kind=cases.CaseKind.OBJECTION,
            text="漏了我家",
            now=village.now,
            opened_by=f"household:{wang.id}",
            household_id=wang.id,
            notice_id=(await lists.all_of(session))[0].id,
        )
    told: dict[int, list[str]] = {}
    for day in (23, 24, 25, 26, 27):
        for hour in ("07:30", "10:00", "15:00"):
            time_machine.move_to(f"2026-11-{day}T{hour}+08:00")
            before = {name: len(phone(one).chat()) for name, one in (("wang", wang), ("zhao", zhao))}
            await ring(wechat.bot)
            for name, one in (("wang", wang), ("zhao", zhao)):
                heard = [text for text in phone(one).chat()[before[name] :] if "公示" in text]
                told.setdefault(day, []).extend(f"{name} {hour} {text}" for text in heard)
    assert told == {
        23: [],
        24: [
            "wang 10:00 客服消息：您村有2份名单在公示：\n青山村农村低保村公示名单：11月25日截止，还有1天\n"
            "青山村危房改造村公示名单：11月26日截止，还有2天\n回复“公示”看名单；觉得不对，也可以告诉我们。"
        ],
        25: [],
        26: [
            "zhao 10:00 应用消息：“青山村农村低保村公示名单”（2026-0001号）11月25日公示到期，"
            "收到意见1件，还有1件没有答复，回复“问题清单”看。"
        ],
        27: [
            "zhao 10:00 应用消息：“青山村危房改造村公示名单”（2026-0002号）11月26日公示到期，没有人通过帮扶通提意见。"
        ],
    }
    async with village.database.reading() as session:
        to = await session.scalars(select(Outbox.household_id).where(Outbox.kind == "public_notice"))
    assert list(to) == [wang.id]


async def test_planning_asks_no_more_for_a_large_village_than_for_a_small_one(village: Village, wechat: WeChat) -> None:
    asked: list[str] = []
    event.listen(
        village.database.engine.sync_engine, "before_cursor_execute", lambda *of_one: asked.append(str(of_one[2]))
    )
    planned = []
    for homes in (2, 20):
        await hung(village, [await village.household("王建国") for _ in range(homes)])
        asked.clear()
        async with village.database.writing() as session:
            found = await public_notices.find_opened(session, village.now, wechat.bot.county)
        planned.append((len(found.dues), sum(not said.startswith(("BEGIN", "PRAGMA")) for said in asked)))
    (few, asked_first), (many, asked_then) = planned
    assert (few, many) == (2, 22)
    assert asked_then - asked_first <= 2, "one more list, and nothing for each home"
