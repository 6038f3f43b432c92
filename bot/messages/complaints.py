"""反映问题: what somebody complains of goes past whom it is about."""

from bot.messages.talk import quoted

WHAT = "您要反映什么事？谁、什么事、大概什么时候，知道多少说多少。"
ABOUT = "说的是谁，或者哪件事、哪笔钱？不知道名字，就说是哪里的、管什么的。"
NAME_IT = "说一句就行，比如“村里的会计”“低保的钱”。"
SHORTEST_NAME = 2
SHORTEST = 4
LONGEST = 500
SAY_MORE = "再说清楚一点，好让人去查，比如“低保名单里有人开小车”。"
LEFT = "好的，没有反映上去。什么时候想说都可以。"
COUNTY = "县里的办公室"

TELL_NOTHING = frozenset(
    {
        *("我要投诉", "投诉", "我要举报", "举报", "我要反映问题", "反映问题", "我要反映", "反映情况", "我有意见"),
        *("我要告状", "告状", "提意见", "我要提意见", "我要投诉干部", "我要举报干部", "我要反映情况", "投诉举报"),
        *("我想投诉", "我想举报", "我想反映问题", "怎么投诉", "怎么举报", "在哪里投诉", "在哪里举报", "我不服"),
    }
)
"""Words that announce a complaint and do not say of what."""


def sure(text: str, whom: str | None) -> str:
    """Once before it goes out: what was understood, and who will not hear of it."""
    past = f"不经过{whom}，" if whom else ""
    return (
        f"我记的是：\n{quoted(text)}\n这件事直接送到上面的办公室，{past}办的人和村里都看不到是谁说的。\n"
        "回复1就反映上去，回复2不反映。"
    )


def passed_on(number: str, office: str, whom: str | None, *, known: bool) -> str:
    """It is on its way: where to, past whom, and how to ask later."""
    past = f"，没有经过{whom}" if whom else ""
    later = (
        "有了答复我马上告诉您；想问办得怎样，回复“我反映的事”。"
        if known
        else "您还没有绑定，答复送不到您手上；要问，请拿着编号到办公室问。"
    )
    return f"记下了，编号{number}。已经送到{office}{past}，是谁说的没有写。{later}"


def nobody_there(number: str) -> str:
    """It is written down, and no office is named to read it."""
    return f"记下了，编号{number}。可是县里现在没有登记管这事的人，也可以打12345说。"
