"""走访反馈: a household says whether its cadre came."""

from bot.messages.talk import quoted

THANKS_FOR_TELLING = "谢谢您告诉我们。"
WHAT = "干部来没来、来了做了什么，您直接说一句就行。"
SHORTEST = 3
SAY_MORE = "再多说几个字，比如“上个月没来过”。"
NOT_KEPT = "好的，没有记。"
NOBODY_PAIRED = "您家现在没有登记帮扶干部，我把这话记给办公室，请他们安排一位。"


def came(number: str, who: str | None) -> str:
    """The household confirms a visit."""
    whom = f"{who}来过" if who else "干部来过"
    return f"谢谢您告诉我们，{whom}，记下了（编号{number}）。送的东西、说的事有不对的，随时告诉我。"


def kept(number: str) -> str:
    """The household speaks well of its cadre."""
    return f"谢谢您告诉我们，记下了（编号{number}）。"


def sure(text: str, who: str | None, *, missed: bool) -> str:
    """A household says that nobody came, or that it was not good: once, before it goes to the office."""
    first = "对不起，让您等了。" if missed else "对不起，让您不满意了。"
    past = f"，不经过{who}" if who else ""
    return f"{first}我把这话记给办公室{past}：\n{quoted(text)}\n回复1就记，回复2不记。"


def missed(number: str, office: str, phone: str | None) -> str:
    """It is with the office; and whom to call who does not want to wait."""
    call = f"有急事，也可以直接打他的电话，{phone}。" if phone else "有急事请到村委会说一声。"
    return f"记下了，编号{number}，送到{office}了，请他们过问。{call}"


OFFICE = "办公室"


def nobody_there(number: str) -> str:
    """It is written down, and no office is named to read it."""
    return f"记下了，编号{number}。可是县里现在没有登记管这事的人，也请到村委会说一声。"
