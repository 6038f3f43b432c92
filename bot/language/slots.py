# ruff: noqa: E501 - word lists and patterns read better whole
"""要素: the facts a sentence gives (benefit, household, date, sum, village, what kind of question, and more)."""

import re
from datetime import date

from bot.language.benefits import find_benefit
from bot.language.dates import find_dates
from bot.language.names import SURNAMES, NameInText, find_names
from bot.language.notes import read_note
from bot.language.numbers import find_amounts
from bot.language.spelling import mended


def _compiled(*rows: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


_SETTLED = "村沟湾坪寨坝庄屯堡营岭塘冲垭洼坳畈"
_PLACE = re.compile(rf"社区|[{_SETTLED}]")
_NO_PART = re.compile(
    r".*(?:[的到在是把去从由给至了过往嫁查看问询请列出报供计访举我你他她它本各每有没不们以跟与及、对为让被叫将就也还又再这那个哪某您咱俺记入映系于总导解责家组镇乡县市省]|[^\u4e00-\u9fff]|回(?![龙水峰])|住|和(?![平谐睦]))"
)
"""What stands before a village's name and is no part of it: the last of it ends where the name begins."""
_LED_TO = re.compile(r"(?:[到在把去从由给至了过往嫁的住回，,。：:；; ]|我们?|上报|登记|举报|看|访|查|出|^)$")
_GOES_ON = re.compile(
    r"[的第一二三四五六七八九十\d组社那这几了有全所看走，,。 :：、；;上里下]|村民|农户|脱贫|监测|低保|小学|人家?|道?路|$"
)
"""What may follow a hamlet's name; behind X村 nearly anything may."""
_HOUSED = re.compile(r"[\u4e00-\u9fff]家[沟湾坪寨坝庄屯堡营岭塘冲垭洼坳畈坡咀院]")
_NO_VILLAGE = re.compile(
    r"^.*(?:驻村|农村)$|^(?:我|你|他|本|全|各|驻|每|这|那|哪|帮|几|新农|乡|行政|自然|贫困|脱贫|示范|重点|同|整|进|农|山村|山沟|水沟|阴沟|排水|臭水|河坝|院坝|晒坝|水坝|大坝|村|老村|咱|俺|俩|两村|搬|养|水塘|鱼塘|池塘|堰塘|山塘|山岭|水冲|雨冲|被|洪水|邻|外村|别|其他|隔壁|附近|多村|美丽|山寨)|^(.)\1"
)
_WHICH = r"(?:什么|啥子?|哪些|哪样|哪几[样项种份]|几[样项种份])"
_MONEY_ASKED = r"多少|好多(?!人|部门|单位)|多钱|几(?:个钱|块|百|千|十|万|多)|几个(?=$|[，,?？啊呀嘛哦])"
_QUESTION = _compiled(
    (
        "eligibility",
        r"(?:什么|啥|哪样)(?:样)?的?标准|标准(?:到底)?(?:是|有|为|都)+(?:什么|啥|哪)|标准才|(?:养|种|栽|喂|满|到|够|达到?|干)(?:够|到|满)?(?:多少|好多|几)[^钱元块，,]{0,8}(?:才|就能|可以|给)|(?:多少|几|好多)个?人",
    ),
    (
        "deadline",
        r"截止|什么时候(?:截|到期|结束)|最(?:后|晚|迟)|几号(?:截|之?前)|到期(?!.{0,4}(?:还不|续|展))|过期(?!了)",
    ),
    (
        "department",
        r"(?:哪|什么)(?:一?[个家级里儿头点边]|里头)?(?:部门|单位|局|银行|级)|几[个家道]?(?:部门|单位|家|道)?[^，,]{0,3}(?:盖章|签字|的章)|归(?:哪|谁|.{1,4}还是)|[找由](?:谁|哪)|谁(?:来)?(?:出|给|发放|管|办|负责|承担|掏|批)|(?:去|到|在|交|送|上|往)?(?:哪里|哪儿|哪)(?:里|儿|点|家|个)?(?:去)?(?:办|申请|交|领|报|咨询|出|管|给|发|批|买|鉴定)|(?:去|在|上|交到?|送到?|递到?)哪(?!年|月|天|步|一步)",
    ),
    (
        "materials",
        rf"材料|手续(?=[?？]|$|要|有|是)|带{_WHICH}|要(?:带|拿|准备|交|备){_WHICH}|证件|资料|证明|几张照|拍(?:几|什么)|填{_WHICH}|填几|(?:车票|发票|票据|户口本|照片|复印件|存折|收据|病历).{{0,4}}(?:要不要|要吗|用不用|需不需要|留|带|交)|(?:要不要|用不用|需不需要|需要|还要).{{0,4}}(?:车票|发票|票据|户口本|照片|复印件|存折|收据|病历)",
    ),
    (
        "amount",
        rf"{_MONEY_ASKED}|标准|比例|怎么算(?!到|进)|咋算(?!到|进)|怎么收费?|按(?:什么|啥子?)(?:来)?算|补几|什么价|啥价|额度|利息|利率|最高|上限|顶格|给几|报得|(?:花|要|收|交|掏)钱(?:不|吗|么|没)|收不收(?:钱|费)|哪个.{{0,4}}(?:钱多|划算|高)",
    ),
    (
        "procedure",
        r"怎么|咋|如何|流程|程序|步骤|什么方式|啷个|哪一?步|要不要|是不是|还是|多久|好久|几(?:月份?|号)",
    ),
    (
        "eligibility",
        r"条件|谁(?:能|可|有)|哪些人|那些人|能不能|能|可以|可不可以|资格|包括|情况|够不够|算不算|算|有没有|都有|是不是|符合|对象|什么人|冲突|同时",
    ),
)
_A_STEP = re.compile(r"先|年审|年检|展期|续期|担保|生效|指标")
"""A matter that is all procedure: asked about in whatever words, it is how it goes that is asked."""
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
_SOLD = re.compile(
    r"卖(?:了|掉|的|得|出去|咗|咧|哒)*(?:[\d一二两三四五六七八九十百千几]+多?[头只斤个袋条亩车担筐箱])?(?:的|肥|大|小)?(?P<thing>[\u4e00-\u9fff]{1,4}?)(?=[收得挣赚卖了的，, 。]|[\d一二两三四五六七八九十几]|共|$)"
    r"|(?P<before>[\u4e00-\u9fff]{1,4}?)(?:[\d一二两三四五六七八九十]+[头只斤个]|今年|全|都|一共|总共|也|昨天)*卖(?:了|得|掉|咧|哒|咗|完)"
)
_NO_THING = frozenset(
    ["剩下", "剩下的", "今年", "一共", "一些", "全部", "昨天", "我家", "他们", "了", "钱", "多", "大约", "大概"]
)
_KEPT = re.compile(r"([猪牛羊鸡鸭鹅蜂鱼兔])")
_FROM_CHILDREN = re.compile(
    r"(?:儿子?|女儿?|闺女|娃|孙子?|姑爷|女婿|孩子|崽|妹|老大|老二|幺儿).{0,8}(?:寄|给|打|拿|汇|转)(?:了|来|回|过|我|家|钱|\d|[一二两三四五六七八九])"
)
_EARNED = _compiled(
    ("土地流转", r"流转|租金|(?:地|田|土).{0,6}(?:租|包给|流转)"),
    ("分红", r"分红|入股"),
    ("工资", r"公益岗|扫地|保洁|护林|月薪|工资(?!.{0,6}(?:打工|务工))"),
    (
        "务工",
        r"打(?:零|短)?工|务工|零工|帮工|小工|干活|工地|厂|上班|一天.{1,6}干|(?:干|做|摘|栽|搬|修|拾)了?.{0,4}[天月]|外卖|保安|饭店|送货",
    ),
    ("养殖", r"养[猪牛羊鸡鸭鹅蜂鱼]"),
    ("种植", r"种[\u4e00-\u9fff]"),
)
_GIVEN = re.compile(
    r"(?:送|带|拿|提|给|发)(?:了|来|来了|过来|咧|哒|的)+(?:我家?|我们)?(?P<items>[\u4e00-\u9fff\d和、]{1,16}?)(?=[，,。！!；; ]|$)"
)
_WHAT = r"[\u4e00-\u9fff\d]"
_TROUBLE = re.compile(
    rf"(?P<what>{_WHAT}{{0,5}}(?:漏水|漏雨|塌|垮|断水|没水|停水|停电|没电|着火|火灾|被?烧|冲毁|冲断|冲走|淹|裂|堵|坏|爆|冒火花?|骨折|摔伤?|车祸|抢救|瘫痪?|住院|癌症?|重病|大病|透析|化疗|拖欠|克扣|欠|拿不出|交不[起上]|凑不[齐出]|还不[上起]|卖不[出掉]去?|没人(?:管|照顾|要|修)|死(?:了|光)|断了|辍学|不让上学|没钱(?:看病|治|上学|交|吃)|看不[见清]|走不动|不方便|虫|旱|绝收|没开通|断缴){_WHAT}{{0,3}})"
)
_REPORTED = re.compile(
    rf"(?:反映|反应|申请|举报|投诉|报|说)(?:过|了|的|上去)*(?P<what>{_WHAT}{{2,8}}?)的?(?:这个|那个)?(?:事|问题|申请|材料|情况|表)"
)
_DONE = re.compile(r"好了|完了|解决|返校|到账|办下来|拿到|修通|修好|换好|出院|恢复|通了|有水|上学|装好|消除|还上")
_OPENS = re.compile(
    r"^(?:我要|帮我|请|需要)?(?:新增?|上报|登记|反映|报|立|开|建|提|录|记|加|增加|添加)(?:入|交|送|一?个|一?条|一?件|一下|上)*(?:问题|诉求|单子?|风险|措施|帮扶措施|事)*(?:单|一个|一下)?|^(?:帮扶)?措施(?:写|加|是)?|^(?:已解决|已办结|问题单?)"
)
_HEADS = re.compile(
    r"^(?:上报|登记|反映|新增|新问题|问题上报|问题|措施)$|(?:开|立|建|提|报|登记|加|录|记|上报|反映|新增)(?:入|交|送|一)?[个条件]?(?:新)?(?:问题|诉求|单|单子|风险|帮扶措施|措施|事)+(?:单|写|里|上)?$"
)
_SHUTS = re.compile(
    r"(?:，|,)?(?:申请)?(?:办结|销号|关单|关闭|结案|结单|请登记|给立个单|把单关了|记到(?:措施|计划)里?)$"
)
_COLLEAGUE = re.compile(r"(?:约了?|同事|(?:镇|乡|县|村|局|所|站|院|驻村|单位)[上里]?的|工作队的?)$")
"""Whoever is named behind these came along and is not who was visited."""
_CADRE = re.compile(
    r"(?:小|老)[\u4e00-\u9fff](?=[了来给，,。的去说是调没上下不也又还今昨前同这那经每到帮叫人 ]|$)|"
    rf"(?:[{''.join(sorted(n for n in SURNAMES if len(n) == 1))}])(?:书记|主任|队长|干部|同志|老师|镇长|局长|科长|干事|所长|会计|支书)"
)
_ISSUE = re.compile(r"[a-z]{1,4}[-_ ]?\d{2,}|(?<=问题)\d+号?|(?:#|编号|单号)\d+", re.IGNORECASE)
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9]*\d)[a-z0-9]{4,10}(?![a-z0-9])", re.IGNORECASE)
_TAIL = re.compile(
    r"(?<!手机)(?<!电话)(?<!手机号)(?<!电话号)(?:尾号|后[四4六6]位|末[四4六6]位)(?:是|为|数)?[：: ]?([\dx零一二三四五六七八九]{4,6})",
    re.IGNORECASE,
)
_NO_DATE = frozenset({"上次", "上回", "年前", "前不久", "不久前"})
_JUST_NOW = frozenset({"刚才", "刚刚", "方才", "头先"})
"""Of a visit they say nothing; of what was just written, they say which (刚才那条)."""
_HOW_LONG = re.compile(
    r"(?:[近这连]了?|最近|连续|整整|有|快|都)?(?P<long>(?:半|[\d一二两三四五六七八九十几]{1,3}个?)(?:多?月|年|多年|学期|季度)多?)(?=了?(?:都|也|还|就)?(?:[没未]|不见))"
)
"""三个月没来: how long nothing came is as much as a date, and no day of a visit."""
_WHOLE_YEAR = re.compile(r"全年|半年")
_NOT_THIS = re.compile(r"(?:不是|并非|非|不再是|不是去|不是在)$")
"""不是甲家，是乙家: the one denied is not meant."""
"""Words that point back without naming a day; people say them instead of "the one before"."""
_UNDATED = frozenset(
    {"out_of_scope", "bind", "unbind", "add_measure", "complaint", "request_help", "entitlement_check"}
    | {"household_profile", "my_cadre", "unsubscribe_reminders", "resubscribe_reminders"}
)
"""Where a day in the story is no part of what is asked."""
_MOVED_TO = re.compile(
    r"改(?:到|期到|成|在|为|约)?|推(?:迟)?到|延(?:期)?(?:到|至)|调(?:整)?(?:到|至)|换到|挪到|提前(?:到|至)?|放(?:到|在)|约(?:在|到|了)?"
)
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
    village = _village(source, said, today)
    if village and intent != "out_of_scope":
        slots["village"] = village
    question = _question(said, intent, has_benefit="benefit" in slots)
    if question:
        slots["question_type"] = question
    if people and (intent in _ABOUT_A_HOUSEHOLD or (intent == "out_of_scope" and role != "any")):
        slots["household"] = _household(people, source, said, intent, today)
    _extras(slots, source, said, intent, people, today)
    return slots


