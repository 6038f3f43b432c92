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
    "objection": "没批，不同意",
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

NAMES = {
    **LABELS,
    "own_case": "看够不够条件",
    "told_facts": "改您自己说的",
    "my_cases": "我反映的事",
    "object_to_notice": "对公示有意见",
    "public_notices": "看公示",
    "privacy": "个人信息说明",
    "export_profile": "导出我的信息",
    "erase": "注销",
    "proxies": "代办人",
    "speak_for": "换一家问",
    "give_up_proxy": "不再代办",
    "message:voice": "您的语音",
    "message:image": "您的图片",
    "visit_list": "一次记几户走访",
    "invite_household": "给农户绑定码",
    "invite_proxy": "给代办码",
    "call_list": "打电话名单",
    "accept_handover": "接手移交的户",
    "decline_handover": "不接移交的户",
    "withdraw_handover": "撤回移交",
    "waiting_handovers": "待接手的户",
    "recordings": "群众的录音",
    "answer_case": "答复反映的事",
    # Of somebody who is not bound yet, these ask who it is as soon as that is said with them.
    "greeting": "绑定",
    "help_menu": "绑定",
    "out_of_scope": "绑定",
}
"""What each talk is called that may be left half-finished."""

HELLO = "您好，这里是帮扶通。"
CAN_DO = "您可以问："
DID_YOU_MEAN = "您是想问哪一件？"
STILL_LOST = "还是没弄明白，对不起。换几个字再说说看，或者看是不是这里面的："
OUT_OF_SCOPE = "这件事我帮不上，对不起。我能帮的有："
OUT_OF_SCOPE_AGAIN = "这件我也帮不上，对不起。回复“帮助”，看我能做什么。"
THANKS = "不客气。有事随时发消息。"
REPLY_WITH_NUMBER = "回复数字，或者直接说。"


NEWCOMER_PERSON = (
    "您还没有绑定，我不知道该请谁帮您。\n请到村委会，或者给村干部打电话。绑定以后，我能告诉您帮扶干部的电话。"
)
CADRE_PERSON = "系统用不好，请找县里管帮扶通的同志。"
NEWCOMER_NEED = (
    "您的难处我听到了。您还没有绑定，我不知道您是哪一户。请到村委会说清楚，或者给村干部打电话。\n"
    "有人生病受伤打120，着火打119，遇到危险打110。"
)
CADRE_NEED = "哪一户有难处，请说“登记问题”加上户主名字和事情，比如“登记问题：王建国家屋顶漏水”。"


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
