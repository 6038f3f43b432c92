"""审计: what the command line says of who read and who changed what, and of the chain that proves it."""

from collections.abc import Sequence

from bot.messages.help import LABELS
from bot.messages.profiles import ACTS, LOOKED, SUBJECTS

AUDIT = "审计记录：谁看过、谁改过哪一户，记录有没有被动过"
VERIFY = "从头核对全部审计记录：有没有被改、被删、被插；没问题以状态 0 退出"
EXPECT = "核对以前抄在纸上的位置和校验码，如 1204:3f2a-91bc-07de-55aa"
LIST = "列出谁在什么时候看过、改过什么，最新的在最后"
HOUSEHOLD = "只列这一户的"
SINCE = "从哪天起，如 2026-11-01"

NOT_A_CODE = "校验码要写成 1204:3f2a-91bc-07de-55aa 这样：位置、冒号、十六位数字或字母 a 到 f。"
NOTHING_YET = "还没有任何审计记录。"
NOTHING_LISTED = "没有这样的记录。"
ALSO = "另外："
MAY_BE_GONE = "如果以前抄过校验码，请用 --expect 核对：整本记录被删光时，库里自己看不出来。"

_ACTS = {
    "accept_handover": "接手户",
    "cases.list": "列出诉求",
    "case.show": "看一件诉求",
    "case.refer": "转办诉求",
    "case.resolve": "答复诉求",
    "my_cases": "看自家反映的事",
    "objection": "不同意没批的结果",
    "issue_list": "看问题清单",
    "decline_handover": "不接手户",
    "entitlements.shown": "算能享受什么",
    "policies.impact": "算政策变动影响哪些户",
    "erase": "注销",
    "export_profile": "要看全部信息",
    "give_up_proxy": "不再代办",
    "greeting": "打招呼",
    "handover.accept": "接手户",
    "handover.ask": "请人接手户",
    "handover.decline": "不接手户",
    "handover.withdraw": "撤回移交",
    "help_menu": "要帮助",
    "household.show": "看登记",
    "household_lookup": "查一户",
    "import.areas": "导入区划代码",
    "import.tried": "试导入，没有改",
    "import.undone": "撤回导入",
    "invitation.made": "开绑定码",
    "invite_proxy": "开代办码",
    "notice.export": "打印公示名单",
    "notice.make": "公示名单",
    "notice.show": "看公示名单",
    "notice.withdraw": "撤下公示名单",
    "object_to_notice": "对公示提意见",
    "out_of_scope": "说了别的事",
    "own_case": "答几句话，看够不够",
    "told_facts": "改自己说过的情况",
    "public_notices": "看公示",
    "pairing.hand_over": "移交户",
    "pairings.gaps": "查结对缺口",
    "privacy": "看个人信息说明",
    "proxies": "看代办人",
    "reminders.list": "列出提醒",
    "answer_case": "答复诉求",
    "recording.opened": "打开录音或图片",
    "recordings": "看群众留的录音和图片",
    "message:voice": "发来录音",
    "message:image": "发来图片",
    "speak_for": "换成替谁问",
    "thanks": "道谢",
    "visits.list": "列出走访",
    "waiting_handovers": "看等着接手的户",
    "withdraw_handover": "撤回移交",
}
"""What was done, where neither a household's own page nor the menu has words as plain for the office."""

_FAULTS = {
    "altered": "第 {position} 条对不上：它或它前面的一条被改过、换过，或是插进来的。",
    "missing": "第 {position} 条到第 {until} 条不见了：记录被删掉过。",
    "missing_one": "第 {position} 条不见了：记录被删掉过。",
    "anew": "从第 {position} 条起是重新接的：在它之前，链尾丢了或被改过，可能有记录被删。",
    "unsigned": "记录到第 {position} 条，可是链尾的签名不见了：后面可能还有记录被删。",
    "forged": "第 {position} 条是链尾，可是签名对不上：记录或链尾被人改过，不是本系统写的。",
    "beyond": "第 {position} 条起在链尾之后：不是本系统接上的，是有人插进来的。",
    "no_key": "链尾（第 {position} 条）要用另一把密钥才能核对。请把旧密钥加回 BANGFU_SECRET_KEYS，再核对一次。",
}
_SHOWN = 20


def holds(acts: int, since: str, until: str, end: str) -> str:
    """The chain is whole."""
    return f"审计记录完好：共 {acts} 条，从 {since} 到 {until}，校验码 {end}（请抄在纸上，以后用 --expect 核对）。"


def as_expected(code: str) -> str:
    """The end on paper was once the end."""
    return f"纸上的校验码 {code} 对得上：到那一条为止，没有被动过。"


def not_as_expected(code: str) -> str:
    """The end on paper is not in the chain."""
    return f"纸上的校验码 {code} 对不上：那以前的记录被换过，或者那一条已经被删掉。"


def fault(kind: str, position: int, until: int | None) -> str:
    """One place that does not hold, and what it means."""
    name = "missing_one" if kind == "missing" and until == position else kind
    return _FAULTS[name].format(position=position, until=until)


def faults(sentences: Sequence[str]) -> str:
    """All places that do not hold, the first first."""
    first, *others = sentences
    lines = [f"审计记录有问题：{first}", *(f"{ALSO}{other}" for other in others[: _SHOWN - 1])]
    if len(others) >= _SHOWN:
        lines.append(f"一共 {len(sentences)} 处。")
    return "\n".join(lines)


def line(at: str, who: str, did: str, whom: str) -> str:
    """One act."""
    return "　".join(part for part in (at, who, did, whom) if part)


def who(actor: str, name: str | None, number: str | None) -> str:
    """Who did it: a household by its number, a cadre by name, the office by the login."""
    kind, _, rest = actor.partition(":")
    if kind == "household":
        return f"农户 {number}" if number else "农户"
    if kind == "households":
        return "农户各看自家"
    if kind == "proxy":
        return f"{number} 的代办人" if number else "代办人"
    if kind == "cadre":
        return f"干部 {name or rest}"
    if kind == "office":
        return f"办公室 {rest}"
    return "没绑定的人" if kind == "newcomer" else "系统"


def did(action: str, outcome: object) -> str:
    """What was done; a talk that stopped halfway has changed nothing."""
    subject, dot, _ = action.partition(".")
    words = _ACTS.get(action) or ACTS.get(action) or LABELS.get(action)
    if words is None:
        words = f"{SUBJECTS.get(subject, LOOKED)}（{action}）" if dot else f"{LOOKED}（{action}）"
    return f"{words}（没办完）" if outcome in ("asked", "refused") else words


def about(numbers: Sequence[str], more: int, counts: Sequence[tuple[str, object]]) -> str:
    """Which households, or how many."""
    if more:
        return f"{len(numbers) + more} 户"
    if len(numbers) > 3:
        return f"{'、'.join(numbers[:3])} 等 {len(numbers)} 户"
    if numbers:
        return "、".join(numbers)
    return "，".join(f"{name} {value}" for name, value in counts)
