# ruff: noqa: E501 - word lists and patterns read better whole
"""数目: numbers, quantities and sums of money as people write them (三千五, 两百块, 5亩, 1.2万元)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.language.spelling import fold

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_DIGITS |= {"肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_HAN = "零〇一二三四五六七八九十百千万亿两"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = rf"(?:{_ARABIC}(?:[万千百亿](?:\d+(?:\.\d+)?[万千百十]?)?)*|[{_HAN}]+|[俩仨半])"
_ABOUT = r"(?:来|多|余|几)?"

UNITS = (
    "公斤|千克|平米|平方米|平方|公里|毫升|周岁|小时|分钟|袋|包|箱|盒|瓶|桶|件|床|套|条|只|头|个|斤|克|吨|亩|分地|株|棵|尾|羽|窝|匹|把|台|部|辆|双|副|份|"
    "本|张|根|片|捆|筐|篮|壶|罐|提|筒|盏|口|人|户|次|天|月|年|岁|名|位|组|级|层|间|米|里|度|车|趟|顿|样|种|批|块|瓣|扎|卷|对|打|支|颗|粒|元|角|毛"
)
GIFT_UNITS = "公斤|千克|袋|包|箱|盒|瓶|桶|件|床|套|条|只|头|个|斤|克|吨|株|棵|尾|羽|把|台|部|辆|双|副|份|本|张|根|片|捆|筐|篮|壶|罐|提|筒|盏|口|车|样|批|块|对|支|颗|粒|卷"
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?P<about>{_ABOUT})(?P<unit>{UNITS})(?P<half>半)?|(?P<two>[俩仨])")

_YUAN = r"(?:元钱|元|块钱|块|蚊|圆|人民币)"
_MONEY = re.compile(
    rf"(?P<number>{_NUMBER})(?P<about>{_ABOUT})(?P<scale>[万千百]?)(?P<about2>{_ABOUT})(?P<yuan>{_YUAN})"
    rf"(?P<jiao>\d{{1,2}}|[一二三四五六七八九两]{{1,2}}(?![斤亩个只头棵]))?(?P<mao>[角毛])?(?P<fen>[\d一二三四五六七八九两]分)?"
    rf"|(?<![\d.])(?P<bare>{_ARABIC}[万千](?:\d[千百]?)?|{_ARABIC}|[{_HAN}]{{2,}})(?P<about3>{_ABOUT})"
)
_NOT_MONEY_AFTER = re.compile(
    r"(?:公斤|千克|平米|平方|公里|周岁|小时|分钟|袋|包|箱|盒|瓶|桶|件|床|套|条|只|头|个|斤|克|吨|亩|株|棵|尾|羽|窝|匹|把|台|部|辆|双|副|份|本|张|"
    r"根|片|捆|筐|口|人|户|次|天|月|年|岁|名|位|组|级|层|间|米|里|度|车|趟|日|号|点|分|时|%|％|村|社|队|季|倍|成|期|楼|室|班|年级|多岁|来岁|多只|来只|辈|样|种|几|生|下(?!个?[月周星礼年])|"
    r"-|/|\.|:|：|周)"
)
_MONEY_BEFORE = re.compile(
    r"(?:补|贷|收入|务工|打工|工资|种地|种植|养殖|养[鸡鸭鹅猪牛羊鱼蜂兔蚕]|彩礼|损失|本钱|卖|差|欠|花|给|领|救助|奖|费|钱|款|资助|慰问|发|捐|垫|赔|红包|随礼|礼金|罚|退|报销?|自?付|挣|赚|得|寄|共|总共|合计|约|大概|每户|各|"
    r"人均|入|分红|津贴|奖补|借|交|缴|存|低保|养老金|高龄|粮补|债|账|租|红利|股金|支出|块|押金|利息|[一每各]户|一笔|一[次回]|显示|进来|打来|少了|多了|转移性|经营性|财产性|岗|出|手续)"
    r"[^\d,，。；;！!？?估考]{0,4}$|(?:了|是|有|的|：|:|,|，| |个月|[一每][天年月次])$"
)
_STRONG_BEFORE = re.compile(
    r"(?:补|贷|收入|务工|打工|工资|种地|种植|养殖|养[鸡鸭鹅猪牛羊鱼蜂兔蚕]|彩礼|损失|本钱|卖|差|欠|花|救助|奖|费|钱|款|资助|慰问|捐|垫|赔|红包|随礼|礼金|罚|退|报销|自?付|挣|赚|寄|分红|津贴|借|交|缴|存|低保|养老金|粮补|债|租|红利|股金|支出|押金|利息|岗|[一每各]户|一笔|显示|少了|多了)"
    r"[^,，。；;！!？?估考]{0,6}$"
)
_FEE_AFTER = re.compile(r"的?[\u4e00-\u9fff]{2}费")
_LESS_BEFORE = re.compile(r"(?:少|多|扣|涨|降)(?:发|打|给|收|拿|领)?了?$|(?:花|付|罚|垫|[车药话电水]费)了?$")
_A_DATE_BEFORE = re.compile(r"(?:第|-|周|(?<![一每])年|(?<![个一每])月)$")
_THING_AFTER_BLOCK = re.compile(r"(?:肥皂|香皂|布|毛巾|地|田|石|砖|玻璃|板|肉|豆腐|糖|瓦|饼|木)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of something: as said, the number, and the unit (empty for 俩 and 仨)."""

    text: str
    value: Decimal
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money as said, in yuan."""

    text: str
    value: Decimal
    start: int
    end: int


def _read_han(text: str) -> Decimal | None:
    if not text or any(c not in _DIGITS and c not in _SCALES and c not in "万亿" for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    digit: int | None = None
    last_scale = 0
    after_zero = False
    for c in text:
        if c in _DIGITS:
            if digit not in (None, 0) and _DIGITS[c] != 0:
                return None
            digit = _DIGITS[c]
            after_zero = after_zero or digit == 0
        elif c in _SCALES:
            scale = _SCALES[c]
            section += (1 if digit is None else digit) * scale
            digit, last_scale, after_zero = None, scale, False
        else:
            scale = 10_000 if c == "万" else 100_000_000
            total = (total + section + (digit or 0)) * scale if section or digit or total else scale
            section, digit, last_scale, after_zero = 0, None, scale, False
    if digit:
        short = last_scale >= 100 and not after_zero
        section += digit * (last_scale // 10 if short else 1)
    return Decimal(total + section)


def read_number(text: str) -> Decimal | None:
    """The number a whole text says, or None: 三千五 → 3500, １２００ → 1200, 2万3 → 23000, 半 → 0.5.

    An amount of money may be given with its unit: 一千二百三十元五角 → 1230.5.
    """
    said = fold(text).strip().replace(" ", "")
    if not said:
        return None
    if said == "半":
        return Decimal("0.5")
    money = re.fullmatch(r"(.+?)(?:块钱|块|元|圆|蚊)(?:(.{1,2}?)[角毛]?)?(?:(.)分?)?", said)
    if money and (whole := read_number(money[1])) is not None:
        for part, share in ((money[2], Decimal("0.1")), (money[3], Decimal("0.01"))):
            if part:
                more = read_number(part)
                if more is None:
                    return None
                share = Decimal("0.01") if len(part) == 2 and part.isdigit() else share
                whole += more * share
        return whole
    small = re.fullmatch(r"(.{1,3})[角毛]", said)
    if small and (tenths := read_number(small[1])) is not None:
        return tenths / 10
    arabic = re.fullmatch(rf"({_ARABIC})((?:[万千百亿](?:\d+(?:\.\d+)?)?)*)", said)
    if arabic:
        return _read_mixed(arabic[1], arabic[2])
    return _read_han(said)


def _read_mixed(head: str, tail: str) -> Decimal:
    """Figures followed by scales: 2万3 is 23000, 1.2万 is 12000, 2万3千 is 23000."""
    sizes = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
    number = Decimal(head.replace(",", ""))
    total = Decimal(0)
    last = 0
    for scale, digits in re.findall(r"([万千百亿])(\d+(?:\.\d+)?)?", tail):
        total += number * sizes[scale]
        last = sizes[scale]
        number = Decimal(digits) if digits else Decimal(0)
    if not last:
        return number
    short = number and number < 10 and number == int(number)
    return total + number * (last // 10 if short else 1)


def find_quantities(text: str) -> list[Quantity]:
    """Every number with a unit in the text, in order; 多, 来 and 余 are kept in the text, not in the value."""
    said = fold(text)
    found = []
    for match in _QUANTITY.finditer(said):
        if match["two"]:
            value, unit = read_number(match["two"]), ""
        else:
            value, unit = read_number(match["number"]), match["unit"]
        if value is None:
            continue
        if match["half"]:
            value += Decimal("0.5")
        found.append(Quantity(text[match.start() : match.end()], value, unit, match.start(), match.end()))
    return found


def find_amounts(text: str) -> list[Amount]:
    """Every sum of money in the text, in order.

    A number with 元 or 块 is money; a number without a unit is money only after a word of money
    (务工38000, 差四千) and when nothing countable follows it. Zero is no sum.
    """
    said = fold(text)
    found: list[Amount] = []
    for match in _MONEY.finditer(said):
        amount = _with_unit(said, match) if match["yuan"] else _without_unit(said, match)
        if amount is not None and amount.value > 0:
            found.append(Amount(text[amount.start : amount.end], amount.value, amount.start, amount.end))
    return found


def _with_unit(said: str, match: re.Match[str]) -> Amount | None:
    value = read_number(match["number"] + match["scale"])
    if value is None or said[match.start() - 1 : match.start()] == "几":
        return None
    end = match.end()
    if match["yuan"] == "块" and not match["jiao"]:
        if _THING_AFTER_BLOCK.match(said, match.end()) or value <= 1:
            return None
    elif match["jiao"] and not match["mao"] and match["yuan"].startswith("元"):
        end = match.start("jiao")
        return Amount(said[match.start() : end], value, match.start(), end)
    if match["jiao"]:
        more = read_number(match["jiao"])
        if more is not None:
            value += more / (100 if len(match["jiao"]) == 2 and match["jiao"].isdigit() else 10)
    if match["fen"]:
        value += (read_number(match["fen"][:-1]) or 0) / Decimal(100)
    return Amount(said[match.start() : end], value, match.start(), end)


def _without_unit(said: str, match: re.Match[str]) -> Amount | None:
    bare = match["bare"]
    value = read_number(bare)
    if value is None or _NOT_MONEY_AFTER.match(said, match.end()):
        return None
    if bare.isdigit() and (len(bare) >= 7 or bare.startswith("0")):
        return None
    if said[match.start() - 1 : match.start()] == "几":
        return None
    before = said[max(0, match.start() - 14) : match.start()]
    if not (_MONEY_BEFORE.search(before) or _FEE_AFTER.match(said, match.end())) or _A_DATE_BEFORE.search(before):
        return None
    in_han = not bare[0].isdigit()
    if in_han and not any(c in bare for c in "百千万") and not _LESS_BEFORE.search(before):
        return None
    strong = _STRONG_BEFORE.search(before)
    if bare[0].isdigit() and bare[-1] not in "万千" and value < 10:
        return None
    if not strong and (value < 100 or (bare.isdigit() and 1900 < value < 2100)):
        return None
    return Amount(said[match.start() : match.end()], value, match.start(), match.end())
