"""走访反馈: what a household says of a visit is kept as it said it."""

from collections.abc import Callable

from tests.village import Helper, House, Village
from tests.wechat import Phone

Phones = Callable[[House | Helper | str], Phone]


async def test_who_only_says_not_content_is_asked_and_nobody_is_said_to_have_come(
    phone: Phones, village: Village
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    assert await phone(wang).says("不满意") == "干部来没来、来了做了什么，您直接说一句就行。"
    assert await phone(wang).says("坐一下就走，态度差得很") == (
        "对不起，让您不满意了。我把这话记给办公室，不经过李梅：\n“坐一下就走，态度差得很”\n回复1就记，回复2不记。"
    )
    assert (await phone(wang).says("1")).startswith("记下了，编号2026-000001")


async def test_not_content_in_the_middle_of_another_question_writes_nothing(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await phone(wang).says("屋顶漏水，雨下大了没法住")
    await phone(wang).says("1")
    await phone(wang).says("我反映的事")
    await phone(wang).says("1")
    assert "来过" not in await phone(wang).says("不满意")
    await phone(wang).says("取消")
    assert "2026-000002" not in await phone(wang).says("我反映的事")
