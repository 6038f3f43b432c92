"""绑定: what is said to who wants to be recognised, and to those who should know of it."""

AGREEING = "绑定就是同意我们按《个人信息说明》存和用您的信息。想先看，回复“隐私”。"
"""Before anything personal is asked (个人信息保护法 第十七条)."""

BIND_FIRST = (
    "要查自家的事，先绑定一下，发一句话就行：\n"
    "姓名、身份证后六位、登记手机的后四位，比如：王建国 123456 7890\n"
    "有绑定码的，直接把绑定码发过来。\n"
    f"{AGREEING}"
)
HOW = (
    f"{AGREEING}\n"
    "请发一句话：姓名、身份证后六位、登记手机的后四位。\n"
    "比如：王建国 123456 7890\n"
    "替家里老人绑定，就发老人的。有绑定码的，直接发绑定码。"
)
NOT_SEEN = "没有看明白。"
ASK_NAME = "您叫什么名字？"
ASK_ID_TAIL = "身份证号的最后六位是多少？最后一位是X的，X也要发。"
ASK_PHONE_TAIL = "登记的手机号，最后四位是多少？"
NAME_ONLY = "请只发姓名，比如：王建国。"
SIX_ONLY = "请发六位，比如：123456。"
FOUR_ONLY = "请发四位数字，比如：7890。"

WRONG = (
    "没有对上。请看看姓名、身份证后六位、登记手机后四位写对没有，再发一次。\n"
    "还不行，请帮扶干部给您一个绑定码，直接发过来就行。"
)
TOO_MANY = "今天试的次数太多了。为了您家的安全，请明天再试。\n急用的话，请帮扶干部给您一个绑定码，直接发过来就行。"
SEVERAL_FIT = "光凭这些还分不清是哪一户。请帮扶干部给您一个绑定码，直接发过来就行。"
CODE_WRONG = "这个绑定码没有用上：可能打错了、用过了，或者过期了。\n请核对一下再发，或者请给您码的人重新给一个。"
CODE_TOO_MANY = "今天试的次数太多了。为了安全，请明天再试。急用的话，请给帮扶干部打电话。"

CONSENT = "您发来这些，就是同意了《个人信息说明》。看说明回复“隐私”，不想用了回复“解绑”。"
CADRE_CONSENT = "您发来绑定码，就是同意了《个人信息说明》。看说明回复“隐私”，不想用了回复“解绑”。"
"""Sending the code or the facts is the act of agreeing (第十四条); taking it back is as easy (第十五条)."""
REMINDERS_OFF = "您家的提醒现在是关着的，要收提醒，回复“重新提醒”。"

KEPT = "好的，没有换，还是原来的。"
SURE_TO_UNBIND = "解绑以后，这个微信就查不到您家的事，也收不到通知了。\n确定解绑吗？请回复“是”或“不是”。"
UNBOUND = "已经解绑了。以后想再用，回复“绑定”就行。\n存着的问答30天后自动删；想现在连微信号一起删掉，回复“注销”。"
STILL_BOUND = "好的，没有解绑。"
NOT_BOUND = "这个微信还没有绑定，不用解绑。想绑定，回复“绑定”。"
KNOWN_FROM_FILE = "您是按县里的干部名单认出来的，不用绑定，也不用解绑。不做这项工作了，请县里更正名单。"


def bound_household(head_name: str | None, village: str | None, *, reminders_off: bool = False) -> str:
    """The account is the household's now: whose, what can be asked, what was agreed to."""
    whose = "，".join(part for part in (f"户主{head_name}" if head_name else None, village) if part)
    first = f"绑定好了：{whose}。" if whose else "绑定好了。"
    silent = f"{REMINDERS_OFF}\n" if reminders_off else ""
    return f"{first}\n现在可以问：我的补贴、我能享受什么、我的干部。\n{silent}{CONSENT}"


def bound_cadre(name: str) -> str:
    """The account is the cadre's now."""
    return f"{name}，绑定好了。\n走访完了直接说一句就行，也可以问：我的户、谁还没走访。\n{CADRE_CONSENT}"


def sure_to_rebind(head_name: str | None) -> str:
    """The account is somebody's already."""
    whose = f"{head_name}户" if head_name else "另一户"
    return f"这个微信现在绑定的是{whose}。要换成新的吗？请回复“是”或“不是”。"


def sure_to_rebind_cadre() -> str:
    """The account is a cadre's already."""
    return "这个账号现在绑定的是帮扶干部。要换成新的吗？请回复“是”或“不是”。"


def another_account(member_name: str | None, helper: str | None) -> str:
    """To who is bound to the household already: another account joined."""
    how = f"用的是{member_name}的信息" if member_name else "用的是绑定码"
    whom = helper or "村里"
    return f"又有一个微信绑定了您家，{how}。\n要是您家没人办过这件事，请马上告诉{whom}。"


def household_joined(head_name: str | None, village: str | None, member_name: str | None) -> str:
    """To the cadre: a household of theirs can be written to now."""
    how = f"用的是{member_name}的信息" if member_name else "用的是绑定码"
    return f"{whose(head_name, village)}绑定了微信，{how}。要是不对，请问问这一户。"


def whose(head_name: str | None, village: str | None) -> str:
    """What a household is called to its cadre."""
    return f"{village or ''}{head_name or '一'}户"


def sure_to_unbind_cadre(households: int) -> str:
    """To a cadre: the account goes, the pairing stays until somebody takes over (000:59 不脱贫不脱钩)."""
    pairing = f"您名下的{households}户还是您帮扶；要换人请先说“移交”。\n" if households else ""
    return f"解绑以后，这个账号就不能记走访，也收不到提醒了。\n{pairing}确定解绑吗？请回复“是”或“不是”。"
