from datetime import date
from decimal import Decimal

import pytest

from bot.language.notes import as_json, read_note

TODAY = date(2026, 3, 5)


def test_one_sentence_becomes_a_visit() -> None:
    [note] = read_note("昨天去了王建国家，送了两袋化肥，屋顶漏水，下周联系住建所", TODAY)
    assert note.household == "王建国"
    assert note.visit_date == date(2026, 3, 4)
    assert [(i.name, i.quantity, i.count, i.unit) for i in note.items] == [("化肥", "2袋", Decimal(2), "袋")]
    assert note.problems == ("屋顶漏水",)
    assert note.measures == ("下周联系住建所",)


def test_words_apart_by_spaces_are_read_too() -> None:
    [note] = read_note("走访 王建国 送化肥2袋 屋顶漏水", TODAY)
    assert as_json(note) == {
        "household": "王建国",
        "visit_date": "2026-03-05",
        "date_text": None,
        "items": [{"name": "化肥", "quantity": "2袋"}],
        "problems": ["屋顶漏水"],
        "measures": [],
        "amounts": [],
        "not_home": False,
        "visit_type": "visit",
        "cancelled": False,
    }


def test_several_households_have_an_entry_each() -> None:
    notes = read_note("走访张三、李四两户，都好", TODAY)
    assert [note.household for note in notes] == ["张三", "李四"]
    first, second = read_note("去了王建国家屋顶漏水，又去了李秀英家，孩子辍学了", TODAY)
    assert (first.household, first.problems) == ("王建国", ("屋顶漏水",))
    assert (second.household, second.problems) == ("李秀英", ("孩子辍学了",))


def test_a_known_name_wins_over_grammar() -> None:
    [note] = read_note("和小陈一起到的，阿依古丽身体好，收入3200元", TODAY, names=["阿依古丽"])
    assert note.household == "阿依古丽"
    assert [amount.value for amount in note.amounts] == [3200]


def test_a_step_to_come_gives_the_visit_no_date() -> None:
    [note] = read_note("走访赵大山，孩子生病，后天去县医院", TODAY)
    assert note.visit_date == TODAY


@pytest.mark.parametrize("said", ["去马家敲门没人应", "到刘婶家，人不在", "孙有福家大门锁着"])
def test_nobody_home_is_told(said: str) -> None:
    [note] = read_note(said, TODAY)
    assert note.not_home
    assert note.items == ()


def test_a_visit_that_did_not_happen_is_not_a_visit() -> None:
    [note] = read_note("下雨路滑，今天没去成", TODAY)
    assert note.cancelled
    assert note.visit_date is None


def test_a_call_is_not_a_visit() -> None:
    [note] = read_note("打电话给孟家，都好", TODAY)
    assert note.visit_type == "phone"


@pytest.mark.parametrize("said", ["走访张三，一切正常", "看了老吴家，没啥困难，养鸡30只", "家庭情况稳定", ""])
def test_nothing_is_invented(said: str) -> None:
    [note] = read_note(said, TODAY)
    assert (note.items, note.problems, note.measures, note.amounts) == ((), (), (), ())


@pytest.mark.parametrize(
    ("said", "sums"),
    [
        ("菜籽才两块八一斤", ["2.8"]),
        ("核对收入：务工42000，养鸡3500", ["42000", "3500"]),
        ("彩礼要十二万，愁得很", ["120000"]),
        ("贷款五万下个月到期，损失八千", ["50000", "8000"]),
        ("养鸡30只，养猪12头", []),
    ],
)
def test_sums_are_read_beside_prices_and_herds(said: str, sums: list[str]) -> None:
    [note] = read_note(said, TODAY)
    assert [amount.value for amount in note.amounts] == [Decimal(each) for each in sums]


@pytest.mark.parametrize(
    ("said", "problems", "measures"),
    [
        ("走访李家，胶管老化，已换新", ("胶管老化",), ("换胶管",)),
        ("去李家调解婆媳矛盾", ("婆媳矛盾",), ("调解婆媳矛盾",)),
        ("走访李家，问雨露计划和助学贷款，都讲了", (), ("讲雨露计划", "讲助学贷款")),
        ("李家水管冻爆了，联系水厂当天就修好了", ("水管冻爆了",), ("联系水厂修好",)),
        ("走访李家，儿子想找工作，他自己去问了", ("儿子想找工作",), ()),
        ("李家说邻居占了他的地，约双方周五调解", ("邻居占地",), ("约双方周五调解",)),
        ("听人说李家要卖房，没这回事", (), ()),
        (
            "存在问题：1、住房墙体开裂；2、缺技术。帮扶措施：1、申报危房改造",
            ("住房墙体开裂", "缺技术"),
            ("申报危房改造",),
        ),
    ],
)
def test_trouble_and_help_are_told_in_few_words(
    said: str, problems: tuple[str, ...], measures: tuple[str, ...]
) -> None:
    [note] = read_note(said, TODAY)
    assert (note.problems, note.measures) == (problems, measures)


def test_what_is_told_of_several_or_of_one_stands_where_it_belongs() -> None:
    first, second, third = read_note("给三户都送了一袋米：张家、李家、王家，李家老人摔伤了", TODAY)
    assert [len(note.items) for note in (first, second, third)] == [1, 1, 1]
    assert (first.problems, second.problems, third.problems) == ((), ("老人摔伤了",), ())
