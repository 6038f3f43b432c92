# ruff: noqa: E501 - word lists and patterns read better whole
"""走访记录: what one sentence about home visits tells (who, when, brought what, found what, will do what).

Nothing is concluded that was not said: a phrase is what stands in the text, shortened to an official's few words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.language.dates import FoundDate, find_dates
from bot.language.findings import read_findings
from bot.language.gifts import Item, is_only_giving, read_gifts
from bot.language.names import NameInText, find_names, read_person
from bot.language.numbers import find_amounts
from bot.language.spelling import fold, mended

VisitType = Literal["visit", "phone", "visit+phone"]


@dataclass(frozen=True, slots=True)
class NoteAmount:
    """A sum in yuan that the note mentions, and the words it stands with."""

    value: Decimal
    what: str


@dataclass(frozen=True, slots=True)
class VisitNote:
    """What a note says of one household; `household` is None when no name is said.

    `words` are those of the note that are about this household: all of them where it is about no other.
    """

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
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Entry:
    """One household a note is about, None when no name is said, and what is told of it."""

    name: str | None
    clauses: list[_Clause] = field(default_factory=list)


_VISIT = re.compile(
    r"走访|入户|签到|打卡|看望|探望|慰问|家访|回访|上门|拜访|随访|走完|走了|走到|去了|去的|去趟|到了|看了看|"
    r"(?:^|[日号天早午晚上下一二三四五六里人又再]|部)(?:去|到|看|访|走|在|给)(?=[\u4e00-\u9fff])|(?:^|\s)(?:去|到|看|访|给)"
)
_PHONE = re.compile(
    r"打(?:了[一二两三几]?个?|过|的)?电话|电话(?:联系|问|访|回访|里|走访|沟通|中|慰问|核实)|通(?:了个?)?电话|视频(?:通话|联系|了|走访|问|访)|微信(?:视频|问|联系|语音)|致电"
)
_TO_OTHERS = re.compile(
    r"(?:跟|和|与|给|同)(?:[一-鿿]{0,3}(?:老师|主任|书记|局|站|所|办|医院|爸|妈|儿子|女儿|男人|老板|学校))(?:打|通|视频|联系)"
)
_BY_FOOT = re.compile(
    r"走访|入户|上门|去了|到了|去(?:的|趟)|送[了去来]|组织|看了|(?:^|上午|下午|今早|早上|今天|晚上)(?:去|到|看)"
)
_CANCELLED = re.compile(
    r"没(?:有)?(?:走|去|访|入|过去)成|没(?:有)?能(?:走|去|入户|成行)|没(?:有)?走访(?!过|到)|没(?:有)?过(?:得)?去(?!看)|(?:走|去|过)不(?:成|了|去)(?!的)|未能?(?:走访|入户|成行|前往)|取消(?:了)?(?:今天|本次|这次)?(?:的)?(?:走访|入户)|"
    r"(?:走访|入户)(?:计划|安排)?(?:临时)?(?:取消|推迟|改期|延期|作罢)|半路(?:上)?(?:返回|回来|折回|返程)|(?:^|[天早午])没(?:有)?去$|(?:路|门)都没(?:有)?(?:到|进)|改天再(?:去|走访)"
)
_WENT = re.compile(r"(?:走访|入户|去|到|看)了(?!.{0,4}没)|送了")
_NOT_HOME = re.compile(
    r"(?:人|都|户主|家里|老人|主人|两口子?)?(?:不在|没在|未在)(?:家|屋|$|[，,。 ])|没(?:碰|见|遇)(?:到|着|上)(?:人|户主|他|她|面|$)|没找到(?:人|户主|他|她)|(?:家里|家中|屋里|院里|家|屋头)(?:都)?(?:没人|无人|莫得人|没得人)(?!管|照|带|看|做|种)|(?:^|敲.{0,3}门|喊了?.{0,2})没人(?:应|在|答|开|$)|没人在|"
    r"(?:门|院)?(?:锁着|锁起|上了锁|上锁|锁了门|锁门|锁了|挂着?锁|关着门)|铁将军|扑了?个?空|吃了?闭门羹|无人在家|人不在|放(?:在)?(?:了)?(?:邻居|隔壁)"
)
_ALL = re.compile(
    r"(?:[两二三四五六七八九十\d几各每]|[^一]一)(?:户|家|兄弟|位)|^均|家家|^都(?:送|去|给|宣传|讲|在|好|没|签)|全部|双方"
)
_LIST = re.compile(r"[家户屋头里、,，和与及跟\s以还有同]*")
_OTHERS = re.compile(
    r"(?:邻居|隔壁|亲戚|让|叫|请|村医|医生|班主任|组长|支书|书记|主任|老师|干部|(?:^|[^一-鿿]|天|午|我)(?:同|和|陪|与|随|会同)|其(?:母|父|子|妻|女)|(?:母亲|父亲|丈夫|妻子|儿子|女儿|孙子|孙女|儿媳|老伴|爱人)(?:叫)?)$"
)
_OFFICE = re.compile(r"(?:书记|主任|支书|村长|组长|队长|会计|老师|师傅|同志|医生|干部|局长|站长)$")
_AMONG_OTHERS = re.compile(r"^(?:家|户|屋头)?(?:占|欠|跟|和他|打了?他|借|不肯|也|那边|来(?:闹|吵))")
_SETS_OUT = re.compile(
    r"(?:^|[，,。；;、：:\s\d.）)])(?:(?:我|又|再|还|也|然后|接着|之后|后来|随后|最后|上午|下午|中午|晚上|早上|今天|顺便|另外|其中|转到|路过|便|就)*)(?:走访|入户|慰问|看望|回访|到|去|去了|到了|看了?|访|给|走了?)?(?:[一-鿿]{1,4}(?:村|组|沟|湾|坪|坝|寨|庄)的?)?(?:的)?$"
)
_IN_A_CLAUSE = re.compile(r"(?:又|再|还|然后|接着|后来|下午|上午)(?:走访|去|到|看|去了|到了|走了?)$")


def read_note(text: str, today: date, names: Sequence[str] = ()) -> list[VisitNote]:
    """Read a visit note: one entry for each household visited, in the order told; never an empty list.

    `names` are the people of the cadre's own households: one of them found anywhere wins over grammar. What is told
    of several households at once (两家都宣传了防溺水) stands in the entry of each; what is told of one, in its own.
    """
    said = mended(text)
    source = text if len(said) == len(text) else said
    clauses = _clauses(source, said)
    # Names are read as written: mending by sound is for words, and 张婶 is nobody's 账.
    named = fold(source)
    found_names = find_names(named if len(named) == len(said) else said, names)
    people = [n for n in found_names if n.text in names or not _came_along(said, n)]
    entries = _entries(said, clauses, people, set(names))
    dates = find_dates(said, today)
    head_date = _visit_date(said, clauses, dates, people, today)
    notes: list[VisitNote] = []
    for number, entry in enumerate(entries):
        found = (_own_date(said, entry, dates, today) if number else None) or head_date
        note = _read_entry(entry, [e.name for e in entries if e.name], people)
        notes.append(
            replace(
                note,
                visit_date=None if note.cancelled else found.day if found else today,
                date_text=found.text if found else None,
                visit_type=_visit_type(entry),
                words=text if len(entries) == 1 else "，".join(clause.text for clause in entry.clauses),
            )
        )
    return notes


def _came_along(said: str, person: NameInText) -> bool:
    """Whether a name is a colleague's or a neighbour's: 跟镇上的小雷一起, 邻居老王."""
    return bool(
        _OTHERS.search(said[max(0, person.start - 4) : person.start])
        or (_WITH.search(said[: person.start]) and _TOGETHER.match(said[person.end :]))
    )


_WITH = re.compile(r"(?:跟|和|同|与|陪|随|带着?|会同)(?:[一-鿿]{0,6}的|[镇乡县村局站所队单位里上]{1,3}|同事)?$")
_TOGETHER = re.compile(
    r"(?:书记|主任|镇长|乡长|局长|站长|同志|医生|老师)?(?:他们)?(?:一起|一道|一块|一同|[两二三]个|俩)"
)


def plainly_visits(text: str) -> bool:
    """Whether a message says in so many words that a named household was visited (11月5日走访王建国，腿疼), and asks
    nothing."""
    said = fold(text)
    if _ASKS.search(said):
        return False
    return any(_VISITED_RIGHT_BEFORE.search(said[: person.start]) for person in find_names(said))


_VISITED_RIGHT_BEFORE = re.compile(r"(?:走访|入户|看望|慰问|家访|回访)(?:了|户主|脱贫户|监测户|低保户)?\s*$")
_ASKS = re.compile(r"[?？吗]|谁|哪|没走访|还没|多少|几次|怎么|改到|改成|推迟|计划|准备")


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
    for match in re.finditer(r"(?:(?<=\d)[.,](?=\d)|[^，,。；;！!？?\n\s：:])+", said):
        found.append(_Clause(source[match.start() : match.end()], match.start(), match.end()))
    return found


def _entries(said: str, clauses: list[_Clause], people: list[NameInText], known: set[str]) -> list[_Entry]:
    """Who was visited, and which clauses are about whom; what comes before the first name is about all it can be."""
    visited = _visited(said, clauses, people, known)
    if not visited:
        return [_Entry(None, clauses)]
    entries: list[_Entry] = []
    before: list[_Clause] = []
    about: list[_Entry] = []
    only_names = False
    for clause in clauses:
        opened = _opened(said, clause, visited, entries)
        if opened:
            goes_on = only_names and not all(entry in entries for entry in opened)
            about = [*about, *(e for e in opened if e not in about)] if goes_on else opened
            entries.extend(entry for entry in opened if entry not in entries)
            only_names = _is_only_names(said, clause, visited)
        else:
            only_names = False
            if about and len(entries) > 1 and _ALL.search(mended(clause.text)):
                about = list(entries)
        if not about:
            before.append(clause)
        for entry in about:
            entry.clauses.append(clause)
    shared = any(_ALL.search(mended(clause.text)) for clause in before)
    for place, entry in enumerate(entries):
        if not place or shared or clauses[0] not in before:
            entry.clauses[:0] = before if shared or not place else []
    return entries


def _visited(said: str, clauses: list[_Clause], people: list[NameInText], known: set[str]) -> list[NameInText]:
    """The names that stand for a visited household: one of the cadre's own, or what grammar makes one."""
    own = [person for person in people if person.text in known]
    by_grammar = [person for person in people if person.text not in known and _is_visited(said, person)]
    if not own and not by_grammar:
        first = [p for p in people if len(clauses) < 2 or p.start < clauses[min(1, len(clauses) - 1)].end]
        return [p for p in first if not _OFFICE.search(p.text)][:1]
    kept: list[NameInText] = []
    for person in sorted([*own, *by_grammar], key=lambda p: p.start):
        clause = next((c for c in clauses if c.start <= person.start < c.end), None)
        ahead = said[clause.start : person.start] if clause else ""
        follows = bool(kept) and bool(_LIST.fullmatch(said[kept[-1].end : person.start]))
        again = any(_same_house(k.text, person.text) for k in kept)
        begins = not ahead or bool(_SETS_OUT.search(said[: person.start])) or bool(_IN_A_CLAUSE.search(ahead))
        sets_out = begins and (person.house or person.text in known or said[person.end : person.end + 1] in ("：", ":"))
        if (
            (not kept and (not own or person in own or (person.house and person.start < own[0].start)))
            or again
            or follows
            or (sets_out and not _AMONG_OTHERS.match(said[person.end :]))
        ):
            kept.append(person)
    return kept


