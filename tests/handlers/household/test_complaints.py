"""反映问题: a complaint reaches an office and never whom it is about."""

from collections.abc import Callable

from sqlalchemy import select

from bot.app import ring
from storage import cases
from storage.cadres import Role
from storage.cases import Case
from tests.handlers.everyone.test_safety import news, of_township
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def test_a_complaint_about_the_cadre_goes_past_them(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    zhao = await of_township(village, "赵副镇长")
    phone(zhao)
    assert await phone(wang).says("我要投诉") == "您要反映什么事？谁、什么事、大概什么时候，知道多少说多少。"
    assert await phone(wang).says("帮扶干部李梅把我家的米领走了没给我") == (
        "我记的是：\n“帮扶干部李梅把我家的米领走了没给我”\n"
        "这件事直接送到上面的办公室，不经过李梅，办的人和村里都看不到是谁说的。\n回复1就反映上去，回复2不反映。"
    )
    assert await phone(wang).says("1") == (
        "记下了，编号2026-000001。已经送到东河镇办公室，没有经过李梅，是谁说的没有写。"
        "有了答复我马上告诉您；想问办得怎样，回复“我反映的事”。"
    )
    await ring(wechat.bot)
    assert news(phone(li)) == []
    assert len(news(phone(zhao))) == 1
    await phone(zhao).says("问题清单")
    shown = await phone(zhao).says("1")
    assert "帮扶干部李梅把我家的米领走了没给我" in shown
    assert "王建国" not in shown
    assert "2026-000001" not in await phone(li).says("问题清单")
    assert "2026-000001" in await phone(wang).says("我反映的事")


async def test_who_is_bound_to_nobody_may_complain_too(phone: Phones, village: Village, wechat: WeChat) -> None:
    await village.household("王建国")
    county = phone(await village.cadre("张主任", role=Role.COUNTY))
    await phone("o_new").says("举报")
    await phone("o_new").says("村里低保名单上有人开小车")
    assert (await phone("o_new").says("1")).startswith("记下了，编号2026-000001。已经送到旺苍县办公室")
    await ring(wechat.bot)
    assert news(county)[0] == "应用消息：有一件新的诉求要由您这里办。回复“问题清单”看是什么事。"


async def test_a_complaint_that_names_nothing_is_asked_about_once(phone: Phones, village: Village) -> None:
    wang = phone(await village.household("王建国"))
    await village.cadre("张主任", role=Role.COUNTY)
    await wang.says("我要举报")
    assert (await wang.says("太不公平了")).startswith("说的是谁，或者哪件事、哪笔钱？")
    assert (await wang.says("2")).startswith("说一句就行，比如“村里的会计”“低保的钱”。\n说的是谁")
    assert "“太不公平了（评低保的事）”" in await wang.says("评低保的事")
    assert await wang.says("2") == "好的，没有反映上去。什么时候想说都可以。"
    assert (await wang.says("我反映的事")).startswith("您家还没有反映过事情")


async def test_that_nobody_came_is_kept_for_the_office(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    zhao = phone(await of_township(village, "赵副镇长"))
    asked = await phone(wang).says("帮扶干部半年了一次都没来过我家")
    assert "不经过李梅" in asked
    assert await phone(wang).says("1") == (
        f"记下了，编号2026-000001，送到东河镇办公室了，请他们过问。有急事，也可以直接打他的电话，{li.phone}。"
    )
    await ring(wechat.bot)
    assert news(phone(li)) == []
    assert len(news(zhao)) == 1


async def test_that_the_cadre_came_is_taken_with_thanks_and_asks_nothing_of_the_office(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    county = phone(await village.cadre("张主任", role=Role.COUNTY))
    assert (await phone(wang).says("李梅今天来过了，送了米")).startswith("谢谢您告诉我们，李梅来过，记下了")
    await ring(wechat.bot)
    assert news(county) == []
    assert "办结了" in await phone(wang).says("我反映的事")


async def test_income_is_taken_as_the_households_own_word(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    asked = await phone(wang).says("我今年打工挣了三万块")
    assert "登记的收入现在不改，核实了才改。" in asked
    assert await phone(wang).says("好") == (
        "记下了，编号2026-000001，请帮扶干部李梅核实。有工资条、卖东西的单子，留着给他看。"
    )
    await ring(wechat.bot)
    assert "报收入，请核实：我今年打工挣了三万块" in news(phone(li))[-1]


async def test_a_hardship_is_passed_on_in_one_tap(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    phone(li)
    assert await phone(wang).says("家里没米下锅了") == (
        "您家的难处我听到了。我报给帮扶干部李梅：\n“家里没米下锅了”\n回复1就报，回复2先不报。"
    )
    assert await phone(wang).says("1") == (
        "报上去了，编号2026-000001，由帮扶干部李梅来办。有了答复我马上告诉您；想问办得怎样，回复“我反映的事”。"
    )
    await ring(wechat.bot)
    assert "家里没米下锅了" in news(phone(li))[-1]


async def test_a_helper_who_sits_in_the_office_does_not_read_it_there(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    helper = await village.cadre("李梅", visits=[wang], role=Role.COUNTY)
    phone(helper)
    other = phone(await village.cadre("张主任", role=Role.COUNTY))
    await phone(wang).says("村里评低保不公平，有钱的也评上了")
    await phone(wang).says("1")
    await ring(wechat.bot)
    assert "有一件新的诉求" in "".join(news(other))
    assert "有一件新的诉求" not in "".join(news(phone(helper)))
    assert "2026-000001" not in await phone(helper).says("问题清单")


async def test_a_question_too_short_to_be_a_story_is_answered_and_the_complaint_waits(
    phone: Phones, village: Village
) -> None:
    wang = phone(await village.household("王建国"))
    await village.cadre("张主任", role=Role.COUNTY)
    await wang.says("我要投诉")
    assert "刚才的“反映问题”还没说完：您要反映什么事？" in await wang.says("钱来了没")
    assert "“评低保那次村里没有公示”" in await wang.says("评低保那次村里没有公示")


async def test_a_long_complaint_is_asked_about_before_it_goes_out_and_kept_whole(
    phone: Phones, village: Village
) -> None:
    wang = phone(await village.household("王建国"))
    words = "村主任把低保名额给了他自己的亲戚，" + "我去问了好几回，每回都说没有名额，" * 30
    assert (await wang.says(words)).endswith("回复1就反映上去，回复2不反映。")
    await wang.says("1")
    async with village.database.reading() as session:
        [case] = (await session.scalars(select(Case))).all()
        assert cases.said(session, case) == words
