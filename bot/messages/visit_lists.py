"""走访清单: what is said about many visits told in one message."""

from collections.abc import Sequence

NOT_KEPT = "好的，都没有记。改好了再发一次就行。"
ALL_KEPT_BEFORE = "这些今天都已经记过了，没有再记。"
NOBODY_FOUND = "这张单子里没有认出您的户，都没有记。请核对户主名字再发一次；说“我的户”可以看名单。"
SKIP_WORDS = frozenset({"跳过", "不要", "不要了", "不记", "去掉", "没有", "不知道", "跳过这行", "不要这行"})
MORE_WORDS = frozenset({"3", "下一页", "后面", "后面的", "看后面", "看后面的", "继续", "更多"})
ANSWER = "请回复前面的数字。"

_LINE_AT_MOST = 46
_NAME_AT_MOST, _NAMES_AT_MOST = 10, 12


def too_many(most: int) -> str:
    """More rows than one message may bring."""
    return f"一次最多记{most}户，请分两次发。"


def day_ahead(place: int, month: int, day: int) -> str:
    """A row tells of a day that has not come."""
    return f"第{place}行说的{month}月{day}日还没到，都没有记。请改好再发一次。"


def who_is(place: int, said: str | None) -> str:
    """The question whose row this is, when no household of the speaker's fits."""
    named = f"“{said}”，您能查的户里没有找到" if said else "没有说是哪一户"
    return f"第{place}行{named}。是哪一户？请说户主名字；这一行不要了，就回复“跳过”。"


def not_found(said: str) -> str:
    """The name given instead fits none of the speaker's households either."""
    return f"“{said}”也没有找到。"


def row(place: int, head: str, day: str | None, told: str) -> str:
    """One row as understood, in a line."""
    text = f"{place} {head}{f'（{day}）' if day else ''}：{told}"
    return text if len(text) <= _LINE_AT_MOST else f"{text[: _LINE_AT_MOST - 1]}…"


def page(*, count: int, day: str | None, rows: Sequence[str], left_out: Sequence[str], before: int, left: int) -> str:
    """What was understood of a list, a page of it, and the one question whether to keep it; nothing is kept yet."""
    title = f"看懂了{count}户{f'，都是{day}' if day else ''}，还没有记："
    notes = [f"今天记过、不再记的：{before}户"] if before else []
    ending = f"1 记下这{count}户\n2 都不记" + (f"\n3 看后面的{left}户" if left else "")
    return "\n".join([title, *rows, *left_out, *notes, f"回复数字：\n{ending}"])


def left_out(rows: Sequence[str]) -> str:
    """Rows that will not be kept, since nobody knows whose they are: the names or words they begin with."""
    return f"没认出是哪一户、不会记的：{_named(rows)}"


def did_not_happen(rows: Sequence[str]) -> str:
    """Rows that tell of a visit that did not happen."""
    return f"没去成、不用记的：{_named(rows)}"


def _named(rows: Sequence[str]) -> str:
    shown = "、".join(row[:_NAME_AT_MOST] for row in rows[:_NAMES_AT_MOST])
    return shown if len(rows) <= _NAMES_AT_MOST else f"{shown}等{len(rows)}行"


def recorded(count: int) -> str:
    """The whole list is in the book."""
    return (
        f"记下了{count}户。要改哪一户，说名字和哪里不对，比如“王建国，不是2袋是3袋”；"
        "撤回一户说“撤回第3户”，整张都不要了说“撤回”。"
    )
