"""我的申请: where an application stands by the steps of its procedure, what comes next, and what to do after a no."""

from collections.abc import Sequence

from bot.messages.benefits import short

BY_DOCUMENT = "按文件"
BY_COUNTY = "按县里的规定"
BY_SHOW = "按演示的步骤"
FOR_SHOW = "（办理步骤是演示数据）"


def title(benefit: str, person: str | None) -> str:
    """What was asked for, and for whom of the household."""
    return f"{benefit}（{person}）" if person else benefit


def asked_on(on: str) -> str:
    """The day it was asked for."""
    return f"{on}申请。"


def done(steps: Sequence[tuple[str, str | None]]) -> str:
    """The steps behind it, with the days that are known."""
    return "办过了：" + "、".join(f"{name}（{on}）" if on else name for name, on in steps) + "。"


def stands(word: str, step: str | None, since: str | None, by: str | None) -> str:
    """Where it stands now, since when, and who has it; the office's own word where it says more than the step."""
    told = step or f"“{word}”"
    own = f"（{word}）" if step and word != step else ""
    return f"现在：{told}{own}" + (f"，{since}到这一步" if since else "") + (f"，由{by}办" if by else "") + "。"


def passed(word: str, step: str, since: str | None) -> str:
    """The step it stands at is done."""
    return f"现在：{step}过了（{word}）{f'，{since}' if since else ''}。"


def coming(steps: Sequence[str], by: str | None) -> str:
    """What comes next."""
    first, *rest = steps
    after = f"，再往后是{'、'.join(rest)}" if rest else ""
    return f"下一步：{first}{f'，由{by}办' if by else ''}{after}。"


def note(reason: str) -> str:
    """The office's note."""
    return f"说明：{short(reason)}。"


def limit(by_what: str, step: str | None, days: str, last_day: str, *, late: bool) -> str:
    """By when a step is to be done."""
    what = f"{step}要在{days}内办完" if step else f"从申请起要在{days}内办完"
    return f"{by_what}，{what}，{last_day}到期{'，已经过了' if late else ''}。"


def limit_as_written(by_what: str, step: str, days: str) -> str:
    """How long a step that has not begun may take."""
    return f"{by_what}，{step}要在{days}内办完，从哪一天算起没有写。"


def about(day: str, *, about: bool) -> str:
    """A last day; one counted in working days only about, since holidays move it."""
    return f"大约{day}" if about else day


def in_days(days: int, counted: str) -> str:
    """So many days, as the document counts them."""
    return f"{days}个{counted}" if counted == "工作日" else f"{days}{counted}"


def in_months(months: int) -> str:
    """So many months."""
    return f"{months}个月"


def hurry(who: str | None) -> str:
    """Whom to ask about what is late, without blaming anybody."""
    return f"请{who}帮您问一问，卡在哪里。" if who else "请到村委会问一问，卡在哪里。"


def granted(word: str, since: str | None) -> str:
    """It was granted. That is not yet money."""
    return f"批了：{f'{since}，' if since else ''}批下来了（{word}）。"


NOT_PAID_YET = "发钱：还没有发放记录。批了和发了是两回事，钱到账了这里能查到。"


def paid(lines: Sequence[str]) -> str:
    """What was paid since."""
    return "发钱：" + "\n".join(lines)


def returned(word: str, since: str | None, reason: str | None) -> str:
    """It came back, mostly for papers."""
    why = f"说明：{short(reason)}。" if reason else "没有写原因。"
    return f"现在：{f'{since}，' if since else ''}退回来了（{word}）。{why}请问清楚要补什么，补齐了再交。"


def ended(word: str, since: str | None, reason: str | None) -> str:
    """It goes no further."""
    why = f"说明：{short(reason)}。" if reason else ""
    return f"现在：{f'{since}，' if since else ''}不再办了（{word}）。{why}"


def refused(word: str, since: str | None, reason: str | None) -> str:
    """It was refused, and why."""
    why = f"原因：{short(reason)}。" if reason else "没有写原因。"
    return f"结果：{f'{since}，' if since else ''}没有批（{word}）。\n{why}"


def conditions(benefit: str, who: str) -> str:
    """For whom the document gives it, in one line."""
    return f"文件里“{benefit}”给的是：{short(who)}。"


def office(where: str | None, phone: str | None) -> str | None:
    """Where to say it."""
    return None if where is None else f"{where}（电话{phone}）" if phone else where


def may_object(where: str | None, within: tuple[str, str] | None, by_what: str) -> str:
    """How one may object, and by when where that is said: in so many days, and the last of them."""
    to = f"向{where}提出来" if where else "提出来"
    if within is None:
        return f"不同意的话，可以{to}。文件没有写期限，请尽快。"
    days, last_day = within
    return f"不同意的话，{by_what}可以在{days}内{to}，{last_day}到期。"


def too_late_to_object(where: str | None, days: str, last_day: str, by_what: str) -> str:
    """The days for it are over; it can still be said."""
    to = f"向{where}提出来" if where else "提出来"
    return f"{by_what}，不同意的要在{days}内{to}，{last_day}到期，已经过了。还想反映，也可以说。"


def object_by_number(number: int) -> str:
    """The number that opens an objection, and the words for it."""
    return f"回复{number}，或者回复“我不同意”，我帮您报上去。"


def item(number: int, line: str) -> str:
    """One application of a list."""
    return f"{number} {line}"


def more(number: int, rest: int) -> str:
    """There are more applications than fit."""
    return f"{number} 其余{rest}项"


OPEN_ONE = "回复前面的数字，看办到哪一步。"

WHICH = "您不同意的是哪一项？"
WHY = "您为什么不同意？用一句话说说。我帮您报上去，不报了回复“取消”。"
WHY_AT_MOST = 500
TOO_LONG = "太长了，请拣要紧的说。"


def sure(what: str, why: str) -> str:
    """What would be passed on, before it is."""
    return f"我这样报上去：\n对“{what}”没有批，不同意。理由：{why}\n对吗？回复“对”或“不对”。"


NOT_SENT = "好的，没有报。想报的时候，回复“我不同意”。"


def objected(number: str, to: str) -> str:
    """The objection has a number and somebody who answers for it."""
    return f"报上去了，编号{number}，由{to}来办。有了结果会告诉您。\n您也可以带上身份证和材料，自己去问。"


def objected_before(number: str, benefit: str) -> str:
    """The same was brought already."""
    return f"“{benefit}”您已经提过不同意，编号{number}，还在办。"


def nothing_refused(ask_them: str) -> str:
    """There is no refusal to object to."""
    return f"这里没有查到您家没批的申请。\n{ask_them}"


def objection(benefit: str, asked_on: str, word: str, why: str) -> str:
    """What the office reads."""
    return f"对不予批准有异议：{benefit}，{asked_on}申请，状态“{word}”。理由：{why}"
