"""What a household can say."""

from bot.core.talk import Route
from bot.messages import notices as say_notices
from bot.messages import proxies as say_proxies
from handlers.everyone import policies, proxies
from handlers.everyone.families import BARE
from handlers.household import (
    applications,
    benefits,
    cadre,
    cases,
    complaints,
    entitlements,
    families,
    hardships,
    income_reports,
    profile,
    public_notices,
    recordings,
    relays,
    reminders,
    told_facts,
    visit_feedback,
)
from storage.people import Villager

ROUTES = (
    Route(
        "benefit_status",
        ("我的补贴", "我的钱", "补贴", "钱到了没", "钱到了吗", "查补贴"),
        Villager,
        benefits.benefit_status,
        writes=False,
        help="我的补贴到了没有",
    ),
    Route(
        "request_status",
        ("我的申请", "申请进度"),
        Villager,
        applications.request_status,
        writes=False,
        help="申请办到哪一步了",
    ),
    Route(
        "objection",
        ("我不同意", "我不服", "我要申诉"),
        Villager,
        applications.objection,
        help="申请没批，不同意：回复“我不同意”",
    ),
    Route(
        "entitlement_check",
        ("我能享受什么", "我能领什么"),
        Villager,
        entitlements.entitlement_check,
        writes=False,
        help="我能享受什么",
    ),
    Route("own_case", (), Villager, told_facts.own_case),
    Route(
        "told_facts",
        ("改一下我说的", "改我说的", "我说过什么", "我自己说的"),
        Villager,
        told_facts.told_facts,
        help="改一下我说的：您自己说过的家里情况",
    ),
    Route(
        "deadline_query",
        ("截止日期", "什么时候截止"),
        Villager,
        policies.deadline_query,
        writes=False,
        help="什么时候截止",
    ),
    Route(
        "my_cadre",
        ("我的干部", "我的帮扶干部", "帮扶干部", "谁帮我", "谁帮我家"),
        Villager,
        cadre.my_cadre,
        writes=False,
        help="我的帮扶干部是谁",
    ),
    Route(
        "my_cases",
        ("我反映的事", "我的诉求", "我反映的问题", "我提的问题", "我反映的"),
        Villager,
        cases.my_cases,
        help="我反映的事：办得怎样了，答复行不行",
    ),
    Route(
        "object_to_notice",
        ("我有意见", "我对公示有异议", "公示有异议", "对公示有意见", "公示有问题"),
        Villager,
        public_notices.object_to_notice,
    ),
    Route(
        "household_profile",
        ("我家信息", "我的信息", "我家登记的信息"),
        Villager,
        profile.household_profile,
        writes=False,
        help="我家登记的信息",
    ),
    Route(
        "proxies",
        (say_proxies.WORDS, "我的代办人", "代办码", "请人代办", "谁替我家问", "收回代办"),
        Villager,
        proxies.of_household,
        help="代办人：请人替您家问",
        of_account=True,
    ),
    Route(
        "update_info",
        BARE[1:],
        Villager,
        families.update_info,
        help="家里有变动、登记要改：直接说，比如“家里添了个孙子”",
    ),
    Route(
        "unsubscribe_reminders",
        (say_notices.WORDS_OFF, "别再发提醒了", "不要提醒", "不再收提醒", "关闭提醒"),
        Villager,
        reminders.unsubscribe_reminders,
        help="不再收提醒",
    ),
    Route(
        "resubscribe_reminders",
        (say_notices.WORDS_ON, "重新收提醒", "恢复提醒", "打开提醒"),
        Villager,
        reminders.resubscribe_reminders,
        help="重新收提醒",
    ),
    Route(
        "contact_human",
        ("人工", "转人工", "找人", "找干部"),
        Villager,
        relays.contact_human,
        help="找人帮忙：您说的话转给帮扶干部",
    ),
    Route("request_help", (), Villager, hardships.request_help),
    Route("complaint", ("投诉", "举报", "反映问题"), Villager, complaints.complaint, help="反映问题：不经过被反映的人"),
    Route("visit_feedback", (), Villager, visit_feedback.visit_feedback, help="说说干部来没来"),
    Route("message:voice", (), Villager, recordings.voice),
    Route("message:image", (), Villager, recordings.image),
    Route("income_report", (), Villager, income_reports.income_report, help="报收入：比如“今年打工挣了三万”"),
)
"""For who is bound to a household. What everybody may say is in handlers.everyone."""
