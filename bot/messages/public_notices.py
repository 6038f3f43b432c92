"""公示: the lists a village is shown, on paper, on a page and in chat, and how to say that one is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.messages.benefits import yuan
from bot.messages.talk import numbered, quoted

NOT_NAMED = "（不公示姓名）"
"""In the place of a name that would say who is ill, disabled or a child in need."""
NO_NUMBER = "待编"
STAGES = ("村公示", "乡镇公示", "公告")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a list as people see it."""

    position: int
    group: str | None
    name: str
    persons: int | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A list as people see it."""

    number: str
    village: str
    township: str | None
    benefit: str
    stage: str
    opens_on: date
    closes_on: date
    contact: str
    lines: Sequence[Shown]


def title(village: str, benefit: str, stage: str) -> str:
    """What a list is called."""
    return f"{village}{benefit}{stage}名单"


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"


def _whole(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def period(opens_on: date, closes_on: date) -> str:
    """From when to when it hangs."""
    days = (closes_on - opens_on).days + 1
    return f"公示时间：{_whole(opens_on)}到{_whole(closes_on)}，共{days}天"


def left(closes_on: date, today: date) -> str:
    """How long it still hangs."""
    days = (closes_on - today).days
    return f"{_day(closes_on)}截止，{'今天是最后一天' if days == 0 else f'还有{days}天'}"


def where(contact: str) -> str:
    """Where to object."""
    return f"有不同意见，请向这里反映：{contact}"


def line(one: Shown) -> str:
    """One line, without its number."""
    parts = [one.group, one.name]
    if one.persons is not None:
        parts.append(f"家里{one.persons}人")
    if one.amount_fen is not None:
        parts.append(yuan(one.amount_fen))
    return " ".join(part for part in parts if part)


def numbered_lines(lines: Sequence[Shown]) -> list[str]:
    """Lines with the numbers they hang under."""
    return [f"{one.position} {line(one)}" for one in lines]


def unnamed(lines: Sequence[Shown]) -> bool:
    """Whether a list says how many and not who."""
    return bool(lines) and all(one.name == NOT_NAMED for one in lines)


WHY_UNNAMED = "这项补贴关系到病残、孩子等个人隐私，只公示户数，不公示姓名。"
HOW_MASKED = "名字只写一部分，是为了保护个人信息。"


def in_all(count: int) -> str:
    """How many lines."""
    return f"一共{count}户（人）。"


def for_the_village(notice: Notice, link: str | None) -> str:
    """The whole list as a text to be posted in the village's group or read out by loudspeaker."""
    lines = [
        f"【公示】{title(notice.village, notice.benefit, notice.stage)}（{notice.number}号）",
        period(notice.opens_on, notice.closes_on),
        *numbered_lines(notice.lines),
        in_all(len(notice.lines)),
        f"{where(notice.contact)}；绑定了公众号的，也可以回复“公示”。",
    ]
    if unnamed(notice.lines):
        lines.append(WHY_UNNAMED)
    if link is not None:
        lines.append(f"手机上看：{link}")
    return "\n".join(lines)


# ---- the clock


def opened(lists: Sequence[tuple[str, date]], today: date) -> str:
    """To a household: lists of its village hang, until when, and what to do."""
    if len(lists) == 1:
        [(what, closes_on)] = lists
        return f"您村在公示“{what}”，{left(closes_on, today)}。\n回复“公示”看名单；觉得不对，也可以告诉我们。"
    named = "\n".join(f"{what}：{left(closes_on, today)}" for what, closes_on in lists)
    return f"您村有{len(lists)}份名单在公示：\n{named}\n回复“公示”看名单；觉得不对，也可以告诉我们。"


def closed(what: str, number: str, closes_on: date, objections: int, unanswered: int) -> str:
    """To the office: the days are over, and what came of them."""
    if not objections:
        return f"“{what}”（{number}号）{_day(closes_on)}公示到期，没有人通过帮扶通提意见。"
    rest = f"，还有{unanswered}件没有答复，回复“问题清单”看" if unanswered else "，都答复了"
    return f"“{what}”（{number}号）{_day(closes_on)}公示到期，收到意见{objections}件{rest}。"


# ---- the conversation

NONE_HANGING = "您村现在没有正在公示的名单。有了，我会告诉您。"
NONE_OF_OFFICIAL = "您管的村现在没有正在公示的名单。"
FOR_NEWCOMERS = "公示名单贴在村里的公示栏，村委会可以看。绑定以后，回复“公示”就能看您村的名单，也能提意见。"


