"""转达: what a household says is taken to somebody who can answer."""

from bot.messages.talk import quoted

SEND = "转过去"
SAY_ANEW = "我另外说"
CALL_MYSELF = "不转，我自己打电话"
SHORTEST = 2
LONGEST = 500
SAY_MORE = "再多写几个字，好让人明白。"
NOBODY = "您家现在没有登记帮扶干部。请到村委会找人，村里会帮您。"
OFFICE = "乡镇或县里管帮扶的同志"


def may_i(whom: str, said: str) -> str:
    """The words of before, once, to be sent or not."""
    return f"要不要把刚才的话转给{whom}？\n{quoted(said)}"


def what(whom: str, phone: str | None) -> str:
    """Whom to call, and the way to leave them a word."""
    call = f"可以直接打电话给{whom}，{phone}。" if phone else f"我可以转给{whom}。"
    return f"{call}\n想让我转达，就把要说的话写在一条消息里。"


def call_them(who: str | None) -> str:
    """How to get hold of a human being."""
    return f"好的，没有转。请直接找{who}。" if who else "好的，没有转。请到村委会找人，村里会帮您。"


def passed_on(number: str, whom: str, phone: str | None, *, at_night: bool) -> str:
    """It is on its way, and what to do where it cannot wait."""
    later = "现在是晚上，他早上8点看得到。" if at_night else ""
    call = f"急事请直接打电话，{phone}。" if phone else "急事请到村委会说一声。"
    return f"转给{whom}了，编号{number}。{later}他回了话，我马上告诉您。{call}"
