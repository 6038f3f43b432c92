"""What a household can say."""

from bot.core.talk import Route
from handlers.household import benefits, cadre, entitlements, profile
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
        benefits.request_status,
        writes=False,
        help="申请办到哪一步了",
    ),
    Route(
        "entitlement_check",
        ("我能享受什么", "我能领什么"),
        Villager,
        entitlements.entitlement_check,
        writes=False,
        help="我能享受什么",
    ),
    Route(
        "deadline_query",
        ("截止日期", "什么时候截止"),
        Villager,
        entitlements.deadline_query,
        writes=False,
        help="什么时候截止",
    ),
    Route(
        "my_cadre",
        ("我的干部", "我的帮扶干部", "帮扶干部"),
        Villager,
        cadre.my_cadre,
        writes=False,
        help="我的帮扶干部是谁",
    ),
    Route(
        "household_profile",
        ("我家信息", "我的信息", "我家登记的信息"),
        Villager,
        profile.household_profile,
        writes=False,
        help="我家登记的信息",
    ),
)
"""For who is bound to a household. What everybody may say is in handlers.everyone."""
