"""移交: a household goes to another cadre when the other says yes; until then nothing changes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import select, update

from bot.app import ring
from policies.catalogue import load_county
from storage import assignments
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.audit import AuditEntry
from storage.bindings import Binding
from storage.cadres import Cadre, Role
from storage.handovers import Handover
from storage.ids import CadreId, HouseholdId
from storage.imports.changes import one_import_at_a_time
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.people import Account, Platform
from tests.storage.imports.sheets import write
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]
PLEASE = "愿意就在帮扶通里回复“接手”，不接就回复“不接”。"
SURE = "确定移交吗？请回复“是”或“不是”。"


async def whose(village: Village, *houses: House) -> list[CadreId | None]:
    """Who helps each of these households now."""
    async with village.database.reading() as session:
        found = await assignments.whose(session, [house.id for house in houses])
    return [found.get(house.id) for house in houses]


def told(phone: Phone, text: str) -> bool:
    """Whether this reached a phone."""
    return any(said.partition("：")[2] == text for said in phone.chat())


async def test_a_household_goes_over_when_the_other_says_yes(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang, zhang_san = await village.household("王建国"), await village.household("张三")
    zhang = await village.cadre("张磊", visits=[wang, zhang_san])
    li = await village.cadre("李梅", unit="县水利局")
    his, hers, home = phone(zhang), phone(li), phone(wang)
    assert zhang.phone in await home.says("我的干部")

    assert await his.says("把王建国家移交给李梅") == (
        "请李梅（县水利局）接手青山村王建国户。\n李梅同意才换人，在那以前还是您帮扶，提醒也照样发给您。\n" + SURE
    )
    assert await his.says("是") == (
        "已经请李梅（县水利局）接手青山村王建国户。答复了就告诉您，11月30日前没有答复就不算移交。\n"
        "想收回就说“撤回移交”。"
    )
    assert (await his.retries()).startswith("已经请李梅")
    await ring(wechat.bot)
    assert told(hers, f"张磊（县教育局）请您接手青山村王建国户，请在11月30日前答复。\n{PLEASE}")
    assert await whose(village, wang) == [zhang.id], "the old pairing holds until the answer"
    assert "王建国（等李梅接手）" in await his.says("我的户")

    assert await hers.says("待接手") == (f"等您答复的有1户：\n青山村王建国，张磊请您接手，11月30日前答复\n{PLEASE}")
    accepted = "好的，从今天起由您帮扶青山村王建国户，已经告诉对方和农户。\n回复“我的户”看名单。"
    assert await hers.says("接手") == accepted
    assert await hers.retries() == accepted
    assert await whose(village, wang, zhang_san) == [li.id, zhang.id]
    await ring(wechat.bot)
    assert told(his, "李梅接手了青山村王建国户，从今天起由李梅帮扶。")
    assert told(home, f"您家的帮扶干部换了，现在是李梅（县水利局），电话{li.phone}。有事可以直接打电话。")
    assert li.phone in await home.says("我的干部")
    assert await hers.says("接手") == "现在没有等您接手的户。"
    assert "王建国" not in await his.says("我的户")

    async with village.database.reading() as session:
        rows = (await session.scalars(select(Assignment).where(Assignment.household_id == wang.id))).all()
        acts = (await session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("handover.%")))).all()
    assert [(row.cadre_id, row.until) for row in rows] == [(zhang.id, date(2026, 11, 23)), (li.id, None)]
    assert list(acts) == ["handover.ask", "handover.accept"]


async def test_who_leaves_hands_over_first(wechat: WeChat, village: Village, phone: Phones) -> None:
    houses = [await village.household(name) for name in ("王建国", "张三", "李四")]
    zhang, li = await village.cadre("张磊", visits=houses), await village.cadre("李梅")
    his, hers = phone(zhang), phone(li)

    question = "要移交哪几户？回复数字（比如1、3），也可以回复“全部”或户主名字。\n1 王建国\n2 张三\n3 李四"
    assert await his.says("我调走了") == f"您名下还有3户。不脱贫不脱钩，请先移交给接手的人。\n{question}"
    assert (await his.says("9")).startswith("请回复前面的数字，几个一起用顿号隔开，比如1、3；都要就回复“全部”。\n")
    assert await his.says("1、李四") == "移交给谁？回复姓名或手机号。"
    assert (await his.says("王小二")).startswith("没有找到“王小二”。只能移交给县里登记过的干部")
    assert (await his.says("张磊")).startswith("这是您自己，请说接手的人。\n")
    assert (await his.says(li.phone)).startswith("请李梅（县教育局）接手青山村王建国、青山村李四共2户。\n")
    assert (await his.says("好的")).startswith("已经请李梅（县教育局）接手")
    await his.says("我调走了")
    await his.says("全部")
    await his.says("李梅")
    assert (await his.says("是")).startswith("已经请李梅（县教育局）接手青山村王建国、青山村张三、青山村李四共3户。")

    assert await hers.says("接手") == (
        "接手哪几户？回复数字（比如1、3），或者“全部”。\n"
        "1 青山村王建国，张磊请您接手，11月30日前答复\n"
        "2 青山村张三，张磊请您接手，11月30日前答复\n"
        "3 青山村李四，张磊请您接手，11月30日前答复"
    )
    assert (await hers.says("1到2")).startswith("好的，从今天起由您帮扶青山村王建国、青山村张三共2户")
    assert await whose(village, *houses) == [li.id, li.id, zhang.id]
    assert await hers.says("李四家不接") == "好的，没有接手青山村李四户，已经告诉对方。"
    await ring(wechat.bot)
    assert told(his, "李梅不接青山村李四户，帮扶人没有变。可以再说“移交”，请别人接手。")

    await his.says("把李四家移交给李梅")
    await his.says("是")
    assert (await hers.says("接手李四家")).startswith("好的，从今天起由您帮扶青山村李四户")
    assert await his.says("我调走了") == "您名下没有结对的户了，可以放心交接工作。这个账号不再用，就回复“解绑”。"


async def test_two_of_one_name_are_told_apart(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    his = phone(await village.cadre("张磊", visits=[wang]))
    for unit in ("县水利局", "县水利局", "东河镇政府"):
        await village.cadre("李梅", unit=unit)
    said = await his.says("王建国家转给李梅")
    assert said.startswith("有几位对得上“李梅”，是哪一位？\n1 李梅（县水利局，电话尾号")
    assert said.endswith("\n3 李梅（东河镇政府）")
    assert (await his.says("3")).startswith("请李梅（东河镇政府）接手青山村王建国户。\n")
    assert await his.says("不是") == "好的，没有移交，还和原来一样。"


WAYS = (
    ("把王建国家和张三家移交给李梅", "请李梅（县教育局）接手青山村王建国、青山村张三共2户。"),
    ("张三、王建国移交李梅", "请李梅（县教育局）接手青山村张三、青山村王建国共2户。"),
    ("王建国家以后由县水利局吴霞负责", "请吴霞（县水利局）接手青山村王建国户。"),
    ("换帮扶人：张三 → 吴霞", "请吴霞（县水利局）接手青山村张三户。"),
    ("我不包张三家了 换成杜鹏", "请杜鹏（县教育局）接手青山村张三户。"),
    ("把青山村那几户都给新来的大学生村官小杜", "请杜鹏（县教育局）接手青山村王建国、青山村张三共2户。"),
    ("王建国家交给村里的王小二", "没有找到“王小二”。只能移交给县里登记过的干部，"),
    ("移交王建国家", "移交给谁？"),
    ("我休产假，户先让别人代管", "您名下还有2户。不脱贫不脱钩，请先移交给接手的人。"),
    ("不接了", "现在没有等您接手的户。"),
    ("接手小张的户", "现在没有等您接手的户。"),
    ("有哪些户等我接手", "现在没有等您接手的户。"),
    ("取消刚才的移交", "您没有在等答复的移交。"),
)
"""What a cadre of two households may say, and how the answer begins."""


async def test_many_ways_of_saying_it(village: Village, phone: Phones) -> None:
    houses = [await village.household("王建国"), await village.household("张三")]
    his = phone(await village.cadre("张磊", visits=houses))
    for name, unit in (("李梅", "县教育局"), ("吴霞", "县水利局"), ("杜鹏", "县教育局")):
        await village.cadre(name, unit=unit)
    for said, heard in WAYS:
        assert (await his.says(said)).startswith(heard), said
        await his.says("取消")


async def test_what_is_not_theirs_is_not_theirs_to_move(village: Village, phone: Phones) -> None:
    wang, zhang_san = await village.household("王建国"), await village.household("张三")
    await village.cadre("张磊", visits=[wang])
    li = phone(await village.cadre("李梅", visits=[zhang_san]))
    nobody = await li.says("把没有的人家移交给张磊")
    refused = await li.says("把王建国家移交给张磊")
    assert "王建国" in refused
    assert "张磊" not in refused
    assert refused.replace("王建国", "X") == nobody.replace("没有的人", "X") or "没有" in refused
    stranger = phone(await village.cadre("赵强"))
    assert "没有" in await stranger.says("移交")


async def test_an_offer_can_be_taken_back_and_asked_of_another(wechat: WeChat, village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    zhang = await village.cadre("张磊", visits=[wang])
    li, zhao = await village.cadre("李梅"), await village.cadre("赵强")
    his, hers, another = phone(zhang), phone(li), phone(zhao)
    await his.says("把王建国家移交给李梅")
    await his.says("是")
    await ring(wechat.bot)
    assert "原来请李梅接手的，会撤回。\n" in await his.says("把王建国家移交给赵强")
    await his.says("是")
    await ring(wechat.bot)
    assert told(hers, "张磊撤回了移交，青山村王建国户不用您接手了。")
    assert await hers.says("接手") == "现在没有等您接手的户。"
    assert await his.says("撤回移交") == "撤回了，青山村王建国户的帮扶人没有变。"
    assert await his.says("撤回移交") == "您没有在等答复的移交。"
    assert await another.says("不接") == "现在没有等您接手的户。"
    assert await whose(village, wang) == [zhang.id]


async def test_who_is_not_heard_of_is_asked_once_more_and_then_no_longer(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    zhang, li = await village.cadre("张磊", visits=[wang]), await village.cadre("李梅")
    his, hers = phone(zhang), phone(li)
    await his.says("把王建国家移交给李梅")
    await his.says("是")
    for day in range(24, 30):
        time_machine.move_to(f"2026-11-{day}T10:30")
        await ring(wechat.bot)
    asked = [said for said in hers.chat() if "请您接手" in said]
    assert len(asked) == 2, "at once, and once more after three days"
    assert not [said for said in his.chat() if "没有答复，" in said]
    for later in ("2026-11-30", "2026-12-01", "2026-12-02"):
        time_machine.move_to(f"{later}T10:30")
        await ring(wechat.bot)
    lapsed = "7天过了，李梅没有答复，青山村王建国户的帮扶人没有变。可以再说“移交”，请别人接手。"
    assert [said.endswith(lapsed) for said in his.chat() if "没有答复，" in said] == [True]
    assert await hers.says("接手") == "现在没有等您接手的户。"
    await his.says("把王建国家移交给李梅")
    await his.says("是")
    assert (await hers.says("接手")).startswith("好的，从今天起")
    assert await whose(village, wang) == [li.id]


async def pair(village: Village, houses: Mapping[HouseholdId, CadreId | None], to: Helper) -> None:
    """An import, or the office, gave households to somebody."""
    async with village.database.writing() as session:
        assert await assignments.hand_over(session, houses, to.id, on=date(2026, 11, 23))


async def test_an_offer_overtaken_by_a_new_pairing_is_none_any_more(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    wang = await village.household("王建国")
    zhang, li, zhao = (
        await village.cadre("张磊", visits=[wang]),
        await village.cadre("李梅"),
        await village.cadre("赵强"),
    )
    his, hers = phone(zhang), phone(li)
    await his.says("把王建国家移交给李梅")
    await his.says("是")
    await pair(village, {wang.id: zhang.id}, zhao)
    assert await hers.says("接手") == "现在没有等您接手的户。"
    await ring(wechat.bot)
    assert not [said for said in hers.chat() if "请您接手" in said]
    other = phone(zhao)
    await other.says("把王建国家移交给李梅")
    assert (await other.says("是")).startswith("已经请李梅")
    assert (await hers.says("接手")).startswith("好的，从今天起")
    assert await whose(village, wang) == [li.id]


async def test_the_township_gives_households_that_nobody_has(wechat: WeChat, village: Village, phone: Phones) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    zhang, li = await village.cadre("张磊", visits=[chen]), await village.cadre("李梅")
    sun = await village.cadre("孙静", unit="东河镇政府", role=Role.TOWNSHIP)
    await serves(village, sun)
    his, hers, office, home = phone(zhang), phone(li), phone(sun), phone(wang)
    assert (await home.says("我的干部")).startswith("您家现在没有登记帮扶干部。")

    assert (await office.says("移交")).endswith("\n1 王建国")
    assert await office.says("陈秀英") == "移交给谁？回复姓名或手机号。"
    said = await office.says("李梅")
    assert "李梅同意才换人，在那以前还是张磊帮扶。\n" in said
    await office.says("是")
    said = await office.says("把王建国家交给李梅")
    assert "李梅同意才换人，在那以前还是没有人帮扶。\n" in said
    await office.says("是")
    await hers.says("接手")
    assert (await hers.says("都要")).startswith("好的，从今天起由您帮扶青山村陈秀英、青山村王建国共2户")
    assert await whose(village, wang, chen) == [li.id, li.id]
    await ring(wechat.bot)
    assert told(his, "李梅接手了青山村陈秀英户，从今天起由李梅帮扶。")
    assert told(office, "李梅接手了青山村陈秀英、青山村王建国共2户，从今天起由李梅帮扶。")
    assert told(home, f"您家有帮扶干部了，是李梅（县教育局），电话{li.phone}。有事可以直接打电话。")


async def serves(village: Village, cadre: Helper) -> None:
    """The cadre serves the township."""
    async with village.database.writing() as session:
        township = await session.scalar(select(Area.id).where(Area.level == Level.TOWNSHIP))
        await session.execute(update(Cadre).where(Cadre.id == cadre.id).values(area_id=township))


async def test_two_answers_at_once_leave_one_pairing(village: Village, phone: Phones) -> None:
    """Accepting against taking back: one of them wins, and says so."""
    wang = await village.household("王建国")
    zhang, li = await village.cadre("张磊", visits=[wang]), await village.cadre("李梅")
    his, hers = phone(zhang), phone(li)
    for _ in range(3):
        await his.says("把王建国家移交给李梅")
        await his.says("是")
        yes, back = await asyncio.gather(hers.says("接手"), his.says("撤回移交"))
        [now_with] = await whose(village, wang)
        assert (now_with == li.id) == yes.startswith("好的，从今天起")
        assert (now_with == zhang.id) == back.startswith("撤回了")
        if now_with == li.id:
            await pair(village, {wang.id: li.id}, zhang)
    async with village.database.reading() as session:
        open_ = await session.scalars(select(Assignment.id).where(Assignment.until.is_(None)))
        assert len(open_.all()) == 1
        assert (await session.scalars(select(Handover.id).where(Handover.ended_at.is_(None)))).all() == []


async def test_nobody_new_is_told_that_they_must_bind_first(phone: Phones) -> None:
    assert "绑定" in await phone("o_new").says("接手")


async def test_unbinding_an_account_leaves_the_pairing(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    zhang = await village.cadre("张磊", visits=[wang])
    account = Account(Platform.WECHAT, "o_zhang")
    async with village.database.writing() as session:
        session.add(Binding(account=account.key, cadre_id=zhang.id, bound_at=village.now))
    his = phone("o_zhang")
    assert await his.says("解绑") == (
        "解绑以后，这个账号就不能记走访，也收不到提醒了。\n您名下的1户还是您帮扶；要换人请先说“移交”。\n"
        "确定解绑吗？请回复“是”或“不是”。"
    )
    await his.says("是")
    assert await whose(village, wang) == [zhang.id]


async def test_an_answer_and_an_import_at_once_pair_a_household_once(
    village: Village, phone: Phones, tmp_path: Path
) -> None:
    """Whichever comes first, the import ends with the cadre of its file, and nobody is paired twice."""
    wang = await village.household("王建国")
    zhang, li, zhao = (
        await village.cadre("张磊", visits=[wang]),
        await village.cadre("李梅"),
        await village.cadre("赵强"),
    )
    his, hers = phone(zhang), phone(li)
    row = {"户编号": wang.number, "户主姓名": "王建国", "帮扶责任人": "赵强", "帮扶责任人电话": zhao.phone}
    file = write(tmp_path / "assignments.xlsx", [row])

    async def imported() -> None:
        async with village.database.writing() as session:
            await import_file(session, Kind.ASSIGNMENTS, file, now=village.now)

    for _ in range(3):
        await his.says("把王建国家移交给李梅")
        await his.says("是")
        answer, _ = await asyncio.gather(hers.says("接手"), imported())
        assert answer.startswith(("好的，从今天起", "现在没有", "刚才有户变了", "县里正在更新名册"))
        assert await whose(village, wang) == [zhao.id]
        await pair(village, {wang.id: zhao.id}, zhang)
    async with village.database.reading() as session:
        open_ = await session.scalars(select(Assignment).where(Assignment.until.is_(None)))
        [pairing] = open_.all()
    assert (pairing.cadre_id, pairing.role) == (zhang.id, "cadre")


async def test_nothing_is_taken_over_while_the_register_is_imported(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    his, li = phone(await village.cadre("张磊", visits=[wang])), await village.cadre("李梅")
    hers = phone(li)
    await his.says("把王建国家移交给李梅")
    await his.says("是")
    if village.database.is_postgresql:
        async with village.database.writing() as session:
            await one_import_at_a_time(session)
            assert await hers.says("接手") == "县里正在更新名册，请过几分钟再发一次。"
    assert (await hers.says("接手")).startswith("好的，从今天起")
    assert await whose(village, wang) == [li.id]


async def test_a_receiver_over_the_countys_number_is_told_and_not_stopped(
    wechat: WeChat, village: Village, phone: Phones
) -> None:
    houses = [await village.household(f"{name}建国") for name in "王李张刘陈"]
    his = phone(await village.cadre("张磊", visits=houses[:1]))
    li = await village.cadre("李梅", visits=houses[1:])
    wechat.bot.pipeline._county = load_county("chengtou")
    assert "李梅接了就有5户，多于县里定的4户。\n" in await his.says("把王建国家移交给李梅")
    await his.says("是")
    assert "您现在帮扶5户，多于县里定的4户，请乡镇知道。\n" in await phone(li).says("接手")


async def test_who_cannot_be_reached_is_to_be_rung(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    his = phone(await village.cadre("张磊", visits=[wang]))
    li = await village.cadre("李梅")
    async with village.database.writing() as session:
        await session.execute(update(Cadre).where(Cadre.id == li.id).values(wecom_user=None))
    said = await his.says(f"王建国家由{li.phone}接手")
    assert "李梅还没有绑定帮扶通，消息不一定收得到，请同时打个电话。\n" in said


async def test_a_whole_list_goes_over_in_one_sentence(village: Village, phone: Phones) -> None:
    houses = [await village.household(f"{name}建国") for name in "王李张刘陈赵钱孙周吴郑冯褚卫蒋沈韩杨朱秦许何"]
    zhang, chen = await village.cadre("张磊", visits=houses), await village.cadre("陈晓东", unit="县水利局")
    await village.cadre("陈爱国", visits=[await village.household("别家")])
    his, hers = phone(zhang), phone(chen)
    said = await his.says("我调走了，户交给小陈")
    assert said == "有几位对得上“小陈”，是哪一位？\n1 陈晓东（县水利局）\n2 陈爱国（县教育局）"
    assert (await his.says("1")).startswith("请陈晓东（县水利局）接手青山村王建国、青山村李建国、")
    await his.says("是")
    assert "\n还有2户。\n" in await hers.says("待接手")
    said = await hers.says("接手")
    assert "\n20 青山村秦建国，" in said
    assert said.endswith("\n还有2个没有列出来，直接说名字就行。")
    assert (await hers.says("何建国和2-3")).startswith(
        "好的，从今天起由您帮扶青山村何建国、青山村李建国、青山村张建国共3户"
    )
    assert (await hers.says("接手许建国家")).startswith("好的，从今天起由您帮扶青山村许建国户")
    await hers.says("不接")
    assert (await hers.says("全部")).startswith("好的，没有接手青山村王建国、青山村刘建国、")
    assert (await whose(village, *houses)).count(chen.id) == 4


async def test_two_households_of_one_name_are_chosen_by_number(village: Village, phone: Phones) -> None:
    first, second = await village.household("王建国"), await village.household("王建国", village="石门村")
    zhang, li = await village.cadre("张磊", visits=[first, second]), await village.cadre("李梅")
    his, hers = phone(zhang), phone(li)
    await his.says("把我的户全部移交给李梅")
    await his.says("是")
    said = await hers.says("接手王建国家")
    assert said.startswith("接手哪几户？")
    assert (await hers.says("石门村王建国")).startswith("好的，从今天起由您帮扶石门村王建国户")
    assert await whose(village, first, second) == [zhang.id, li.id]
