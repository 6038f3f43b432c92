# ruff: noqa: E501 - word lists and patterns read better whole
"""走访记录: what one sentence about a home visit tells (who, when, brought what, found what, will do what).

Every phrase handed back stands in the text; nothing is concluded that was not said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.language.dates import FoundDate, find_dates
from bot.language.names import NameInText, find_names
from bot.language.numbers import GIFT_UNITS, find_amounts, read_number
from bot.language.spelling import mended

VisitType = Literal["visit", "phone", "visit+phone"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something brought: its name, the quantity with its number in figures (2袋, empty when not said), and both apart."""

    name: str
    quantity: str = ""
    count: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class NoteAmount:
    """A sum in yuan that the note mentions, and the words it stands with."""

    value: Decimal
    what: str


@dataclass(frozen=True, slots=True)
class VisitNote:
    """What a note says of one household; `household` is None when no name is said."""

    household: str | None
    visit_date: date | None
    date_text: str | None = None
    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    amounts: tuple[NoteAmount, ...] = ()
    not_home: bool = False
    visit_type: VisitType = "visit"
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Group:
    """The households one stretch of the note is about, and what is told of them."""

    names: list[str]
    clauses: list[_Clause] = field(default_factory=list)


_VISIT = re.compile(
    r"走访|入户|签到|打卡|看望|探望|慰问|家访|回访|上门|拜访|走完|走了|走到|去了|去的|去趟|到了|看了看|"
    r"(?:^|[日号天早午晚上下一二三四五六里人]|部)(?:去|到|看|访|走|在)(?=[\u4e00-\u9fff])|(?:^|\s)(?:去|到|看|访)"
)
_PHONE = re.compile(
    r"打(?:了个?|过|的)?电话|电话(?:联系|问|访|回访|里|走访|沟通|中|慰问)|通(?:了个?)?电话|视频(?:通话|联系|了|走访|问)|微信(?:视频|问|联系|语音)|致电"
)
_BY_FOOT = re.compile(
    r"走访|入户|上门|去了|到了|去(?:的|趟)|送[了去来]|组织|看了|(?:^|上午|下午|今早|早上|今天|晚上)(?:去|到|看)"
)
_CANCELLED = re.compile(
    r"没(?:有)?(?:走|去|访|入)成|没能(?:走|去|入户)|(?:走|去)不(?:成|了)(?!的)|未能(?:走访|入户|成行|前往)|取消(?:了)?(?:今天|本次|这次)?(?:的)?走访|半路(?:返回|回来)"
)
_NOT_HOME = re.compile(
    r"(?:人|都|户主|家里|老人|主人)?(?:不在|没在|未在)(?:家|屋|$|[，,。 ])|没(?:碰|见|遇|找)(?:到|着|上)|(?:家里|家中|屋里|院里)(?:没人|无人)|(?:^|敲门|喊了?)没人(?:应|在|答|$)|"
    r"(?:门|院)?(?:锁着|上了锁|上锁|锁了门|锁门|挂着?锁)|铁将军|扑了?个?空|吃了?闭门羹|无人在家|人不在|放(?:在)?(?:了)?(?:邻居|隔壁)"
)
_GOOD = re.compile(
    r"(?:没有?|无|么)(?:啥|什么|任何|大|新|别的|其他|特别|发现)*(?:问题|困难|难处|新情况|情况|变化|毛病|异常|麻达|隐患|诉求|返贫风险|意见|受灾)|(?:水灾|灾)没受|没受[水旱]?灾|不(?:缺|愁|漏|欠|差|怕|难)|(?:病|腿|腰|身体)[都也]?(?:好|痊愈)[了多]*|"
    r"(?:已经?|都|全)(?:修好|治好|解决|还清|恢复)了?|不(?:困难|严重)|(?:消除|排除|检查|排查|查看)了?(?:返贫|安全)?(?:风险|隐患)|防(?:地灾|火|汛|灾|返贫|溺水|诈骗|病)|大病(?:保险|救助)|临时救助|残疾人?(?:补贴|证|两项)|低保|困难(?:补助|群众|户)|问题(?:不大|已解决)"
)
_PROBLEM = re.compile(
    r"漏|坏|病(?!历|例)|癌|瘫|卧床|摔|骨折|住院|残疾?|辍学|不(?:想|愿意?|肯|去|能)(?:上学|读|学校)|不上学|欠|差(?=[\d一二两三四五六七八九十几钱])|还差|没钱|缺|困难|难(?!得)|断|塌|裂|垮|危|"
    r"去世|过世|死|亡|滞销|卖不[出掉动]|没有?(?:水|电|网|路|活|人照|收入|人管|技术|劳力)|停[水电]|不通|打不了工|失业|找不到|头[晕疼痛]|痛|疼|车祸|纠纷|担心|怕|嫌|压力|老化|堵|看不[清见]|听不[清见]|"
    r"聋|哑|无(?:劳力|劳动力|收入|人照|业|房)|没(?:劳力|劳动力)|不(?:够|足|亮|稳|方便|会|了解|知道|清楚|满意|到位)|交不起|上不起|买不起|治不起|还不上|收入低|年久失修|破|透风|倒塌|受灾|被[淹冲偷骗]|淹|旱|虫|瘟|发烧|"
    r"咳|喘|高血压|糖尿|中风|偏瘫|精神(?!头|挺|好|状态|不错|面貌|可以)|智力|癫痫|尿毒|手术|化疗|失踪|离家|打架|家暴|拖欠|没(?:报销|到账|发|领到|收到|办|参保|缴)|未(?:参保|缴|报销|到账|发|办理)|反映|诉求|要求|希望|想(?:申请|办|要|贷|养|修|找)|故障|隐患|积水|泥泞|毛病|肺气肿|结石|衰|吃药|熏|冒烟"
)
_MEASURE = re.compile(
    r"(?:已经?|正在|准备|打算|计划|需要?|得|要|我们?|跟[^，]{1,6}|和[^，]{1,6}|当场|马上|立即|现场|帮|给|替|都|又|也|再|约|约好|尽快|教|让[^，]{1,4})*"
    r"(?:联系|协调|对接|申请|申报|补报|上报|反馈|建议|动员|劝|宣传|讲解|讲|解释|教会|教|帮忙|帮助|帮他|帮她|帮其|帮着|推荐|安排|组织|争取|督促|提醒|叮嘱|嘱咐|代办|代缴|陪|带[他她老]|"
    r"送[医他她老去](?:医|去|到|院|人)?(?=.*医)|换(?:了|新|上)|修(?:了|好|理|补)|填|落实|跟进|调解|答应|承诺|弄点?药|买药|办理|指导|培训|核实后|鉴定(?!出|为|结果|是)|签(?:了|字)|垫付?|安抚|纳入|帮(?!扶)|转(?:送|介|诊)|"
    r"下(?:周|个?月|次|一步)|明天|后天|回头|改天|周[一二三四五六日](?=返|去|来|送|办)|月底前|过几天)"
)
_NOT_DONE = re.compile(
    r"没(?:有)?(?:联系上|帮|教|讲|办)|不(?:让|肯|愿|想)|怕|担心|反映[^给到]|说(?:想|要|是|怕)|问(?!了)|想(?:申请|办|要|贷)|希望|要求|嫌"
)
_GIVE = re.compile(
    r"(?:送(?!医|他|她|娃|孩子|老人|去医院|政策|温暖|教|检|审|往|走|戏|法|到医|到县|到镇|学|信|文件)(?:去|来|上|了|给|过去|到)*|带(?:去|来|了|上|着)+|拿(?:去|来|了)+|捎(?:去|来|了|上)*|赠送?了?|"
    r"发放?(?:了)+|提着|拎着|慰问(?:了|品)?[:：]?(?=.{0,3}[\d一二两三四五]+(?:袋|桶|箱|件|床|盒|瓶|斤|包|提))|(?<=给).{1,5}买了?|买(?:了|的)(?=.*送))"
)
_NO_GIFT = re.compile(
    r"^(?:政策|温暖|关怀|医|老人|孩子|娃|他|她|户主|人|祝福|学|信|通知|表|去|来|走|到|话|技术|法|书记|队|领导|儿|孙|钱$|消息|资料|材料|证|问题|病|大家|我们)|去医院|上学|住院|回家|看病|检查|[的了]$"
)
_QUANTITY_FIRST = re.compile(
    rf"^(?P<n>[\d.]+|[零一二两三四五六七八九十百千半]+|几)(?P<u>{GIFT_UNITS})(?:的)?(?P<name>[\u4e00-\u9fffa-z]{{1,8}})$"
)
_QUANTITY_LAST = re.compile(
    rf"^(?P<name>[\u4e00-\u9fffa-z]{{1,8}}?)(?P<n>[\d.]+|[零一二两三四五六七八九十百千半]+)(?P<u>{GIFT_UNITS})(?:装)?$"
)
_ALSO_ITEM = re.compile(
    rf"^(?:还有|和|及|再加)?(?:[\u4e00-\u9fff]{{1,5}}(?:[\d.]+|[一二两三四五六七八九十]+)(?:{GIFT_UNITS})|(?:[\d.]+|[一二两三四五六七八九十]+)(?:{GIFT_UNITS})[\u4e00-\u9fff]{{1,5}})$"
)
_ANIMAL = re.compile(r"[鸡鸭鹅猪牛羊蜂鱼马驴兔]\d|存栏|圈|养")
_AHEAD = re.compile(
    r"^(?:刚刚?|又|还|也|就|现在|目前|反映|说是?|发现|看到|得知|据说|主要是|存在|他说|她说|户主说|其|并且?|但是?|因为?|由于|有点?|以及|还有|问题是?[:：]?|困难[:：]|的|：|:|，|,|家里?|就是)+(?=..)"
)
_AHEAD_MEASURE = re.compile(
    r"^(?:又|还|也|就|现在|并且?|但是?|我们?(?=[解联帮教给劝讲])|措施[:：]?|的|：|:|，|,|已经|已(?=..))+(?=..)"
)
_LIST = re.compile(r"[家户屋头里、,，和与及跟\s以还有]*")
_OTHERS = re.compile(
    r"(?:邻居|隔壁|亲戚|联系(?:了)?|找(?:了)?|让|叫|请|跟|同|村医|医生|班主任|组长|支书|书记|主任|老师|干部)$"
)


