"""自述: asking a household about itself, so that a benefit can be judged; and taking back what it said."""

from collections.abc import Sequence

YES_OR_NO = ("是", "不是")
DO_NOT_KNOW = "不知道"
NONE_OF_THESE = "都不是"
NOBODY = "都没有"
SKIP_WORDS = frozenset(
    {
        *(
            "不知道",
            "不清楚",
            "不晓得",
            "晓不得",
            "不明白",
            "不懂",
            "说不清",
            "说不好",
            "搞不清",
            "搞不懂",
            "弄不清",
            "没数",
        ),
        *("记不得", "记不到", "记不清", "不记得", "忘了", "忘记了", "想不起", "不好说", "不想说", "不方便说", "不愿说"),
        *("跳过", "略过", "过", "下一个", "下一题", "没鉴定", "没鉴定过", "没有鉴定", "没有鉴定过", "没评", "没评过"),
        *("不知", "不确定", "拿不准", "?", "？"),
    }
)
_OF_AN_ANSWER = (
    "是|有|在|能|会|要|得|的|了|过|人|上|家|都|愿意|想|参加|买|通|交|办|列|登记|住院?|安全|干净|够|符合|上学|读书|"
    "打工|啊|呀|呢|哦|嘛|吧|哈|里"
)
YES = rf"(?:是|有|对|嗯+|要得|可以|(?:{_OF_AN_ANSWER}))(?:{_OF_AN_ANSWER}){{0,4}}"
NO = rf"(?:我?家?里?(?:都|一个都|一样都)?(?:不|没有?|没得|莫得|无|未|冇))(?:{_OF_AN_ANSWER}){{0,4}}|否"
"""How people say yes and no beside the plain words; anything longer is not taken for either."""

ANYBODY = "家里有没有"
NUMBER_PLEASE = "请回一个数，说个大概也行。"
YEAR_PLEASE = "请回年份，比如2018。"
NUMBERS_PLEASE = "请回前面的数字，几个一起就用顿号隔开，比如1、3。"
TOO_LONG = "请说短一点。"
WRONG_BEFORE = "要改上一个回答，就回“返回”。"
ABOUT_HEALTH = "这样问只为看这一项，不想说就回“跳过”。"

NOTHING_TOLD = "您还没有跟我说过家里的情况，没有要改的。"
EXIT_YEAR = "哪一年脱贫"
WHICH_TO_FORGET = "您跟我说过这些，哪样不对？回数字就去掉，都不对就回“全部”。"
TELL_AGAIN = "要重新说，回复1。"


def opening(benefit: str, doubt: str | None) -> str:
    """Before the first question: what for, and what becomes of the answers."""
    lines = [f"看您家够不够“{benefit}”，登记的还不够定，问您几句。", *([doubt] if doubt else [])]
    return "\n".join([*lines, "您说的只用来看够不够，不改登记。"])


def asked(question: str, choices: Sequence[str]) -> str:
    """A question with its choices; the last is that one does not know."""
    shown = [*choices, DO_NOT_KNOW]
    return "\n".join([question, *(f"{number} {choice}" for number, choice in enumerate(shown, 1))])


def asked_openly(question: str) -> str:
    """A question for a figure or a word."""
    return f"{question}\n说个大概也行；不清楚就回“{DO_NOT_KNOW}”。"


def who(words: str) -> str:
    """Of several people: whom it is true of."""
    return f"“{words}”，家里有哪几个人是？可以选几个，比如1、3。"


def who_of_you(ask: str) -> str:
    """Whether anybody of the household, and who."""
    return f"{ask}？是哪几个人？可以选几个，比如1、3。"


def what_of(name: str) -> str:
    """Of one person, several at once."""
    return f"{name}是不是下面这样？"


def is_it(words: str, name: str) -> str:
    """Of one person, yes or no."""
    return f"“{words}”，{name}是不是？"


def which(words: str, name: str) -> str:
    """Of one person, one of several."""
    return f"{name}的{words}，是哪一样？"


def how_much(words: str, name: str, unit: str) -> str:
    """Of one person, a figure."""
    return f"{name}的{words}是多少{unit}？"


def which_of_these(question: str) -> str:
    """Of the household, several at once."""
    return f"{question}可以选几个，比如1、3。"


def told(member: str | None, fact: str, *, by_proxy: bool) -> str:
    """One thing that was told, on a list."""
    return f"{f'{member}，' if member else ''}{fact}" + ("（代办人说的）" if by_proxy else "")


def forgotten(facts: Sequence[str]) -> str:
    """What was told counts no more."""
    return f"好，去掉了：{'；'.join(facts)}。\n以后看够不够，这些不再算。"
