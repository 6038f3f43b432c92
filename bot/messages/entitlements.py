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
FOR_ALL = "县里确认的，不是给哪一户，大家都一样："
REFUSED = "这几项现在不符合："

BY_DOCUMENT = "按文件可以享受，最后以村里核定为准。"
ALL_FIT = "照文件写的，条件都符合。"
ONLY_DIRECTION = "文件里只有这个方向，没有写标准，请问村里。"
UNDECIDED = "还定不了，有的情况没有登记。"
NOT_KNOWN_TO_THEM = "还定不了。您也不清楚的，请村里帮您核一核。"
NOT_FITTING = "按登记的情况，有不符合的。"
FIT_AS_TOLD = "照您说的，条件都符合。"
ASK_MORE = "还可以接着问：补多少、带什么、去哪办。"
NOT_FITTING_AS_TOLD = "照您说的，有不符合的。"
AS_TOLD = "您家自己说的，村里还要核。说错了，回“改一下我说的”。"
NO_AMOUNT = "多少钱：文件没有写金额，请问村里。"
NO_AMOUNT_AT_ALL = "补多少钱，文件没有写。"
WHICH_BENEFIT = "想问哪一项？比如：低保、危房改造、雨露计划。"
NAME_A_BENEFIT = "没有听出是哪一项。"
REPLY_WITH_NUMBER = "回复数字看详细。"
OWN_CASE = "回复1，看您家符不符合。"
NOTHING = "按现在登记的情况，县里的文件里没有查到您家能享受的。"
NO_DEADLINES = "县里现在没有公布要赶在哪一天前办的事。"
NO_PAPERS = "要带什么材料，文件没有写。"
NO_PLACE = "去哪里办，文件没有写。"
NO_STEPS = "怎么申请，文件没有写。"
NO_DEADLINE = "几号截止，文件没有写，县里也还没有公布。"
NO_TIME = "多久能办好，文件没有写。"
NEVER_APPLIED = "没有查到您家申请过这一项。"
ON_THE_LIST = "登记里，您家有这一项。"
NO_CONDITIONS = "文件没有写别的条件。"
FOR_CADRES = (
    "一户能享受什么，要那一户自己在公众号里问“我能享受什么”。\n"
    "您可以问政策，比如“危房改造补多少”；查一户，说“查王建国家”。"
)


def nothing(ask_them: str) -> str:
    """No benefit of the catalogue fits."""
    return f"{NOTHING}\n登记的不对或者家里有了变化，请告诉村里。{ask_them}"


def not_in_catalogue(benefit: str, ask_them: str) -> str:
    """The documents we have do not speak of it."""
    return f"我这里的县里文件没有写{benefit}，不等于没有这项。\n{ask_them}"


def one_of(benefit: str) -> str:
    """Several entries of the catalogue go by that name."""
    return f"说到{benefit}，文件里有这几项："


def item(number: int, name: str, beside: str | None = None, *, as_told: bool = False) -> str:
    """One line of a list, with its one question or its amount beside it."""
    return f"{number} {name}" + (f"：{beside}" if beside else "") + ("（按您家自己说的）" if as_told else "")


def never_asked_for(numbers: Sequence[int]) -> str:
    """Which of a list the household has neither applied for nor been paid, so that it may."""
    which = "、".join(str(number) for number in numbers)
    return f"第{which}项您家还没申请过，想办就跟村里说。"


def others(name: str) -> str:
    """Under an answer: there are more of that name."""
    return f"说到{name}，文件里还有："


def more(number: int, rest: int) -> str:
    """There are more than fit."""
    return f"{number} 其余{rest}项"


def more_ended(number: int, rest: int) -> str:
    """What stands in documents that have run out, as one line."""
    return f"{number} 文件里写过、已经过期的{rest}项"


def ended(years: str) -> str:
    """The document's time is over."""
    return f"写这一项的文件是{years}的，已经过期。现在还有没有，请问村里。"


def demonstration(text: str) -> str:
    """Something that only the demonstration says."""
    return f"{text}（演示）"


ENDED_BY_COUNTY = "县里说这一项已经停了。现在有没有别的，请问村里。"


def unstated(year: int | None) -> str:
    """Neither the document nor the county says whether it still applies."""
    document = "文件没有写是哪一年的" if year is None else f"这是{year}年的文件"
    return f"{document}，县里还没说现在算不算，请问村里。"


FOR_SHOW = "演示数据"
"""Stands where the county's word would: nobody of the county has said it."""


def confirmed(since: str | None) -> str:
    """The county has said that it applies, and since when; None where that is only for show."""
    return f"{FOR_SHOW}里现在有这一项，不是县里的正式答复。" if since is None else f"县里{since}确认，现在有这一项。"


def one_question(question: str) -> str:
    """One thing decides."""
    return f"还差一样就能定：{question}"


