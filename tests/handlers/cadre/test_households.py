"""A cadre's households: the list, who is due, one before the door, a binding code."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event, select

from storage import families, statuses
from storage.assignments import Assignment
from storage.database import Database
from storage.disbursements import PaymentState
from storage.families import Told
from storage.households import Household, HouseholdCategory
from storage.incomes import Income, IncomeKind
from storage.members import Member
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine

Phones = Callable[[House | Helper | str], Phone]

LOOK = "回复数字看这一户。"
VILLAGES = "回复数字看这个村的名单；也可以直接说户主名字。"


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements sent while inside."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def many(village: Village, helper: Helper, name: str, count: int) -> None:
    """So many households of a village, paired with a cadre."""
    area_id = await village.area(name)
    async with village.database.writing() as session:
        for number in range(count):
            household = Household(
                number=f"99{area_id:04d}{number:04d}",
                area_id=area_id,
                head_name=f"户{number:03d}",
                category=HouseholdCategory.LIFTED,
                imported_at=village.now,
            )
            session.add(household)
            await session.flush()
            session.add(Assignment(household_id=household.id, cadre_id=helper.id, since=date(2026, 1, 1)))


async def test_the_list_counts_first_and_has_those_due_on_top(
    village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    houses = [await village.household(name) for name in ("王建国", "李秀英", "赵六")]
    cadre = phone(await village.cadre("李梅", visits=houses))

    assert await cadre.says("我的户") == f"您帮扶3户，这个月走访了0户，还有3户。\n1 王建国\n2 李秀英\n3 赵六\n{LOOK}"
    await cadre.says("11月5日走访王建国，腿疼")
    listed = f"您帮扶3户，这个月走访了1户，还有2户。\n1 李秀英\n2 赵六\n3 王建国 11月5日去过\n{LOOK}"
    assert await cadre.says("我的贫困户") == listed
    assert await cadre.says("还有谁没走访") == f"这个月还有2户没走访。\n1 李秀英\n2 赵六\n{LOOK}"

    await cadre.says("走访李秀英、赵六，都好")
    assert (await cadre.says("我的户")).splitlines()[0] == "您帮扶3户，这个月都走访过了。"
    assert await cadre.says("还有谁没走访") == "这个月都走访过了，一户不少。"
    time_machine.move_to("2026-12-01T08:00+08:00")
    assert (await cadre.says("还有谁没走访")).splitlines()[0] == "这个月还有3户没走访。"


async def test_a_number_opens_the_household(village: Village, phone: Phones) -> None:
    houses = [await village.household(name, bound=False) for name in ("王建国", "李秀英")]
    cadre = phone(await village.cadre("李梅", visits=houses))

    await cadre.says("我的户")
    assert await cadre.says("2") == (
        "李秀英户，脱贫户，东河镇青山村1组\n"
        "家里1口人：\n李秀英 户主 56岁\n"
        "人均纯收入：8200元\n房子：A级；饮水：安全\n"
        f"电话：{houses[1].phone}\n最近走访：还没有记录\n最近发的钱：还没有记录"
    )


async def test_a_household_before_the_door(village: Village, phone: Phones) -> None:
    wang = await village.household(
        "王建国",
        category=HouseholdCategory.UNSTABLE,
        group="3组",
        house_grade="C",
        water_safe=False,
        family=[("赵小兰", "配偶", "19721124"), ("王小", "之子", "20101123")],
    )
    for month in ("08", "09", "10"):
        await village.paid(wang, "农村低保金", 780, f"2026-{month}-15")
    await village.paid(wang, "农村低保金", 780, "2026-11-15", state=PaymentState.FAILED)
    cadre, other = phone(await village.cadre("李梅", visits=[wang])), await village.cadre("赵强")
    await cadre.says("走访 王建国 送化肥2袋 屋顶漏水")

    card = await cadre.says("王建国家情况")
    assert card == (
        "王建国户，脱贫不稳定户，东河镇青山村3组\n"
        "家里3口人：\n王建国 户主 56岁\n赵小兰 配偶 53岁\n王小 之子 16岁\n"
        "人均纯收入：8200元\n房子：C级；饮水：不安全\n"
        f"电话：{wang.phone}\n"
        "最近走访：\n11月23日 送化肥2袋；屋顶漏水\n"
        "最近发的钱：\n11月15日 农村低保金780元（发放失败）\n10月15日 农村低保金780元\n9月15日 农村低保金780元"
    )
    assert not re.search(r"\d{12}", card), "no identity number and no bank card is ever on it"
    assert await phone(other).says("王建国家情况") == (
        "您能查的户里没有找到“王建国”。请核对户主名字再说一次；说“我的户”可以看名单。"
    )


async def test_it_is_asked_which_household_to_look_up(village: Village, phone: Phones) -> None:
    houses = [await village.household(name) for name in ("王建国", "李秀英")]
    cadre = phone(await village.cadre("李梅", visits=houses))

    assert await cadre.says("查一户") == "要看哪一户？回复数字，或者直接说户主名字。\n1 王建国\n2 李秀英"
    assert (await cadre.says("李秀英")).startswith("李秀英户，脱贫户，东河镇青山村1组\n")


async def test_three_hundred_households_come_by_village_and_by_page_in_few_statements(
    village: Village, phone: Phones
) -> None:
    helper = await village.cadre("李梅")
    for name, count in (("青山村", 22), ("白石村", 178), ("黑水村", 100)):
        await many(village, helper, name, count)
    cadre = phone(helper)
    await cadre.says("走访 户100 身体好")

    with statements(village.database) as sent:
        listed = await cadre.says("我的户")
    assert listed == (
        "您帮扶300户，这个月走访了1户，还有299户。\n"
        "1 白石村 178户，没走访177户\n2 黑水村 100户，没走访100户\n3 青山村 22户，没走访22户\n" + VILLAGES
    )
    assert len([each for each in sent if " household" in each or "visit" in each]) <= 3
    page = await cadre.says("3")
    assert page.splitlines()[:2] == ["青山村22户，这个月走访了0户，还有22户。", "1 户000"]
    assert page.splitlines()[-2:] == ["21 后面还有2户", LOOK]
    assert await cadre.says("21") == f"青山村22户，这个月走访了0户，还有22户。\n1 户020\n2 户021\n{LOOK}"
    assert (await cadre.says("2")).startswith("户021户，脱贫户，东河镇青山村1组\n")
    for words in ("我的户", "1", "21"):
        assert len((await cadre.says(words)).encode()) < 2048
    assert (await cadre.says("还有谁没走访")).splitlines()[1] == "1 白石村 177户"


async def test_a_binding_code_is_made_and_works(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国", bound=False)
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("绑定码") == "给哪一户绑定码？回复数字，或者直接说户主名字。\n1 王建国"
    told = await cadre.says("1")
    match = re.fullmatch(
        r"王建国户的绑定码：(?P<code>[2-9A-Z]{8})\n"
        r"11月30日10点00分前有效，只能用一次。再要一个，前一个就作废。请当面交给这一户，不要发到群里。\n"
        r"可以这样念给他们听：\n"
        r"“用微信关注我们县的公众号，把(?P<spelt>.{15})这8个字发过去，以后就能问钱到没到、能享受什么。”",
        told,
    )
    assert match is not None
    assert match["spelt"].replace(" ", "") == match["code"]
    assert "王建国" in await phone("o_newcomer").says(match["code"])


async def test_a_code_for_a_household_that_is_not_theirs_is_refused_like_one_that_is_not_there(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国")
    await village.household("陈大毛")
    li = await village.cadre("李梅", visits=[wang])
    not_theirs = await phone(li).says("给陈大毛家一个绑定码")
    not_there = await phone(li).says("给李四光家一个绑定码")
    assert not_theirs == "您能查的户里没有找到“陈大毛”。请核对户主名字再说一次；说“我的户”可以看名单。"
    assert not_there == not_theirs.replace("陈大毛", "李四光")


async def test_the_card_tells_the_past_the_causes_and_the_incomes_but_not_who_has_left(
    village: Village, phone: Phones
) -> None:
    wang = await village.household(
        "王建国",
        category=HouseholdCategory.LIFTED,
        family=[("赵小兰", "配偶", "19721124"), ("王小", "之子", "20101123")],
    )
    async with village.database.writing() as session:
        household = await session.get_one(Household, wang.id)
        household.lifted_in = 2018
        await statuses.change(session, household, on=date(2018, 12, 1), now=village.now)
        household.category, household.risk_cleared = HouseholdCategory.UNSTABLE, False
        household.cause, household.other_causes, household.dibao_class = "因病", "因学、缺技术", "二类"
        await statuses.change(session, household, on=date(2026, 3, 5), now=village.now)
        for kind, fen in ((IncomeKind.WAGE, 1_200_000), (IncomeKind.EXPENSE, 30_050), (IncomeKind.PER_CAPITA, 8200)):
            session.add(Income(household_id=wang.id, year=2025, kind=kind, amount_fen=fen, noted_at=village.now))
        [wife] = await session.scalars(select(Member).where(Member.name == "赵小兰"))
        await families.moved_out(session, household, [wife], Told(date(2026, 5, 1), "office", village.now))
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert (await cadre.says("王建国家情况")).startswith(
        "王建国户，脱贫不稳定户（2018年脱贫，2026年3月起监测，风险未消除，低保二类），东河镇青山村1组\n"
        "家里2口人：\n王建国 户主 56岁\n王小 之子 16岁\n"
        "主要原因：因病，还有因学、缺技术\n"
        "人均纯收入：8200元\n"
        "2025年：工资性收入12000元，生产经营性支出300.50元\n"
    )
    assert (await phone(wang).says("我家信息")).startswith(
        "您家登记的是：\n"
        "户主：王建国，青山村，脱贫不稳定户（2018年脱贫，2026年3月起监测，风险未消除，低保二类）\n"
        "家里2口人：王建国（户主）、王小（之子）\n"
        "主要原因：因病，还有因学、缺技术\n"
        "人均纯收入：8200元一年\n"
        "2025年：工资性收入12000元，生产经营性支出300.50元\n"
    )


async def test_who_is_poor_again_is_said_to_have_relapsed(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国", category=HouseholdCategory.LIFTED)
    async with village.database.writing() as session:
        household = await session.get_one(Household, wang.id)
        await statuses.change(session, household, on=date(2018, 12, 1), now=village.now)
        household.category = HouseholdCategory.POOR_DIBAO
        await statuses.change(session, household, on=date(2026, 3, 5), now=village.now)
    cadre = phone(await village.cadre("李梅", visits=[wang]))
    assert (await cadre.says("王建国家情况")).startswith("王建国户，低保贫困户（2026年3月返贫），东河镇青山村1组\n")


async def test_the_village_said_before_a_name_tells_which_of_them_is_meant(village: Village, phone: Phones) -> None:
    homes = [await village.household("王建国", village=name) for name in ("青山村", "白石村", "石门村")]
    li = phone(await village.cadre("李梅", visits=homes))
    told = {
        "白石村的王建国家情况": "白石村",
        "石门村王建国家情况": "石门村",
        "青山村里的王建国家情况": "青山村",
    }
    for said, place in told.items():
        assert (await li.says(said)).startswith(f"王建国户，脱贫户，东河镇{place}1组\n")
    assert await li.says("王建国家情况") == (
        "“王建国”是哪一户？\n1 王建国（青山村1组）\n2 王建国（白石村1组）\n3 王建国（石门村1组）"
    )


async def test_a_household_before_the_door_shows_how_far_what_it_asked_for_has_come(
    village: Village, phone: Phones
) -> None:
    wang = await village.household("王建国", family=[("王桂花", "之母", "19400101")])
    await village.applied(wang, "农村危房改造补助", "2026-09-10", state="县级审批", since="2026-10-20")
    await village.applied(
        wang, "高龄津贴", "2026-08-10", state="不予批准", since="2026-08-20", reason="年龄不够", person="王桂花"
    )
    await village.paid(wang, "农村低保金", 780, "2026-10-15", state=PaymentState.FAILED)
    await village.paid(wang, "农村低保金", 780, "2026-11-02", batch="补发")
    await village.paid(wang, "高龄津贴", 50, "2026-11-05", state=PaymentState.WAITING, person="王桂花")
    cadre = phone(await village.cadre("李梅", visits=[wang]))
    assert (await cadre.says("王建国家情况")).partition("申请办到哪一步：\n")[2] == (
        "农村危房改造补助：9月10日申请，10月20日到了“县级审批”\n"
        "高龄津贴（王桂花）：8月10日申请，8月20日没有批（不予批准）。原因：年龄不够\n"
        "最近发的钱：\n"
        "11月5日 高龄津贴（王桂花）50元（日子过了还没发）\n"
        "11月2日 农村低保金780元\n"
        "10月15日 农村低保金780元（发放失败，11月2日补发了）"
    )
