from datetime import date

import pytest

from bot.language.dates import LUNAR_DAYS, find_date, find_dates

FRIDAY = date(2025, 3, 7)


@pytest.mark.parametrize(
    ("said", "text", "day"),
    [
        ("昨天去的", "昨天", date(2025, 3, 6)),
        ("前晚打了电话", "前晚", date(2025, 3, 5)),
        ("大前天走访", "大前天", date(2025, 3, 4)),
        ("周三走访", "周三", date(2025, 3, 5)),
        ("星期天去了", "星期天", date(2025, 3, 2)),
        ("上周二去了", "上周二", date(2025, 2, 25)),
        ("9号走访", "9号", date(2025, 2, 9)),
        ("31号走访", "31号", date(2025, 1, 31)),
        ("3月9日入户", "3月9日", date(2024, 3, 9)),
        ("十二月三十一号去过", "十二月三十一号", date(2024, 12, 31)),
        ("2024.11.4走访", "2024.11.4", date(2024, 11, 4)),
        ("上个月26号到姚家", "上个月26号", date(2025, 2, 26)),
        ("端午前一天去的", "端午前一天", date(2024, 6, 9)),
        ("中秋节慰问", "中秋节", date(2024, 9, 17)),
        ("元旦去的", "元旦", date(2025, 1, 1)),
        ("后天上午再去", "后天上午", date(2025, 3, 9)),
        ("三天前走访", "三天前", date(2025, 3, 4)),
    ],
)
def test_a_day_is_found_looking_back_from_today(said: str, text: str, day: date) -> None:
    found = find_date(said, FRIDAY)
    assert found is not None
    assert (found.text, found.day) == (text, day)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("国庆前走访", "国庆前"),
        ("月底前要交", "月底前"),
        ("腊月二十三去了", "腊月二十三"),
        ("正月初五慰问", "正月初五"),
        ("3月5日至7日走访", "3月5日至7日"),
        ("周一到周三都在村里", "周一到周三"),
        ("2024年2月走访", "2024年2月"),
        ("去年十月份开始", "去年十月份"),
        ("上周去过", "上周"),
    ],
)
def test_vague_lunar_and_spanning_words_are_kept_and_name_no_day(said: str, text: str) -> None:
    found = find_date(said, FRIDAY)
    assert found is not None
    assert (found.text, found.day) == (text, None)


@pytest.mark.parametrize(
    "said", ["走访王建国", "3号楼漏水", "一号文件", "十一户人家", "电话号码", "冯国庆说", "给顾元旦家送米"]
)
def test_no_date_is_found_where_none_is_said(said: str) -> None:
    assert find_dates(said, FRIDAY) == []


def test_the_twenty_eighth_on_the_first_is_last_month() -> None:
    found = find_date("28号去的", date(2025, 3, 1))
    assert found is not None
    assert found.day == date(2025, 2, 28)


def test_29_february_is_the_last_one_there_was() -> None:
    found = find_date("2月29日走访", date(2026, 3, 1))
    assert found is not None
    assert found.day == date(2024, 2, 29)


def test_festivals_are_known_without_a_gap() -> None:
    assert list(LUNAR_DAYS) == list(range(2014, 2031))
    for year, days in LUNAR_DAYS.items():
        spring, clear, dragon, autumn, ninth = (date.fromisoformat(f"{year}-{day}") for day in days)
        assert date(year, 1, 21) <= spring <= date(year, 2, 20)
        assert clear in (date(year, 4, 4), date(year, 4, 5))
        assert spring < clear < dragon < autumn < ninth
        assert (autumn - dragon).days in range(98, 130)
