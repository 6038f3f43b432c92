"""How the command line shows rows to a person, where no program reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTHING = "没有。"

_DECISIONS = {"yes": "符合", "no": "不符合", "unknown": "还不能确定"}
_IN_FORCE = {"confirmed": "县里已确认", "ended": "文件已过期", "unstated": "文件没写期限"}
_STATES = {"met": "是", "not_met": "否", "unknown": "不清楚"}
_VISIT_STATES = {"recorded": "", "corrected": "（改过）", "withdrawn": "（已撤回）"}


def household(shown: Mapping[str, Any]) -> str:
    """One household, as the register has it."""
    members = [
        f"  {member['number']} {member['name']} {member['relation'] or ''} {member['id_number'] or ''}".rstrip()
        for member in shown["members"]
    ]
    lines = [
        f"户编号：{shown['number']}",
        f"户主：{shown['head'] or '（待补）'}",
        f"地址：{shown['area']}",
        f"户类型：{shown['category']}",
        f"电话：{shown['phone'] or '没有'}",
        f"银行卡：{shown['card'] or '没有'}",
        f"帮扶干部：{shown['cadre'] or '没有'}",
        f"成员{len(members)}人：",
        *members,
    ]
    return "\n".join(lines)


def visits(rows: Sequence[Mapping[str, Any]]) -> str:
    """Visits, a line each."""
    return _lines(
        f"{row['visited_on'] or row['reported_at'][:10]} 户{row['household']} 干部{row['cadre']}："
        f"{row['note']}{_VISIT_STATES[row['state']]}"
        for row in rows
    )


def entitlements(decisions: Sequence[Mapping[str, Any]]) -> str:
    """Decisions, each with its conditions and its source."""
    blocks = []
    for decision in decisions:
        lines = [f"{decision['name']}：{_DECISIONS[decision['decision']]}（{_IN_FORCE[decision['in_force']]}）"]
        lines += [
            f"  [{_STATES[condition['state']]}] {condition['text']}（{condition['fact']}）"
            for condition in decision["conditions"]
        ]
        if decision["ask"]:
            lines.append(f"  要问：{decision['ask']}")
        lines.append(f"  出处：{decision['source']['document']}第{decision['source']['line']}行")
        blocks.append("\n".join(lines))
    return _lines(blocks)


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(rows) or NOTHING
