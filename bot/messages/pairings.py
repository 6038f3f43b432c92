"""结对: gaps in the pairings for the office and the townships, and households handed over by a command."""

from collections.abc import Sequence
from dataclasses import dataclass

PAIRINGS = "结对帮扶"
GAPS = "哪些户还没有帮扶干部，哪些干部联系不上，哪些干部结对的户比县里定的多或少"
HAND_OVER = "把一名干部的户移交给另一名，当天生效，两边和农户都会收到消息"
FROM = "现在的帮扶干部的电话"
TO = "接手的干部的电话"
HOUSEHOLDS = "只移交这些户（户编号，可以写几个）；不写就是全部"
DRY_RUN = "只看会移交哪些户，不真的移交"

ALL_PAIRED = "每一户都有帮扶干部。"
NO_SHARES = "县里没有定一名干部结对几户，所以不查多和少。各干部的户数加 --json 看。"
HEAD_UNKNOWN = "户主待补"
PLACE_UNKNOWN = "没有乡镇"
ALL_OF_THEM = "全部名单：bangfu export gaps 文件.xlsx"

LISTED_AT_MOST = 30
"""So many households are listed one by one; more are counted by township and village."""
NAMED_AT_MOST = 10

KINDS = {
    "alone": "没有帮扶干部",
    "out_of_reach": "帮扶干部联系不上",
    "over": "结对户数多了",
    "under": "结对户数少了",
    "unknown": "该结对几户看不出来",
}
"""What each kind of gap is called in the exported table."""

MISSING = {
    "rank": "职务级别没有登记",
    "rank_not_understood": "职务级别看不出是哪一级",
}


@dataclass(frozen=True, slots=True)
class Household:
    """A household without a cadre, as the office reads of it."""

    number: str
    head: str | None
    township: str | None
    village: str | None
    area: str


@dataclass(frozen=True, slots=True)
class Official:
    """An official with their number of households, and 职务级别 as it is on file."""

    name: str
    households: int
    rank: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """One group of the county's rule: its number, where it stands, and who has more or fewer."""

    who: str
    at_least: int | None
    at_most: int | None
    line: int
    quote: str
    over: Sequence[Official]
    under: Sequence[Official]


def without_cadre(households: Sequence[Household]) -> str:
    """The households without a cadre: each of them while they are few, else how many in which village."""
    if not households:
        return ALL_PAIRED
    lines = [f"还没有帮扶干部的有{len(households)}户："]
    if len(households) <= LISTED_AT_MOST:
        lines += [f"  户{one.number} {one.head or HEAD_UNKNOWN} {one.area}" for one in households]
        return "\n".join(lines)
    townships: dict[str, dict[str, int]] = {}
    for one in households:
        villages = townships.setdefault(one.township or PLACE_UNKNOWN, {})
        village = one.village or one.township or PLACE_UNKNOWN
        villages[village] = villages.get(village, 0) + 1
    for township, villages in sorted(townships.items(), key=lambda item: (-sum(item[1].values()), item[0])):
        counted = sorted(villages.items(), key=lambda item: (-item[1], item[0]))
        named = "、".join(f"{village}{count}户" for village, count in counted)
        lines.append(f"  {township}{sum(villages.values())}户：{named}")
    return "\n".join([*lines, ALL_OF_THEM])


def rest(who: str) -> str:
    """Who takes the households that are left over, by the county's document."""
    return f"没有人帮的户，按文件由{who}包干托底。"


def out_of_reach(officials: Sequence[Official]) -> str:
    """Cadres whom no message reaches, and how many households they have."""
    households = sum(one.households for one in officials)
    return f"有{households}户的帮扶干部收不到消息（没有绑定，登记的电话也不是手机号），请核对：{_named(officials)}"


def share(one: Share) -> str:
    """One group of the rule, with who has more or fewer households than it says."""
    head = f"{one.who}每人{number(one.at_least, one.at_most)}（文件第{one.line}行“{one.quote}”）："
    if not one.over and not one.under:
        return f"{head}没有多的，也没有少的。"
    lines = [head]
    if one.over:
        lines.append(f"  多了的有{len(one.over)}名：{_named(one.over)}")
    if one.under:
        lines.append(f"  少了的有{len(one.under)}名：{_named(one.under)}")
    return "\n".join(lines)


def number(at_least: int | None, at_most: int | None) -> str:
    """How many households the rule gives."""
    if at_least == at_most:
        return f"{at_least}户"
    if at_least is None:
        return f"最多{at_most}户"
    return f"至少{at_least}户" if at_most is None else f"{at_least}到{at_most}户"


def unknown(why: str, officials: Sequence[Official]) -> str:
    """Officials of whom nobody can tell how many households they should have, and why."""
    ranks = "、".join(f"{one.name}（{one.rank}）" if one.rank else one.name for one in officials[:NAMED_AT_MOST])
    return f"看不出该结对几户的有{len(officials)}名，{why}：{ranks}{_more(officials)}"


def why(missing: str, not_on_file: str | None) -> str:
    """Why nobody can tell how many households an official should have: a key of MISSING, or what no register tells."""
    return MISSING.get(missing, f"要知道“{not_on_file}”才行")


def _named(officials: Sequence[Official]) -> str:
    named = [f"{one.name} {one.households}户" for one in officials[:NAMED_AT_MOST]]
    return "、".join(named) + _more(officials)


def _more(officials: Sequence[Official]) -> str:
    left = len(officials) - NAMED_AT_MOST
    return f"，还有{left}名" if left > 0 else ""


# ---- the daily word to the township


def nobody_has(township: str | None, heads: Sequence[str], total: int) -> str:
    """To the township's staff, or the county's office: who has nobody, and how to give them somebody (S28, S48)."""
    where = township or PLACE_UNKNOWN
    named = "、".join(heads)
    more = f"等{total}户" if total > len(heads) else f"，共{total}户" if total > 1 else ""
    return f"{where}还有户没有帮扶干部：{named}{more}。\n请尽快指定：比如发“把{heads[0]}家交给李梅”，对方同意就定了。"


# ---- hand-over by a command

NOBODY_OF_THAT_PHONE = "没有这个电话的干部，请核对电话号码。"
SAME_CADRE = "两个电话是同一名干部。"
NO_HOUSEHOLDS = "这名干部名下没有结对的户。"
CHANGED_MEANWHILE = "刚才有户换了帮扶干部，这次什么都没有动。请再运行一次。"


def not_theirs(numbers: Sequence[str]) -> str:
    """These households are not with the cadre named."""
    return f"这些户现在不是这名干部帮扶，什么都没有动：{'、'.join(numbers)}。"


def handed_over(count: int, *, dry_run: bool) -> str:
    """What a command did, or would do."""
    return f"会移交{count}户，还没有动。" if dry_run else f"移交了{count}户，当天生效。"
