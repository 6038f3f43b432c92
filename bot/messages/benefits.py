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


def nothing_of_person(person: str, ask_them: str) -> str:
    """Nothing in the name of one of the household."""
    return f"没有查到{person}名下的申请和发放记录。全家的，回复“我的补贴”看。\n{ask_them}"


def not_of_this_household(said: str) -> str:
    """Somebody is named whom the register does not have in this household."""
    return f"您家登记的人里没有“{said}”。别人家的钱，我不能说。\n要是您家的人，请说全名；不在登记里，请告诉村里。"


def nothing_of(benefit: str, person: str | None, others: Sequence[str], ask_them: str) -> str:
    """Nothing of this benefit, though there may be of others."""
    lines = [f"没有查到{f'{person}名下' if person else '您家'}{benefit}的申请和发放记录。"]
    if others:
        lines.append(f"查得到的有：{'、'.join(others)}。")
    return "\n".join([*lines, ask_them])


def no_applications(ask_them: str) -> str:
    """No application is on file."""
    return f"这里没有查到您家的申请记录。\n您反映的事，{ask_them.removeprefix('想问清楚，')}"


def whose(benefit: str, person: str | None) -> str:
    """A benefit, and whose it is where it is one person's."""
    return f"{benefit}（{person}）" if person else benefit


def paid(when: str | None, amount: str, tail: str | None, person: str | None) -> str:
    """Money that arrived."""
    return f"{_who_when(when, person)}，{amount}，已到账{_card(tail)}"


def failed(when: str | None, amount: str, tail: str | None, person: str | None) -> str:
    """Money that did not arrive."""
    return f"{_who_when(when, person)}，{amount}，没有发成功{_card(tail)}"


def made_good(when: str | None, amount: str, again: str | None, tail: str | None, person: str | None) -> str:
    """Money that did not arrive at first and was paid again later, to which card."""
    return f"{_who_when(when, person)}，{amount}，那次没有发成功，{again or '后来'}补发到账了{_card(tail)}"


def late(when: str | None, amount: str, tail: str | None, person: str | None) -> str:
    """Money whose registered day has passed."""
    return f"{_who_when(when, person)}该发{amount}，日子过了，还没有到账{_card(tail)}"


def waiting(when: str | None, amount: str, tail: str | None, person: str | None) -> str:
    """Money still to come."""
    who = f"{person}，" if person else ""
    return f"{who}{amount}，等着发，还没有到账{_card(tail)}{f'（登记的日期是{when}）' if when else ''}"


def _who_when(when: str | None, person: str | None) -> str:
    return f"{when or '日期没有写'}，{person}" if person else when or "日期没有写"


def _card(tail: str | None) -> str:
    return f"（卡尾号{tail}）" if tail else ""


_CHECK_THE_CARD = "请带身份证和银行卡，核对一下卡号和户名。"
_WHAT_TO_DO: tuple[tuple[tuple[str, ...], str], ...] = (
    (("户名", "姓名", "名字不", "户主不符"), _CHECK_THE_CARD),
    (("销户", "注销", "已销"), "这张卡已经销了。请带身份证和银行卡到银行换一张新卡，再把新卡号告诉村里。"),
    (("冻结", "止付", "管控", "查封", "只收不付"), "这张卡被冻结了。请带身份证和银行卡到银行问清楚。"),
    (
        ("未激活", "没激活", "未启用", "没有激活", "未开通", "待激活"),
        "这张卡还没有激活。请带身份证和银行卡到银行激活。",
    ),
    (("挂失", "遗失", "丢失"), "这张卡挂失了。请带身份证到银行补卡，卡号变了要告诉村里。"),
    (("睡眠", "久悬", "不动户", "长期未", "长期不"), "这张卡太久没有用，银行停了。请带身份证和银行卡到银行重新开通。"),
    (
        ("证件过期", "身份证过期", "证件失效", "证件到期", "身份证到期", "身份信息"),
        "请带新的身份证到银行，把登记的证件换过来。",
    ),
    (
        ("限额", "超限", "二类", "Ⅱ类", "II类", "三类户"),
        "这张卡一次收不了这么多钱。请带身份证和银行卡到银行，请他们改一改。",
    ),
    (("去世", "死亡", "身故"), "请家里人到村里说一声，问清楚这笔钱怎么办。"),
    (
        ("卡号", "账号", "帐号", "账户不存在", "帐户不存在", "无此", "查无", "不存在"),
        "卡号登记得不对。请带身份证和银行卡，到村里把卡号改对。",
    ),
    (("状态异常", "状态不", "账户异常", "帐户异常", "异常"), "请带身份证和银行卡到银行，问问这张卡怎么了。"),
    (("余额不足", "资金未到", "资金不足", "指标"), "这不是您卡的问题，不用跑银行。"),
    (("卡", "账", "帐"), _CHECK_THE_CARD),
)
"""What banks and offices write when money comes back, and what helps; the first row that has a word of it counts."""


