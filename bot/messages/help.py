"""帮助: what this is, what can be said, and a way to a person. The choices are opened by their numbers."""

from collections.abc import Sequence

HOUSEHOLD_CHOICES = (
    ("benefit_status", "我的补贴到了没有"),
    ("entitlement_check", "我能享受什么"),
    ("my_cadre", "我的帮扶干部是谁"),
    ("deadline_query", "什么时候截止"),
    ("contact_human", "找人帮忙"),
)
CADRE_CHOICES = (
    ("visit_checkin", "记一次走访"),
    ("due_visits", "谁还没走访"),
    ("my_households", "我的户"),
    ("household_lookup", "查一户"),
    ("policy_question", "查政策"),
)
NEWCOMER_CHOICES = (
    ("bind", "绑定，查自家的事"),
    ("policy_question", "查政策"),
    ("contact_human", "找人帮忙"),
)

LABELS = {
    **dict((*HOUSEHOLD_CHOICES, *CADRE_CHOICES)),
    "bind": "绑定",
    "unbind": "解绑",
    "request_status": "申请办到哪一步了",
    "household_profile": "我家登记的信息",
    "request_help": "家里有困难，要人帮忙",
    "complaint": "反映问题",
    "update_info": "改登记的信息",
    "family_change": "报家庭变动",
    "visit_feedback": "说说干部来没来",
    "income_report": "报收入",
    "unsubscribe_reminders": "不再收提醒",
    "resubscribe_reminders": "重新收提醒",
    "issue_open": "登记一个问题",
    "issue_close": "问题办结了",
    "issue_list": "还没办完的问题",
    "report_stats": "看统计",
    "benefit_record": "记一笔发放",
    "reschedule_visit": "改走访时间",
    "handover": "移交户",
    "correct_checkin": "改走访记录",
    "add_measure": "加帮扶措施",
}
"""What each thing is called on a list of choices."""

HELLO = "您好，这里是帮扶通。"
CAN_DO = "您可以问："
DID_YOU_MEAN = "您是想问哪一件？"
STILL_LOST = "还是没弄明白，对不起。换几个字再说说看，或者看是不是这里面的："
OUT_OF_SCOPE = "这件事我帮不上，对不起。我能帮的有："
OUT_OF_SCOPE_AGAIN = "这件我也帮不上，对不起。回复“帮助”，看我能做什么。"
THANKS = "不客气。有事随时发消息。"
REPLY_WITH_NUMBER = "回复数字，或者直接说。"
CANNOT_READ = "对不起，我现在只看得懂文字。请打字告诉我，或者用输入法的语音转成文字。"

NEWCOMER_PERSON = (
    "您还没有绑定，我不知道该请谁帮您。\n请到村委会，或者给村干部打电话。绑定以后，我能告诉您帮扶干部的电话。"
)
CADRE_PERSON = "系统用不好，请找县里管帮扶通的同志。"

CRISIS_LINES = (
    "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
    "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
    "要是马上有危险，请打120或110，或者叫身边的人陪着您。"
)


def welcome(choices: Sequence[str]) -> str:
    """To somebody who has just followed: what this is and how to begin."""
    return "\n".join([HELLO, "补贴到没到、能享受什么、帮扶干部是谁，发句话就能查。", *choices])


def menu(first: str, labels: Sequence[str]) -> str:
    """A few choices under a first line."""
    numbered = [f"{number} {label}" for number, label in enumerate(labels, 1)]
    return "\n".join([first, *numbered, REPLY_WITH_NUMBER])


def words_kept(times: int) -> str:
    """Not understood again and again: a person is offered, who reads what was said."""
    return f"您说的{times}句话我都没看懂，对不起。话我给您留着，可以转给人看："


def person(who: str | None) -> str:
    """How to get hold of a human being."""
    if who is None:
        return "您家现在没有登记帮扶干部。请到村委会找人，村里会帮您。"
    return f"请直接找{who}。"


def need_help(who: str | None) -> str:
    """Somebody reports a hardship, and whom to turn to now."""
    whom = f"请直接找{who}，当面说清楚" if who else "请到村委会说清楚"
    return f"您家的难处我听到了。{whom}。\n有人生病受伤打120，着火打119，遇到危险打110。"


OFFICE = "县里管帮扶的同志"


def crisis(who: str | None) -> str:
    """To somebody who may be in danger from themselves: a human answer, the hotline, who is coming."""
    if who is None:
        return CRISIS_LINES
    return f"{CRISIS_LINES}\n我已经请{who}尽快联系您。"


def crisis_unknown(office: bool) -> str:
    """To who may be in danger and is nobody we know: nobody can ring them, but somebody can read and answer."""
    return f"{CRISIS_LINES}\n我已经请{OFFICE}马上看您的消息。" if office else CRISIS_LINES


def crisis_notice(head_name: str | None, village: str | None, phone: str | None, at: str) -> str:
    """To the cadre or the office: please go and see, now. What was said stays between us and the one who said it."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    ring = f"打电话（{phone}）" if phone else "打电话"
    return f"急：{whose}有人{at}说了让人担心的话，可能想不开。请马上{ring}或上门看看，别让他一个人待着。"


def crisis_of_proxy(head_name: str | None, village: str | None, phone: str | None, at: str) -> str:
    """To the cadre or the office: the one who wrote speaks for a household, and may mean it or themselves."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    ring = f"打电话（{phone}）" if phone else "打电话"
    return (
        f"急：替{whose}代办的人{at}发来让人担心的话，说的可能是这一户，也可能是自己。"
        f"请马上{ring}或上门看看这一户，再问问是谁在替他家代办。"
    )


def crisis_of_cadre(name: str, phone: str | None, at: str) -> str:
    """To the office, of a cadre's message: about themselves or about a household, that is to be asked."""
    ring = f"打电话（{phone}）" if phone else "打电话"
    return f"急：帮扶干部{name}{at}发来让人担心的话，说的可能是自己，也可能是哪一户。请马上{ring}问问，帮一把。"


def crisis_of_follower(at: str) -> str:
    """To the office, of somebody the 公众号 does not know: WeChat's own console has the message."""
    return (
        f"急：公众号上有个还没绑定的人，{at}发来让人担心的话，可能想不开，我们不知道是谁。"
        "请马上到公众号后台的私信里找到这条消息，回复他，问清楚在哪里。"
    )


def crisis_of_colleague(userid: str, at: str) -> str:
    """To the office, of somebody in the county's 企业微信 who is on no list of cadres."""
    return (
        f"急：企业微信里账号是“{userid}”的人，{at}发来让人担心的话，可能想不开，干部名单里没有他。"
        "请马上在通讯录里找到他，打个电话问问。"
    )