def _names_it(said: str, benefit: str) -> bool:
    return benefit[:2] in said and not re.search(benefit[:2] + r"(?:户|政策|证)", said)


def _time_and_money(slots: dict[str, object], source: str, said: str, intent: str, today: date) -> None:
    dates = find_dates(said, today)
    dates = [d for d in dates if d.text not in _NO_DATE and (d.text not in _JUST_NOW or intent == "correct_checkin")]
    dates = [d for d in dates if not _NOT_THIS.search(said[: d.start])] or dates
    if (
        not dates
        and intent not in _UNDATED
        and (span := _HOW_LONG.search(said) or (_WHOLE_YEAR.search(said) if intent == "report_stats" else None))
    ):
        slots["date"] = source[slice(*span.span("long" if "long" in span.re.groupindex else 0))]
    if dates and intent not in _UNDATED:
        chosen_date = dates[0]
        if intent == "reschedule_visit" and (to := _MOVED_TO.search(said)):
            chosen_date = next((d for d in dates if d.start >= to.end()), dates[0])
        slots["date"] = source[chosen_date.start : chosen_date.end]
    if intent in ("out_of_scope", "bind", "unbind", "my_cadre"):
        return
    amounts = find_amounts(said)
    amounts = [a for a in amounts if not _NOT_THIS.search(said[: a.start])] or amounts
    if amounts:
        chosen = amounts[-1] if intent in ("request_help",) and len(amounts) > 1 else amounts[0]
        slots["amount"] = source[chosen.start : chosen.end]


