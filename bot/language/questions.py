# ruff: noqa: E501 - patterns read better whole
"""问什么: what a short question asks of a benefit that is known already (要什么材料, 去哪办, 为啥没有). Pure."""

import re
from enum import StrEnum

from bot.language.spelling import fold


class About(StrEnum):
    """What of a benefit is asked for; the names are those of the slot `question_type`, and `how_long` beside them."""

    DEADLINE = "deadline"
    MATERIALS = "materials"
    HOW_LONG = "how_long"
    DEPARTMENT = "department"
    AMOUNT = "amount"
    PROCEDURE = "procedure"
    ELIGIBILITY = "eligibility"


_PATTERNS = {
    About.DEADLINE: r"截止|截至|最(?:后|晚|迟)|几号(?:之?前|截)|什么时候(?:截|到期|结束)|到期",
    About.MATERIALS: r"材料|手续|证件|证明|资料|带(?:点|些)?(?:什么|啥|哪些|哪样)|要(?:带|拿|准备|交)(?:点|些)?(?:什么|啥|哪些|哪样)",
    About.HOW_LONG: r"^(?:要|得|需要)*(?:多久|好久|多长时间)(?!截|到期|结束|之?前)|(?:多久|好久|多长时间|几天|多少天|几个月).{0,4}(?:办|批|审|下来|好|成|完)|(?:办|批|审|等).{0,6}(?:多久|好久|多长时间|几天|多少天|几个月)",
    About.DEPARTMENT: r"(?:哪里|哪儿|哪点|哪塔|哪|什么地方)(?:去|个|里)?(?:办|申请|交|领|报|问|管)|(?:去|在|上|到|归|找)(?:哪|谁)|哪个(?:部门|单位|局|地方|窗口)|什么(?:部门|单位)|谁(?:来)?管",
    About.AMOUNT: r"多少|好多|几(?:个|块|百|千|万)|补几|给几|发几|标准|额度",
    About.PROCEDURE: r"怎么|怎样|咋|如何|啷个|流程|程序|步骤|几步|几趟|跑几|几道",
    About.ELIGIBILITY: r"条件|资格|够不够|够得上|符不符合|符合|谁能|哪些人|什么人|能不能|能享受|算不算",
}
_A_FEW_WORDS = 8
_READ = tuple((about, re.compile(pattern)) for about, pattern in _PATTERNS.items())
_HOW_LONG = re.compile(_PATTERNS[About.HOW_LONG])
_STEPS = re.compile(r"几步|几趟|跑几|几道|步骤")
_WHY = re.compile(
    r"为什么|为啥|为何|凭什么|凭啥|什么原因|啥原因|(?:怎么|咋个|咋|啷个|怎)(?:就|会|还|都|也)*(?:没|不给|不让|不能|评不上)"
)
_NOT_YET = re.compile(r"没(?:有)?(?:给我?|跟我)?(?:发|批|到|下来|打|收|回|办好|结果|消息|动静)|少")
_WHOLE = re.compile(r"规定|政策|讲讲|介绍|是什么|是啥|啥子|什么意思|咋回事|怎么回事")
_EVERYTHING = re.compile(r"(?:什么|啥|哪些|哪样|哪几|哪项)")
_TOLD_WRONG = re.compile(r"(?:说|讲|答|回|写|打|按|点|搞|弄)错|错了|改一下|改下|收回.{0,4}话|不算数")


def asked_for(text: str, slot: object = None) -> About | None:
    """What of a benefit a message asks for: `slot` is what was understood before (`question_type`). None: all of it."""
    said = fold(text)
    if _HOW_LONG.search(said):
        return About.HOW_LONG
    if _STEPS.search(said):
        return About.PROCEDURE
    read = next((about for about, pattern in _READ if pattern.search(said)), None)
    known = About(str(slot)) if slot in tuple(About) else None
    # A few words (要什么材料) are easily taken for another intent, and that one's question comes with it.
    asked = read if known in (None, About.DEADLINE) and read is not None else known
    return None if asked is About.PROCEDURE and _WHOLE.search(said) else asked


def is_short(text: str) -> bool:
    """Whether a message is but a few words about what was just spoken of: 去哪办, 要带啥子, 刚才说错了."""
    return len(text.strip()) <= _A_FEW_WORDS and (asked_for(text) is not None or told_wrong(text))


def asks_why(text: str) -> bool:
    """Whether somebody asks why they do not have it; why it has not come yet, or was less, is another question."""
    said = fold(text)
    return _WHY.search(said) is not None and _NOT_YET.search(said) is None


def asks_for_everything(text: str) -> bool:
    """Whether somebody asks what there is (我能享受什么, 有哪些补贴), and not about one thing."""
    return _EVERYTHING.search(fold(text)) is not None


def told_wrong(text: str) -> bool:
    """Whether somebody says that what they told before was wrong."""
    return _TOLD_WRONG.search(fold(text)) is not None