def read_note(text: str, today: date, names: Sequence[str] = ()) -> list[VisitNote]:
    """Read a visit note: one entry for each household visited, in the order told; never an empty list.

    `names` are the people of the cadre's own households: one of them found anywhere wins over grammar.
    """
    said = mended(text)
    source = text if len(said) == len(text) else said
    clauses = _clauses(source, said)
    people = [n for n in find_names(said, names) if not _OTHERS.search(said[max(0, n.start - 4) : n.start])]
    groups = _groups(said, clauses, people, set(names))
    dates = find_dates(said, today)
    cancelled = bool(_CANCELLED.search(said))
    head_date = _visit_date(said, clauses, dates, people, today)
    notes: list[VisitNote] = []
    for number, group in enumerate(groups):
        own = _own_date(said, group, dates, today) if number else head_date
        note = _read_group(source, said, group, people)
        found = own or head_date
        note = replace(
            note,
            visit_date=None if cancelled else found.day if found else today,
            date_text=found.text if found else None,
            visit_type=_visit_type(group),
            cancelled=cancelled,
        )
        if not group.names:
            notes.append(note)
        notes.extend(replace(note, household=name) for name in group.names)
    return notes


def as_json(note: VisitNote) -> dict[str, object]:
    """The note in the form of the contract's `visits`: plain lists and figures, dates as ISO text."""
    return {
        "household": note.household,
        "visit_date": note.visit_date.isoformat() if note.visit_date else None,
        "date_text": note.date_text,
        "items": [{"name": item.name, "quantity": item.quantity} for item in note.items],
        "problems": list(note.problems),
        "measures": list(note.measures),
        "amounts": [
            {"value": int(a.value) if a.value == a.value.to_integral_value() else float(a.value), "what": a.what}
            for a in note.amounts
        ],
        "not_home": note.not_home,
        "visit_type": note.visit_type,
        "cancelled": note.cancelled,
    }