def _village(source: str, said: str, today: date) -> str | None:
    """The first village or hamlet named (柏林村, 马家湾), without what leads to it (了, 请列出) and what follows it."""
    dated = [(found.start, found.end) for found in find_dates(said, today)]
    for match in _PLACE.finditer(said):
        end, of_a_village = match.end(), match.group() in ("村", "社区")
        if not of_a_village and said[end : end + 1] == "村":
            continue
        start = _where_it_begins(said, match.start(), dated)
        name = said[start:end]
        long = len(name) - len(match.group())
        if long < 1 or long > 4 or _NO_VILLAGE.match(name):
            continue
        if of_a_village and long == 1 and not _LED_TO.search(said[:start]):
            continue
        if of_a_village or (_LED_TO.search(said[:start]) and (_GOES_ON.match(said, end) or _somebody_at(said, end))):
            return source[start:end]
    return None


def _where_it_begins(said: str, place: int, dated: list[tuple[int, int]]) -> int:
    housed = _HOUSED.match(said, place - 2) if place >= 2 else None
    if housed or (place >= 3 and _HOUSED.match(said, place - 3)):
        place -= 2 if housed else 3
        return place
    before = max([0, *(end for _, end in dated if end <= place)])
    led = _NO_PART.match(said, before, place)
    return led.end() if led else before