def hanging(items: Sequence[str]) -> str:
    """The lists that hang now, to be opened by number."""
    return "\n".join([numbered("正在公示的名单：", items), "回复数字看一份。"])


def item(what: str, closes_on: date, today: date) -> str:
    """One of them."""
    return f"{what}：{left(closes_on, today)}"


def page(notice: Notice, shown: Sequence[Shown], today: date, link: str | None, more: Sequence[str]) -> str:
    """One list, some lines of it, and what can be done."""
    lines = [f"{title(notice.village, notice.benefit, notice.stage)}（{notice.number}号）"]
    lines.append(f"{left(notice.closes_on, today)}。")
    lines += numbered_lines(shown) or [NOTHING_LISTED]
    lines.append(in_all(len(notice.lines)))
    if unnamed(notice.lines):
        lines.append(WHY_UNNAMED)
    lines.append(f"{where(notice.contact)}。")
    if link is not None:
        lines.append(f"看整份：{link}")
    lines += [f"回复{number}，{what}。" for number, what in enumerate(more, 1)]
    return "\n".join(lines)


NOTHING_LISTED = "名单上没有人。"
NEXT = "看后面的"
SAY_IT_IS_WRONG = "提意见"
GONE = "这份名单现在不公示了。回复“公示”看现在有哪些。"
NOTHING_TO_OBJECT = "您村现在没有公示的名单，最近也没有。对别的事有意见，直接说就行。"
WHICH = "对哪一份名单有意见？"
WHICH_LINE = "对名单上第几个有意见？回复前面的数字；是漏了人，或者说的是整份名单，回复0。"
NOT_A_LINE = "名单上没有这个数字。"
WHAT_IS_WRONG = (
    "哪里不对？说清楚一点，比如“这家人早搬走了”。\n"
    "您的意见直接交给镇上或县里办。办的人知道是您家提的，村干部和帮扶干部看不到是谁提的。"
)


def about(what: str, number: str, line_: int) -> str:
    """What stands before the objection, for who answers it."""
    return f"{what}（{number}号），{f'第{line_}个' if line_ else '整份名单'}："


def sure(what: str, line_: int, text: str, *, over: bool) -> str:
    """Once more before it goes to the office."""
    about = f"第{line_}个" if line_ else "整份名单"
    late = "\n这份名单的公示期已经过了，意见照样可以提。" if over else ""
    return f"{what}，{about}：\n{quoted(text)}{late}\n这就交上去，对吗？回复“是”或“不是”。"


NOT_SENT = "好的，没有交。"


def taken(number: str, office: str) -> str:
    """The objection is with the office."""
    return (
        f"收到了，编号{number}，交给{office}办。\n"
        "什么时候答复，文件没有写，有了答复马上告诉您。想知道办到哪了，回复“我反映的事”。"
    )


# ---- the page

WRONG_TITLE = "没有这份名单"
WRONG_LINK = "链接不完整，或者没有这份名单。公示名单在村里的公示栏也能看。"
OVER_TITLE = "公示已结束"
OVER = "这份名单的公示期已经过了，名单不再显示。有意见仍可以向{contact}反映。"
WITHDRAWN_TITLE = "这份名单已撤下"
WITHDRAWN = "这份名单已经撤下，不再显示。要是改了，会另外公示一份。"
NOT_YET_TITLE = "还没有开始公示"
NOT_YET = "这份名单{day}开始公示，到时候再点开看。"
TOO_OFTEN_TITLE = "点得太快了"
TOO_OFTEN = "请过几分钟再点开。"
AWAY_TITLE = "现在打不开"
AWAY = "系统正忙，请过几分钟再点开。"
HEADINGS = ("序号", "组", "姓名", "家庭人口", "金额")
SEAL = "（盖章）"
HOW_TO_SAY = "绑定了公众号的农户，也可以在公众号里回复“公示”提意见。"


def over(contact: str) -> str:
    """The days are over."""
    return OVER.format(contact=contact)


def not_yet(opens_on: date) -> str:
    """It does not hang yet."""
    return NOT_YET.format(day=_whole(opens_on))


def issuer(village: str, township: str | None, stage: str) -> str:
    """Who puts its seal under the list: the village for its own, the township above it else."""
    return f"{village}村民委员会" if stage == STAGES[0] or not township else township


def of_number(number: str) -> str:
    """The number as paper has it."""
    return f"编号：{number}号"


def day_of(on: date) -> str:
    """The day under the seal."""
    return _whole(on)


# ---- on the command line

