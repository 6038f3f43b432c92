"""Whom of a household a kinship word means, by who says it."""

import pytest

from bot.language.kinship import fits, kin_in

FAMILY = (
    *(("王建国", "户主", "男"), ("赵秀英", "配偶", "女"), ("王桂花", "之母", "女"), ("刘玉兰", "之岳母", "女")),
    *(("王小军", "之子", "男"), ("李芳", "之儿媳", "女"), ("王雨晴", "之孙女", "女"), ("王小宝", "之孙子", "男")),
)


def meant(said: str, *, speaker: str | None) -> list[str]:
    kin = kin_in(said)
    assert kin is not None
    return [name for name, relation, sex in FAMILY if fits(kin, name=name, relation=relation, sex=sex, speaker=speaker)]


@pytest.mark.parametrize(
    ("said", "speaker", "names"),
    [
        ("我老伴的残疾补贴发了没", "户主", ["赵秀英"]),
        ("我老伴的补贴", "配偶", ["王建国"]),
        ("我妈的高龄钱", "户主", ["王桂花", "刘玉兰"]),
        ("我妈的高龄钱", "之子", ["赵秀英"]),
        ("我奶奶的高龄津贴", "之孙女", ["赵秀英"]),
        ("我奶奶的高龄津贴", "之子", ["王桂花", "刘玉兰"]),
        ("儿子的务工补贴", "户主", ["王小军"]),
        ("儿媳妇的生育津贴", "户主", ["李芳"]),
        ("孙女的助学金", None, ["王雨晴"]),
        ("孙娃子的营养餐", None, ["王小宝"]),
        ("娃儿读书的补助", None, ["王小军", "王雨晴", "王小宝"]),
        ("王奶奶的高龄津贴", None, ["王桂花"]),
        ("刘婆婆的高龄津贴", None, ["刘玉兰"]),
        ("外公的高龄津贴", "户主", []),
    ],
)
def test_a_word_means_who_stands_so_to_who_says_it(said: str, speaker: str | None, names: list[str]) -> None:
    assert meant(said, speaker=speaker) == names


@pytest.mark.parametrize("said", ["我的补贴到了没", "今年一共领了多少", "低保发了没有"])
def test_a_sentence_about_nobody_means_nobody(said: str) -> None:
    assert kin_in(said) is None


def test_who_is_related_in_no_known_way_is_never_meant() -> None:
    kin = kin_in("我妈的高龄津贴")
    assert kin is not None
    assert not fits(kin, name="王桂花", relation=None, sex="女", speaker="户主")
    assert not fits(kin, name="王桂花", relation="其他", sex="女", speaker="户主")