def answer_questions(number: int) -> str:
    """The household can say itself what is not on file."""
    return f"回复{number}，答几句话，看够不够。"


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
    fact = fact.removeprefix(f"{text}：")
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


def amount_confirmed(text: str, since: str | None) -> str:
    """How much, as the county has said it, and since when that is so; None where it is only for show."""
    return f"{FOR_SHOW if since is None else f'县里{since}确认的'}：{text}。"


def amount_written(text: str) -> str:
    """How much, as the document says it."""
    return f"文件写的是：{text}。"


def service(text: str) -> str:
    """A service: the document names no money, and it is not ours to say that there is none."""
    return f"多少钱文件没有写，写的是：{text}"


def nearest(name: str) -> str:
    """The county's documents do not have the name; what follows is the nearest they have."""
    return f"文件里没有叫“{name}”的，相近的是这一项。"


def amount_of_the_county(text: str) -> str:
    """The document gives a figure, and it is nobody's money."""
    return f"每户补多少，文件没有写。文件只写了：{text}。"


def papers(said: Sequence[str]) -> str:
    """What to bring."""
    return f"要带：{'、'.join(said)}。"


def hand_in(what: str, where: str | None) -> str:
    """What is to be handed in, and where."""
    return f"要交：{what}" + (f"，交到{where}。" if where else "。")


def go_to(where: str, phone: str | None) -> str:
    """Where to go."""
    return f"去{where}办" + (f"，电话{phone}。" if phone else "。")


def call(phone: str) -> str:
    """A telephone to ask at; where to go is not known."""
    return f"电话：{phone}。"


def handled_by(department: str) -> str:
    """Who handles it; where to go the document does not say."""
    return f"文件写的是{department}管。去哪个窗口，文件没有写。"


def county_says_since(since: str | None) -> str:
    """The county's own word, newer than the document; None where it is only for show."""
    return f"这是{FOR_SHOW}，不是县里的正式答复。" if since is None else f"这是县里{since}确认的。"


def first_words(text: str) -> str:
    """How to get it, in the document's words."""
    return f"文件写的办法：{text}。"


def steps(names: Sequence[str]) -> str:
    """The steps of applying."""
    numbered = "→".join(names)
    return f"一共{len(names)}步：{numbered}。"


def step_takes(name: str, within: str) -> str:
    """How long one step takes."""
    return f"{name}：{within}内"


def takes(within: str) -> str:
    """How long it takes."""
    return f"文件写的是{within}内办好。"


def takes_by_county(within: str, since: str | None) -> str:
    """How long it takes, as the county has said it; None where it is only for show."""
    return f"{FOR_SHOW if since is None else f'县里{since}确认'}：{within}内办好。"


TIMES_OF_STEPS = "没有说一共多久，说了这几步的："
STEPS_FOR_SHOW = "这几步是演示，不是县里的正式规定。"
STEPS_OF_THE_COUNTY = "这几步是县里定的。"


def within(days: int | None, months: int | None, *, working_days: bool) -> str:
    """A time limit: 20个工作日, 30天, 2个月."""
    if days is None:
        return f"{months}个月"
    return f"{days}个工作日" if working_days else f"{days}天"


def conditions(texts: Sequence[str]) -> str:
    """What is asked of who wants it."""
    return f"要符合：{'；'.join(texts)}。"


def on_the_list(names: Sequence[str]) -> str:
    """The register has it that somebody of the household has it."""
    return ON_THE_LIST if not names else f"登记里，您家有这一项：{'、'.join(names)}。"


def applied(on: str, state: str, reason: str | None) -> str:
    """The household has asked for it: how that stands."""
    return f"您家{on}申请过，现在是“{state}”。" + (f"写的原因：{reason}。" if reason else "")


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
    """One thing to be handed in, of a list of benefits."""
    return f"{name}：{due(what, where, closes).removesuffix('。')}"


def due(what: str, where: str | None, closes: str) -> str:
    """By when what is to be handed in."""
    return f"{closes}前，{f'把{what}交到{where}' if where else f'交{what}'}。"


def deadlines(lines: Sequence[str]) -> str:
    """What must be done by when."""
    return "\n".join(["要赶在这些日子前办：", *lines])


def window_written(text: str) -> str:
    """The document names a time, but the county has not confirmed one; the name stands above."""
    return f"文件里写的时间是“{text}”。现在几号截止，县里还没有公布。"


def window_in_document(name: str, text: str, ask_them: str) -> str:
    """The document names a time, but the county has not confirmed one."""
    return f"{name}，文件里写的时间是“{text}”。现在几号截止，县里还没有公布。\n{ask_them}"


def no_deadline_of(name: str, ask_them: str) -> str:
    """Neither the document nor the county names a time."""
    return f"{name}几号截止，文件没有写，县里也还没有公布。\n{ask_them}"


def no_deadlines(ask_them: str) -> str:
    """Nothing is due."""
    return f"{NO_DEADLINES}\n{ask_them}"
