# ruff: noqa: E501 - word lists and patterns read better whole
"""要素: the facts a sentence gives (benefit, household, date, sum, village, what kind of question, and more)."""

import re
from datetime import date

from bot.language.benefits import find_benefit
from bot.language.dates import find_dates
from bot.language.names import NameInText, find_names
from bot.language.notes import read_note
from bot.language.numbers import find_amounts
from bot.language.spelling import mended


def _compiled(*rows: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


_VILLAGE = re.compile(
    r"(?:(?<=[到在是把去的从，, ])|^)(?P<v>[\u4e00-\u9fff]{1,3}?(?:家)?(?:村|沟|湾|坪|寨|坝|庄|屯|堡|营|岭|塘|冲|垭|洼|社区))(?=[的第一二三四五六七八九十\d组那了，,。 :：]|$)"
)
_NO_VILLAGE = re.compile(
    r"^(?:我|你|他|本|全|各|驻|到|在|每|这|那|哪|帮|一|几|新农|乡|行政|自然|贫困|同|整|出|进|回|农|山|水)"
)
_QUESTION = _compiled(
    ("deadline", r"截止|什么时候(?:截|到期|结束)|最(?:后|晚|迟)|几号(?:截|之?前)|到期|过期(?!了)"),
    (
        "materials",
        r"材料|手续(?=[?？]|$|要|有|是)|带(?:什么|啥|哪些)|要(?:带|准备|交)(?:什么|啥|哪些)|证件|资料|证明|几张照|拍(?:几|什么)",
    ),
    (
        "department",
        r"哪个(?:部门|单位|局)|什么部门|归(?:哪|谁)|找(?:谁|哪)|(?:去|到|在)?(?:哪里|哪儿|哪)(?:去)?(?:办|申请|交|领|报|咨询)|去哪|在哪|上哪",
    ),
    ("amount", r"多少|几(?:个|块|百|千|十)|标准|比例|怎么算|咋算|补几|什么价|啥价|额度|利息|利率|最高|上限|给几|报得"),
    ("procedure", r"怎么|咋|如何|流程|程序|步骤|什么方式|咋个|啷个|哪一步|要不要|是不是|还是|先"),
    (
        "eligibility",
        r"条件|谁(?:能|可|有)|哪些人|那些人|能不能|能|可以|可不可以|资格|包括|情况|够不够|算不算|算|有没有|都有|是不是|符合|对象|什么人",
    ),
)
_FIELD = _compiled(
    (
        "member_death",
        r"(?:妈|爸|爹|娘|爷|奶|公|婆|父|母|老人|老伴|男人|丈夫|妻|哥|弟|姐|妹|儿|他|她|人).{0,10}(?:走了|没了|去世|过世|不在了|死了|病故|老了人|离世|殁)|销户|死亡",
    ),
    ("bank_card", r"银行卡|存折|账号|社保卡|一卡通|(?<!电话)(?<!手机)卡"),
    (
        "phone",
        r"(?:电话|手机|号码|号)(?!.{0,3}卡).{0,8}(?:换|改|变|新|错|停)|(?:换|改|新).{0,4}(?:电话|手机|号码|号)|1\d{10}",
    ),
    ("split", r"分户|分家|单独(?:立|开)|另立|立户"),
    (
        "member_add",
        r"(?:生了|添了|新(?:增|添|生)|娶|嫁(?:过)?来|刚结婚|进门|加(?:进|上|到)|迁(?:入|回|进)|上户口|抱养|领养)",
    ),
    ("member_remove", r"出嫁|嫁(?:出|走|人|到)|迁(?:走|出)|离婚|去掉|删(?:掉|除)|不在.{0,4}户|参军|判刑"),
    ("head", r"户主"),
    ("disability", r"残疾|残(?:疾)?证|评残|等级"),
    ("education", r"上(?:大学|高中|初中|小学|学|大专)|毕业|休学|退学|转学|考上|考起|读(?:书|大)"),
    ("migrant_work", r"打工|务工|进厂|外出|回来(?:了|不)|上班"),
    ("id", r"身份证|证件"),
    ("address", r"地址|搬|住(?:到|在|址)"),
    ("name", r"名字|姓名|名(?:儿)?(?:登|写|错)|字(?:写|打|登)?错"),
)
_SOURCE = re.compile(
    r"(?:卖(?:了|掉|的|得)?(?:[\d一二两三四五六七八九十]+[头只斤个袋条亩车])?(?:的)?(?P<sold>[\u4e00-\u9fff]{1,4}?)(?=收|得|挣|赚|卖|了|的|[\dⓂ一二三四五六七八九十，, ]|$))|(?P<before>[\u4e00-\u9fff]{1,4}?)(?:全|都|一共|总共)?卖(?:了|得)|"
    r"(?P<work>打(?:零)?工|务工|零工|工资|养[猪牛羊鸡鸭鹅蜂鱼]|种[\u4e00-\u9fff]{1,2}|分红|流转|租金|汇款|寄回?来?|摘[\u4e00-\u9fff]{1,2}|打短工|帮工|干活|工地)"
)
_CADRE = re.compile(
    r"(?:小|老)[\u4e00-\u9fff](?=[了来给，,。的去说是调没上下不也又还今昨前 ]|$)|[\u4e00-\u9fff](?:书记|主任|队长|干部)(?<![一二支级])"
)
_ISSUE = re.compile(r"[a-z]{1,4}[-_ ]?\d{2,}|(?<=问题)\d+号?|(?:#|编号|单号)\d+", re.IGNORECASE)
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9]*\d)[a-z0-9]{4,10}(?![a-z0-9])", re.IGNORECASE)
_TAIL = re.compile(r"(?:尾号|后[四4六6]位|末[四4]位)(?:是|为)?([\dx零一二三四五六七八九]{4,6})", re.IGNORECASE)
_ABOUT_A_HOUSEHOLD = frozenset(
    [
        "visit_checkin",
        "household_lookup",
        "issue_open",
        "issue_close",
        "issue_list",
        "benefit_record",
        "reschedule_visit",
        "handover",
        "correct_checkin",
        "add_measure",
    ]
)


