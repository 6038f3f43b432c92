"""我能享受什么: what the documents give, said no firmer than the document says it."""

from collections.abc import Sequence

_QUOTE_AT_MOST = 70
_FACTS_AT_MOST = 2

CONFIRMED = "县里确认、您家条件都符合："
ONE_QUESTION = "还差一样就能定："
STATED = "文件里有、条件都符合，县里还没说现在算不算："
ENDED = "文件里写过，但文件已经过期，现在还有没有请问村里："
DIRECTION = "文件里只提了方向，没有标准，请问村里："
OPEN = "还有几样情况不清楚，定不了："
REFUSED = "这几项现在不符合："

BY_DOCUMENT = "按文件可以享受，最后以村里核定为准。"
ALL_FIT_UNSTATED = "条件都符合。县里还没说这份文件现在算不算，请问村里。"
ONLY_DIRECTION = "文件里只有这个方向，没有写标准，请问村里。"
UNDECIDED = "还定不了，有的情况没有登记。"
NOT_FITTING = "按登记的情况，有不符合的："
NO_AMOUNT = "多少钱：文件没有写金额，请问村里。"
WHICH_BENEFIT = "想问哪一项？比如：低保、危房改造、雨露计划。"
NAME_A_BENEFIT = "没有听出是哪一项。"
REPLY_WITH_NUMBER = "回复数字看详细。"
OWN_CASE = "回复1，看您家符不符合。"
NOTHING = "按现在登记的情况，县里的文件里没有查到您家能享受的。"
NO_DEADLINES = "县里现在没有公布要赶在哪一天前办的事。"


def nothing(ask_them: str) -> str:
    """No benefit of the catalogue fits."""
    return f"{NOTHING}\n登记的不对或者家里有了变化，请告诉村里。{ask_them}"


def not_in_catalogue(benefit: str, ask_them: str) -> str:
    """The documents we have do not speak of it."""
    return f"我这里的县里文件没有写{benefit}，不等于没有这项。\n{ask_them}"


def one_of(benefit: str) -> str:
    """Several entries of the catalogue go by that name."""
    return f"说到{benefit}，文件里有这几项："


def item(number: int, name: str, question: str | None = None) -> str:
    """One line of a list."""
    return f"{number} {name}" + (f"：{question}" if question else "")


def more(number: int, rest: int) -> str:
    """There are more than fit."""
    return f"{number} 其余{rest}项"


def ended(years: str) -> str:
    """The document's time is over."""
    return f"写这一项的文件是{years}的，已经过期。现在还有没有，请问村里。"


def demonstration(text: str) -> str:
    """Something that only the demonstration says."""
    return f"{text}（演示）"


ENDED_BY_COUNTY = "县里说这一项已经停了。现在有没有别的，请问村里。"


def one_question(question: str) -> str:
    """One thing decides."""
    return f"还差一样就能定：{question}请告诉村里登记上。"


def ask_office(question: str) -> str:
    """One thing decides, and only an office knows it."""
    return f"还差一样就能定：{question}"


def met(text: str, fact: str) -> str:
    """A condition that holds."""
    return f"符合：{_with(text, fact)}"


def not_met(text: str, fact: str) -> str:
    """A condition that does not hold."""
    return f"不符合：{_with(text, fact)}"


def unknown(text: str, fact: str) -> str:
    """A condition nobody knows of."""
    return f"不清楚：{_with(text, fact)}"


def _with(text: str, fact: str) -> str:
    """A condition and the fact on file; of many people only as much as a phone shows at a glance."""
    said = fact.split("；")
    if len(said) > _FACTS_AT_MOST:
        values = {one.rpartition("：")[2] for one in said}
        whose = "；".join(said[:_FACTS_AT_MOST])
        fact = f"都是{values.pop()}" if len(values) == 1 else f"{whose}等{len(said)}人"
    return f"{text}——{fact}" if fact else text


def people(names: Sequence[str]) -> str:
    """For whom of the household."""
    return f"是给：{'、'.join(names)}"


def amount(text: str) -> str:
    """How much, in the document's words."""
    return f"多少钱：{text}"


def county_total(text: str) -> str:
    """A figure of the whole county, which is nobody's money."""
    return f"多少钱：没有写每户多少。{text}"


def who(text: str) -> str:
    """For whom the document means it."""
    return f"给谁：{text}"


def how(text: str) -> str:
    """How to get it."""
    return f"怎么办：{text}"


def department(text: str) -> str:
    """Who handles it."""
    return f"谁管：{text}"


def source(document: str, line: int, quote: str) -> str:
    """Where it is written."""
    said = quote if len(quote) <= _QUOTE_AT_MOST else quote[: _QUOTE_AT_MOST - 1] + "…"
    return f"出处：《{document}》第{line}行：“{said}”"


def deadline(name: str, what: str, where: str | None, closes: str) -> str:
    """One thing to be handed in."""
    return f"{name}：{closes}前，{f'把{what}交到{where}' if where else f'交{what}'}"


def deadlines(lines: Sequence[str]) -> str:
    """What must be done by when."""
    return "\n".join(["要赶在这些日子前办：", *lines])


def window_in_document(name: str, text: str, ask_them: str) -> str:
    """The document names a time, but the county has not confirmed one."""
    return f"{name}，文件里写的时间是“{text}”。现在几号截止，县里还没有公布。\n{ask_them}"


def no_deadline_of(name: str, ask_them: str) -> str:
    """Neither the document nor the county names a time."""
    return f"{name}几号截止，文件没有写，县里也还没有公布。\n{ask_them}"


def no_deadlines(ask_them: str) -> str:
    """Nothing is due."""
    return f"{NO_DEADLINES}\n{ask_them}"