def _clauses(source: str, said: str) -> list[_Clause]:
    found = []
    for match in re.finditer(r"[^，,。；;！!？?\n\s：:]+", said):
        found.append(_Clause(source[match.start() : match.end()], match.start(), match.end()))
    return found


def _groups(said: str, clauses: list[_Clause], people: list[NameInText], known: set[str]) -> list[_Group]:
    """Cut the note where another household begins; a known household wins over any other name."""
    firm = [p for p in people if p.text in known]
    rest = firm or [p for p in people if _visited(said, p)]
    if not rest:
        return [_Group([], clauses)]
    first = rest[0]
    groups = [_Group([first.text])]
    starts = [0]
    last = first
    for person in rest[1:]:
        if person.text in groups[-1].names:
            continue
        between = said[last.end : person.start]
        if _LIST.fullmatch(between):
            groups[-1].names.append(person.text)
            last = person
        elif person.house or person.text in known:
            clause = next((c for c in clauses if c.start <= person.start < c.end), None)
            before = said[clause.start : person.start] if clause else ""
            if clause and (
                not before or _VISIT.search(before + "家") or before in ("又到", "又去", "再到", "还有", "然后", "接着")
            ):
                groups.append(_Group([person.text]))
                starts.append(clause.start)
                last = person
    for clause in clauses:
        place = max(i for i, start in enumerate(starts) if start <= clause.start)
        groups[place].clauses.append(clause)
    return groups


