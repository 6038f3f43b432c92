"""诉求: what people hear of a case, from its opening to its close-out."""

from collections.abc import Sequence
from datetime import date

from bot.messages.talk import numbered, quoted

KINDS = {
    "objection": "对公示有异议",
    "complaint": "反映的问题",
    "help": "家里有难处",
    "question": "想问清楚的事",
    "feedback": "对帮扶的意见",
    "problem": "要解决的问题",
}
STATES = {
    "open": "正在办",
    "referred": "转给专人在办",
    "resolved": "有答复了",
    "closed_out": "办结了",
    "withdrawn": "撤回了",
}
LONGEST = 500
"""Characters of what is said or answered."""
_BESIDE_AN_ANSWER, _BESIDE_MORE, _OF_LATER = 60, 200, 130
"""So many are given back where more stands on the same screen."""
SOMEBODY = "有群众"
"""Who complained of a cadre is not named, not even to who answers for it."""
NEWCOMER = "没有绑定的人"
THE_OFFICE = "办公室"

# ---- to who answers for it

NEW_FOR_OFFICE = "有一件新的诉求要由您这里办。回复“问题清单”看是什么事。"
"""Names neither who nor whom nor a number: a list it may end on is read by people it may be about."""
AGAIN_FOR_OFFICE = "有一件办过的诉求，群众不同意答复，要再办一次。回复“问题清单”看是哪一件。"

_BROUGHT = {
    "objection": "对公示有异议",
    "complaint": "反映了一个问题",
    "help": "家里有难处，要人帮忙",
    "question": "有件事想问清楚",
    "feedback": "说了说帮扶的情况",
    "problem": "有一个问题要解决",
}


def new_for_cadre(number: str, kind: str, head_name: str | None, village: str | None, text: str) -> str:
    """To the cadre who helps the household: who, what was said, and the number to name it by."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    return f"{whose}{_BROUGHT[kind]}（编号{number}）：\n{quoted(text, LONGEST)}\n回复“问题清单”，可以写办得怎么样了。"


def again_for_cadre(number: str, kind: str, head_name: str | None, village: str | None, text: str) -> str:
    """To the same: the answer did not help."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    first = f"{whose}不同意答复（{KINDS[kind]}，编号{number}）："
    return "\n".join([first, quoted(text, LONGEST), "请再办一次，办好了回复“问题清单”写结果。"])


def due(day: date, *, over: bool) -> str:
    """To the handler, before the day and after it; which case it is stands in the list."""
    when = "就到期了，还没有答复" if over else "到期"
    return f"有一件诉求{day.month}月{day.day}日{when}。回复“问题清单”看是哪一件，办好了写上答复。"


NONE_OPEN = "没有等着办的问题。有新的，我会告诉您。"


def listed(lines: Sequence[str], total: int) -> str:
    """The list of what waits for an answer."""
    more = [f"还有{total - len(lines)}件，办完上面的就轮到。"] if total > len(lines) else []
    return "\n".join([numbered(f"等着办的有{total}件：", lines), *more, "回复数字看一件。"])


def line(number: str, kind: str, who: str, opened: date, due_on: date | None) -> str:
    """One of them."""
    until = f"，{due_on.month}月{due_on.day}日前要答复" if due_on else ""
    return f"{number} {who}，{KINDS[kind]}，{opened.month}月{opened.day}日提的{until}"


def opened(
    number: str, kind: str, who: str, phone: str | None, day: date, text: str, more: Sequence[str], handler: str
) -> str:
    """One in full, to who may see it. What came later, the last of it, stands below."""
    ring = f"，电话{phone}" if phone else ""
    first = f"{number}，{KINDS[kind]}，{day.month}月{day.day}日。"
    words = f"说的是：{quoted(text, _BESIDE_MORE if more else LONGEST)}"
    return "\n".join([first, f"提的人：{who}{ring}", words, *more[-2:], f"由{handler}办。"])


def disagreed(text: str) -> str:
    """What was said when the answer did not help."""
    return f"不同意答复，说：{quoted(text, _OF_LATER)}"


def noted(text: str) -> str:
    """What was said when it was referred."""
    return f"转办时写了：{quoted(text, _OF_LATER)}"


WRITE_ANSWER = "写答复"
LEAVE = "先不办"
LEFT = "好的，还在清单上。"
WHAT_ANSWER = "怎么答复？用大白话写清楚办了什么、结果怎样，群众能直接看到。"
NOT_YOURS = "这一件不归您答复，只能看。"
GONE = "这一件已经有人答复，或者撤回了。回复“问题清单”看还有哪些。"


def send_answer(number: str, answer: str) -> str:
    """Once more before it goes out."""
    return f"答复{number}：\n“{answer}”\n这就发给群众，对吗？回复“是”或“不是”。"


def answer_sent(number: str, *, asked: bool) -> str:
    """It is on its way."""
    return f"{number}答复好了，{'群众会看到，同意了就销号' if asked else '这一件办结'}。"


# ---- to who brought it

ANSWERED_PRIVATELY = "您有一件事有答复了。回复“我反映的事”看。"
"""Nothing of what it is about: a telephone is lent, and this may be sent where others read it."""


def answered(number: str, answer: str) -> str:
    """The answer, and the question whether it will do."""
    return f"您反映的事（编号{number}）有答复了：\n{quoted(answer, LONGEST)}\n同意吗？回复“我反映的事”，告诉我们。"


