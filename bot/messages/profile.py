"""我家登记的信息: what is on file about a household, for itself to check. Numbers show only their ends."""

from collections.abc import Sequence

WRONG_SAY_SO = "不对的，请告诉村里或帮扶干部更正。"
NOT_ON_FILE = "没有登记"


def profile(
    *,
    head_name: str | None,
    village: str | None,
    standing: str,
    people: Sequence[str],
    causes: str | None,
    income: str | None,
    incomes: str | None,
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
            f"户主：{head_name or NOT_ON_FILE}，{village or '村没有登记'}，{standing}",
            f"家里{len(people)}口人：{'、'.join(people)}" if people else f"家里人：{NOT_ON_FILE}",
            *([causes] if causes else []),
            f"人均纯收入：{f'{income}一年' if income else NOT_ON_FILE}",
            *([incomes] if incomes else []),
            f"房子：{f'{house_grade}级' if house_grade else '等级没有登记'}；吃水：{water}",
            f"电话：{_tail(phone_tail)}；银行卡：{_tail(card_tail)}",
            WRONG_SAY_SO,
        ]
    )


def _tail(digits: str | None) -> str:
    return f"尾号{digits}" if digits else NOT_ON_FILE
