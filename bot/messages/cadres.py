"""我的干部: who helps this household, and whom to ask where nobody does."""

NOBODY = "您家现在没有登记帮扶干部。有事请到村委会问，也请村里给您家安排一位。"


def helper(name: str, phone: str) -> str:
    """The cadre in half a sentence."""
    return f"帮扶干部{name}（电话{phone}）"


def my_cadre(name: str, unit: str | None, phone: str) -> str:
    """The present cadre of the household."""
    of = f"，{unit}" if unit else ""
    return f"您家的帮扶干部是{name}{of}。\n电话：{phone}\n有事可以直接打电话。"


def ask_them(who: str | None) -> str:
    """Where to ask what we do not know."""
    return f"想问清楚，请找{who}。" if who else "想问清楚，请到村委会问。"


ASK_THE_OFFICE = "想问清楚，请问县里管这一项的部门。"
"""Where a cadre asks what we do not know."""
