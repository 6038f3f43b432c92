"""What everybody can say, and what somebody hears who is not bound yet."""

from bot.core.talk import Route
from bot.language.questions import is_short
from bot.messages import privacy as say_privacy
from bot.messages import proxies as say_proxies
from handlers.everyone import binding, events, help, policies, privacy, proxies, public_notices
from handlers.household import complaints
from storage.people import Newcomer

_BIND_FIRST: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("benefit_status", ("我的补贴", "我的钱", "补贴", "钱到了没", "钱到了吗", "查补贴")),
    ("request_status", ("我的申请", "申请进度")),
    ("entitlement_check", ("我能享受什么", "我能领什么")),
    ("deadline_query", ("截止日期", "什么时候截止")),
    ("my_cadre", ("我的干部", "我的帮扶干部", "帮扶干部")),
    ("household_profile", ("我家信息", "我的信息", "我家登记的信息")),
    ("my_cases", ("我反映的事",)),
    ("object_to_notice", ("我对公示有异议",)),
    ("update_info", ()),
    ("visit_feedback", ()),
    ("income_report", ()),
    ("unsubscribe_reminders", ()),
    ("resubscribe_reminders", ()),
    ("visit_checkin", ("走访", "签到", "入户")),
    ("my_households", ("我的户",)),
    ("due_visits", ("谁还没走访",)),
    ("household_lookup", ()),
    ("issue_open", ()),
    ("issue_close", ()),
    ("issue_list", ()),
    ("report_stats", ()),
    ("benefit_record", ()),
    ("reschedule_visit", ()),
    ("handover", ("移交",)),
    ("accept_handover", ("接手",)),
    ("decline_handover", ("不接",)),
    ("waiting_handovers", ("待接手",)),
    ("correct_checkin", ()),
    ("add_measure", ()),
)
"""What only somebody we know can ask or tell."""

_UNREADABLE = ("image", "voice", "video", "shortvideo", "location", "link", "file", "unknown")

ROUTES = (
    Route("bind", ("绑定", "我要绑定", "绑定码"), object, binding.bind, help="绑定", of_account=True),
    Route("unbind", ("解绑", "解除绑定", "取消绑定"), object, binding.unbind, help="解绑", of_account=True),
    Route(
        "privacy",
        (say_privacy.WORDS, "个人信息", "个人信息说明", "隐私政策", "个人信息保护"),
        object,
        privacy.notice,
        writes=False,
        help="个人信息说明",
        of_account=True,
    ),
    Route(
        "export_profile",
        (
            say_privacy.WORDS_EXPORT,
            *("我的信息有哪些", "导出我的个人信息", "你们存了我什么", "谁看过我的信息", "谁看过我家", "谁查过我家"),
        ),
        object,
        privacy.export_profile,
        help="导出我的信息",
        of_account=True,
    ),
    Route(
        "erase",
        (say_privacy.WORDS_ERASE, "注销账号", "我要注销", "删除我的信息", "删掉我的信息", "撤回同意"),
        object,
        privacy.erase,
        help="注销：删掉这个微信存着的东西",
        of_account=True,
    ),
    Route(
        binding.SPEAK_FOR,
        (say_proxies.WORDS_SWITCH, "代办", "替别人问", "换回自己", "换回我自己", "我要代办"),
        object,
        proxies.speak_for,
        help="换人：替别人家问",
        of_account=True,
    ),
    Route(
        binding.GIVE_UP,
        (say_proxies.WORDS_GIVE_UP, "不再代办", "不替人问了"),
        object,
        proxies.give_up,
        of_account=True,
    ),
    Route("help_menu", ("帮助", "菜单", "功能", "怎么用"), object, help.help_menu, help="能问什么"),
    Route("greeting", ("你好", "您好"), object, help.greeting),
    Route("thanks", ("谢谢",), object, help.thanks, writes=False),
    Route(
        "contact_human", ("人工", "转人工", "找人", "找干部"), object, help.contact_human, writes=False, help="找人帮忙"
    ),
    Route("complaint", ("投诉", "举报", "反映问题"), Newcomer, complaints.complaint),
    Route("request_help", (), object, help.request_help),
    Route(
        "policy_question",
        ("政策", "查政策"),
        object,
        policies.policy_question,
        writes=False,
        help="查政策",
        hears=is_short,
    ),
    Route(
        "public_notices",
        ("公示", "公示名单", "看公示", "村里公示", "公示在哪看"),
        object,
        public_notices.current,
        writes=False,
        help="公示：村里正在公示的名单",
    ),
    Route("out_of_scope", (), object, help.out_of_scope),
    Route("event:subscribe", (), object, events.followed, of_account=True),
    Route("event:unsubscribe", (), object, events.unfollowed, of_account=True),
    Route("event:scan", (), object, events.scanned, of_account=True),
    Route("event:subscribe_msg_popup_event", (), object, events.accepted_notices),
    Route("event:subscribe_msg_change_event", (), object, events.refused_notices),
    Route("proxies", (say_proxies.WORDS, "代办码", "请人代办"), Newcomer, proxies.speak_for, of_account=True),
    *(Route(f"message:{kind}", (), object, help.cannot_read, writes=False) for kind in _UNREADABLE),
    *(Route(intent, words, Newcomer, binding.bind_first) for intent, words in _BIND_FIRST),
)
