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
    lines = [
        f"户编号：{shown['number']}",
        f"户主：{shown['head'] or '（待补）'}",
        f"地址：{shown['area']}",
        f"户类型：{shown['category']}{_status(shown)}",
        f"致贫原因：{'、'.join(cause for cause in (shown['cause'], shown['other_causes']) if cause) or '没有'}",
        f"电话：{shown['phone'] or '没有'}",
        f"银行卡：{shown['card'] or '没有'}",
        f"帮扶干部：{shown['cadre'] or '没有'}",
        f"成员{len(shown['members'])}人：",
        *(_member(member) for member in shown["members"]),
    ]
    if shown["closed_on"]:
        lines.insert(1, f"{shown['closed_on']}已撤户")
    for title, told in (
        ("不在这一户的", [f"{_member(one)} {one['left_on']}" for one in shown["former_members"]]),
        ("历年状态", [_stretch(one) for one in shown["statuses"]]),
        ("历年收入", [_income(one) for one in shown["incomes"]]),
        ("历任帮扶干部", [f"  {one['cadre']} {_since(one)}" for one in shown["pairings"]]),
        ("家庭变动", [_event(one) for one in shown["events"]]),
    ):
        if told:
            lines += [f"{title}：", *told]
    return "\n".join(lines)


def _status(shown: Mapping[str, Any]) -> str:
    lifted = f"，{shown['lifted_in']}年脱贫" if shown["lifted_in"] else ""
    dibao = f"，低保{shown['dibao_class'].removeprefix('低保')}" if shown["dibao_class"] else ""
    return f"（{shown['status'] or '状态没有登记'}{lifted}{dibao}）"


def _member(member: Mapping[str, Any]) -> str:
    told = (member["number"], member["name"], member["relation"], member["id_number"])
    return f"  {' '.join(part for part in told if part)}"


def _stretch(stretch: Mapping[str, Any]) -> str:
    return f"  {stretch['category']}（{stretch['status']}） {_since(stretch)}"


def _since(stretch: Mapping[str, Any]) -> str:
    return f"{stretch['since']}至{stretch['until'] or '今'}"


def _income(income: Mapping[str, Any]) -> str:
    return f"  {income['year']}年 " + "，".join(f"{kind}{yuan}元" for kind, yuan in income["amounts"].items())


def _event(event: Mapping[str, Any]) -> str:
    other = f" 户编号{event['household']}到{event['other_household']}" if event["other_household"] else ""
    return (
        f"  {event['on']} {event['kind']} {event['person'] or ''}{other}{'（已撤回）' if event['taken_back'] else ''}"
    )


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