def read_slots(text: str, intent: str, role: str, today: date) -> dict[str, object]:
    """The facts the text gives for this intent, each as said (`benefit`, `question_type` and `field` by their names)."""
    said = mended(text)
    source = text if len(said) == len(text) else said
    slots: dict[str, object] = {}
    if intent in ("greeting", "thanks", "help_menu", "contact_human"):
        return slots
    people = find_names(said)
    if intent not in ("out_of_scope", "visit_feedback", "update_info", "unbind", "bind", "my_households", "due_visits"):
        benefit = find_benefit(text)
        needed = intent in (
            "visit_checkin",
            "household_lookup",
            "issue_open",
            "issue_close",
            "income_report",
            "request_help",
        )
        if benefit and not (needed and not _names_it(said, benefit)):
            slots["benefit"] = benefit
    _time_and_money(slots, source, said, intent, today)
    village = _village(source, said)
    if village and intent != "out_of_scope":
        slots["village"] = village
    question = _question(said, intent, has_benefit="benefit" in slots)
    if question:
        slots["question_type"] = question
    if people and (intent in _ABOUT_A_HOUSEHOLD or (intent == "out_of_scope" and role != "any")):
        slots["household"] = _household(people, source, said, intent, today)
    _extras(slots, source, said, intent, people)
    return slots


def _names_it(said: str, benefit: str) -> bool:
    return benefit[:2] in said and not re.search(benefit[:2] + r"(?:户|政策|证)", said)


