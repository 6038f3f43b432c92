from decimal import Decimal

import pytest

from bot.language.numbers import find_amounts, find_quantities, read_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("三千五", "3500"),
        ("三千零五", "3005"),
        ("两百块", "200"),
        ("一千二百三十元五角", "1230.5"),
        ("三块二毛五", "3.25"),
        ("一万二", "12000"),
        ("两万零五", "20005"),
        ("十五", "15"),
        ("二百五", "250"),
        ("2万3", "23000"),
        ("1.2万", "12000"),
        ("１２００", "1200"),
        ("1,200元", "1200"),
        ("半", "0.5"),
        ("俩", "2"),
    ],
)
def test_a_number_is_read_as_people_write_it(said: str, number: str) -> None:
    assert read_number(said) == Decimal(number)


@pytest.mark.parametrize("said", ["", "化肥", "万家", "好多"])
def test_what_is_no_number_is_not_made_into_one(said: str) -> None:
    assert read_number(said) is None


def test_quantities_keep_words_value_and_unit() -> None:
    found = find_quantities("种了5亩玉米，送了2袋化肥和两桶油")
    assert [(q.text, q.value, q.unit) for q in found] == [
        ("5亩", Decimal(5), "亩"),
        ("2袋", Decimal(2), "袋"),
        ("两桶", Decimal(2), "桶"),
    ]


@pytest.mark.parametrize(
    ("said", "sums"),
    [
        ("送了500元慰问金", [500]),
        ("务工38000，种地六千四", [38000, 6400]),
        ("卖了三头猪得三千六", [3600]),
        ("贷款2万买牛", [20000]),
        ("一户500都打了", [500]),
        ("上头一笔三百八", [380]),
        ("少了六十", [60]),
        ("一户5只鸡", []),
        ("养鸡100只，种玉米5亩", []),
        ("低保0", []),
        ("打了120个电话，85岁", []),
        ("我电话13800001234", []),
        ("坏了一块板", []),
    ],
)
def test_only_sums_of_money_are_amounts(said: str, sums: list[int]) -> None:
    assert [amount.value for amount in find_amounts(said)] == sums
