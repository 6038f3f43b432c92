"""走访: what is said about home visits told by a cadre."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

WHICH = "走访了哪一户？回复数字，或者直接说户主名字。"
WHAT_DID_YOU_FIND = "看到了什么？直接说就行。"
TOO_LONG = "太长了，请分两次说，每次500字以内。"
NO_HOUSEHOLDS = "您名下还没有结对的户。如果弄错了，请找乡镇或县里的管理员。"
NO_LONGER_YOURS = "这一户现在不在您能查的户里了。说“我的户”可以看名单。"
NOTHING_LOGGED = "好的，没有记走访。等去成了，再发一句就行。"
KEPT = "好的，就这样记着。"
KEPT_ONCE = "好的，没有再记，还是原来那一条。"
WHICH_DAY = "请说已经过去的一天，比如“今天”“昨天”“3月5日”。"
NOTHING_TO_WITHDRAW = "今天没有可以撤回的走访记录。更早的记录要改，直接说哪里不对。"
NOTHING_TO_CORRECT = "最近七天没有您的走访记录，没有可以改的。"
NOT_CLEAR_WHAT = "没听明白改什么。请这样说：“不是2袋是3袋”“日期是昨天”“不是王建国是李秀英”“还有孩子要上学”。"

_HOW_TO_MEND = "要改，直接说，比如“不是2袋是3袋”“日期是昨天”；不要了，说“撤回”。"
_SHOWN_AT_MOST = 120
_NAMED_AT_MOST = 20
_IN_FULL_AT_MOST = 6


def not_yours(name: str) -> str:
    """Not theirs, or nowhere: the same words."""
    return f"您能查的户里没有找到“{name}”。请核对户主名字再说一次；说“我的户”可以看名单。"


def which_of(name: str) -> str:
    """Several households fit a name."""
    return f"“{name}”是哪一户？"


def told_again(heads: Sequence[str]) -> str:
    """The very same words came twice in a day."""
    return f"今天已经记过一模一样的一条（{'、'.join(heads)}户）。是又走访了一次吗？回复“是”再记一条，“不是”就不记。"


def not_yet(day: date) -> str:
    """The day said lies ahead."""
    return f"{day.month}月{day.day}日还没到。是哪天走访的？"


def on_day(visited_on: date | None, date_text: str | None, today: date) -> str:
    """The day of a visit, with the year when it is another one; a vague day as it was said."""
    if visited_on is None:
        return f"“{date_text}”" if date_text else ""
    year = "" if visited_on.year == today.year else f"{visited_on.year}年"
    return f"{year}{visited_on.month}月{visited_on.day}日"


def visited(head: str, day: str, kind: str) -> str:
    """One visit in few words: the day, how, and whose household."""
    how = {"phone": "电话联系", "visit+phone": "走访并电话联系"}.get(kind, "走访")
    return f"{day}{how}{head}户"


def details(
    *,
    items: Sequence[Mapping[str, Any]],
    problems: Sequence[str],
    measures: Sequence[str],
    amounts: Sequence[Mapping[str, Any]],
    not_home: bool,
) -> list[str]:
    """What was understood of a note, a line a kind; nothing for what was not said."""
    lines = ["没有见到人"] if not_home else []
    for name, said in (
        ("送了", [item(thing) for thing in items]),
        ("问题", problems),
        ("措施", measures),
        ("金额", [amount(money) for money in amounts]),
    ):
        if said:
            lines.append(f"{name}：{_shortened('；'.join(said))}")
    return lines


def item(thing: Mapping[str, Any]) -> str:
    """Something brought, with how much of it where that was said."""
    quantity = "" if thing["quantity"] is None else thing["quantity"]
    return f"{thing['name']}{quantity}{thing['unit'] or ''}"


def amount(money: Mapping[str, Any]) -> str:
    """A sum of money and what it is for."""
    return f"{money['what']}{money['value']}元"


def about(
    *, items: Sequence[Mapping[str, Any]], problems: Sequence[str], note: str, not_home: bool, limit: int = 40
) -> str:
    """An earlier visit in one line: what was understood of it, or else the words it was told in."""
    told = [
        *(["没有见到人"] if not_home else []),
        *(f"送{item(thing)}" for thing in items),
        *problems,
    ]
    text = "；".join(told) or note
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def recorded(visit: str, lines: Sequence[str], notices: Sequence[str]) -> str:
    """One visit is in the book."""
    return "\n".join([f"记下了：{visit}。", *lines, *notices, _HOW_TO_MEND])


def recorded_all(visits: Sequence[tuple[str, Sequence[str]]], notices: Sequence[str]) -> str:
    """Several visits of one note are in the book."""
    if len(visits) > _IN_FULL_AT_MOST:
        shown = [f"{visit}{'：' if lines else '。'}{'；'.join(lines)}" for visit, lines in visits]
    else:
        shown = [line for visit, lines in visits for line in (f"{visit}。", *lines)]
    return "\n".join([f"记下了{len(visits)}户：", *shown, *notices, _HOW_TO_MEND])


def taken_as(said: str, head: str) -> str:
    """The name said is not the one on file."""
    return f"您说的是“{said}”，按{head}户记的。"


def day_unknown(date_text: str) -> str:
    """The day was told vaguely and is kept as said."""
    return f"日子按您说的“{date_text}”记的；要记到哪一天，就说“日期是昨天”这样的话。"


def which_of_days(days: Sequence[date]) -> str:
    """The few days a vague word can mean, by number; nothing must be answered."""
    lines = [
        f"{number} {day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
        for number, day in enumerate(days, 1)
    ]
    return "\n".join(["知道是哪天，就回复数字：", *lines])


def what_is_wrong(visit: str) -> str:
    """Which visit is going to be corrected, and the question what of it."""
    return f"要改的是：{visit}。哪里不对？直接说，比如“不是2袋是3袋”“日期是昨天”“还有孩子要上学”。"


def corrected(visit: str, lines: Sequence[str]) -> str:
    """A visit says something else now."""
    return "\n".join([f"改好了：{visit}。", *lines])


def withdrawn(visits: Sequence[str]) -> str:
    """What one message told is taken back."""
    if len(visits) == 1:
        return f"撤回了：{visits[0]}，这一条不算了。"
    if len(visits) > _NAMED_AT_MOST:
        return f"撤回了{len(visits)}户：{visits[0]}等，都不算了。"
    return "\n".join([f"撤回了{len(visits)}户：", *visits, "都不算了。"])


def no_such_visit(count: int) -> str:
    """A number that is none of the visits told together."""
    return f"上一次一共记了{count}户，请说“撤回第1户”这样的话；都不要了就说“撤回”。"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[: _SHOWN_AT_MOST - 1]}…"
