"""导出: what stands in the exported tables beside people's own words, and what the command says of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages import reminders

SHEETS = {
    "households": "农户",
    "cadres": "干部",
    "assignments": "结对",
    "applications": "申请",
    "disbursements": "发放",
    "visits": "走访",
    "reminders": "提醒",
    "calls": "打电话名单",
}
VISIT_HEADINGS = (
    *("编号", "户编号", "户主姓名", "帮扶干部", "走访日期", "走访方式", "家里没人", "记录", "物品", "问题", "措施"),
    *("金额", "上报时间", "状态"),
)
VISIT_KINDS = {"visit": "入户", "phone": "电话", "visit+phone": "入户和电话"}
VISIT_STATES = {"recorded": "已记录", "corrected": "改过", "withdrawn": "已撤回"}
REMINDER_HEADINGS = ("事项", "户编号", "户主姓名", "发给谁", "截止日期", "该发时间", "状态", "渠道", "发送次数")
REMINDER_STATES = reminders.STATES
CALL_HEADINGS = (*("户编号", "户主姓名", "打给谁", "电话", "事项", "要说的话", "谁来打", "记下时间", "打完时间"),)
KINDS = {
    **reminders.KINDS,
    "reply": "答复",
    "urgent": "急事",
    "office_urgent": "急事",
    "family": "家庭变动",
    "family_report": "家庭变动待核",
}
TO_HOUSEHOLD = "农户"
OFFICE = "县办公室"

EXPORT = "把登记、补贴和台账导出成表格（.xlsx）；前五种改好可以再导入"
FILE = "存成哪个 .xlsx 文件；里面有证件号、电话、卡号，请收好"
FORCE = "文件已经有了也覆盖"
NOT_XLSX = "FILE 要以 .xlsx 结尾"


def phone_of_household(phone: str) -> str:
    """A household's phone that is nobody's own; not readable as a number, so that importing it changes nothing."""
    return f"家里电话：{phone}"


def items(things: Sequence[Mapping[str, Any]]) -> str | None:
    """What was brought."""
    return listed([f"{thing['name']}{thing.get('quantity') or ''}{thing.get('unit') or ''}" for thing in things])


def amounts(sums: Sequence[Mapping[str, Any]]) -> str | None:
    """Money a visit spoke of."""
    return listed([f"{amount.get('what') or ''}{amount['value']}元" for amount in sums])


def listed(words: Sequence[str]) -> str | None:
    """Several short things in one cell."""
    return "；".join(map(str, words)) or None


def exists_already(path: str) -> str:
    """A file of that name is there."""
    return f"{path} 已经有了，没有动它。请换个名字，或加 --force 覆盖。"


def left_out(households: int) -> str:
    """Households the table has no line for."""
    return f"另有{households}户没有一位登记好的成员，表里没有。"


def written(rows: int, path: str) -> str:
    """The end: how many lines, and where."""
    return f"写好了{rows}行：{path}"
