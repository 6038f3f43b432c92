"""移交: a household goes from one cadre to another, when the other says yes."""

from collections.abc import Sequence
from datetime import date

HEAD_UNKNOWN = "户主未登记"
NAMED_AT_MOST = 10

WHICH = "要移交哪几户？回复数字（比如1、3），也可以回复“全部”或户主名字。"
WHICH_TO_ACCEPT = "接手哪几户？回复数字（比如1、3），或者“全部”。"
WHICH_TO_DECLINE = "不接哪几户？回复数字（比如1、3），或者“全部”。"
WHICH_TO_WITHDRAW = "撤回哪几户？回复数字（比如1、3），或者“全部”。"
WHICH_BY_NAME = "要移交哪几户？请说户主名字或户编号。"
TO_WHOM = "移交给谁？回复姓名或手机号。"
NOT_TO_YOURSELF = "这是您自己，请说接手的人。"
NONE_LEFT = "您名下没有结对的户了，可以放心交接工作。这个账号不再用，就回复“解绑”。"
NOT_MOVED = "好的，没有移交，还和原来一样。"
ANOTHER_WAS_QUICKER = "刚才有户变了，这次什么都没有动。请再说一次“移交”，看现在的情况。"
CHANGED_MEANWHILE = "刚才有户变了，这次什么都没有动。回复“待接手”看现在还有哪些户。"
REGISTER_BUSY = "县里正在更新名册，请过几分钟再发一次。"
NOTHING_WAITING = "现在没有等您接手的户。"
NOTHING_TO_WITHDRAW = "您没有在等答复的移交。"
ANSWER = "愿意就在帮扶通里回复“接手”，不接就回复“不接”。"


def household(village: str | None, head: str | None) -> str:
    """A household in half a word: its village and its head."""
    return f"{village or ''}{head or HEAD_UNKNOWN}"


def named(households: Sequence[str]) -> str:
    """Some households, by name while they are few."""
    if len(households) == 1:
        return f"{households[0]}户"
    more = f"等{len(households)}户" if len(households) > NAMED_AT_MOST else f"共{len(households)}户"
    return f"{'、'.join(households[:NAMED_AT_MOST])}{more}"


def somebody(name: str, unit: str | None) -> str:
    """A colleague with their unit."""
    return f"{name}（{unit}）" if unit else name


def not_let_go_yet(count: int) -> str:
    """Who leaves hands over first (000:59 不脱贫不脱钩)."""
    return f"您名下还有{count}户。不脱贫不脱钩，请先移交给接手的人。"


def nobody_called(said: str) -> str:
    """No official of the county goes by this name or number."""
    return f"没有找到“{said}”。只能移交给县里登记过的干部，请回复全名或手机号。还没登记的，请县里先登记。"


def which_of(said: str) -> str:
    """Several officials fit what was said."""
    return f"有几位对得上“{said}”，是哪一位？"


def colleague(name: str, unit: str | None, tail: str | None) -> str:
    """One of several alike: with the unit, and the end of the telephone number where the unit is the same."""
    told = [part for part in (unit, f"电话尾号{tail}" if tail else None) if part]
    return f"{name}（{'，'.join(told)}）" if told else name


def somebody_elses(head: str) -> str:
    """A household the speaker sees, and has no say about."""
    return f"{head}户不是您帮扶的，要换人请找乡镇。"


def with_them_already(head: str, to: str) -> str:
    """There is nothing to hand over."""
    return f"{head}户本来就是{to}帮扶。"


def sure(
    households: Sequence[str],
    to: str,
    name: str,
    *,
    of: Sequence[str],
    over: str | None,
    instead: Sequence[str],
    silent: bool,
) -> str:
    """What will happen, before it does.

    `of`: whose households they are, nobody named where they are the speaker's own; `over`: their number by the
    county's rule; `instead`: who was asked before; `silent`: no message reaches the one who is asked.
    """
    lines = [f"请{to}接手{named(households)}。"]
    if over is not None:
        lines.append(over)
    if instead:
        lines.append(f"原来请{'、'.join(instead)}接手的，会撤回。")
    if silent:
        lines.append(f"{name}还没有绑定帮扶通，消息不一定收得到，请同时打个电话。")
    if of:
        lines.append(f"{name}同意才换人，在那以前还是{'、'.join(of)}帮扶。")
    else:
        lines.append(f"{name}同意才换人，在那以前还是您帮扶，提醒也照样发给您。")
    return "\n".join([*lines, "确定移交吗？请回复“是”或“不是”。"])