def _somebody_at(said: str, place: int) -> bool:
    if said[place : place + 1] in SURNAMES and said[place + 1 : place + 2] == "家":
        return True
    return any(name.start == place for name in find_names(said))


def _question(said: str, intent: str, *, has_benefit: bool) -> str | None:
    fixed = {"benefit_status": "status", "entitlement_check": "eligibility", "deadline_query": "deadline"}
    if intent in fixed:
        return fixed[intent]
    if intent != "policy_question":
        return None
    found = [(match.start(), kind) for kind, pattern in _QUESTION if (match := pattern.search(said))]
    plainly = [(place, kind) for place, kind in found if kind in ("materials", "department", "amount")]
    if _QUESTION[0][1].search(said):
        return "eligibility"
    by_way = next((place for place, kind in found if kind == "procedure"), None)
    if plainly and (by_way is None or min(plainly)[0] <= by_way + 2):
        return min(plainly)[1]
    if by_way is not None or _A_STEP.search(said):
        return "procedure"
    return min(found)[1] if found else None


def _household(people: list[NameInText], source: str, said: str, intent: str, today: date) -> str:
    if intent == "visit_checkin":
        note = read_note(source, today)[0]
        if note.household and not _COLLEAGUE.search(said[: said.find(note.household)]):
            return _first_of_several(people, said, note.household)
    if intent == "handover":
        people = [
            p for p in people if not said[max(0, p.start - 3) : p.start].endswith(("给", "交给", "→", "换成", "由"))
        ] or people
    people = [
        p for p in people if not (_NOT_THIS.search(said[: p.start]) or _COLLEAGUE.search(said[: p.start]))
    ] or people
    chosen = next((p for p in people if p.house), people[0])
    return source[chosen.start : chosen.end]


