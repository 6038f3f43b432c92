"""个人信息: the notice people agree to, what is held about somebody, and how it is taken back.

个人信息保护法 asks that the notice stands before anything is asked and names who keeps what, for what and for how long
(第十七条), that consent can be taken back (第十五条), and that of what is sensitive it is said why (第三十条).
"""

from collections.abc import Sequence
from datetime import datetime

VERSION = "2026-11"
"""Of the notice below. A change of what it promises is another version, and is agreed to anew (第十四条第二款)."""

WORDS = "隐私"
WORDS_EXPORT = "导出我的信息"
WORDS_ERASE = "注销"

NOTICE = (
    "个人信息说明（2026年11月版）\n"
    "谁在存：办这个公众号的县里帮扶部门。\n"
    "存什么：您家在帮扶系统里登记的情况；您微信号的代号（不是手机号）；绑定、同意、代办的记录；30天内的问答；您反映的事；"
    "您另外答应留给帮扶干部的录音、图片（只有他能打开，30天删掉）。\n"
    "做什么用：认出您是哪一户，给您查自家的事、发提醒，让干部帮到您家。别的不用，不卖，不给商家。\n"
    "身份证号、银行卡号、病和残疾这些要紧的，只用来核对身份、看能享受什么、发补贴；号码锁起来存，回答里只露后四位。\n"
    "谁能看：您家帮扶干部，村、镇、县管帮扶的人，各看各管的户。谁看过都记着，您能查。\n"
    "存多久：问答30天；微信号存到解绑以后您说“注销”或取消关注；登记和发钱的台账，按档案规定存。\n"
    f"您可以：看和带走，回复“{WORDS_EXPORT}”；改，告诉帮扶干部或村里；不用了，回复“解绑”；"
    f"连微信号一起删，回复“{WORDS_ERASE}”。\n"
    "不同意就不要绑定，到村委会一样能办。不满14岁的，要家里大人同意。\n"
    "有意见：找村委会、县里帮扶部门，或者打12345。"
)
"""Short enough for one screen and a half, and for the 2048 bytes of a reply."""

IN_SHORT = f"绑定就是同意我们按《个人信息说明》存和用您的信息。想先看，回复“{WORDS}”。"
"""Before anything personal is asked."""

UNDER_14 = (
    "登记的是不满14岁的孩子，要爸爸妈妈或照顾他的大人同意，不能自己绑定。\n"
    "请大人用自己的微信，发大人的姓名、身份证后六位、手机后四位。\n"
    "或者请帮扶干部给你们家一个绑定码，大人同意了再发。"
)
"""第三十一条: for who is under 14, the guardian agrees."""

NEWCOMER_HOLDS = (
    "您还没有绑定，我们只存着您微信号的代号，和30天内您问的、我们答的。到期自动删。\n"
    f"想现在就删，回复“{WORDS_ERASE}”。看说明，回复“{WORDS}”。"
)
NO_PAGE = "细的这里放不下。想看全部，请到村委会，请他们把您家的登记打印出来给您看，不收钱。"
NOT_FOR_PROXIES = "这一份只给这一户自己看，代办人看不到。要看，请他们自己用绑定的微信来问，或者到村委会看。"


def held(
    head_name: str | None,
    *,
    people: int,
    payments: int,
    applications: int,
    visits: int,
    accounts: int,
    proxies: int,
    readings: int,
    link: str | None,
) -> str:
    """To a household: what is held about it, in one glance, and where all of it stands."""
    whose = f"{head_name}家" if head_name else "您家"
    where = f"点开看全部，也能存下来带走：\n{link}\n15分钟内有效，别转给别人。" if link else NO_PAGE
    return "\n".join(
        [
            f"我们存着{whose}这些：",
            f"登记：家里{people}个人，还有户类型、收入、房子、电话、银行卡",
            f"补贴发放{payments}笔，申请{applications}项，走访{visits}次",
            f"绑定的微信{accounts}个，代办人{proxies}个",
            f"谁看过、改过：记了{readings}次",
            where,
            f"不对的，告诉帮扶干部更正。不想用了，回复“{WORDS_ERASE}”。",
        ]
    )


def held_of_cadre(
    *,
    name: str,
    phone_tail: str | None,
    unit: str | None,
    role: str,
    rank: str | None,
    households: int,
    visits: int,
    bound: Sequence[str],
    agreed: str | None,
) -> str:
    """To a cadre: all that is held about them."""
    return "\n".join(
        [
            "我们存着您这些：",
            f"{name}，{role}，{unit or '单位没有登记'}，{rank or '职级没有登记'}",
            f"电话：{f'尾号{phone_tail}' if phone_tail else '没有登记'}",
            f"现在结对{households}户，记过走访{visits}次",
            f"绑定：{'；'.join(bound) if bound else '没有'}",
            f"同意个人信息说明：{agreed or '没有记录'}",
            "不对的，请县里更正干部名单。走访记录是工作台账，要留着。",
        ]
    )


def held_of_proxy(households: Sequence[tuple[str, str]]) -> str:
    """To who is nobody to us but a proxy: whose, and since when."""
    whose = "；".join(f"{house}，{since}起" for house, since in households)
    return (
        f"您是代办人：{whose}。\n"
        "我们存着您微信号的代号、什么时候同意的，和30天内的问答，没有存您的姓名和身份证。\n"
        f"想删掉，回复“{WORDS_ERASE}”。"
    )


def on(at: datetime) -> str:
    """A day with its year."""
    return f"{at.year}年{at.month}月{at.day}日"


def bound_since(platform: str, at: datetime) -> str:
    """One account of a cadre."""
    return f"{'企业微信' if platform == 'wecom' else '微信'}，{on(at)}起"


GOES = "删掉：这个微信的绑定和同意，正在办的事，存着的问答，留的录音和图片，还没发出的消息，收提醒的方式。"
STAYS = "不删：您家的登记、补贴、走访这些台账，按规定要留存，您还能到村委会查。记录里谁看过、谁同意过，去掉微信号再存。"
STAYS_OF_CADRE = "不删：您在干部名单里的信息，结对和走访的台账，是工作记录，要留着。"
STAYS_OF_NOBODY = "不删：别人家的登记。您没有绑定，没有您自己的登记。"
SURE = "删了找不回来。确定注销吗？请回复“是”或“不是”。"


def sure_to_erase(
    *,
    stays: str,
    granted: int,
    held_for: Sequence[str],
    last_of_household: bool,
) -> str:
    """What goes and what must stay (第四十七条), before it is done."""
    lines = ["注销这个微信：", GOES]
    if granted:
        lines.append(f"您家请的{granted}个代办人，也不能再替您家问了。")
    if held_for:
        lines.append(f"您也不能再替{'、'.join(f'{head}家' for head in held_for)}问了。")
    if last_of_household:
        lines.append("您家没有别的微信绑定，以后也不再给您家发提醒。")
    return "\n".join([*lines, stays, SURE])


ERASED = (
    "注销好了，这个微信的东西都删了。\n以后想再用，重新绑定就行。也可以取消关注。要办事，村委会和帮扶干部照样给您办。"
)
ERASED_CADRE = "注销好了，这个账号的东西都删了。\n您还在县里的干部名单上。不做这项工作了，请县里更正名单。"
NOT_ERASED = "好的，没有注销，都还在。"
