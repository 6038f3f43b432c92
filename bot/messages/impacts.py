"""政策变动: what a household is told when a rule changes, and what the office reads before anybody is told."""

from collections.abc import Sequence

LINES_AT_MOST = 4

OPENING = "补贴政策有变动，跟您家说一声："
CLOSING = "想看详细，回复“我能享受什么”。"

COMMAND = "政策一变，哪些户的答复跟着变：原来怎么答，现在怎么答"
BEFORE = "变之前的哪一天，如 2026-11-01"
AFTER = "变之后的哪一天，如 2026-12-01"
BEFORE_DIRECTORY = "变之前的政策目录；不写就是同一份目录的两天"
NOTIFY = "先看要告诉多少户、怎么说；这一步谁也不告诉"
SEND = "和 --notify 一起写：真的记下来，到时候告诉这些户；告诉过的不再告诉"
SEND_WITHOUT_NOTIFY = "--send 要和 --notify 一起写：先用 --notify 看看怎么说"
NOTHING = "没有哪一户的答复有变动。"

_DECISIONS = {"yes": "符合", "no": "不符合", "unknown": "还不清楚"}
_IN_FORCE = {"confirmed": "县里确认过", "ended": "已过期", "unstated": "县里没有说"}


def notice(lines: Sequence[str]) -> str:
    """The one message of a household."""
    shown = lines[:LINES_AT_MOST]
    more = [f"还有{len(lines) - len(shown)}项也有变动。"] if len(lines) > len(shown) else []
    return "\n".join([OPENING, *shown, *more, CLOSING])


def name(benefit: str, *, demonstration: bool) -> str:
    """What it is called, marked where the county's word is only a demonstration."""
    return f"{benefit}（演示）" if demonstration else benefit


def right(benefit: str, money: str | None) -> str:
    """The county has confirmed a definite promise, and this household meets it."""
    amount = f"标准：{money}。" if money else ""
    return f"{benefit}：县里确认现在能办，按登记的您家条件都符合，最后以村里核定为准。{amount}"


def direction(benefit: str) -> str:
    """Nothing anybody can claim: the document only says where things are to go."""
    return f"{benefit}：有新的消息。文件里只有这个方向，您家能不能办，请问村里。"


def unclear(benefit: str) -> str:
    """What the household had to itself is open now."""
    return f"{benefit}：规定有变动，您家符不符合还不清楚，请问村里。"


def refused(benefit: str, change: str) -> str:
    """The household does not meet it any more."""
    return f"{benefit}：照现在的规定，您家不符合。{change}"


def ended(benefit: str, years: str | None) -> str:
    """The document's own time is over, and the county has said nothing since."""
    of_years = f"写这一项的文件是{years}的，" if years else "写这一项的文件"
    return f"{benefit}：{of_years}已经过期。现在还有没有，请问村里。"


def ended_by_county(benefit: str) -> str:
    """The county's word for it has run out."""
    return f"{benefit}：县里原来确认的时间过了。现在还有没有，请问村里。"


def unstated(benefit: str, years: str | None) -> str:
    """The document has it, and nobody of the county has said whether it still goes."""
    of_years = f"（{years}的）" if years else ""
    return f"{benefit}：文件{of_years}里有，县里还没说现在算不算，请问村里。"


def years(first: int | None, last: int | None, issued: int | None) -> str | None:
    """The years of a document: those it speaks for, else that of its issue."""
    said = [str(year) for year in (first, last) if year is not None] or ([] if issued is None else [str(issued)])
    return "—".join(dict.fromkeys(said)) + "年" if said else None


def judged(done: int, of: int) -> str:
    """How far the judging has come."""
    return f"已算{done}户，共{of}户"


def line(household: str, benefit: str, before: str, after: str) -> str:
    """One household and benefit whose answer changes."""
    return f"户{household} {benefit}：{before} → {after}"


def answer(decision: str | None, in_force: str | None, money: str | None) -> str:
    """What was or is answered; None: the catalogue does not have it."""
    if decision is None or in_force is None:
        return "目录里没有"
    return f"{_DECISIONS[decision]}（{_IN_FORCE[in_force]}{f'，{money}' if money else ''}）"


def summary(households: int, changes: int) -> str:
    """How much changes."""
    return f"一共{households}户、{changes}项有变动。"


def would_tell(households: int, already: int, samples: Sequence[str]) -> str:
    """What is going to be said to how many, before anybody is told."""
    before = f"另有{already}户早就告诉过了，不再告诉。" if already else ""
    if not households:
        return f"没有要告诉的户。{before}"
    shown = "\n\n".join(samples)
    return f"要告诉{households}户。{before}比如：\n\n{shown}\n\n还没有告诉谁。加上 --send 才会告诉。"


def told(households: int, already: int) -> str:
    """What was promised."""
    return f"记下了，到时候告诉{households}户。" + (f"另有{already}户早就告诉过了。" if already else "")
