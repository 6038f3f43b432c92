"""难处: somebody's house is in trouble; who is called at once, and what is passed on to whom."""

from bot.messages.talk import quoted

CALL = {
    "fire": "请马上打119，先让家里人都出来，不要回去拿东西。",
    "injury": "请马上打120，说清楚在哪个村、哪一家。人先不要乱搬动。",
    "flood": "请先往高处、空旷的地方躲，叫上家里人。被困住了打119，有人受伤打120。",
    "violence": "请先躲到安全的地方，马上打110。有人受伤打120。",
}
"""Whom to call first, by the danger."""
DANGERS = {"fire": "着火了", "injury": "有人受伤或者发病", "flood": "被水淹、塌方", "violence": "有人打人或者闯进来"}

WHAT = "家里遇到什么难处？直接说，我转给能办的人。\n有人生病受伤打120，着火打119，遇到危险打110。"
SHORTEST = 4
LONGEST = 500
SAY_MORE = "再说清楚一点，好让人知道怎么帮，比如“屋顶漏雨，没钱修”。"
NOT_PASSED_ON = "好的，没有报。想报的时候再跟我说一声。"


def sure(whom: str, text: str) -> str:
    """Once before it goes out, in one tap."""
    return f"您家的难处我听到了。我报给{whom}：\n{quoted(text)}\n回复1就报，回复2先不报。"


def passed_on(number: str, whom: str, at_night: bool) -> str:
    """It is on its way."""
    later = "现在是晚上，他早上8点看得到。" if at_night else ""
    return f"报上去了，编号{number}，由{whom}来办。{later}有了答复我马上告诉您；想问办得怎样，回复“我反映的事”。"


def nobody_there(number: str) -> str:
    """It is written down, and nobody is named to read it."""
    return f"记下了，编号{number}。县里现在没有登记管这事的人，请同时到村委会说一声。"


def told(call: str, whom: str | None) -> str:
    """In danger: whom to call, and who was told meanwhile."""
    return f"{call}\n我已经告诉{whom}，请他马上联系您。" if whom else call


def notice(head_name: str | None, village: str | None, phone: str | None, danger: str, at: str) -> str:
    """To who can go and see, at any hour."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    ring = f"打电话（{phone}）" if phone else "打电话"
    return f"急：{whose}{at}说{DANGERS[danger]}。请马上{ring}问清楚，能去就去看看。已经请他家先打急救、报警电话。"


TELL_NOTHING = frozenset(
    {
        *(
            "家里有困难，要人帮忙",
            "我要帮忙",
            "要帮忙",
            "需要帮助",
            "我要求助",
            "求帮忙",
            "帮帮我",
            "请帮帮我",
            "救救我",
        ),
        *("家里有困难", "我家有困难", "有困难", "家里困难", "我有困难", "我家困难", "我需要帮助", "求助"),
    }
)
"""Words that call for help and do not say with what."""
