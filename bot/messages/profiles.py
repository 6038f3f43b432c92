"""我的信息: the page that shows a household all that is held about it, in plain words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

TITLE = "我们存着您家的这些信息"
HOW_LONG = "这一页15分钟内有效，别转给别人。"
WRONG = "哪里不对，告诉帮扶干部或村里更正。不想用了，在公众号里回复“注销”。"
MASKED = "身份证号、电话、银行卡只写后四位，防着别人看见。要看全的，带身份证到村委会。"
TAKE_ALONG = "带走一份"
AS_TEXT = "存成文字"
AS_DATA = "存成数据（给别的系统用）"
FILE_NAME = "wode-xinxi"
NOTHING = "没有"
NOT_ON_FILE = "没有登记"

REGISTER = "登记"
PEOPLE = "家里人"
HISTORY = "户情变化"
INCOMES = "收入"
EVENTS = "家里的变动"
PAYMENTS = "发的钱"
APPLICATIONS = "申请"
BROUGHT = "您家反映的事"
BROUGHT_TO = "说干部的、对公示有意见的，村里和被说的人都看不到。"
LISTED = "公示过的"
VISITS = "干部来走访"
TOLD = "您家自己说的"
TOLD_ONLY = "只用来看您家够不够，不算登记。说错了，回复“改一下我说的”。"
OF_THE_HOUSEHOLD = "全家"
BY_PROXY = "代办人说的"
PAIRINGS = "帮扶干部"
REMINDERS = "提醒"
CALLS = "没送到、要打电话告诉的"
ACCOUNTS = "绑定的微信"
RECORDINGS = "留给帮扶干部的录音和图片"
RECORDING_KINDS = {"voice": "录音", "image": "图片"}
RECORDING_STATES = {"waiting": "正在取", "kept": "留着，30天后删", "lost": "没有取到", "removed": "删掉了"}
PROXIES = "代办人"
CONSENTS = "同意个人信息说明"
READINGS = "谁看过、改过"
CONSENTS_ALL = "绑定微信和代办的人，每人同意一次。"
READINGS_OWN = "您自己在微信里查的也记在里面。"

NUMBER = "户编号"
HEAD = "户主"
PLACE = "住在"
CATEGORY = "户类型"
LIFTED_IN = "脱贫年度"
DIBAO_CLASS = "低保类别"
RISK_CLEARED = "风险消除了"
CAUSES = "主要困难"
SIZE = "人口"
PER_CAPITA = "人均纯收入"
HOUSE = "房子"
WATER = "吃水安全"
PHONE = "电话"
BANK = "开户银行"
CARD = "银行卡"
UPDATED = "上次更新"
MEMBER_FACTS = {
    "sex": "性别",
    "born": "出生",
    "id_number": "身份证",
    "phone": "电话",
    "ethnicity": "民族",
    "education": "文化程度",
    "schooling": "在校",
    "health": "健康",
    "disability": "残疾",
    "labor": "劳动能力",
    "work_area": "务工",
    "work_months": "务工月数",
    "medical_insured": "参加医保",
    "pension_insured": "参加养老保险",
    "dibao": "享受低保",
    "tekun": "特困供养",
    "joined_on": "来家里",
    "left_on": "离开家",
}
GRANTED_BY = {"household": "您家请的", "cadre": "干部开的码", "office": "县里开的码"}
NOT_CALLED = "没有留称呼"
AT_PRESENT = "现在"
ON = "开着"
OFF = "关着"
NOT_RUNG = "还没打"

GONE_TITLE = "这个链接过期了"
GONE = "为了您家的安全，链接只管15分钟。要看，回公众号再发一次“导出我的信息”。"
WRONG_TITLE = "这个链接打不开"
WRONG_LINK = "链接不完整，或者已经不能用了。要看，回公众号再发一次“导出我的信息”。"
TOO_OFTEN_TITLE = "点得太快了"
TOO_OFTEN = "请过几分钟再点开。"
AWAY_TITLE = "现在打不开"
AWAY = "系统正忙，请过几分钟再点开。"

PLATFORMS = {"wechat": "微信", "wecom": "企业微信"}
KINDS = {
    "deadline": "补贴快截止",
    "money_arrived": "钱到了",
    "money_failed": "钱没发成",
    "offer": "可能能办的补贴",
    "visit_due": "走访",
    "urgent": "急事",
    "notice": "通知",
    "reply": "回答",
    "case": "反映的事",
    "public_notice": "村里公示",
}
OTHER_KIND = "通知"
STATES = {
    "waiting": "等着发",
    "claimed": "正在发",
    "sent": "发到了",
    "fallback": "没发到，请干部打电话",
    "skipped": "不用发了",
    "failed": "没发到",
    "uncertain": "不知道收到没有",
}
"""What became of a message."""

ACTS = {
    "binding.made": "绑定了微信",
    "binding.ended": "解绑了",
    "account.erased": "注销了微信",
    "proxy.granted": "让人代办",
    "proxy.ended": "停了代办",
    "proxy.code_made": "开了代办码",
    "profile.asked": "要看全部信息",
    "profile.shown": "看了全部信息",
    "profile.taken": "带走了全部信息",
    "visit_checkin": "记走访",
    "visit_list": "记走访",
    "correct_checkin": "改走访记录",
    "invite_household": "开绑定码",
    "household_lookup": "查看",
    "call_list": "看打电话名单",
    "issue_list": "看您家反映的事",
    "my_cases": "看自家反映的事",
    "object_to_notice": "对公示提意见",
    "notice.make": "列进公示名单",
    "notice.withdraw": "撤下公示名单",
}
"""What somebody did, by its name in the audit."""
SUBJECTS = {
    "import": "导入登记表",
    "export": "导出表格",
    "handover": "交接",
    "pairing": "交接",
    "pairings": "查结对",
    "family": "改登记",
    "household": "查看",
    "member": "改登记",
    "status": "改登记",
    "case": "办您家反映的事",
}
"""The same by its subject, where the act has no words of its own."""
LOOKED = "查看"
"""Whatever only told something."""

CADRE = "帮扶干部{name}"
CADRE_GONE = "帮扶干部"
HOUSEHOLD = "您家自己"
PROXY = "代办人"
OFFICE = "县里工作人员"
PROGRAM = "系统"


def day(on: date | None) -> str:
    """A day with its year."""
    return NOT_ON_FILE if on is None else f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """A day and a time of it."""
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def span(since: str, until: str | None) -> str:
    """From when to when."""
    return f"{since}起" if until is None else f"{since}到{until}"


def tail(digits: str | None) -> str:
    """A number by its end."""
    return f"尾号{digits}" if digits else NOT_ON_FILE


def yes_or_no(value: bool | None) -> str:
    """A fact that is so, not so, or not on file."""
    return {True: "是", False: "不是", None: NOT_ON_FILE}[value]


def act(name: str) -> str:
    """What somebody did, in a few words."""
    subject, dot, _ = name.partition(".")
    return ACTS.get(name) or (SUBJECTS.get(subject, LOOKED) if dot else LOOKED)


def actor(kind: str, name: str | None) -> str:
    """Who did it."""
    if kind == "cadre":
        return CADRE.format(name=name) if name else CADRE_GONE
    return {"household": HOUSEHOLD, "households": HOUSEHOLD, "proxy": PROXY, "office": OFFICE}.get(kind, PROGRAM)


def made_at(head_name: str | None, at: datetime) -> str:
    """Whose page it is, and of when."""
    return f"{head_name}家，{moment(at)}" if head_name else moment(at)


def since(day_: str) -> str:
    """From a day on."""
    return f"{day_}起"


def year(number: int) -> str:
    """A year."""
    return f"{number}年"


def heads(number: int) -> str:
    """How many people."""
    return f"{number}人"


def a_year(amount: str) -> str:
    """An amount for a whole year."""
    return f"{amount}一年"


def grade(letter: str | None) -> str:
    """The grade of a house."""
    return f"{letter}级" if letter else NOT_ON_FILE


def to_card(digits: str) -> str:
    """The card some money went to."""
    return f"卡{tail(digits)}"


def applied(on: date) -> str:
    """When something was applied for."""
    return f"{day(on)}申请"


def bound_by(name: str | None) -> str:
    """How an account was bound."""
    return f"用{name}的信息绑定" if name else "用绑定码绑定"


def version(notice: str) -> str:
    """A version of the notice: 2026-11; the first was one sentence and had no date."""
    if notice == "recordings":
        return "录音和图片留给帮扶干部"
    if notice == "first":
        return "最早的一句话说明"
    year_, _, month = notice.partition("-")
    return f"{year_}年{month.lstrip('0')}月版"


def rung(day_: str) -> str:
    """When a call was made."""
    return f"{day_}打过了"


def more(number: int) -> str:
    """What is too long ago to be listed."""
    return f"更早的还有{number}次"


def visit(
    *, by_phone: bool, not_home: bool, items: Sequence[str], problems: Sequence[str], measures: Sequence[str]
) -> str:
    """What was understood of a visit."""
    return joined(
        (
            "打电话" if by_phone else None,
            "没人在家" if not_home else None,
            f"送了{together(items)}" if items else None,
            f"问题：{together(problems)}" if problems else None,
            f"要办：{together(measures)}" if measures else None,
        )
    )


def together(parts: Iterable[str | None]) -> str:
    """Several things of one kind."""
    return "、".join(part for part in parts if part)


def joined(parts: Iterable[str | None]) -> str:
    """Several things said of one."""
    return "，".join(part for part in parts if part)


def beside(parts: Iterable[str]) -> str:
    """Several facts, each by itself."""
    return "；".join(parts)


def heading(title: str) -> str:
    """The head of a section in plain text."""
    return f"【{title}】"


def in_words(name: str, value: str, note: str) -> str:
    """One line in plain text."""
    told = f"{name}：{value}" if value else name
    return f"{told}（{note}）" if note else told


def quoted(text: str) -> str:
    """What somebody said."""
    return f"“{text}”"


def answered(text: str) -> str:
    """What was answered."""
    return f"答复：“{text}”"
