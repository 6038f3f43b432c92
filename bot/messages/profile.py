"""我家登记的信息: what is on file about a household, for itself to check. Numbers show only their ends."""

from collections.abc import Sequence

WRONG_SAY_SO = "不对的，请告诉村里或帮扶干部更正。"
NOT_ON_FILE = "没有登记"


def profile(
    *,
    head_name: str | None,
    village: str | None,
    category: str,
    people: Sequence[str],
    income: str | None,
    house_grade: str | None,
    water_safe: bool | None,
    phone_tail: str | None,
    card_tail: str | None,
) -> str:
    """One screen of what is on file."""
    water = {True: "安全", False: "不安全", None: NOT_ON_FILE}[water_safe]
    return "\n".join(
        [
            "您家登记的是：",
            f"户主：{head_name or NOT_ON_FILE}，{village or '村没有登记'}，{category}",
            f"家里人：{'、'.join(people) if people else NOT_ON_FILE}",
            f"人均纯收入：{f'{income}一年' if income else NOT_ON_FILE}",
            f"房子：{f'{house_grade}级' if house_grade else '等级没有登记'}；吃水：{water}",
            f"电话：{_tail(phone_tail)}；银行卡：{_tail(card_tail)}",
            WRONG_SAY_SO,
        ]
    )


def _tail(digits: str | None) -> str:
    return f"尾号{digits}" if digits else NOT_ON_FILE
