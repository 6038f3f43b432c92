"""What cadres can say: visits, their households, one household, codes for it, whom to ring, who takes over."""

from bot.core.talk import Route
from handlers.cadre import calls, cases, families, handovers, households, problems, proxies, visit_lists, visits
from handlers.everyone.families import BARE
from handlers.household import entitlements
from storage.people import Official

ROUTES = (
    Route(
        "visit_checkin",
        visits.BARE,
        Official,
        visits.report_visit,
        help="记走访：一句话就行，比如“走访王建国，送化肥2袋，屋顶漏水”",
    ),
    Route(visit_lists.VISIT_LIST, (), Official, visit_lists.report_list),
    Route(
        "correct_checkin",
        ("改一下", "记错了", "说错了", *visits.TAKE_BACK),
        Official,
        visits.correct_visit,
        help="改走访：说哪里不对，比如“不是2袋是3袋”；不要了就说“撤回”",
    ),
    Route(
        "my_households",
        ("我的户", "我的贫困户", "我的帮扶户", "我包的户", "我的结对户"),
        Official,
        households.my_households,
        writes=False,
        help="我的户：帮扶的户都在这里",
    ),
    Route(
        "due_visits",
        ("还有谁没走访", "谁还没走访", "谁没走访", "还有谁没走", "没走访的户", "待走访"),
        Official,
        households.due_visits,
        writes=False,
        help="还有谁没走访：这个月还没去的户",
    ),
    Route(
        "household_lookup",
        ("查一户", "查户"),
        Official,
        households.look_up,
        writes=False,
        help="查一户：比如“王建国家情况”",
    ),
    Route("entitlement_check", ("我能享受什么", "能享受什么"), Official, entitlements.for_cadres, writes=False),
    Route(
        "invite_household",
        ("绑定码", "给农户绑定码", "要绑定码"),
        Official,
        households.invite,
        help="绑定码：比如“给王建国家一个绑定码”",
    ),
    Route(
        "invite_proxy",
        ("代办码", "开代办码"),
        Official,
        proxies.invite_proxy,
        help="代办码：家里没手机的，请人替他问，比如“给王桂兰家开代办码”",
    ),
    Route(
        "proxies",
        ("代办人",),
        Official,
        proxies.of_household,
        help="代办人：看谁替一户代办，可以收回，比如“王桂兰家的代办人”",
    ),
    Route(
        "family_change",
        BARE[1:4],
        Official,
        families.report_change,
        help="家庭变动：谁家添人、去世、迁入迁出、分户、换户主，比如“王建国家户主换成他儿子”",
    ),
    Route(
        "call_list",
        ("打电话名单", "电话名单", "名单"),
        Official,
        calls.call_list,
        help="打电话名单：消息没送到、要打电话的户",
    ),
    Route(
        "issue_list",
        ("问题清单", "诉求清单", "还没办完的问题", "待办问题", "诉求"),
        Official,
        cases.issue_list,
        help="问题清单：群众反映的、等您答复的事",
    ),
    Route("issue_close", ("答复诉求", "问题办结了", "办结"), Official, cases.issue_list),
    Route(
        "handover",
        ("移交", "交接", "移交户", "我调走了", "我要调走了", "我退休了", "我离职了", "不再帮扶", "我不再帮扶了"),
        Official,
        handovers.hand_over,
        help="移交：把户交给接手的人，比如“把王建国家移交给李梅”；说“撤回移交”收回",
    ),
    Route(
        "waiting_handovers",
        ("待接手", "谁请我接手", "等我接手的户"),
        Official,
        handovers.waiting,
        writes=False,
        help="待接手：谁请您接手哪几户；回复“接手”或“不接”",
    ),
    Route("accept_handover", ("接手", "我接手", "我接", "同意接手", "愿意接手"), Official, handovers.accept),
    Route(
        "decline_handover",
        ("不接", "不接了", "不接手", "我不接", "我不接手", "拒绝接手"),
        Official,
        handovers.decline,
    ),
    Route(
        "withdraw_handover",
        ("撤回移交", "撤销移交", "收回移交", "取消移交", "不移交了"),
        Official,
        handovers.withdraw,
    ),
    Route(
        "issue_open",
        ("登记问题", "登记一个问题", "新增问题"),
        Official,
        problems.issue_open,
        help="登记问题：比如“登记问题：王建国家屋顶漏水”",
    ),
    Route("add_measure", (), Official, problems.add_measure),
    Route("benefit_record", (), Official, problems.benefit_record),
    Route("reschedule_visit", (), Official, problems.reschedule_visit, writes=False),
    Route(
        "report_stats",
        ("统计", "看统计", "我的统计"),
        Official,
        problems.report_stats,
        writes=False,
        help="统计：这个月走访了几户，还有几户",
    ),
)
"""Everything a cadre can say."""
