# ruff: noqa: E501 - word lists and patterns read better whole
"""日期: the day somebody means (昨天, 上周三, 28号, 端午前一天), looking back from today.

The rules are those of the speech samples' page: a day or month and day without a year is the latest one not
after today; 周X is this week's (Monday first) unless that lies ahead, then the last one; 上周X is the week
before; lunar, vague or spanning words are kept as said and name no day.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.language.names import SURNAMES, find_names
from bot.language.numbers import read_number
from bot.language.spelling import fold


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date as said, and the day it means; no day when the words are vague."""

    text: str
    day: date | None
    start: int = 0
    end: int = 0


# 春节 清明 端午 中秋 重阳, month and day. 2014 to 2026 agree with the State Council's yearly holiday notices (国务院办公厅
# 关于部分节假日安排的通知); later years, 清明 and 重阳 are computed from the lunar calendar of GB/T 33661 (lunar-python 1.4.8).
LUNAR_DAYS: dict[int, tuple[str, str, str, str, str]] = {
    2014: ("01-31", "04-05", "06-02", "09-08", "10-02"),
    2015: ("02-19", "04-05", "06-20", "09-27", "10-21"),
    2016: ("02-08", "04-04", "06-09", "09-15", "10-09"),
    2017: ("01-28", "04-04", "05-30", "10-04", "10-28"),
    2018: ("02-16", "04-05", "06-18", "09-24", "10-17"),
    2019: ("02-05", "04-05", "06-07", "09-13", "10-07"),
    2020: ("01-25", "04-04", "06-25", "10-01", "10-25"),
    2021: ("02-12", "04-04", "06-14", "09-21", "10-14"),
    2022: ("02-01", "04-05", "06-03", "09-10", "10-04"),
    2023: ("01-22", "04-05", "06-22", "09-29", "10-23"),
    2024: ("02-10", "04-04", "06-10", "09-17", "10-11"),
    2025: ("01-29", "04-04", "05-31", "10-06", "10-29"),
    2026: ("02-17", "04-05", "06-19", "09-25", "10-18"),
    2027: ("02-06", "04-05", "06-09", "09-15", "10-08"),
    2028: ("01-26", "04-04", "05-28", "10-03", "10-26"),
    2029: ("02-13", "04-04", "06-16", "09-22", "10-16"),
    2030: ("02-03", "04-05", "06-05", "09-12", "10-05"),
}
_FIXED = {
    "元旦": (1, 1), "妇女节": (3, 8), "三八": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1), "儿童节": (6, 1),
    "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1), "建军节": (8, 1), "教师节": (9, 10), "国庆": (10, 1),
}  # fmt: skip
_LUNAR = {
    "春节": (0, 0), "大年初一": (0, 0), "年初一": (0, 0), "正月初一": (0, 0), "除夕": (0, -1), "大年三十": (0, -1), "年三十": (0, -1),
    "元宵": (0, 14), "正月十五": (0, 14), "清明": (1, 0), "端午": (2, 0), "五月初五": (2, 0), "中秋": (3, 0), "八月十五": (3, 0),
    "重阳": (4, 0), "九月初九": (4, 0),
}  # fmt: skip

_YEAR = r"(?:20\d\d|[二两][零〇一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
_DAY = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|[二廿]十?[一二三四五六七八九]|二十|十[一二三四五六七八九]|[一二三四五六七八九十])"
)
_HOUR = r"(?:[\d一二三四五六七八九十两]{1,3}点(?:[\d一二三四五六七八九十]{1,3}分?|半|多|钟|来钟|一刻)?钟?多?)"
_PART = (
    rf"(?:(?:大清早|一大早|清早|清晨|早晨|早上|上午|中午|晌午|下午|后晌|傍晚|晚上|夜里|半夜|凌晨|早|晚)?(?:{_HOUR})?)"
)
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {
    str(i): i - 1 for i in range(1, 7)
}
_NAMES = "|".join(sorted([*_FIXED, *_LUNAR], key=len, reverse=True))

_FEASTS = frozenset([*_FIXED, *_LUNAR])

_Resolver = Callable[[re.Match[str], date], date | None]


def _int(text: str) -> int:
    number = read_number(text.replace("廿", "二十") if not text.startswith("廿十") else "二" + text[1:])
    return int(number) if number is not None else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str, today: date) -> int:
    relative = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "上年": -1}
    if text in relative:
        return today.year + relative[text]
    number = _int(text)
    return number + 2000 if number < 100 else number


def _latest(today: date, month: int, day: int) -> date | None:
    for year in range(today.year, today.year - 5, -1):
        found = _day(year, month, day)
        if found is not None and found <= today:
            return found
    return None


def _full(m: re.Match[str], today: date) -> date | None:
    return _day(_year(m["y"], today), _int(m["m"]), _int(m["d"]))