def _opened(said: str, clause: _Clause, visited: list[NameInText], entries: list[_Entry]) -> list[_Entry]:
    """The households a clause begins to tell of: new ones, or one told of before by its name or given name (志勇家)."""
    opened: list[_Entry] = []
    for person in visited:
        if clause.start <= person.start < clause.end:
            name = person.text
            here = [*entries, *opened]
            entry = next((e for e in here if e.name and _same_house(e.name, name)), None)
            if entry is None:
                entry = _Entry(name)
            if entry not in opened:
                opened.append(entry)
    if not opened and len(entries) > 1:
        given = re.match(r"([一-鿿]{1,3})(?:家|户)", said[clause.start : clause.end])
        if given:
            opened = [e for e in entries if e.name and e.name.endswith(given[1])][:1]
    return opened


def _same_house(one: str, other: str) -> bool:
    """Whether two ways of naming mean one household: 宁家 and 老宁, but not 熊志刚 and 熊志强."""
    first, second = read_person(one), read_person(other)
    if not first.surname or first.surname != second.surname:
        return one.removesuffix("家") == other.removesuffix("家")
    return first.given == second.given or not first.given or not second.given


def _is_only_names(said: str, clause: _Clause, visited: list[NameInText]) -> bool:
    """Whether a clause names households and tells nothing of them, so that the next name goes on with the list."""
    last = next((p for p in reversed(visited) if clause.start <= p.start < clause.end), None)
    return last is not None and bool(
        re.fullmatch(
            r"(?:的)?(?:家里|家|户|屋头|等)?(?:[\d一二两三四五六七八九十]+(?:户|家))?", said[last.end : clause.end]
        )
    )


