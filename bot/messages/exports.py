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
    "gaps": "结对缺口",
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
GAP_HEADINGS = (
    *("问题", "户编号", "户主姓名", "所在地", "帮扶干部", "单位", "职务级别", "结对户数", "该结对几户", "说明"),
)
KINDS = {
    **reminders.KINDS,
    "reply": "答复",
    "urgent": "急事",
    "office_urgent": "急事",
    "family": "家庭变动",
    "family_report": "家庭变动待核",
    "case": "诉求",
    "case_private": "诉求",
}
TO_HOUSEHOLD = "农户"
OFFICE = "县办公室"

EXPORT = "把登记、补贴和台账导出成表格（.xlsx），或加了密的压缩包（.zip）；前五种改好可以再导入"
FILE = "存成哪个 .xlsx 文件；里面有证件号、电话、卡号，请收好。写成 .zip 就用口令加密（AES-256），要发出去的请用它"
ENCRYPT = "加密；FILE 要以 .zip 结尾（写了 .zip 就一定加密，不加这个也一样）"
PASSWORD_FILE = "压缩包的口令写在这个文件的第一行；不写就用环境变量 BANGFU_EXPORT_PASSWORD，都没有就当场问"  # noqa: S105 (a sentence)
FORCE = "文件已经有了也覆盖"
NOT_XLSX = "FILE 要以 .xlsx 或 .zip 结尾"
NOT_ZIP = "要加密，FILE 就要以 .zip 结尾"
PASSWORD_WITHOUT_ZIP = "--password-file 要和 .zip 的 FILE 一起用"  # noqa: S105 (a sentence)
PASSWORD_PROMPT = "压缩包的口令（至少12位；直接回车就由系统生成一个）："  # noqa: S105 (a sentence)
PASSWORD_AGAIN = "再输一遍："  # noqa: S105 (a sentence)
PASSWORDS_DIFFER = "两遍口令不一样，没有导出。请再来一次。"
PASSWORD_TOO_SHORT = "口令至少要12位，没有导出。"  # noqa: S105 (a sentence)
PASSWORD_NOT_ASCII = "口令只能用英文字母、数字和符号，这样各种解压软件才认得，没有导出。"  # noqa: S105 (a sentence)
NO_PASSWORD = (
    "没有口令，没有导出。请用 --password-file 给一个文件，或设环境变量 BANGFU_EXPORT_PASSWORD，或在终端里运行。"  # noqa: S105 (a sentence)
)


def password_made(password: str) -> str:
    """A password of ours, which is shown this once."""
    return f"压缩包的口令：{password}\n只显示这一次，请记下来，和文件分开交给对方。"


def wanted(at_least: int | None, at_most: int | None) -> str | None:
    """How many households an official should have."""
    if at_least is None and at_most is None:
        return None
    if at_least == at_most:
        return f"{at_least}户"
    if at_most is None:
        return f"至少{at_least}户"
    return f"最多{at_most}户" if at_least is None else f"{at_least}到{at_most}户"


def phone_of_household(phone: str) -> str:
    """A household's phone that is nobody's own; not readable as a number, so that importing it changes nothing."""
    return f"家里电话：{phone[:3]}·{phone[3:7]}·{phone[7:]}"


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