NOTICES = "公示名单：做一份、看、撤下、存成能打印的表"
MAKE = "做一份公示名单；先看样子，加 --yes 才真的公示"
LIST = "列出公示名单"
SHOW = "看一份名单，撤下的也能看；附能发到村里群的文字"
WITHDRAW = "撤下一份名单；名单有错，撤下再做一份，不改原来的"
EXPORT = "存成 A4 纸能打印的 .xlsx"
VILLAGE = "哪个村：村名，重名的写区划代码"
BENEFIT = "公示哪项补贴"
STAGE = "哪一步的公示"
STATE = "名单里放“当前状态”是什么的申请；不写就按县里的办理程序认"
OPENS = "从哪天开始，如 2026-12-01；不写就是今天"
DAYS = "公示几天，从开始那天算第一天"
CLOSES = "公示到哪天（含这一天）"
CONTACT = "有意见向哪里反映：单位和电话"
FROM = "名单从哪里来：applications（申请，默认），或一个表格文件（要有“户编号”一列，可以有“人编号”“金额”）"
YES = "看好了，真的公示"
NUMBER = "名单的编号，如 2026-0001"
ONLY_HANGING = "只列现在正在公示的"
FILE = "存成哪个 .xlsx 文件"
NOT_XLSX = "FILE 要以 .xlsx 结尾"
EXISTS = "{path} 已经有了，没有动它。请换个名字。"
CANNOT_WRITE = "写不了 {path}。请看看文件夹在不在、能不能写。"
NO_SUCH_NOTICE = "没有这个编号的公示名单。请核对后再试。"
NO_SUCH_VILLAGE = "没有这个村。请核对村名，或写区划代码。"
NOBODY = "没有可以公示的：没有一份申请停在这一步。可以用 --state 写明当前状态，或用 --from 给一个表格。"
NO_DAYS = "文件没有写公示几天。请用 --days 或 --closes 写明县里定的天数。"
DAYS_AND_CLOSES = "--days 和 --closes 只写一个"
NO_CONTACT = "文件没有写有意见向哪里反映。请用 --contact 写明单位和电话。"
CLOSES_BEFORE = "结束的那天要在开始的那天以后。"
OPENS_PAST = "开始的那天已经过了。"
NO_STATE = "县里没有写这项补贴的办理程序，认不出哪些申请该公示。请用 --state 写明当前状态，比如 --state 公示中。"
TOO_MANY_DAYS = "公示不能超过一年，请核对日期。"
WITHDRAWN_ALREADY = "这份名单早就撤下了。"
CONTACT_TOO_LONG = "--contact 最多100个字。"
HEADING_NEEDED = "表格里要有“户编号”一列。"


def several_villages(codes: Sequence[str]) -> str:
    """The name does not say which village is meant."""
    return f"叫这个名字的村不止一个，请写区划代码：{'、'.join(codes)}。"


def not_of_the_village(rows: Sequence[int]) -> str:
    """Rows of the file name nobody of that village."""
    named = "、".join(map(str, rows[:10]))
    more = "等" if len(rows) > 10 else ""
    return f"第{named}{more}行的户不在这个村，或者没有这个人，没有公示。请改好再来。"


BAD_ROWS = "表格里有的户编号或金额认不出来，没有公示。请改好再来。"


def procedure(name: str, demonstration: bool) -> str:
    """What the days and the contact come from."""
    return f"{name}{'（演示数据）' if demonstration else ''}"


def preview(text: str, source: str | None) -> str:
    """What it will look like, before it hangs."""
    said = f"\n公示天数和意见渠道按：{source}" if source else ""
    return f"{text}{said}\n还没有公示。看好了，加 --yes 再运行一次。"


def made(number: str, text: str) -> str:
    """It hangs."""
    return f"公示好了，编号{number}。下面的话可以发到村里的群：\n\n{text}"


def withdrawn(number: str) -> str:
    """It is down."""
    return f"{number}撤下了。要改的，请另做一份。"


def exported(path: str) -> str:
    """The workbook is there."""
    return f"存好了：{path}"


def state_of(state: str) -> str:
    """How a list stands."""
    return {"waiting": "还没开始", "hanging": "正在公示", "closed": "已结束", "withdrawn": "已撤下"}[state]


def for_office(row: dict[str, object]) -> str:
    """One list on the command line."""
    return (
        f"{row['number']} {row['village']} {row['benefit']} {row['stage']} {row['opens_on']}至{row['closes_on']}"
        f" {row['lines']}户 意见{row['objections']}件 {state_of(str(row['state']))}"
    )