NOTHING_BROUGHT = "您家还没有反映过事情。有事直接说，比如“屋顶漏水，找谁修”。"


def brought(lines: Sequence[str], *, more: int) -> str:
    """All a household has brought, to be opened by number."""
    rest = [f"更早的还有{more}件。"] if more else []
    return "\n".join([numbered("您家反映的事：", lines), *rest, "回复数字看一件。"])


def brought_line(number: str, kind: str, state: str, opened: date) -> str:
    """One of them."""
    return f"{opened.month}月{opened.day}日 {KINDS[kind]}（编号{number}）：{STATES[state]}"


def one(
    number: str, kind: str, state: str, opened: date, text: str, who: str, due_on: date | None, answer: str | None
) -> str:
    """One case in full, to who brought it."""
    words = quoted(text, LONGEST if answer is None else _BESIDE_AN_ANSWER)
    lines = [
        f"{opened.month}月{opened.day}日，{KINDS[kind]}（编号{number}）。",
        f"{'帮扶干部登记的是' if kind == 'problem' else '您说的是'}：{words}",
    ]
    if answer is not None:
        lines.append(f"答复：{quoted(answer, LONGEST)}")
    if state in ("open", "referred"):
        until = f"{due_on.month}月{due_on.day}日前答复" if due_on else "什么时候答复，文件没有写，有了答复马上告诉您"
        lines.append(f"现在由{who}在办，{until}。")
    elif state != "resolved":
        lines.append(f"{STATES[state]}。")
    return "\n".join(lines)


def also_brought(lines: Sequence[str]) -> str:
    """Beside the applications a household asked about: what else of it is under way."""
    more = f"还有{len(lines) - 2}件。" if len(lines) > 2 else ""
    return "\n".join(["您家反映的事：", *lines[:2], f"{more}回复“我反映的事”看详细的。"])


def office_of(area: str | None) -> str:
    """Who answers for it where it is an office."""
    return f"{area}办公室" if area else THE_OFFICE


AGREE = "同意"
DISAGREE = "不同意"
KEEP = "再想想"
WILL_IT_DO = "这样答复，您同意吗？"
TO_TAKE_BACK = "不想反映了，回复1撤回。"
STAYS = "好的，不撤回，接着办。"
WHY_NOT = "哪里不行？说一句，我们再请人办。"
SHORTEST = 2
SAY_MORE = "再多说几个字，好让人明白。"
KEPT = "好的。想好了再回复“我反映的事”。"
CHANGED_MEANWHILE = "这件事刚有变动。回复“我反映的事”再看一次。"


def sure_to_take_back(number: str) -> str:
    """Once more before it is taken back."""
    return f"撤回编号{number}这件事，就没有人办了。撤回吗？回复“是”或“不是”。"


def closed(number: str) -> str:
    """Agreed."""
    return f"好的，编号{number}这件事办结了。谢谢您。"


def reopened(number: str) -> str:
    """Not agreed."""
    return f"记下了，编号{number}这件事再请人办。有了答复马上告诉您。"


def withdrawn(number: str) -> str:
    """Taken back."""
    return f"好的，编号{number}这件事撤回了，不再办。"


# ---- on the command line

CASES = "诉求：群众反映的事，谁在办、办得怎样"
CASES_LIST = "列出诉求，不写内容"
CASES_SHOW = "看一件诉求的全部内容和经过"
CASES_REFER = "把一件诉求转给一名干部办"
CASES_RESOLVE = "答复一件诉求；提的人会收到答复，问他同不同意"
CASE_NUMBER = "诉求的编号，如 2026-000012"
ALL = "连办结的和撤回的也列出"
TO = "转给谁：他登记的手机号"
DUE = "要他在哪天以前答复，如 2026-12-01"
NOTE = "转办时要交代的话"
ANSWER = "答复的话，群众直接看到"
NO_SUCH_CASE = "没有这个编号的诉求。请核对后再试。"
ABOUT_THEM = "这件诉求说的就是他，不能转给他办。"
NOT_NOW = "这件诉求已经答复、办结或撤回了。"
DUE_PASSED = "这一天已经过了。"


def referred(number: str) -> str:
    """It is with somebody else."""
    return f"{number}转好了，已经告诉他。"


def for_office(row: dict[str, object]) -> str:
    """One case on the command line's list."""
    due_on = f" {row['due_on']}前" if row["due_on"] else ""
    return (
        f"{row['number']} {str(row['opened_at'])[:10]} {KINDS[str(row['kind'])]}"
        f" {row['area'] or ''} {STATES[str(row['state'])]}{due_on}"
    )


def shown(row: dict[str, object], events: Sequence[tuple[str, str, str, str | None]]) -> str:
    """One case whole, with its ledger: day, who, state, words."""
    lines = [for_office(row), f"提的人：{row['household'] or NEWCOMER}"]
    if row["against"]:
        lines.append(f"说的是：{row['against']}（不要让他看到）")
    lines += [f"由谁办：{row['handler']}", f"内容：{row['text']}", "经过："]
    lines += [f"  {at} {who} {STATES[state]}{f'：{text}' if text else ''}" for at, who, state, text in events]
    return "\n".join(lines)
