"""提示: what a household may ask for and never has, said gently and once."""

from collections.abc import Sequence

OPENING = "照登记的情况，您家可能能办这些，还没见您家申请过："
CLOSING = "办不办由您定，最后以村里核定为准。想看详细，回复“我能享受什么”。"
ONCE = "每样只提这一次。"
ASK_THE_VILLAGE = "想办，请到村委会问。"


def benefit(name: str, people: Sequence[str], *, demonstration: bool) -> str:
    """One benefit, for whom of the household where it is for somebody, marked where it is only for show."""
    return name + (f"，给{'、'.join(people)}" if people else "") + ("（演示）" if demonstration else "")


def offered(benefits: Sequence[str], helper: str | None) -> str:
    """What may be asked for, and whom to ask."""
    ask = f"想办，请找{helper}。" if helper else ASK_THE_VILLAGE
    return "\n".join([OPENING, *(f"· {one}" for one in benefits), CLOSING, ask, ONCE])