def _is_visited(said: str, person: NameInText) -> bool:
    """A name is the visited household when it is called a house, opens the note, or follows a word of visiting."""
    before = said[max(0, person.start - 8) : person.start]
    return (
        person.house
        or not person.start
        or (
            not _OFFICE.search(person.text)
            and bool(
                re.search(
                    r"[去到看望访走给帮在问签卡：:户\s、和组村的送查陪]$|[，,。]$|户主$|走访.{0,4}$|慰问$|了$|电话|联系$|关于$",
                    before,
                )
            )
        )
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


def _own_date(said: str, entry: _Entry, dates: list[FoundDate], today: date) -> FoundDate | None:
    if not entry.clauses:
        return None
    first = entry.clauses[0]
    return next((d for d in dates if first.start <= d.start < first.end and d.day and d.day <= today), None)


def _visit_type(entry: _Entry) -> VisitType:
    by_phone = [bool(_PHONE.search(c.text)) and not _TO_OTHERS.search(c.text) for c in entry.clauses]
    if not any(by_phone):
        return "visit"
    if any(not phone and _BY_FOOT.search(c.text) for c, phone in zip(entry.clauses, by_phone, strict=True)):
        return "visit+phone"
    seen = any(
        not phone and (_VISIT.search(c.text) or _NOT_HOME.search(c.text))
        for c, phone in zip(entry.clauses, by_phone, strict=True)
    )
    return "phone" if by_phone[0] or not seen else "visit+phone"


def _read_entry(entry: _Entry, households: Sequence[str], people: list[NameInText]) -> VisitNote:
    items: list[Item] = []
    amounts: list[NoteAmount] = []
    told: list[str] = []
    hindrances: list[str] = []
    not_home = False
    giving = False
    cancelled = _is_cancelled(entry)
    for clause in entry.clauses:
        amounts.extend(_amounts(clause))
        plain = fold(clause.text)
        away = bool(_NOT_HOME.search(plain))
        not_home = not_home or away
        gifts = read_gifts(plain, households, more=giving)
        items.extend(gifts)
        giving = bool(gifts) or is_only_giving(plain)
        body = fold(_body(clause, people, households))
        if gifts:
            told.extend(_beside_the_gift(body))
        elif cancelled:
            off = _CANCELLED.search(body)
            why = (body[: off.start()] if off else body).rstrip("所以就都也")
            hindrances.extend([why] if _HINDERED.search(why) else [])
        elif not ((away and "放" not in plain) or _CANCELLED.search(body)):
            told.append(body)
    findings = read_findings(told)
    return VisitNote(
        household=entry.name,
        visit_date=None,
        items=tuple(items),
        problems=tuple(hindrances or findings.problems),
        measures=tuple(findings.measures),
        amounts=tuple(amounts),
        not_home=not_home,
        cancelled=cancelled,
    )


_HINDERED = re.compile(
    r"下大?[雨雪]|暴雨|大雪|封路|路.{0,2}[断滑堵垮]|塌方|涨水|塞车|滑坡|车.{0,3}坏|泥石流|洪水|桥.{0,2}断"
)


def _is_cancelled(entry: _Entry) -> bool:
    """Whether the visit did not happen; what was said of a day before (上次没去成，今天去了) does not count."""
    texts = [mended(clause.text) for clause in entry.clauses]
    off = [place for place, text in enumerate(texts) if _CANCELLED.search(text)]
    return bool(off) and not any(_WENT.search(text) for text in texts[off[-1] + 1 :])


_GIFT_AND_MORE = re.compile(r"(?:换|装|修|带.{1,4}去|检查)")
_AND_THEN = re.compile(r"(?:并|同时|还|又|顺便)(?=(?:协助|帮|讲|宣传|联系|提醒|叮嘱|解释|办|给|教|告知|检查).{2,})")


def _beside_the_gift(body: str) -> list[str]:
    """What a clause tells besides the gift in it (换了个灯泡 is a step too)."""
    further = _AND_THEN.search(body)
    if further:
        return [body[further.end() :]]
    return (
        [body]
        if _GIFT_AND_MORE.match(re.sub(r"^(?:给|帮)[一-鿿]{0,3}?(?=换|装|修|买)|^(?:又|还|也|已)+", "", body))
        else []
    )


def _amounts(clause: _Clause) -> list[NoteAmount]:
    found = []
    for amount in find_amounts(clause.text):
        before = clause.text[max(0, amount.start - 8) : amount.start]
        what = re.sub(r"^.*[\d的]|[了还给每月领花共约到手里是差]+$", "", before)[-6:]
        found.append(NoteAmount(amount.value, what))
    return found


_OF_THE_VISIT = re.compile(
    r"^(?:(?:今天|今日|今儿|昨天|前天|上午|下午|今早|早上|早起|晚上|刚刚|民情日记|\d+[日号])*(?:我|我们)?(?:又|再|还|来|专门|一起|和[一-鿿]{1,5}|跟[一-鿿]{1,4}|随[一-鿿]{1,4}|同[一-鿿]{1,4})*(?:走访|入户|签到|打卡|去了一?趟|上门|回访|家访|下村)+(?:了|时|中|情况|了解到?|检查|查看|核实|户)*)"
)


def _body(clause: _Clause, people: list[NameInText], households: Sequence[str]) -> str:
    """The clause without the words that only say when and whom was visited."""
    start, text = clause.start, clause.text
    cut, ahead = 0, ""
    for person in people:
        if clause.start <= person.start and person.end <= clause.end and person.text in households:
            before = mended(text[: person.start - start])
            if len(before) <= 14 and (
                not before
                or _VISIT.search(before + "家")
                or re.search(
                    r"(?:[去到看访问给在帮走跟户和、的家送陪替为查]|送温暖到?[一-鿿]{0,4}|户主|联系了?|电话|问了|关于|劝了?|协助|动员)$",
                    before,
                )
            ):
                ahead = ahead or before
                cut = person.end - start
                tail = re.match(
                    r"(?:的)?(?:户主|家里|家|户|屋里|屋头|那里|那儿|一家|户主)?(?:的|时)?(?:了|那里|那儿|坐了?坐)?",
                    text[cut:],
                )
                cut += tail.end() if tail else 0
            else:
                break
    body = text[cut:]
    if not cut:
        return _OF_THE_VISIT.sub("", body)
    # 帮某某家摘辣椒 and 送某某去医院 are steps whatever stands in between.
    helped = _HELPED.search(ahead)
    return helped[1] + body if helped and body else body


_HELPED = re.compile(r"(?:^|[天日午早])(帮着?|送|陪|带|替|劝|教|为|给|动员|协助)$")
