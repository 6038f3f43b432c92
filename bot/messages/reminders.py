"""提醒: what the clock says to cadres and households."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

NAMED_AT_MOST = 10
"""So many households are named in one message; a longer list is no help on a phone."""

MAYBE_TWICE = "如已收到，请不用理会。"

NOTICE_SUBJECTS = {
    "visit_due": "这个月的走访",
    "policy_change": "补贴政策有变动",
    "deadline": "补贴办理快到期了",
    "money_arrived": "补贴到账了",
    "money_failed": "有一笔补贴没有发成功",
    "offer": "有补贴可能能办",
    "calls_due": "有户要打电话",
    "unpaired": "有户没有帮扶干部",
    "handover": "有户请您接手",
    "handover_lapsed": "移交没有答复",
    "handover_news": "帮扶干部有变动",
    "case": "您反映的事有消息",
    "case_private": "有一件事有答复",
    "case_due": "有诉求快到期",
    "public_notice": "村里有公示",
    "public_notice_closed": "公示到期",
}
NOTICE_OTHERWISE = "帮扶通有一条消息"
NOTICE_MORE = {
    "visit_due": "点开回复“我的户”看名单",
    "policy_change": "点开回复“我能享受什么”看详情",
    "deadline": "点开回复“什么时候截止”看详情",
    "money_arrived": "点开回复“我的补贴”看详情",
    "money_failed": "点开回复“我的补贴”看怎么办",
    "offer": "点开回复“我能享受什么”看详情",
    "calls_due": "点开回复“打电话名单”看名单",
    "unpaired": "点开回复“移交”指定帮扶干部",
    "handover": "点开回复“待接手”看是哪几户",
    "handover_lapsed": "点开回复“移交”另请别人",
    "case": "点开回复“我反映的事”看",
    "case_private": "点开回复“我反映的事”看",
    "case_due": "点开回复“问题清单”看",
    "public_notice": "点开回复“公示”看名单",
}
NOTICE_MORE_OTHERWISE = "点开回复“帮助”看详情"
"""The fields of a subscription notice are thing fields: twenty characters at most."""


def visits_due(month: int, heads: Sequence[str], *, days_left: int, first: bool) -> str:
    """Which households nobody has visited yet this month, and how to tell us of a visit."""
    if first:
        opening = f"{month}月有{len(heads)}户要走访："
    else:
        opening = f"{month}月还有{len(heads)}户没有走访，{_left(days_left)}："
    named = "、".join(heads[:NAMED_AT_MOST])
    more = f"\n还有{len(heads) - NAMED_AT_MOST}户，回复“我的户”看全部。" if len(heads) > NAMED_AT_MOST else ""
    return f"{opening}\n{named}{more}\n走访完发一句话就记下了，比如：今天去了{heads[0]}家，一切都好。"


def _left(days: int) -> str:
    return "今天是这个月最后一天" if days == 0 else f"这个月还剩{days}天"


def deadline(
    benefit: str,
    *,
    closes: date,
    days_left: int,
    what: str,
    where: str | None,
    promised: bool,
    demonstration: bool,
) -> str:
    """By when what must be handed in where. `promised`: the document promises it to this household outright."""
    day = f"{closes.year}年{closes.month}月{closes.day}日"
    near = {0: "今天截止", 1: "明天截止"}.get(days_left)
    when = f"{near}（{day}）" if near else f"{day}截止，还有{days_left}天"
    return "\n".join(
        [
            f"提醒您办“{benefit}”：{when}。",
            f"要交：{what}。",
            f"交到：{where}。" if where else "交到哪里，请问村里。",
            PROMISED if promised else NOT_PROMISED,
            CONFIRMED_FOR_SHOW if demonstration else CONFIRMED,
        ]
    )


PROMISED = "按文件您家可以申请，最后以村里核定为准。"
NOT_PROMISED = "文件里有这个方向，您家能不能办，请问村里。"
CONFIRMED = "这是县里确认过的办理时间。"
CONFIRMED_FOR_SHOW = "这是演示的办理时间，不是县里的正式答复。"


def money_arrived(lines: Sequence[str], more: int) -> str:
    """What came."""
    return "\n".join(["补贴到账了：", *lines, *_more_payments(more), "要看以前的，回复“我的补贴”。"])


def money_failed(lines: Sequence[str], more: int, ask_them: str) -> str:
    """What did not come, and what helps."""
    return "\n".join(["有补贴没有发成功：", *lines, *_more_payments(more), ask_them])


def _more_payments(more: int) -> list[str]:
    return [f"还有{more}笔，回复“我的补贴”看。"] if more > 0 else []


def maybe_twice(text: str) -> str:
    """The same once more, because nobody knows whether it arrived."""
    return text if text.endswith(MAYBE_TWICE) else f"{text}\n{MAYBE_TWICE}"


STATES = {
    "waiting": "待发",
    "claimed": "正在发",
    "sent": "已发出",
    "fallback": "转电话名单",
    "skipped": "不用再发",
    "failed": "没有发成",
    "uncertain": "不确定是否送达",
}
KINDS = {
    "visit_due": "走访",
    "policy_change": "政策变动",
    "deadline": "办理期限",
    "money_arrived": "到账",
    "money_failed": "没有发成功",
    "offer": "可能能办的补贴",
    "calls_due": "打电话",
    "unpaired": "没有帮扶干部",
    "handover": "等人接手",
    "handover_lapsed": "移交没有答复",
    "case_due": "诉求到期",
    "public_notice": "村里公示",
    "public_notice_closed": "公示到期",
}
NONE_PLANNED = "还没有提醒。"


def for_operators(rows: Sequence[Mapping[str, Any]]) -> str:
    """The reminders as a list for a terminal: when, what, about which household, to whom, how it stands."""
    if not rows:
        return NONE_PLANNED
    return "\n".join(
        f"{str(row['due_at'])[:16].replace('T', ' ')}  {KINDS.get(row['kind'], row['kind'])}  户{row['household']}"
        f"  {row['to']}  {STATES[row['state']]}{_by(row['channel'])}"
        for row in rows
    )


def _by(channel: str | None) -> str:
    return f"（{channel}）" if channel else ""
