"""要紧的话: a human answer in distress, and a calm one to who swears, sells or asks for what nobody may have."""

from collections.abc import Sequence

OFFICE = "县里管帮扶的同志"
TOWNSHIP = "乡镇管帮扶的同志"

CRISIS_LINES = (
    "听您这么说，我很担心您。您不是一个人，先别一个人扛着。\n"
    "请现在就打12356，这是全国统一的心理援助热线，有人听您说。\n"
    "要是马上有危险，请打120或110，或者叫身边的人陪着您。"
)


def crisis(who: str | None) -> str:
    """To somebody who may be in danger from themselves: a human answer, the hotline, who is coming."""
    if who is None:
        return CRISIS_LINES
    return f"{CRISIS_LINES}\n我已经请{who}尽快联系您。"


def crisis_of_theirs(head_name: str, told: str | None) -> str:
    """To a cadre who tells that somebody of a household speaks of death: what to do now, and who was told."""
    also = f"\n我也告诉了{told}。" if told else ""
    return (
        f"这件事最要紧。请马上给{head_name}家打电话或上门，别让他一个人待着，把农药、绳子、刀收好。\n"
        "陪他打12356，这是全国统一的心理援助热线；已经出事，打120或110。" + also
    )


def crisis_told_by_cadre(cadre: str, phone: str | None, head_name: str, village: str | None, at: str) -> str:
    """To the office: which household it is, and which cadre told of it."""
    ring = f"（电话{phone}）" if phone else ""
    return (
        f"急：帮扶干部{cadre}{ring}{at}说，{village or ''}{head_name}户有人说了让人担心的话，可能想不开。"
        "请马上联系他，问问要不要帮手，看有没有人陪着。"
    )


def crisis_unknown(office: bool) -> str:
    """To who may be in danger and is nobody we know: nobody can ring them, but somebody can read and answer."""
    return f"{CRISIS_LINES}\n我已经请{OFFICE}马上看您的消息。" if office else CRISIS_LINES


def after_crisis(times: int, who: str | None) -> str:
    """To what the same person says next: still a human being's words, other ones each time, and no list of choices."""
    coming = f"{who}已经知道了，会来找您。" if who else ""
    return (
        f"我在听。您说什么都行，不用怕说错。{coming}心里难受就打12356，一个电话就有人陪您说话。",
        f"谢谢您肯说出来，这不容易。先去找个人陪着坐坐，家里人、邻居都行。{coming}12356白天晚上都能打。",
        f"您的事有人管，不用一个人扛。{coming}现在要是撑不住，请马上打12356，或者120、110。",
        f"日子难的时候，话说出来会轻一点。{coming}12356那边有人专门听您说，慢慢说，不着急。",
        f"您还在跟我说话，这就很好。{coming}身边有人就让他陪着您，一个人就打12356。",
    )[times % 5]


def after_crisis_hurt(who: str | None) -> str:
    """To who has hurt themselves already, or is about to."""
    coming = f"{who}已经知道了，正想办法联系您。" if who else ""
    return f"请马上打120，说清楚您在哪里。能叫到人就大声叫身边的人。{coming}"


AFTER_CRISIS_BETTER = "好，听您这么说我放心一点。什么时候心里难受，都可以再跟我说，也可以打12356。"
BETTER_WORDS = ("没事了", "好多了", "好点了", "好些了", "不想了", "想开了", "我没事", "缓过来", "谢谢", "多谢", "感谢")
HURT_WORDS = (
    "喝了",
    "吃了药",
    "吃了好多",
    "割了",
    "流血",
    "已经喝",
    "站在",
    "河边",
    "楼顶",
    "绳子",
    "再见",
    "永别",
    "遗书",
)


def crisis_notice(head_name: str | None, village: str | None, phone: str | None, at: str) -> str:
    """To the cadre or the office: please go and see, now. What was said stays between us and the one who said it."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    ring = f"打电话（{phone}）" if phone else "打电话"
    return f"急：{whose}有人{at}说了让人担心的话，可能想不开。请马上{ring}或上门看看，别让他一个人待着。"


def crisis_of_proxy(head_name: str | None, village: str | None, phone: str | None, at: str) -> str:
    """To the cadre or the office: the one who wrote speaks for a household, and may mean it or themselves."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    ring = f"打电话（{phone}）" if phone else "打电话"
    return (
        f"急：替{whose}代办的人{at}发来让人担心的话，说的可能是这一户，也可能是自己。"
        f"请马上{ring}或上门看看这一户，再问问是谁在替他家代办。"
    )


def crisis_of_cadre(name: str, phone: str | None, at: str) -> str:
    """To the office, of a cadre's message: about themselves or about a household, that is to be asked."""
    ring = f"打电话（{phone}）" if phone else "打电话"
    return f"急：帮扶干部{name}{at}发来让人担心的话，说的可能是自己，也可能是哪一户。请马上{ring}问问，帮一把。"


def crisis_of_follower(at: str) -> str:
    """To the office, of somebody the 公众号 does not know: WeChat's own console has the message."""
    return (
        f"急：公众号上有个还没绑定的人，{at}发来让人担心的话，可能想不开，我们不知道是谁。"
        "请马上到公众号后台的私信里找到这条消息，回复他，问清楚在哪里。"
    )


def crisis_of_colleague(userid: str, at: str) -> str:
    """To the office, of somebody in the county's 企业微信 who is on no list of cadres."""
    return (
        f"急：企业微信里账号是“{userid}”的人，{at}发来让人担心的话，可能想不开，干部名单里没有他。"
        "请马上在通讯录里找到他，打个电话问问。"
    )


# ---- what nobody may have, and what is no request at all

OTHERS: Sequence[str] = (
    "别人家的事我不能说，谁来问都一样。您自家的事，随时问我。",
    "这个还是不能说：各家的信息只给自家人和帮扶他家的干部看。要办他家的事，请他自己来问。",
    "换个说法问，我也不能说别人家的事。您自己有什么要问的？",
)
FORBIDDEN: Sequence[str] = (
    "这个我不能照办。我只管帮扶的事：补贴、政策、找干部。",
    "还是不行，我只办帮扶的事。您家有什么要问的，直接说。",
    "这样的话我不会照做。要问补贴、政策，或者找人，随时说。",
)
ADVERTS: Sequence[str] = (
    "这里只办帮扶的事，不收广告。",
    "广告请不要发到这里，这里只办帮扶的事。",
)
ABUSE: Sequence[str] = (
    "您有气，我听着。是哪件事没办好？直接说，能查的我马上查。",
    "让您生气了，对不起。想找人当面说，回复1，我转给人。",
    "我还在这里。要找人，回复1；要查事，直接说。",
)
ABUSE_OFFERS_FROM = 1
"""From the second time on a person is offered."""


def in_turn(sentences: Sequence[str], times: int) -> str:
    """One of them, another each time."""
    return sentences[times % len(sentences)]
