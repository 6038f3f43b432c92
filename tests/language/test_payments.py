"""What a question about money asks: a year, a month, a sum, all of it, or why it is less."""

from datetime import date
from decimal import Decimal

import pytest

from bot.language.payments import MoneyAsked, money_asked

TODAY = date(2026, 3, 10)


def asked(
    *,
    year: int | None = None,
    month: tuple[int, int] | None = None,
    yuan: str | None = None,
    in_all: bool = False,
    changed: bool = False,
) -> MoneyAsked:
    return MoneyAsked(year, month, None if yuan is None else Decimal(yuan), in_all, changed)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("我的补贴到了没有", asked()),
        ("今年总共给了我多少", asked(year=2026, in_all=True)),
        ("前年的低保", asked(year=2024)),
        ("二零二三年领了好多", asked(year=2023, in_all=True)),
        ("25年一共发了几笔", asked(year=2025, in_all=True)),
        ("二月份的低保来了吗", asked(month=(2026, 2))),
        ("十一月的没收到", asked(month=(2025, 11))),
        ("去年八月的钱", asked(year=2025, month=(2025, 8))),
        ("上上个月发了没", asked(month=(2026, 1))),
        ("卡上多出一笔650是啥", asked(yuan="650")),
        ("这三百二十块钱是哪里来的", asked(yuan="320")),
        ("这个月咋少了", asked(month=(2026, 3), changed=True)),
        ("低保比上次少发50块", asked(yuan="50", changed=True)),
        ("一共领了多少了", asked(in_all=True)),
    ],
)
def test_a_question_is_narrowed_by_what_it_names(said: str, means: MoneyAsked) -> None:
    assert money_asked(said, TODAY) == means
