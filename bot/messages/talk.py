"""What every talk can say: numbered choices, yes and no, leaving."""

from collections.abc import Sequence

YES_WORDS = frozenset(
    {
        "是",
        "是的",
        "对",
        "对的",
        "好",
        "好的",
        "嗯",
        "嗯嗯",
        "可以",
        "行",
        "要",
        "确认",
        "确定",
        "没错",
        "yes",
        "y",
        "1",
    }
)
NO_WORDS = frozenset({"不", "不是", "不对", "不要", "不用", "否", "错", "错了", "no", "n", "2"})
ACKNOWLEDGING = frozenset(
    {"好", "好的", "好吧", "嗯", "嗯嗯", "可以", "行", "行吧", "对", "对的", "是的", "没错", "晓得了", "知道了", "收到"}
)
"""What people say to an answer that asked nothing."""
CANCEL_WORDS = frozenset(
    {
        *(
            "取消",
            "算了",
            "算了吧",
            "退出",
            "不办了",
            "不弄了",
            "不搞了",
            "不填了",
            "不说了",
            "不记了",
            "不问了",
            "不报了",
        ),
        *("结束", "停", "停止", "停下", "取消掉", "不办", "不弄", "放弃", "quxiao"),
    }
)
GO_ON_WORDS = frozenset({"继续", "接着", "接着说", "继续说", "接着来", "接着办", "继续办", "继续吧", "接着讲"})
BACK_WORDS = frozenset(
    {
        *("返回", "上一步", "返回上一步", "回上一步", "上一个", "上一题", "后退", "退回", "回退", "退一步", "倒回去"),
        *("回去", "往回", "退回去", "返回上一个"),
    }
)
ANEW_WORDS = frozenset(
    {
        *("重来", "重新来", "重新开始", "重新弄", "重新填", "重新说", "重新办", "重新报", "从头来", "从头开始"),
        *("再来一遍", "重来一遍", "重新来过", "从头再来", "重头来", "重新来一遍", "全部重来"),
    }
)
OF_THE_TALK = CANCEL_WORDS | GO_ON_WORDS | BACK_WORDS | ANEW_WORDS
"""Words about the talk itself: heard in every talk, and never an answer."""

CANCELLED = "好的，这件事先不办。想办什么，直接说就行。"
NOTHING_TO_CANCEL = "没有正在办的事。想办什么，直接说就行。"
NOTHING_TO_GO_ON_WITH = "没有没办完的事。想办什么，直接说就行。"
NOTHING_TO_GO_BACK_TO = "前面没有可以退回去的。想办什么，直接说就行。"
NOTHING_TO_BEGIN_ANEW = "现在没有正在办的事，不用重来。想办什么，直接说就行。"
LET_GO = "刚才那件事放得太久，我先放下了，什么都没有记。还要办的话，请从头再说一遍。"
AT_THE_FIRST_QUESTION = "这已经是第一个问题，前面没有了。不想办就回复“取消”。"
ANEW = "好的，从头来。"
THIS = "那件事"
REST_WORDS = frozenset(
    {
        "其余",
        "其余的",
        "其他",
        "其它",
        "其他的",
        "其它的",
        "剩下的",
        "别的",
        "更多",
        "下一页",
        "往下看",
        "后面的",
        "还有呢",
    }
)
"""Said under a list: what did not fit it."""
STILL_MISREAD = "还是没看懂您的回答，对不起。不想答了就回复“取消”，要找人就回复“人工”。"
MISREAD_AGAIN = "我又没看懂，是我笨。您可以换个说法；也可以回复“返回”改上一个回答，回复“人工”找人帮您。"
ALL_WORDS = frozenset({"全部", "所有", "全部都要", "都要", "全要", "全都", "全部移交", "都移交", "全", "都", "所有的"})
ANSWER_WITH_NUMBER = "请回复前面的数字。"
ANSWER_WITH_NUMBERS = "请回复前面的数字，几个一起用顿号隔开，比如1、3；都要就回复“全部”。"
ANSWER_YES_OR_NO = "请回复“是”或“不是”。"


def numbered(question: str, labels: Sequence[str]) -> str:
    """A question with its choices below, counted from 1."""
    return "\n".join([question, *(f"{number} {label}" for number, label in enumerate(labels, 1))])


def quoted(said: str, at_most: int = 300) -> str:
    """What somebody said, given back; what stands below must still fit, for a reply is cut at 2048 bytes."""
    return f"“{said}”" if len(said) <= at_most else f"“{said[: at_most - 1]}…”"


def misread(hint: str, times: int) -> str:
    """Before a question whose answer was not understood: what would fit; after that other words, and ways out."""
    return hint if times == 1 else STILL_MISREAD if times == 2 else MISREAD_AGAIN


def also(number: int, label: str) -> str:
    """What else the message asked for, opened by its number."""
    return f"您还说到“{label}”，回复{number}接着办。"


def still_waiting(label: str, question: str) -> str:
    """Under another answer: the talk that was left half-finished, and its question where that is short."""
    what = f"：{question}" if question else "。"
    return f"刚才的“{label}”还没说完{what}回复“继续”接着说，“取消”就不办了。"


def not_shown(count: int) -> str:
    """More choices than fit a phone."""
    return f"还有{count}个没有列出来，直接说名字就行。"


def no_such_number(count: int) -> str:
    """The number is not on the list."""
    return "这里只有1可以选。" if count == 1 else f"请回复1到{count}之间的数字。"


def broke(reference: str) -> str:
    """Our fault: one apology, with the reference the log has too."""
    return f"对不起，刚才出了点问题，没有办成。请过几分钟再发一次。还不行就把编号{reference}告诉您的帮扶干部。"


CANNOT_OPEN = (
    "对不起，登记的资料现在打不开，要等县里的管理员处理。不是您的问题，您什么都不用做，过一两天再发一次。"
    "急事请直接打电话给帮扶干部或村干部。"
)
STORE_AWAY = "对不起，系统正忙，暂时查不到。请过几分钟再发一次。"


def too_long(longest: int) -> str:
    """More than anybody would read on a phone."""
    return f"太长了，请写在{longest}字以内。"
