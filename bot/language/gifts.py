# ruff: noqa: E501 - word lists and patterns read better whole
"""物资: what was brought to a household, with how much of it (两袋大米, 米20斤油5升, 慰问金)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.language.numbers import GIFT_UNITS, find_amounts, read_number


@dataclass(frozen=True, slots=True)
class Item:
    """Something brought: its name, the quantity with its number in figures (2袋, empty when not said), and both apart."""

    name: str
    quantity: str = ""
    count: Decimal | None = None
    unit: str = ""


_UNITS = f"{GIFT_UNITS}|升|公升|盘|板|幅|页|包装|枚|只装|打|扎|羽"
_NUMBER = r"(?:[\d.]+|[零一二两三四五六七八九十百千]+|半|几)"
_COUNTED_LAST = re.compile(rf"(?P<name>[\u4e00-\u9fffa-zA-Z]{{1,8}}?)(?P<n>{_NUMBER})(?P<u>{_UNITS})(?:装|多)?")
_COUNTED_FIRST = re.compile(
    rf"(?P<n>{_NUMBER})(?P<u>{_UNITS})(?:的)?(?P<name>[\u4e00-\u9fffa-zA-Z]{{1,8}}?)(?=(?:{_NUMBER})(?:{_UNITS})|$)"
)
_NOT_SENT = r"送(?!医|他|她|娃|孩子|老人|去(?:医|县|镇|乡|卫|住|检|做|了?学校)|政策|温暖|教|检|审|往|走|戏|法|到(?:医|县|镇|卫|乡|学)|信(?!封)|文件|[一-鿿]{2,4}(?:去|到)(?:县|镇|医|卫|市|乡)|回|上门|学上门|服务)"
_GIVE = re.compile(
    rf"(?:{_NOT_SENT}(?:去|来|上|了|给|过去|到)*|带(?:去|来|了|上|着)+(?!.*(?:去|到)(?:县|镇|医|卫|残联|信用社))|拿(?:去|来|给)+|捎(?:去|来|了|上)*|赠送?了?|捐(?:了|赠)+|(?:当场|自费|掏钱|自己)?买了?(?=[\d一二两三四五六七八九十半].*送)|"
    r"(?:发放?|配发)(?:了)?(?=.{0,8}(?:[\d一二两三四五六七八九十]+(?:袋|桶|箱|件|床|盒|瓶|斤|包|提|只|张|个|支|本|套|吨|株|羽|头)|[苗肥种饲]))|提着|拎着|"
    rf"(?:慰问(?:了|品)?|帮扶物资|帮扶|物资|走访慰问)[:：]?(?=.{{0,6}}(?:{_NUMBER})(?:{_UNITS}))|(?:给|帮)(?:[一-鿿]{{0,5}})?(?:自己出钱|自费|自掏腰包)?(?:买|购买|添置|添|装)了?(?=.{{0,10}})|自己出钱给?买了|换了?(?=[个台根])|装了?(?=[个台]))"
)
_NO_GIFT = re.compile(
    r"^(?:政策|温暖|关怀|医|老人|孩子|娃|他|她|户主|人|祝福|学$|信|通知|表|去|来|走|到|话|技术|法|书记|队|领导|儿|孙|钱$|消息|资料|材料|证|问题|病|大家|我们|上|车|票|好|药$(?<!药)|公益|保险|医保|养老|新|一$|点$)|去医院|上学|住院|回家|看病|检查|[的了]$|工作|政策|补贴|报名|手续|路线"
)
_BY_OTHERS = re.compile(
    r"协调|让|请|安排|动员|组织|联系|邻居|他自己|儿子|女儿|亲戚|没(?:有)?$|不$|想$|要求$|收(?:到|了)|[他她]家"
)
_EACH_HOUSE = re.compile(
    rf"^(?:给|为)?(?:每|各)(?:家|户|人)(?:都|各)?(?:送|给|发)?了?(?=(?:{_NUMBER})(?:{_UNITS})(?!鱼|地|田))"
)
_HOUSE = re.compile(r"[一-鿿]{1,3}[家户](?:[两三四五]家)?")
_GIFT_MONEY = re.compile(r"(?P<name>红包|慰问金|压岁钱|礼金)\d{2,5}")
_FULL = re.compile(r"[\u4e00-\u9fffa-zA-Z]{1,8}")
_PARTS = re.compile(r"、|和|及|以及|还有|与|加上?|,|，| ")
_HERD = re.compile(r"存栏|圈里|养(?!老)|[鸡鸭鹅猪牛羊蜂鱼马驴兔]\d")


def read_gifts(clause: str, households: Sequence[str], *, more: bool) -> list[Item]:
    """The things a clause says were brought; with `more`, a clause of nothing but things goes on with the list."""
    match = _EACH_HOUSE.match(clause) or _GIVE.search(clause)
    if match is None or (_HERD.search(clause) and "送" not in clause and "买" not in clause):
        return _only_things(clause) if more else []
    if _BY_OTHERS.search(clause[: match.start()]):
        return []
    rest = _without_whom(clause[match.end() :], households)
    if _NO_GIFT.search(rest):
        return []
    counted_only = match.re is _GIVE and clause[match.start()] in "给帮自换装"
    bare = {name.removesuffix("家") for name in households}
    found = [item for item in _things(rest) if item.name not in bare and not _HOUSE.fullmatch(item.name)]
    return [item for item in found if item.quantity] if counted_only else found


_EACH = re.compile(r"(?P<names>[米面油肉蛋糖茶盐、和]{2,})各(?P<n>[一二两三\d]+)(?P<u>[\u4e00-\u9fff]?)")


def is_only_giving(clause: str) -> bool:
    """Whether the clause says that something was given, and not what: 送了, 慰问物资."""
    return (
        bool(re.search(r"送温暖|慰问|看望", clause))
        or bool(_GIVE.fullmatch(clause))
        or clause in ("慰问品", "慰问物资", "物资", "帮扶物资")
    )


def _only_things(clause: str) -> list[Item]:
    plain = re.sub(r"^(?:还有|另外|和|及|再加|以及|外加)", "", clause)
    if _EACH.fullmatch(plain):
        return _things(plain)
    if plain in ("慰问金", "红包", "生活用品"):
        return [Item(plain)]
    found = _things(plain)
    whole = re.fullmatch(
        rf"(?:(?:{_NUMBER})(?:{_UNITS})(?:的)?[\u4e00-\u9fff]{{1,6}}|[\u4e00-\u9fff]{{1,6}}(?:{_NUMBER})(?:{_UNITS})|[、和])+",
        plain,
    )
    money = plain.endswith("慰问金") or plain.startswith("慰问金")
    return found if (whole or money) and not _HERD.search(plain) else []


def _without_whom(rest: str, households: Sequence[str]) -> str:
    for name in households:
        bare = name.removesuffix("家")
        after = rest.removeprefix("给").removeprefix("到")
        if bare and after.startswith(bare):
            rest = re.sub(r"^(?:家里|家|户|屋头)?的?", "", after.removeprefix(bare))
    rest = re.sub(
        r"^(?:给|到)?(?:他们家|他们|他家|她家|他|她|老人家|老人|孩子|家里|每户|每家|各(?=[\d一二两三])|一些|些|点(?=.)|了|上|个(?=\d)|：|:)+",
        "",
        rest,
    )
    rest = re.sub(
        r"(?:到|给|去|送?过去|上门|让|送)(?:[\u4e00-\u9fff]{0,6}(?:家|户|里|手|他|她|老人|床))?了?$|等(?:慰问品|物资|物品|生活用品|东西)?$|(?:就)?(?:走|回)了?$",
        "",
        rest,
    )
    return re.sub(r"(?:到|给)[\u4e00-\u9fff]{1,4}家$", "", rest)


def _things(text: str) -> list[Item]:
    found: list[Item] = []
    each = _EACH.fullmatch(text)
    if each:
        count = read_number(each["n"])
        figure = f"{count}{each['u']}" if each["u"] else ""
        return [
            Item(name, figure, count if each["u"] else None, each["u"]) for name in each["names"] if name not in "、和"
        ]
    for part in _PARTS.split(text):
        found.extend(_counted(part.strip()))
    return found


def _counted(piece: str) -> list[Item]:
    money = find_amounts(piece)
    for amount in money:
        piece = piece.replace(amount.text, "")
    piece = re.sub(r"^(?:还有|各|每户|了|些|一些|也|又|去|的)+|(?:一份|若干|各一份|等)$", "", piece).strip()
    if money and not re.search(r"慰问|红包|救助|压岁", piece):
        return []
    gift_money = _GIFT_MONEY.fullmatch(piece)
    if gift_money:
        return [Item(gift_money["name"])]
    money_name = re.search(r"慰问金|红包", piece) if money else None
    if money_name:
        return [Item(money_name.group())]
    pattern = _COUNTED_FIRST if re.match(rf"(?:{_NUMBER})(?:{_UNITS})", piece) else _COUNTED_LAST
    matches = list(pattern.finditer(piece))
    if matches and not _NO_GIFT.search(matches[0]["name"]):
        return [_item(match) for match in matches]
    one = re.fullmatch(r"(?P<u>[个台根床副把])(?P<name>[\u4e00-\u9fff]{2,6})", piece)
    if one:
        return [Item(one["name"], "1" + one["u"], Decimal(1), one["u"])]
    if _FULL.fullmatch(piece) and not _NO_GIFT.search(piece) and not re.search(r"[了着过去说他她在是给让把]", piece):
        return [Item(piece)]
    return []


def _item(match: re.Match[str]) -> Item:
    count = read_number(match["n"])
    figure = format(count.normalize(), "f") if count is not None else match["n"]
    return Item(match["name"], figure + match["u"], count, match["u"])
