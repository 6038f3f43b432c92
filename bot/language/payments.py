"""问钱: what a question about money asks: which year or month, which sum, how much in all, why less than before."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.language.numbers import find_amounts, read_number
from bot.language.spelling import mended


@dataclass(frozen=True, slots=True)
class MoneyAsked:
    """What narrows a question about money; nothing of it: the whole ledger is meant.

    `month` is a year and a month of it. `in_all`: the sum is asked for. `changed`: why it is more or less than before.
    """

    year: int | None
    month: tuple[int, int] | None
    yuan: Decimal | None
    in_all: bool
    changed: bool


_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_YEAR = re.compile(r"(?<!\d)(?P<full>20\d\d)年?|(?<!\d)(?P<short>[12]\d)年(?!级)|(?P<word>今年|本年|去年|上年|前年)")
_HAN_YEAR = re.compile(r"(?:二[零〇]|2[零〇0])[零〇一二三四五六七八九]{2}(?=年)")
_AGO = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2}
_MONTH = re.compile(
    r"(?P<ago>上上个?月|上个?月|前个月|这个?月|本月|当月)|"
    r"(?<![\d个几])(?P<month>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])月(?!子|饼)"
)
_IN_ALL = re.compile(
    r"一共|总共|合计|总计|加起来|加一起|拢共|统共|全年|共(?:领|发|收|拿|得|到)|(?:领|发|收|拿|得)(?:了|过|到)?(?:多少|好多)"
)
_SUM_ALONE = re.compile(
    r"(?:一笔|这笔|那笔|收到|到账|来了|进了|打了|发了)(?:了|个)?(?P<sum>\d{2,6}(?:\.\d{1,2})?)(?![\d年月日号岁个])"
)
_CHANGED = re.compile(
    r"(?<!多)少了|(?<!好)多了|变(?:少|多)|(?:咋|怎么|为啥|为什么|怎|啷个).{0,8}(?:少(?!时)|(?<!少)不一样|不对|减)|"
    r"(?:减|降|扣|短)了|比(?:上|以前|原来|往).{0,6}(?:少|多|低)"
)


def money_asked(text: str, today: date) -> MoneyAsked:
    """Read what of the money is asked for. A month without a year is the last one of that name that has begun."""
    said = _HAN_YEAR.sub(lambda year: year.group().translate(_DIGITS), mended(text))
    found = _YEAR.search(said)
    year = None if found is None else _year(found, today)
    rest = said if found is None else said[: found.start()] + " " + said[found.end() :]
    amounts = find_amounts(rest)
    alone = _SUM_ALONE.search(rest)
    return MoneyAsked(
        year=year,
        month=_month(rest, year, today),
        yuan=amounts[0].value if amounts else Decimal(alone["sum"]) if alone else None,
        in_all=_IN_ALL.search(said) is not None,
        changed=_CHANGED.search(said) is not None,
    )


def _year(found: re.Match[str], today: date) -> int:
    if found["word"]:
        return today.year - _AGO[found["word"]]
    return int(found["full"]) if found["full"] else 2000 + int(found["short"])


def _month(said: str, year: int | None, today: date) -> tuple[int, int] | None:
    found = _MONTH.search(said)
    if found is None:
        return None
    if found["ago"]:
        back = 2 if found["ago"].startswith(("上上", "前")) else 1 if found["ago"].startswith("上") else 0
        past = today.year * 12 + today.month - 1 - back
        return past // 12, past % 12 + 1
    number = read_number(found["month"])
    month = 0 if number is None else int(number)
    if year is not None:
        return year, month
    return (today.year, month) if month <= today.month else (today.year - 1, month)