NOBODY = "没有人"


def over_the_number(name: str, count: int, most: int) -> str:
    """The one who is asked would have more households than the county's rule gives them; said, not forbidden."""
    return f"{name}接了就有{count}户，多于县里定的{most}户。"


def you_are_over(count: int, most: int) -> str:
    """The same, to the one who takes them."""
    return f"您现在帮扶{count}户，多于县里定的{most}户，请乡镇知道。"


def asked(to: str, households: Sequence[str], until: date) -> str:
    """The other has been asked."""
    return (
        f"已经请{to}接手{named(households)}。答复了就告诉您，{until.month}月{until.day}日前没有答复就不算移交。\n"
        "想收回就说“撤回移交”。"
    )


def please_take(askers: Sequence[tuple[str, Sequence[str], date]]) -> str:
    """To the one who is asked: by whom, for which households, until when."""
    lines = [
        f"{asker}请您接手{named(households)}，请在{until.month}月{until.day}日前答复。"
        for asker, households, until in askers
    ]
    return "\n".join([*lines, ANSWER])


def waiting(lines: Sequence[str], total: int) -> str:
    """What waits for the speaker's answer, as far as it fits a phone."""
    more = [f"还有{total - len(lines)}户。"] if total > len(lines) else []
    return "\n".join([f"等您答复的有{total}户：", *lines, *more, ANSWER])


def offer_line(household: str, asker: str, until: date) -> str:
    """One offered household on a list."""
    return f"{household}，{asker}请您接手，{until.month}月{until.day}日前答复"


def to_line(household: str, to: str) -> str:
    """One household the speaker has offered, on a list."""
    return f"{household}，请{to}接手"


def accepted(households: Sequence[str], over: str | None) -> str:
    """The receiver has them now."""
    told = [f"好的，从今天起由您帮扶{named(households)}，已经告诉对方和农户。", "回复“我的户”看名单。"]
    return "\n".join(told if over is None else [told[0], over, told[1]])


def now_theirs(name: str, households: Sequence[str]) -> str:
    """To the old cadre, and to who asked: it is done."""
    return f"{name}接手了{named(households)}，从今天起由{name}帮扶。"


def now_yours(households: Sequence[str]) -> str:
    """To a cadre whom the office gave households."""
    return f"县里把{named(households)}交给您帮扶，从今天起生效。回复“我的户”看名单。"


def new_helper(name: str, unit: str | None, phone: str, *, first: bool) -> str:
    """To the household: who helps them from now on."""
    opening = "您家有帮扶干部了，是" if first else "您家的帮扶干部换了，现在是"
    return f"{opening}{somebody(name, unit)}，电话{phone}。有事可以直接打电话。"


def declined(households: Sequence[str]) -> str:
    """The receiver does not take them."""
    return f"好的，没有接手{named(households)}，已经告诉对方。"


def not_taken(name: str, households: Sequence[str]) -> str:
    """To who asked: the other said no."""
    return f"{name}不接{named(households)}，帮扶人没有变。可以再说“移交”，请别人接手。"


def lapsed(name: str, households: Sequence[str]) -> str:
    """To who asked: the other never answered."""
    return f"7天过了，{name}没有答复，{named(households)}的帮扶人没有变。可以再说“移交”，请别人接手。"


def withdrawn(households: Sequence[str]) -> str:
    """The speaker has taken an offer back."""
    return f"撤回了，{named(households)}的帮扶人没有变。"


def no_longer_asked(asker: str, households: Sequence[str]) -> str:
    """To who was asked: never mind."""
    return f"{asker}撤回了移交，{named(households)}不用您接手了。"


def moving(label: str, to: str) -> str:
    """A household on its cadre's list that somebody else is asked to take."""
    return f"{label}（等{to}接手）"
