"""`bangfu understand`: what it says of how a sentence was read, and of what staff changed."""

from collections.abc import Mapping, Sequence

UNDERSTAND = "看机器人怎么理解一句话；写 evaluate、check 或 train，量一量、核对、重新学"
EXPLAIN = "用人话说明这句话是怎么读出来的：凭什么、像哪些例句、还可能是什么"
COUNTY = "连同这个县自己加的说法和例句（政策包里的 language/words.yaml）"
NOT_A_COUNTY = "没有这个县的政策包。请核对名字。"
LEARNING = "正在从例句重新学，要等一两分钟……"
LEARNT = "学完了，权重已写好。请把例句和 bot/language/weights 一起提交。"
NOTHING_WRONG = "例句没有互相打架的，也没有重复的。"
NOTHING_CHANGED = "留作核对的句子，读法都和以前一样。"
STALE = "例句改过，机器人用的还是以前学的。满意就运行 bangfu understand train。"
UP_TO_DATE = "机器人用的就是现在这些例句。"

INTENTS: Mapping[str, str] = {
    "benefit_status": "问自己的钱到没到",
    "entitlement_check": "问自家能不能享受",
    "policy_question": "问政策规定",
    "deadline_query": "问什么时候截止",
    "my_cadre": "问帮扶干部是谁",
    "request_help": "有困难，要帮忙",
    "request_status": "问办得怎么样了",
    "complaint": "投诉、举报",
    "household_profile": "看自家的登记",
    "bind": "绑定",
    "unbind": "解除绑定",
    "update_info": "登记有变，要改",
    "visit_feedback": "说干部来没来、好不好",
    "income_report": "报收入",
    "unsubscribe_reminders": "不要提醒",
    "resubscribe_reminders": "恢复提醒",
    "contact_human": "找人工",
    "greeting": "打招呼",
    "thanks": "道谢",
    "help_menu": "问怎么用",
    "out_of_scope": "不归这里管",
    "visit_checkin": "记走访",
    "my_households": "看我的户",
    "due_visits": "看该走访谁",
    "household_lookup": "查一户",
    "issue_open": "上报问题",
    "issue_close": "办结问题",
    "issue_list": "看问题清单",
    "report_stats": "统计报表",
    "benefit_record": "登记发放",
    "reschedule_visit": "改走访时间",
    "handover": "交接户",
    "correct_checkin": "更正走访",
    "add_measure": "加帮扶措施",
}


def named(intent: str) -> str:
    """An intent in plain words, with its name for whoever edits the examples."""
    return f"{INTENTS.get(intent, intent)}（{intent}）"


def read_as(intent: str, confidence: float, *, sure: bool) -> str:
    """The reading and how sure it is."""
    return f"读作：{named(intent)}，把握{confidence:.0%}{'' if sure else '，不够，会先问清楚'}"


def rests_on(reasons: Sequence[str]) -> str:
    """What spoke for it."""
    return "凭的是：" + "；".join(_reason(reason) for reason in reasons) if reasons else "凭的是：没有什么特别的"


def _reason(reason: str) -> str:
    what, _, weight = reason.rpartition(" ")
    if not what or weight[:1] not in "+-":
        return reason
    if what.startswith("~"):
        return f"读音 {what[1:]} {weight}"
    if what.startswith("#"):
        return f"词义 {what[1:].replace('>', ' 接 ')} {weight}"
    if what.startswith("@"):
        return f"线索 {what[1:]} {weight}"
    return f"字词「{what.strip('^$<>').replace('|', '，')}」{weight}"


def like(examples: Sequence[tuple[float, str, str, str]]) -> list[str]:
    """The nearest examples: how like, the sentence, its intent and voice."""
    return [f"像例句：「{text}」{named(intent)}，{voice}，{share:.0%}" for share, text, intent, voice in examples]


def otherwise(others: Sequence[tuple[str, float]]) -> str:
    """What else it may be."""
    return "也可能是：" + "；".join(f"{named(intent)} {share:.0%}" for intent, share in others)


def told(slots: Mapping[str, object]) -> str:
    """The facts that were read."""
    return "读到的：" + "；".join(f"{name} = {value}" for name, value in slots.items())


def asks_also(intent: str, text: str) -> str:
    """A further ask of the same message."""
    return f"还问了：{named(intent)}「{text}」"


def clash(one: str, one_intent: str, other: str, other_intent: str) -> str:
    """Two examples that want different things and say the same."""
    first, second = f"「{one}」是{named(one_intent)}", f"「{other}」是{named(other_intent)}"
    return f"打架：{first}，{second}。两句只差人名、数目或语气，请改一句。"


def again(text: str, intent: str, voice: str) -> str:
    """An example that stands there twice."""
    return f"重复：「{text}」{named(intent)}，在 {voice} 里又写了一遍，可以删。"


def changed(text: str, before: str, now: str, wanted: str) -> str:
    """A kept sentence that is read otherwise."""
    right = "变对了" if now == wanted else "变错了" if before == wanted else "都不对"
    return f"{right}：「{text}」原来读作{named(before)}，现在读作{named(now)}。"


def bad_words(path: str, why: str) -> str:
    """A county's own file cannot be used."""
    return f"{path} 写得不对（{why}）。写法见 docs/understanding.md。"
