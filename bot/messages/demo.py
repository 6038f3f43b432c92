"""What the demonstration says beside the bot's own sentences."""

NEWCOMER = "新来的人"
HOUSEHOLD_NOTE = "农户"
FAILED_NOTE = "农户，有一笔没发成"
REPAIR_NOTE = "农户，住危房"

COUNTY_FILES = {
    "households": "农户信息",
    "cadres": "干部名单",
    "assignments": "结对名单",
    "applications": "申请进度",
    "disbursements": "发放记录",
}

HOUSEHOLD_SUGGESTIONS = ("我的补贴", "我能享受什么", "我的干部", "钱来了没", "公示", "帮助")
CADRE_SUGGESTIONS = ("走访 王建国 送化肥2袋 屋顶漏水", "我的户", "撤回", "给王建国家一个绑定码", "帮助")

LISTED_BENEFIT = "农村危房改造补助"
LISTED_STATE = "公示中"
LISTED_STAGE = "乡镇公示"
LISTED_CONTACT = "镇便民服务中心，电话0839-0000000（演示）"

TEMPLATE_TITLE = "办理提醒"
TEMPLATE_LABELS = {"thing1": "事项", "time2": "截止时间", "thing3": "说明"}


def try_binding(name: str, id_tail: str, phone_tail: str) -> str:
    """What somebody new can type to bind, in a county where nobody exists."""
    return f"还没绑定，可以发：绑定 {name} {id_tail} {phone_tail}"
