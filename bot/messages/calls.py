"""打电话名单: what a cadre is told of people our messages did not reach: whom to ring, and what to say."""

import re
from collections.abc import Sequence
from datetime import date

from bot.messages.talk import numbered

NAMED_AT_MOST = 10

NOBODY = "名单是空的，没有要打电话的。哪一户的消息送不到，我会告诉您。"
HEAD_UNKNOWN = "户主未登记"
NO_PHONE = "没有登记电话，请上门说"
MADE = "打过了"
NOT_YET = "没打通，先留着"
MADE_WORDS = frozenset(
    {"打了", "打过", "打通了", "已打", "已经打了", "已经打过了", "说了", "说过了", "通知了", "通知到了", "联系上了"}
)
NOT_YET_WORDS = frozenset({"没打通", "打不通", "没人接", "没接", "还没打", "没打", "等会打", "关机", "先留着"})
STAYS = "好的，还留在名单上。"
MADE_ALREADY = "这一个已经打过了，不在名单上了。回复“打电话名单”看还有谁。"

_SHORT = 20
_WHOLE = 45


def household(village: str | None, head: str | None) -> str:
    """What a household is called on the list."""
    return f"{village or ''}{head or HEAD_UNKNOWN}"


def cadre(name: str) -> str:
    """What a cadre who could not be reached is called on the office's list."""
    return f"帮扶干部{name}"


def line(who: str | None, phone: str | None, texts: Sequence[str], since: date) -> str:
    """One line of the list: whom to ring, since when, about what. Where that is only in the text, the text."""
    if who is None:
        return _shortened(texts, _WHOLE)
    more = f"等{len(texts)}件事" if len(texts) > 1 else ""
    return "，".join(part for part in (who, phone, f"{_day(since)}起") if part) + f"：{_shortened(texts, _SHORT)}{more}"


def listed(lines: Sequence[str], total: int) -> str:
    """The list, its first lines shown."""
    more = [f"还有{total - len(lines)}户，打完上面的就轮到。"] if total > len(lines) else []
    return "\n".join([numbered(f"消息没送到，要打电话的有{total}户：", lines), *more, "回复数字看要说的话。"])


def opened(who: str | None, phone: str | None, texts: Sequence[tuple[date, str]]) -> str:
    """One of the list in full: the number to ring, and every word that did not arrive."""
    if who is None:
        return "\n".join(text for _, text in texts)
    first = f"{who}，{f'电话{phone}' if phone else NO_PHONE}。"
    return "\n".join([first, *(f"{_day(day)}要告诉的：{text}" for day, text in texts)])


def made(who: str | None, day: date, left: int) -> str:
    """Ticked off, and what is left."""
    rest = f"名单上还有{left}户，回复“打电话名单”接着打。" if left else "名单上的都打完了，辛苦了。"
    return f"记下了：{_day(day)}{f'给{who}' if who else ''}打过电话。\n{rest}"


def calls_due(names: Sequence[str]) -> str:
    """To the cadre, once a day at most: households are on the list."""
    named = "、".join(names[:NAMED_AT_MOST])
    more = f"等{len(names)}户" if len(names) > NAMED_AT_MOST else ""
    return f"有{len(names)}户的消息没送到，请给他们打个电话：\n{named}{more}\n回复“打电话名单”，看电话和要说的话。"


def on_the_office_list(text: str) -> str:
    """To the officials of the county: this cannot wait until somebody looks at the list."""
    return f"{text}\n这件事记在打电话名单上，办了以后回复“打电话名单”勾掉。"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _shortened(texts: Sequence[str], length: int) -> str:
    first = re.split(r"[\n。（]", texts[0], maxsplit=1)[0]
    return first if len(first) <= length else f"{first[:length]}…"