def _first_of_several(people: list[NameInText], said: str, household: str) -> str:
    place = said.find(household)
    return next((p.text for p in people if p.end == place - 1 and said[p.end] in "和、跟与"), household)


def _extras(
    slots: dict[str, object], source: str, said: str, intent: str, people: list[NameInText], today: date
) -> None:
    phone = re.search(r"(?<!\d)1\d{10}(?!\d)", said)
    if phone and intent in ("update_info", "bind"):
        slots["phone"] = phone.group()
    if intent == "update_info" and (kind := _field(said)):
        slots["field"] = kind
    if intent == "income_report" and (source_of := _income_source(said)):
        slots["income_source"] = source_of
    if intent in ("my_cadre", "visit_feedback") and (cadre := _CADRE.search(said)):
        slots["cadre"] = cadre.group()
    if intent == "handover":
        _taken_over_by(slots, said, people)
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
    if intent == "visit_feedback" and (given := _GIVEN.search(source)):
        slots["items"] = given["items"]
    if intent in ("request_help", "request_status", "complaint") and (trouble := _trouble(source, said, intent)):
        slots["problem"] = trouble
    if intent == "visit_checkin":
        _told_in_note(slots, source, today)
    if intent in ("issue_open", "add_measure", "issue_close"):
        _said_after_household(slots, source, intent)


def _told_in_note(slots: dict[str, object], source: str, today: date) -> None:
    note = read_note(source, today)[0]
    told = {
        "items": [item.name for item in note.items],
        "problem": list(note.problems),
        "measure": list(note.measures),
    }
    slots.update({name: "、".join(phrases) for name, phrases in told.items() if phrases})


def _field(said: str) -> str | None:
    """Which fact on file changed; the first thing said counts where several did."""
    first = re.split(r"[，,。；; ]", said.strip(), maxsplit=1)[0]
    return next((name for part in (first, said) for name, pattern in _FIELD if pattern.search(part)), None)


def _income_source(said: str) -> str | None:
    if _FROM_CHILDREN.search(said):
        return "子女汇款"
    sold = _SOLD.search(said)
    if sold:
        thing = sold["thing"] or sold["before"]
        kept = _KEPT.search(said)
        if thing and thing not in _NO_THING:
            return f"卖{thing}" if len(thing) == 1 else thing
        return f"养{kept[1]}" if kept else None
    return next((name for name, pattern in _EARNED if pattern.search(said)), None)


def _taken_over_by(slots: dict[str, object], said: str, people: list[NameInText]) -> None:
    to = [p for p in people if said[max(0, p.start - 3) : p.start].endswith(("给", "→", "成", "由")) or not p.house]
    if to:
        slots["cadre"] = to[-1].text
        if slots.get("household") == to[-1].text:
            del slots["household"]


def _trouble(source: str, said: str, intent: str) -> str | None:
    """What is wrong, in the words that say it: the trouble and what it befell."""
    pattern = _REPORTED if intent == "request_status" else _TROUBLE
    found = [m.span("what") for m in pattern.finditer(said)]
    if not found:
        return None
    start, end = found[0]
    return source[start:end].strip("的了，, ") or None


def _said_after_household(slots: dict[str, object], source: str, intent: str) -> None:
    parts = [part for part in re.split(r"[：:，,。；;]|(?<=\S)\s+(?=\S)", source.strip()) if part.strip()]
    household = str(slots.get("household", "")).removesuffix("家")
    if intent == "issue_close":
        parts = [part for part in parts if _DONE.search(part) and not _ISSUE.search(part)] or [""]
    elif _HEADS.search(parts[0]):
        parts = parts[1:]
    told = [part.strip() for part in parts if part.strip() != household and part.strip() != household + "家"]
    if not told:
        return
    first = told[-1] if intent == "add_measure" else told[0]
    if household and household in first:
        first = re.sub(r"^[家户](?:的)?", "", first.rpartition(household)[2])
    first = _OPENS.sub("", _SHUTS.sub("", first)).strip("，, ")
    if len(first) >= 2:
        slots["problem" if intent != "add_measure" else "measure"] = first
