"""提醒开关: no reminders any more, and reminders again."""

WORDS_OFF = "退订"
WORDS_ON = "重新提醒"

_AGAIN = f"想再收提醒，回复“{WORDS_ON}”。"
_NO_MORE = f"不想收了，回复“{WORDS_OFF}”。"
_WHAT = "您家能办的补贴快截止了，我会告诉您。"

OFF = (
    "好的，以后不再提醒您家哪项补贴快截止，也不会请帮扶干部为这个给您打电话。\n"
    "您来问，我还是照样回答：查钱发“我的补贴”，查日子发“什么时候截止”。\n"
    f"{_AGAIN}"
)
ON = f"好的，提醒打开了。{_WHAT}\n{_NO_MORE}"
ON_ALREADY = f"您家的提醒本来就开着。{_WHAT}\n{_NO_MORE}"


def off_already(month: int, day: int) -> str:
    """They were off before."""
    return f"您家的提醒{month}月{day}日就关了，没有再发。\n{_AGAIN}"
