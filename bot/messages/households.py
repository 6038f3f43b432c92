"""我的户: what a cadre is told about households: the list, who is still due, one household before the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

ALL_VISITED = "这个月都走访过了，一户不少。"
WHICH_TO_LOOK_UP = "要看哪一户？回复数字，或者直接说户主名字。"
WHICH_TO_INVITE = "给哪一户绑定码？回复数字，或者直接说户主名字。"
HEAD_UNKNOWN = "户主未登记"
OPEN_ONE = "回复数字看这一户。"
OPEN_VILLAGE = "回复数字看这个村的名单；也可以直接说户主名字。"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a household, as a cadre needs to know them."""

    name: str
    relation: str | None
    age: int | None
    condition: Sequence[str]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One earlier visit: its day, who went (nobody named: the reader), what of it."""

    day: str
    cadre: str | None
    about: str


@dataclass(frozen=True, slots=True)
class Money:
    """One payment: its day, what it was, how much, and its state where it did not arrive."""

    day: str
    benefit: str
    yuan: Decimal
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a household stands. `since`: the day it became so, where it was something else before.

    `risk_cleared` is told of the monitored kinds only.
    """

    category: str
    relapsed: bool
    monitored: bool
    since: date | None
    lifted_in: int | None
    dibao_class: str | None
    risk_cleared: bool | None


@dataclass(frozen=True, slots=True)
class Incomes:
    """What was told of one year's incomes: each kind's name and yuan."""

    year: int
    kinds: Sequence[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Card:
    """One household on one screen. Identity numbers and bank cards are never on it."""

    head: str
    standing: Standing
    place: str
    people: Sequence[Person]
    income_yuan: Decimal | None
    incomes: Incomes | None
    causes: Sequence[str]
    house_grade: str | None
    water_safe: bool | None
    phone: str | None
    visits: Sequence[PastVisit]
    applications: Sequence[str]
    money: Sequence[Money]


def counts(total: int, visited: int) -> str:
    """How many households are theirs, and how many are still due this month."""
    due = total - visited
    if due == 0:
        return f"您帮扶{total}户，这个月都走访过了。"
    return f"您帮扶{total}户，这个月走访了{visited}户，还有{due}户。"


def due_counts(due: int) -> str:
    """How many are still due this month."""
    return f"这个月还有{due}户没走访。"


def village_counts(village: str, total: int, visited: int) -> str:
    """The same of one village."""
    return f"{village}{total}户，这个月走访了{visited}户，还有{total - visited}户。"


def village_due_counts(village: str, due: int) -> str:
    """How many of one village are still due this month."""
    return f"{village}这个月还有{due}户没走访。"


def visited_line(label: str, day: date) -> str:
    """One household that was visited this month."""
    return f"{label} {day.month}月{day.day}日去过"


def village_line(village: str, total: int, due: int) -> str:
    """One village of a long list."""
    return f"{village} {total}户，没走访{due}户" if due else f"{village} {total}户，都走访了"


def village_due_line(village: str, due: int) -> str:
    """One village of a long list of those still due."""
    return f"{village} {due}户"


def more_line(left: int) -> str:
    """The rest of a list that does not fit."""
    return f"后面还有{left}户"


def label(head: str, place: str | None, tail: str | None) -> str:
    """A household among others; its place and the end of its number only where needed to tell it apart."""
    told = [part for part in (place, f"编号尾号{tail}" if tail else None) if part]
    return f"{head}（{'，'.join(told)}）" if told else head


def household(card: Card) -> str:
    """One household before the door."""
    lines = [f"{card.head}户，{standing(card.standing)}，{card.place}"]
    if card.people:
        lines += [f"家里{len(card.people)}口人：", *(_person(person) for person in card.people)]
    if card.causes:
        lines.append(causes(card.causes))
    if card.income_yuan is not None:
        lines.append(f"人均纯收入：{_yuan(card.income_yuan)}元")
    if card.incomes is not None:
        lines.append(incomes(card.incomes))
    water = {True: "安全", False: "不安全", None: "没有登记"}[card.water_safe]
    house = f"{card.house_grade}级" if card.house_grade else "等级没有登记"
    lines.append(f"房子：{house}；饮水：{water}")
    lines.append(f"电话：{card.phone or '没有登记'}")
    lines.append("最近走访：" if card.visits else "最近走访：还没有记录")
    lines += [f"{visit.day} {_about(visit)}" for visit in card.visits]
    if card.applications:
        lines += ["申请办到哪一步：", *card.applications]
    lines.append("最近发的钱：" if card.money else "最近发的钱：还没有记录")
    lines += [_money(money) for money in card.money]
    return "\n".join(lines)


LATE = "日子过了还没发"


def paid_again(on: str) -> str:
    """A payment that failed and was paid again."""
    return f"发放失败，{on}补发了"


def application(benefit: str, person: str | None, line: str) -> str:
    """One application, for whom of the household, and how far it has come."""
    return f"{benefit}（{person}）：{line}" if person else f"{benefit}：{line}"


def standing(one: Standing) -> str:
    """脱贫不稳定户（2018年脱贫，2026年3月起监测，风险未消除）."""
    told = []
    since = "" if one.since is None else f"{one.since.year}年{one.since.month}月"
    if one.relapsed:
        told.append(f"{since}返贫")
    if one.lifted_in is not None:
        told.append(f"{one.lifted_in}年脱贫")
    if one.monitored and since:
        told.append(f"{since}起监测")
    if one.monitored and one.risk_cleared is not None:
        told.append("风险已消除" if one.risk_cleared else "风险未消除")
    if one.dibao_class:
        told.append(one.dibao_class if "低保" in one.dibao_class else f"低保{one.dibao_class}")
    return f"{one.category}（{'，'.join(told)}）" if told else one.category


def causes(said: Sequence[str]) -> str:
    """The main cause, and those beside it."""
    main, *others = said
    return f"主要原因：{main}" + (f"，还有{'、'.join(others)}" if others else "")


def incomes(of: Incomes) -> str:
    """One year's incomes by kind."""
    return f"{of.year}年：" + "，".join(f"{kind}{_yuan(yuan)}元" for kind, yuan in of.kinds)


def invited(head: str, code: str, expires_at: datetime) -> str:
    """A code for a household, and what to read out to them."""
    until = f"{expires_at.month}月{expires_at.day}日{expires_at.hour}点{expires_at.minute:02d}分"
    return (
        f"{head}户的绑定码：{code}\n"
        f"{until}前有效，只能用一次。再要一个，前一个就作废。请当面交给这一户，不要发到群里。\n"
        "可以这样念给他们听：\n"
        f"“用微信关注我们县的公众号，把{' '.join(code)}这{len(code)}个字发过去，以后就能问钱到没到、能享受什么。”"
    )


def _person(person: Person) -> str:
    age = None if person.age is None else f"{person.age}岁"
    told = [part for part in (person.relation, age, *person.condition) if part]
    return " ".join([person.name, *told])


def _about(visit: PastVisit) -> str:
    return f"{visit.cadre}：{visit.about}" if visit.cadre else visit.about


def _money(money: Money) -> str:
    trouble = f"（{money.trouble}）" if money.trouble else ""
    return f"{money.day} {money.benefit}{_yuan(money.yuan)}元{trouble}"


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")
