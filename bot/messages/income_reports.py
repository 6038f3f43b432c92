"""报收入: what a household says it earned, kept as its own word until its cadre has checked it."""

from bot.messages.talk import quoted

WHAT = "收入是哪里来的、多少钱？比如“今年打工挣了三万”。"
SHORTEST = 3
SAY_MORE = "再说清楚一点：哪里来的、多少钱。"
NOT_KEPT = "好的，没有记。"


def sure(text: str, whom: str) -> str:
    """Once before it is kept: as the household's own word, to be checked."""
    first = f"我记成您家自己说的，请{whom}来核实："
    return "\n".join([first, quoted(text), "登记的收入现在不改，核实了才改。回复1就记，回复2不记。"])


def kept(number: str, whom: str) -> str:
    """It is with who checks it."""
    return f"记下了，编号{number}，请{whom}核实。有工资条、卖东西的单子，留着给他看。"


def for_the_cadre(text: str) -> str:
    """What the cadre reads."""
    return f"报收入，请核实：{text}"


OFFICE = "管帮扶的同志"