def _month_day(m: re.Match[str], today: date) -> date | None:
    return _latest(today, _int(m["m"]), _int(m["d"]))


def _of_month(m: re.Match[str], today: date) -> date | None:
    shift = -1 if m["w"].startswith("上") else 1 if m["w"].startswith("下") else 0
    months = today.year * 12 + today.month - 1 + shift - (1 if m["w"].startswith("上上") else 0)
    return _day(months // 12, months % 12 + 1, _int(m["d"]))


def _day_only(m: re.Match[str], today: date) -> date | None:
    months = today.year * 12 + today.month - 1
    for back in range(4):
        found = _day((months - back) // 12, (months - back) % 12 + 1, _int(m["d"]))
        if found is not None and found <= today:
            return found
    return None


def _weekday(m: re.Match[str], today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=_WEEKDAYS[m["d"]])
    which = m["w"] or ""
    if which.startswith("上上"):
        return wanted - timedelta(days=14)
    if which.startswith("上"):
        return wanted - timedelta(days=7)
    if which.startswith("下"):
        return wanted + timedelta(days=7)
    return wanted if wanted <= today else wanted - timedelta(days=7)


def _relative(m: re.Match[str], today: date) -> date | None:
    word = m["r"]
    for start, shift in (("大前", -3), ("前", -2), ("昨", -1), ("大后", 3), ("后", 2), ("明", 1), ("听", 1)):
        if word.startswith(start):
            return today + timedelta(days=shift)
    return today


def _days_ago(m: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=_int(m["n"]))


def _festival(m: re.Match[str], today: date) -> date | None:
    base = _festival_day(m["f"], today, m["y"])
    if base is None:
        return None
    if m["one"]:
        return base + timedelta(days=-1 if m["one"][0] in "前头" else 1)
    if m["n"]:
        shift = _int(m["n"])
        return base + timedelta(days=-shift if m["side"] == "前" else shift)
    return base


def _festival_day(name: str, today: date, year: str | None) -> date | None:
    years = [_year(year, today)] if year else list(range(today.year, today.year - 3, -1))
    for candidate in years:
        if name in _FIXED:
            found = _day(candidate, *_FIXED[name])
        else:
            row = LUNAR_DAYS.get(candidate)
            if row is None:
                continue
            column, shift = _LUNAR[name]
            found = date.fromisoformat(f"{candidate}-{row[column]}") + timedelta(days=shift)
        if found is not None and (year or found <= today):
            return found
    return None


def _vague(m: re.Match[str], today: date) -> date | None:
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Resolver], ...]:
    table: tuple[tuple[str, _Resolver], ...] = (
        (rf"(?:{_MONTH}月)?{_DAY}[日号]?(?:-|~|—|至|到){_DAY}[日号](?!码|楼)", _vague),
        (rf"(?P<y>{_YEAR}|(?<!\d)[12]\d(?=年))[年./\-](?P<m>{_MONTH})[月./\-](?P<d>{_DAY})(?!\d)[日号]?{_PART}", _full),
        (rf"(?P<y>今年|本年|去年|前年|明年|上年)(?:的)?(?P<m>{_MONTH})月(?P<d>{_DAY})[日号]{_PART}", _full),
        (rf"(?P<w>上上个?月|上个?月|本月|这个?月|当月|下个?月)(?:的)?(?P<d>{_DAY})[号日]{_PART}", _of_month),
        (rf"(?<![\d年])(?P<m>{_MONTH})月(?P<d>{_DAY})(?:[日号]{_PART}|(?=[去到走入看来，,、 ]|$))", _month_day),
        (r"(?:^|(?<=[ ，,。\u4e00-\u9fff]))(?P<m>1[0-2]|0?[1-9])[./](?P<d>3[01]|[12]\d|0?[1-9])"
         r"(?=[ ，,]|[走入去到看]|[日号]|$)[日号]?", _month_day),
        (rf"(?<![\d月第0-9一二三四五六七八九十])(?P<d>{_DAY})(?:号(?![码楼线院店机文])|日(?![子常报头])){_PART}", _day_only),
        (rf"(?P<w>上上个?|上个?|下下个?|下个?|本|这个?)?{_WEEK}(?P<d>[一二三四五六日天1-6])(?!年级){_PART}", _weekday),
        (rf"(?P<r>大前天|听日|前天|昨天|今天|明天|大后天|后天|昨日|前日|今日|明日|昨儿个?|前儿个?|今儿个?|明儿个?|昨晚黑?|昨夜|前晚黑?|今早|今晨|今晚黑?|"
         rf"明早|昨早|当天){_PART}", _relative),
        (r"(?P<r>刚才|刚刚|方才|头先)", _relative),
        (r"(?<![这那到几一])(?P<r>大清早|一大早|清早|清晨|早晨|早上|上午|中午|晌午|下午|后晌|傍晚|晚上)" + f"(?:{_HOUR})?", _relative),
        (r"(?P<n>\d{1,2}|[一二三四五六七八九十两]{1,3})天(?:以)?前(?!后)", _days_ago),
        (rf"(?P<y>今年|去年|前年|{_YEAR}年)?(?P<f>{_NAMES})(?:节)?(?:(?P<one>前一[天日]|前夕?一天|头一天|后一天|第二天|次日)|"
         r"(?P<side>前|后)第?(?P<n>[一二两三四五六七八九十\d]{1,2})天|(?:节?[当那]?(?:天|日))?(?![前后节期假长放以左月个长黄号日点户人口岁元块亩斤百千\d]))", _festival),
        (rf"(?:{_NAMES})节?(?:放假|假期|期间|长假|前夕|前后|左右|以前|以后|前|后|黄金周)", _vague),
        (rf"(?:农历|阴历|古历)?(?:正月|腊月|冬月|大年|{_MONTH}月)(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?)", _vague),
        (rf"(?:农历|阴历|古历){_MONTH}月{_DAY}?|(?:正月|腊月|冬月)(?:里|间|{_DAY})?|初[一二三四五六七八九十](?=[去到走，, ])", _vague),
        (rf"(?:今年|去年|前年|明年|{_YEAR}年)(?:(?:的)?(?:{_MONTH}月份?(?:底|初|中旬|上旬|下旬)?|年底|年初|底|初|上半年|下半年|春天|夏天|秋天|冬天|"
         r"[第]?[一二三四1-4]季度|度))?", _vague),
        (r"第?[一二三四1-4]季度|(?:这|本|上|下)个?学期|[暑寒]假", _vague),
        (rf"(?<![\d年个])(?!(?:一|1)月(?:才|能|发|给|补|拿|领|开|交|得)*(?:多少|几[个百千十块]|好多)){_MONTH}月份?(?:底|初|中旬|上旬|下旬)?(?![\d子份饼]|[一二三四五六七八九十]{{1,3}}[日号])", _vague),
        (r"(?:上上|上|本|这|下下|下)个?(?:周|星期|礼拜)末?|周末|(?:上上|上|本|这|下)个?(?:月|季度)(?:底|初|中|末|份)?(?!\d)|当月|"
         r"(?:本|这)季度|今年|去年|前年|明年|本年度?|[月年]底(?:之?前)?|月初|年初|年前|年后|上旬|中旬|下旬|上半年|下半年|前几天|前两天|这几天|这两天|前些天|前阵子|"
         r"前段时间|前不久|上回|上次|过几天|不久前|开春|半个?月前|[\d一二两三四五六七八九十]{1,3}(?:个多?月|周|个?星期|年)前", _vague),
    )  # fmt: skip
    return tuple((re.compile(pattern), resolver) for pattern, resolver in table)


