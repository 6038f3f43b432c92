"""我的补贴: what a household asked for, was granted and was paid, one line each."""

from collections.abc import Sequence
from datetime import date

_REMARK_AT_MOST = 60


def yuan(fen: int) -> str:
    """Money as people say it: 780元, 5563.05元."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02}元" if rest else f"{whole}元"


def day(on: date, today: date) -> str:
    """A day; its year only where it is not this one."""
    said = f"{on.month}月{on.day}日"
    return said if on.year == today.year else f"{on.year}年{said}"


def nothing(ask_them: str) -> str:
    """There is neither an application nor a payment."""
    return f"这里还没有您家申请补贴和发钱的记录。\n{ask_them}"


def nothing_of(benefit: str, others: Sequence[str], ask_them: str) -> str:
    """Nothing of this benefit, though there may be of others."""
    lines = [f"没有查到您家{benefit}的申请和发放记录。"]
    if others:
        lines.append(f"查得到的有：{'、'.join(others)}。")
    return "\n".join([*lines, ask_them])


def no_applications(ask_them: str) -> str:
    """No application is on file."""
    return f"这里没有查到您家的申请记录。\n您反映的事，{ask_them.removeprefix('想问清楚，')}"


def paid(when: str | None, amount: str, tail: str | None) -> str:
    """Money that arrived."""
    return f"{when or '日期没有写'}，{amount}，已到账{_card(tail)}"


def failed(when: str | None, amount: str, tail: str | None) -> str:
    """Money that did not arrive."""
    return f"{when or '日期没有写'}，{amount}，没有发成功{_card(tail)}"


def waiting(when: str | None, amount: str, tail: str | None) -> str:
    """Money still to come."""
    return f"{amount}，等着发，还没有到账{_card(tail)}{f'（登记的日期是{when}）' if when else ''}"


def _card(tail: str | None) -> str:
    return f"（卡尾号{tail}）" if tail else ""


def why_failed(remark: str | None) -> str:
    """The reason as the money file gives it, and what helps."""
    if not remark:
        return "没有写原因。请带身份证和银行卡，核对一下卡号和户名。"
    said = short(remark)
    if any(word in remark for word in ("卡", "账", "帐", "户名", "姓名")):
        return f"原因：{said}。请带身份证和银行卡，核对一下卡号和户名。"
    return f"原因：{said}。"


def short(remark: str) -> str:
    """A remark, at most one line or two of it, without a full stop."""
    said = " ".join(remark.split()).rstrip("。.")
    return said if len(said) <= _REMARK_AT_MOST else said[: _REMARK_AT_MOST - 1] + "…"


def applied(on: str, state: str, since: str | None) -> str:
    """An application under way."""
    return f"{on}申请，{f'{since}到了' if since else '现在是'}“{state}”"


def granted(on: str, state: str, since: str | None) -> str:
    """An application that was granted."""
    return f"{on}申请，{f'{since}' if since else ''}批下来了（{state}）"


def refused(on: str, state: str, since: str | None, reason: str | None) -> str:
    """An application that was refused, and why."""
    why = f"原因：{short(reason)}" if reason else "没有写原因"
    return f"{on}申请，{f'{since}' if since else ''}没有批（{state}）。{why}"


def with_note(line: str, reason: str | None) -> str:
    """A line with the office's note behind it."""
    return f"{line}。说明：{short(reason)}" if reason else line


def this_year(amount: str, times: int) -> str:
    """The sum of what arrived this year."""
    return f"今年一共到账{amount}，{times}笔。"


NOTHING_THIS_YEAR = "今年还没有到账的。"


def overview(total: str, lines: Sequence[str]) -> str:
    """Several benefits, the latest of each, to be opened by number."""
    return "\n".join([total, *lines, "回复前面的数字，看详细的。"])


def item(number: int, benefit: str, latest: str) -> str:
    """One benefit of the overview."""
    return f"{number} {benefit}：{latest}"


def more(number: int) -> str:
    """There are more lines than fit."""
    return f"回复{number}，看以前的。"


def more_benefits(number: int, rest: int) -> str:
    """There are more benefits than fit."""
    return f"{number} 其余{rest}项"


NO_EARLIER = "再早的没有了。"