def why_failed(remark: str | None) -> str:
    """The reason as the money file gives it, and what helps; a reason nobody knows is told as it is."""
    if not remark:
        return f"没有写原因。{_CHECK_THE_CARD}"
    helps = next((what for words, what in _WHAT_TO_DO if any(word in remark for word in words)), "")
    return f"原因：{short(remark)}。{helps}"


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
HOW_TO_OBJECT = "不同意的话，回复“我的申请”，看怎么提、到什么时候。"
NOT_PAID_YET = "批了，钱还没有发放记录。"


def which_person(said: str) -> str:
    """Several of the household may be meant."""
    return f"您说的“{said}”是哪一位？"


WHOLE_HOUSEHOLD = "全家的"
BY_PERSON = "按人分："
NOT_ARRIVED = "还没有到账的："
NOTHING_CAME = "还没有到账的记录，没法比。"
LAST_ONE = "最近的一笔是："


def month(year: int, of_year: int, today: date) -> str:
    """A month; its year only where it is not this one."""
    return f"{of_year}月" if year == today.year else f"{year}年{of_year}月"


def year(of: int, today: date) -> str:
    """A year, in the words people use."""
    return {0: "今年", 1: "去年"}.get(today.year - of, f"{of}年")


def came_in(when: str, amount: str, times: int) -> str:
    """The sum of what arrived in a year."""
    return f"{when}一共到账{amount}，{times}笔。"


def none_in(when: str) -> str:
    """Nothing arrived then."""
    return f"没有查到{when}到账的记录。"


def sum_line(of: str, amount: str, times: int) -> str:
    """What one benefit, or one person, comes to."""
    return f"{of}：{amount}，{times}笔"


def rest_of_sums(count: int, amount: str) -> str:
    """What does not fit comes to."""
    return f"其余{count}项：{amount}"


def of_a_sum(amount: str, times: int) -> str:
    """The payments of a sum that was asked about."""
    return f"{amount}的有这一笔：" if times == 1 else f"{amount}的有{times}笔，最近的："


def none_of_a_sum(amount: str) -> str:
    """No payment is of that sum: it may be other money."""
    return f"补贴里没有查到{amount}这一笔，可能不是补贴，也可能还没有登记。看看银行短信里写的附言。\n最近的几笔是："


def compared(
    what: str,
    newer: tuple[str | None, str],
    older: tuple[str | None, str],
    difference: str,
    *,
    fewer: bool,
    same: bool,
    remark: str | None,
) -> str:
    """The last payment beside the one before it; why they differ only where the file says it."""
    said = f"{what}：{newer[0]}到账{newer[1]}，上一笔是{older[0]}的{older[1]}，"
    if same:
        return f"{said}一样多。"
    why = f"表里的说明：{short(remark)}。" if remark else "为什么，表里没有写。"
    return f"{said}{'少' if fewer else '多'}了{difference}。{why}"


def only_one(what: str, when: str | None, amount: str) -> str:
    """There is nothing before it to compare with."""
    return f"{what}：只有{when}的{amount}这一笔，没有以前的可比。"
