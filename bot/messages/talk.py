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
CANCEL_WORDS = frozenset({"取消", "算了", "退出", "不办了", "返回", "重来"})

CANCELLED = "好的，这件事先不办。想办什么，直接说就行。"
NOTHING_TO_CANCEL = "没有正在办的事。想办什么，直接说就行。"
ALL_WORDS = frozenset({"全部", "所有", "全部都要", "都要", "全要", "全都", "全部移交", "都移交", "全", "都", "所有的"})
ANSWER_WITH_NUMBER = "请回复前面的数字。"
ANSWER_WITH_NUMBERS = "请回复前面的数字，几个一起用顿号隔开，比如1、3；都要就回复“全部”。"
ANSWER_YES_OR_NO = "请回复“是”或“不是”。"


def numbered(question: str, labels: Sequence[str]) -> str:
    """A question with its choices below, counted from 1."""
    return "\n".join([question, *(f"{number} {label}" for number, label in enumerate(labels, 1))])


def not_shown(count: int) -> str:
    """More choices than fit a phone."""
    return f"还有{count}个没有列出来，直接说名字就行。"


def no_such_number(count: int) -> str:
    """The number is not on the list."""
    return f"请回复1到{count}之间的数字。"


def broke(reference: str) -> str:
    """Our fault: one apology, with the reference the log has too."""
    return f"对不起，刚才出了点问题，没有办成。请过几分钟再发一次。还不行就把编号{reference}告诉您的帮扶干部。"


CANNOT_OPEN = (
    "对不起，登记的资料现在打不开，要等县里的管理员处理。不是您的问题，您什么都不用做，过一两天再发一次。"
    "急事请直接打电话给帮扶干部或村干部。"
)
STORE_AWAY = "对不起，系统正忙，暂时查不到。请过几分钟再发一次。"