def _visited(said: str, person: NameInText) -> bool:
    """A name is the visited household when it is called a house, opens the note, or follows a word of visiting."""
    before = said[max(0, person.start - 8) : person.start]
    return (
        person.house
        or not person.start
        or bool(re.search(r"[去到看望访走给帮在问签卡：:户\s、和组村的]$|[，,。]$|走访.{0,4}$|慰问$|了$|电话", before))
    )


def _visit_date(
    said: str, clauses: list[_Clause], dates: list[FoundDate], people: list[NameInText], today: date
) -> FoundDate | None:
    """The day of the visit: a date at the head of the note or beside a word of visiting, never one ahead."""
    firsts = [m.start() for m in re.finditer(r"[，,。；;！!？?\n]", said)]
    head = firsts[0] if firsts else len(said)
    if people and people[0].start > head:
        head = next((f for f in firsts if f > people[0].start), len(said))
    chosen: FoundDate | None = None
    for found in dates:
        if found.day is not None and found.day > today:
            continue
        after = said[found.end : found.end + 6]
        beside = bool(
            re.match(
                r"[，,\s]?(?:我|又|再|专门|和.{1,5})?(?:走访|入户|去|到|看|访|走|慰问|给|送|冒|组织|在|上门|回访|联系|打电话|的走访|签到|\s)",
                after,
            )
        )
        if found.day is None and not (
            beside
            and (
                found.start == 0 or "走" in after or "访" in after or "去" in after or "入户" in after or "给" in after
            )
        ):
            continue
        if re.match(
            r"(?:因|刚)?(?:住院|出院|摔|去世|手术|车祸|查出|办|申请|返校|开学|生|确诊|领|到账|发|贷|的车|买|年初)",
            after,
        ):
            continue
        clause = next((c for c in clauses if c.start <= found.start < c.end), None)
        if found.start > head and not (
            clause and found.start == clause.start and beside and _BY_FOOT.search(clause.text)
        ):
            continue
        if chosen is None or (_PHONE.search(said[chosen.start : found.start]) and beside):
            chosen = found
    return chosen


def _own_date(said: str, group: _Group, dates: list[FoundDate], today: date) -> FoundDate | None:
    if not group.clauses:
        return None
    first = group.clauses[0]
    return next((d for d in dates if first.start <= d.start < first.end and d.day and d.day <= today), None)


def _visit_type(group: _Group) -> VisitType:
    by_phone = [bool(_PHONE.search(c.text)) for c in group.clauses]
    if not any(by_phone):
        return "visit"
    by_foot = any(not phone and _BY_FOOT.search(c.text) for c, phone in zip(group.clauses, by_phone, strict=True))
    return "visit+phone" if by_foot else "phone"


def _read_group(source: str, said: str, group: _Group, people: list[NameInText]) -> VisitNote:
    items: list[Item] = []
    problems: list[str] = []
    measures: list[str] = []
    amounts: list[NoteAmount] = []
    not_home = False
    asked = ""
    giving = False
    for clause in group.clauses:
        amounts.extend(_amounts(clause))
        plain = mended(clause.text)
        not_home = not_home or bool(_NOT_HOME.search(plain))
        gifts = _gifts(clause.text, group.names)
        if not gifts and giving and (_ALSO_ITEM.match(plain) or plain in ("慰问金",)):
            gifts = [item for item in [_item(plain)] if item is not None]
        giving = bool(gifts) or (giving and not plain) or bool(_GIVE.fullmatch(plain))
        if gifts:
            items.extend(gifts)
            continue
        body = _body(clause, said, people)
        told = re.fullmatch(r"(?:都|也)?(?:讲|解释|说|宣传|答复)(?:了|清楚|明白|过)+", mended(body))
        if told and asked:
            measures.extend("讲" + part for part in re.split(r"和|、|与", asked))
            asked = ""
            continue
        question = re.match(r"(?:他|她|还|想)?问(?:了|到)?(.{2,})", body)
        if question:
            asked = question[1]
            continue
        problem, measure = _problem_and_measure(body)
        if problem:
            problems.append(problem)
        if measure:
            measures.append(measure)
    return VisitNote(
        household=None,
        visit_date=None,
        items=tuple(items),
        problems=tuple(dict.fromkeys(problems)),
        measures=tuple(dict.fromkeys(measures)),
        amounts=tuple(amounts),
        not_home=not_home,
    )


def _amounts(clause: _Clause) -> list[NoteAmount]:
    found = []
    for amount in find_amounts(clause.text):
        before = clause.text[max(0, amount.start - 8) : amount.start]
        what = re.sub(r"^.*[\d的]|[了还给每月领花共约到手里是差]+$", "", before)[-6:]
        found.append(NoteAmount(amount.value, what))
    return found


