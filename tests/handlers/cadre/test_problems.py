"""登记问题: a cadre opens a case; and hears plainly what is done elsewhere."""

from collections.abc import Callable

from tests.village import Helper, House, Village
from tests.wechat import Phone

Phones = Callable[[House | Helper | str], Phone]


async def test_a_problem_is_opened_after_one_yes(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    assert await li.says("登记问题：王建国家屋顶漏水") == (
        "登记王建国户的问题：\n“屋顶漏水”\n回复1就登记，回复2不登记。"
    )
    assert await li.says("1") == ("登记了：王建国户的问题，编号2026-000001。办好了回复“问题清单”，写上办得怎样。")
    assert "2026-000001" in await li.says("问题清单")
    assert "\n帮扶干部登记的是：“屋顶漏水”\n" in await phone(wang).says("我反映的事"), "nobody of the household said so"


async def test_what_is_done_elsewhere_is_said_plainly(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    assert (await li.says("统计")).startswith("到11月23日，您帮扶1户，这个月走访了0户，还有1户这个月没走访")
    assert (await li.says("登记一笔发放：王建国家低保300元")).endswith("要记吗？\n1 记成一次走访\n2 先不记")
    assert await li.says("2") == "好的，没有记。"
    assert (await li.says("把走访王建国家的时间改到后天")).startswith("走访不用约定日子")
