"""代办人: who may speak for a household that is not theirs: let, told, switched to, taken back."""

from collections.abc import Sequence
from datetime import datetime

WORDS = "代办人"
WORDS_SWITCH = "换人"
WORDS_GIVE_UP = "不代办了"

YOURSELF = "我自己"
SOMEBODY = "没有留称呼的人"
A_HOUSEHOLD = "这一户"

FOR_WHICH = "给哪一户开代办码？"
OF_WHICH = "看哪一户的代办人？"
FOR_WHOM = "这个码给谁用？回复他的称呼，比如：儿子、邻居老李。"
CALLED_ONLY = "请只回复称呼，10个字以内，比如：儿子、邻居老李。"
ANOTHER = "再请一个人代办"
FIRST = "请一个人代办"
NUMBER_TO_TAKE_BACK = "回复数字。收回以后，他马上就查不到您家的事。"
NUMBER_TO_ASK = "回复数字。请了人，他能替您家查补贴、问政策、收提醒；注销、再请别人，只有您家自己能做。"

CONSENT = f"您发来代办码，就是同意了《个人信息说明》。看说明回复“隐私”，不想代办了回复“{WORDS_GIVE_UP}”。"
NOT_FOR_PROXIES = "您是替别人家问的，这件事要他们自己家来办。"
YOURSELF_FIRST = f"您现在替别人家问着。要办自己的事，先回复“{WORDS_SWITCH}”，换回您自己。"
CHOOSE = "您要替谁问？"
FOR_NOBODY = (
    "您现在没有替谁代办。\n"
    "要替人问，请那一户回复“代办人”拿一个代办码；没有手机的，请他家的帮扶干部开码。您把码发过来就行。"
)
NOT_THEIR_PROXY = "您没有替这一户代办。"
OF_IT_ALREADY = "您绑定的就是这一户，不用代办码。"
ALREADY = "您已经是这一户的代办人了。"
GIVEN_UP = "好的，您不再替别人家代办了。"
KEPT = "好的，没有变。"


def house(head_name: str | None) -> str:
    """What a household is called to who speaks for it."""
    return f"{head_name}家" if head_name else A_HOUSEHOLD


def about(head_name: str | None, text: str) -> str:
    """A reply to a proxy: whose household it is about comes first."""
    return f"（{house(head_name)}）{text}"


def yourself_again(text: str) -> str:
    """A reply to who was somebody's proxy until a while ago."""
    return f"（隔了两个小时，已换回您自己。还要替人问，回复“{WORDS_SWITCH}”。）\n{text}"


def listed(entries: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """The proxies of a household as (called, since), and how each is taken back."""
    if not entries:
        return "现在没有人替您家问。", []
    return "能替您家问的人：", [f"收回：{called}（{since}起）" for called, since in entries]


def since(at: datetime, now: datetime) -> str:
    """The day a proxy began; with the year where it is not this one."""
    day = f"{at.month}月{at.day}日"
    return day if at.year == now.year else f"{at.year}年{day}"


def code_for_household(code: str, called: str, until: datetime) -> str:
    """To the household: its one-time code, for whom, until when, and what it lets them do."""
    return (
        f"代办码：{code}\n"
        f"请告诉{called}，让他关注这个公众号，把码发过来。到{until.month}月{until.day}日{until:%H:%M}有效，只能用一次。\n"
        "他用了我会告诉您。不认识的人来要，不要给。"
    )


def code_for_cadre(head_name: str, code: str, called: str, until: datetime) -> str:
    """To a cadre who makes a code for a household without a telephone."""
    return (
        f"{head_name}家的代办码：{code}\n"
        f"请当着{head_name}家的面，问清楚愿意请{called}代办，再告诉他。让他关注公众号，把码发过来。\n"
        f"到{until.month}月{until.day}日{until:%H:%M}有效，只能用一次。谁开的码都有记录。"
    )


def code_was_made(cadre: str, called: str) -> str:
    """To a household's bound accounts: an official made a code for somebody to speak for them."""
    return (
        f"{cadre}给您家开了一个代办码，给{called}用，让他替您家问事。\n"
        f"不是您家的意思，回复“{WORDS}”，看看有没有人在代办，可以收回。"
    )


def joined(called: str) -> str:
    """To a household's bound accounts: somebody speaks for them from now on."""
    return f"{called}用代办码绑定了，现在能替您家问事。\n不是您家的意思，回复“{WORDS}”，马上收回。"


def joined_to_cadre(whose: str, called: str) -> str:
    """To the cadre: somebody speaks for a household of theirs."""
    return f"{whose}请了代办人：{called}。要是不对，请问问这一户。"


def ended_to_household(called: str) -> str:
    """To a household's bound accounts: a proxy has given up."""
    return f"{called}不再替您家代办了。要再请人，回复“{WORDS}”。"


def you_may(head_name: str | None, *, at_once: bool) -> str:
    """To who has sent a proxy's code: for whom they may speak, and how."""
    whose = house(head_name)
    how = (
        f"您现在替{whose}问，可以问：我的补贴、我能享受什么、我的干部。每句回答前面都写着（{whose}）。"
        if at_once
        else f"您可以替{whose}问了，先回复“替{whose.removesuffix('家')}问”；问自己的事，照常问。"
    )
    return f"好了，{how}\n{CONSENT}"


def speaking_for(head_name: str | None) -> str:
    """From now on the answers are about that household."""
    whose = house(head_name)
    return (
        f"好的，现在替{whose}问。每句回答前面都写着（{whose}）。\n"
        f"换回自己，回复“{WORDS_SWITCH}”；两个小时不说话，也会自动换回。"
    )


def speaking_for_only(head_name: str | None) -> str:
    """The same to who has no household of their own and speaks for one only."""
    whose = house(head_name)
    return f"您替{whose}问，直接问就行。每句回答前面都写着（{whose}）。"


SPEAKING_FOR_YOURSELF = "好的，换回您自己了。现在问的是您自己的事。"


def taken_back(called: str) -> str:
    """A proxy was taken back."""
    return f"收回了，{called}不能再替您家问了。"


def taken_back_from(head_name: str | None) -> str:
    """To who spoke for a household: they need not any more."""
    return f"{house(head_name)}不用您代办了，以后您查不到他家的事。谢谢您帮忙。"


def taken_back_by_cadre(head_name: str, called: str) -> str:
    """The same to the official who took it back."""
    return f"收回了，{called}不能再替{head_name}家问了。"


def sure_to_give_up(heads: Sequence[str | None]) -> str:
    """Before somebody stops being a proxy."""
    return f"您以后不再替{'、'.join(house(head) for head in heads)}问了，对吗？请回复“是”或“不是”。"


def listed_to_cadre(head_name: str, entries: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """The proxies of a household as an official sees them."""
    if not entries:
        return f"现在没有人替{head_name}家代办。要开代办码，回复“给{head_name}家开代办码”。", []
    return f"替{head_name}家代办的人：", [f"收回：{called}（{since}起）" for called, since in entries]


TAKE_BACK_BY_NUMBER = "回复数字就收回。"