def _body(clause: _Clause, said: str, people: list[NameInText]) -> str:
    """The clause without the words that only say when and whom was visited."""
    start, text = clause.start, clause.text
    cut = 0
    for person in people:
        if clause.start <= person.start and person.end <= clause.end:
            before = mended(text[: person.start - start])
            if len(before) <= 14 and (
                not before or _VISIT.search(before + "家") or re.search(r"[去到看访问给在帮走跟户]$", before)
            ):
                cut = person.end - start
                tail = re.match(r"(?:的)?(?:家里|家|户|屋里|屋头)?(?:的)?(?:了|那里|那儿)?", text[cut:])
                cut += tail.end() if tail else 0
            break
    body = text[cut:]
    if not cut:
        body = re.sub(
            r"^(?:\d+号|今天|昨天|前天|上午|下午|今早)?(?:走访|入户|签到|打卡|去了一?趟|上门)+(?:了)?", "", body
        )
    return body


def _gifts(text: str, households: Sequence[str]) -> list[Item]:
    plain = mended(text)
    text = text if len(plain) == len(text) else plain
    match = _GIVE.search(plain)
    act = _MEASURE.search(plain)
    if (
        not match
        or (act and act.start() < match.start() and not plain.startswith(("给", "又", "也")))
        or (_ANIMAL.search(plain) and "送" not in plain)
    ):
        return []
    rest = text[match.end() :]
    for name in households:
        bare = name.removesuffix("家")
        after = rest.removeprefix("给").removeprefix("到")
        if after.startswith(bare):
            rest = re.sub(r"^(?:家里|家|户)?的?", "", after.removeprefix(bare))
    rest = re.sub(
        r"^(?:给|到)?(?:他们家|他们|他家|她家|他|她|老人家|老人|家里|每户|每家|各|一些|些|点|了|：|:)+", "", rest
    )
    rest = re.sub(
        r"(?:到|给|去|过去|上门)(?:[\u4e00-\u9fff]{0,6}(?:家|户|里|手|他|她|老人))?$|等(?:慰问品|物资|物品|生活用品|东西)?$",
        "",
        rest,
    )
    rest = re.sub(r"(?:到|给)[\u4e00-\u9fff]{1,4}家$", "", rest)
    if _NO_GIFT.search(rest):
        return []
    found = []
    for piece in re.split(r"、|和|及|以及|还有|与|加", rest):
        item = _item(piece.strip())
        if item is not None:
            found.append(item)
    return found


def _item(piece: str) -> Item | None:
    for amount in find_amounts(piece):
        piece = piece.replace(amount.text, "")
    piece = re.sub(r"^(?:还有|各|每户|了|些|一些|也|又)|(?:一份|若干|各一份)$", "", piece).strip()
    match = _QUANTITY_FIRST.match(piece) or _QUANTITY_LAST.match(piece)
    if match:
        count = read_number(match["n"])
        figure = format(count.normalize(), "f") if count is not None else match["n"]
        return Item(match["name"], figure + match["u"], count, match["u"])
    if (
        re.fullmatch(r"[\u4e00-\u9fffa-zA-Z]{1,8}", piece)
        and not _NO_GIFT.search(piece)
        and not re.search(r"[了着过去说他她]", piece)
    ):
        return Item(piece)
    return None


def _problem_and_measure(body: str) -> tuple[str, str]:
    """Split a clause into what is wrong and what is done about it; either may be empty."""
    if body.startswith(("邻居说", "隔壁说", "听邻居", "问邻居")):
        return "", ""
    plain = mended(body)
    body = body if len(plain) == len(body) else plain
    trouble = _PROBLEM.search(_GOOD.sub(lambda m: "〇" * len(m.group()), plain))
    act = _MEASURE.search(plain)
    if act and _NOT_DONE.search(plain[: act.end() + 1]) and not re.search(r"解释|已经?联系|讲", plain):
        act = None
    if act and act.start() > 1 and trouble and trouble.start() < act.start():
        return _trim(body[: act.start()], _AHEAD), _trim(body[act.start() :], _AHEAD_MEASURE)
    if act:
        return "", _trim(body, _AHEAD_MEASURE)
    if trouble and not _NOT_HOME.search(plain):
        return _trim(body, _AHEAD), ""
    return "", ""


def _trim(phrase: str, ahead: re.Pattern[str]) -> str:
    trimmed = ahead.sub("", phrase.strip(" ，,。:：的"))
    return trimmed.strip(" ，,。:：")