_MAYBE = re.compile(r"[\d年月日号周期礼天早晚午晨夜刚方头初节元旦庆一三端中秋重清除春腊冬前后旬季回次久儿期假听]")
_JOIN = re.compile(r"\s*(?:到|至|-|—|~)\s*$")


def _candidates(said: str, today: date) -> Iterator[FoundDate]:
    for pattern, resolve in _patterns():
        for m in pattern.finditer(said):
            if m.end() > m.start():
                yield FoundDate(m.group(), resolve(m, today), m.start(), m.end())


def find_dates(text: str, today: date) -> list[FoundDate]:
    """Every date in the text in reading order, the longest reading where several overlap."""
    said = fold(text)
    if not _MAYBE.search(said):
        return []
    kept: list[FoundDate] = []
    for found in sorted(_candidates(said, today), key=lambda f: (f.start, -(f.end - f.start))):
        if (kept and found.start < kept[-1].end) or _is_a_given_name(said, found):
            continue
        if kept and _JOIN.fullmatch(said[kept[-1].end : found.start]):
            first = kept.pop()
            found = FoundDate(said[first.start : found.end], None, first.start, found.end)
        kept.append(found)
    return [FoundDate(text[f.start : f.end], f.day, f.start, f.end) for f in kept]


def _is_a_given_name(said: str, found: FoundDate) -> bool:
    """冯国庆 and 顾元旦 are people: a bare feast behind a surname, read as a name, is no day."""
    if found.text not in _FEASTS or said[found.start - 1 : found.start] not in SURNAMES or not found.start:
        return False
    return any(name.start == found.start - 1 and name.end >= found.end for name in find_names(said))


def find_date(text: str, today: date) -> FoundDate | None:
    """The first date in the text, or None when none is said."""
    dates = find_dates(text, today)
    return dates[0] if dates else None
