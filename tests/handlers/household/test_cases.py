"""我反映的事: a household hears what became of what it brought, and says whether the answer will do."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select, update

from bot.app import ring
from storage import cases
from storage.areas import Area
from storage.cadres import Cadre, Role
from storage.cases import Case, CaseKind, CaseState
from storage.ids import CadreId
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def official(village: Village, name: str, role: Role = Role.TOWNSHIP, area: str = "东河镇") -> Helper:
    helper = await village.cadre(name, role=role, unit=area)
    async with village.database.writing() as session:
        area_id = await session.scalar(select(Area.id).where(Area.name == area))
        await session.execute(update(Cadre).where(Cadre.id == helper.id).values(area_id=area_id))
    return helper


async def brought(
    village: Village,
    house: House,
    kind: CaseKind,
    text: str,
    *,
    against: CadreId | None = None,
    due_on: date | None = None,
) -> Case:
    async with village.database.writing() as session:
        return await cases.open_case(
            session,
            kind=kind,
            text=text,
            now=village.now,
            opened_by=f"household:{house.id}",
            household_id=house.id,
            against_cadre_id=against,
            due_on=due_on,
        )


async def state_of(village: Village, case: Case) -> str:
    async with village.database.reading() as session:
        return str(await session.scalar(select(Case.state).where(Case.id == case.id)))


async def test_a_case_is_answered_disagreed_with_answered_again_and_closed_out(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    case = await brought(village, wang, CaseKind.HELP, "屋顶漏水，找谁修")
    home, cadre = phone(wang), phone(li)

    assert await home.says("我反映的事") == (
        "11月23日，家里有难处（编号2026-000001）。\n您说的是：“屋顶漏水，找谁修”\n"
        "现在由李梅在办，什么时候答复，文件没有写，有了答复马上告诉您。\n不想反映了，回复1撤回。"
    )
    await ring(wechat.bot)
    assert "青山村王建国户家里有难处，要人帮忙（编号2026-000001）" in "".join(cadre.chat())
    assert await cadre.says("问题清单") == (
        "等着办的有1件：\n1 2026-000001 青山村王建国，家里有难处，11月23日提的\n回复数字看一件。"
    )
    assert await cadre.says("1") == (
        f"2026-000001，家里有难处，11月23日。\n提的人：青山村王建国，电话{wang.phone}\n"
        "说的是：“屋顶漏水，找谁修”\n由李梅办。\n1 写答复\n2 先不办"
    )
    assert await cadre.says("1") == "怎么答复？用大白话写清楚办了什么、结果怎样，群众能直接看到。"
    assert await cadre.says("下周三派人来修，不收钱") == (
        "答复2026-000001：\n“下周三派人来修，不收钱”\n这就发给群众，对吗？回复“是”或“不是”。"
    )
    assert await cadre.says("是") == "2026-000001答复好了，群众会看到，同意了就销号。"
    await ring(wechat.bot)
    assert home.chat()[-1].removeprefix("客服消息：") == (
        "您反映的事（编号2026-000001）有答复了：\n“下周三派人来修，不收钱”\n同意吗？回复“我反映的事”，告诉我们。"
    )

    assert (await home.says("我反映的事")).endswith(
        "答复：“下周三派人来修，不收钱”\n这样答复，您同意吗？\n1 同意\n2 不同意\n3 再想想"
    )
    assert await home.says("不行") == "哪里不行？说一句，我们再请人办。"
    assert await home.says("周三没有来人") == "记下了，编号2026-000001这件事再请人办。有了答复马上告诉您。"
    assert await state_of(village, case) == CaseState.OPEN
    await ring(wechat.bot)
    assert "不同意答复（家里有难处，编号2026-000001）：\n“周三没有来人”" in "".join(cadre.chat())

    await cadre.says("问题清单")
    assert "不同意答复，说：“周三没有来人”" in await cadre.says("1")
    for said in ("1", "今天修好了", "是"):
        await cadre.says(said)
    await home.says("我反映的事")
    assert await home.says("同意") == "好的，编号2026-000001这件事办结了。谢谢您。"
    assert await state_of(village, case) == CaseState.CLOSED_OUT
    assert await cadre.says("问题清单") == "没有等着办的问题。有新的，我会告诉您。"


async def test_however_much_was_said_what_can_be_answered_stands_below_it(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    home, cadre = phone(wang), phone(await village.cadre("李梅", visits=[wang]))
    case = await brought(village, wang, CaseKind.HELP, "屋顶漏水没人管" * 90)
    await cadre.says("问题清单")
    assert (await cadre.says("1")).endswith("\n由李梅办。\n1 写答复\n2 先不办")
    await cadre.says("1")
    assert (await cadre.says("已经请人去修了，" * 60)).endswith("这就发给群众，对吗？回复“是”或“不是”。")
    await cadre.says("是")
    assert (await home.says("我反映的事")).endswith("这样答复，您同意吗？\n1 同意\n2 不同意\n3 再想想")
    await home.says("2")
    await home.says("还是漏，没有人来看过" * 45)
    await cadre.says("问题清单")
    assert (await cadre.says("1")).endswith("\n由李梅办。\n1 写答复\n2 先不办")
    assert await state_of(village, case) == CaseState.OPEN


async def test_a_case_can_be_taken_back_until_it_is_closed_out(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    case = await brought(village, wang, CaseKind.PROBLEM, "路灯不亮")
    await brought(village, wang, CaseKind.QUESTION, "钱什么时候来")
    home = phone(wang)
    assert await home.says("我的诉求") == (
        "您家反映的事：\n1 11月23日 想问清楚的事（编号2026-000002）：正在办\n"
        "2 11月23日 要解决的问题（编号2026-000001）：正在办\n回复数字看一件。"
    )
    await home.says("2")
    assert await home.says("1") == "撤回编号2026-000001这件事，就没有人办了。撤回吗？回复“是”或“不是”。"
    assert await home.says("是") == "好的，编号2026-000001这件事撤回了，不再办。"
    assert await state_of(village, case) == CaseState.WITHDRAWN


async def test_a_household_sees_its_own_cases_only(phone: Phones, village: Village) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    await brought(village, wang, CaseKind.COMPLAINT, "名单不公")
    assert await phone(chen).says("我反映的事") == "您家还没有反映过事情。有事直接说，比如“屋顶漏水，找谁修”。"


async def test_who_objects_is_named_to_the_office_and_not_to_the_village(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    zhao = await official(village, "赵强")
    village_head = await official(village, "周平", Role.VILLAGE, "青山村")
    case = await brought(village, wang, CaseKind.OBJECTION, "第二户不住在村里")
    nothing = "没有等着办的问题。有新的，我会告诉您。"
    assert await phone(li).says("问题清单") == nothing
    assert await phone(village_head).says("问题清单") == nothing
    assert "1 2026-000001 青山村王建国，对公示有异议" in await phone(zhao).says("问题清单")
    async with village.database.writing() as session:
        await cases.refer(
            session, await session.merge(case), to=village_head.id, due_on=None, note=None, actor="office:t",
            now=village.now,
        )  # fmt: skip
    assert "1 2026-000001 有群众，对公示有异议" in await phone(village_head).says("问题清单")
    opened = await phone(village_head).says("1")
    assert "第二户不住在村里" in opened
    assert "王建国" not in opened


async def test_the_handler_is_reminded_once_before_the_day_and_once_after(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await brought(village, wang, CaseKind.PROBLEM, "路灯不亮", due_on=date(2026, 11, 27))
    heard = []
    for day in range(23, 31):
        time_machine.move_to(f"2026-11-{day}T09:30+08:00")
        before = len(phone(li).chat())
        await ring(wechat.bot)
        await ring(wechat.bot)
        heard += [(day, text) for text in phone(li).chat()[before:] if "诉求" in text]
    ending = "回复“问题清单”看是哪一件，办好了写上答复。"
    assert heard == [
        (25, f"应用消息：有一件诉求11月27日到期。{ending}"),
        (28, f"应用消息：有一件诉求11月27日就到期了，还没有答复。{ending}"),
    ]


async def test_who_asks_what_became_of_it_hears_of_cases_beside_applications(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    home = phone(wang)
    await brought(village, wang, CaseKind.HELP, "屋顶漏水，找谁修")
    told = "您家反映的事：\n11月23日 家里有难处（编号2026-000001）：正在办\n回复“我反映的事”看详细的。"
    assert await home.says("我的申请") == told
    await village.applied(wang, "农村低保金", "2026-10-01", state="乡镇审核", since="2026-10-09")
    assert (await home.says("我的申请")).endswith(told)