def _time_and_money(slots: dict[str, object], source: str, said: str, intent: str, today: date) -> None:
    dates = find_dates(said, today)
    if dates and intent not in ("out_of_scope", "bind", "unbind", "add_measure", "complaint"):
        slots["date"] = source[dates[0].start : dates[0].end]
    if intent in ("out_of_scope", "bind", "unbind", "my_cadre"):
        return
    amounts = find_amounts(said)
    if amounts:
        chosen = amounts[-1] if intent in ("request_help",) and len(amounts) > 1 else amounts[0]
        slots["amount"] = source[chosen.start : chosen.end]


def _village(source: str, said: str) -> str | None:
    for match in _VILLAGE.finditer(said):
        if not _NO_VILLAGE.match(match["v"]):
            return source[match.start("v") : match.end("v")]
    return None


def _question(said: str, intent: str, *, has_benefit: bool) -> str | None:
    fixed = {"benefit_status": "status", "entitlement_check": "eligibility", "deadline_query": "deadline"}
    if intent in fixed:
        return fixed[intent]
    if intent != "policy_question":
        return None
    found = [(match.start(), kind) for kind, pattern in _QUESTION if (match := pattern.search(said))]
    if not found:
        return None
    by_kind = {kind: place for place, kind in found}
    for kind in ("materials", "department", "amount"):
        if kind in by_kind and ("procedure" not in by_kind or by_kind[kind] <= by_kind["procedure"] + 2):
            return kind
    return "procedure" if "procedure" in by_kind else found[0][1]


def _household(people: list[NameInText], source: str, said: str, intent: str, today: date) -> str:
    if intent == "visit_checkin":
        note = read_note(source, today)[0]
        if note.household:
            return note.household
    if intent == "handover":
        people = [
            p for p in people if not said[max(0, p.start - 3) : p.start].endswith(("给", "交给", "→", "换成", "由"))
        ] or people
    chosen = next((p for p in people if p.house), people[0])
    return source[chosen.start : chosen.end]


def _extras(slots: dict[str, object], source: str, said: str, intent: str, people: list[NameInText]) -> None:
    phone = re.search(r"(?<!\d)1\d{10}(?!\d)", said)
    if phone and intent in ("update_info", "bind"):
        slots["phone"] = phone.group()
    if intent == "update_info":
        kind = next((name for name, pattern in _FIELD if pattern.search(said)), None)
        if kind:
            slots["field"] = kind
    if intent == "income_report" and (source_of := _SOURCE.search(said)):
        slots["income_source"] = source_of["sold"] or source_of["before"] or source_of["work"]
    if intent in ("my_cadre", "visit_feedback") and (cadre := _CADRE.search(said)):
        slots["cadre"] = cadre.group()
    if intent == "handover":
        to = [p for p in people if said[max(0, p.start - 3) : p.start].endswith(("给", "→", "成", "由")) or not p.house]
        if to:
            slots["cadre"] = to[-1].text
            if slots.get("household") == to[-1].text:
                del slots["household"]
    if intent in ("issue_close", "issue_list", "issue_open") and (issue := _ISSUE.search(source)):
        slots["issue_no"] = issue.group()
    if intent == "bind":
        if people:
            slots["person"] = people[0].text
        code = _CODE.search(source) if re.search(r"码|绑定|邀请", said) else None
        if code and not phone:
            slots["code"] = code.group()
        if tail := _TAIL.search(said):
            slots["id_tail"] = tail[1]
    if intent in ("issue_open", "add_measure"):
        _said_after_household(slots, source, intent)


def _said_after_household(slots: dict[str, object], source: str, intent: str) -> None:
    tail = re.split(r"[：:，,]|(?<=\S)\s+(?=\S)", source.strip())[-1].strip()
    household = str(slots.get("household", ""))
    if household and household in tail:
        tail = re.sub(r"^[家户]", "", tail.rpartition(household.removesuffix("家"))[2])
    if len(tail) >= 3 and tail != source:
        slots["problem" if intent == "issue_open" else "measure"] = tail
